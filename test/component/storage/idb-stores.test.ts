import { expect } from 'chai';
import type { DeviceId, InviteCode, NamedRoomCode, RoomAlias } from '../../../src/core/ids';
import type { Database } from '../../../src/storage/database';
import { IdbDeviceStore } from '../../../src/storage/device-store';
import { IdbAdmissionStore } from '../../../src/storage/idb-admission-store';
import { IdbLogStore } from '../../../src/storage/idb-log-store';
import { IdbPeopleStore } from '../../../src/storage/idb-people-store';
import { IdbRoomStore, type RoomRecord } from '../../../src/storage/room-store';
import { admissionStoreSuite } from '../../suites/admission-store-suite';
import { deviceStoreSuite, publicKeyOf } from '../../suites/device-store-suite';
import { alice, event, feedOf, idOf, pinOf } from '../../suites/log-store-suite';
import { peopleStoreSuite } from '../../suites/people-store-suite';
import { room, roomStoreSuite } from '../../suites/room-store-suite';
import { countRaw, FreshDatabase, putRaw } from './fresh-database';

let fresh: FreshDatabase;
beforeEach(() => (fresh = new FreshDatabase()));
afterEach(() => fresh.clean());

const alias = 'room' as RoomAlias;
const bob = 'bob' as DeviceId;

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

  it('have the last words of a page that was loaded anew before the disk had them', async () => {
    const { alias: left } = room('a');
    const rooms = new IdbRoomStore(await fresh.open());
    await rooms.ensurePending({ ...room('a'), draft: 'Half' });
    const stuck = new IdbRoomStore({ write: () => new Promise(() => undefined) } as unknown as Database);
    void stuck.saveDraft(left, 'Half a thou');
    const [pending, found] = [await rooms.pending(), await rooms.byAlias(left)];
    expect(pending?.draft).to.equal('Half');
    expect(found?.draft).to.equal('Half a thou');
    // From then on the disk has them, and nothing else does.
    expect((await rooms.update(left, (record) => record))?.draft).to.equal('Half a thou');
    expect(sessionStorage.length).to.equal(0);

    void stuck.saveDraft(left, '');
    expect((await rooms.ensureByCode(room('a'))).draft).to.equal('');
    void stuck.saveDraft(left, 'Forgotten');
    await rooms.remove(left);
    expect(sessionStorage.length).to.equal(0);
  });

  it('set a damaged room aside, and do without its lesser parts', async () => {
    const rooms = new IdbRoomStore(await fresh.open());
    await putRaw(fresh.name, 'rooms', { alias: 'no code', state: 'pending', role: 'owner', createdMs: 9 });
    await putRaw(fresh.name, 'rooms', { ...room('no role'), role: 'king' });
    expect(await rooms.pending()).to.equal(undefined);
    expect((await rooms.ensurePending(room('a'))).alias).to.equal('a');
    expect(await rooms.byAlias('no code' as RoomAlias)).to.equal(undefined);

    await putRaw(fresh.name, 'rooms', { alias: 'b', code: 'code-b', role: 'owner', state: 'kept', createdMs: 5, oldCodes: [7, 'code-old'], peopleNames: ['Bob', 7], title: 7, closed: 'no', gateBase64: 7 });
    expect(await rooms.byCode('code-b' as InviteCode)).to.deep.equal({
      alias: 'b', code: 'code-b', oldCodes: ['code-old'], role: 'owner', state: 'kept', title: '', closed: false, createdMs: 5, lastVisitMs: 5, draft: '', unreadCount: 0, peopleNames: ['Bob'],
    });
  });

  it('make a room that is known by name anew when the key of the name is lost', async () => {
    const rooms = new IdbRoomStore(await fresh.open());
    const { baseBase64: _lost, ...damaged } = named('damaged');
    await putRaw(fresh.name, 'rooms', damaged);
    expect(await rooms.byCode(damaged.code)).to.equal(undefined);
    expect(await rooms.ensureByCode(named('new'))).to.deep.equal(named('new'));
  });

  for (const [title, forget] of [
    ['a room that is removed', (rooms: IdbRoomStore) => rooms.remove(alias)],
    ['a pending room whose link is replaced', (rooms: IdbRoomStore) => rooms.replacePending(room('next'))],
  ] as const) {
    it(`leave nothing of ${title}, and the rest as it was`, async () => {
      const database = await fresh.open();
      const [rooms, people] = [new IdbRoomStore(database), new IdbPeopleStore(database)];
      for (const at of [alias, 'other' as RoomAlias]) {
        await rooms.ensureByCode(room(at, { state: at === alias ? 'pending' : 'kept' }));
        const log = new IdbLogStore(database, at);
        await log.load('take');
        await log.write({ events: Array.from({ length: 300 }, (_, index) => event(alice, index + 1)), feeds: [feedOf(alice)], marks: [pinOf(idOf(alice, 1), true)], notes: { read: 1 } });
        await log.write({ events: [event(alice, 301)] });
        await putRaw(fresh.name, 'logAside', 'set aside', [at, 0, 1, 'logRows', 'x']);
        await putRaw(fresh.name, 'logTexts', 'texts', [at, 0, 1]);
        await putRaw(fresh.name, 'messages', { alias: at, id: '1' });
        await new IdbAdmissionStore(database, at).add('genesis', ['pass', 'removal']);
        await people.pin(at, bob, 'Bob', 1);
      }
      await people.setVerified(bob, 'Bob', 1);
      const before = await countRaw(fresh.name);
      expect(before).to.include({ admission: 6, contacts: 1, device: 1, messages: 2, pins: 2, rooms: 2, logState: 8, logRows: 2, logHeads: 4, logBodies: 4, logMarks: 2, logAside: 2 });

      await forget(rooms);
      const rest = title === 'a room that is removed' ? 1 : 2;
      expect(await countRaw(fresh.name)).to.include({ admission: 3, contacts: 1, device: 1, messages: 1, pins: 1, rooms: rest, logState: 4, logRows: 1, logHeads: 2, logBodies: 2, logMarks: 1, logAside: 1 });
      expect(await rooms.byAlias(alias)).to.equal(undefined);
      expect(await people.pins('other' as RoomAlias)).to.have.length(1);
    });
  }
});

