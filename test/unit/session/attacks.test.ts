/** Bad servers, bad guests and bad members against whole rooms: they may bring silence, and nothing else. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/config';
import { encodeBase64Url } from '../../../src/core/base64url';
import { defaultSettings } from '../../../src/core/membership';
import type { FileManifest } from '../../../src/core/file';
import type { DeviceId, EventId, FeedId, FileId, SessionId } from '../../../src/core/ids';
import type { Delivery } from '../../../src/network/introducer';
import { signEvent, type EventFields } from '../../../src/protocol/admission-token';
import { channelOf, type Frame } from '../../../src/protocol/frames';
import { toJson } from '../../../src/protocol/schema';
import { FakeNetwork, type PairedLink } from '../../support/fake-network';
import { beginVisits, comeBy, endVisits, enterByName, fakeDevice, letIn, makeRoom, meet, namesIn, noticesOf, personIn, phaseOf, ringAt, ringNamesAt, textsOf, together, until, type FakeDevice, type FakeVisit } from '../../support/fake-rooms';
import { FakeStranger } from '../../support/fake-stranger';

beforeEach(beginVisits);
afterEach(endVisits);

const anyone = 'z'.repeat(26) as SessionId;

function garbage(bytes = 512): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(bytes));
}

/** One bit of it is another. */
function flipped(envelope: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  return envelope.map((byte, index) => (index === at % envelope.length ? byte ^ 1 : byte));
}

describe('a server that relays nothing as it is', () => {
  it.each<[string, () => (delivery: Delivery) => readonly Delivery[]]>([
    ['swaps bytes of envelopes', () => (delivery) => [{ ...delivery, envelope: flipped(delivery.envelope, 20 + Math.floor(Math.random() * 400)) }]],
    ['drops everything', () => () => []],
    ['names other senders', () => (delivery) => [{ ...delivery, from: anyone }]],
    ['delivers to other places', () => (delivery) => [{ ...delivery, to: anyone }]],
    ['brings every envelope back to who sent it', () => ({ from, to, envelope }) => [{ from: to as SessionId, to: from, envelope }]],
    ['sends its own instead', () => (delivery) => [{ ...delivery, envelope: garbage() }]],
  ])('and %s brings silence; the two meet as soon as it is honest', async (_what, makeScript) => {
    const network = new FakeNetwork();
    network.bus.script = makeScript();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    await until(() => expect(phaseOf(bob)).toBe('nobody'));
    expect(ringNamesAt(alice)).toEqual([]);
    for (const { remote, candidatesAsked } of network.links) expect({ remote, candidatesAsked }).toEqual({ remote: undefined, candidatesAsked: 0 });
    network.bus.script = (delivery) => [delivery];
    await until(() => expect(ringNamesAt(alice)).toEqual(['Bob']), 250);
    await letIn(alice, 'Bob');
    await together(alice, bob);
  });

  it('but knocks keeps answers from the guest; the two meet as soon as it is honest', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    network.bus.script = (delivery) => [delivery.to === bob.session ? { ...delivery, from: anyone } : delivery];
    await letIn(alice, 'Bob');
    // The answer has come, from somebody whose certificate it doesn't name.
    await until(() => expect(network.bus.relayed.filter(({ to }) => to === bob.session).length).toBeGreaterThanOrEqual(2));
    expect(network.linksOf(bob.session)).toEqual([]);
    network.bus.script = (delivery) => [delivery];
    await until(() => expect(namesIn(bob)).toEqual(['Alice']), 250);
    await together(alice, bob);
  });
});

