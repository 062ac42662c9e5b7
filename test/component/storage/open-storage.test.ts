/** Storage that is refused, full, lost or taken away; the browser is stubbed at its own edge. */
import { expect } from 'chai';
import { AppError } from '../../../src/core/app-error';
import type { DeviceId, InviteCode, RoomAlias } from '../../../src/core/ids';
import { openDatabase } from '../../../src/storage/database';
import { generateKeys } from '../../../src/storage/device-store';
import type { RoomStores } from '../../../src/storage/open-room-stores';
import { openStorage } from '../../../src/storage/open-storage';
import { publicKeyOf } from '../../suites/device-store-suite';
import { alice, event, textsOf } from '../../suites/log-store-suite';
import { room } from '../../suites/room-store-suite';
import { countRaw, FreshDatabase, openRaw, putRaw } from './fresh-database';

let fresh: FreshDatabase;
let undo: (() => void)[] = [];
beforeEach(() => (fresh = new FreshDatabase()));
afterEach(async () => {
  for (const restore of undo) restore();
  undo = [];
  await fresh.clean();
});

const alias = 'room' as RoomAlias;
const another = 'another' as RoomAlias;
const bob = 'bob' as DeviceId;

describe('storage that the browser gives', () => {
  it('keeps device, rooms and the log for the next page', async () => {
    const first = await openStorage(fresh.name);
    await first.device.saveProfile({ name: 'Alice' });
    await first.rooms.ensurePending(room('a'));
    await writeEverywhere(await first.roomStores());
    expect(first.kept).to.equal(true);

    const next = await openStorage(fresh.name);
    expect(await next.device.profile()).to.deep.equal({ name: 'Alice' });
    expect((await next.rooms.pending())?.alias).to.equal('a');
    await expectEverything(await next.roomStores());
  });

  it('has one log and one admission a room', async () => {
    const storage = await openStorage(fresh.name);
    const [stores, again] = await Promise.all([storage.roomStores(), storage.roomStores()]);
    expect(stores.logOf(alias)).to.equal(again.logOf(alias));
    expect(stores.admissionOf(alias)).to.equal(again.admissionOf(alias));
    expect(stores.logOf(another)).not.to.equal(stores.logOf(alias));
    expect(stores.admissionOf(another)).not.to.equal(stores.admissionOf(alias));
  });
});

describe('storage that the browser refuses', () => {
  for (const [title, refuse] of [
    ['throws', () => { throw new DOMException('refused', 'SecurityError'); }],
    ['is missing', undefined],
  ] as const) {
    it(`is replaced by memory when opening ${title}, and says so`, async () => {
      replace(indexedDB, 'open', refuse);
      const storage = await openStorage(fresh.name);
      expect(storage.kept).to.equal(false);
      expect(storage.problem.value).to.equal('blocked');
      await storage.device.keys();
      expect((await storage.rooms.ensurePending(room('a'))).alias).to.equal('a');
      await writeEverywhere(await storage.roomStores());
      await expectEverything(await storage.roomStores());
    });
  }

  it('is a storage-blocked error for whoever opens the database itself', async () => {
    replace(indexedDB, 'open', () => { throw new DOMException('refused', 'SecurityError'); });
    expect(await failureOf(openDatabase(fresh.name))).to.be.instanceOf(AppError).with.property('code', 'storage-blocked');
  });
});

describe('a full disk', () => {
  for (const edge of ['the request', 'the transaction'] as const) {
    it(`found by ${edge} loses nothing that is in memory, and says so`, async () => {
      const storage = await openStorage(fresh.name);
      const log = (await storage.roomStores()).logOf(alias);
      await log.load('take');
      await log.write({ events: [event(alice, 1)] });
      await storage.rooms.ensurePending(room('a'));

      const restore = edge === 'the request' ? failRequests() : failTransactions();
      expect(await failureOf(log.write({ events: [event(alice, 9)] }, 'strict'))).to.include({ code: 'storage-full' });
      await log.write({ events: [event(alice, 2)] }, 'strict');
      expect(storage.problem.value).to.equal('full');
      expect(storage.kept).to.equal(false);
      await storage.rooms.update(room('a').alias, (record) => ({ ...record, state: 'kept' }));
      expect(textsOf(await log.page({ limit: 10 }))).to.deep.equal(['alice 1', 'alice 2']);
      expect((await storage.rooms.byAlias(room('a').alias))?.state).to.equal('kept');

      restore();
      await log.write({ events: [event(alice, 3)] });
      const nextLog = (await (await openStorage(fresh.name)).roomStores()).logOf(alias);
      await nextLog.load('read');
      expect(textsOf(await nextLog.page({ limit: 10 }))).to.deep.equal(['alice 1', 'alice 2', 'alice 3']);
    });
  }

  it('is a storage-full error for whoever writes to the database itself, and nothing of the write is kept', async () => {
    const database = await fresh.open();
    const restore = failTransactions();
    const failure = await failureOf(database.write('device', 'strict', (store) => store.put('Alice', 'name')));
    expect(failure).to.be.instanceOf(AppError).with.property('code', 'storage-full');
    restore();
    expect(await database.read('device', (store) => store.get('name'))).to.equal(undefined);
  });
});

