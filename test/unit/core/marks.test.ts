import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Annotation } from '../../../src/core/event-content';
import type { DeviceId, FeedId } from '../../../src/core/ids';
import { messageIdOf, type Place } from '../../../src/core/log-event';
import { editionsKept, markOf, mergeMarks, withoutEnd, type Mark } from '../../../src/core/marks';

const target = messageIdOf({ feed: 'T'.repeat(22) as FeedId, sequence: 1 });
const device = (letter: string) => letter.repeat(26) as DeviceId;
const [alice, bob, carol] = [device('a'), device('b'), device('c')];

const place = (by: DeviceId, sequence: number, wallMs = sequence): Place => ({ clock: { wallMs, counter: 0 }, feed: by.slice(0, 22) as FeedId, sequence });

const says = {
  edit: (by: DeviceId, at: Place) => markOf({ kind: 'edit', target, text: `text ${at.sequence}` }, at, by),
  delete: (by: DeviceId, at: Place) => markOf({ kind: 'delete', target }, at, by),
  reaction: (by: DeviceId, at: Place) => markOf({ kind: 'reaction', target, emoji: ['', '👍', '🎉'][at.sequence % 3] ?? '' }, at, by),
  pin: (by: DeviceId, at: Place) => markOf({ kind: 'pin', target, on: at.sequence % 2 === 0 }, at, by),
} satisfies Record<Annotation['kind'], (by: DeviceId, at: Place) => Mark>;

/** What one event says follows from its place, as in a feed: two events never have the same one. */
const anyMarkOfOne: fc.Arbitrary<Mark> = fc
  .record({ by: fc.constantFrom(alice, bob, carol), sequence: fc.integer({ min: 1, max: 40 }) })
  .map(({ by, sequence }) => {
    const kinds = ['edit', 'delete', 'reaction', 'pin'] as const;
    // Clocks of different devices run apart, and tie.
    return says[kinds[sequence % 4] ?? 'edit'](by, place(by, sequence, Math.floor(sequence / 3) + (by === carol ? 5 : 0)));
  });

const merged = (marks: readonly Mark[], author?: DeviceId): Mark => marks.reduce((a, b) => mergeMarks(a, b, author));
const anyMark: fc.Arbitrary<Mark> = fc.array(anyMarkOfOne, { minLength: 1, maxLength: 12 }).map(merged);

describe('marks merge to the same', () => {
  it('whichever of the two comes first', () => {
    fc.assert(
      fc.property(anyMark, anyMark, (a, b) => {
        expect(mergeMarks(a, b)).toEqual(mergeMarks(b, a));
      }),
    );
  });

  it('in whatever groups they are merged', () => {
    fc.assert(
      fc.property(anyMark, anyMark, anyMark, (a, b, c) => {
        expect(mergeMarks(mergeMarks(a, b), c)).toEqual(mergeMarks(a, mergeMarks(b, c)));
      }),
    );
  });

  it('however often one comes', () => {
    fc.assert(
      fc.property(anyMark, anyMark, (a, b) => {
        expect(mergeMarks(a, a)).toEqual(a);
        expect(mergeMarks(mergeMarks(a, b), b)).toEqual(mergeMarks(a, b));
      }),
    );
  });

  it('though more editions come than are kept, in any order', () => {
    const many = Array.from({ length: editionsKept + 20 }, (_, at) => says.edit(alice, place(alice, at + 1)));
    fc.assert(
      fc.property(fc.shuffledSubarray(many, { minLength: many.length }), (shuffled) => {
        expect(merged(shuffled, alice)).toEqual(merged(many, alice));
      }),
      { numRuns: 20 },
    );
  });
});

describe('a mark', () => {
  it('keeps the author’s latest editions, and nobody else’s', () => {
    const own = Array.from({ length: editionsKept + 3 }, (_, at) => says.edit(alice, place(alice, at + 1)));
    const flood = Array.from({ length: 10 * editionsKept }, (_, at) => says.edit(bob, place(bob, at + 1, at + 100)));
    const { editions } = merged([...own, ...flood], alice);
    expect(editions.map(({ by, at }) => [by, at.sequence])).toEqual(Array.from({ length: editionsKept }, (_, at) => [alice, at + 4]));
  });

  it('keeps as many of each device while its author is unknown, so that later it holds what all others do', () => {
    const own = Array.from({ length: editionsKept + 3 }, (_, at) => says.edit(alice, place(alice, at + 1)));
    const others = [says.edit(bob, place(bob, 1, 100))];
    const { editions } = merged([...own, ...others]);
    expect(editions.filter(({ by }) => by === bob)).toHaveLength(1);
    expect(merged([merged([...own, ...others]), says.edit(alice, place(alice, 1))], alice)).toEqual(merged([...own, ...others], alice));
  });

  it('loses what came from an end of a feed that is cut off, and nothing else', () => {
    const feed = { id: place(alice, 1).feed, device: alice };
    const whole = merged([says.edit(alice, place(alice, 1)), says.reaction(bob, place(bob, 1)), says.edit(alice, place(alice, 4)), says.delete(alice, place(alice, 5)), says.reaction(alice, place(alice, 6)), says.pin(alice, place(alice, 7))], alice);
    expect(withoutEnd(whole, feed, 4)).toEqual(merged([says.edit(alice, place(alice, 1)), says.reaction(bob, place(bob, 1))]));
  });

  it('keeps one reaction a device, its last, and in the order in which they came up', () => {
    const thumb = (by: DeviceId, sequence: number, emoji: string) => markOf({ kind: 'reaction', target, emoji }, place(by, sequence), by);
    const many = Array.from({ length: 1_000 }, (_, at) => thumb(alice, at + 10, at === 999 ? '🎉' : '👍'));
    const { reactions } = merged([...many, thumb(bob, 2, '👍'), thumb(carol, 1, '👍'), thumb(carol, 3, '')]);
    expect(reactions.map(({ by, emoji }) => [by, emoji])).toEqual([
      [bob, '👍'],
      [carol, ''],
      [alice, '🎉'],
    ]);
  });

  it('is pinned as the last one said, whoever that was', () => {
    const pin = (by: DeviceId, sequence: number, on: boolean) => markOf({ kind: 'pin', target, on }, place(by, sequence), by);
    expect(merged([pin(alice, 1, true), pin(bob, 3, false), pin(carol, 2, true)]).pin).toMatchObject({ by: bob, on: false });
  });

  it('tells who said that the message shall go, once each', () => {
    const gone = merged([says.delete(bob, place(bob, 1)), says.delete(alice, place(alice, 2)), says.delete(bob, place(bob, 3))]);
    expect(gone.deletedBy).toEqual([alice, bob]);
  });

  it('has nothing of the event but its place', () => {
    const event = { ...place(alice, 1), signature: new Uint8Array(64) };
    expect(markOf({ kind: 'edit', target, text: 'x' }, event, alice).editions).toEqual([{ at: place(alice, 1), by: alice, text: 'x', mentions: [] }]);
  });
});