describe('a server that relays', () => {
  it.each<[string, (network: FakeNetwork) => (delivery: Delivery) => readonly Delivery[]]>([
    ['every envelope three times', () => (delivery) => [delivery, delivery, delivery]],
    ['with each envelope all that came before it', ({ bus }) => (delivery) => [delivery, ...bus.relayed.slice(-40)]],
    ['each envelope after the next one', () => reorder()],
    ['a flood of noise with each envelope', () => (delivery) => [...Array.from({ length: 100 }, () => ({ ...delivery, envelope: garbage() })), delivery]],
    ['each envelope to everybody', ({ links }) => (delivery) => [delivery, ...links.map(({ own }) => ({ ...delivery, to: own }))]],
  ])('%s hinders nobody: three meet, each with one link to each', async (_what, makeScript) => {
    const network = new FakeNetwork();
    network.bus.script = makeScript(network);
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    for (const visit of [alice, ...guests]) visit.room.conversation.send(`I am ${visit.device.profile.value.name}`);
    for (const visit of [alice, ...guests]) {
      await until(() => expect(textsOf(visit).toSorted()).toEqual(['I am Alice', 'I am Bob', 'I am Carol']));
      expect(network.linksOf(visit.session).filter(({ state }) => state.value.kind === 'member')).toHaveLength(2);
    }
    expect(alice.rung()).toBeLessThanOrEqual(2);
    expect(ringNamesAt(alice)).toEqual([]);
  });

  /** Keeps one back until another has come. */
  function reorder(): (delivery: Delivery) => readonly Delivery[] {
    let kept: Delivery | undefined;
    return (delivery) => {
      const before = kept;
      kept = before ? undefined : delivery;
      return before ? [delivery, before] : [];
    };
  }
});

describe('a server that holds all slots itself', () => {
  it.each<[string, (heard: readonly Delivery[], to: SessionId) => readonly Uint8Array<ArrayBuffer>[]]>([
    ['nothing', () => []],
    ['garbage', () => [garbage(), garbage(), garbage(1_024), garbage(100), new Uint8Array()]],
    ['whatever it has heard', (heard) => heard.slice(-20).map(({ envelope }) => envelope.slice())],
  ])('and answers %s keeps the two apart, and no longer than it does', async (_what, answers) => {
    const network = new FakeNetwork();
    const device = await fakeDevice('Alice');
    const first = await makeRoom(network, device);
    const { keys } = await FakeStranger.at(network, first.code);
    first.room.close();
    const server = new AbortController();
    const heard: Delivery[] = [];
    await until(() => {
      for (const slot of keys.slots) {
        const held = network.bus.hold(slot, hear, server.signal);
        expect(held).toBe(true);
      }
    });
    const alice = await comeBy(network, device, first.code);
    const bob = await comeBy(network, await fakeDevice('Bob'), first.code);
    await until(() => expect(heard.filter(({ from }) => from === bob.session).length).toBeGreaterThanOrEqual(3));
    await until(() => expect(heard.filter(({ from }) => from === alice.session).length).toBeGreaterThanOrEqual(3));
    expect(ringNamesAt(alice)).toEqual([]);
    for (const { remote, candidatesAsked } of network.links) expect({ remote, candidatesAsked }).toEqual({ remote: undefined, candidatesAsked: 0 });
    server.abort();
    await until(() => expect(ringNamesAt(alice)).toEqual(['Bob']), 250);
    await letIn(alice, 'Bob');
    await together(alice, bob);

    function hear(delivery: Delivery): void {
      heard.push(delivery);
      const { from, to } = delivery;
      for (const envelope of answers(heard, from)) network.bus.deliver({ from: to as unknown as SessionId, to: from, envelope });
    }
  });
});

