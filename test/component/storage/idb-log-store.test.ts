/** The log in a real IndexedDB: what suits every store, and what only a disk can do to it. */
import { expect } from 'chai';
import { AppError } from '../../../src/core/app-error';
import type { RoomAlias } from '../../../src/core/ids';
import type { LogStore } from '../../../src/storage/log-store';
import { IdbLogStore } from '../../../src/storage/idb-log-store';
import { localFeed } from '../../../src/storage/old-messages';
import { alice, at, bob, bodyOf, carol, event, failureOf, feedOf, foundIn, idOf, idsOf, logStoreSuite, pinOf, textsOf } from '../../suites/log-store-suite';
import { countRaw, deleteRaw, FreshDatabase, openRaw, putRaw, readRaw } from './fresh-database';

let fresh: FreshDatabase;
beforeEach(() => (fresh = new FreshDatabase()));
afterEach(() => fresh.clean());

const alias = 'room' as RoomAlias;
/** So many that they make two blocks, and ten newest ones. */
const conversation = Array.from({ length: 512 }, (_, index) => event(alice, index + 1, at(index)));
const newest = Array.from({ length: 10 }, (_, index) => event(alice, 513 + index, at(1_000 + index)));
const wholeFeed = feedOf(alice, { ranges: [{ first: 1, last: 522 }], head: { sequence: 522, hash: newest[9]!.hash, clock: newest[9]!.clock } });

describe('a log in IndexedDB', () => {
  logStoreSuite(it, async () => new IdbLogStore(await fresh.open(), crypto.randomUUID() as RoomAlias));

  it('is there for the next page', async () => {
    await writeConversation();
    const log = await openLog();
    expect(await log.load('read')).to.deep.equal({ feeds: [wholeFeed], notes: { read: 7 }, pins: [pinOf(idOf(alice, 3), true)] });
    expect(await log.slice(alice, { first: 1, last: 600 })).to.deep.equal([...conversation, ...newest]);
    expect(await log.count()).to.equal(522);
  });

  it('shows a tab that only looks all that another has written by its last load, and never half of a block that has changed since', async () => {
    const writer = await writeConversation();
    const reader = await openLog();
    await reader.load('read');
    const late = Array.from({ length: 100 }, (_, index) => event(bob, index + 1, at(100 + index)));
    await writer.write({ events: late });
    expect(await reader.page({ before: { ...newest[0]!, sequence: 0 }, limit: 1_000 })).to.have.length(612);
    await writer.write({ events: [event(carol, 1, at(5_000))] });
    await reader.load('read');
    expect(textsOf(await reader.page({ limit: 1 }))).to.deep.equal(['carol 1']);
  });
});

describe('a log at rest', () => {
  it('has nothing of what was said in the clear, and a key that nobody gets', async () => {
    const log = await openLog();
    await log.load('take');
    await log.write({ events: conversation.map((one) => ({ ...one, body: bodyOf(`Secret ${one.sequence}`) })), feeds: [wholeFeed], notes: { secret: 'Secret' }, marks: [{ ...pinOf(idOf(alice, 3), true), reactions: [{ at: conversation[0]!, by: wholeFeed.device, emoji: 'Secret' }] }] });
    await log.write({ events: [event(alice, 513, { body: bodyOf('Secret') })] });
    await textsMade();
    const everything = (await Promise.all(Object.keys(await countRaw(fresh.name)).map((name) => readRaw(fresh.name, name)))).flat();
    expect(everything.some(({ key }) => saysAnywhere(key, 'room'))).to.equal(true);
    for (const word of ['Secret', 'secret', 'Alice', 'device of']) expect(everything.filter(({ value }) => saysAnywhere(value, word)), word).to.deep.equal([]);
    const logKey = everything.find(({ key }) => key === 'logKey')?.value as { wrapping: CryptoKey };
    expect(logKey.wrapping.extractable).to.equal(false);
  });

  it('begins anew when its key is lost, and leaves the old one where it is for once', async () => {
    await writeConversation();
    const before = await countRaw(fresh.name);
    await deleteRaw(fresh.name, 'device', 'logKey');
    const log = await openLog();
    expect(await log.load('read')).to.deep.equal({ feeds: [], notes: {}, pins: [] });
    expect(await log.load('take')).to.deep.equal({ feeds: [], notes: {}, pins: [] });
    await log.write({ events: [event(bob, 1)] });
    expect(textsOf(await log.page({ limit: 9 }))).to.deep.equal(['bob 1']);
    expect(await countRaw(fresh.name)).to.include({ logHeads: before['logHeads']!, logRows: before['logRows']! + 1 });

    await deleteRaw(fresh.name, 'device', 'logKey');
    await (await openLog()).load('take');
    expect(await countRaw(fresh.name)).to.include({ logHeads: 0, logRows: 1 });
  });
});

