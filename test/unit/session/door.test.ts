/** Both sides of the door, in whole rooms over a network in memory: real sessions, envelopes, keys and passes; only WebRTC and the server are stood in for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits, timing } from '../../../src/config';
import type { SessionId } from '../../../src/core/ids';
import { prove } from '../../../src/protocol/transcript';
import { FakeNetwork } from '../../support/fake-network';
import { beginVisits, burn, comeBack, comeBy, endVisits, fakeDevice, letIn, makeRoom, meet, namesIn, noticesOf, pass, personIn, phaseOf, ringAt, ringNamesAt, together, until, type FakeVisit } from '../../support/fake-rooms';
import { FakeStranger } from '../../support/fake-stranger';

beforeEach(beginVisits);
afterEach(endVisits);

const knocksOf = (network: FakeNetwork, { session }: FakeVisit, { keys }: FakeStranger) => network.bus.relayed.filter(({ from, to }) => from === session && keys.slots.some((slot) => slot === to));
const repliesTo = (network: FakeNetwork, { session }: Pick<FakeVisit, 'session'>) => network.bus.relayed.filter(({ to }) => to === session);
/** After this long a knock of the same session is heard anew. */
const soonMs = 2_000;


/** Alice, and Bob who rings. */
async function ring() {
  const network = new FakeNetwork();
  const alice = await makeRoom(network, await fakeDevice('Alice'));
  const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
  await ringAt(alice, 'Bob');
  await until(() => expect(phaseOf(bob)).toBe('waiting'));
  return { network, alice, bob };
}

/** Both pages again, after they were closed: they find each other, and nobody rings. */
async function meetAgain(network: FakeNetwork, alice: FakeVisit, other: FakeVisit): Promise<void> {
  const before = network.bus.relayed.length;
  const alice2 = await comeBack(network, alice);
  await together(alice2, await comeBack(network, other));
  expect(ringNamesAt(alice2)).toEqual([]);
  await pass(timing.linkOpenMs);
  expect(network.bus.relayed.length - before).toBeLessThan(40);
}

describe('a ring', () => {
  it('shows a card, rings the bell, and tells the guest that it is heard', async () => {
    const { alice } = await ring();
    expect(ringNamesAt(alice)).toEqual(['Bob']);
    expect(alice.rung()).toBe(1);
  });

  it('lets no address out on either side before Accept', async () => {
    const { network } = await ring();
    for (const { candidatesAsked, remote } of network.links) expect({ candidatesAsked, remote }).toEqual({ candidatesAsked: 0, remote: undefined });
  });

  it('that is accepted brings each side the other’s packet, and the guest’s addresses to the host', async () => {
    const { network, alice, bob } = await ring();
    await letIn(alice, 'Bob');
    await together(alice, bob);
    const [[alices], [bobs]] = [network.linksOf(alice.session), network.linksOf(bob.session)];
    expect(alices?.remote).toEqual({ session: bob.session, credentials: bobs?.credentials, candidates: [] });
    expect(bobs?.remote).toMatchObject({ session: alice.session, credentials: alices?.credentials });
    expect(bobs?.candidatesHeard).toHaveLength(1);
    await until(() => expect(alices?.candidatesHeard).toHaveLength(1));
    expect(bob.room.role.value).toBe('member');
  });

  it('that is repeated or played again after Accept gets the same answer, and makes no second link', async () => {
    const { network, alice, bob } = await ring();
    network.connects = () => false;
    const [knock] = knocksOf(network, bob, await FakeStranger.at(network, alice.code));
    await letIn(alice, 'Bob');
    await until(() => expect(network.linksOf(alice.session)).toHaveLength(1));
    await until(() => expect(network.linksOf(bob.session)[0]?.candidatesAsked).toBe(1));
    await pass(soonMs);
    const before = repliesTo(network, bob).length;
    for (let time = 0; time < 5; time++) if (knock) network.bus.deliver(knock);
    await until(() => expect(repliesTo(network, bob).length).toBeGreaterThan(before));
    await pass(soonMs);
    expect(network.linksOf(alice.session)).toHaveLength(1);
    expect(ringNamesAt(alice)).toEqual([]);
  });

  it('goes when the guest goes', async () => {
    const { alice, bob } = await ring();
    bob.room.close();
    await until(() => expect(ringNamesAt(alice)).toEqual([]));
  });

  it('that falls silent goes by itself', async () => {
    const { network, alice, bob } = await ring();
    network.bus.script = ({ from, ...rest }) => (from === bob.session ? [] : [{ from, ...rest }]);
    await pass(timing.ringExpiryMs + timing.ringRepeatMs, 500);
    expect(ringNamesAt(alice)).toEqual([]);
  });
});