describe('a guest who was let in, and removed before the link stood,', () => {
  const feed = 'f'.repeat(22) as FeedId;
  const file: FileManifest = { id: 'f'.repeat(26) as FileId, name: 'report.pdf', type: '', sizeBytes: 9, look: { kind: 'plain' } };
  const peer = { session: anyone, sessionKey: new Uint8Array(65), device: 'd'.repeat(26) as DeviceId, name: 'Nobody' };

  /** Mallory's link to Alice: the handshake is through, and there is no pass. */
  async function linkWithoutPass() {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const mallory = await FakeStranger.at(network, alice.code);
    const link = await mallory.prepareLink();
    await mallory.knock(await mallory.makeKnock({ credentials: link.credentials }));
    await letIn(alice, 'Mallory');
    await until(() => expect(mallory.replies.some(({ kind }) => kind === 'accept')).toBe(true));
    await alice.room.remove(mallory.device.deviceId, false);
    const accept = mallory.replies.find((reply) => reply.kind === 'accept');
    if (!accept) throw new Error('no accept');
    await link.connect({ session: alice.session, credentials: accept.credentials, candidates: accept.candidates });
    await until(() => expect(link.state.value.kind).toBe('waiting'));
    await until(() => expect(link.other?.state.value.kind).toBe('waiting'));
    return { network, alice, bob: guests[0], mallory, link };
  }

  it.each<[string, (own: DeviceId) => Frame]>([
    ['a word on what it holds', () => ({ kind: 'digest', digest: new Uint8Array(32) })],
    ['a vector', () => ({ kind: 'vector', feeds: [], answer: false })],
    ['a question for messages', () => ({ kind: 'want', want: 1, parts: [{ feed, range: { first: 1, last: 9 } }], credit: 1 })],
    ['up to where it has read', () => ({ kind: 'read', heads: [[feed, 1]] })],
    ['its typing', () => ({ kind: 'typing', on: true })],
    ['a call', () => ({ kind: 'call', inCall: true, microphoneOn: true, cameraOn: true })],
    ['a description', () => ({ kind: 'description', type: 'offer', sdp: 'v=0' })],
    ['speech', () => ({ kind: 'speaking', on: true })],
    ['peers', () => ({ kind: 'peers', peers: [peer], slots: [0, 1, 2] })],
    ['an envelope for another', () => ({ kind: 'relay', to: anyone, from: anyone, envelope: 'AAAA' })],
    ['a profile', () => ({ kind: 'profile', name: 'Alice' })],
    ['a question for a file', () => ({ kind: 'file-ask', id: file.id })],
    ['a wish for chunks of a file', () => ({ kind: 'file-get', ticket: 1, id: file.id, chunks: [0] })],
    ['what it has of a file', () => ({ kind: 'file-have', id: file.id, whole: true })],
    ['a file of its own', () => ({ kind: 'offer', offer: 'o'.repeat(22) as EventId, file })],
    ['an answer to an offer', () => ({ kind: 'offer-answer', offer: 'o'.repeat(22) as EventId, answer: 'accepted' })],
    ['a further connection', () => ({ kind: 'lane', lane: 1, ufrag: 'abcd', pwd: 'p'.repeat(22), candidates: [] })],
    ['a wish for further connections', () => ({ kind: 'lanes-wished', count: 8 })],
    ['the end of a ring', (own) => ({ kind: 'ring-over', device: own, outcome: 'accepted' })],
  ])('is not heard with %s', async (_what, frameOf) => {
    const { network, alice, bob, mallory, link } = await linkWithoutPass();
    const frame = frameOf(mallory.device.deviceId);
    const channel = channelOf(frame);
    const { other } = link;
    link.inject(channel, toJson(frame));
    link.inject('control', toJson({ kind: 'bye', reason: 'leaving' }));
    await until(() => expect(network.linksOf(alice.session)).toHaveLength(1));
    // The frame has ended the link, but on the channel that loses frames anyway: there it is passed over.
    const reason = channel === 'live' ? { kind: 'bye', reason: 'leaving' } : { kind: 'violation', reason: 'too-early' };
    expect(other?.state.value).toEqual({ kind: 'closed', reason });
    await together(alice, bob);
    for (const { room } of [alice, bob]) {
      expect(room.conversation.timeline.value.messages).toEqual([]);
      expect(room.call.state.value).toMatchObject({ running: false, others: [] });
      expect(room.people.value).toHaveLength(1);
      expect(room.files.offers.value).toEqual([]);
    }
    expect(link.said.some((text) => text.includes('"admitted"'))).toBe(false);
  });

  it('is told what removed it, and nothing else of the room', async () => {
    const { alice, link } = await linkWithoutPass();
    const heard: Frame[] = [];
    link.listen((frame) => heard.push(frame));
    link.inject('control', toJson({ kind: 'holds', ids: [] }));
    await until(() => expect(link.state.value).toMatchObject({ kind: 'closed', reason: { kind: 'bye', reason: 'removed' } }));
    expect(heard.map(({ kind }) => kind)).toEqual(['holds', 'events'].slice(-heard.length));
    expect(namesIn(alice)).toEqual(['Bob']);
  });

  it('can’t come as another device than the one that rang', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const mallory = await FakeStranger.at(network, alice.code);
    const other = await FakeStranger.at(network, alice.code);
    const link = await mallory.prepareLink(other.device);
    await mallory.knock(await mallory.makeKnock({ credentials: link.credentials }));
    await letIn(alice, 'Mallory');
    await until(() => expect(mallory.replies.some(({ kind }) => kind === 'accept')).toBe(true));
    const accept = mallory.replies.find((reply) => reply.kind === 'accept');
    if (accept) await link.connect({ session: alice.session, credentials: accept.credentials, candidates: accept.candidates });
    await until(() => expect(link.signal.aborted).toBe(true));
    await together(alice, guests[0]);
  });
});

