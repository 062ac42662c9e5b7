/** What must hold of any set of events, made by honest devices and by such as say whatever they like. Each run is told by its seed. */
import { describe, expect, it } from 'vitest';
import type { AdmissionEvent, AdmissionRule, Pass, Removal } from '../../../src/core/membership';
import { evaluateMembership, proofOf } from '../../../src/core/membership-rules';
import { deviceNamed, UnsignedRoom } from '../../support/unsigned-room';

const runs = 200;
const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'mallory'];
const rules: readonly AdmissionRule[] = [
  { policy: 'hosts', standIn: false },
  { policy: 'hosts', standIn: true },
  { policy: 'members', standIn: false },
  { policy: 'open', standIn: false },
];

/** Mulberry32: numbers from 0 to 1 that are the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Forty events of seven devices, each by some pass or none, right or wrong. */
function anyRoom(random: () => number): UnsignedRoom {
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const room = new UnsignedRoom(pick(rules));
  for (let count = 0; count < 40; count++) {
    const issuer = random() < 0.3 ? 'alice' : (pick(names) ?? 'alice');
    const passes = room.events.filter((event): event is Pass => event.kind === 'pass');
    const own = passes.filter(({ subject }) => subject === deviceNamed(issuer));
    const by = issuer === 'alice' && random() < 0.95 ? undefined : pick(random() < 0.9 ? own : passes);
    const subject = pick(names) ?? 'alice';
    const removals = room.events.filter((event): event is Removal => event.kind === 'removal' && event.subject === deviceNamed(subject));
    const twist = random() < 0.1 ? { sequence: 1 + Math.floor(random() * 4), previous: pick(room.events)?.id } : {};
    const version = 1 + Math.floor(random() * 5);
    const kind = random();
    if (kind < 0.55) {
      const under = random() < 0.5 ? pick(room.events.filter((event) => event.kind === 'policy')) : undefined;
      const role = random() < 0.2 ? 'host' : 'member';
      room.pass(issuer, by, subject, { role, sinceMs: Math.floor(random() * 3), under: under?.id, cites: removals.filter(() => random() < 0.7) }, twist);
    } else if (kind < 0.75) room.removal(issuer, by, subject, random() < 0.5 ? pick(room.events)?.id : undefined, twist);
    else if (kind < 0.85) room.policy(issuer, by, pick(rules) ?? room.genesis.rule, passes.filter(() => random() < 0.5), version);
    else if (kind < 0.95) room.settings(issuer, by, { title: `title ${count}`, closed: random() < 0.5 }, version);
    else room.link(issuer, by, count, version);
  }
  return room;
}

function shuffled<T>(from: readonly T[], random: () => number): readonly T[] {
  const all = [...from];
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other] as T, all[at] as T];
  }
  return all;
}

/** Order included: who reads the maps from front to back sees the same on every device. */
const flat = ({ members, removed, removals, rule, settings, link, standing, heads }: ReturnType<typeof evaluateMembership>) =>
  JSON.stringify([[...members], [...removed], [...removals], rule, settings, link, [...standing.keys()], [...heads]]);

function eachRun(check: (room: UnsignedRoom, random: () => number, seed: string) => void): void {
  for (let seed = 1; seed <= runs; seed++) {
    const random = randomOf(seed);
    check(anyRoom(random), random, `seed ${seed}`);
  }
}

describe('any set of events', () => {
  it('amounts to the same in whatever order it came, and however often', () => {
    eachRun((room, random, seed) => {
      const expected = flat(evaluateMembership(room.genesis, room.events));
      for (let time = 0; time < 4; time++) {
        const again: readonly AdmissionEvent[] = shuffled([...room.events, ...room.events.filter(() => random() < 0.3)], random);
        expect(flat(evaluateMembership(room.genesis, again)), seed).toBe(expected);
      }
    });
  });

  it('proves each of its members, and nobody who is removed, in few events', () => {
    let proofs = 0;
    eachRun((room, _random, seed) => {
      const membership = evaluateMembership(room.genesis, room.events);
      for (const [device, { role }] of membership.members) {
        const proven = evaluateMembership(room.genesis, proofOf(membership, device));
        expect(proven.members.get(device)?.role, seed).toBe(role);
        expect(proven.link.salt, seed).toEqual(membership.link.salt);
        expect(membership.removed.has(device), seed).toBe(false);
        proofs++;
      }
    });
    // Most of what is said at random is void; enough must not be for this to mean something.
    expect(proofs).toBeGreaterThan(2 * runs);
  });

  it('keeps to who may do what: the owner is always in, and only the owner’s host passes make hosts', () => {
    eachRun((room, _random, seed) => {
      const { members, standing, settings } = evaluateMembership(room.genesis, room.events);
      expect(members.get(room.genesis.owner)?.role, seed).toBe('owner');
      for (const event of standing.values()) {
        if (event.kind === 'pass' && event.role === 'host') expect(event.issuer, seed).toBe(room.genesis.owner);
        if (event.by === undefined) expect(event.issuer, seed).toBe(room.genesis.owner);
        const pass = event.by === undefined ? undefined : standing.get(event.by);
        if (pass?.kind === 'pass' && pass.role === 'member') expect(event.kind, seed).toBe('pass');
      }
      if (settings.settings.closed) expect([...standing.values()].some((event) => event.kind === 'settings' && event.issuer === room.genesis.owner), seed).toBe(true);
    });
  });

  it('is not changed by what a removed device issues afterwards, whatever numbers it gives to it', () => {
    eachRun((room, random, seed) => {
      const mallory = deviceNamed('mallory');
      const passes = room.events.filter((event): event is Pass => event.kind === 'pass' && event.subject === mallory);
      room.removal('alice', undefined, 'mallory', evaluateMembership(room.genesis, room.events).heads.get(mallory)?.id);
      const before = [...evaluateMembership(room.genesis, room.events).members.keys()];
      for (const pass of passes) {
        const past = shuffled(room.events.filter(({ issuer }) => issuer === mallory), random)[0];
        room.pass('mallory', pass, 'trudy', {}, { sequence: past?.sequence ?? 1, previous: past?.previous });
        room.removal('mallory', pass, 'bob', undefined, { sequence: (past?.sequence ?? 0) + 1, previous: past?.id });
      }
      expect([...evaluateMembership(room.genesis, room.events).members.keys()], seed).toEqual(before);
    });
  });
});
