import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import type { EventContent } from '../../../src/core/event-content';
import type { MessageId } from '../../../src/core/ids';
import { placeOfMessage } from '../../../src/core/log-event';
import { countSequences } from '../../../src/core/ranges';
import type { Frame } from '../../../src/protocol/frames';
import { readBody } from '../../../src/protocol/event-body';
import { feedOf } from '../../../src/protocol/feed';
import { runOf } from '../../../src/protocol/run';
import { MemoryLogStore } from '../../../src/storage/memory-log-store';
import { makeCheapDevice, useCheapCrypto } from '../../support/log-simulation/cheap-crypto';
import { fair, type LineEnd } from '../../support/log-simulation/line';
import { eventsOf, World, type Device } from '../../support/log-simulation/world';
import { SignedFeed } from '../../support/signed-feed';
import { SeededRandom } from '../../support/simulation/seeded-random';

let restore: () => void;

beforeEach(() => {
  restore = useCheapCrypto(new SeededRandom(1));
});
afterEach(() => restore());

async function makeWorld(devices: number, conditions = { ...fair }): Promise<World> {
  return World.make({ random: new SeededRandom(7), devices, conditions });
}

function device(world: World, number: number): Device {
  const found = world.devices[number];
  if (!found) throw new Error(`no device ${number}`);
  return found;
}

let said = 0;

function text(length = 20): EventContent {
  return { kind: 'text', name: 'Alice', text: `${++said} `.padEnd(length, 'x') };
}

/** At a pace that is allowed. */
async function sayMany(world: World, who: Device, count: number, length = 20): Promise<void> {
  for (let left = count; left > 0; left--) {
    if (!world.say(who, text(length))) throw new Error('too fast');
    await world.clock.runFor(500);
  }
}

/** What each end of the links of a device has sent, by kind. */
function sentBy({ page }: Device): ReadonlyMap<Frame['kind'], number> {
  const sum = new Map<Frame['kind'], number>();
  for (const { counts } of page?.ends.values() ?? []) for (const [kind, count] of counts) sum.set(kind, (sum.get(kind) ?? 0) + count);
  return sum;
}

async function countOf(who: Device): Promise<number> {
  return (await eventsOf(who)).length;
}