describe('a member who lies', () => {
  /** Mallory's program is the app's own, but for what is injected. */
  async function threeWithMallory() {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Mallory');
    const [bob, mallory] = guests;
    const to = (visit: FakeVisit): PairedLink => {
      const link = network.linksOf(mallory.session).find(({ remote }) => remote?.session === visit.session);
      if (!link) throw new Error('no link');
      return link;
    };
    return { network, alice, bob, mallory, to };
  }

  type Room = Awaited<ReturnType<typeof threeWithMallory>>;

  const membersOf = ({ room }: FakeVisit) => room.people.value.map(({ name, role, presence }) => ({ name, role, presence })).filter(({ name }) => name !== 'Mallory');

  /** Says it to both, and waits until they have heard it: then they have heard her out, or have closed the link. */
  async function lie({ alice, bob, to, mallory }: Room, ...texts: readonly string[]): Promise<void> {
    const links = [to(alice), to(bob)];
    for (const link of links) for (const text of texts) link.inject('control', text);
    mallory.room.conversation.send('as I said');
    const heard = (visit: FakeVisit, link: PairedLink | undefined): boolean => link?.signal.aborted === true || textsOf(visit).includes('as I said');
    await until(() => expect([heard(alice, links[0]), heard(bob, links[1])]).toEqual([true, true]));
  }

  async function nothingHappened({ network, alice, bob }: Room, before: readonly string[]): Promise<void> {
    expect(membersOf(alice)).toEqual([{ name: 'Bob', role: 'member', presence: 'here' }]);
    expect(membersOf(bob)).toEqual([{ name: 'Alice', role: 'owner', presence: 'here' }]);
    expect(network.linksOf(alice.session).find(({ remote }) => remote?.session === bob.session)?.state.value.kind).toBe('member');
    expect(await eventsOf(alice)).toEqual(before);
    alice.room.conversation.send('still here');
    await until(() => expect(textsOf(bob)).toContain('still here'));
  }

  const eventsOf = async ({ device, room }: FakeVisit) => (await device.admissionOf(room.alias).load()).tokens;

  const frames = (...all: readonly Frame[]): readonly string[] => all.map((frame) => toJson(frame));

  const lies: readonly [string, (room: Room) => Promise<readonly string[]>][] = [
    [
      'of sessions and devices that are not',
      async () =>
        frames({
          kind: 'peers',
          peers: Array.from({ length: limits.peersTold }, (_, at) => ({ session: String.fromCodePoint(0x61 + at).repeat(26) as SessionId, sessionKey: new Uint8Array(65).fill(4), device: String.fromCodePoint(0x61 + at).repeat(26) as DeviceId, name: `Nobody ${at}` })),
          slots: [],
        }),
    ],
    [
      'of other sessions of the members’ devices, with keys that are none, and that she holds all slots',
      async ({ alice, bob }) =>
        frames({
          kind: 'peers',
          peers: [alice, bob].flatMap(({ device }, at) => [
            { session: `${at + 2}`.repeat(26) as SessionId, sessionKey: new Uint8Array(65), device: device.identity.deviceId, name: 'Mallory' },
            { session: `${at + 4}`.repeat(26) as SessionId, sessionKey: device.identity.publicKey, device: device.identity.deviceId, name: 'Mallory' },
          ]),
          slots: [0, 1, 2],
        }),
    ],
    [
      'of the members’ sessions with another key and name',
      async ({ alice, bob, mallory }) =>
        frames({
          kind: 'peers',
          peers: [alice, bob].map(({ session, device }) => ({ session, sessionKey: mallory.device.identity.publicKey, device: device.identity.deviceId, name: 'Eve' })),
          slots: [],
        }),
    ],
    [
      'in envelopes of others',
      async ({ alice, bob }) =>
        frames(
          { kind: 'relay', to: bob.session, from: alice.session, envelope: encodeBase64Url(garbage()) },
          { kind: 'relay', to: alice.session, from: bob.session, envelope: encodeBase64Url(garbage()) },
          { kind: 'relay', to: anyone, from: bob.session, envelope: 'AAAA' },
        ),
    ],
    [
      'about who may be in the room',
      async (room) => {
        const stranger = await fakeDevice('Eve');
        const forged = await forgedEvents(room, stranger);
        return frames({ kind: 'events', tokens: ['a.b.c', ...forged] });
      },
    ],
    ['about a ring of somebody who never rang', async ({ alice }) => frames({ kind: 'ring-over', device: alice.device.identity.deviceId, outcome: 'accepted' }, { kind: 'ring-seen', session: anyone }, { kind: 'handled', session: anyone })],
    [
      'about who rings',
      async ({ alice }) => {
        const stranger = await FakeStranger.at(new FakeNetwork(), alice.code);
        const knock = await stranger.makeKnock();
        return frames({ kind: 'ring', knock: { ...knock, signature: new Uint8Array(64) }, standIn: true }, { kind: 'ring', knock: { ...knock, deviceKey: alice.device.identity.publicKey }, standIn: false });
      },
    ],
    ['with a picture of 13 KB', async () => [JSON.stringify({ kind: 'profile', name: 'Mallory', picture: 'A'.repeat(Math.ceil((13 * 1024 * 4) / 3)) })]],
    ['about what she has heard, in words that are none', async () => ['{"kind":"message"}']],
  ];

  it.each(lies)('%s is passed over, or loses her link', async (_what, tell) => {
    const room = await threeWithMallory();
    const before = await eventsOf(room.alice);
    const notices = [...noticesOf(room.alice), ...noticesOf(room.bob)];
    await lie(room, ...(await tell(room)));
    await nothingHappened(room, before);
    expect(ringNamesAt(room.alice)).toEqual([]);
    expect([...noticesOf(room.alice), ...noticesOf(room.bob)]).toEqual(notices);
  });

  /** All of it signed by her own key, in her own name or in Alice's. */
  async function forgedEvents({ alice, mallory }: Room, stranger: FakeDevice): Promise<readonly string[]> {
    const stored = await mallory.device.admissionOf(mallory.room.alias).load();
    const tokens = [...stored.tokens];
    const room = idOfRoom(stored.tokens);
    const own = { issuer: mallory.device.identity.deviceId, by: undefined, sequence: 1, previous: undefined };
    const owners = { issuer: alice.device.identity.deviceId, by: undefined, sequence: tokens.length + 1, previous: undefined };
    const pass = { kind: 'pass', subject: stranger.identity.deviceId, subjectKey: stranger.identity.publicKey, sinceMs: 0, under: undefined, cites: [] } as const;
    const fields: readonly EventFields[] = [
      { ...owners, ...pass, role: 'host' },
      { ...own, ...pass, role: 'member' },
      { ...owners, kind: 'removal', subject: alice.device.identity.deviceId, last: undefined, feeds: [] },
      { ...owners, kind: 'settings', version: 9, settings: { ...defaultSettings, title: 'Mine', closed: true } },
      { ...owners, kind: 'link', version: 9, salt: new Uint8Array(16) },
      { ...owners, kind: 'policy', version: 9, rule: { policy: 'open', standIn: true }, upTo: [] },
    ];
    const { privateKey } = mallory.device.identity;
    return Promise.all(fields.map(async (each) => (await signEvent(privateKey, room, each)).token));
  }

  it('in another’s name is pointed out to all, also to those who have known her for longer', async () => {
    const room = await threeWithMallory();
    const { alice, bob, mallory } = room;
    const erin = await comeBy(room.network, await fakeDevice('Erin'), alice.code);
    await letIn(alice, 'Erin');
    await together(alice, bob, mallory, erin);
    mallory.device.profile.update((profile) => ({ ...profile, name: 'Erin' }));
    for (const visit of [alice, bob]) {
      await until(() => expect(noticesOf(visit)).toContain('changed-key'));
      const erins = visit.room.people.value.filter(({ name }) => name === 'Erin');
      expect(erins.map(({ id, changedKey }) => ({ id, changedKey })).toSorted((a) => (a.id === erin.device.identity.deviceId ? -1 : 1))).toEqual([
        { id: erin.device.identity.deviceId, changedKey: false },
        { id: mallory.device.identity.deviceId, changedKey: true },
      ]);
    }
  });

  it('about a ring hides it for no longer than until the next knock, and lets nobody in', async () => {
    const room = await threeWithMallory();
    const { alice, mallory, to } = room;
    const carol = await comeBy(room.network, await fakeDevice('Carol'), alice.code);
    await ringAt(alice, 'Carol');
    await until(() => expect(phaseOf(carol)).toBe('waiting'));
    const device = carol.device.identity.deviceId;
    to(alice).inject('control', toJson({ kind: 'ring-over', device, outcome: 'accepted' }));
    to(alice).inject('control', toJson({ kind: 'ring-over', device, outcome: 'refused' }));
    mallory.room.conversation.send('she is in');
    await until(() => expect(textsOf(alice)).toContain('she is in'));
    // Whom a host is asked about is a host's to say.
    expect(ringNamesAt(alice)).toEqual(['Carol']);
    expect(noticesOf(alice)).not.toContain('ring-answered');
    to(alice).inject('control', toJson({ kind: 'ring-over', device, outcome: 'withdrawn' }));
    await until(() => expect(ringNamesAt(alice)).toEqual([]));
    await until(() => expect(ringNamesAt(alice)).toEqual(['Carol']), 250);
    expect(carol.room.role.value).toBeUndefined();
  });

  it('and gives a pass that is not hers to give lets nobody in', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Mallory');
    const [mallory] = guests;
    await alice.room.changeSettings({ standIn: false });
    await until(() => expect(mallory.room.settings.value.standIn).toBe(false));
    const stranger = await FakeStranger.at(network, alice.code);
    const stored = await mallory.device.admissionOf(mallory.room.alias).load();
    const by = mallory.device.identity;
    const own = stored.tokens.map((token) => ({ token, claims: claimsOf(token) })).find(({ claims }) => claims['kind'] === 'pass' && claims['key'] === encodeBase64Url(by.publicKey));
    if (!own) throw new Error('no pass');
    const { token } = await signEvent(by.privateKey, idOfRoom(stored.tokens), {
      kind: 'pass',
      issuer: by.deviceId,
      by: await eventIdOf(own.token),
      sequence: 1,
      previous: undefined,
      subject: stranger.device.deviceId,
      subjectKey: stranger.device.publicKey,
      role: 'member',
      sinceMs: 0,
      under: undefined,
      cites: [],
    });
    const knock = await stranger.makeKnock();
    await stranger.knock(knock);
    const card = await ringAt(alice, 'Mallory');
    const [aliceKnock] = network.bus.relayed.filter(({ from, to }) => from === alice.session && to !== stranger.session);
    const said = aliceKnock && (await stranger.read(aliceKnock.envelope));
    if (!said) throw new Error('no knock of Alice');
    await stranger.say(said, { kind: 'pass', tokens: [stored.genesis ?? '', ...stored.tokens.slice(0, 6), token].slice(0, 7) });
    await stranger.say(said, { kind: 'withdraw' });
    await until(() => expect(alice.room.rings.value.shown.map(({ id }) => id)).not.toContain(card));
    expect(stranger.replies.map(({ kind }) => kind)).toEqual(['presence']);
    expect(alice.room.people.value).toHaveLength(1);
  });
});

