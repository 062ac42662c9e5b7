/** Storage that is refused, full, lost or taken away; the browser is stubbed at its own edge. */
import { expect } from 'chai';
import { AppError } from '../../../src/core/app-error';
import type { RoomAlias } from '../../../src/core/ids';
import { openDatabase } from '../../../src/storage/database';
import { openStorage } from '../../../src/storage/open-storage';
import { publicKeyOf } from '../../suites/device-store-suite';
import { bodiesOf, message } from '../../suites/history-store-suite';
import { room } from '../../suites/room-store-suite';
import { FreshDatabase } from './fresh-database';

let fresh: FreshDatabase;
let undo: (() => void)[] = [];
beforeEach(() => (fresh = new FreshDatabase()));
afterEach(async () => {
  for (const restore of undo) restore();
  undo = [];
  await fresh.clean();
});

const alias = 'room' as RoomAlias;

describe('storage that the browser gives', () => {
  it('keeps device, rooms and history for the next page', async () => {
    const first = await openStorage(fresh.name);
    await first.device.saveName('Alice');
    await first.rooms.ensurePending(room('a'));
    await (await first.historyOf(alias)).add([message('1')], 'strict');
    expect(first.kept).to.equal(true);

    const next = await openStorage(fresh.name);
    expect(await next.device.name()).to.equal('Alice');
    expect((await next.rooms.pending())?.alias).to.equal('a');
    expect(bodiesOf(await (await next.historyOf(alias)).latest(10))).to.deep.equal(['1']);
  });

  it('has one history a room', async () => {
    const storage = await openStorage(fresh.name);
    const [one, other] = await Promise.all([storage.historyOf(alias), storage.historyOf(alias)]);
    expect(one).to.equal(other);
    expect(await storage.historyOf('another' as RoomAlias)).not.to.equal(one);
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
      const history = await storage.historyOf(alias);
      await history.add([message('1')], 'strict');
      expect(bodiesOf(await (await storage.historyOf(alias)).latest(10))).to.deep.equal(['1']);
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
      const history = await storage.historyOf(alias);
      await history.add([message('1', { wallMs: 1 })]);
      await storage.rooms.ensurePending(room('a'));

      const restore = edge === 'the request' ? failRequests() : failTransactions();
      await history.add([message('2', { wallMs: 2 })], 'strict');
      expect(storage.problem.value).to.equal('full');
      expect(storage.kept).to.equal(false);
      await storage.rooms.update(room('a').alias, (record) => ({ ...record, state: 'kept' }));
      expect(bodiesOf(await history.latest(10))).to.deep.equal(['1', '2']);
      expect((await storage.rooms.byAlias(room('a').alias))?.state).to.equal('kept');

      restore();
      await history.add([message('3', { wallMs: 3 })]);
      const nextPage = await openStorage(fresh.name);
      expect(bodiesOf(await (await nextPage.historyOf(alias)).latest(10))).to.deep.equal(['1', '2', '3']);
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
    await device.saveName('Alice');
    failRequests();
    await device.saveName('Ana');
    expect(await device.name()).to.equal('Ana');
    expect(await publicKeyOf(await device.keys())).to.equal(await publicKeyOf(keys));
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
    const newer = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(fresh.name, 2);
      request.onsuccess = () => resolve(request.result);
      request.onblocked = () => reject(new Error('the old tab held on'));
      request.onerror = () => reject(request.error ?? new Error('not opened'));
    });
    expect(await failureOf(database.read('device', (store) => store.get('name')))).to.be.instanceOf(AppError).with.property('code', 'storage-blocked');
    newer.close();
  });

  it('makes way for "clear site data", and begins anew', async () => {
    const storage = await openStorage(fresh.name);
    await storage.device.saveName('Alice');
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase(fresh.name);
      request.onsuccess = () => resolve();
      request.onblocked = () => reject(new Error('the tab held on'));
    });
    expect(await storage.device.name()).to.equal(undefined);
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
