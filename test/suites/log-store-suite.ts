/** What every LogStore must do, wherever it keeps the log. */
import { expect } from 'chai';
import { AppError } from '../../src/core/app-error';
import type { DeviceId, FeedId, MessageId } from '../../src/core/ids';
import { messageIdOf, type Bytes, type FeedRecord, type StoredEvent } from '../../src/core/log-event';
import type { Mark } from '../../src/core/marks';
import type { LogStore } from '../../src/storage/log-store';
import type { It } from './it';

/** `openRoom` gives the store of a new room, before its first `load`. */
export function logStoreSuite(it: It, openRoom: () => Promise<LogStore>): void {
  const takeRoom = async (): Promise<LogStore> => {
    const log = await openRoom();
    await log.load('take');
    return log;
  };

  it('is empty at first', async () => {
    const log = await openRoom();
    expect(await log.load('read')).to.deep.equal({ feeds: [], notes: {}, pins: [] });
    expect(await log.load('take')).to.deep.equal({ feeds: [], notes: {}, pins: [] });
    expect(await log.page({ limit: 10 })).to.deep.equal([]);
    expect(await log.slice(alice, { first: 1, last: 10 })).to.deep.equal([]);
    expect(await log.marks([idOf(alice, 1)])).to.deep.equal([]);
    expect(await foundIn(log, 'a')).to.deep.equal([]);
    expect(await log.due(Number.MAX_SAFE_INTEGER, 10)).to.deep.equal({ ids: [], nextMs: undefined });
    expect(await log.count()).to.equal(0);
  });

  it('writes nothing in a room that was opened to look at', async () => {
    const log = await openRoom();
    await log.load('read');
    expect(await failureOf(log.write({ events: [event(alice, 1)] }))).to.be.instanceOf(AppError).with.property('code', 'storage-taken');
    expect(await log.page({ limit: 10 })).to.deep.equal([]);
  });

  it('gives back each event whole', async () => {
    const log = await takeRoom();
    const whole = event(alice, 4_294_967_295, {
      clock: { wallMs: 1_790_000_000_000, counter: 65_535 }, lifetimeS: 4_294_967_295, paceMs: 12_345, previous: bytes(32, 1), bodyHash: bytes(32, 2), hash: bytes(32, 3),
      signature: bytes(64, 4), body: bodyOf('**Olá** 👋 \u0000 \ud800'),
    });
    const bare = event(bob, 1, { kind: 'annotation', body: undefined, signature: undefined });
    const void_ = event(bob, 2, { gone: 'void' });
    await log.write({ events: [whole, bare, void_] }, 'strict');
    expect(await log.slice(alice, { first: 1, last: 4_294_967_295 })).to.deep.equal([whole]);
    expect(await log.slice(bob, { first: 1, last: 9 })).to.deep.equal([bare, void_]);
    expect(await log.page({ limit: 9 })).to.deep.equal([whole]);
  });

  it('pages through the messages in the order of the conversation, whatever the order they came in', async () => {
    const log = await takeRoom();
    const [a, b, c, d] = [1, 2, 3, 4].map((sequence) => event(alice, sequence, at(sequence * 10))) as [StoredEvent, StoredEvent, StoredEvent, StoredEvent];
    const between = event(bob, 1, { clock: { wallMs: 20, counter: 1 } });
    await log.write({ events: [d, a] });
    await log.write({ events: [c, event(bob, 2, { ...at(25), kind: 'annotation' }), between, b, event(bob, 3, { ...at(26), gone: 'void' })] });
    expect(idsOf(await log.page({ limit: 10 }))).to.deep.equal(idsOf([a, b, between, c, d]));
    expect(idsOf(await log.page({ limit: 2 }))).to.deep.equal(idsOf([c, d]));
    expect(idsOf(await log.page({ before: c, limit: 2 }))).to.deep.equal(idsOf([b, between]));
    expect(idsOf(await log.page({ after: b, limit: 2 }))).to.deep.equal(idsOf([between, c]));
    expect(idsOf(await log.page({ after: { ...b, sequence: 1 }, limit: 2 }))).to.deep.equal(idsOf([b, between]));
    expect(idsOf(await log.page({ after: a, before: d, limit: 2 }))).to.deep.equal(idsOf([b, between]));
    expect(await log.page({ before: a, limit: 2 })).to.deep.equal([]);
    expect(await log.page({ after: d, limit: 2 })).to.deep.equal([]);
    expect(await log.page({ limit: 0 })).to.deep.equal([]);
    expect(await log.count()).to.equal(5);
  });

  it('orders events of one instant by feed, then sequence', async () => {
    const log = await takeRoom();
    await log.write({ events: [event(bob, 2, at(1)), event(bob, 1, at(1)), event(alice, 3, at(1))] });
    expect(idsOf(await log.page({ limit: 10 }))).to.deep.equal([idOf(alice, 3), idOf(bob, 1), idOf(bob, 2)]);
  });

  it('keeps the first content of an event, also when one batch brings it twice', async () => {
    const log = await takeRoom();
    await log.write({ events: [event(alice, 1, { body: bodyOf('first') }), event(alice, 1, { body: bodyOf('second') })] });
    await log.write({ events: [event(alice, 1, { body: bodyOf('third') })] });
    expect(textsOf(await log.page({ limit: 10 }))).to.deep.equal(['first']);
    expect(await log.count()).to.equal(1);
  });

  it('takes a body that it lacked, and keeps the signature that it had', async () => {
    const log = await takeRoom();
    const signed = event(alice, 1, { body: undefined, signature: bytes(64, 7) });
    await log.write({ events: [signed] });
    await log.write({ events: [{ ...signed, signature: undefined }] });
    await log.write({ events: [{ ...signed, signature: undefined, body: bodyOf('here') }] });
    expect(await log.page({ limit: 10 })).to.deep.equal([{ ...signed, body: bodyOf('here') }]);
  });

  it('erases bodies for good', async () => {
    const log = await takeRoom();
    await log.write({ events: [event(alice, 1), event(alice, 2, { kind: 'annotation' }), event(alice, 3)] });
    await log.write({ erase: [{ id: idOf(alice, 1), reason: 'deleted' }, { id: idOf(alice, 2), reason: 'expired' }, { id: idOf(bob, 1), reason: 'deleted' }, { id: idOf(alice, 99), reason: 'deleted' }] });
    await log.write({ events: [event(alice, 1, { body: bodyOf('again') })], erase: [{ id: idOf(alice, 1), reason: 'expired' }] });
    expect((await log.slice(alice, { first: 1, last: 3 })).map(({ gone, body }) => [gone, body !== undefined])).to.deep.equal([['deleted', false], ['expired', false], [undefined, true]]);
    expect(idsOf(await log.page({ limit: 10 }))).to.deep.equal([idOf(alice, 1), idOf(alice, 3)]);
    expect(await foundIn(log, 'alice 1')).to.deep.equal([]);
    expect(await log.count()).to.equal(2);
  });

  it('erases what came with the same change', async () => {
    const log = await takeRoom();
    await log.write({ events: [event(alice, 1)], erase: [{ id: idOf(alice, 1), reason: 'deleted' }] });
    expect((await log.page({ limit: 1 }))[0]).to.include({ body: undefined, gone: 'deleted' });
  });

  it('lets a branch go, and takes the other in the same change', async () => {
    const log = await takeRoom();
    await log.write({ events: [1, 2, 3, 4].map((sequence) => event(alice, sequence, at(sequence))) });
    await log.write({ truncate: [{ feed: alice, from: 3 }, { feed: bob, from: 1 }], events: [event(alice, 3, { ...at(1), body: bodyOf('other branch') })] });
    expect(textsOf(await log.slice(alice, { first: 1, last: 9 }))).to.deep.equal(['alice 1', 'alice 2', 'other branch']);
    expect(textsOf(await log.page({ limit: 9 }))).to.deep.equal(['alice 1', 'other branch', 'alice 2']);
  });

  it('keeps feeds, marks and notes as they were written last', async () => {
    const log = await takeRoom();
    const feed = feedOf(alice, { ranges: [{ first: 1, last: 2 }], head: { sequence: 2, hash: bytes(32, 3), clock: { wallMs: 2, counter: 0 } } });
    await log.write({ events: [event(alice, 1), event(alice, 2)], feeds: [feedOf(alice), feedOf(bob)], notes: { read: 1, seen: { deep: [1] } }, marks: [markOf(idOf(alice, 1)), pinOf(idOf(alice, 2), true)] });
    await log.write({ feeds: [feed], notes: { read: undefined, other: 'x' }, marks: [pinOf(idOf(alice, 1), true), pinOf(idOf(alice, 2), false)] });
    const { feeds, notes, pins } = await log.load('take');
    expect(feeds.toSorted((one, other) => (one.id < other.id ? -1 : 1))).to.deep.equal([feed, feedOf(bob)]);
    expect(notes).to.deep.equal({ seen: { deep: [1] }, other: 'x' });
    expect(pins.toSorted((one, other) => (one.target < other.target ? -1 : 1))).to.deep.equal([pinOf(idOf(alice, 1), true), pinOf(idOf(alice, 2), false)]);
    expect(await log.marks([idOf(alice, 9), idOf(alice, 2), idOf(alice, 1)])).to.deep.equal([pinOf(idOf(alice, 2), false), pinOf(idOf(alice, 1), true)]);
  });

  it('finds text without case and accents, newest first, in messages and in what changed them', async () => {
    const log = await takeRoom();
    await log.write({
      events: [
        event(alice, 1, { ...at(1), body: bodyOf('A São João') }), event(alice, 2, { ...at(2), body: bodyOf('SAO joao') }), event(alice, 3, { ...at(3), body: bodyOf('nothing') }),
        event(alice, 4, { ...at(4), kind: 'annotation', body: bodyOf('são') }), event(alice, 5, { ...at(5), body: Uint8Array.of(1, 2) }), event(alice, 6, { ...at(6), body: undefined }),
      ],
    });
    expect(await foundIn(log, 'são')).to.deep.equal([idOf(alice, 4), idOf(alice, 2), idOf(alice, 1)]);
    expect(await foundIn(log, 'SAO JOAO')).to.deep.equal([idOf(alice, 2), idOf(alice, 1)]);
    expect(await foundIn(log, 'kind')).to.deep.equal([]);
    expect(await foundIn(log, '')).to.deep.equal([]);
  });

  it('ends a search that nobody waits for any more', async () => {
    const log = await takeRoom();
    await log.write({ events: [event(alice, 1)] });
    expect(await foundIn(log, 'alice', AbortSignal.abort())).to.deep.equal([]);
  });

  it('tells whose time is over, and when the next one is', async () => {
    const log = await takeRoom();
    await log.write({
      events: [
        event(alice, 1, { ...at(1_000), lifetimeS: 10 }), event(alice, 2, { ...at(2_000), lifetimeS: 5 }), event(alice, 3, { ...at(3_000), lifetimeS: 0 }),
        event(alice, 4, { ...at(4_000), lifetimeS: 60 }), event(alice, 5, { ...at(1), lifetimeS: 1, body: undefined }),
      ],
    });
    expect(await log.due(6_999, 10)).to.deep.equal({ ids: [], nextMs: 7_000 });
    expect(await log.due(11_000, 10)).to.deep.equal({ ids: [idOf(alice, 1), idOf(alice, 2)], nextMs: 64_000 });
    expect((await log.due(11_000, 1)).ids).to.have.length(1);
    await log.write({ erase: [1, 2].map((sequence) => ({ id: idOf(alice, sequence), reason: 'expired' })) });
    expect(await log.due(11_000, 10)).to.deep.equal({ ids: [], nextMs: 64_000 });
  });

  it('holds a long conversation of several feeds whole, whatever the order it comes in', async () => {
    const log = await takeRoom();
    const all = Array.from({ length: 1_500 }, (_, index) => event([alice, bob, carol][index % 3] as FeedId, 1 + Math.floor(index / 3), at(index * 10)));
    // Newest first in batches, then single ones, then what was left out here and there.
    const late = all.filter((_, index) => index % 7 === 3);
    const rest = all.filter((_, index) => index % 7 !== 3);
    for (let end = rest.length; end > 0; end -= 200) await log.write({ events: rest.slice(Math.max(0, end - 200), end) });
    const newest = Array.from({ length: 40 }, (_, index) => event(alice, 501 + index, at(20_000 + index)));
    for (const one of newest) await log.write({ events: [one] }, 'strict');
    for (let start = 0; start < late.length; start += 25) await log.write({ events: late.slice(start, start + 25) });
    const expected = [...all, ...newest];

    expect(await log.count()).to.equal(expected.length);
    expect(idsOf(await log.page({ limit: 5_000 }))).to.deep.equal(idsOf(expected));
    expect(textsOf(await log.slice(bob, { first: 100, last: 400 }))).to.deep.equal(Array.from({ length: 301 }, (_, index) => `bob ${100 + index}`));
    for (let end = expected.length; end > 0; end -= 37) expect(idsOf(await log.page({ before: expected[end - 1]!, limit: 40 }))).to.deep.equal(idsOf(expected.slice(Math.max(0, end - 41), end - 1)));
    expect(await foundIn(log, 'carol 77')).to.deep.equal([idOf(carol, 77)]);
    expect(await foundIn(log, 'alice 4')).to.deep.equal(idsOf(expected.filter(({ feed, sequence }) => feed === alice && `${sequence}`.startsWith('4')).toReversed()));
  });

  it('erases and cuts in a long conversation', async () => {
    const log = await takeRoom();
    await log.write({ events: Array.from({ length: 1_200 }, (_, index) => event(index % 2 === 0 ? alice : bob, 1 + (index >> 1), { ...at(index), lifetimeS: index === 30 ? 5 : 0 })) });
    expect(await log.due(0, 10)).to.deep.equal({ ids: [], nextMs: 5_030 });
    await log.write({ erase: [{ id: idOf(alice, 16), reason: 'expired' }], truncate: [{ feed: bob, from: 11 }] });
    expect(await log.due(9_999, 10)).to.deep.equal({ ids: [], nextMs: undefined });
    expect(await log.count()).to.equal(610);
    expect((await log.slice(alice, { first: 16, last: 16 }))[0]).to.include({ body: undefined, gone: 'expired' });
    expect(await log.slice(bob, { first: 11, last: 9_999 })).to.deep.equal([]);
  });

  it('loses none of several changes made at the same time', async () => {
    const log = await takeRoom();
    await Promise.all(Array.from({ length: 5 }, (_, batch) => log.write({ events: Array.from({ length: 20 }, (_, index) => event(alice, 1 + index * 5 + batch, at(index * 5 + batch))) })));
    expect(textsOf(await log.slice(alice, { first: 1, last: 100 }))).to.deep.equal(Array.from({ length: 100 }, (_, index) => `alice ${index + 1}`));
  });

  it('takes an empty change', async () => {
    const log = await takeRoom();
    await log.write({});
    await log.write({ events: [], feeds: [], marks: [], erase: [], truncate: [], notes: {} });
    expect(await log.count()).to.equal(0);
  });

  it('forgets its own room only, and goes on', async () => {
    const [log, other] = [await takeRoom(), await takeRoom()];
    for (const room of [log, other]) await room.write({ events: Array.from({ length: 700 }, (_, index) => event(alice, index + 1, at(index))), feeds: [feedOf(alice)], marks: [pinOf(idOf(alice, 1), true)], notes: { read: 1 } });
    await log.clear();
    expect(await log.page({ limit: 10 })).to.deep.equal([]);
    expect(await log.marks([idOf(alice, 1)])).to.deep.equal([]);
    expect(await other.count()).to.equal(700);
    await log.write({ events: [event(bob, 1)] });
    expect(idsOf(await log.page({ limit: 10 }))).to.deep.equal([idOf(bob, 1)]);
    expect(await log.load('take')).to.deep.equal({ feeds: [], notes: {}, pins: [] });
  });
}

