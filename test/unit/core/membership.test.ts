import { describe, expect, it } from 'vitest';
import type { FeedId } from '../../../src/core/ids';
import { defaultSettings, type AdmissionEvent, type AdmissionRule } from '../../../src/core/membership';
import { evaluateMembership, isEntitledToAdmit, lastValidSequence, membersBetween, proofOf, proofOfRemoval } from '../../../src/core/membership-rules';
import { deviceNamed, UnsignedRoom } from '../../support/unsigned-room';

const members: AdmissionRule = { policy: 'members', standIn: false };
const open: AdmissionRule = { policy: 'open', standIn: false };
const hosts: AdmissionRule = { policy: 'hosts', standIn: false };
const standIns: AdmissionRule = { policy: 'hosts', standIn: true };

const evaluate = (room: UnsignedRoom, events: readonly AdmissionEvent[] = room.events) => evaluateMembership(room.genesis, events);
/** The names of those who are in, with their roles. */
const inside = (room: UnsignedRoom) => [...evaluate(room).members].map(([device, { role }]) => `${device.replaceAll('2', '')} ${role}`).sort();

describe('a room', () => {
  it('begins with its owner alone, and the rule of its genesis', () => {
    const room = new UnsignedRoom(members);
    expect(inside(room)).toEqual(['alice owner']);
    expect(evaluate(room).rule).toEqual({ rule: members, event: undefined, version: 0 });
    expect(evaluate(room).settings).toEqual({ settings: defaultSettings, version: 0 });
  });
});

describe('a pass', () => {
  it('of the owner lets in members and hosts, that of a host members alone', () => {
    const room = new UnsignedRoom(hosts);
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    room.pass('bob', bob, 'carol');
    room.pass('bob', bob, 'dave', { role: 'host' });
    expect(inside(room)).toEqual(['alice owner', 'bob host', 'carol member']);
  });

  it('of a member counts when the rule lets members or stand-ins admit', () => {
    for (const [rule, counts] of [[members, true], [open, true], [standIns, true], [hosts, false]] as const) {
      const room = new UnsignedRoom(rule);
      const bob = room.pass('alice', undefined, 'bob');
      room.pass('bob', bob, 'carol');
      expect(evaluate(room).members.has(deviceNamed('carol')), rule.policy).toBe(counts);
    }
  });

  it('of a member never makes a host, nor ends or changes anything', () => {
    const room = new UnsignedRoom(open);
    const bob = room.pass('alice', undefined, 'bob');
    const carol = room.pass('alice', undefined, 'carol');
    room.pass('bob', bob, 'dave', { role: 'host' });
    room.removal('bob', bob, 'carol');
    room.policy('bob', bob, hosts);
    room.settings('bob', bob, { title: 'mine' });
    room.link('bob', bob, 7);
    expect(inside(room)).toEqual(['alice owner', 'bob member', 'carol member']);
    const { rule, settings, link, standing } = evaluate(room);
    expect([rule.version, settings.version, link.version]).toEqual([0, 0, 0]);
    expect([...standing.keys()].sort()).toEqual([bob.id, carol.id].sort());
  });

  it('of a stranger, or by the pass of another, is void', () => {
    const room = new UnsignedRoom(open);
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    room.pass('mallory', undefined, 'mallory');
    room.pass('mallory', bob, 'dave');
    room.pass('alice', bob, 'erin');
    const own = room.pass('mallory', undefined, 'mallory', { role: 'host' });
    room.pass('mallory', own, 'frank');
    expect(inside(room)).toEqual(['alice owner', 'bob host']);
  });

  it('is void when the events that entitle to it are unknown', () => {
    const room = new UnsignedRoom(open);
    const bob = room.pass('alice', undefined, 'bob');
    const carol = room.pass('bob', bob, 'carol');
    expect(evaluate(room, [carol]).members.size).toBe(1);
    expect(evaluate(room, [carol, bob]).members.size).toBe(3);
  });

  it('for the owner changes nothing: its place is not to be given or taken', () => {
    const room = new UnsignedRoom(open);
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    room.pass('bob', bob, 'alice');
    room.removal('bob', bob, 'alice');
    room.removal('alice', undefined, 'alice');
    expect(inside(room)).toEqual(['alice owner', 'bob host']);
    expect(evaluate(room).removed.size).toBe(0);
  });

  it('among several is the one of the best role, then the one that shows most of the past, then the one that hangs on the fewest members', () => {
    const room = new UnsignedRoom(members);
    const bob = room.pass('alice', undefined, 'bob');
    room.pass('bob', bob, 'carol', { sinceMs: 5 });
    const direct = room.pass('alice', undefined, 'carol', { sinceMs: 5 });
    expect(evaluate(room).members.get(deviceNamed('carol'))?.pass).toBe(direct);
    const early = room.pass('bob', bob, 'carol', { sinceMs: 3 });
    expect(evaluate(room).members.get(deviceNamed('carol'))?.pass).toBe(early);
    const host = room.pass('alice', undefined, 'carol', { role: 'host', sinceMs: 9 });
    expect(evaluate(room).members.get(deviceNamed('carol'))).toMatchObject({ role: 'host', sinceMs: 9, pass: host });
  });

  it('holds through a chain of any length', () => {
    const room = new UnsignedRoom(members);
    let last = room.pass('alice', undefined, 'n0x');
    for (let at = 1; at < 1_500; at++) last = room.pass(`n${at - 1}x`, last, `n${at}x`);
    const membership = evaluate(room);
    expect(membership.members.size).toBe(1_501);
    expect(membersBetween(membership, last)).toBe(1_499);
    expect(proofOf(membership, last.subject)).toHaveLength(1_500);
  });
});