describe('"not now"', () => {
  it('that comes while the next knock is on its way stays the last word', async () => {
    const { network, alice, bob } = await ring();
    // His next knock is sent before he hears the answer.
    let repeated = false;
    network.bus.script = (delivery) => {
      if (delivery.from === bob.session) repeated = true;
      return delivery.to === bob.session && !repeated ? [] : [delivery];
    };
    await until(() => expect(repeated).toBe(true));
    alice.room.notNow(await ringAt(alice, 'Bob'));
    await until(() => expect(phaseOf(bob)).toBe('refused'));
    await pass(2 * timing.ringRepeatMs, 250);
    expect(phaseOf(bob)).toBe('refused');
    expect(ringNamesAt(alice)).toEqual([]);
  });

  it('is told to the guest, and a repeated knock of the same ring makes no card', async () => {
    const { network, alice, bob } = await ring();
    const [knock] = knocksOf(network, bob, await FakeStranger.at(network, alice.code));
    alice.room.notNow(await ringAt(alice, 'Bob'));
    await until(() => expect(phaseOf(bob)).toBe('refused'));
    await pass(soonMs);
    const before = repliesTo(network, bob).length;
    if (knock) network.bus.deliver(knock);
    await until(() => expect(repliesTo(network, bob).length).toBeGreaterThan(before));
    expect(ringNamesAt(alice)).toEqual([]);
  });

  it('lets the guest ring again, three times at most', async () => {
    const { alice, bob } = await ring();
    for (let ring = 0; ring < limits.ringsADevice; ring++) {
      alice.room.notNow(await ringAt(alice, 'Bob'));
      await until(() => expect(phaseOf(bob)).toBe('refused'));
      bob.room.ringAgain();
    }
    await until(() => expect(phaseOf(bob)).toBe('refused'));
    expect(ringNamesAt(alice)).toEqual([]);
  });
});

describe('coming back', () => {
  it('to somebody who knows nothing of the pass needs no Accept either, and leaves no card behind', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Carol');
    const [carol] = guests;
    alice.room.close();
    await until(() => expect(namesIn(carol)).toEqual([]));
    const dave = await comeBy(network, await fakeDevice('Dave'), alice.code);
    await letIn(carol, 'Dave');
    await together(carol, dave);
    // Alice hears of him only now, and from himself.
    carol.room.close();
    dave.room.close();
    await meetAgain(network, alice, dave);
  });

  it('with the longest proof that members can give each other, while nobody else was there, is possible, too', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    let host: FakeVisit = alice;
    for (const name of ['Bob', 'Carol', 'Dave', 'Erin', 'Frank', 'Grace', 'Heidi', 'Ivan', 'Judy', 'Kim']) {
      const guest = await comeBy(network, await fakeDevice(name), alice.code);
      await letIn(host, name);
      await together(host, guest);
      host.room.close();
      await until(() => expect(namesIn(guest)).toEqual([]));
      host = guest;
    }
    host.room.close();
    await meetAgain(network, alice, host);
  });

  it('finds another offer each time, and leaves the old one as it was', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    const first = network.linksOf(bob.session)[0];
    first?.cut();
    await until(() => expect(network.linksOf(bob.session)).toHaveLength(1));
    await together(alice, bob);
    expect(network.linksOf(bob.session)[0]?.credentials.ufrag).not.toBe(first?.credentials.ufrag);
    expect(alice.rung()).toBe(1);
  });
});

describe('nobody at the link', () => {
  it('is said after 1.5 s without any reply, and the guest knocks on', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    alice.room.close();
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    await until(() => expect(network.bus.relayed.some(({ from }) => from === bob.session)).toBe(true));
    expect(phaseOf(bob)).toBe('looking');
    await pass(timing.knockReplyMs);
    await until(() => expect(phaseOf(bob)).toBe('nobody'));
    const before = network.bus.relayed.length;
    await until(() => expect(network.bus.relayed.length).toBeGreaterThan(before));
  });
});

