/** Devices with real keys and real tokens; what one sends reaches the others only when the test says so. */
import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/config';
import type { DeviceId, EventId, FeedId, InviteCode } from '../../../src/core/ids';
import { defaultRule, type AdmissionRule, type Membership, type Removal } from '../../../src/core/membership';
import { lastValidSequence, membersBetween } from '../../../src/core/membership-rules';
import { signEvent, signGenesis, type EventFields } from '../../../src/protocol/admission-token';
import { deriveInviteCode } from '../../../src/protocol/invite';
import { Admission } from '../../../src/session/admission';
import type { AdmissionStore, StoredAdmission } from '../../../src/storage/admission-store';
import { makeDevice, type SigningDevice } from '../../support/signing-device';

const [aliceDevice, bobDevice, carolDevice] = await Promise.all([makeDevice(), makeDevice(), makeDevice()]);
const [daveDevice, malloryDevice] = await Promise.all([makeDevice(), makeDevice()]);
const salt = Uint8Array.from({ length: 16 }, (_, at) => at);
const code = await deriveInviteCode(aliceDevice.publicKey, salt);
const members: AdmissionRule = { policy: 'members', standIn: false };
const hosts: AdmissionRule = { policy: 'hosts', standIn: false };

/** What this device knows of another's log. */
const feedsOf = (device: DeviceId): Removal['feeds'] => [[`${device.slice(0, 21)}A` as FeedId, 7]];

/** A disk that may fail, and outlives the page. */
class FakeDisk implements AdmissionStore {
  kept: StoredAdmission = { tokens: [] };
  fails = false;

  async load(): Promise<StoredAdmission> {
    return this.kept;
  }

  async add(genesis: string | undefined, tokens: readonly string[]): Promise<void> {
    if (this.fails) throw new Error('the disk is full');
    const first = this.kept.genesis ?? genesis;
    this.kept = { ...(first !== undefined && { genesis: first }), tokens: [...this.kept.tokens, ...tokens] };
  }
}

interface Party {
  readonly device: SigningDevice;
  readonly disk: FakeDisk;
  readonly admission: Admission;
}

async function open(device: SigningDevice, own?: { salt: typeof salt; rule?: AdmissionRule }, nowMs = 1_000, disk = new FakeDisk()): Promise<Party> {
  return { device, disk, admission: await Admission.open({ store: disk, identity: device, afterAllMs: () => nowMs, feedsOf, ...(own && { own }) }) };
}

const makeRoom = (rule: AdmissionRule = defaultRule, nowMs?: number) => open(aliceDevice, { salt, rule }, nowMs);

function membershipOf({ admission }: Party): Membership {
  const { value } = admission.membership;
  if (!value) throw new Error('no room is known');
  return value;
}

const names = new Map([aliceDevice, bobDevice, carolDevice, daveDevice, malloryDevice].map(({ deviceId }, at) => [deviceId, ['alice', 'bob', 'carol', 'dave', 'mallory'][at] ?? '']));
const inside = (party: Party) => [...membershipOf(party).members].map(([device, { role }]) => `${names.get(device)} ${role}`).sort();

/** Everything that `from` has reaches `to`, as on a link between the two. */
const sync = async (from: Party, to: Party) => (await to.admission.take(from.admission.missing(to.admission.ids()), code)).accepted;

/** Somebody is let in by `by`, and told what an accept would tell. */
async function join(by: Party, device: SigningDevice, role: 'host' | 'member' = 'member', nowMs?: number): Promise<Party> {
  await by.admission.grant(device.publicKey, role);
  const party = await open(device, undefined, nowMs);
  await party.admission.take(by.admission.prove(device.deviceId), code);
  await sync(by, party);
  return party;
}

/** An event that an honest device would not issue. */
async function forge(by: Party, fields: Partial<EventFields> & Pick<EventFields, 'kind'>, room?: EventId): Promise<string> {
  const { genesis, heads, members: places } = membershipOf(by);
  const { deviceId, privateKey } = by.device;
  const head = heads.get(deviceId);
  const issued = { issuer: deviceId, by: places.get(deviceId)?.pass?.id, sequence: (head?.sequence ?? 0) + 1, previous: head?.id };
  return (await signEvent(privateKey, room ?? genesis.id, { ...issued, ...fields } as EventFields)).token;
}

