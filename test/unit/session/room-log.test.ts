import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { limits, timing } from '../../../src/config';
import { AppError } from '../../../src/core/app-error';
import type { EventContent } from '../../../src/core/event-content';
import type { DeviceId, FeedId, MessageId } from '../../../src/core/ids';
import { messageIdOf, type LogEvent, type SequenceRange, type StoredEvent } from '../../../src/core/log-event';
import { editionsKept } from '../../../src/core/marks';
import { sealEvent } from '../../../src/protocol/check-run';
import { encodeBody, readBody } from '../../../src/protocol/event-body';
import { runOf, type Run } from '../../../src/protocol/run';
import type { LogNews } from '../../../src/session/log-face';
import { RoomLog } from '../../../src/session/room-log';
import { FallbackLogStore } from '../../../src/storage/fallback-log-store';
import type { LogStore } from '../../../src/storage/log-store';
import { MemoryLogStore } from '../../../src/storage/memory-log-store';
import { SignedFeed } from '../../support/signed-feed';
import { makeDevice, type SigningDevice } from '../../support/signing-device';

const scope = 'r'.repeat(22);

interface Page {
  readonly log: RoomLog;
  readonly store: LogStore;
  readonly news: LogNews[];
  readonly identity: SigningDevice;
}

interface PageOptions {
  readonly identity?: SigningDevice;
  readonly store?: LogStore;
  readonly now?: () => number;
  readonly capOf?: (device: DeviceId) => number;
  readonly isRemoved?: (device: DeviceId) => boolean;
}

/** A page of a device that has the room's lock. */
async function openPage({ identity, store = new MemoryLogStore(), now = Date.now, capOf = () => Infinity, isRemoved = () => false }: PageOptions = {}): Promise<Page> {
  const device = identity ?? (await makeDevice());
  const log = await RoomLog.open({ store, identity: device, scope: () => scope, authors: { capOf, isRemoved }, now });
  await log.take();
  const news: LogNews[] = [];
  log.listen((one) => news.push(one), new AbortController().signal);
  return { log, store, news, identity: device };
}

function text(words: string): EventContent {
  return { kind: 'text', name: 'Alice', text: words };
}

async function say({ log }: Page, content: EventContent | string, lifetimeS = 0): Promise<StoredEvent> {
  const appending = log.append(typeof content === 'string' ? text(content) : content, lifetimeS);
  if (!appending) throw new Error('nothing was appended');
  return appending.kept;
}

/** What a page holds of all feeds, each as one run. */
async function runsOf({ log, store }: Page, first = 1, last = Infinity): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const feed of log.feeds.values()) {
    const events = await store.slice(feed.id, { first, last });
    if (events.length > 0) runs.push(runOf(feed, events));
  }
  return runs;
}

async function textsOf({ store }: Page): Promise<readonly string[]> {
  return (await store.page({ limit: 1_000 })).map(({ body }) => {
    const content = body && readBody(body);
    return content?.kind === 'text' ? content.text : '-';
  });
}

function idOf(place: Pick<LogEvent, 'feed' | 'sequence'> | undefined): MessageId {
  if (!place) throw new Error('no event');
  return messageIdOf(place);
}

/** All events of a feed as one run, without the bodies of those at which it is so. */
function withheld({ feed, events }: SignedFeed, isWithheld: (at: number) => boolean): Run {
  const run = runOf(feed, events);
  return { ...run, events: run.events.map((event, at) => (isWithheld(at) ? { ...event, body: undefined, bodyHash: events[at]?.bodyHash } : event)) };
}

/** A store whose disk loses something. */
class DamagedLogStore extends MemoryLogStore {
  readonly #told: Parameters<LogStore['onDamage']>[0][] = [];

  override onDamage(listener?: Parameters<LogStore['onDamage']>[0]): void {
    if (listener) this.#told.push(listener);
  }

