/** Faults that were found by attacking whole rooms, each with what it was found by: what is removed hears nothing, what floods drowns only itself, and nobody who may come in is kept out. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/config';
import type { EventId, InviteCode } from '../../../src/core/ids';
import { signEvent } from '../../../src/protocol/admission-token';
import type { Knock } from '../../../src/protocol/introduction';
import { deriveDeviceId } from '../../../src/protocol/invite';
import { toJson } from '../../../src/protocol/schema';
import type { Delivery } from '../../../src/network/introducer';
import { Admission } from '../../../src/session/admission';
import { MemoryAdmissionStore } from '../../../src/storage/memory-room-stores';
import { FakeNetwork, type PairedLink } from '../../support/fake-network';
import { beginVisits, codeOf, comeBy, endVisits, fakeDevice, letIn, makeRoom, meet, namesIn, pass, personIn, phaseOf, ringAt, ringNamesAt, textsOf, together, until, type FakeDevice, type FakeVisit } from '../../support/fake-rooms';
import { FakeStranger } from '../../support/fake-stranger';

beforeEach(beginVisits);
afterEach(() => {
  endVisits();
  vi.restoreAllMocks();
});

const linkBetween = (network: FakeNetwork, from: FakeVisit, to: FakeVisit) => network.linksOf(from.session).find(({ remote }) => remote?.session === to.session);

/** What it says of itself is `name`: its links keep what they hear, and end for no word of anybody. */
function changeProgram(network: FakeNetwork, name: string): { readonly heard: readonly string[] } {
  const heard: string[] = [];
  const prepareLink = network.prepareLink.bind(network);
  network.prepareLink = async (options) => {
    const link = await prepareLink(options);
    if (options.self.name() === name) listenOn(link as PairedLink, heard);
    return link;
  };
  return { heard };
}

function listenOn(link: PairedLink, heard: string[]): void {
  const receive = link.receive.bind(link);
  link.close = () => undefined;
  link.receive = (channel, text) => {
    heard.push(text);
    if (!text.includes('"bye"')) receive(channel, text);
  };
}

/** The kinds of the events that were told in these frames. */
function kindsTold(texts: readonly string[]): readonly string[] {
  const tokens = texts.filter((text) => text.includes('"events"')).flatMap((text) => (JSON.parse(text) as { readonly tokens: readonly string[] }).tokens);
  return tokens.map((token) => (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { readonly kind: string }).kind);
}