const passFor = ({ deviceId, publicKey }: SigningDevice) =>
  ({ kind: 'pass', subject: deviceId, subjectKey: publicKey, role: 'member', sinceMs: 0, under: undefined, cites: [] }) as const;

describe('the maker of a room', () => {
  it('makes it once, and finds it and everybody in it again after a reload', async () => {
    const alice = await makeRoom();
    await alice.admission.grant(bobDevice.publicKey, 'host');
    await alice.admission.changeSettings({ title: 'Tea' });
    const again = await open(aliceDevice, { salt }, 1_000, alice.disk);
    expect(membershipOf(again)).toEqual(membershipOf(alice));
    expect(again.admission.ids()).toEqual(alice.admission.ids());
    const [token] = await again.admission.remove(bobDevice.deviceId);
    expect(alice.disk.kept.tokens).toContain(token);
    expect(membershipOf(again).heads.get(aliceDevice.deviceId)?.sequence).toBe(3);
  });

  it('that lost what it kept makes the same room again, and learns from the others who is in it', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice);
    const again = await makeRoom();
    expect(again.admission.ids()).toEqual(alice.admission.ids().slice(0, 1));
    await sync(bob, again);
    expect(inside(again)).toEqual(['alice owner', 'bob member']);
  });
});

describe('a guest', () => {
  it('knows nothing until a genesis comes that its link is made of, and then its place', async () => {
    const alice = await makeRoom();
    await alice.admission.grant(bobDevice.publicKey, 'member');
    const bob = await open(bobDevice);
    expect(bob.admission.membership.value).toBeUndefined();
    expect(bob.admission.ids()).toEqual([]);
    const proof = alice.admission.prove(bobDevice.deviceId);
    expect(await bob.admission.take(proof)).toEqual({ accepted: [] });
    expect(bob.admission.membership.value).toBeUndefined();
    await bob.admission.take(proof, code);
    expect(inside(bob)).toEqual(['alice owner', 'bob member']);
    expect(bob.disk.kept.genesis).toBe(proof[0]);
  });

  it('takes no genesis of another key, or of another salt', async () => {
    const other = salt.map((byte) => byte + 1);
    const forged = await Promise.all([
      signGenesis(malloryDevice.privateKey, malloryDevice.publicKey, salt, defaultRule),
      signGenesis(malloryDevice.privateKey, aliceDevice.publicKey, salt, defaultRule),
      signGenesis(aliceDevice.privateKey, aliceDevice.publicKey, other, defaultRule),
    ]);
    const bob = await open(bobDevice);
    for (const { token } of forged) await bob.admission.take([token], code);
    expect(bob.admission.membership.value).toBeUndefined();
    expect(bob.disk.kept).toEqual({ tokens: [] });
  });

  it('takes a genesis by a new link when a change of the link stands in its room', async () => {
    const alice = await makeRoom();
    const newSalt = salt.map((byte) => byte + 7);
    await alice.admission.changeLink(newSalt);
    await alice.admission.grant(bobDevice.publicKey, 'member');
    const newCode = await deriveInviteCode(aliceDevice.publicKey, newSalt);
    const bob = await open(bobDevice);
    await bob.admission.take(alice.admission.prove(bobDevice.deviceId), newCode);
    expect(inside(bob)).toEqual(['alice owner', 'bob member']);
    expect(membershipOf(bob).link.salt).toEqual(newSalt);
    const dave = await open(daveDevice);
    await dave.admission.take(alice.admission.missing([]), '11111111111111111' as InviteCode);
    expect(dave.admission.membership.value).toBeUndefined();
  });

  it('takes no genesis by a change of the link that a member made up', async () => {
    const alice = await makeRoom(members);
    const mallory = await join(alice, malloryDevice);
    const newSalt = salt.map((byte) => byte + 7);
    const change = await forge(mallory, { kind: 'link', version: 1, salt: newSalt });
    const bob = await open(bobDevice);
    await bob.admission.take([...mallory.admission.prove(malloryDevice.deviceId), change], await deriveInviteCode(aliceDevice.publicKey, newSalt));
    expect(bob.admission.membership.value).toBeUndefined();
  });

  it('stays with the genesis that it has', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice);
    const { token } = await signGenesis(aliceDevice.privateKey, aliceDevice.publicKey, salt, members);
    await bob.admission.take([token], code);
    expect(membershipOf(bob).rule.rule).toEqual(defaultRule);
    expect(bob.admission.ids()).toEqual(alice.admission.ids());
  });
});