describe('the last place', () => {
  const elevenWith = async () => {
    const network = new FakeNetwork();
    const { alice } = await meet(network, ...Array.from({ length: 10 }, (_, at) => `Guest ${at}`));
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    const carla = await comeBy(network, await fakeDevice('Carla'), alice.code);
    return { network, alice, bob, carla, rings: { bob: await ringAt(alice, 'Bob'), carla: await ringAt(alice, 'Carla') } };
  };

  it('is given once, though two are accepted in the same moment', async () => {
    const { alice, bob, carla, rings } = await elevenWith();
    alice.room.accept(rings.bob);
    alice.room.accept(rings.carla);
    await until(() => expect([phaseOf(bob), phaseOf(carla)].toSorted()).toEqual(['full', 'inside']));
    expect(noticesOf(alice)).toContain('room-full');
  });

  it('is not taken by somebody who never arrives', async () => {
    const { network, alice, bob, carla, rings } = await elevenWith();
    network.connects = (one, other) => one !== bob.session && other !== bob.session;
    alice.room.accept(rings.bob);
    await until(() => expect(network.linksOf(bob.session)).toHaveLength(1));
    for (const link of network.linksOf(alice.session)) if (link.remote?.session === bob.session) link.end({ kind: 'timeout' });
    alice.room.accept(rings.carla);
    await until(() => expect(phaseOf(carla)).toBe('inside'));
  });
});

