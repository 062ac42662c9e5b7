import { describe, expect, it } from 'vitest';
import { liveThrough } from '../../support/simulation/script';
import { SeededRandom } from '../../support/simulation/seeded-random';
import { World } from '../../support/simulation/world';

const { SEED: seed, SIMULATION_RUNS: runs = '1000' } = process.env;

/** A room in which that many are, and nothing has happened for a while. */
function quietRoom(people: number, from: number): World {
  const world = new World({ random: new SeededRandom(from), devices: people + 1, rule: { policy: 'hosts', standIn: true } });
  for (const device of world.devices.slice(0, people)) {
    world.join(device);
    world.clock.runFor(60_000);
  }
  world.clock.runFor(600_000);
  expect(world.fault()).toBeUndefined();
  return world;
}

function join(world: World) {
  const [device] = world.absent;
  if (!device) throw new Error('everybody is here');
  return world.join(device);
}

describe('a room in a bad world', () => {
  it('is one and whole again once the world is a good one, and then sends next to nothing', { timeout: 3_600_000 }, () => {
    const seeds = seed === undefined ? Array.from({ length: Number(runs) }, (_, index) => index + 1) : [Number(seed)];
    // Throws with the seed and the story.
    for (const one of seeds) expect(liveThrough(one).roundsAMinute).toBeLessThanOrEqual(1);
  });
});

describe('a room in a good world', () => {
  it.each([2, 4, 8, 11])('of %i needs a few envelopes for one more, however many are there', (people) => {
    const world = quietRoom(people, people);
    const before = world.server.relayed;
    join(world);
    world.clock.runFor(60_000);
    expect(world.fault()).toBeUndefined();
    // Three knocks and a presence each 10 s of waiting, an accept, addresses.
    expect(world.server.relayed - before).toBeLessThanOrEqual(12);
    world.leave(world.pageOf(people) ?? join(world), 'goodbye');
    world.clock.runFor(60_000);
    const away = world.server.relayed;
    join(world);
    world.clock.runFor(60_000);
    expect(world.fault()).toBeUndefined();
    expect(world.server.relayed - away).toBeLessThanOrEqual(10);
  });

  it.each([
    ['a newcomer', 'process'],
    ['a newcomer', 'power'],
    ['the maker, back', 'process'],
    ['the maker, back', 'power'],
  ] as const)('hears %s within two seconds after the maker’s device has died (%s)', (who, how) => {
    for (let from = 1; from <= 100; from++) {
      const world = quietRoom(3, from);
      const [maker] = world.pages;
      const [stranger] = world.absent;
      if (maker) world.leave(maker, how);
      const device = who === 'a newcomer' ? stranger : maker?.device;
      const page = device && world.join(device);
      world.clock.runFor(2_000);
      expect(page?.rendezvous.outlook.value).toBe('answered');
    }
  });

  it('holds the slot of one who said goodbye within a second, and that of one who died soon after the server knows', () => {
    for (let from = 1; from <= 100; from++) {
      const world = quietRoom(4, from);
      const [holder] = world.pages;
      if (holder) world.leave(holder, from % 2 ? 'goodbye' : 'power');
      world.clock.runFor(from % 2 ? 1_000 : 75_000);
      expect(new Set(world.members.flatMap((page) => page.rendezvous.holds.value))).toEqual(new Set([0, 1, 2]));
    }
  });

  it('is whole two seconds after two have come back at once to nobody', () => {
    for (let from = 1; from <= 100; from++) {
      const world = quietRoom(2, from);
      for (const page of world.pages) world.leave(page, 'goodbye');
      world.clock.runFor(60_000);
      for (const device of world.devices.slice(0, 2)) world.join(device);
      world.clock.runFor(2_000);
      expect(world.members.map((page) => page.linked.length)).toEqual([1, 1]);
    }
  });
});