describe('a damaged log', () => {
  for (const store of ['logHeads', 'logBodies'] as const) {
    for (const [title, damage] of [
      ['is overwritten', (key: IDBValidKey) => putRaw(fresh.name, store, new Uint8Array(500), key)],
      ['is lost', (key: IDBValidKey) => deleteRaw(fresh.name, store, key)],
      ['stands in the place of another', async (key: IDBValidKey) => putRaw(fresh.name, store, (await readRaw(fresh.name, store))[1]?.value, key)],
    ] as const) {
      it(`goes on when a row of ${store} ${title}, says what is not held, and takes it again`, async () => {
        await writeConversation();
        await damage([alias, 0, 1]);
        const log = await openLog();
        const lost: unknown[] = [];
        log.onDamage((parts) => lost.push(...parts));
        await log.load('take');
        expect(idsOf(await log.page({ limit: 1_000 }))).to.deep.equal(idsOf([...conversation.slice(256), ...newest]));
        // A head that is not there is missed by `load` itself.
        expect(lost).to.deep.equal(store === 'logHeads' && title === 'is lost' ? [] : [{ feed: alice, range: { first: 1, last: 256 } }]);
        expect((await log.load('take')).feeds).to.deep.equal([{ ...wholeFeed, ranges: [{ first: 257, last: 522 }] }]);
        expect((await countRaw(fresh.name))['logAside']).to.be.greaterThan(0);

        await log.write({ events: conversation.slice(0, 256), feeds: [wholeFeed] });
        const next = await openLog();
        expect((await next.load('take')).feeds).to.deep.equal([wholeFeed]);
        expect(await next.slice(alice, { first: 1, last: 600 })).to.deep.equal([...conversation, ...newest]);
      });
    }
  }

  it('writes on when the block that late events belong to can not be read', async () => {
    await writeConversation();
    await putRaw(fresh.name, 'logHeads', 'damaged', [alias, 0, 2]);
    const log = await openLog();
    const lost: unknown[] = [];
    log.onDamage((parts) => lost.push(...parts));
    await log.load('take');
    await log.write({ events: [event(bob, 1, at(400))] });
    expect(lost).to.deep.equal([{ feed: alice, range: { first: 257, last: 512 } }]);
    expect(idsOf(await log.page({ limit: 1_000 }))).to.deep.equal(idsOf([...conversation.slice(0, 256), event(bob, 1), ...newest]));
  });

  it('is only looked at by a tab that does not have the room', async () => {
    await writeConversation();
    await putRaw(fresh.name, 'logHeads', 'damaged', [alias, 0, 2]);
    const log = await openLog();
    await log.load('read');
    expect(await log.page({ limit: 1_000 })).to.have.length(266);
    expect(await countRaw(fresh.name)).to.include({ logAside: 0, logHeads: 2 });
  });

  it('does without one of its newest events, and tells by the head of its feed', async () => {
    await writeConversation();
    await putRaw(fresh.name, 'logRows', new Uint8Array(40), [alias, 0, idOf(alice, 522)]);
    await putRaw(fresh.name, 'logRows', 'damaged', [alias, 0, idOf(alice, 515)]);
    const log = await openLog();
    const { sequence, hash, clock } = newest[8]!;
    const { feeds } = await log.load('take');
    expect(feeds).to.deep.equal([{ ...wholeFeed, ranges: [{ first: 1, last: 514 }, { first: 516, last: 521 }], head: { sequence, hash, clock } }]);
    expect(await log.count()).to.equal(520);
    expect(await countRaw(fresh.name)).to.include({ logAside: 2, logRows: 8 });
  });

  for (const [title, damage] of [
    ['can not be read', () => putRaw(fresh.name, 'logState', new Uint8Array(40), [alias, 0, 'leaf', 1])],
    ['is lost', () => deleteRaw(fresh.name, 'logState', [alias, 0, 'leaf', 1])],
  ] as const) {
    it(`finds all its blocks when its directory ${title}`, async () => {
      await writeConversation();
      await damage();
      for (const mode of ['read', 'take', 'read'] as const) {
        const log = await openLog();
        expect((await log.load(mode)).feeds).to.deep.equal([wholeFeed]);
        expect(await log.slice(alice, { first: 1, last: 600 })).to.deep.equal([...conversation, ...newest]);
      }
      expect(await countRaw(fresh.name)).to.include({ logHeads: 2, logAside: title === 'is lost' ? 0 : 1 });
    });
  }

  it('finds words also where the texts for the search are lost, or damaged', async () => {
    const log = await writeConversation();
    await textsMade();
    await deleteRaw(fresh.name, 'logTexts', [alias, 0, 1]);
    await putRaw(fresh.name, 'logTexts', new Uint8Array(80), [alias, 0, 2]);
    expect(await foundIn(log, 'ALICE 100')).to.deep.equal([idOf(alice, 100)]);
    expect(await foundIn(log, 'alice 300')).to.deep.equal([idOf(alice, 300)]);
  });

  it('does without a feed, a note, a mark that can not be read', async () => {
    await writeConversation();
    await putRaw(fresh.name, 'logState', new Uint8Array(80), [alias, 0, 'feed', alice]);
    await putRaw(fresh.name, 'logState', 7, [alias, 0, 'note', 'read']);
    await putRaw(fresh.name, 'logMarks', { sealed: 7, pinnedIn: [alias, 0] }, [alias, 0, idOf(alice, 3)]);
    const log = await openLog();
    expect(await log.load('take')).to.deep.equal({ feeds: [], notes: {}, pins: [] });
    expect(await log.marks([idOf(alice, 3)])).to.deep.equal([]);
    expect(await log.count()).to.equal(522);
    await log.write({ feeds: [wholeFeed] });
    expect((await (await openLog()).load('read')).feeds).to.deep.equal([wholeFeed]);
  });
});