describe('forged events', () => {
  it('of a stranger, of a member who plays the host, and of another room change nothing and are not kept', async () => {
    const alice = await makeRoom();
    const mallory = await join(alice, malloryDevice);
    const elsewhere = await makeRoom(members);
    const before = inside(alice);
    const known = alice.admission.ids().length;
    const asOwner = await forge(mallory, { ...passFor(daveDevice), by: undefined });
    const otherRoom = await forge({ ...elsewhere, device: aliceDevice }, passFor(daveDevice));
    const bobs = await forge({ ...mallory, device: bobDevice }, { ...passFor(daveDevice), by: membershipOf(mallory).members.get(malloryDevice.deviceId)?.pass?.id });
    expect(await alice.admission.take([asOwner, otherRoom, bobs])).toEqual({ accepted: [] });
    expect(alice.admission.ids()).toHaveLength(known);
    const [hosts, coup] = [await forge(mallory, { ...passFor(daveDevice), role: 'host' }), await forge(mallory, { kind: 'removal', subject: aliceDevice.deviceId, last: undefined, feeds: [] })];
    await alice.admission.take([hosts, coup]);
    expect(inside(alice)).toEqual(before);
  });

  it('with a changed claim, or cut short, are no events', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice);
    const [token = ''] = await alice.admission.grant(carolDevice.publicKey, 'member');
    const [head, body = '', signature] = token.split('.');
    const changed = Buffer.from(Buffer.from(body, 'base64url').toString().replace('"member"', '"host"')).toString('base64url');
    expect(await bob.admission.take([`${head}.${changed}.${signature}`, token.slice(0, -1), body, ''])).toEqual({ accepted: [] });
    expect(await bob.admission.take([token])).toEqual({ accepted: [token] });
  });

  it('of somebody let in by nobody take no place, however many', async () => {
    const alice = await makeRoom(hosts);
    const mallory = await join(alice, malloryDevice);
    const socks = await forge(mallory, passFor(daveDevice));
    await alice.admission.take([socks]);
    await mallory.admission.take([socks]);
    const pass = [...mallory.admission.ids()].at(-1);
    const further = await Promise.all(
      Array.from({ length: 20 }, (_, at) => forge({ ...mallory, device: daveDevice }, { ...passFor(bobDevice), sinceMs: at, ...(pass && { by: pass }) })),
    );
    expect(await alice.admission.take(further)).toEqual({ accepted: [] });
  });
});

describe('events that come before the pass of their issuer', () => {
  it('wait for it, and count when it is there', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice, 'host');
    const fresh = await makeRoom();
    const [carols = ''] = await bob.admission.grant(carolDevice.publicKey, 'member');
    expect(await fresh.admission.take([carols])).toEqual({ accepted: [] });
    const bobs = bob.admission.missing(fresh.admission.ids()).filter((token) => token !== carols);
    expect((await fresh.admission.take(bobs)).accepted).toContain(carols);
    expect(inside(fresh)).toContain('carol member');
  });

  it('are forgotten, oldest first, when there are too many', async () => {
    const alice = await makeRoom(members);
    const mallory = await join(alice, malloryDevice);
    const fresh = await open(bobDevice);
    await fresh.admission.take(alice.admission.missing([]).slice(0, 1), code);
    const many: string[] = [];
    for (let at = 0; at <= limits.admissionEventsWaiting; at++) many.push(await forge(mallory, { ...passFor(daveDevice), sinceMs: at }));
    await fresh.admission.take(many);
    const { accepted } = await fresh.admission.take(alice.admission.missing(fresh.admission.ids()));
    expect(accepted).toHaveLength(1 + limits.admissionEventsWaiting);
    expect(accepted).not.toContain(many[0]);
  });
});