describe('a guest who waits', () => {
  it('has no link to anybody, whether a call runs or not', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    await Promise.all([alice, guests[0]].map(({ room }) => room.call.join()));
    await until(() => expect(alice.room.call.state.value).toMatchObject({ running: true, others: [{ name: 'Bob' }] }));
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code);
    await ringAt(alice, 'Carol');
    await until(() => expect(phaseOf(carol)).toBe('waiting'));
    alice.room.conversation.send('between us');
    await until(() => expect(textsOf(guests[0])).toEqual(['between us']));
    const own = network.links.filter((link) => link.own === carol.session);
    expect(own.map(({ remote, candidatesAsked, said }) => ({ remote, candidatesAsked, said }))).toEqual([{ remote: undefined, candidatesAsked: 0, said: [] }]);
    expect(network.links.filter(({ remote }) => remote?.session === carol.session)).toEqual([]);
    expect(textsOf(carol)).toEqual([]);
  });
});

describe('a removed member', () => {
  it('who comes back with the old pass, and plays everything again, waits at the door like anybody', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob, carol] = guests;
    const stored = await bob.device.admissionOf(bob.room.alias).load();
    const recorded = [...network.bus.relayed];
    await alice.room.remove(personIn(alice, 'Bob').id, false);
    await until(() => expect(phaseOf(bob)).toBe('removed'));
    await together(alice, carol);
    bob.room.close();
    for (const delivery of recorded) network.bus.deliver(delivery);
    const { privateKey, publicKey, deviceId } = bob.device.identity;
    const again = await FakeStranger.at(network, alice.code, { privateKey, publicKey, deviceId });
    const knock = await again.makeKnock({ name: 'Bob' });
    await again.knock(knock, again.session, [0, 1, 2]);
    await until(() => expect(again.replies).not.toEqual([]));
    const held = await Promise.all(recorded.map(({ envelope }) => again.read(envelope)));
    const others = held.filter((said) => said !== undefined && (said.session === alice.session || said.session === carol.session));
    for (const other of others) if (other) await again.say(other, { kind: 'pass', tokens: [stored.genesis ?? '', ...stored.tokens] });
    const erin = await comeBy(network, await fakeDevice('Erin'), alice.code);
    await letIn(alice, 'Erin');
    await together(alice, carol, erin);
    expect(again.replies.map(({ kind }) => kind)).not.toContain('accept');
    expect(network.linksOf(bob.session)).toEqual([]);
    expect(ringNamesAt(alice)).toEqual(['Bob']);
  });
});