describe('strangers with the link', () => {
  it('can’t ring under a session id that names another certificate, or from another place', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    const mallory = await FakeStranger.at(network, alice.code);
    const honest = await mallory.makeKnock();
    await mallory.knock(await mallory.makeKnock({ credentials: { ...honest.credentials, fingerprint: new Uint8Array(32) } }));
    await mallory.knock(honest, 'z'.repeat(26) as SessionId);
    // Nor as a device whose key they don't have.
    await mallory.knock({ ...honest, deviceKey: alice.device.identity.publicKey });
    await mallory.knock({ ...honest, credentials: { ...honest.credentials, ufrag: 'ijkl' } });
    // Nor with a key that nothing can be sealed to.
    await mallory.knock(await mallory.makeKnock({ sessionKey: new Uint8Array(65) }));
    // An honest ring, sent last, is through: so the others were seen and passed over.
    await comeBy(network, await fakeDevice('Bob'), alice.code);
    await ringAt(alice, 'Bob');
    expect(ringNamesAt(alice)).toEqual(['Bob']);
    expect(mallory.replies).toEqual([]);
  });

  it('who hold the slot can ring a bell of their own, but let nobody in and learn no address', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    alice.room.close();
    const eve = await FakeStranger.at(network, alice.code);
    const hers = await makeRoom(network, await fakeDevice('Eve'));
    const another = await makeRoom(network, alice.device);
    await until(() => expect(eve.holdSlot(0)).toBe(true));
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    await until(() => expect(eve.knocks).not.toEqual([]));
    const [knock] = eve.knocks;
    if (!knock) throw new Error('no knock');
    await eve.say(knock, { kind: 'presence', canAdmit: true });
    await until(() => expect(phaseOf(bob)).toBe('waiting'));
    // By this room's genesis, by another's of the same owner, by that of a room of her own, and by nothing at all.
    for (const { device, room } of [alice, another, hers]) await eve.say(knock, await eve.makeAccept(knock, [(await device.admissionOf(room.alias).load()).genesis ?? '']));
    await eve.say(knock, await eve.makeAccept(knock, []));
    // A later word from her is heard, so the accepts were too.
    await eve.say(knock, { kind: 'not-now' });
    await until(() => expect(phaseOf(bob)).toBe('refused'));
    const [link] = network.links.filter(({ own }) => own === bob.session);
    expect(link?.remote).toBeUndefined();
    expect(link?.candidatesAsked).toBe(0);
    expect(bob.room.role.value).toBeUndefined();
  });

  it('can’t take up a session that was left and be given its answer', async () => {
    const { network, alice, bob } = await ring();
    network.connects = () => false;
    await letIn(alice, 'Bob');
    await until(() => expect(network.linksOf(bob.session)).toHaveLength(1));
    const mallory = await FakeStranger.at(network, alice.code);
    const credentials = network.linksOf(bob.session)[0]?.credentials;
    if (!credentials) throw new Error('no link');
    await pass(soonMs);
    const before = repliesTo(network, bob).length;
    // Bob's session and offer, but sealed to another key, and signed by another device.
    await mallory.knock(await mallory.makeKnock({ session: bob.session, credentials }), bob.session);
    await ringAt(alice, 'Mallory');
    await until(() => expect(repliesTo(network, bob).length).toBeGreaterThan(before));
    const [reply, ...more] = repliesTo(network, bob).slice(before);
    expect(more).toEqual([]);
    // What came back, her card's presence, is a small one: no packet fits in it.
    expect(reply?.envelope.length).toBe(limits.envelopeStepBytes);
    expect(network.linksOf(alice.session)).toHaveLength(1);
  });

  it('of another version are told so', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    const old = await FakeStranger.at(network, alice.code);
    await old.knock(await old.makeKnock({ version: 1 }));
    await until(() => expect(old.replies).toMatchObject([{ kind: 'version' }]));
    expect(ringNamesAt(alice)).toEqual([]);
  });

  it('fill at most five cards; the rest are counted, and the flood ends somewhere', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    const flood = limits.ringsRemembered + 10;
    for (let ring = 0; ring < flood; ring++) {
      const mallory = await FakeStranger.at(network, alice.code);
      await mallory.knock(await mallory.makeKnock());
    }
    await until(() => expect(alice.room.rings.value.furtherCount).toBe(limits.ringsRemembered - limits.ringCards));
    expect(alice.room.rings.value.shown).toHaveLength(limits.ringCards);
    expect(alice.rung()).toBeLessThanOrEqual(2);
    expect(network.linksOf(alice.session)).toEqual([]);
  });

  it('who guess passwords are answered no more often than the room allows', async () => {
    const network = new FakeNetwork();
    const nowMs = Date.now();
    const alice = await makeRoom(network, await fakeDevice('Alice'), () => nowMs);
    await alice.room.changeSettings({ password: 'open sesame' });
    const guessers: FakeStranger[] = [];
    for (let guess = 0; guess < limits.wrongPasswordsAMinute + 10; guess++) {
      const mallory = await FakeStranger.at(network, alice.code);
      guessers.push(mallory);
      const knock = await mallory.makeKnock();
      await mallory.knock({ ...knock, gate: await prove(new Uint8Array(32).fill(guess + 1), mallory.transcriptOf(knock)) });
    }
    // Who gives none is told that one is wanted: this one comes last.
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    await until(() => expect(phaseOf(bob)).toBe('password'));
    await until(() => expect(guessers.flatMap(({ replies }) => replies)).toHaveLength(limits.wrongPasswordsAMinute));
    expect(ringNamesAt(alice)).toEqual([]);
  });
});

describe('a knock heard by several', () => {
  /** Each of the three holds a slot: who, by slot. */
  const threeAtTheSlots = async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const stranger = await FakeStranger.at(network, alice.code);
    const holders = stranger.keys.slots.map((slot) => () => [alice, ...guests].find(({ session }) => network.bus.isAt(session, slot)));
    for (const holder of holders) await until(() => expect(holder()).toBeDefined());
    return { network, alice, guests, stranger };
  };

  it('is answered by the holder of the lowest slot alone', async () => {
    const { network, stranger } = await threeAtTheSlots();
    await stranger.knock(await stranger.makeKnock(), stranger.session, [0, 1, 2]);
    await until(() => expect(stranger.replies).toHaveLength(1));
    await pass(2 * timing.knockReplyMs);
    expect(repliesTo(network, stranger)).toHaveLength(1);
  });

  it('is answered by the next one when the first is dead', async () => {
    const { network, stranger } = await threeAtTheSlots();
    network.bus.script = (delivery) => (delivery.to === stranger.keys.slots[0] ? [] : [delivery]);
    await stranger.knock(await stranger.makeKnock(), stranger.session, [0, 1, 2]);
    await until(() => expect(stranger.replies).toHaveLength(1));
    await pass(2 * timing.knockReplyMs);
    expect(repliesTo(network, stranger)).toHaveLength(1);
  });
});

