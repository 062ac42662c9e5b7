/** What every RoomStore must do, wherever it keeps the rooms. */
import { expect } from 'chai';
import type { InviteCode, NamedRoomCode, RoomAlias } from '../../src/core/ids';
import type { RoomRecord, RoomStore } from '../../src/storage/room-store';
import type { It } from './it';

/** `open` gives an empty store. */
export function roomStoreSuite(it: It, open: () => Promise<RoomStore>): void {
  it('knows no room at first', async () => {
    const rooms = await open();
    expect(await rooms.pending()).to.equal(undefined);
    expect(await rooms.byAlias('a' as RoomAlias)).to.equal(undefined);
    expect(await rooms.byCode('code-a' as InviteCode)).to.equal(undefined);
  });

  it('makes the pending room once, and finds it by alias and by code', async () => {
    const rooms = await open();
    const first = room('a');
    expect(await rooms.ensurePending(first)).to.deep.equal(first);
    expect(await rooms.ensurePending(room('b'))).to.deep.equal(first);
    expect(await rooms.pending()).to.deep.equal(first);
    expect(await rooms.byAlias(first.alias)).to.deep.equal(first);
    expect(await rooms.byCode(first.code)).to.deep.equal(first);
    expect(await rooms.byCode('code-b' as InviteCode)).to.equal(undefined);
  });

  it('gives two who ask at once the same pending room', async () => {
    const rooms = await open();
    const [one, other] = await Promise.all([rooms.ensurePending(room('a')), rooms.ensurePending(room('b'))]);
    expect(one).to.deep.equal(other);
  });

  it('makes a new pending room once the last one is kept', async () => {
    const rooms = await open();
    const first = await rooms.ensurePending(room('a'));
    await rooms.update(first.alias, (record) => ({ ...record, state: 'kept' }));
    expect(await rooms.pending()).to.equal(undefined);
    expect((await rooms.ensurePending(room('b'))).alias).to.equal('b');
    expect((await rooms.byAlias(first.alias))?.state).to.equal('kept');
  });

  it('puts a new link in the place of the pending one, also when the clock went back, and leaves other rooms alone', async () => {
    const rooms = await open();
    await rooms.ensurePending(room('old', { createdMs: 100 }));
    await rooms.ensureByCode(room('guest', { role: 'guest' }));
    await rooms.ensureByCode(room('kept', { state: 'kept' }));
    await rooms.replacePending(room('new', { createdMs: 50 }));
    expect((await rooms.pending())?.alias).to.equal('new');
    expect(await rooms.byAlias('old' as RoomAlias)).to.equal(undefined);
    expect(await rooms.byAlias('guest' as RoomAlias)).not.to.equal(undefined);
    expect(await rooms.byAlias('kept' as RoomAlias)).not.to.equal(undefined);
  });

  it('never takes the room of another for the own pending one', async () => {
    const rooms = await open();
    await rooms.ensureByCode(room('guest', { role: 'guest' }));
    expect(await rooms.pending()).to.equal(undefined);
    expect((await rooms.ensurePending(room('own'))).alias).to.equal('own');
  });

  it('makes the room of a link once', async () => {
    const rooms = await open();
    const first = room('a', { role: 'guest', state: 'kept' });
    const again = { ...room('b', { role: 'guest', state: 'kept' }), code: first.code };
    const [one, other] = await Promise.all([rooms.ensureByCode(first), rooms.ensureByCode(again)]);
    expect(one).to.deep.equal(other);
    expect(await rooms.byCode(first.code)).to.deep.equal(one);
  });

  it('changes the room as it is now: of two changes at once none is lost', async () => {
    const rooms = await open();
    const { alias } = await rooms.ensurePending(room('a'));
    const meet = (name: string) => (record: RoomRecord): RoomRecord => ({ ...record, peopleNames: [...record.peopleNames, name] });
    await Promise.all([rooms.update(alias, meet('Bob')), rooms.update(alias, meet('Carol')), rooms.saveDraft(alias, 'Hello')]);
    const record = await rooms.byAlias(alias);
    expect(record?.peopleNames).to.deep.equal(['Bob', 'Carol']);
    expect(record?.draft).to.equal('Hello');
  });

  it('gives back the changed room, whole', async () => {
    const rooms = await open();
    const { alias } = await rooms.ensurePending(room('a'));
    const change: Partial<RoomRecord> = { state: 'kept', title: 'Book club', gateBase64: 'Z2F0ZQ', closed: true, peopleNames: ['Bob'], lastVisitMs: 9 };
    const changed = await rooms.update(alias, (record) => ({ ...record, ...change }));
    expect(changed).to.deep.equal(room('a', change));
    expect(await rooms.byAlias(alias)).to.deep.equal(changed);
  });

  it('finds a room whose link was changed by the new link, and by the old one', async () => {
    const rooms = await open();
    const { alias, code } = room('a');
    await rooms.ensurePending(room('a'));
    const changed = await rooms.update(alias, (record) => ({ ...record, code: 'code-new' as InviteCode, oldCodes: ['code-a', 'code-older'] as InviteCode[] }));
    for (const known of ['code-new', code, 'code-older'] as InviteCode[]) expect(await rooms.byCode(known)).to.deep.equal(changed);
    expect(await rooms.ensureByCode(room('b', { code, role: 'guest' }))).to.deep.equal(changed);
  });

  it('prefers the room that a link opens now to one that it opened before', async () => {
    const rooms = await open();
    await rooms.ensureByCode(room('a', { state: 'kept', oldCodes: ['code-b' as InviteCode], createdMs: 9 }));
    const own = await rooms.ensureByCode(room('c', { state: 'kept', code: 'code-c' as InviteCode }));
    await rooms.update(own.alias, (record) => ({ ...record, code: 'code-b' as InviteCode }));
    expect((await rooms.byCode('code-b' as InviteCode))?.alias).to.equal('c');
  });

  it('keeps rooms that are known by name, with the key that the name gives', async () => {
    const rooms = await open();
    const named = room('n', { code: '/rooms/book%20club' as NamedRoomCode, role: 'guest', title: 'book club', baseBase64: 'YmFzZQ', gateBase64: 'Z2F0ZQ' });
    await rooms.ensureByCode(named);
    expect(await rooms.byCode(named.code)).to.deep.equal(named);
    expect(await rooms.pending()).to.equal(undefined);
  });

  it('lists the kept rooms, newest visit first', async () => {
    const rooms = await open();
    expect(await rooms.kept()).to.deep.equal([]);
    await rooms.ensurePending(room('pending', { lastVisitMs: 9 }));
    await rooms.ensureByCode(room('not met', { role: 'guest', lastVisitMs: 9 }));
    const [first, second, third] = [room('a', { state: 'kept', lastVisitMs: 2 }), room('b', { state: 'kept', role: 'guest', lastVisitMs: 8 }), room('c', { state: 'kept', lastVisitMs: 5 })];
    for (const kept of [first, second, third]) await rooms.ensureByCode(kept);
    expect(await rooms.kept()).to.deep.equal([second, third, first]);
    await rooms.update(first.alias, (record) => ({ ...record, lastVisitMs: 10 }));
    await rooms.remove(second.alias);
    expect((await rooms.kept()).map(({ alias }) => alias)).to.deep.equal(['a', 'c']);
  });

  it('leaves the room as it was when the change throws', async () => {
    const rooms = await open();
    const first = await rooms.ensurePending(room('a'));
    let thrown: unknown;
    await rooms.update(first.alias, () => { throw new Error('a bug'); }).catch((cause: unknown) => (thrown = cause));
    expect(thrown).to.be.instanceOf(Error).with.property('message', 'a bug');
    expect(await rooms.byAlias(first.alias)).to.deep.equal(first);
  });

  it('keeps the last draft of many', async () => {
    const rooms = await open();
    const { alias } = await rooms.ensurePending(room('a'));
    await Promise.all(['H', 'He', 'Hel'].map((draft) => rooms.saveDraft(alias, draft)));
    expect((await rooms.byAlias(alias))?.draft).to.equal('Hel');
  });

  it('forgets a removed room, and changes of it make no new one', async () => {
    const rooms = await open();
    const { alias } = await rooms.ensurePending(room('a'));
    await rooms.remove(alias);
    await rooms.saveDraft(alias, 'late');
    expect(await rooms.update(alias, (record) => record)).to.equal(undefined);
    expect(await rooms.byAlias(alias)).to.equal(undefined);
    expect(await rooms.pending()).to.equal(undefined);
  });
}

/** An own pending room unless told otherwise. */
export function room(alias: string, parts: Partial<RoomRecord> = {}): RoomRecord {
  return {
    alias: alias as RoomAlias,
    code: `code-${alias}` as InviteCode,
    role: 'owner',
    state: 'pending',
    saltBase64: 'c2FsdA',
    oldCodes: [],
    title: '',
    closed: false,
    peopleNames: [],
    draft: '',
    unreadCount: 0,
    createdMs: 1,
    lastVisitMs: 1,
    ...parts,
  };
}
