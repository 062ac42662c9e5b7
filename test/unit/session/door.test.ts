/** Both sides of the door over a bus in memory: real envelopes, real keys; only WebRTC and the server are stood in for. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { limits, timing } from '../../../src/config';
import type { DeviceId, SessionId } from '../../../src/core/ids';
import { State } from '../../../src/core/observable';
import { EnvelopeSealer } from '../../../src/protocol/envelope';
import { encodeIntroduction, parseKnock, type Knock } from '../../../src/protocol/introduction';
import { deriveDeviceId, deriveInviteCode } from '../../../src/protocol/invite';
import { deriveRoomKeys } from '../../../src/protocol/room-keys';
import { deriveSessionId, generateSessionKey } from '../../../src/protocol/session-key';
import { knockTranscript, sign } from '../../../src/protocol/transcript';
import { Arrival } from '../../../src/session/arrival';
import { Introductions } from '../../../src/session/introductions';
import type { Identity } from '../../../src/session/identity';
import { Reception } from '../../../src/session/reception';
import type { RoomParts } from '../../../src/session/room-parts';
import { Roster } from '../../../src/session/roster';
import type { ReturnGrant } from '../../../src/storage/room-store';
import { FakeBus } from '../../support/fake-bus';
import { FakeLink } from '../../support/fake-link';

const salt = crypto.getRandomValues(new Uint8Array(16));
const ending: AbortController[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end.abort();
  vi.useRealTimers();
});

interface Device {
  readonly privateKey: CryptoKey;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

async function device(): Promise<Device> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  return { privateKey: pair.privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
}

const alicesDevice = await device();
/** The link is made of Alice's key: nobody else can let anybody in. */
const code = await deriveInviteCode(alicesDevice.publicKey, salt);

/** Somebody with the link: a device, a session, and the links they prepared. */
async function person(bus: FakeBus, name: string, own: Device) {
  const end = new AbortController();
  ending.push(end);
  const fingerprint = crypto.getRandomValues(new Uint8Array(32));
  const links: FakeLink[] = [];
  const deviceId = await deriveDeviceId(own.publicKey);
  const parts = {
    identity: { ...own, deviceId, profile: new State({ name, deviceId }) } as unknown as Identity,
    network: {
      createCertificate: async () => ({ certificate: {} as RTCCertificate, fingerprint, session: await deriveSessionId(fingerprint) }),
      createIntroducer: (_tag, session, signal) => bus.join(session, signal),
      prepareLink: async () => {
        const link = new FakeLink(fingerprint);
        links.push(link);
        return link;
      },
      iceServers: async () => [],
    },
  } as Pick<RoomParts, 'identity' | 'network'> as RoomParts;
  return { introductions: await Introductions.open(parts, code, end.signal), links, deviceId, own, end, fingerprint };
}

/** `own`: another device than the one that made the link is a stranger who stands at its door. */
async function host(bus: FakeBus, own = alicesDevice) {
  const alice = await person(bus, 'Alice', own);
  const roster = new Roster(
    () => undefined,
    () => undefined,
  );
  let grants: readonly ReturnGrant[] = [];
  const rung = vi.fn();
  const full = vi.fn();
  const reception = new Reception(
    alice.introductions,
    {
      deviceId: alice.deviceId,
      salt,
      roster,
      grants: async () => grants,
      saveGrant: async (grant) => void (grants = [...grants.filter(({ deviceId }) => deviceId !== grant.deviceId), grant]),
      now: Date.now,
      onRing: rung,
      onFull: full,
      onAccept: () => undefined,
    },
    alice.end.signal,
  );
  return { ...alice, roster, reception, rung, full, grants: () => grants };
}

async function guest(bus: FakeBus, name: string, options: { readonly own?: Device; readonly token?: string } = {}) {
  const bob = await person(bus, name, options.own ?? (await device()));
  const kept: { token: string | undefined } = { token: options.token };
  const expected: DeviceId[] = [];
  const arrival = new Arrival(
    bob.introductions,
    {
      returnToken: () => kept.token,
      saveReturnToken: async (token) => void (kept.token = token),
      expect: (_link, from) => expected.push(from),
      random: () => 0.5,
      now: Date.now,
    },
    bob.end.signal,
  );
  return { ...bob, arrival, kept, expected };
}

const firstRing = (reception: Reception) => {
  const [ring] = reception.rings.value.shown;
  if (!ring) throw new Error('no card');
  return ring;
};