describe('a disk that fails', () => {
  it('leaves the rooms as they were last seen', async () => {
    const { rooms } = await openStorage(fresh.name);
    await rooms.ensureByCode(room('kept', { state: 'kept' }));
    await rooms.ensurePending(room('old', { createdMs: 9 }));
    await rooms.replacePending(room('new'));
    await rooms.saveDraft(room('new').alias, 'Hel');
    await rooms.ensureByCode(room('gone', { state: 'kept' }));
    await rooms.remove(room('gone').alias);

    failRequests();
    await rooms.update(room('kept').alias, (record) => ({ ...record, peopleNames: ['Bob'] }));
    expect(await rooms.byAlias(room('kept').alias)).to.deep.equal(room('kept', { state: 'kept', peopleNames: ['Bob'] }));
    expect(await rooms.pending()).to.deep.equal(room('new', { draft: 'Hel' }));
    expect(await rooms.byAlias(room('gone').alias)).to.equal(undefined);
  });

  it('leaves the device the one it was', async () => {
    const { device } = await openStorage(fresh.name);
    const keys = await device.keys();
    await device.saveProfile({ name: 'Alice' });
    failRequests();
    await device.saveProfile({ name: 'Ana' });
    expect((await device.profile()).name).to.equal('Ana');
    expect(await publicKeyOf(await device.keys())).to.equal(await publicKeyOf(keys));
  });

  it('leaves admission and people as they were, and adds to them', async () => {
    const stores = await (await openStorage(fresh.name)).roomStores();
    await writeEverywhere(stores);
    failRequests();
    await stores.admissionOf(alias).add(undefined, ['removal']);
    await stores.people.setVerified('carol' as DeviceId, 'Carol', 5);
    await stores.people.acknowledge(alias, bob);
    expect(await stores.admissionOf(alias).load()).to.deep.equal({ genesis: 'genesis', tokens: ['pass', 'removal'] });
    expect([...(await stores.people.verified())].toSorted()).to.deep.equal(['bob', 'carol']);
    expect(await stores.people.pins(alias)).to.deep.equal([{ deviceId: bob, name: 'Bob', firstMs: 1, acknowledged: true }]);
  });
});

describe('a profile of the first release', () => {
  it('keeps its key, name, rooms and history, and takes what is new', async () => {
    const keys = await generateKeys();
    const guest = { alias: 'guest', code: 'code-guest', role: 'guest', state: 'kept', returnToken: 'AAAA', peopleNames: ['Alice'], draft: 'Hel', createdMs: 1, lastVisitMs: 7 };
    const owner = { ...guest, alias, code: 'code-own', role: 'owner', saltBase64: 'c2FsdA', returnTokens: [{ deviceId: bob, token: 'AAAA', sinceMs: 0 }], lastVisitMs: 9 };
    await makeFirstRelease(fresh.name, {
      device: [[keys, 'keys'], ['Alice', 'name']],
      rooms: [[guest], [owner]],
      messages: [[{ alias, id: '1', author: bob, authorName: 'Bob', wallMs: 1, counter: 0, body: 'Hello' }]],
    });

    const { device, rooms, roomStores } = await openStorage(fresh.name);
    expect(await publicKeyOf(await device.keys())).to.equal(await publicKeyOf(keys));
    expect(await device.profile()).to.deep.equal({ name: 'Alice' });
    expect(await rooms.kept()).to.deep.equal([
      room(alias, { code: 'code-own' as InviteCode, state: 'kept', saltBase64: 'c2FsdA', peopleNames: ['Alice'], draft: 'Hel', lastVisitMs: 9 }),
      { unreadCount: 0, alias: 'guest', code: 'code-guest', oldCodes: [], role: 'guest', state: 'kept', title: '', closed: false, peopleNames: ['Alice'], draft: 'Hel', createdMs: 1, lastVisitMs: 7 },
    ]);
    const stores = await roomStores();
    const log = stores.logOf(alias);
    expect((await log.load('read')).feeds).to.deep.equal([]);
    expect(textsOf(await log.page({ limit: 10 }))).to.deep.equal(['Hello']);
    await rooms.update(alias, (record) => ({ ...record, code: 'code-new' as InviteCode, oldCodes: ['code-own' as InviteCode] }));
    expect((await rooms.byCode('code-own' as InviteCode))?.code).to.equal('code-new');
    await writeEverywhere(stores);
    expect(await countRaw(fresh.name)).to.include({ device: 3, rooms: 2, admission: 2, pins: 1, contacts: 1, messages: 0 });
  });

  it('may have had no name yet', async () => {
    await makeFirstRelease(fresh.name, {});
    expect(await (await openStorage(fresh.name)).device.profile()).to.deep.equal({});
  });
});