describe('somebody who may be in the room no longer', () => {
  it('and had kept back the word that lets the others in, hears neither of the new link nor what is said, and is never listed', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    const listed: string[] = [];
    alice.room.people.subscribe((people) => listed.push(...people.map(({ name }) => name)));
    const mallory = await FakeStranger.at(network, alice.code);
    const link = await mallory.prepareLink();
    const heard: string[] = [];
    listenOn(link, heard);
    await mallory.knock(await mallory.makeKnock({ credentials: link.credentials }));
    await letIn(alice, 'Mallory');
    await until(() => expect(mallory.replies.map(({ kind }) => kind)).toContain('accept'));
    const accept = mallory.replies.find((reply) => reply.kind === 'accept');
    if (!accept) throw new Error('no accept');
    await link.connect({ session: alice.session, credentials: accept.credentials, candidates: accept.candidates });
    await until(() => expect(heard.some((text) => text.includes('"admitted"'))).toBe(true));
    await until(() => expect(link.state.value.kind).toBe('waiting'));
    link.send({ kind: 'holds', ids: [] });
    await until(() => expect(kindsTold(heard)).toContain('pass'));
    const { other } = link;
    await alice.room.remove(mallory.device.deviceId, true);
    await until(() => expect(codeOf(bob)).not.toBe(alice.code));
    expect(other?.state.value.kind).toBe('closed');
    link.inject('control', toJson({ kind: 'admitted' }));
    alice.room.conversation.send('between us');
    await until(() => expect(textsOf(bob)).toEqual(['between us']));
    await together(alice, bob);
    expect(kindsTold(heard)).toContain('removal');
    expect(kindsTold(heard)).not.toContain('link');
    expect(heard.filter((text) => text.includes('between us'))).toEqual([]);
    expect(listed).not.toContain('Mallory');
  });

  it('since who let them in had been removed before, leaves every list within seconds, and is not told of a new link', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob, carol] = guests;
    await alice.room.changeSettings({ policy: 'members' });
    await until(() => expect(guests.map(({ room }) => room.settings.value.policy)).toEqual(['members', 'members']));
    // Alice doesn't learn whom Bob lets in.
    for (const link of network.linksOf(alice.session)) {
      const receive = link.receive.bind(link);
      link.receive = (channel, text) => text.includes('"events"') || receive(channel, text);
    }
    const { heard } = changeProgram(network, 'Eve');
    await comeBy(network, await fakeDevice('Eve'), alice.code);
    await letIn(bob, 'Eve');
    await until(() => expect(namesIn(carol)).toContain('Eve'));
    await alice.room.remove(personIn(alice, 'Bob').id, true);
    const removedAtMs = Date.now();
    await until(() => expect(codeOf(carol)).toBe(codeOf(alice)));
    await until(() => expect(namesIn(carol)).toEqual(['Alice']));
    expect(Date.now() - removedAtMs).toBeLessThan(5_000);
    alice.room.conversation.send('between us');
    await until(() => expect(textsOf(carol)).toEqual(['between us']));
    await together(alice, carol);
    expect(kindsTold(heard)).toContain('removal');
    expect(kindsTold(heard)).not.toContain('link');
    expect(heard.filter((text) => text.includes('between us'))).toEqual([]);
  });
});

describe('a session', () => {
  it('that comes in anew with a password never seals two envelopes with one number', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    alice.room.close();
    const carol = await FakeStranger.at(network, alice.code);
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    for (const password of ['hedgehog', 'badger', '']) {
      await knockAtBob();
      await bob.room.enterPassword(password);
    }
    await knockAtBob();
    const numbers = sealedByBob().map(({ envelope }) => Buffer.from(envelope.subarray(1, 74)).toString('hex'));
    expect(new Set(numbers).size).toBe(numbers.length);

    function sealedByBob(): readonly Delivery[] {
      return network.bus.relayed.filter(({ from, envelope }) => from === bob.session && envelope[0] === 2);
    }

    /** He isn't in the room either, and says so. */
    async function knockAtBob(): Promise<void> {
      const before = sealedByBob().length;
      await until(() => expect(network.bus.isAt(bob.session, carol.keys.slots[0])).toBe(true));
      await carol.knock(await carol.makeKnock());
      await until(() => expect(sealedByBob()).toHaveLength(before + 1));
    }
  });
});