/** What replies to somebody are sealed to, as their knock says. */
async function sessionKeyOf(bus: FakeBus, who: { readonly introductions: Introductions }): Promise<Uint8Array<ArrayBuffer>> {
  const sealer = new EnvelopeSealer(await deriveRoomKeys(code), await generateSessionKey());
  const delivery = bus.relayed.find(({ from, to }) => from === who.introductions.session && to === who.introductions.frontDoor);
  const opened = delivery && (await sealer.open(delivery.envelope.slice()));
  const knock = opened && parseKnock(opened.text);
  if (!knock) throw new Error('no knock');
  return knock.sessionKey;
}

async function letIn(alice: Awaited<ReturnType<typeof host>>, bob: Awaited<ReturnType<typeof guest>>) {
  await vi.waitFor(() => expect(bob.arrival.state.value).toBe('waiting'));
  await alice.reception.accept(firstRing(alice.reception).id);
  await vi.waitFor(() => expect(bob.arrival.state.value).toBe('accepted'));
}

describe('a ring', () => {
  it('shows a card, and tells the guest that it is heard', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await vi.waitFor(() => expect(bob.arrival.state.value).toBe('waiting'));
    expect(firstRing(alice.reception).name).toBe('Bob');
    expect(alice.rung).toHaveBeenCalledOnce();
  });

  it('lets no address out on either side before Accept', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await vi.waitFor(() => expect(bob.arrival.state.value).toBe('waiting'));
    expect([...alice.links, ...bob.links].map(({ asked }) => asked)).toEqual([0]);
  });

  it('that is accepted brings each side the other’s packet, and the guest’s addresses to the host', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await letIn(alice, bob);
    expect(alice.links[0]?.remotes).toEqual([{ session: bob.introductions.session, credentials: bob.links[0]?.credentials, candidates: [] }]);
    expect(bob.links[0]?.remotes[0]).toMatchObject({ session: alice.introductions.session, credentials: alice.links[0]?.credentials });
    expect(bob.links[0]?.candidates).toHaveLength(1);
    await vi.waitFor(() => expect(alice.links[0]?.candidates).toHaveLength(1));
    expect(bob.expected).toEqual([alice.deviceId]);
    expect(alice.grants().map(({ deviceId }) => deviceId)).toEqual([bob.deviceId]);
    expect(bob.kept.token).toBe(alice.grants()[0]?.token);
  });

  it('takes at most 16 messages through the server', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await letIn(alice, bob);
    await vi.waitFor(() => expect(alice.links[0]?.candidates).toHaveLength(1));
    // Each is counted in and out.
    expect(2 * bus.relayed.length).toBeLessThanOrEqual(16);
  });

  it('that is repeated or played again after Accept gets the same answer, and makes no second link', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    const knocks = () => bus.relayed.filter(({ from, to }) => from === bob.introductions.session && to === alice.introductions.frontDoor);
    await letIn(alice, bob);
    const replies = () => bus.relayed.filter(({ to }) => to === bob.introductions.session).length;
    const before = replies();
    const [knock] = knocks();
    if (!knock) throw new Error('no knock');
    bus.deliver(knock);
    bus.deliver(knock);
    await vi.waitFor(() => expect(replies()).toBe(before + 2));
    expect(alice.links).toHaveLength(1);
    expect(alice.reception.rings.value.shown).toEqual([]);
  });

  it('goes when the guest goes', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await vi.waitFor(() => expect(bob.arrival.state.value).toBe('waiting'));
    await bob.arrival.withdraw();
    await vi.waitFor(() => expect(alice.reception.rings.value.shown).toEqual([]));
  });

  it('that falls silent goes by itself', async () => {
    const bus = new FakeBus();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await vi.waitUntil(() => alice.reception.rings.value.shown.length === 1);
    bob.end.abort();
    vi.advanceTimersByTime(timing.ringExpiryMs + timing.ringRepeatMs);
    expect(alice.reception.rings.value.shown).toEqual([]);
  });
});

describe('"not now"', () => {
  it('that comes while the next knock is being signed stays the last word', async () => {
    const bus = new FakeBus();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await vi.waitUntil(() => bob.arrival.state.value === 'waiting');
    void alice.reception.notNow(firstRing(alice.reception).id);
    vi.advanceTimersByTime(timing.ringRepeatMs);
    await vi.waitUntil(() => bob.arrival.state.value === 'refused');
    await vi.advanceTimersByTimeAsync(2 * timing.ringRepeatMs);
    expect(bob.arrival.state.value).toBe('refused');
  });

  it('is told to the guest, and a repeated knock of the same ring makes no card', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await vi.waitFor(() => expect(bob.arrival.state.value).toBe('waiting'));
    const knock = bus.relayed.find(({ to }) => to === alice.introductions.frontDoor);
    await alice.reception.notNow(firstRing(alice.reception).id);
    await vi.waitFor(() => expect(bob.arrival.state.value).toBe('refused'));
    const before = bus.relayed.length;
    if (knock) bus.deliver(knock);
    await vi.waitFor(() => expect(bus.relayed.length).toBe(before + 2));
    expect(alice.reception.rings.value.shown).toEqual([]);
  });

  it('lets the guest ring again, three times at most', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    for (let ring = 0; ring < limits.ringsADevice; ring++) {
      await vi.waitFor(() => expect(alice.reception.rings.value.shown).toHaveLength(1));
      await vi.waitFor(() => expect(bob.arrival.state.value).toBe('waiting'));
      await alice.reception.notNow(firstRing(alice.reception).id);
      await vi.waitFor(() => expect(bob.arrival.state.value).toBe('refused'));
      bob.arrival.again();
    }
    await vi.waitFor(() => expect(bob.arrival.state.value).toBe('refused'));
    expect(alice.reception.rings.value.shown).toEqual([]);
  });
});