describe('a connection', () => {
  it('that was closed behind our back is opened again', async () => {
    const database = await fresh.open();
    let connections: IDBDatabase[] = [];
    const transaction = IDBDatabase.prototype.transaction;
    replace(IDBDatabase.prototype, 'transaction', function (this: IDBDatabase, ...values: Parameters<typeof transaction>) {
      connections = [...connections, this];
      return transaction.apply(this, values);
    });
    await database.write('device', 'relaxed', (store) => store.put('Alice', 'name'));
    connections[0]?.close();
    expect(await database.read('device', (store) => store.get('name'))).to.equal('Alice');
  });

  it('makes way for a newer release, and then says that storage is blocked', async () => {
    const database = await fresh.open();
    const newer = await openRaw(fresh.name, 4);
    expect(await failureOf(database.read('device', (store) => store.get('name')))).to.be.instanceOf(AppError).with.property('code', 'storage-blocked');
    newer.close();
  });

  it('makes way for "clear site data", and begins anew', async () => {
    const storage = await openStorage(fresh.name);
    await storage.device.saveProfile({ name: 'Alice' });
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase(fresh.name);
      request.onsuccess = () => resolve();
      request.onblocked = () => reject(new Error('the tab held on'));
    });
    expect(await storage.device.profile()).to.deep.equal({});
    expect(storage.kept).to.equal(true);
  });

  it('takes nothing of a write whose work throws', async () => {
    const database = await fresh.open();
    const failure = await failureOf(
      database.write('device', 'strict', async (store) => {
        await store.put('Alice', 'name');
        throw new TypeError('a bug');
      }),
    );
    expect(failure).to.be.instanceOf(TypeError);
    expect(await database.read('device', (store) => store.get('name'))).to.equal(undefined);
  });

  it('lets our own mistakes through as they are', async () => {
    const database = await fresh.open();
    expect(await failureOf(database.write('device', 'strict', (store) => store.put(() => 'no data', 'name')))).to.be.instanceOf(DOMException).with.property('name', 'DataCloneError');
  });
});

async function writeEverywhere({ people, logOf, admissionOf }: RoomStores): Promise<void> {
  await logOf(alias).load('take');
  await logOf(alias).write({ events: [event(alice, 1)] }, 'strict');
  await admissionOf(alias).add('genesis', ['pass']);
  await people.pin(alias, bob, 'Bob', 1);
  await people.setVerified(bob, 'Bob', 2);
}

async function expectEverything({ people, logOf, admissionOf }: RoomStores): Promise<void> {
  await logOf(alias).load('read');
  expect(textsOf(await logOf(alias).page({ limit: 10 }))).to.deep.equal(['alice 1']);
  expect(await admissionOf(alias).load()).to.deep.equal({ genesis: 'genesis', tokens: ['pass'] });
  expect(await people.pins(alias)).to.deep.equal([{ deviceId: bob, name: 'Bob', firstMs: 1, acknowledged: false }]);
  expect([...(await people.verified())]).to.deep.equal([bob]);
}

/** As version 1 made it, written out here: `rows` by the store's name, each with its key where it isn't in the row. */
async function makeFirstRelease(databaseName: string, rows: Readonly<Record<string, readonly (readonly [value: unknown, key?: string])[]>>): Promise<void> {
  const database = await openRaw(databaseName, 1, (made) => {
    made.createObjectStore('device');
    const rooms = made.createObjectStore('rooms', { keyPath: 'alias' });
    rooms.createIndex('byCode', 'code');
    rooms.createIndex('byState', 'state');
    made.createObjectStore('messages', { keyPath: ['alias', 'id'] }).createIndex('inOrder', ['alias', 'wallMs', 'counter', 'author', 'id']);
  });
  database.close();
  for (const [storeName, entries] of Object.entries(rows)) for (const [value, key] of entries) await putRaw(databaseName, storeName, value, key);
}

function failRequests(): () => void {
  return replace(IDBObjectStore.prototype, 'put', () => { throw new DOMException('full', 'QuotaExceededError'); });
}

/** The way Chromium tells it: the transaction aborts, and its requests know only that. */
function failTransactions(): () => void {
  const put = IDBObjectStore.prototype.put;
  const restorePut = replace(IDBObjectStore.prototype, 'put', function (this: IDBObjectStore, ...values: Parameters<typeof put>) {
    const request = put.apply(this, values);
    Object.defineProperty(this.transaction, 'error', { value: new DOMException('full', 'QuotaExceededError') });
    this.transaction.abort();
    return request;
  });
  return restorePut;
}

/** Puts `value` in the place of a method until the test ends, or the returned function is called. */
function replace<Owner extends object>(owner: Owner, name: keyof Owner & string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  const restore = (): void => {
    Reflect.deleteProperty(owner, name);
    if (own) Object.defineProperty(owner, name, own);
  };
  undo.push(restore);
  return restore;
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (cause: unknown) => cause);
}
