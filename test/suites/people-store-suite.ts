/** What every PeopleStore must do, wherever it keeps the keys. */
import { expect } from 'chai';
import type { DeviceId, RoomAlias } from '../../src/core/ids';
import type { PeopleStore } from '../../src/storage/people-store';
import type { It } from './it';

const room = 'room' as RoomAlias;
const elsewhere = 'elsewhere' as RoomAlias;
const bob = 'bob' as DeviceId;
const carol = 'carol' as DeviceId;

/** `open` gives an empty store. */
export function peopleStoreSuite(it: It, open: () => Promise<PeopleStore>): void {
  it('knows nobody at first', async () => {
    const people = await open();
    expect(await people.pins(room)).to.deep.equal([]);
    expect([...(await people.verified())]).to.deep.equal([]);
  });

  it('knows whom it met in which room, under which name last, and since when under that', async () => {
    const people = await open();
    await people.pin(room, bob, 'Bob', 5);
    await people.pin(room, carol, 'Carol', 6);
    await people.pin(elsewhere, bob, 'Robert', 7);
    await people.pin(room, bob, 'Bobby', 8);
    expect(await people.pins(room)).to.have.deep.members([
      { deviceId: bob, name: 'Bobby', firstMs: 8, acknowledged: false },
      { deviceId: carol, name: 'Carol', firstMs: 6, acknowledged: false },
    ]);
    expect(await people.pins(elsewhere)).to.deep.equal([{ deviceId: bob, name: 'Robert', firstMs: 7, acknowledged: false }]);
  });

  it('keeps an acknowledgement, and the first time, while the name is the same', async () => {
    const people = await open();
    await people.pin(room, bob, 'Bob', 5);
    await people.acknowledge(room, bob);
    await people.pin(room, bob, 'Bob', 6);
    expect(await people.pins(room)).to.deep.equal([{ deviceId: bob, name: 'Bob', firstMs: 5, acknowledged: true }]);
    await people.pin(room, bob, 'Alice', 7);
    expect(await people.pins(room)).to.deep.equal([{ deviceId: bob, name: 'Alice', firstMs: 7, acknowledged: false }]);
  });

  it('acknowledges nobody whom it never met', async () => {
    const people = await open();
    await people.acknowledge(room, bob);
    expect(await people.pins(room)).to.deep.equal([]);
  });

  it('remembers whose key was compared, until that is taken back', async () => {
    const people = await open();
    await people.setVerified(bob, 'Bob', 5);
    await people.setVerified(carol, 'Carol', 6);
    await people.setVerified(bob, 'Bob', 7);
    expect([...(await people.verified())].toSorted()).to.deep.equal([bob, carol]);
    await people.setVerified(bob, 'Bob', undefined);
    expect([...(await people.verified())]).to.deep.equal([carol]);
  });
}