describe('coming back', () => {
  it('with the token needs nobody’s Accept', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await letIn(alice, bob);
    bob.end.abort();
    const again = await guest(bus, 'Bob', { own: bob.own, token: bob.kept.token ?? '' });
    await vi.waitFor(() => expect(again.arrival.state.value).toBe('accepted'));
    expect(alice.rung).toHaveBeenCalledOnce();
    expect(again.kept.token).toBe(bob.kept.token);
  });

  it.each([
    ['a token that was never given', async (token: string, own: Device) => ({ own, token: token.replace(/^./u, (first) => (first === 'A' ? 'B' : 'A')) })],
    ['another device’s token', async (token: string) => ({ own: await device(), token })],
  ])('with %s rings like anybody', async (_what, forge) => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await letIn(alice, bob);
    bob.end.abort();
    alice.links[0]?.end({ kind: 'failed' });
    const forger = await guest(bus, 'Bob', await forge(bob.kept.token ?? '', bob.own));
    await vi.waitFor(() => expect(forger.arrival.state.value).toBe('waiting'));
    expect(alice.reception.rings.value.shown).toHaveLength(1);
  });

  it('finds another offer each time, and an answer to an old one is passed over', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await letIn(alice, bob);
    bob.links[0]?.end({ kind: 'failed' });
    bob.arrival.again();
    await vi.waitFor(() => expect(bob.links).toHaveLength(2));
    await vi.waitFor(() => expect(bob.links[1]?.remotes).toHaveLength(1));
    expect(bob.links[0]?.remotes).toHaveLength(1);
    expect(bob.links[0]?.credentials.ufrag).not.toBe(bob.links[1]?.credentials.ufrag);
  });
});

describe('nobody at the link', () => {
  it('is said after 1.5 s without any reply, and the guest knocks on', async () => {
    const bus = new FakeBus();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const bob = await guest(bus, 'Bob');
    await vi.waitUntil(() => bus.relayed.length === 1);
    await vi.advanceTimersByTimeAsync(timing.knockReplyMs);
    expect(bob.arrival.state.value).toBe('nobody');
    await vi.advanceTimersByTimeAsync(timing.knockRepeatMs);
    await vi.waitUntil(() => bus.relayed.length > 1);
  });
});

describe('a full room', () => {
  it('is told to whoever comes next', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await letIn(alice, bob);
    alice.links[0]?.greet(bob.deviceId, 'Bob');
    const carla = await guest(bus, 'Carla');
    await vi.waitFor(() => expect(carla.arrival.state.value).toBe('full'));
    expect(alice.rung).toHaveBeenCalledOnce();
  });
});

describe('a place', () => {
  it('is given once, though two are accepted in the same moment', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const [bob, carla] = [await guest(bus, 'Bob'), await guest(bus, 'Carla')];
    await vi.waitFor(() => expect(alice.reception.rings.value.shown).toHaveLength(2));
    await Promise.all(alice.reception.rings.value.shown.map(({ id }) => alice.reception.accept(id)));
    expect(alice.links).toHaveLength(1);
    expect(alice.full).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect([bob.arrival.state.value, carla.arrival.state.value].sort()).toEqual(['accepted', 'full']));
  });

  it('is not taken by somebody who never arrives', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await letIn(alice, bob);
    const carla = await guest(bus, 'Carla');
    await vi.waitFor(() => expect(carla.arrival.state.value).toBe('waiting'));
    alice.links[0]?.end({ kind: 'timeout' });
    await alice.reception.accept(firstRing(alice.reception).id);
    await vi.waitFor(() => expect(carla.arrival.state.value).toBe('accepted'));
  });
});