describe('a log that two tabs have open', () => {
  it('is written by the one that took it last alone', async () => {
    const [first, second] = [await openLog(), await openLog()];
    await first.load('take');
    await first.write({ events: [event(alice, 1)] });
    await second.load('take');
    expect(await failureOf(first.write({ events: [event(alice, 2)], notes: { read: 1 } }))).to.be.instanceOf(AppError).with.property('code', 'storage-taken');
    expect(await failureOf(first.clear())).to.be.instanceOf(AppError).with.property('code', 'storage-taken');
    await second.write({ events: [event(alice, 2)] });
    const third = await openLog();
    expect((await third.load('read')).notes).to.deep.equal({});
    expect(textsOf(await third.page({ limit: 9 }))).to.deep.equal(['alice 1', 'alice 2']);
    await first.load('take');
    await first.write({ events: [event(alice, 3)] });
    expect(await failureOf(second.write({}))).to.be.instanceOf(AppError).with.property('code', 'storage-taken');
  });

  it('does not come back when one of them has forgotten the room', async () => {
    const log = await writeConversation();
    const { eraseRoom } = await import('../../../src/storage/erase-room');
    await eraseRoom(await fresh.open(), alias);
    expect(await failureOf(log.write({ events: [event(alice, 600)] }))).to.be.instanceOf(AppError).with.property('code', 'storage-taken');
    expect(await countRaw(fresh.name)).to.include({ logState: 0, logRows: 0, logHeads: 0, logBodies: 0, logTexts: 0, logMarks: 0 });
  });
});

describe('a write that the disk breaks off', () => {
  for (const [title, change, place] of [
    ['a message', { events: [event(bob, 1, at(2_000))], feeds: [feedOf(bob)] }, 2],
    ['late events', { events: Array.from({ length: 60 }, (_, index) => event(bob, index + 1, at(200 + index))), feeds: [feedOf(bob)] }, 3],
    ['many events', { events: Array.from({ length: 900 }, (_, index) => event(bob, index + 1, at(2_000 + index))), feeds: [feedOf(bob)] }, 5],
  ] as const) {
    it(`keeps nothing of ${title}, and all of it the next time`, async () => {
      const log = await writeConversation();
      const restore = failPut(place);
      expect(await failureOf(log.write(change))).to.be.instanceOf(AppError).with.property('code', 'storage-full');
      restore();
      for (const one of [log, await openLog()]) {
        if (one !== log) await one.load('read');
        expect(await one.page({ limit: 2_000 })).to.deep.equal([...conversation, ...newest]);
        expect(await one.slice(bob, { first: 1, last: 999 })).to.deep.equal([]);
      }
      await log.write(change);
      expect(await log.slice(bob, { first: 1, last: 999 })).to.deep.equal(change.events);
    });
  }
});