describe('clocks a day apart', () => {
  const dayMs = 24 * 3_600_000;

  it.each([
    ['ahead', dayMs],
    ['behind', -dayMs],
  ])('the owner’s %s: all meet, read the same in the same order, and who was away gets what was said meanwhile', async (_what, shiftMs) => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'), () => Date.now() + shiftMs);
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    await letIn(alice, 'Bob');
    await together(alice, bob);
    const carol = await comeBy(network, await fakeDevice('Carol'), alice.code, () => Date.now() - shiftMs);
    await letIn(alice, 'Carol');
    await together(alice, bob, carol);
    carol.room.close();
    await until(() => expect(namesIn(bob)).toEqual(['Alice']));
    bob.room.conversation.send('while Carol was away');
    await until(() => expect(textsOf(alice)).toHaveLength(1));
    const back = await comeBy(network, carol.device, alice.code, () => Date.now() - shiftMs);
    await together(alice, bob, back);
    await until(() => expect(textsOf(back)).toHaveLength(1));
    const said = ['while Carol was away'];
    for (const visit of [alice, back, bob, alice, back]) {
      visit.room.conversation.send(`${said.length}`);
      said.push(`${said.length}`);
      for (const reader of [alice, bob, back]) await until(() => expect(textsOf(reader)).toEqual(said));
    }
  });
});

