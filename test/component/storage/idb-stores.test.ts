import { expect } from 'chai';
import type { InviteCode, RoomAlias } from '../../../src/core/ids';
import { IdbDeviceStore } from '../../../src/storage/device-store';
import { IdbHistoryStore } from '../../../src/storage/idb-history-store';
import { IdbRoomStore } from '../../../src/storage/room-store';
import { deviceStoreSuite, publicKeyOf } from '../../suites/device-store-suite';
import { bodiesOf, historyStoreSuite, message } from '../../suites/history-store-suite';
import { room, roomStoreSuite } from '../../suites/room-store-suite';
import { FreshDatabase, putRaw } from './fresh-database';

let fresh: FreshDatabase;
beforeEach(() => (fresh = new FreshDatabase()));
afterEach(() => fresh.clean());

const alias = 'room' as RoomAlias;

describe('a history in IndexedDB', () => {
  historyStoreSuite(it, async () => new IdbHistoryStore(await fresh.open(), crypto.randomUUID() as RoomAlias));

  it('is there for the next page', async () => {
    const first = await fresh.open();
    await new IdbHistoryStore(first, alias).add([message('1')], 'strict');
    await first.close();
    expect(bodiesOf(await new IdbHistoryStore(await fresh.open(), alias).latest(10))).to.deep.equal(['1']);
  });

  it('passes damaged rows over, and still gives as many messages as asked', async () => {
    const history = new IdbHistoryStore(await fresh.open(), alias);
    await history.add([1, 2, 3, 4].map((wallMs) => message(`${wallMs}`, { wallMs })));
    const damaged = { alias, author: 'alice', wallMs: 9, counter: 0 };
    await putRaw(fresh.name, 'messages', { ...damaged, id: 'no body' });
    await putRaw(fresh.name, 'messages', { ...damaged, id: 'a time that is a text', authorName: 'A', body: 'b', wallMs: 'x' });
    await putRaw(fresh.name, 'messages', { ...damaged, id: 'a negative counter', authorName: 'A', body: 'b', counter: -1 });
    expect(bodiesOf(await history.latest(2))).to.deep.equal(['3', '4']);
    expect(bodiesOf(await history.latest(100))).to.deep.equal(['1', '2', '3', '4']);
  });

  it('takes the sound message in the place of a damaged row', async () => {
    const history = new IdbHistoryStore(await fresh.open(), alias);
    await putRaw(fresh.name, 'messages', { alias, id: '1', author: 'alice', wallMs: 1, counter: 0 });
    await history.add([message('1')]);
    expect(bodiesOf(await history.latest(10))).to.deep.equal(['1']);
  });

  it('reads the same without getAllRecords, which only newer browsers have', async () => {
    const history = new IdbHistoryStore(await fresh.open(), alias);
    await history.add([1, 2, 3].map((wallMs) => message(`${wallMs}`, { wallMs })));
    const original = Object.getOwnPropertyDescriptor(IDBIndex.prototype, 'getAllRecords');
    Reflect.deleteProperty(IDBIndex.prototype, 'getAllRecords');
    try {
      expect(bodiesOf(await history.latest(2))).to.deep.equal(['2', '3']);
      expect(bodiesOf(await history.latest(10))).to.deep.equal(['1', '2', '3']);
    } finally {
      if (original) Object.defineProperty(IDBIndex.prototype, 'getAllRecords', original);
    }
  });

  it('merges what two tabs add at the same time', async () => {
    const tabs = [new IdbHistoryStore(await fresh.open(), alias), new IdbHistoryStore(await fresh.open(), alias)];
    await Promise.all(tabs.map((tab, index) => tab.add([message('shared', { body: `from tab ${index}`, wallMs: 1 }), message(`own-${index}`, { wallMs: 2 })])));
    const [one, other] = await Promise.all(tabs.map((tab) => tab.latest(10)));
    expect(one).to.have.length(3);
    expect(one).to.deep.equal(other);
  });
});

describe('rooms in IndexedDB', () => {
  roomStoreSuite(it, async () => new IdbRoomStore(await fresh.open()));

  it('are the same for two tabs that start at once', async () => {
    const tabs = [new IdbRoomStore(await fresh.open()), new IdbRoomStore(await fresh.open())];
    const [one, other] = await Promise.all(tabs.map((tab, index) => tab.ensurePending(room(`tab-${index}`))));
    expect(one).to.deep.equal(other);
    expect(await tabs[0]?.pending()).to.deep.equal(one);
  });

  it('keep the changes of both tabs', async () => {
    const tabs = [new IdbRoomStore(await fresh.open()), new IdbRoomStore(await fresh.open())];
    const { alias: shared } = room('a');
    await tabs[0]?.ensurePending(room('a'));
    await Promise.all(tabs.flatMap((tab, index) => [1, 2, 3].map((count) => tab.update(shared, (record) => ({ ...record, peopleNames: [...record.peopleNames, `${index}-${count}`] })))));
    expect((await tabs[0]?.byAlias(shared))?.peopleNames).to.have.length(6);
  });

  it('set a damaged room aside, and do without its lesser parts', async () => {
    const rooms = new IdbRoomStore(await fresh.open());
    await putRaw(fresh.name, 'rooms', { alias: 'no code', state: 'pending', role: 'owner', createdMs: 9 });
    await putRaw(fresh.name, 'rooms', { ...room('no role'), role: 'king' });
    expect(await rooms.pending()).to.equal(undefined);
    expect((await rooms.ensurePending(room('a'))).alias).to.equal('a');
    expect(await rooms.byAlias('no code' as RoomAlias)).to.equal(undefined);

    await putRaw(fresh.name, 'rooms', { alias: 'b', code: 'code-b', role: 'owner', state: 'kept', createdMs: 5, returnTokens: [7, { deviceId: 'bob', token: 't', sinceMs: 0 }], peopleNames: ['Bob', 7], returnToken: 7 });
    expect(await rooms.byCode('code-b' as InviteCode)).to.deep.equal({
      alias: 'b', code: 'code-b', role: 'owner', state: 'kept', createdMs: 5, lastVisitMs: 5, draft: '', peopleNames: ['Bob'], returnTokens: [{ deviceId: 'bob', token: 't', sinceMs: 0 }],
    });
  });
});

describe('the device in IndexedDB', () => {
  deviceStoreSuite(it, async () => new IdbDeviceStore(await fresh.open()));

  it('is the same for tabs that start at once, and for the next page', async () => {
    const tabs = await Promise.all([1, 2, 3].map(async () => new IdbDeviceStore(await fresh.open())));
    const pairs = await Promise.all(tabs.map((tab) => tab.keys()));
    pairs.push(await new IdbDeviceStore(await fresh.open()).keys());
    expect(new Set(await Promise.all(pairs.map(publicKeyOf)))).to.have.property('size', 1);
  });

  it('begins anew when what stands in the place of the keys is none, and without a name when that is no text', async () => {
    const database = await fresh.open();
    await putRaw(fresh.name, 'device', { privateKey: 'no key' }, 'keys');
    await putRaw(fresh.name, 'device', 7, 'name');
    const device = new IdbDeviceStore(database);
    expect((await device.keys()).privateKey.usages).to.deep.equal(['sign']);
    expect(await device.name()).to.equal(undefined);
  });
});