describe('a room full of passes', () => {
  it('has place for a removal, settings and a new link still', async () => {
    // Fewer than a real one takes, all of them beside those that are kept for the owner.
    const most = 400;
    vi.spyOn(limits, 'admissionEvents', 'get').mockReturnValue(most as typeof limits.admissionEvents);
    const { identity } = await fakeDevice('Alice');
    const admission = await Admission.open({ store: new MemoryAdmissionStore(), identity, afterAllMs: Date.now, feedsOf: () => [], own: { salt: new Uint8Array(16) } });
    const [genesis] = admission.ids();
    if (!genesis) throw new Error('no room');
    const { tokens, subjects } = await passesBy(identity, genesis, most);
    await admission.take(tokens);
    expect(await admission.grant((await fakeDevice('Bob')).identity.publicKey, 'member')).toEqual([]);
    const [first] = subjects;
    if (!first) throw new Error('no member');
    expect(await admission.remove(first)).toHaveLength(1);
    expect(admission.membership.value?.members.has(first)).toBe(false);
    expect(await admission.changeSettings({ closed: true })).toHaveLength(1);
    expect(await admission.changeLink(new Uint8Array(16).fill(1))).toHaveLength(1);
    expect(admission.ids().length).toBeLessThan(most);
  });

  async function passesBy({ privateKey, deviceId }: FakeDevice['identity'], room: EventId, count: number) {
    const tokens: string[] = [];
    const subjects = [];
    let previous: EventId | undefined;
    for (let sequence = 1; sequence <= count; sequence++) {
      const subjectKey = crypto.getRandomValues(new Uint8Array(65));
      const subject = await deriveDeviceId(subjectKey);
      const issued = { issuer: deviceId, by: undefined, sequence, previous };
      const { token, event } = await signEvent(privateKey, room, { ...issued, kind: 'pass', subject, subjectKey, role: 'member', sinceMs: 0, under: undefined, cites: [] });
      previous = event.id;
      tokens.push(token);
      subjects.push(subject);
    }
    return { tokens, subjects };
  }

  it('is not what a flood of strangers makes of an open one: it gets its share, and the rest ring', async () => {
    const nowMs = Date.now();
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'), () => nowMs);
    await alice.room.changeSettings({ policy: 'open' });
    const strangers = await Promise.all(Array.from({ length: 30 }, () => FakeStranger.at(network, alice.code)));
    for (const stranger of strangers) await stranger.knock(await stranger.makeKnock());
    await until(() => expect(strangers.every(({ replies }) => replies.length > 0)).toBe(true));
    const letInOnes = strangers.filter(({ replies }) => replies.some(({ kind }) => kind === 'accept'));
    expect(letInOnes).toHaveLength(limits.peopleInRoom);
    expect(strangers.filter(({ device }) => alice.room.standing(device.deviceId) === 'member')).toEqual(letInOnes);
    expect(alice.room.rings.value.shown).toHaveLength(limits.ringCards);
  });
});

describe('a flood', () => {
  it('of one knock, played again 3,000 times, is at most one word a second to the neighbours, and closes no link', { timeout: 20_000 }, async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const visits = [alice, ...guests];
    const stranger = await FakeStranger.at(network, alice.code);
    await stranger.knock(await stranger.makeKnock());
    await ringAt(alice, 'Mallory');
    await until(() => expect(stranger.replies).toHaveLength(1));
    const knock = network.bus.relayed.findLast(({ from }) => from === stranger.session);
    const [lowest] = stranger.keys.slots;
    const holder = visits.find(({ session }) => network.bus.isAt(session, lowest));
    if (!knock || !holder) throw new Error('nobody is at the door');
    const links = visits.flatMap(({ session }) => network.linksOf(session));
    const answers = () => network.bus.relayed.filter(({ to }) => to === stranger.session).length;
    const answersBefore = answers();
    const told = network.linksOf(holder.session).map(({ said }) => said.filter(isTold).length);
    const startMs = Date.now();
    // Nobody reads the answers.
    network.bus.script = (delivery) => (delivery.to === stranger.session ? [] : [delivery]);
    for (let replayed = 300; replayed <= 3_000; replayed += 300) {
      for (let count = 0; count < 300; count++) network.bus.deliver(knock);
      await until(() => expect(answers()).toBe(answersBefore + replayed));
    }
    const seconds = Math.ceil((Date.now() - startMs) / 1_000);
    for (const [at, link] of network.linksOf(holder.session).entries()) expect(link.said.filter(isTold).length - (told[at] ?? 0)).toBeLessThanOrEqual(seconds);
    expect(links.map(({ state }) => state.value.kind)).toEqual(links.map(() => 'member'));
    await together(alice, ...guests);
    expect(ringNamesAt(alice)).toEqual(['Mallory']);

    function isTold(text: string): boolean {
      return text.includes('"handled"');
    }
  });

  it('of 2,000 envelopes that a member has carried closes nobody’s link but at most its own', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Mallory');
    const [bob, mallory] = guests;
    const [flooded, between] = [linkBetween(network, mallory, bob), linkBetween(network, bob, alice)];
    const envelope = toJson({ kind: 'relay', to: alice.session, from: mallory.session, envelope: 'AAAA' });
    for (let count = 0; count < 2_000; count++) flooded?.other?.receive('control', envelope);
    const said = Array.from({ length: limits.eventsInPace }, (_, at) => `${at}`);
    for (const text of said) bob.room.conversation.send(text);
    await until(() => expect(textsOf(alice)).toEqual(said));
    expect([between?.state.value.kind, between?.other?.state.value.kind]).toEqual(['member', 'member']);
    expect(between?.said.filter((text) => text.includes('"relay"')).length).toBeLessThanOrEqual(200);
    await until(() => expect(namesIn(alice)).toEqual(['Bob', 'Mallory']));
  });
});