describe('the exchange of the log', () => {
  it('brings what is said to everybody at once, and tells its author who has it', async () => {
    const world = await makeWorld(3);
    for (const one of world.devices) await world.open(one);
    await world.clock.runFor(1_000);
    const [alice, bob] = [device(world, 0), device(world, 1)];
    const id = world.say(alice, text()) as MessageId;
    expect(alice.page?.sync.has(bob.identity.deviceId, placeOfMessage(id))).toBe(false);
    await world.clock.runFor(50);
    expect(await countOf(bob)).toBe(1);
    await world.clock.runFor(100);
    expect(alice.page?.sync.has(bob.identity.deviceId, placeOfMessage(id))).toBe(true);
    expect(await world.fault()).toBeUndefined();
  });

  it('remembers over reloads who has what', async () => {
    const world = await makeWorld(2);
    const [alice, bob] = [device(world, 0), device(world, 1)];
    for (const one of world.devices) await world.open(one);
    const id = world.say(alice, text()) as MessageId;
    await world.clock.runFor(5_000);
    world.crash(bob, false);
    world.crash(alice, false);
    await world.open(alice);
    expect(alice.page?.sync.has(bob.identity.deviceId, placeOfMessage(id))).toBe(true);
    const next = world.say(alice, text()) as MessageId;
    await world.clock.runFor(5_000);
    expect(alice.page?.sync.has(bob.identity.deviceId, placeOfMessage(next))).toBe(false);
  });

  it('brings it through whoever has it, when its author has left', async () => {
    const world = await makeWorld(3);
    const [alice, bob, carol] = [device(world, 0), device(world, 1), device(world, 2)];
    await world.open(alice);
    await world.open(bob);
    await sayMany(world, alice, 5);
    world.crash(alice, false);
    await world.clock.runFor(20_000);
    await world.open(carol);
    await world.clock.runFor(2_000);
    expect(await countOf(carol)).toBe(5);
    world.crash(bob, false);
    await world.open(alice);
    await world.clock.runFor(20_000);
    expect(await world.fault()).toBeUndefined();
    expect(alice.page?.sync.has(carol.identity.deviceId, { feed: [...(carol.page?.log.feeds.keys() ?? [])][0] as never, sequence: 5 })).toBe(true);
  });

  it('brings it soon to one who is linked with another alone', async () => {
    const world = await makeWorld(3);
    const [alice, bob, carol] = [device(world, 0), device(world, 1), device(world, 2)];
    world.cut(0, 2);
    for (const one of world.devices) await world.open(one);
    await world.clock.runFor(1_000);
    world.say(alice, text());
    await world.clock.runFor(400);
    expect([await countOf(bob), await countOf(carol)]).toEqual([1, 1]);
  });

  it('needs four rounds at most for everything that is missing, the newest first', async () => {
    const world = await makeWorld(2);
    const [alice, bob] = [device(world, 0), device(world, 1)];
    await world.open(alice);
    await sayMany(world, alice, 300, 1_500);
    await world.open(bob);
    const roundMs = 2 * fair.delayMs;
    await world.clock.runFor(2 * roundMs);
    const early = await eventsOf(bob);
    expect(early.length).toBeGreaterThan(30);
    expect(early.at(-1)?.sequence).toBe(300);
    expect(bob.page?.sync.missing.value).toBe(300 - early.length);
    await world.clock.runFor(2 * roundMs);
    expect(await countOf(bob)).toBe(300);
    expect(bob.page?.sync.missing.value).toBe(0);
    await world.clock.runFor(1_000);
    expect(await world.fault()).toBeUndefined();
    expect(sentBy(bob).get('want')).toBe(1);
  });

  it('goes on after a cut in the middle, with what is missing by then', async () => {
    const world = await makeWorld(3, { ...fair, delayMs: 100 });
    const [alice, bob, carol] = [device(world, 0), device(world, 1), device(world, 2)];
    await world.open(alice);
    await sayMany(world, alice, 300, 8_000);
    await world.open(bob);
    await world.clock.runFor(700);
    const before = await countOf(bob);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(300);
    world.cut(0, 1);
    world.noticeCuts();
    await world.clock.runFor(20_000);
    expect(await countOf(bob)).toBeLessThan(300);
    world.healAll();
    const sent = countRuns(alice);
    world.linkAll();
    await world.clock.runFor(20_000);
    expect(await countOf(bob)).toBe(300);
    // Nothing that had come came again.
    expect(sent()).toBe(300 - before);
    await world.open(carol);
    await world.clock.runFor(20_000);
    expect(await world.fault()).toBeUndefined();
  });

  it('asks nobody for what another is asked for, and somebody else when that one falls silent', async () => {
    const world = await makeWorld(3);
    const [alice, bob, carol] = [device(world, 0), device(world, 1), device(world, 2)];
    await world.open(alice);
    await world.open(bob);
    await sayMany(world, alice, 200, 1_500);
    await world.clock.runFor(20_000);
    const [fromAlice, fromBob] = [countRuns(alice), countRuns(bob)];
    await world.open(carol);
    await world.clock.runFor(1_000);
    expect(fromAlice() + fromBob()).toBe(200);
    const dora = await world.addDevice((await World.make({ random: new SeededRandom(99), devices: 1 })).devices[0]?.identity as never);
    await world.open(dora);
    await world.clock.runFor(65);
    const first = fromAlice() > 200 ? alice : bob;
    // Nothing comes from there any more, and nobody notices for a while.
    world.cut(first.number, dora.number);
    world.cut(carol.number, dora.number);
    await world.clock.runFor(20_000);
    expect(await countOf(dora)).toBe(200);
  });

  it('shows a newcomer nothing from before it may see, and everything from then on', async () => {
    const world = await makeWorld(2);
    const [alice, bob] = [device(world, 0), device(world, 1)];
    await world.open(alice);
    await sayMany(world, alice, 30);
    bob.sinceMs = world.nowOf(bob);
    await sayMany(world, alice, 20);
    await world.open(bob);
    await world.clock.runFor(60_000);
    expect((await eventsOf(bob)).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, at) => 31 + at));
    await sayMany(world, alice, 3);
    await sayMany(world, bob, 3);
    await world.clock.runFor(40_000);
    expect(await countOf(bob)).toBe(26);
    expect(await countOf(alice)).toBe(56);
    const before = (sentBy(bob).get('vector') ?? 0) + (sentBy(alice).get('vector') ?? 0);
    await world.clock.runFor(60_000);
    // Both hold what both may see, and know.
    expect((sentBy(bob).get('vector') ?? 0) + (sentBy(alice).get('vector') ?? 0)).toBe(before);
  });

  it('sends a long message in order, and a short one again and again through the loss', async () => {
    const world = await makeWorld(2, { ...fair, lost: 0.6 });
    const [alice, bob] = [device(world, 0), device(world, 1)];
    for (const one of world.devices) await world.open(one);
    await world.clock.runFor(1_000);
    world.say(alice, text(9_000));
    await world.clock.runFor(30);
    expect(await countOf(bob)).toBe(1);
    await sayMany(world, alice, 19);
    await world.clock.runFor(10_000);
    expect(await countOf(bob)).toBe(20);
    expect(await world.fault()).toBeUndefined();
  });

  it('says a short message in order, too, when nothing comes back', async () => {
    const world = await makeWorld(2, { ...fair, lost: 1 });
    const [alice, bob] = [device(world, 0), device(world, 1)];
    for (const one of world.devices) await world.open(one);
    await world.clock.runFor(1_000);
    world.say(alice, text());
    await world.clock.runFor(3_500);
    expect(await countOf(bob)).toBe(1);
  });

  it('gets a body that one withholds from another', async () => {
    const world = await makeWorld(3);
    const [alice, bob, carol] = [device(world, 0), device(world, 1), device(world, 2)];
    await world.open(alice);
    await sayMany(world, alice, 3);
    const [record] = alice.page?.log.feeds.values() ?? [];
    if (!record) throw new Error('nothing was said');
    const events = await alice.store.slice(record.id, { first: 1, last: 3 });
    await world.open(bob);
    world.cut(0, 1);
    world.noticeCuts();
    await bob.page?.log.ingest([runOf(record, events.map((event) => ({ ...event, body: undefined })))]);
    world.healAll();
    await world.open(carol);
    world.linkAll();
    await world.clock.runFor(20_000);
    for (const one of world.devices) expect((await eventsOf(one)).map(({ body }) => body && readBody(body)?.kind)).toEqual(['text', 'text', 'text']);
  });

  it.each([1, 2, 3, 4])('ends with one history when a copied device has written two (%i)', async (seed) => {
    const world = await World.make({ random: new SeededRandom(seed), devices: 4 });
    const [alice, bob, carol, dora] = [device(world, 0), device(world, 1), device(world, 2), device(world, 3)];
    await world.open(alice);
    await sayMany(world, alice, 100);
    const copy = await world.addDevice(alice.identity, await copied(alice));
    // Two rooms of three that don't see each other.
    for (const one of [alice, bob]) for (const other of [copy, carol]) world.cut(one.number, other.number);
    world.cut(dora.number, alice.number);
    for (const one of [copy, bob, carol]) await world.open(one);
    await world.clock.runFor(5_000);
    await sayMany(world, alice, 90);
    await sayMany(world, copy, 150);
    // Then the original's friends meet the copy's.
    world.crash(alice, false);
    world.crash(copy, false);
    world.healAll();
    world.linkAll();
    await world.clock.runFor(60_000);
    await world.open(dora);
    await world.clock.runFor(60_000);
    expect(await idsOf(carol)).toEqual(await idsOf(bob));
    expect(await idsOf(dora)).toEqual(await idsOf(bob));
    const [record] = bob.page?.log.feeds.values() ?? [];
    // Each as long as it was written: nobody has a part of both.
    expect([190, 250]).toContain(countSequences(record?.ranges ?? []));
    // Whoever had the other one knows.
    expect([bob, carol].some(({ page }) => [...(page?.log.feeds.values() ?? [])].some(({ forked }) => forked))).toBe(true);
  });

  it('closes the link of one who sends what is forged', async () => {
    const world = await makeWorld(2);
    const [alice, bob] = [device(world, 0), device(world, 1)];
    await world.open(alice);
    await sayMany(world, alice, 2);
    const [record] = alice.page?.log.feeds.values() ?? [];
    if (!record) throw new Error('nothing was said');
    const events = await alice.store.slice(record.id, { first: 1, last: 2 });
    await world.open(bob);
    const end = alice.page?.ends.get(1);
    end?.send({ kind: 'runs', channel: 'sync', want: 0, runs: [runOf(record, events.slice(0, 1).map((event) => ({ ...event, lifetimeS: 7 })))] });
    await world.clock.runFor(100);
    expect(bob.page?.ends.size).toBe(0);
    // And the same device isn't heard of its history on the next link either.
    world.linkAll();
    await world.clock.runFor(20_000);
    expect(await countOf(bob)).toBe(0);
  });

  it('takes what nobody asked for one event at a time, and no more of it than one can say', async () => {
    const world = await makeWorld(3);
    const [alice, bob, carol] = [device(world, 0), device(world, 1), device(world, 2)];
    for (const one of world.devices) await world.open(one);
    await sayMany(world, alice, 60, 900);
    const [record] = alice.page?.log.feeds.values() ?? [];
    if (!record) throw new Error('nothing was said');
    const events = await alice.store.slice(record.id, { first: 1, last: 60 });
    alice.page?.ends.get(1)?.send({ kind: 'runs', channel: 'sync', want: 0, runs: [runOf(record, events)] });
    await world.clock.runFor(50);
    expect([...(bob.page?.ends.keys() ?? [])]).toEqual([2]);
    const toCarol = alice.page?.ends.get(2);
    for (let left = 90; left > 0; left--) toCarol?.send({ kind: 'runs', channel: 'sync', want: 0, runs: [runOf(record, events.slice(-1))] });
    await world.clock.runFor(50);
    expect(carol.page?.ends.has(0)).toBe(true);
    for (let left = 90; left > 0; left--) toCarol?.send({ kind: 'runs', channel: 'sync', want: 0, runs: [runOf(record, events.slice(-1))] });
    await world.clock.runFor(50);
    expect(carol.page?.ends.has(0)).toBe(false);
  });

  it('says of no newcomer that it has what it still lacks', async () => {
    const world = await makeWorld(2, { ...fair, delayMs: 100 });
    const [alice, bob] = [device(world, 0), device(world, 1)];
    await world.open(alice);
    await sayMany(world, alice, 10, 8_000);
    bob.sinceMs = world.nowOf(bob);
    await sayMany(world, alice, 290, 8_000);
    await world.open(bob);
    await world.clock.runFor(600);
    world.cut(0, 1);
    await world.clock.runFor(1_000);
    world.noticeCuts();
    await world.clock.runFor(1_000);
    const [feed] = alice.page?.log.feeds.keys() ?? [];
    const hasFirst = () => alice.page?.sync.has(bob.identity.deviceId, { feed: feed as never, sequence: 11 });
    expect(await countOf(bob)).toBeGreaterThan(0);
    world.healAll();
    world.linkAll();
    await world.clock.runFor(350);
    expect(await countOf(bob)).toBeLessThan(290);
    expect(hasFirst()).toBe(false);
    await world.clock.runFor(20_000);
    expect(await countOf(bob)).toBe(290);
    expect(hasFirst()).toBe(true);
  });

  it('asks another where one gives but a little now and then', async () => {
    const world = await makeWorld(3);
    const [alice, mallory, carol] = [device(world, 0), device(world, 1), device(world, 2)];
    await world.open(alice);
    await world.open(mallory);
    await sayMany(world, alice, 100);
    await sayMany(world, mallory, 20);
    const [own] = [...(mallory.page?.log.feeds.values() ?? [])].filter((record) => record.device === mallory.identity.deviceId);
    if (!own) throw new Error('nothing was said');
    const events = await mallory.store.slice(own.id, { first: 1, last: 20 });
    world.crash(alice, false);
    await world.clock.runFor(20_000);
    await world.open(carol);
    const end = mallory.page?.ends.get(2);
    if (!end) throw new Error('no link');
    let want = 0;
    const send = end.send.bind(end);
    end.send = (frame: Frame) => {
      if (frame.kind === 'runs') want = Math.max(want, frame.want);
      return frame.kind === 'runs' || frame.kind === 'served' || send(frame);
    };
    await world.clock.runFor(200);
    await world.open(alice);
    for (const event of events.slice(0, 4)) {
      await world.clock.runFor(8_500);
      send({ kind: 'runs', channel: 'sync', want, runs: [runOf(own, [event])] });
    }
    expect(want).toBeGreaterThan(0);
    expect((await eventsOf(carol)).filter(({ feed }) => feed !== own.id)).toHaveLength(100);
  });

  it('takes no more feeds of devices that were never there than a vector has room for', async () => {
    const world = await makeWorld(2);
    const [alice, bob] = [device(world, 0), device(world, 1)];
    for (const one of world.devices) await world.open(one);
    await sayMany(world, bob, 1);
    const log = alice.page?.log;
    const random = new SeededRandom(5);
    for (let left = limits.feedsTold; left > 0; left--) {
      const { privateKey, publicKey } = await makeCheapDevice(random);
      const stranger = new SignedFeed(await feedOf('r'.repeat(22), publicKey, crypto.getRandomValues(new Uint8Array(16))), privateKey);
      await stranger.say(text(), { clock: { wallMs: 2 ** 47, counter: 0 } });
      await log?.ingest([runOf(stranger.feed, stranger.events)]);
    }
    expect(log?.feeds.size).toBe(1 + limits.feedsTold / 2);
    world.say(bob, text());
    await world.clock.runFor(1_000);
    expect((await eventsOf(alice)).filter(({ feed }) => feed === bob.page?.log.ownFeed)).toHaveLength(2);
  });

  it('serves one who wants without end no more than is reasonable', async () => {
    const world = await makeWorld(2);
    const [alice, bob] = [device(world, 0), device(world, 1)];
    await world.open(alice);
    await sayMany(world, alice, 10);
    await world.open(bob);
    await world.clock.runFor(2_000);
    const [feed] = alice.page?.log.feeds.keys() ?? [];
    const sent = countRuns(alice);
    for (let want = 1_000; want < 2_000; want++) {
      bob.page?.ends.get(0)?.send({ kind: 'want', want, parts: [{ feed: feed as never, range: { first: 1, last: 10 } }], credit: 64 });
      await world.clock.runFor(1);
    }
    await world.clock.runFor(1_000);
    expect(sent()).toBeLessThanOrEqual(10 * 70);
  });

  it('says next to nothing when all is said', async () => {
    const world = await makeWorld(4);
    for (const one of world.devices) await world.open(one);
    await sayMany(world, device(world, 0), 10);
    await world.clock.runFor(60_000);
    const before = world.devices.map((one) => new Map(sentBy(one)));
    await world.clock.runFor(60_000);
    for (const [at, one] of world.devices.entries()) {
      for (const [kind, count] of sentBy(one)) expect(count - (before[at]?.get(kind) ?? 0)).toBeLessThanOrEqual(kind === 'digest' ? 18 : 0);
    }
  });
});

/** Counts events that a device sends from now on. */
function countRuns({ page }: Device): () => number {
  let count = 0;
  const watch = (end: LineEnd): void => {
    const send = end.send.bind(end);
    end.send = (frame: Frame) => {
      if (frame.kind === 'runs') count += frame.runs.reduce((sum, { events }) => sum + events.length, 0);
      return send(frame);
    };
  };
  for (const end of page?.ends.values() ?? []) watch(end);
  const set = page?.ends.set.bind(page.ends);
  if (page && set) page.ends.set = (number, end) => (watch(end), set(number, end));
  return () => count;
}

async function idsOf(who: Device): Promise<readonly string[]> {
  return (await eventsOf(who)).map(({ feed, sequence }) => `${feed}.${sequence}`);
}

/** A second disk with the same on it. */
async function copied({ store }: Device): Promise<MemoryLogStore> {
  const { feeds, notes } = await store.load('take');
  const copy = new MemoryLogStore();
  await copy.load('take');
  const events = (await Promise.all(feeds.map(({ id }) => store.slice(id, { first: 1, last: Infinity })))).flat();
  await copy.write({ feeds, notes, events });
  return copy;
}