describe('messages of an older release', () => {
  const old = (id: string, wallMs: number, body = id): unknown => ({ alias, id, author: 'bob', authorName: 'Bob', wallMs, counter: 0, body });

  it('move into the log when the room is first looked at: paged, searched, counted, and nobody\'s feed', async () => {
    await makeSecondRelease([old('b', 2, 'Olá, São Paulo'), old('a', 1), { alias, id: 'damaged' }, { ...(old('elsewhere', 1) as object), alias: 'other' }]);
    const reader = await openLog();
    expect(await reader.load('read')).to.deep.equal({ feeds: [], notes: {}, pins: [] });
    const [first, second] = await reader.page({ limit: 9 });
    expect([first?.feed, second?.feed]).to.deep.equal([localFeed, localFeed]);
    expect(JSON.parse(new TextDecoder().decode(second?.body?.subarray(16)))).to.deep.equal({ kind: 'text', name: 'Bob', text: 'Olá, São Paulo', author: 'bob' });
    expect(await foundIn(reader, 'sao')).to.deep.equal(idsOf([second!]));
    expect(await failureOf(reader.write({}))).to.be.instanceOf(AppError).with.property('code', 'storage-taken');
    expect(await countRaw(fresh.name)).to.include({ messages: 1 });

    const log = await openLog();
    await log.load('take');
    await log.write({ events: [event(alice, 1, at(3))], erase: [{ id: idOf(localFeed, 1), reason: 'expired' }] });
    expect(await log.count()).to.equal(3);
    expect((await log.page({ limit: 3 })).map(({ gone }) => gone)).to.deep.equal(['expired', undefined, undefined]);
  });

  it('move once, also when two tabs look at the same time', async () => {
    await makeSecondRelease(Array.from({ length: 700 }, (_, index) => old(`${index}`, index)));
    const tabs = [await openLog(), await openLog()];
    await Promise.all(tabs.map((tab) => tab.load('read')));
    for (const tab of tabs) expect(textsOf(await tab.page({ limit: 1_000 }))).to.deep.equal(Array.from({ length: 700 }, (_, index) => `${index}`));
    const later = await openLog();
    await later.load('take');
    expect(await later.count()).to.equal(700);
  });

  it('stay where they are while the disk is full', async () => {
    await makeSecondRelease([old('a', 1)]);
    const log = await openLog();
    const restore = failPut(3);
    await log.load('take');
    restore();
    expect(await log.count()).to.equal(0);
    await log.load('take');
    expect(await log.count()).to.equal(1);
  });
});

async function openLog(): Promise<IdbLogStore> {
  return new IdbLogStore(await fresh.open(), alias);
}

/** Two blocks, `newest` as rows, a feed, a note and a pin. */
async function writeConversation(): Promise<LogStore> {
  const log = await openLog();
  await log.load('take');
  await log.write({ events: conversation });
  for (const one of newest) await log.write({ events: [one] });
  await log.write({ feeds: [wholeFeed], notes: { read: 7 }, marks: [pinOf(idOf(alice, 3), true)] });
  expect(await countRaw(fresh.name)).to.include({ logHeads: 2, logBodies: 2, logRows: 10 });
  return log;
}

/** What the search reads is made when the page is idle. */
async function textsMade(): Promise<void> {
  for (;;) {
    const { logTexts, logHeads } = await countRaw(fresh.name);
    if (logTexts === logHeads) return;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Whether `word` stands in any text or bytes of a value. */
function saysAnywhere(value: unknown, word: string): boolean {
  if (typeof value === 'string') return value.includes(word);
  if (value instanceof Uint8Array) return new TextDecoder('latin1').decode(value).includes(word);
  return typeof value === 'object' && value !== null && Object.values(value).some((part) => saysAnywhere(part, word));
}

/** The disk is full at the `place`th row. */
function failPut(place: number): () => void {
  const put = IDBObjectStore.prototype.put;
  let count = 0;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...values: Parameters<typeof put>) {
    count += 1;
    if (count === place) throw new DOMException('full', 'QuotaExceededError');
    return put.apply(this, values);
  };
  return () => (IDBObjectStore.prototype.put = put);
}

/** As version 2 made it, written out here. */
async function makeSecondRelease(messages: readonly unknown[]): Promise<void> {
  const database = await openRaw(fresh.name, 2, (made) => {
    made.createObjectStore('device');
    const rooms = made.createObjectStore('rooms', { keyPath: 'alias' });
    rooms.createIndex('byCode', 'code');
    rooms.createIndex('byState', 'state');
    rooms.createIndex('byOldCode', 'oldCodes', { multiEntry: true });
    made.createObjectStore('messages', { keyPath: ['alias', 'id'] }).createIndex('inOrder', ['alias', 'wallMs', 'counter', 'author', 'id']);
    made.createObjectStore('admission', { keyPath: ['alias', 'id'] });
    made.createObjectStore('contacts', { keyPath: 'deviceId' });
    made.createObjectStore('pins', { keyPath: ['alias', 'deviceId'] });
  });
  const transaction = database.transaction('messages', 'readwrite');
  for (const message of messages) transaction.objectStore('messages').put(message);
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  database.close();
}