describe('what a device lacks', () => {
  it('is told in an order in which it can be taken one by one', async () => {
    const alice = await makeRoom(members);
    const bob = await join(alice, bobDevice);
    const carol = await join(bob, carolDevice);
    const dave = await join(carol, daveDevice);
    const fresh = await open(malloryDevice);
    for (const token of dave.admission.missing([])) await fresh.admission.take([token], code);
    expect(membershipOf(fresh)).toEqual(membershipOf(dave));
    expect(dave.admission.missing(fresh.admission.ids())).toEqual([]);
  });
});

describe('letting in', () => {
  it('is for whom the rule says: hosts, members, or stand-ins', async () => {
    for (const [rule, may] of [[hosts, false], [defaultRule, true], [members, true], [{ policy: 'open', standIn: false }, true]] as const) {
      const alice = await makeRoom(rule);
      const [bob, dave] = [await join(alice, bobDevice), await join(alice, daveDevice, 'host')];
      const tokens = await bob.admission.grant(carolDevice.publicKey, 'member');
      expect(tokens.length > 0, rule.policy).toBe(may);
      expect(await bob.admission.grant(carolDevice.publicKey, 'host')).toEqual([]);
      expect(await dave.admission.grant(malloryDevice.publicKey, 'host')).toEqual([]);
      expect(await dave.admission.grant(malloryDevice.publicKey, 'member')).toHaveLength(1);
    }
    const stranger = await open(malloryDevice);
    expect(await stranger.admission.grant(malloryDevice.publicKey, 'host')).toEqual([]);
  });

  it('who is in already tells the pass again, and makes none', async () => {
    const alice = await makeRoom();
    const given = await alice.admission.grant(bobDevice.publicKey, 'member');
    expect(await alice.admission.grant(bobDevice.publicKey, 'member')).toEqual(given);
    expect(alice.admission.ids()).toHaveLength(2);
  });

  it('shows the first guest everything, later ones what is said from now on, unless the room shows all; and who was in sees on from where it saw', async () => {
    const alice = await makeRoom(defaultRule, 5_000);
    await alice.admission.grant(bobDevice.publicKey, 'member');
    await alice.admission.grant(carolDevice.publicKey, 'member');
    await alice.admission.changeSettings({ history: 'everything' });
    await alice.admission.grant(daveDevice.publicKey, 'member');
    const since = ({ deviceId }: SigningDevice) => membershipOf(alice).members.get(deviceId)?.sinceMs;
    expect([bobDevice, carolDevice, daveDevice].map(since)).toEqual([0, 5_000, 0]);
    await alice.admission.remove(carolDevice.deviceId);
    await alice.admission.grant(carolDevice.publicKey, 'member');
    await alice.admission.setHost(bobDevice.deviceId, true);
    expect([bobDevice, carolDevice].map(since)).toEqual([0, 5_000]);
  });

  it('does not ask what time it is: devices a day apart agree on who is in', async () => {
    const dayMs = 86_400_000;
    const alice = await makeRoom(members, 2 * dayMs);
    const bob = await join(alice, bobDevice, 'host', dayMs);
    const carol = await join(bob, carolDevice, 'member', 3 * dayMs);
    await carol.admission.grant(daveDevice.publicKey, 'member');
    await sync(carol, bob);
    await bob.admission.remove(daveDevice.deviceId);
    for (const party of [alice, carol]) await sync(bob, party);
    for (const party of [alice, bob, carol]) expect(inside(party)).toEqual(['alice owner', 'bob host', 'carol member']);
    expect(membershipOf(alice)).toEqual(membershipOf(carol));
  });
});