describe('a removal', () => {
  it('ends the pass of its subject; those whom it had let in stay, later ones do not come in', () => {
    const room = new UnsignedRoom(members);
    const bob = room.pass('alice', undefined, 'bob');
    room.pass('bob', bob, 'carol');
    const removal = room.removal('alice', undefined, 'bob');
    room.pass('bob', bob, 'mallory');
    expect(inside(room)).toEqual(['alice owner', 'carol member']);
    expect([...evaluate(room).removed]).toEqual([[deviceNamed('bob'), [removal]]]);
  });

  it('is not to be got round by giving an old number to a new event', () => {
    const room = new UnsignedRoom(members);
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    const carol = room.pass('bob', bob, 'carol');
    room.pass('bob', bob, 'dave');
    room.removal('alice', undefined, 'bob');
    room.pass('bob', bob, 'mallory', {}, { sequence: 1, previous: undefined });
    room.pass('bob', bob, 'trudy', {}, { sequence: 2, previous: carol.id });
    expect(inside(room)).toEqual(['alice owner', 'carol member', 'dave member']);
  });

  it('names nothing as its subject’s last before which an event is missing: it could be shown later', () => {
    const room = new UnsignedRoom(members);
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    const carol = room.pass('bob', bob, 'carol');
    const hidden = room.pass('bob', bob, 'mallory');
    const shown = room.pass('bob', bob, 'dave');
    const seen = evaluate(room, [bob, carol, shown]);
    expect(seen.heads.get(deviceNamed('bob'))).toEqual({ id: carol.id, sequence: 1 });
    room.removal('alice', undefined, 'bob', seen.heads.get(deviceNamed('bob'))?.id);
    expect(evaluate(room).standing.has(hidden.id)).toBe(false);
    expect(inside(room)).toEqual(['alice owner', 'carol member']);
  });

  it('reaches back no further than the order that its subject kept: past a number left out, or another’s event, there is nothing', () => {
    for (const skips of [true, false]) {
      const room = new UnsignedRoom(members);
      const bob = room.pass('alice', undefined, 'bob');
      const erin = room.pass('alice', undefined, 'erin');
      room.pass('bob', bob, 'carol');
      const others = room.pass('erin', erin, 'frank');
      const strange = room.pass('bob', bob, 'dave', {}, skips ? { sequence: 3 } : { previous: others.id });
      room.removal('alice', undefined, 'bob', strange.id);
      expect(evaluate(room).heads.get(deviceNamed('bob'))?.sequence).toBe(1);
      expect(inside(room)).toEqual(['alice owner', 'dave member', 'erin member', 'frank member']);
    }
  });

  it('wins over a grant that does not know of it, whoever comes first', () => {
    const room = new UnsignedRoom();
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    room.pass('alice', undefined, 'carol');
    room.removal('alice', undefined, 'carol');
    room.pass('bob', bob, 'carol');
    expect(inside(room)).toEqual(['alice owner', 'bob host']);
  });

  it('is overruled by a pass of the owner or a host that cites it, and by no member’s', () => {
    const room = new UnsignedRoom(members);
    const host = room.pass('alice', undefined, 'bob', { role: 'host' });
    const member = room.pass('alice', undefined, 'erin');
    room.pass('alice', undefined, 'carol');
    const removal = room.removal('alice', undefined, 'carol');
    room.pass('erin', member, 'carol', { cites: [removal] });
    expect(inside(room)).not.toContain('carol member');
    room.pass('bob', host, 'carol', { cites: [removal] });
    expect(inside(room)).toContain('carol member');
    const again = room.removal('bob', host, 'carol');
    expect(inside(room)).not.toContain('carol member');
    expect(evaluate(room).removed.get(deviceNamed('carol'))).toHaveLength(2);
    room.pass('alice', undefined, 'carol', { cites: [again, removal] });
    expect(inside(room)).toContain('carol member');
  });

  it('voids what its subject wrote, but for the feeds that it names, up to where it names them', () => {
    const room = new UnsignedRoom();
    const [known, unknown] = ['known', 'unknown'] as unknown as [FeedId, FeedId];
    const lasts = () => [known, unknown].map((feed) => lastValidSequence(evaluate(room), deviceNamed('carol'), feed));
    expect(lasts()).toEqual([0, 0]);
    const host = room.pass('alice', undefined, 'bob', { role: 'host' });
    room.pass('alice', undefined, 'carol');
    expect(lasts()).toEqual([Infinity, Infinity]);
    const removal = room.removal('alice', undefined, 'carol', undefined, {}, [[known, 7]]);
    expect(lasts()).toEqual([7, 0]);
    const another = room.removal('bob', host, 'carol', undefined, {}, [[known, 9]]);
    expect(lasts()).toEqual([9, 0]);
    // Let in again, it goes on in a feed that nobody has named.
    room.pass('alice', undefined, 'carol', { cites: [removal, another] });
    expect(lasts()).toEqual([9, Infinity]);
  });

  it('that is cited takes those with it that its issuer had issued before', () => {
    const room = new UnsignedRoom();
    room.pass('alice', undefined, 'carol');
    room.removal('alice', undefined, 'carol');
    const second = room.removal('alice', undefined, 'carol');
    expect(evaluate(room).removals.get(deviceNamed('carol'))).toEqual([second]);
    room.pass('alice', undefined, 'carol', { cites: [second] });
    expect(inside(room)).toEqual(['alice owner', 'carol member']);
  });

  it('lets a device that is in again issue anew, and only by its new pass', () => {
    const room = new UnsignedRoom(members);
    const old = room.pass('alice', undefined, 'bob');
    const removal = room.removal('alice', undefined, 'bob');
    const renewed = room.pass('alice', undefined, 'bob', { cites: [removal] });
    room.pass('bob', renewed, 'carol');
    room.pass('bob', old, 'dave');
    expect(inside(room)).toEqual(['alice owner', 'bob member', 'carol member']);
  });

  it('by a host ends no host’s place, not even later, when the owner makes it a member', () => {
    const room = new UnsignedRoom();
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    const carol = room.pass('alice', undefined, 'carol', { role: 'host' });
    room.removal('bob', bob, 'carol');
    room.pass('carol', carol, 'dave');
    expect(inside(room)).toEqual(['alice owner', 'bob host', 'carol host', 'dave member']);
    const demotion = room.removal('alice', undefined, 'carol');
    const cites = evaluate(room).removals.get(deviceNamed('carol')) ?? [];
    expect(cites).toContain(demotion);
    room.pass('alice', undefined, 'carol', { cites });
    room.pass('carol', carol, 'mallory');
    expect(inside(room)).toEqual(['alice owner', 'bob host', 'carol member', 'dave member']);
  });

  it('by a host who was removed before is void', () => {
    const room = new UnsignedRoom();
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    room.pass('alice', undefined, 'carol');
    room.removal('alice', undefined, 'bob');
    room.removal('bob', bob, 'carol');
    expect(inside(room)).toEqual(['alice owner', 'carol member']);
  });
});