describe('admission in IndexedDB', () => {
  admissionStoreSuite(it, async () => new IdbAdmissionStore(await fresh.open(), crypto.randomUUID() as RoomAlias));

  it('is there for the next page, without what was damaged', async () => {
    const first = await fresh.open();
    await new IdbAdmissionStore(first, alias).add('genesis', ['pass']);
    await first.close();
    await putRaw(fresh.name, 'admission', { alias, id: 'damaged', token: 7 });
    expect(await new IdbAdmissionStore(await fresh.open(), alias).load()).to.deep.equal({ genesis: 'genesis', tokens: ['pass'] });
  });

  it('has one genesis when two tabs start at once', async () => {
    const tabs = [new IdbAdmissionStore(await fresh.open(), alias), new IdbAdmissionStore(await fresh.open(), alias)];
    await Promise.all(tabs.map((tab, index) => tab.add(`genesis of tab ${index}`, [])));
    const [one, other] = await Promise.all(tabs.map((tab) => tab.load()));
    expect(one?.genesis).not.to.equal(undefined);
    expect(one).to.deep.equal(other);
    expect(await countRaw(fresh.name)).to.have.property('admission', 1);
  });
});

describe('people in IndexedDB', () => {
  peopleStoreSuite(it, async () => new IdbPeopleStore(await fresh.open()));

  it('are met anew when their row is damaged, and never verified by one', async () => {
    const people = new IdbPeopleStore(await fresh.open());
    await putRaw(fresh.name, 'pins', { alias, deviceId: bob, name: 7, firstMs: 1 });
    await putRaw(fresh.name, 'contacts', { deviceId: bob, name: 'Bob', verifiedMs: 'yes' });
    expect(await people.pins(alias)).to.deep.equal([]);
    expect([...(await people.verified())]).to.deep.equal([]);
    await people.pin(alias, bob, 'Bob', 5);
    expect(await people.pins(alias)).to.deep.equal([{ deviceId: bob, name: 'Bob', firstMs: 5, acknowledged: false }]);
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

  it('begins anew when what stands in the place of the keys is none, and does without the damaged parts of the profile', async () => {
    const database = await fresh.open();
    await putRaw(fresh.name, 'device', { privateKey: 'no key' }, 'keys');
    for (const [key, value] of [['name', 7], ['nameChosen', 'yes'], ['tint', -1], ['picture', 'data:image/svg+xml,']] as const) await putRaw(fresh.name, 'device', value, key);
    const device = new IdbDeviceStore(database);
    expect((await device.keys()).privateKey.usages).to.deep.equal(['sign']);
    expect(await device.profile()).to.deep.equal({});
  });
});

function named(roomAlias: string): RoomRecord {
  return room(roomAlias, { code: '/rooms/book%20club' as NamedRoomCode, role: 'guest', title: 'book club', baseBase64: 'YmFzZQ' });
}