describe('a password', () => {
  it('that was taken away while a guest typed it keeps nobody out', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    await alice.room.changeSettings({ password: 'open sesame' });
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    await until(() => expect(phaseOf(bob)).toBe('password'));
    await alice.room.changeSettings({ password: '' });
    await bob.room.enterPassword('open sesame');
    await letIn(alice, 'Bob');
    await together(alice, bob);
  });

  it('that is another one now keeps no member out who came with the old one', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    await alice.room.changeSettings({ password: 'open sesame' });
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    await until(() => expect(phaseOf(bob)).toBe('password'));
    await bob.room.enterPassword('open sesame');
    await letIn(alice, 'Bob');
    await together(alice, bob);
    bob.room.close();
    await until(() => expect(namesIn(alice)).toEqual([]));
    await alice.room.changeSettings({ password: 'hedgehog' });
    await together(alice, await comeBy(network, bob.device, alice.code));
    expect(ringNamesAt(alice)).toEqual([]);
  });
});

describe('a member who was away', () => {
  it('comes home by the first link when there were two new ones meanwhile', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob, carol] = guests;
    carol.room.close();
    await until(() => expect(namesIn(alice)).toEqual(['Bob']));
    for (let change = 0; change < 2; change++) {
      const before = codeOf(alice);
      await alice.room.changeLink();
      await until(() => expect(codeOf(alice)).not.toBe(before));
      await until(() => expect(codeOf(bob)).toBe(codeOf(alice)));
    }
    const back = await comeBy(network, carol.device, alice.code);
    await together(alice, bob, back);
    await until(() => expect(codeOf(back)).toBe(codeOf(alice)));
    expect(ringNamesAt(alice)).toEqual([]);
  });

  it('and finds no place any more is told that the room is full', async () => {
    vi.spyOn(limits, 'peopleInRoom', 'get').mockReturnValue(3 as typeof limits.peopleInRoom);
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob, carol] = guests;
    bob.room.close();
    await until(() => expect(namesIn(alice)).toEqual(['Carol']));
    const dave = await comeBy(network, await fakeDevice('Dave'), alice.code);
    await letIn(alice, 'Dave');
    await together(alice, carol, dave);
    const back = await comeBy(network, bob.device, alice.code);
    await until(() => expect(phaseOf(back)).toBe('full'));
    expect(namesIn(back)).toEqual([]);
    await together(alice, carol, dave);
  });
});