describe('a room whose session throws', () => {
  it('leaves the one beside it alone', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const broken = await makeRoom(network, alice.device);
    const carol = await comeBy(network, await fakeDevice('Carol'), broken.code);
    await letIn(broken, 'Carol');
    await together(broken, carol);
    const faults = await faultsOf(async () => {
      vi.spyOn(broken.device.logOf(broken.room.alias), 'write').mockRejectedValue(new Error('the disk burns'));
      const forget = broken.room.people.subscribe(() => {
        throw new Error('a listener throws');
      });
      broken.room.conversation.send('into the fire');
      carol.room.conversation.send('can you hear me?');
      carol.room.close();
      // Each goes its own way; the room beside has nothing of them.
      alice.room.conversation.send('all is well');
      await until(() => expect(textsOf(guests[0])).toEqual(['all is well']));
      await until(() => expect(namesIn(broken)).toEqual([]));
      forget();
    });
    expect([...new Set(faults)].toSorted()).toEqual(['a listener throws', 'the disk burns']);
    await together(alice, guests[0]);
    expect(textsOf(alice)).toEqual(['all is well']);
  });

  it('can’t be opened when its history can’t be read, and the one beside it can', async () => {
    const network = new FakeNetwork();
    const device = await fakeDevice('Alice');
    const broken = await makeRoom(network, device);
    broken.room.close();
    vi.spyOn(device.logOf(broken.room.alias), 'page').mockRejectedValue(new Error('the disk burns'));
    await expect(comeBy(network, device, broken.code)).rejects.toThrow('the disk burns');
    const alice = await makeRoom(network, device);
    const bob = await comeBy(network, await fakeDevice('Bob'), alice.code);
    await letIn(alice, 'Bob');
    await together(alice, bob);
  });

  /** What reaches the page's own handler of faults while `work` runs: there it becomes one plain notice. */
  async function faultsOf(work: () => Promise<void>): Promise<readonly string[]> {
    const faults: string[] = [];
    const note = (fault: unknown): void => void faults.push(fault instanceof Error ? fault.message : String(fault));
    const events = ['unhandledRejection', 'uncaughtException'] as const;
    const before = events.map((event) => [event, process.rawListeners(event)] as const);
    for (const event of events) process.removeAllListeners(event).on(event, note);
    try {
      await work();
    } finally {
      for (const [event, listeners] of before) {
        process.removeAllListeners(event);
        for (const listener of listeners) process.on(event, listener as () => void);
      }
    }
    return faults;
  }
});