describe('a rule', () => {
  it('that is tightened leaves those in who were let in before it, and nobody after', () => {
    const room = new UnsignedRoom(members);
    const bob = room.pass('alice', undefined, 'bob');
    const carol = room.pass('bob', bob, 'carol');
    const dave = room.pass('carol', carol, 'dave');
    room.policy('alice', undefined, hosts, [carol, dave]);
    room.pass('bob', bob, 'mallory');
    room.pass('carol', carol, 'trudy', {}, { sequence: 1, previous: undefined });
    expect(inside(room)).toEqual(['alice owner', 'bob member', 'carol member', 'dave member']);
  });

  it('that is tightened ends the passes of members whom it does not name, and no host’s', () => {
    const room = new UnsignedRoom(members);
    const bob = room.pass('alice', undefined, 'bob');
    const host = room.pass('alice', undefined, 'erin', { role: 'host' });
    room.pass('bob', bob, 'carol');
    room.pass('erin', host, 'frank');
    room.policy('alice', undefined, hosts);
    expect(inside(room)).toEqual(['alice owner', 'bob member', 'erin host', 'frank member']);
  });

  it('that is loosened lets members admit under it alone', () => {
    const room = new UnsignedRoom(hosts);
    const bob = room.pass('alice', undefined, 'bob');
    const loosened = room.policy('alice', undefined, members);
    room.pass('bob', bob, 'carol', { under: loosened.id });
    room.pass('bob', bob, 'dave');
    expect(inside(room)).toEqual(['alice owner', 'bob member', 'carol member']);
    const tightened = room.policy('alice', undefined, hosts);
    room.pass('bob', bob, 'erin', { under: tightened.id });
    expect(inside(room)).toEqual(['alice owner', 'bob member']);
    const again = room.policy('alice', undefined, open);
    room.pass('bob', bob, 'frank', { under: again.id });
    expect(inside(room)).toEqual(['alice owner', 'bob member', 'frank member']);
  });

  it('that does not stand entitles nobody', () => {
    const room = new UnsignedRoom(members);
    const bob = room.pass('alice', undefined, 'bob');
    const made = room.policy('bob', bob, open);
    room.pass('bob', bob, 'carol', { under: made.id });
    room.pass('bob', bob, 'dave', { under: bob.id });
    expect(inside(room)).toEqual(['alice owner', 'bob member']);
  });

  it('of a host counts, that of a removed one does not, and the owner’s wins over a host’s of the same version', () => {
    const room = new UnsignedRoom(hosts);
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    const made = room.policy('bob', bob, open, [], 1_000_000_000);
    expect(evaluate(room).rule).toEqual({ rule: open, event: made.id, version: 1_000_000_000 });
    const owners = room.policy('alice', undefined, members, [], 1_000_000_000);
    expect(evaluate(room).rule.event).toBe(owners.id);
    room.removal('alice', undefined, 'bob');
    room.policy('bob', bob, open, [], 1_000_000_000);
    expect(evaluate(room).rule.event).toBe(owners.id);
    for (let time = 0; time < 5; time++) {
      const later = room.policy('alice', undefined, members, [], 1_000_000_000);
      expect(evaluate(room).rule.event).toBe(later.id);
    }
  });

  it('tells who may let in: a stand-in only while no host is there, and nobody once the room is closed', () => {
    const room = new UnsignedRoom(standIns);
    room.pass('alice', undefined, 'bob');
    const entitled = (name: string, hostsPresent: boolean) => isEntitledToAdmit(evaluate(room), deviceNamed(name), hostsPresent);
    expect([entitled('alice', true), entitled('bob', true), entitled('bob', false), entitled('mallory', false)]).toEqual([true, false, true, false]);
    room.policy('alice', undefined, hosts);
    expect(entitled('bob', false)).toBe(false);
    room.policy('alice', undefined, open);
    expect(entitled('bob', true)).toBe(true);
    room.settings('alice', undefined, { closed: true });
    expect([entitled('alice', true), entitled('bob', true)]).toEqual([false, false]);
  });
});