describe('a ring that a member hears', () => {
  /** Bob holds a slot, and only knocks there get through. */
  const withBobAtTheDoor = async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    const { keys } = await FakeStranger.at(network, alice.code);
    await until(() => expect(keys.slots.some((slot) => network.bus.isAt(bob.session, slot))).toBe(true));
    network.bus.script = (delivery) => (keys.slots.some((slot) => slot === delivery.to && !network.bus.isAt(bob.session, slot)) ? [] : [delivery]);
    return { network, alice, bob };
  };

  it('is brought to the host; who sees it there keeps it from the others’ screens', async () => {
    const { network, alice, bob } = await withBobAtTheDoor();
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    const card = await ringAt(alice, 'Carol');
    await until(() => expect(phaseOf(carol)).toBe('waiting'));
    await pass(2 * timing.ringSeenMs);
    expect(ringNamesAt(bob)).toEqual([]);
    alice.room.accept(card);
    await together(alice, bob, carol);
  });

  it('is brought to those who stand in when no host says within a second that it is on the screen', async () => {
    const { network, alice, bob } = await withBobAtTheDoor();
    burn(network, alice);
    const startMs = Date.now();
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    await letIn(bob, 'Carol');
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(timing.ringSeenMs);
    expect(namesIn(bob)).toContain('Alice');
    await until(() => expect(phaseOf(carol)).toBe('inside'));
  });

  it('stays with those who stand in though somebody who is no host says that it is seen', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Mallory');
    const [bob, mallory] = guests;
    burn(network, alice);
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    const lie = JSON.stringify({ kind: 'ring-seen', session: carol.session });
    const lying = setInterval(() => network.linksOf(mallory.session).find(({ remote }) => remote?.session === bob.session)?.inject('control', lie), 100);
    await ringAt(bob, 'Carol');
    clearInterval(lying);
  });

  it('goes from every screen when its guest is let in, though nobody says so', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    await alice.room.setHost(personIn(alice, 'Bob').id, true);
    await until(() => expect(bob.room.role.value).toBe('host'));
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    await ringAt(bob, 'Carol');
    for (const link of network.linksOf(alice.session)) {
      const inject = link.inject.bind(link);
      link.inject = (channel, text) => text.includes('"ring-over"') || inject(channel, text);
    }
    await letIn(alice, 'Carol');
    await together(alice, bob, carol);
    expect(ringNamesAt(bob)).toEqual([]);
  });

  it('that two hosts accept at once brings the guest one link to each, and leaves no dead one behind', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    await alice.room.setHost(personIn(alice, 'Bob').id, true);
    await until(() => expect(bob.room.role.value).toBe('host'));
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    const [atAlice, atBob] = [await ringAt(alice, 'Carol'), await ringAt(bob, 'Carol')];
    alice.room.accept(atAlice);
    bob.room.accept(atBob);
    await together(alice, bob, carol);
    await pass(timing.linkOpenMs + timing.handshakeMs, 250);
    await together(alice, bob, carol);
    for (const { session } of [alice, bob, carol]) expect(network.linksOf(session).map(({ state }) => state.value.kind)).toEqual(['member', 'member']);
    expect([...noticesOf(alice), ...noticesOf(bob), ...noticesOf(carol)]).not.toContain('connection-failed');
    expect([...ringNamesAt(alice), ...ringNamesAt(bob)]).toEqual([]);
  });
});

describe('a join', () => {
  it('takes at most 16 messages through the server, whatever the size of the room', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    // Her own search, at an empty place, is no part of it.
    await until(() => expect(network.bus.relayed).toHaveLength(4));
    const visits: FakeVisit[] = [alice];
    const messagesBySize = new Map<number, number>();
    for (let size = 2; size <= limits.peopleInRoom; size++) {
      const before = network.bus.relayed.length;
      const guest = await comeBy(network, await fakeDevice(`Guest ${size}`), alice.code);
      await letIn(alice, `Guest ${size}`);
      visits.push(guest);
      await together(...visits);
      // Each is counted in and out.
      messagesBySize.set(size, 2 * (network.bus.relayed.length - before));
    }
    for (const size of [2, 4, 8, 12]) expect(messagesBySize.get(size), `room of ${size}`).toBeLessThanOrEqual(16);
  });
});
