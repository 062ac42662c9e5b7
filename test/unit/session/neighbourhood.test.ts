/** Who is linked with whom, in whole rooms: introductions through neighbours, honest and not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { timing } from '../../../src/config';
import { deriveRoomKeys } from '../../../src/protocol/room-keys';
import { toJson } from '../../../src/protocol/schema';
import { FakeNetwork } from '../../support/fake-network';
import { beginVisits, comeBy, endVisits, fakeDevice, letIn, makeRoom, meet, namesIn, pass, together, until, type FakeVisit } from '../../support/fake-rooms';

beforeEach(beginVisits);
afterEach(endVisits);

const linkBetween = (network: FakeNetwork, one: FakeVisit, other: FakeVisit) => network.linksOf(one.session).find(({ remote, state }) => remote?.session === other.session && state.value.kind === 'member');

describe('a neighbourhood', () => {
  it('links a newcomer with all others, and asks no server for it', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const dave = await comeBy(network, await fakeDevice('Dave'), alice.code);
    await letIn(alice, 'Dave');
    await together(alice, ...guests, dave);
    const others = guests.map(({ session }) => session);
    const between = network.bus.relayed.filter(({ from, to }) => (from === dave.session && others.some((other) => other === to)) || (to === dave.session && others.includes(from)));
    expect(between).toEqual([]);
  });

  it('shows whom it is about to be linked with', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    const carol = await fakeDevice('Carol');
    network.connects = (one, other) => one === alice.session || other === alice.session;
    const visit = await comeBy(network, carol, alice.code);
    await letIn(alice, 'Carol');
    await until(() => expect(visit.room.people.value.map(({ name, presence }) => `${name} ${presence}`)).toEqual(['Alice here', 'Bob connecting']));
    await until(() => expect(bob.room.people.value.map(({ name, presence }) => `${name} ${presence}`)).toEqual(['Alice here', 'Carol connecting']));
  });

  it('tries again when a link would not open, and once it does nobody is missing', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    network.connects = (one, other) => one === alice.session || other === alice.session;
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    await letIn(alice, 'Carol');
    await until(() => expect(namesIn(carol)).toEqual(['Alice']));
    await pass(timing.linkOpenMs, 250);
    expect(linkBetween(network, bob, carol)).toBeUndefined();
    network.connects = () => true;
    await until(() => expect(namesIn(carol)).toEqual(['Alice', 'Bob']), 250);
    await together(alice, bob, carol);
  });

  it('mends a link between two that broke, through a third', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob, carol] = guests;
    const before = linkBetween(network, bob, carol);
    before?.cut();
    await until(() => expect(linkBetween(network, bob, carol)).toBeDefined());
    await together(alice, bob, carol);
  });

  it('brings two together though the neighbour whom both knew first lies to each about the other', async () => {
    const network = new FakeNetwork();
    const first = await makeRoom(network, await fakeDevice('Alice'));
    const before: FakeVisit[] = [];
    for (const name of ['Mallory', 'Bob', 'Carol']) {
      before.push(await comeBy(network, await fakeDevice(name), first.code));
      await letIn(first, name);
      await together(first, ...before);
    }
    const [mallory, ...others] = before;
    if (!mallory) throw new Error('nobody came');
    for (const other of [first, ...others]) other.room.close();
    await until(() => expect(namesIn(mallory)).toEqual([]));
    // They come back to Mallory one by one, since she alone hears knocks; Alice, who is honest, is the last.
    const { slots } = await deriveRoomKeys(first.code);
    network.bus.script = (delivery) => (slots.some((slot) => slot === delivery.to && !network.bus.isAt(mallory.session, slot)) ? [] : [delivery]);
    const apart = new Set<string>();
    network.connects = (one, other) => !(apart.has(one) && apart.has(other));
    const back: FakeVisit[] = [];
    for (const { device } of others) {
      const visit = await comeBy(network, device, first.code);
      apart.add(visit.session);
      back.push(visit);
      await until(() => expect(namesIn(visit)).toContain('Mallory'));
    }
    const [bob, carol] = back;
    if (!bob || !carol) throw new Error('nobody came back');
    const alice = await comeBy(network, first.device, first.code);
    await until(() => expect(namesIn(alice)).toEqual(['Bob', 'Carol', 'Mallory']));
    const sessionKey = mallory.device.identity.publicKey;
    const lie = (): void => {
      for (const [to, about] of [[bob, carol], [carol, bob]] as const) {
        const peer = { session: about.session, sessionKey, device: about.device.identity.deviceId, name: 'Nobody' };
        linkBetween(network, mallory, to)?.inject('control', toJson({ kind: 'peers', peers: [peer], slots: [] }));
      }
    };
    const lying = setInterval(lie, 200);
    await pass(2 * timing.linkOpenMs, 250);
    network.connects = () => true;
    await pass(3 * timing.linkOpenMs, 250);
    clearInterval(lying);
    expect([namesIn(bob), namesIn(carol)]).toEqual([
      ['Alice', 'Carol', 'Mallory'],
      ['Alice', 'Bob', 'Mallory'],
    ]);
  });
});