describe('removing', () => {
  it('says how far the log of the removed device counts; of a host that becomes a member again, all of it does', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice, 'host');
    const feedsNamed = (party: Party) => (membershipOf(party).removals.get(bobDevice.deviceId) ?? []).map(({ feeds }) => feeds);
    await alice.admission.setHost(bobDevice.deviceId, false);
    expect(feedsNamed(alice)).toEqual([[]]);
    await alice.admission.remove(bobDevice.deviceId);
    await sync(alice, bob);
    for (const party of [alice, bob]) expect(feedsNamed(party)).toEqual([feedsOf(bobDevice.deviceId)]);
  });

  it('ends a feed for good, also when its device is let in again, made a host and a member again', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice);
    const [[feed, sequence] = []] = feedsOf(bobDevice.deviceId);
    if (!feed) throw new Error('no feed');
    await alice.admission.remove(bobDevice.deviceId);
    await alice.admission.grant(bob.device.publicKey, 'host');
    await alice.admission.setHost(bobDevice.deviceId, false);
    expect(inside(alice)).toEqual(['alice owner', 'bob member']);
    expect(lastValidSequence(membershipOf(alice), bobDevice.deviceId, feed)).toBe(sequence);
  });

  it('is for owner and hosts, and of a host for the owner alone', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice, 'host');
    const carol = await join(alice, carolDevice, 'host');
    const dave = await join(alice, daveDevice);
    for (const party of [bob, carol]) await sync(alice, party);
    expect(await dave.admission.remove(bobDevice.deviceId)).toEqual([]);
    expect(await bob.admission.remove(carolDevice.deviceId)).toEqual([]);
    expect(await bob.admission.remove(aliceDevice.deviceId)).toEqual([]);
    expect(await alice.admission.remove(aliceDevice.deviceId)).toEqual([]);
    expect(await alice.admission.remove(malloryDevice.deviceId)).toEqual([]);
    expect(await bob.admission.remove(daveDevice.deviceId)).toHaveLength(1);
    expect(await alice.admission.remove(carolDevice.deviceId)).toHaveLength(1);
  });

  it('convinces the removed device, by events that it can check', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice, 'host');
    const dave = await join(alice, daveDevice);
    await sync(alice, bob);
    await bob.admission.remove(daveDevice.deviceId);
    expect(bob.admission.prove(daveDevice.deviceId)).toEqual([]);
    await dave.admission.take(bob.admission.proveRemoval(daveDevice.deviceId));
    expect(membershipOf(dave).removed.has(daveDevice.deviceId)).toBe(true);
    expect(bob.admission.proveRemoval(aliceDevice.deviceId)).toEqual([]);
  });

  it('voids what the removed device grants afterwards, even under a number that it had used before', async () => {
    const alice = await makeRoom();
    const mallory = await join(alice, malloryDevice, 'host');
    await sync(mallory, await join(mallory, carolDevice));
    await sync(mallory, alice);
    const late = await forge(mallory, { ...passFor(daveDevice) });
    const backdated = await forge(mallory, { ...passFor(bobDevice), sequence: 1, previous: undefined });
    await alice.admission.remove(malloryDevice.deviceId);
    await alice.admission.take([late, backdated]);
    expect(inside(alice)).toEqual(['alice owner', 'carol member']);
  });

  it('keeps those in whom the removed device had let in where this device could not see all that it did', async () => {
    const alice = await makeRoom(members);
    const bob = await join(alice, bobDevice);
    const hidden = await bob.admission.grant(malloryDevice.publicKey, 'member');
    const shown = await bob.admission.grant(carolDevice.publicKey, 'member');
    await alice.admission.take(shown);
    await alice.admission.remove(bobDevice.deviceId);
    await alice.admission.take(hidden);
    expect(inside(alice)).toEqual(['alice owner', 'carol member']);
  });

  it('wins over a grant at the same time, and a later one that knows of it wins over both', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice, 'host');
    await join(alice, carolDevice);
    await sync(alice, bob);
    await alice.admission.remove(carolDevice.deviceId);
    await bob.admission.take([await forge(bob, passFor(carolDevice))]);
    await sync(alice, bob);
    await sync(bob, alice);
    for (const party of [alice, bob]) expect(inside(party)).toEqual(['alice owner', 'bob host']);
    await bob.admission.grant(carolDevice.publicKey, 'member');
    await sync(bob, alice);
    for (const party of [alice, bob]) expect(inside(party)).toEqual(['alice owner', 'bob host', 'carol member']);
  });

  it('is not undone by a member, whatever the rule', async () => {
    const alice = await makeRoom({ policy: 'open', standIn: false });
    const bob = await join(alice, bobDevice);
    await join(alice, carolDevice);
    await alice.admission.remove(carolDevice.deviceId);
    await sync(alice, bob);
    expect(await bob.admission.grant(carolDevice.publicKey, 'member')).toEqual([]);
    const removals = membershipOf(bob).removals.get(carolDevice.deviceId)?.map(({ id }) => id) ?? [];
    await alice.admission.take([await forge(bob, { ...passFor(carolDevice), cites: removals })]);
    expect(inside(alice)).toEqual(['alice owner', 'bob member']);
  });
});