describe('a stranger who stands at the door and says', () => {
  const refusals = ['full', 'not-now', 'closed'] as const;

  it.each(refusals)('"%s" keeps out nobody whom a host accepts in the same moment', async (kind) => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    const mallory = await standAtDoor(network, alice);
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    const card = await ringAt(alice, 'Bob');
    const knock = await knockOf(mallory, bob);
    // When he has heard both, neither is slower to open.
    await until(() => expect(phaseOf(bob)).toBe('waiting'));
    await mallory.say(knock, { kind: 'presence', canAdmit: false });
    await until(() => expect(phaseOf(bob)).toBe('waiting-for-host'));
    const { held, release } = holdBack(network, alice);
    alice.room.accept(card);
    await until(() => expect(held.some(({ to }) => to === bob.session)).toBe(true));
    await mallory.say(knock, { kind });
    release();
    await together(alice, bob);
  });

  it('"full" keeps out no returning member to whom the others answer in the same moment', async () => {
    const { network, alice, mallory, device } = await bobIsAway();
    const { held, release } = holdBack(network, alice);
    const back = await comeBy(network, device, alice.code);
    await until(() => expect(held.some(({ to }) => to === back.session)).toBe(true));
    await mallory.say(await knockOf(mallory, back), { kind: 'full' });
    release();
    await together(alice, back);
    expect(network.links.filter(({ own }) => own === back.session)).toHaveLength(1);
  });

  it.each(['not-now', 'closed', 'locked'] as const)('"%s" is not believed by a returning member, however late the others answer', async (kind) => {
    const { network, alice, mallory, device } = await bobIsAway();
    const { held, release } = holdBack(network, alice);
    const back = await comeBy(network, device, alice.code);
    await until(() => expect(held.some(({ to }) => to === back.session)).toBe(true));
    await mallory.say(await knockOf(mallory, back), { kind });
    await pass(1_000);
    release();
    await together(alice, back);
    expect(network.links.filter(({ own }) => own === back.session)).toHaveLength(1);
  });

  async function bobIsAway() {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [{ room, device }] = guests;
    room.close();
    await until(() => expect(namesIn(alice)).toEqual([]));
    return { network, alice, mallory: await standAtDoor(network, alice), device };
  }

  async function knockOf({ knocks }: FakeStranger, { session }: FakeVisit): Promise<Knock> {
    await until(() => expect(knocks.map((knock) => knock.session)).toContain(session));
    const knock = knocks.find((heard) => heard.session === session);
    if (!knock) throw new Error('no knock');
    return knock;
  }

  /** At all slots but that of Alice. */
  async function standAtDoor(network: FakeNetwork, alice: FakeVisit & { readonly code: InviteCode }): Promise<FakeStranger> {
    const mallory = await FakeStranger.at(network, alice.code);
    await until(() => expect(network.bus.isAt(alice.session, mallory.keys.slots[0])).toBe(true));
    expect([mallory.holdSlot(1), mallory.holdSlot(2)]).toEqual([true, true]);
    return mallory;
  }

  /** What Alice says stays on its way until then. */
  function holdBack({ bus }: FakeNetwork, alice: FakeVisit) {
    const held: Delivery[] = [];
    bus.script = (delivery) => {
      if (delivery.from !== alice.session) return [delivery];
      held.push(delivery);
      return [];
    };
    const release = (): void => {
      bus.script = (delivery) => [delivery];
      for (const delivery of held) bus.deliver(delivery);
    };
    return { held, release };
  }

  it('that nobody is here, without having been asked, gets no answer', async () => {
    const network = new FakeNetwork();
    const { alice } = await meet(network, 'Bob');
    const mallory = await FakeStranger.at(network, alice.code);
    const knocks = await Promise.all(network.bus.relayed.map(({ envelope }) => mallory.read(envelope)));
    const knock = knocks.find((said) => said?.session === alice.session);
    if (!knock) throw new Error('no knock of Alice');
    // Her own knocks are long past.
    await pass(30_000, 250);
    const earlier = [{ session: mallory.session, sessionKey: (await mallory.makeKnock()).sessionKey }];
    await mallory.say(knock, { kind: 'doorbell', earlier });
    await mallory.knock(await mallory.makeKnock());
    await until(() => expect(mallory.replies.map(({ kind }) => kind)).toContain('presence'));
    await pass(1_000);
    expect(mallory.replies.map(({ kind }) => kind)).toEqual(['presence']);
  });
});

describe('forgetting a one-off room', () => {
  it('is told to the page once', async () => {
    const network = new FakeNetwork();
    const { alice } = await meet(network, 'Bob');
    await alice.room.changeSettings({ oneOff: true });
    await alice.room.forget();
    await until(() => expect(alice.page.onForgotten).toHaveBeenCalled());
    await pass(1_000);
    expect(alice.page.onForgotten).toHaveBeenCalledTimes(1);
    expect(await alice.device.rooms.byAlias(alice.room.alias)).toBeUndefined();
  });
});
