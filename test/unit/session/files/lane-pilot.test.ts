import { describe, expect, it } from 'vitest';
import { LanePilot, type LaneSample } from '../../../../src/session/files/lane-pilot';

const megabyte = 1024 ** 2;

interface Way {
  readonly roundTripMs: number | undefined;
  readonly bytesLeft?: number;
  readonly inCall?: boolean;
  /** Bytes a second that so many lanes carry. */
  readonly carries: (lanes: number) => number;
  /** Lanes that open of those wished for. */
  readonly opens?: (wished: number) => number;
}

/** What the pilot wishes for, each quarter of a second. */
function fly(pilot: LanePilot, way: Way, seconds: number, fromMs = 0): readonly number[] {
  const wishes: number[] = [];
  let wished = 0;
  for (let nowMs = fromMs; nowMs < fromMs + 1_000 * seconds; nowMs += 250) {
    const openLanes = way.opens?.(wished) ?? wished;
    const sample: LaneSample = { nowMs, bytesPerSecond: way.carries(Math.max(1, openLanes)), roundTripMs: way.roundTripMs, bytesLeft: way.bytesLeft ?? 1e9, openLanes, inCall: way.inCall ?? false };
    wishes.push((wished = pilot.wish(sample)));
  }
  return wishes;
}

const each = (lanes: number): number => lanes * megabyte;
const never = (): number => 10 * megabyte;

describe('the number of lanes', () => {
  it('is none for little', () => {
    expect(fly(new LanePilot(), { roundTripMs: 50, bytesLeft: 2 * megabyte, carries: each }, 5)).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it('is one on a short way, or one that nobody knows', () => {
    for (const roundTripMs of [2, undefined]) expect(new Set(fly(new LanePilot(), { roundTripMs, carries: each }, 20))).toEqual(new Set([1]));
  });

  it('doubles on a long way while that pays, up to eight', () => {
    const wishes = fly(new LanePilot(), { roundTripMs: 20, carries: each }, 10);
    expect([...new Set(wishes)]).toEqual([1, 2, 4, 8]);
    expect(wishes.at(-1)).toBe(8);
  });

  it('is eight at once on a very long way, for a large file', () => {
    expect(fly(new LanePilot(), { roundTripMs: 50, carries: each }, 1)[0]).toBe(8);
    expect(fly(new LanePilot(), { roundTripMs: 50, bytesLeft: 4 * megabyte, carries: each }, 1)[0]).toBe(1);
  });

  it('stays at eight where fewer carry less, which is tried once in a while', () => {
    const wishes = fly(new LanePilot(), { roundTripMs: 50, carries: each }, 60);
    expect([...new Set(wishes)]).toEqual([8, 4]);
    expect(wishes.indexOf(4)).toBeGreaterThan(4 * 30);
    expect(wishes.filter((wish, at) => wish === 4 && wishes[at - 1] === 8)).toHaveLength(1);
    expect(wishes.at(-1)).toBe(8);
  });

  it('goes down to what carries as much: eight would take more than their share of a thin line', () => {
    const wishes = fly(new LanePilot(), { roundTripMs: 50, carries: (lanes) => Math.min(2, lanes) * megabyte }, 40);
    expect([...new Set(wishes)]).toEqual([8, 4, 2, 1]);
    expect(wishes.at(-1)).toBe(2);
  });

  it('is not tried with fewer for what is through in a moment', () => {
    expect(new Set(fly(new LanePilot(), { roundTripMs: 50, bytesLeft: 40 * megabyte, carries: each }, 60))).toEqual(new Set([8]));
  });

  it('is judged when the rate rises no more, since connections begin slowly', () => {
    let looks = 0;
    const slowly = (lanes: number): number => Math.min(lanes, 1 + 0.1 * Math.max(0, ++looks - 6)) * megabyte;
    const wishes = fly(new LanePilot(), { roundTripMs: 20, carries: slowly }, 12);
    // Two lanes are judged after 2.5 s, when they carry twice as much, and not after the 1.25 s that suffice otherwise.
    expect(wishes.indexOf(4) - wishes.indexOf(2)).toBeGreaterThan(8);
    expect(wishes.at(-1)).toBe(8);
  });

  it('goes back a step when it does not pay, and tries again later', () => {
    const twoAtMost = (lanes: number): number => Math.min(2, lanes) * megabyte;
    const wishes = fly(new LanePilot(), { roundTripMs: 20, carries: twoAtMost }, 8);
    expect([...new Set(wishes)]).toEqual([1, 2, 4]);
    expect(wishes.at(-1)).toBe(2);
    const later = fly(new LanePilot(), { roundTripMs: 20, carries: twoAtMost }, 25);
    expect(later.filter((wish, at) => wish === 4 && later[at - 1] === 2)).toHaveLength(2);
    expect(later.every((wish) => wish <= 4)).toBe(true);
  });

  it('is not judged before the lanes are open, nor waited for them for ever', () => {
    const stuck = fly(new LanePilot(), { roundTripMs: 20, carries: never, opens: () => 1 }, 6);
    expect(stuck.at(-1)).toBe(2);
    expect(fly(new LanePilot(), { roundTripMs: 20, carries: never, opens: () => 1 }, 10).at(-1)).toBe(1);
  });

  it('is one beside a call, and grows when that is over', () => {
    const pilot = new LanePilot();
    expect(fly(pilot, { roundTripMs: 20, carries: each }, 10).at(-1)).toBe(8);
    expect(new Set(fly(pilot, { roundTripMs: 20, carries: each, inCall: true }, 20, 10_000))).toEqual(new Set([1]));
    expect(fly(pilot, { roundTripMs: 20, carries: each }, 20, 30_000).at(-1)).toBe(8);
  });

  it('stays as it is for the last bytes, and is none after them', () => {
    const pilot = new LanePilot();
    const lanes = fly(pilot, { roundTripMs: 50, carries: each }, 5).at(-1);
    expect(new Set(fly(pilot, { roundTripMs: 50, bytesLeft: megabyte, carries: each }, 1, 5_000))).toEqual(new Set([lanes]));
    expect(fly(pilot, { roundTripMs: 50, bytesLeft: 0, carries: each }, 1, 6_000).at(-1)).toBe(0);
  });
});