describe('hosts', () => {
  it('are named and dismissed by the owner alone, and stay members', async () => {
    const alice = await makeRoom(hosts);
    const bob = await join(alice, bobDevice);
    expect(await bob.admission.setHost(bobDevice.deviceId, true)).toEqual([]);
    await alice.admission.setHost(bobDevice.deviceId, true);
    await sync(alice, bob);
    await join(bob, carolDevice);
    await sync(bob, alice);
    expect(inside(alice)).toEqual(['alice owner', 'bob host', 'carol member']);
    expect(await alice.admission.setHost(bobDevice.deviceId, false)).toHaveLength(2);
    await sync(alice, bob);
    for (const party of [alice, bob]) expect(inside(party)).toEqual(['alice owner', 'bob member', 'carol member']);
    expect(await bob.admission.grant(daveDevice.publicKey, 'member')).toEqual([]);
    expect(await alice.admission.setHost(bobDevice.deviceId, false)).toEqual([]);
  });
});

describe('changing the rule', () => {
  it('keeps everybody in, also those let in by more members than a token can name', async () => {
    const alice = await makeRoom(members);
    for (let at = 0; at < 18; at++) {
      const [granter, guest] = await Promise.all([makeDevice(), makeDevice()]);
      const member = await join(alice, granter);
      await member.admission.grant(guest.publicKey, 'member');
      await sync(member, alice);
    }
    const before = [...membershipOf(alice).members.keys()].sort();
    expect(before).toHaveLength(37);
    expect(await alice.admission.changeRule(hosts)).toHaveLength(3);
    expect([...membershipOf(alice).members.keys()].sort()).toEqual(before);
  });

  it('lets members admit who know of it', async () => {
    const alice = await makeRoom(hosts);
    const bob = await join(alice, bobDevice);
    await alice.admission.changeRule(members);
    expect(await bob.admission.grant(carolDevice.publicKey, 'member')).toEqual([]);
    await sync(alice, bob);
    await alice.admission.take(await bob.admission.grant(carolDevice.publicKey, 'member'));
    expect(inside(alice)).toEqual(['alice owner', 'bob member', 'carol member']);
  });

  it('voids what members grant who don’t know of it yet, and is for owner and hosts', async () => {
    const alice = await makeRoom(members);
    const bob = await join(alice, bobDevice);
    await bob.admission.grant(carolDevice.publicKey, 'member');
    await sync(bob, alice);
    expect(await bob.admission.changeRule(hosts)).toEqual([]);
    expect(await alice.admission.changeRule(members)).toEqual([]);
    await alice.admission.changeRule(hosts);
    await bob.admission.grant(daveDevice.publicKey, 'member');
    await sync(bob, alice);
    expect(inside(alice)).toEqual(['alice owner', 'bob member', 'carol member']);
  });
});

describe('changing settings and link', () => {
  it('is for owner and hosts; password, one-off and closing for the owner', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice, 'host');
    const carol = await join(alice, carolDevice);
    expect(await carol.admission.changeSettings({ title: 'mine' })).toEqual([]);
    expect(await carol.admission.changeLink(salt)).toEqual([]);
    expect(await bob.admission.changeSettings({ gate: 'A'.repeat(43), oneOff: true, closed: true })).toEqual([]);
    expect(await bob.admission.changeSettings({ title: '  Tea\u202E ', closed: true })).toHaveLength(1);
    expect(membershipOf(bob).settings.settings).toMatchObject({ title: 'Tea', closed: false });
    expect(await bob.admission.changeSettings({ title: 'Tea ' })).toEqual([]);
    expect(await bob.admission.changeLink(salt)).toHaveLength(1);
    await sync(bob, alice);
    await alice.admission.changeSettings({ closed: true });
    expect(membershipOf(alice).settings.settings).toMatchObject({ title: 'Tea', closed: true });
  });
});

