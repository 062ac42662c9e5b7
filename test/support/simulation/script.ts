/** Random days in the life of a room: what people and networks do to it, and whether it is whole again afterwards. */
import { fair } from './network';
import type { Page } from './page';
import { SeededRandom } from './seeded-random';
import { World } from './world';

const minuteMs = 60_000;
/** Until everything must be well again: several of the rounds that a component makes every 5 minutes ± 50 %. */
const healingMs = 35 * minuteMs;
/** Then this long nothing may happen. */
const steadyMs = 15 * minuteMs;

export interface Day {
  readonly devices: number;
  readonly steps: number;
  /** From the last healing until the room was whole; undefined when it never was. */
  readonly wholeAfterMs: number;
  /** Of all members together in the steady state. */
  readonly roundsAMinute: number;
}

/** One run. Throws with the seed and what happened when the room isn't whole at the end. */
export function liveThrough(seed: number): Day {
  const random = new SeededRandom(seed);
  const story: string[] = [];
  const world = new World({
    random,
    devices: random.whole(2, 8),
    rule: { policy: random.chance(0.2) ? 'members' : 'hosts', standIn: random.chance(0.7) },
    conditions: { lost: random.between(0, 0.1), doubled: random.between(0, 0.05), failing: random.between(0, 0.2) },
  });
  const tell = (what: string): void => void story.push(`${(world.clock.nowMs / 1_000).toFixed(1)} s: ${what}`);
  try {
    const steps = random.whole(6, 40);
    const [maker] = world.devices;
    if (maker) join(world, maker.number, tell);
    for (let step = 0; step < steps; step++) {
      world.clock.runFor(pause(random));
      takeStep(world, random, tell);
    }
    world.clock.runFor(random.chance(0.3) ? 10 * minuteMs : pause(random));
    heal(world, random, tell);
    const wholeAfterMs = timeUntilWhole(world);
    return { devices: world.devices.length, steps, wholeAfterMs, roundsAMinute: checkSteadyState(world) };
  } catch (cause) {
    throw new Error(`SEED=${seed}: ${cause instanceof Error ? cause.message : String(cause)}\n${story.join('\n')}`, { cause });
  }
}

type Tell = (what: string) => void;

function pause(random: SeededRandom): number {
  const kind = random.next();
  if (kind < 0.3) return random.between(0, 500);
  if (kind < 0.7) return random.between(1_000, 10_000);
  return kind < 0.95 ? random.between(10_000, 90_000) : random.between(2 * minuteMs, 10 * minuteMs);
}

type Step = (world: World, random: SeededRandom, tell: Tell) => void;

/** How often each is taken, beside the others. */
const weightsByStep: ReadonlyMap<Step, number> = new Map([
  [joinOne, 6],
  [joinTwo, 2],
  [leaveWithGoodbye, 2],
  [crash, 2],
  [reload, 2],
  [splitLinks, 2],
  [cutFromServer, 1],
  [healLinks, 2],
  [healServer, 1],
  [restartServer, 1],
  [removeOne, 1],
  [makeHost, 1],
  [burnTheMakersLaptop, 1],
]);
const weights = [...weightsByStep.values()].reduce((sum, weight) => sum + weight, 0);

function takeStep(world: World, random: SeededRandom, tell: Tell): void {
  let left = random.between(0, weights);
  for (const [take, weight] of weightsByStep) {
    left -= weight;
    if (left < 0) return take(world, random, tell);
  }
}

function join(world: World, number: number, tell: Tell): void {
  const device = world.absent.find((one) => one.number === number);
  if (!device) return;
  tell(`device ${number} joins as ${device.admission.isIn() ? 'a member' : 'a guest'}`);
  world.join(device);
}

function joinOne(world: World, random: SeededRandom, tell: Tell): void {
  const device = random.pick(world.absent);
  if (device) join(world, device.number, tell);
}

function joinTwo(world: World, random: SeededRandom, tell: Tell): void {
  joinOne(world, random, tell);
  joinOne(world, random, tell);
}

function leaveWithGoodbye(world: World, random: SeededRandom, tell: Tell): void {
  const page = random.pick(world.pages);
  if (!page) return;
  tell(`device ${page.deviceNumber} leaves`);
  world.leave(page, 'goodbye');
}

function crash(world: World, random: SeededRandom, tell: Tell): void {
  const page = random.pick(world.pages);
  if (page) end(world, page, random, tell);
}

function end(world: World, page: Page, random: SeededRandom, tell: Tell): void {
  const how = random.chance(0.5) ? 'process' : 'power';
  tell(`device ${page.deviceNumber} crashes (${how})`);
  world.leave(page, how);
}

function reload(world: World, random: SeededRandom, tell: Tell): void {
  const page = random.pick(world.pages);
  if (!page) return;
  if (random.chance(0.5)) end(world, page, random, tell);
  else world.leave(page, 'goodbye');
  join(world, page.deviceNumber, tell);
}