  async damage(feed: FeedId, range: SequenceRange): Promise<void> {
    await this.write({ truncate: [{ feed, from: range.first }] });
    for (const tell of this.#told) tell([{ feed, range }]);
  }
}

/** A clock that goes on by a second with each look at it. */
function steadyClock(fromMs = Date.UTC(2024, 0, 1)): () => number {
  let nowMs = fromMs;
  return () => (nowMs += 1_000);
}

describe('a room’s log', () => {
  it('keeps what is said, in order, and knows its place before it is kept', async () => {
    const alice = await openPage();
    const appending = alice.log.append(text('one'), 0);
    expect(appending?.id).toMatch(/^.{22}\.1$/u);
    expect(await textsOf(alice)).toEqual([]);
    await appending?.kept;
    await say(alice, 'two');
    expect(await textsOf(alice)).toEqual(['one', 'two']);
    expect(alice.news.flatMap(({ events }) => events.map(({ sequence }) => sequence))).toEqual([1, 2]);
  });

  it('says nothing before it is this tab’s', async () => {
    const log = await RoomLog.open({ store: new MemoryLogStore(), identity: await makeDevice(), scope: () => scope, authors: { capOf: () => Infinity, isRemoved: () => false }, now: Date.now });
    expect(log.append(text('early'), 0)).toBeUndefined();
  });

  it('goes on in its feed on the next page, and begins a new one when the store is new', async () => {
    const first = await openPage();
    await say(first, 'one');
    const second = await openPage({ identity: first.identity, store: first.store });
    const two = await say(second, 'two');
    expect(two.sequence).toBe(2);
    const third = await openPage({ identity: first.identity });
    const fresh = await say(third, 'three');
    expect(fresh.sequence).toBe(1);
    expect(fresh.feed).not.toBe(two.feed);
  });

  it('takes what another wrote, all at once, in parts and twice', async () => {
    const alice = await openPage({ now: steadyClock() });
    for (const words of ['one', 'two', 'three', 'four']) await say(alice, words);
    const bob = await openPage();
    const [all] = await runsOf(alice);
    if (!all) throw new Error('no run');
    // The newest first, as it is sent.
    const [upper] = await runsOf(alice, 3);
    const [lower] = await runsOf(alice, 1, 2);
    const results = await bob.log.ingest([upper, lower, all] as Run[]);
    expect(results.map(({ outcome }) => outcome)).toEqual([{ kind: 'taken', count: 2 }, { kind: 'taken', count: 2 }, { kind: 'taken', count: 0 }]);
    expect(await textsOf(bob)).toEqual(['one', 'two', 'three', 'four']);
    expect([...bob.log.feeds.values()][0]?.ranges).toEqual([{ first: 1, last: 4 }]);
  });

  it('takes nothing that is forged, and nothing that nobody vouches for', async () => {
    const alice = await openPage({ now: steadyClock() });
    for (const words of ['one', 'two', 'three']) await say(alice, words);
    const bob = await openPage();
    const [run] = await runsOf(alice);
    if (!run) throw new Error('no run');
    const forged: Run = { ...run, events: run.events.map((event, at) => (at === 1 ? { ...event, lifetimeS: 5 } : event)) };
    const unsigned: Run = { ...run, events: run.events.map((event) => ({ ...event, signature: undefined })) };
    const outcomes = await bob.log.ingest([forged, unsigned]);
    expect(outcomes.map(({ outcome }) => outcome.kind)).toEqual(['forged', 'unfounded']);
    expect(bob.log.feeds.size).toBe(0);
  });

  it('passes over whom it has no standing of, and takes it later', async () => {
    const alice = await openPage({ now: steadyClock() });
    for (const words of ['one', 'two', 'three']) await say(alice, words);
    let cap = 0;
    const bob = await openPage({ capOf: () => cap });
    const runs = await runsOf(alice);
    expect((await bob.log.ingest(runs)).map(({ outcome }) => outcome.kind)).toEqual(['passed-over']);
    cap = Infinity;
    await bob.log.ingest(runs);
    expect(await textsOf(bob)).toEqual(['one', 'two', 'three']);
    // A removal that names the second event.
    cap = 2;
    await bob.log.reconsider();
    expect(await textsOf(bob)).toEqual(['one', 'two']);
  });

  it('lets go of a feed of which a removal knew nothing, and keeps those of who is only unknown for the moment', async () => {
    const alice = await openPage();
    await say(alice, 'unknown to whoever removed her');
    let [cap, removed] = [Infinity, false];
    const bob = await openPage({ capOf: () => cap, isRemoved: () => removed });
    await bob.log.ingest(await runsOf(alice));
    cap = 0;
    await bob.log.reconsider();
    expect(await textsOf(bob)).toEqual(['unknown to whoever removed her']);
    removed = true;
    await bob.log.reconsider();
    expect(await textsOf(bob)).toEqual([]);
  });

  it('says in another feed what the disk refused, so that the next page can go on in the old one', async () => {
    const disk = new MemoryLogStore();
    const store = new FallbackLogStore(disk, () => undefined);
    const identity = await makeDevice();
    const alice = await openPage({ identity, store });
    const first = await say(alice, 'on the disk');
    const write = vi.spyOn(disk, 'write').mockRejectedValue(new AppError('storage-full'));
    const refused = [await say(alice, 'refused'), await say(alice, 'refused again')];
    expect(refused.map(({ feed, sequence }) => [feed === first.feed, sequence])).toEqual([[false, 1], [false, 2]]);
    expect(await textsOf(alice)).toEqual(['on the disk', 'refused', 'refused again']);
    write.mockRestore();
    // The page is gone, and what it had in memory with it.
    const next = await openPage({ identity, store: disk });
    const second = await say(next, 'after the reload');
    expect([second.feed, second.sequence]).toEqual([first.feed, 2]);
    const bob = await openPage();
    await bob.log.ingest([...(await runsOf(alice)), ...(await runsOf(next))]);
    expect(new Set(await textsOf(bob))).toEqual(new Set(['on the disk', 'refused', 'refused again', 'after the reload']));
    expect([...bob.log.feeds.values()].map(({ forked }) => forked)).toEqual([false, false]);
  });

  it('says how long it takes until one may write again, and never signs too fast', async () => {
    let nowMs = Date.UTC(2024, 0, 1);
    const alice = await openPage({ now: () => nowMs });
    for (let count = 0; count < limits.eventsInPace; count++) await say(alice, 'quick');
    expect(alice.log.append(text('too quick'), 0)).toBeUndefined();
    expect(alice.log.waitMs()).toBe(timing.paceWindowMs);
    nowMs += timing.paceWindowMs;
    expect(alice.log.waitMs()).toBe(0);
    expect((await say(alice, 'in time')).paceMs).toBe(timing.paceWindowMs);
  });

  it('lets whoever is behind the room’s clock write at the room’s pace', async () => {
    let nowMs = Date.UTC(2024, 0, 1);
    const ahead = await openPage({ now: () => nowMs + 24 * 3_600_000 });
    await say(ahead, 'from tomorrow');
    const alice = await openPage({ now: () => nowMs });
    await alice.log.ingest(await runsOf(ahead));
    const placed: StoredEvent[] = [];
    for (let count = 0; count < 3 * limits.eventsInPace; count++) {
      nowMs += 1_000;
      placed.push(await say(alice, 'now'));
    }
    expect(placed.every(({ clock, paceMs }) => clock.wallMs > nowMs && paceMs >= timing.paceWindowMs)).toBe(true);
  });

  it('erases what its author deletes, in whatever order the two come, and what it was changed to', async () => {
    const alice = await openPage({ now: steadyClock() });
    const message = await say(alice, 'secret');
    await say(alice, { kind: 'edit', target: idOf(message), text: 'still secret' });
    const runs = await runsOf(alice);
    await say(alice, { kind: 'delete', target: idOf(message) });
    const [deletion] = await runsOf(alice, 3);
    for (const order of [[...runs, deletion], [deletion, ...runs]] as Run[][]) {
      const bob = await openPage();
      for (const run of order) await bob.log.ingest([run]);
      const held = await bob.store.slice(message.feed, { first: 1, last: 3 });
      expect(held.map(({ body, gone }) => gone ?? body?.constructor)).toEqual(['deleted', 'deleted', Uint8Array]);
      expect(await bob.store.marks([idOf(message)])).toMatchObject([{ deletedBy: [alice.identity.deviceId], editions: [] }]);
    }
    expect((await alice.store.slice(message.feed, { first: 1, last: 2 })).map(({ gone }) => gone)).toEqual(['deleted', 'deleted']);
  });

  it('erases nothing because somebody else says so', async () => {
    const alice = await openPage();
    const message = await say(alice, 'mine');
    const bob = await openPage();
    await bob.log.ingest(await runsOf(alice));
    await say(bob, { kind: 'delete', target: idOf(message) });
    expect(await textsOf(bob)).toEqual(['mine']);
  });

  it('merges reactions and pins as they come', async () => {
    const alice = await openPage();
    const message = await say(alice, 'look');
    const bob = await openPage();
    await bob.log.ingest(await runsOf(alice));
    await say(bob, { kind: 'reaction', target: idOf(message), emoji: '👍' });
    await say(bob, { kind: 'pin', target: idOf(message), on: true });
    await alice.log.ingest(await runsOf(bob));
    expect(await alice.store.marks([idOf(message)])).toMatchObject([{ reactions: [{ by: bob.identity.deviceId, emoji: '👍' }] }]);
    expect(alice.log.pins).toMatchObject([{ target: idOf(message), pin: { on: true } }]);
    expect(alice.news.at(-1)?.marks).toHaveLength(1);
  });

  it('keeps an event whose body is withheld, says so, and fills it in from another', async () => {
    const alice = await openPage();
    const message = await say(alice, 'whole');
    const [run] = await runsOf(alice);
    if (!run) throw new Error('no run');
    const withheld: Run = { ...run, events: run.events.map((event) => ({ ...event, body: undefined, bodyHash: message.bodyHash })) };
    const bob = await openPage();
    await bob.log.ingest([withheld]);
    expect(await textsOf(bob)).toEqual(['-']);
    expect([...bob.log.bodiless]).toEqual([[message.feed, [{ first: 1, last: 1 }]]]);
    const later = await openPage({ identity: bob.identity, store: bob.store });
    expect(later.log.bodiless.size).toBe(1);
    await later.log.ingest([run]);
    expect(await textsOf(later)).toEqual(['whole']);
    expect(later.log.bodiless.size).toBe(0);
  });

  it('lets go of what has disappeared, and takes nothing whose time was over', async () => {
    let nowMs = Date.UTC(2024, 0, 1);
    const alice = await openPage({ now: () => nowMs });
    const message = await say(alice, 'for a minute', 60);
    const runs = await runsOf(alice);
    nowMs += 1_000;
    await say(alice, { kind: 'edit', target: idOf(message), text: 'for a minute!' }, 60);
    expect(await alice.log.expire()).toBe(message.clock.wallMs + 60_000);
    nowMs += 59_000;
    await alice.log.expire();
    expect((await alice.store.slice(message.feed, { first: 1, last: 2 })).map(({ gone }) => gone)).toEqual(['expired', 'expired']);
    expect((await alice.store.marks([idOf(message)]))[0]?.editions).toEqual([]);
    const bob = await openPage({ now: () => nowMs });
    await bob.log.ingest(runs);
    expect((await bob.store.slice(message.feed, { first: 1, last: 1 })).map(({ gone }) => gone)).toEqual(['expired']);
  });

  it('keeps the same one of two histories as everybody, and says that there are two', async () => {
    const device = await makeDevice();
    const now = steadyClock();
    const original = await openPage({ identity: device, now });
    for (const words of ['one', 'two']) await say(original, words);
    const copy = await openPage({ identity: device, store: await copied(original), now });
    for (const words of ['three here', 'four here']) await say(original, words);
    for (const words of ['three there', 'four there', 'five there']) await say(copy, words);
    const [one, other] = [await runsOf(original), await runsOf(copy)];
    const ends: (readonly string[])[] = [];
    for (const order of [[...one, ...other], [...other, ...one]]) {
      const bob = await openPage();
      for (const run of order) await bob.log.ingest([run]);
      expect([...bob.log.feeds.values()].map(({ forked }) => forked)).toEqual([true]);
      expect(bob.news.flatMap(({ forked }) => forked)).toHaveLength(1);
      ends.push(await textsOf(bob));
    }
    expect(ends[0]).toEqual(ends[1]);
    expect(ends[0]?.slice(0, 2)).toEqual(['one', 'two']);
  });

  it('writes to a new feed once its own is known to others otherwise', async () => {
    const device = await makeDevice();
    const now = steadyClock();
    const original = await openPage({ identity: device, now });
    await say(original, 'one');
    const restored = await openPage({ identity: device, store: await copied(original), now });
    await say(original, 'two');
    await restored.log.ingest(await runsOf(original));
    const three = await say(restored, 'three');
    expect(three.sequence).toBe(1);
    expect(await textsOf(restored)).toEqual(['one', 'two', 'three']);
    const later = await openPage({ identity: device, store: restored.store, now });
    expect(await say(later, 'four')).toMatchObject({ feed: three.feed, sequence: 2 });
  });

  it.each([
    ['its pace isn’t what it says', { paceMs: 12_345, afterMs: 500 }],
    ['its clock goes back', { paceMs: 65_535, afterMs: -1 }],
  ])('stops reading a device where %s', async (_, { paceMs, afterMs }) => {
    const liar = await openPage({ now: steadyClock() });
    for (let count = 0; count < limits.eventsInPace; count++) await say(liar, 'steady');
    const [record] = liar.log.feeds.values();
    if (!record?.head) throw new Error('no feed');
    const { clock, hash, sequence } = record.head;
    const fields = { kind: 'message', sequence: sequence + 1, clock: { wallMs: clock.wallMs + afterMs, counter: 0 }, lifetimeS: 0, paceMs, previous: hash } as const;
    const event = await sealEvent(liar.identity.privateKey, record, fields, encodeBody(text('untrue'), new Uint8Array(16)));
    const before = await runsOf(liar);
    // Whether what it contradicts is there already, or comes after it.
    for (const order of [[...before, runOf(record, [event])], [runOf(record, [event]), ...before]]) {
      const bob = await openPage();
      for (const run of order) await bob.log.ingest([run]);
      expect(await textsOf(bob)).toHaveLength(limits.eventsInPace);
      expect([...bob.log.feeds.values()].map(({ forked }) => forked)).toEqual([true]);
    }
  });

  it('shows nothing of what was signed too fast, and applies none of it, and keeps the chain', async () => {
    const hasty = await openPage({ now: steadyClock() });
    const message = await say(hasty, 'steady');
    const [record] = hasty.log.feeds.values();
    if (!record?.head) throw new Error('no feed');
    const events: LogEvent[] = [message];
    for (let sequence = 2; sequence <= limits.eventsInPace + 3; sequence++) {
      const content: EventContent = sequence === limits.eventsInPace + 2 ? { kind: 'reaction', target: idOf(message), emoji: '👍' } : text('quick');
      const clock = { wallMs: message.clock.wallMs + 10 * sequence, counter: 0 };
      const earlierMs = events[sequence - 1 - limits.eventsInPace]?.clock.wallMs;
      const fields = { kind: content.kind === 'text' ? 'message' : 'annotation', sequence, clock, lifetimeS: 0, paceMs: earlierMs === undefined ? 65_535 : clock.wallMs - earlierMs, previous: events.at(-1)?.hash ?? message.hash } as const;
      events.push(await sealEvent(hasty.identity.privateKey, record, fields, encodeBody(content, new Uint8Array(16))));
    }
    const bob = await openPage();
    await bob.log.ingest([runOf(record, events)]);
    expect(await textsOf(bob)).toHaveLength(limits.eventsInPace);
    expect(await bob.store.marks([idOf(message)])).toEqual([]);
    expect([...bob.log.feeds.values()]).toMatchObject([{ forked: false, ranges: [{ first: 1, last: limits.eventsInPace + 3 }] }]);
  });

  it('begins a new feed where the disk has lost the end of its own', async () => {
    const first = await openPage({ now: steadyClock() });
    const [one, two] = [await say(first, 'one'), await say(first, 'two')];
    const bob = await openPage();
    await bob.log.ingest(await runsOf(first));
    // As after a damaged row: the record says what is left.
    const [record] = first.log.feeds.values();
    if (!record) throw new Error('no feed');
    const left = new MemoryLogStore();
    await left.load('take');
    await left.write({ events: [one], feeds: [{ ...record, ranges: [{ first: 1, last: 1 }], head: one }], notes: first.log.notes });
    const second = await openPage({ identity: first.identity, store: left, now: steadyClock(Date.UTC(2024, 1, 1)) });
    expect((await say(second, 'two again')).feed).not.toBe(two.feed);
    await bob.log.ingest(await runsOf(second));
    expect([...bob.log.feeds.values()].map(({ forked }) => forked)).toEqual([false, false]);
  });

  it('goes on saying what is said when the disk loses the end of its own feed meanwhile', async () => {
    const store = new DamagedLogStore();
    const alice = await openPage({ store, now: steadyClock() });
    await say(alice, 'one');
    const two = await say(alice, 'two');
    await store.damage(two.feed, { first: 2, last: 2 });
    expect((await say(alice, 'three')).feed).not.toBe(two.feed);
    expect(await textsOf(alice)).toEqual(['one', 'three']);
  });

  it('goes on after what another tab has written when it takes the room again', async () => {
    const now = steadyClock();
    const first = await openPage({ now });
    await say(first, 'one');
    const second = await openPage({ identity: first.identity, store: first.store, now });
    await say(second, 'two');
    await first.log.take();
    expect(await say(first, 'three')).toMatchObject({ sequence: 3 });
    expect(await textsOf(first)).toEqual(['one', 'two', 'three']);
  });

  it('tells of a listener’s fault, and keeps what was said', async () => {
    const fault = new Error('a fault in a view');
    const told: unknown[] = [];
    vi.stubGlobal('reportError', (reported: unknown) => told.push(reported));
    onTestFinished(() => void vi.unstubAllGlobals());
    const alice = await openPage();
    alice.log.listen(() => {
      throw fault;
    }, new AbortController().signal);
    await say(alice, 'one');
    expect(await textsOf(alice)).toEqual(['one']);
    expect(told).toEqual([fault]);
  });

  it('takes back what a removed device said of messages after its last word that counts', async () => {
    const alice = await SignedFeed.make(scope);
    const [message] = await alice.talk(2);
    const target = idOf(message);
    await alice.say({ kind: 'reaction', target, emoji: '👍' });
    for (const content of [{ kind: 'edit', target, text: 'spoiled' }, { kind: 'pin', target, on: true }, { kind: 'reaction', target, emoji: '💩' }] as const) await alice.say(content);
    let cap = Infinity;
    const [before, after] = [await openPage({ capOf: () => cap }), await openPage({ capOf: () => 3 })];
    for (const { log } of [before, after]) await log.ingest([runOf(alice.feed, alice.events)]);
    cap = 3;
    await before.log.reconsider();
    expect(await before.store.marks([target])).toEqual(await after.store.marks([target]));
    expect(before.log.pins).toEqual([]);
    expect((await before.store.marks([target]))[0]?.reactions).toMatchObject([{ emoji: '👍' }]);
  });

  it('asks for the signature of the last event that counts, and takes it', async () => {
    const alice = await SignedFeed.make(scope);
    await alice.talk(10);
    let cap = Infinity;
    const bob = await openPage({ capOf: () => cap });
    await bob.log.ingest([runOf(alice.feed, alice.events)]);
    expect(bob.log.bodiless.size).toBe(0);
    cap = 7;
    await bob.log.reconsider();
    expect([...bob.log.bodiless]).toEqual([[alice.feed.id, [{ first: 7, last: 7 }]]]);
    await bob.log.ingest([runOf(alice.feed, alice.events.slice(6, 7))]);
    expect(bob.log.bodiless.size).toBe(0);
    const carol = await openPage({ capOf: () => 7 });
    await carol.log.ingest(await runsOf(bob));
    expect(await textsOf(carol)).toHaveLength(7);
  });

  it('keeps the signature of the last event that counts, where it comes in the middle of a run', async () => {
    const alice = await SignedFeed.make(scope);
    await alice.talk(10);
    const bob = await openPage({ capOf: () => 7 });
    await bob.log.ingest([runOf(alice.feed, alice.events)]);
    expect(bob.log.bodiless.size).toBe(0);
    const carol = await openPage({ capOf: () => 7 });
    await carol.log.ingest(await runsOf(bob));
    expect(await textsOf(carol)).toHaveLength(7);
  });

  it('keeps no text of a message that its author deleted, however often it was changed', async () => {
    const alice = await SignedFeed.make(scope);
    const target = idOf(await alice.say(text('secret')));
    for (let count = 0; count < editionsKept + 10; count++) await alice.say({ kind: 'edit', target, text: `secret ${count}` });
    const { sequence } = await alice.say({ kind: 'delete', target });
    const bob = await openPage();
    await bob.log.ingest([runOf(alice.feed, alice.events.slice(0, -1))]);
    await bob.log.ingest([runOf(alice.feed, alice.events.slice(-1))]);
    expect((await bob.store.slice(alice.feed.id, { first: 1, last: sequence - 1 })).filter(({ body }) => body)).toEqual([]);
  });

  it('remembers a deletion ahead of its message, whatever else others delete that isn’t there', async () => {
    const [alice, mallory] = [await SignedFeed.make(scope), await SignedFeed.make(scope)];
    const message = await alice.say(text('secret'));
    await alice.say({ kind: 'delete', target: idOf(message) });
    const bob = await openPage();
    await bob.log.ingest([runOf(alice.feed, alice.events.slice(1))]);
    for (let count = 1; count <= limits.deletedAhead; count++) await mallory.say({ kind: 'delete', target: `${'z'.repeat(21)}A.${count}` as MessageId });
    await bob.log.ingest([runOf(mallory.feed, mallory.events)]);
    const later = await openPage({ identity: bob.identity, store: bob.store });
    await later.log.ingest([runOf(alice.feed, alice.events.slice(0, 1))]);
    expect(await textsOf(later)).toEqual(['-']);
  });

  it('writes nothing of deletions that wait when something else comes', async () => {
    const [alice, carol] = [await SignedFeed.make(scope), await SignedFeed.make(scope)];
    const message = await alice.say(text('hello'));
    await carol.say({ kind: 'delete', target: `${'z'.repeat(21)}A.1` as MessageId });
    const bob = await openPage();
    await bob.log.ingest([runOf(carol.feed, carol.events), runOf(alice.feed, alice.events)]);
    const write = vi.spyOn(bob.store, 'write');
    await alice.say({ kind: 'reaction', target: idOf(message), emoji: '👍' });
    await bob.log.ingest([runOf(alice.feed, alice.events.slice(1))]);
    expect(write.mock.calls.map(([{ notes }]) => notes)).toEqual([{}]);
  });

  it.each([
    ['together with the message', [0, 2]],
    ['after it', [0, 1, 2]],
    ['before it', [1, 2, 0, 1]],
  ])('keeps no text that a message was changed to when its time is over and the change comes %s', async (_, cuts) => {
    const alice = await SignedFeed.make(scope);
    const target = idOf(await alice.say(text('secret'), { lifetimeS: 300 }));
    await alice.say({ kind: 'edit', target, text: 'still secret' });
    const bob = await openPage();
    for (let at = 1; at < cuts.length; at++) {
      const [from = 0, to = 0] = [cuts[at - 1], cuts[at]];
      if (from < to) await bob.log.ingest([runOf(alice.feed, alice.events.slice(from, to))]);
    }
    expect((await bob.store.slice(alice.feed.id, { first: 1, last: 2 })).map(({ gone }) => gone)).toEqual(['expired', 'expired']);
    expect((await bob.store.marks([target]))[0]?.editions).toEqual([]);
  });

  it('lets nobody make much of another’s message', async () => {
    const [alice, mallory] = [await SignedFeed.make(scope), await SignedFeed.make(scope)];
    const target = idOf(await alice.say(text('hello')));
    for (let count = 0; count < 10; count++) await mallory.say({ kind: 'edit', target, text: 'not hers' });
    const bob = await openPage();
    await bob.log.ingest([runOf(alice.feed, alice.events), runOf(mallory.feed, mallory.events)]);
    expect((await bob.store.marks([target]))[0]?.editions).toEqual([]);
  });

  it('gives out the pins of messages that are here, the latest first, though others pin what isn’t', async () => {
    const [alice, mallory] = [await SignedFeed.make(scope), await SignedFeed.make(scope)];
    const [one, two] = await alice.talk(2);
    for (const message of [two, one]) await alice.say({ kind: 'pin', target: idOf(message), on: true });
    const bob = await openPage();
    // Before what they pin.
    await bob.log.ingest([runOf(alice.feed, alice.events.slice(2))]);
    expect(bob.log.pins).toEqual([]);
    for (let count = 1; count <= 1_200; count++) await mallory.say({ kind: 'pin', target: `${'z'.repeat(21)}A.${count}` as MessageId, on: true });
    await bob.log.ingest([runOf(mallory.feed, mallory.events), runOf(alice.feed, alice.events.slice(0, 2))]);
    const later = await openPage({ identity: bob.identity, store: bob.store });
    for (const { log } of [bob, later]) expect(log.pins.map(({ target }) => target)).toEqual([idOf(one), idOf(two)]);
  });

  it('asks for bodies of all feeds, though one of them lacks them without end', async () => {
    const [alice, mallory] = [await SignedFeed.make(scope), await SignedFeed.make(scope)];
    await alice.talk(1);
    await mallory.talk(2_400);
    const bob = await openPage();
    // Every other one has its body: so many holes.
    await bob.log.ingest([withheld(mallory, (at) => at % 2 === 0)]);
    await bob.log.ingest([withheld(alice, () => true)]);
    expect(bob.log.bodiless.get(alice.feed.id)).toEqual([{ first: 1, last: 1 }]);
    expect(bob.log.bodiless.get(mallory.feed.id)).toHaveLength(999);
  });

  it('looks at its store a few times for a frame of very many runs', async () => {
    const alice = await SignedFeed.make(scope);
    await alice.talk(1_200);
    const bob = await openPage();
    await bob.log.ingest([runOf(alice.feed, alice.events)]);
    const slice = vi.spyOn(bob.store, 'slice');
    await bob.log.ingest(alice.events.slice(100, 1_100).map((event) => runOf(alice.feed, [{ ...event, signature: undefined }])));
    expect(slice.mock.calls.length).toBeLessThan(20);
  });

  it('reads so many feeds of one device, and no more', async () => {
    const device = await makeDevice();
    const bob = await openPage();
    for (let count = 0; count <= limits.feedsADevice; count++) {
      const page = await openPage({ identity: device });
      await say(page, 'again');
      await bob.log.ingest(await runsOf(page));
    }
    expect(bob.log.feeds.size).toBe(limits.feedsADevice);
  });
});

/** A second store with the same in it. */
async function copied({ log, store }: Page): Promise<MemoryLogStore> {
  const copy = new MemoryLogStore();
  await copy.load('take');
  const events = (await Promise.all([...log.feeds.keys()].map((feed) => store.slice(feed, { first: 1, last: Infinity })))).flat();
  await copy.write({ feeds: [...log.feeds.values()], events, notes: log.notes });
  return copy;
}