describe('a room full of events', () => {
  it('has place for owner and hosts still, and one member can’t fill it', async () => {
    const alice = await makeRoom(members);
    const flooders: Party[] = [];
    for (let count = 0; count < 5; count++) flooders.push(await join(alice, await makeDevice()));
    let known = alice.admission.ids().length;
    for (const flooder of flooders) {
      const many = await Promise.all(Array.from({ length: 310 }, (_, at) => forge(flooder, { ...passFor(daveDevice), sinceMs: at })));
      const { accepted } = await alice.admission.take(many);
      expect(accepted.length).toBeLessThanOrEqual(300);
      known += accepted.length;
    }
    expect(alice.admission.ids()).toHaveLength(known);
    expect(known).toBe(limits.admissionEvents - 300);
    // Not even the owner's passes may use up what removals need.
    expect(await alice.admission.grant(bobDevice.publicKey, 'member')).toEqual([]);
    expect(await alice.admission.remove(daveDevice.deviceId)).toHaveLength(1);
    expect(alice.admission.ids().length).toBeLessThanOrEqual(limits.admissionEvents);
  });
});

describe('countersigning', () => {
  it('puts a pass of a host in the place of those that hang on members, once', async () => {
    const alice = await makeRoom(members);
    const host = await join(alice, malloryDevice, 'host');
    const bob = await join(alice, bobDevice);
    const carol = await join(bob, carolDevice);
    const dave = await join(carol, daveDevice);
    const everybody = new Set([bobDevice, carolDevice, daveDevice].map(({ deviceId }) => deviceId));
    const between = (party: Party) => membersBetween(membershipOf(party), membershipOf(party).members.get(daveDevice.deviceId)?.pass);
    expect(between(dave)).toBe(2);
    expect(await bob.admission.countersign(everybody)).toEqual([]);
    await sync(dave, bob);
    expect(await bob.admission.countersign(everybody)).toHaveLength(1);
    expect(between(bob)).toBe(1);
    await sync(bob, host);
    expect(await host.admission.countersign(everybody)).toHaveLength(2);
    expect(between(host)).toBe(0);
    expect(host.admission.prove(daveDevice.deviceId)).toHaveLength(3);
    expect(await host.admission.countersign(everybody)).toEqual([]);
    await sync(host, alice);
    expect(await alice.admission.countersign(everybody)).toEqual([]);
    expect(await carol.admission.remove(daveDevice.deviceId)).toEqual([]);
  });
});

describe('keeping', () => {
  it('comes before telling: what could not be kept was never said, and its number is free again', async () => {
    const alice = await makeRoom();
    const bob = await join(alice, bobDevice);
    const heard = vi.fn();
    alice.admission.membership.subscribe(heard);
    alice.disk.fails = true;
    await expect(alice.admission.grant(carolDevice.publicKey, 'member')).rejects.toThrow('the disk is full');
    expect(heard).not.toHaveBeenCalled();
    expect(alice.admission.prove(carolDevice.deviceId)).toEqual([]);
    alice.disk.fails = false;
    const [token = ''] = await alice.admission.grant(carolDevice.publicKey, 'member');
    expect(membershipOf(alice).heads.get(aliceDevice.deviceId)?.sequence).toBe(2);
    bob.disk.fails = true;
    await expect(bob.admission.take([token])).rejects.toThrow('the disk is full');
    expect(inside(bob)).not.toContain('carol member');
    bob.disk.fails = false;
    expect(await bob.admission.take([token])).toEqual({ accepted: [token] });
    expect(bob.disk.kept.tokens).toContain(token);
  });

  it('lets two acts at once take their turns', async () => {
    const alice = await makeRoom();
    await Promise.all([alice.admission.grant(bobDevice.publicKey, 'member'), alice.admission.grant(carolDevice.publicKey, 'member'), alice.admission.changeSettings({ title: 'Tea' })]);
    const sequences = [...membershipOf(alice).standing.values()].map(({ sequence }) => sequence).sort((a, b) => a - b);
    expect(sequences).toEqual([1, 2, 3]);
    expect(inside(alice)).toEqual(['alice owner', 'bob member', 'carol member']);
  });
});