function splitLinks(world: World, random: SeededRandom, tell: Tell): void {
  const half = world.devices.map(({ number }) => number).filter(() => random.chance(0.5));
  tell(`links between {${half.join()}} and the others are cut`);
  world.network.split(half);
}

function cutFromServer(world: World, random: SeededRandom, tell: Tell): void {
  const page = random.pick(world.pages);
  if (!page) return;
  tell(`device ${page.deviceNumber} is cut from the server`);
  world.network.cutFromServer(page.deviceNumber);
}

function healLinks(world: World, random: SeededRandom, tell: Tell): void {
  tell('links are possible again');
  world.network.healLinks();
  noticeNetworks(world, random);
}

function healServer(world: World, random: SeededRandom, tell: Tell): void {
  tell('the server can be reached again');
  world.network.healServer();
  noticeNetworks(world, random);
}

/** Some browsers say so, most don't. */
function noticeNetworks(world: World, random: SeededRandom): void {
  const share = random.pick([0, 0.3]) ?? 0;
  for (const page of world.pages) if (random.chance(share)) page.rendezvous.networkChanged();
}

function restartServer(world: World, random: SeededRandom, tell: Tell): void {
  const awayMs = random.between(200, 20_000);
  tell(`the server restarts, and is away for ${Math.round(awayMs)} ms`);
  world.server.restart(awayMs);
}

function removeOne(world: World, random: SeededRandom, tell: Tell): void {
  const host = random.pick(world.pages.filter((page) => roleOf(page, page.device.id) === 'owner' || roleOf(page, page.device.id) === 'host'));
  if (!host) return;
  const own = roleOf(host, host.device.id);
  const other = random.pick(
    world.devices.filter(({ id }) => {
      const role = roleOf(host, id);
      return role === 'member' || (role === 'host' && own === 'owner');
    }),
  );
  if (!other || other === host.device) return;
  tell(`device ${host.deviceNumber} removes device ${other.number}`);
  host.remove(other.id);
}

function makeHost(world: World, random: SeededRandom, tell: Tell): void {
  const owner = world.pages.find((page) => roleOf(page, page.device.id) === 'owner');
  const other = owner && random.pick(world.devices.filter(({ id }) => roleOf(owner, id) === 'member'));
  if (!owner || !other) return;
  tell(`the maker makes device ${other.number} a host`);
  owner.makeHost(other.id);
}

function burnTheMakersLaptop(world: World, random: SeededRandom, tell: Tell): void {
  const maker = world.pageOf(0);
  if (maker) end(world, maker, random, tell);
  joinOne(world, random, tell);
}

function roleOf(page: Page, device: Page['device']['id']): string | undefined {
  return page.device.admission.membership?.members.get(device)?.role;
}

function heal(world: World, random: SeededRandom, tell: Tell): void {
  Object.assign(world.network.conditions, fair);
  world.network.healLinks();
  world.network.healServer();
  noticeNetworks(world, random);
  tell(`everything is healed; here are ${world.pages.map(({ deviceNumber, isMember }) => `${deviceNumber}${isMember ? '' : ' (guest)'}`).join(', ')}`);
}

/** Looks often at first, then less so. */
function timeUntilWhole(world: World): number {
  const startMs = world.clock.nowMs;
  let wholeAfterMs: number | undefined;
  for (let atMs = 1_000; atMs <= healingMs; atMs = Math.ceil(atMs * 1.1)) {
    world.clock.runFor(startMs + atMs - world.clock.nowMs);
    const fault = world.fault();
    if (fault !== undefined) wholeAfterMs = undefined;
    else wholeAfterMs ??= atMs;
  }
  world.clock.runFor(startMs + healingMs - world.clock.nowMs);
  const fault = world.fault();
  if (fault !== undefined) throw new Error(fault);
  return wholeAfterMs ?? healingMs;
}

/** Returns the rounds of knocks a minute of all members. */
function checkSteadyState(world: World): number {
  const { members } = world;
  const before = members.map(({ counts }) => ({ ...counts }));
  world.clock.runFor(steadyMs);
  const fault = world.fault();
  if (fault !== undefined) throw new Error(`after a while of nothing: ${fault}`);
  let rounds = 0;
  members.forEach((page, index) => {
    const { counts } = page;
    const then = before[index];
    if (!then) return;
    rounds += counts.rounds - then.rounds;
    const timersASecond = (counts.timers - then.timers) / (steadyMs / 1_000);
    if (timersASecond > 1) throw new Error(`device ${page.deviceNumber} runs ${timersASecond} timers a second in an idle room`);
    for (const kind of ['claims', 'approaches'] as const) if (counts[kind] !== then[kind]) throw new Error(`device ${page.deviceNumber} makes ${counts[kind] - then[kind]} ${kind} in an idle room`);
  });
  const roundsAMinute = rounds / (steadyMs / minuteMs);
  if (roundsAMinute > 1) throw new Error(`${members.length} members make ${roundsAMinute} rounds of knocks a minute in an idle room`);
  return roundsAMinute;
}