export const alice = 'alicealicealicealiceaA' as FeedId;
export const bob = 'bobbobbobbobbobbobbobA' as FeedId;
export const carol = 'carolcarolcarolcarolcA' as FeedId;
const names: Readonly<Record<string, string>> = { [alice]: 'alice', [bob]: 'bob', [carol]: 'carol' };

/** A message whose text is its author and sequence unless told otherwise. */
export function event(feed: FeedId, sequence: number, parts: Partial<StoredEvent> = {}): StoredEvent {
  return {
    feed, sequence, kind: 'message', clock: { wallMs: sequence, counter: 0 }, lifetimeS: 0, paceMs: 65_535, previous: hashOf(feed, sequence - 1), bodyHash: bytes(32, sequence), hash: hashOf(feed, sequence),
    signature: undefined, gone: undefined, body: parts.gone ? undefined : bodyOf(`${names[feed]} ${sequence}`), ...parts,
  };
}

export function at(wallMs: number): Pick<StoredEvent, 'clock'> {
  return { clock: { wallMs, counter: 0 } };
}

export function feedOf(id: FeedId, parts: Partial<FeedRecord> = {}): FeedRecord {
  return { id, device: `device of ${names[id]}` as DeviceId, key: bytes(65, 4), incarnation: bytes(16, 5), ranges: [], head: undefined, forked: false, ...parts };
}