describe('settings', () => {
  it('are those of the highest version, but password, one-off and closed are the owner’s alone', () => {
    const room = new UnsignedRoom();
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    room.settings('alice', undefined, { title: 'first', gate: 'key', oneOff: true });
    room.settings('bob', bob, { title: 'second', locked: true, history: 'everything', gate: '', oneOff: false, closed: true });
    expect(evaluate(room).settings).toEqual({ settings: { title: 'second', locked: true, history: 'everything', lifetimeS: 0, gate: 'key', oneOff: true, closed: false }, version: 2 });
  });
});

describe('a link', () => {
  it('is that of the genesis until owner or host change it', () => {
    const room = new UnsignedRoom();
    expect(evaluate(room).link).toEqual({ salt: room.genesis.salt, event: undefined, version: 0 });
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    const change = room.link('bob', bob, 9);
    expect(evaluate(room).link).toEqual({ salt: change.salt, event: change, version: 1 });
  });
});

describe('a proof', () => {
  /** Each with a device, and how many events prove it. */
  const shapes: readonly [string, number, (room: UnsignedRoom) => string][] = [
    ['the owner’s', 0, () => 'alice'],
    ['a host’s', 1, (room) => (room.pass('alice', undefined, 'bob', { role: 'host' }), 'bob')],
    ['that of a host’s guest', 2, (room) => (room.pass('bob', room.pass('alice', undefined, 'bob', { role: 'host' }), 'carol'), 'carol')],
    ['that of a member’s guest', 2, (room) => (room.pass('bob', room.pass('alice', undefined, 'bob'), 'carol'), 'carol')],
    [
      'that of a member’s guest under a host’s rule',
      4,
      (room) => {
        const host = room.pass('alice', undefined, 'erin', { role: 'host' });
        const rule = room.policy('erin', host, open);
        room.pass('bob', room.pass('alice', undefined, 'bob'), 'carol', { under: rule.id });
        return 'carol';
      },
    ],
    [
      'one with a link of a removed host’s',
      4,
      (room) => {
        const host = room.pass('alice', undefined, 'erin', { role: 'host' });
        room.link('erin', host, 3);
        room.removal('alice', undefined, 'erin');
        room.pass('bob', room.pass('alice', undefined, 'bob'), 'carol');
        return 'carol';
      },
    ],
    [
      'that of one let in again',
      1,
      (room) => {
        room.pass('alice', undefined, 'bob');
        room.pass('alice', undefined, 'bob', { cites: [room.removal('alice', undefined, 'bob')] });
        return 'bob';
      },
    ],
  ];
  for (const [title, length, build] of shapes) {
    it(`shows by itself that its device is a member, and the link: ${title}`, () => {
      const room = new UnsignedRoom(members);
      const device = deviceNamed(build(room));
      const membership = evaluate(room);
      const proof = proofOf(membership, device);
      expect(proof).toHaveLength(length);
      const proven = evaluate(room, proof);
      expect(proven.members.get(device)?.role).toBe(membership.members.get(device)?.role);
      expect(proven.link.salt).toEqual(membership.link.salt);
      for (const [at, { by }] of proof.entries()) if (by !== undefined) expect(proof.slice(0, at).map(({ id }) => id)).toContain(by);
    });
  }

  it('of a removal convinces whoever knows only how the device was let in', () => {
    const room = new UnsignedRoom();
    const bob = room.pass('alice', undefined, 'bob', { role: 'host' });
    const carol = room.pass('alice', undefined, 'carol');
    room.removal('bob', bob, 'carol');
    const proof = proofOfRemoval(evaluate(room), carol.subject);
    expect(proof).toHaveLength(2);
    expect(evaluate(room, [carol, ...proof]).removed.has(carol.subject)).toBe(true);
  });
});