describe('strangers with the link', () => {
  const forgeKnock = async (bus: FakeBus, change: (knock: Knock) => Knock | Promise<Knock>, from?: SessionId) => {
    const key = await generateSessionKey();
    const fingerprint = crypto.getRandomValues(new Uint8Array(32));
    const session = await deriveSessionId(fingerprint);
    const sealer = new EnvelopeSealer(await deriveRoomKeys(code), key);
    const keys = await deriveRoomKeys(code);
    const mallory = await device();
    const said = { session, sessionKey: key.publicKey, deviceKey: mallory.publicKey, credentials: { ufrag: 'abcd', pwd: 'p'.repeat(22), fingerprint } };
    const signature = await sign(mallory.privateKey, knockTranscript(keys.tag, said));
    const knock = await change({ kind: 'knock', version: 1, ...said, name: 'Mallory', signature });
    bus.deliver({ from: from ?? session, to: keys.slots[0], envelope: await sealer.knock(encodeIntroduction(knock)) });
  };

  it('can’t ring under a session id that names another certificate, or from another place', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    await forgeKnock(bus, (knock) => ({ ...knock, credentials: { ...knock.credentials, fingerprint: new Uint8Array(32) } }));
    await forgeKnock(bus, (knock) => knock, 'z'.repeat(26) as SessionId);
    // Nor as a device whose key they don't have.
    await forgeKnock(bus, (knock) => ({ ...knock, deviceKey: alicesDevice.publicKey }));
    await forgeKnock(bus, (knock) => ({ ...knock, credentials: { ...knock.credentials, ufrag: 'efgh' } }));
    // Nor with a key that nothing can be sealed to.
    await forgeKnock(bus, async (knock) => {
      const mallory = await device();
      const said = { ...knock, sessionKey: new Uint8Array(65), deviceKey: mallory.publicKey };
      return { ...said, signature: await sign(mallory.privateKey, knockTranscript((await deriveRoomKeys(code)).tag, said)) };
    });
    // An honest ring, sent last, is through: so the others were seen and passed over.
    const bob = await guest(bus, 'Bob');
    await vi.waitFor(() => expect(bob.arrival.state.value).toBe('waiting'));
    expect(alice.reception.rings.value.shown.map(({ name }) => name)).toEqual(['Bob']);
  });

  it('who hold the slot can ring a bell of their own, but let nobody in and learn no address', async () => {
    const bus = new FakeBus();
    const eve = await host(bus, await device());
    const bob = await guest(bus, 'Bob');
    await vi.waitFor(() => expect(bob.arrival.state.value).toBe('waiting'));
    await eve.reception.accept(firstRing(eve.reception).id);
    await vi.waitFor(() => expect(bus.relayed.filter(({ to }) => to === bob.introductions.session)).toHaveLength(2));
    // A later word from her is heard, so the accept was too.
    await eve.introductions.reply(bob.introductions.session, await sessionKeyOf(bus, bob), { kind: 'not-now' });
    await vi.waitFor(() => expect(bob.arrival.state.value).toBe('refused'));
    expect(bob.links[0]?.remotes).toEqual([]);
    expect(bob.links[0]?.asked).toBe(0);
    expect(bob.kept.token).toBeUndefined();
  });

  it('can’t take up a session that was left and be given its answer', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const bob = await guest(bus, 'Bob');
    await letIn(alice, bob);
    alice.links[0]?.greet(bob.deviceId, 'Bob');
    const before = alice.links.length;
    // Bob's session and offer, but sealed to another key, and signed by another device.
    await forgeKnock(bus, async (knock) => {
      const mallory = await device();
      const said = { ...knock, session: bob.introductions.session, deviceKey: mallory.publicKey, credentials: bob.links[0]?.credentials ?? knock.credentials };
      return { ...said, signature: await sign(mallory.privateKey, knockTranscript((await deriveRoomKeys(code)).tag, said)) };
    }, bob.introductions.session);
    const carla = await guest(bus, 'Carla');
    await vi.waitFor(() => expect(carla.arrival.state.value).toBe('full'));
    expect(alice.links).toHaveLength(before);
  });

  it('of another version are told so', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    const before = bus.relayed.length;
    await forgeKnock(bus, (knock) => ({ ...knock, version: 2 }));
    await vi.waitFor(() => expect(bus.relayed.length).toBe(before + 2));
    expect(alice.reception.rings.value.shown).toEqual([]);
  });

  it('fill at most five cards; the rest are counted, and the flood ends somewhere', async () => {
    const bus = new FakeBus();
    const alice = await host(bus);
    for (let ring = 0; ring < limits.ringsRemembered + 10; ring++) await forgeKnock(bus, (knock) => knock);
    await vi.waitFor(() => expect(alice.reception.rings.value.furtherCount).toBe(limits.ringsRemembered - limits.ringCards));
    expect(alice.reception.rings.value.shown).toHaveLength(limits.ringCards);
    expect(alice.links).toHaveLength(0);
  });
});