describe('two in a room that is known by name', () => {
  it('meet without asking, though they come at the same moment', async () => {
    const network = new FakeNetwork();
    const [alice, bob] = await Promise.all([enterByName(network, await fakeDevice('Alice'), 'kitchen'), enterByName(network, await fakeDevice('Bob'), 'kitchen')]);
    await together(alice, bob);
    expect(alice.rung() + bob.rung()).toBe(0);
    await until(() => expect(network.linksOf(alice.session).map(({ state }) => state.value.kind)).toEqual(['member']));
  });

  it('with one password meet, with another one don’t, and who comes second hears that it is wrong', async () => {
    const network = new FakeNetwork();
    const [gate, wrong] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const alice = await enterByName(network, await fakeDevice('Alice'), 'kitchen', gate);
    await until(() => expect(phaseOf(alice)).toBe('empty'));
    const bob = await enterByName(network, await fakeDevice('Bob'), 'kitchen', gate);
    await together(alice, bob);
    const eve = await enterByName(network, await fakeDevice('Eve'), 'kitchen', wrong);
    await until(() => expect(phaseOf(eve)).toBe('wrong-password'));
    expect(namesIn(eve)).toEqual([]);
    await together(alice, bob);
    const none = await enterByName(network, await fakeDevice('Frank'), 'kitchen');
    await until(() => expect(phaseOf(none)).toBe('password'));
    expect(network.linksOf(eve.session)).toEqual([]);
    expect(network.linksOf(none.session)).toEqual([]);
  });
});

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

function idOfRoom(tokens: readonly string[]): EventId {
  return claimsOf(tokens[0] ?? '')['aud'] as EventId;
}

async function eventIdOf(token: string): Promise<EventId> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token.slice(0, token.lastIndexOf('.'))));
  return encodeBase64Url(new Uint8Array(hash).subarray(0, 16)) as EventId;
}