export function bodyOf(text: string): Bytes {
  return new Uint8Array([...bytes(16, 9), ...new TextEncoder().encode(JSON.stringify({ kind: 'text', name: 'Alice', text }))]);
}

export function idOf(feed: FeedId, sequence: number): MessageId {
  return messageIdOf({ feed, sequence });
}

export function idsOf(events: readonly StoredEvent[]): MessageId[] {
  return events.map(messageIdOf);
}

export function textsOf(events: readonly StoredEvent[]): string[] {
  return events.map(({ body }) => (JSON.parse(new TextDecoder().decode(body?.subarray(16))) as { text: string }).text);
}

export async function foundIn(log: LogStore, words: string, signal = new AbortController().signal): Promise<MessageId[]> {
  const found: MessageId[] = [];
  for await (const events of log.search(words, signal)) found.push(...idsOf(events));
  return found;
}

export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (cause: unknown) => cause);
}

function markOf(target: MessageId): Mark {
  return { target, deletedBy: ['bob' as DeviceId], editions: [{ at: { feed: bob, ...at(1), sequence: 1 }, by: 'bob' as DeviceId, text: 'Olá', mentions: [] }], reactions: [], pin: undefined };
}

export function pinOf(target: MessageId, on: boolean): Mark {
  return { target, deletedBy: [], editions: [], reactions: [], pin: { at: { feed: bob, ...at(1), sequence: 1 }, by: 'bob' as DeviceId, on } };
}

function hashOf(feed: FeedId, sequence: number): Bytes {
  return sequence === 0 ? bytes(32, 0) : bytes(32, sequence * 3 + feed.length + feed.charCodeAt(0));
}

function bytes(length: number, seed: number): Bytes {
  return Uint8Array.from({ length }, (_, index) => seed === 0 ? 0 : (seed * 31 + index * 7) & 255);
}
