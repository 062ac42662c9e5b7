/** Devices with the real log and the real exchange, the lines between them, and what must be true of all of them together. */
import type { EventContent } from '../../../src/core/event-content';
import type { FeedId, MessageId } from '../../../src/core/ids';
import { comparePlaces, messageIdOf, placeOfMessage, type StoredEvent } from '../../../src/core/log-event';
import { State } from '../../../src/core/observable';
import { readBody } from '../../../src/protocol/event-body';
import { RoomLog } from '../../../src/session/room-log';
import type { Member } from '../../../src/session/roster';
import { Sync } from '../../../src/session/sync';
import { MemoryLogStore } from '../../../src/storage/memory-log-store';
import type { SigningDevice } from '../signing-device';
import type { SeededRandom } from '../simulation/seeded-random';
import { makeCheapDevice } from './cheap-crypto';
import { fair, LineEnd, type Conditions, type LineWorld } from './line';
import { SlowStore } from './slow-store';
import { SteppingClock } from './stepping-clock';

const scope = 'r'.repeat(22);
const startMs = Date.UTC(2024, 5, 1);

/** What is there whether or not its page is open. */
export interface Device {
  readonly number: number;
  readonly identity: SigningDevice;
  store: MemoryLogStore;
  /** How far its clock is off, in milliseconds. */
  skewMs: number;
  /** From when on it may see. */
  sinceMs: number;
  /** What it said that it holds need not be true any more. */
  hasLostDisk: boolean;
  page: Page | undefined;
}

export interface Page {
  readonly log: RoomLog;
  readonly sync: Sync;
  readonly members: State<readonly Member[]>;
  readonly ends: Map<number, LineEnd>;
  readonly abort: AbortController;
}

export interface WorldOptions {
  readonly random: SeededRandom;
  readonly devices: number;
  readonly conditions?: Conditions;
  /** How long a write takes at most, in milliseconds. */
  readonly writeMs?: number;
}

export class World implements LineWorld {
  readonly clock = new SteppingClock();
  readonly random: SeededRandom;
  readonly conditions: Conditions;
  readonly devices: Device[] = [];
  readonly #writeMs: number;
  /** Pairs of devices whose line is cut, `a-b` with a < b. */
  readonly #cuts = new Set<string>();
  /** Own events that were shown as kept, and are on a disk still. */
  readonly #acknowledged = new Map<MessageId, Device>();

  static async make(options: WorldOptions): Promise<World> {
    const world = new World(options);
    for (let number = 0; number < options.devices; number++) await world.addDevice(await makeCheapDevice(options.random));
    return world;
  }

  private constructor({ random, conditions = { ...fair }, writeMs = 0 }: WorldOptions) {
    this.random = random;
    this.conditions = conditions;
    this.#writeMs = writeMs;
  }

  async addDevice(identity: SigningDevice, store = new MemoryLogStore()): Promise<Device> {
    const device: Device = { number: this.devices.length, identity, store, skewMs: 0, sinceMs: 0, hasLostDisk: false, page: undefined };
    this.devices.push(device);
    return device;
  }

  nowOf({ skewMs }: Device): number {
    return Math.floor(startMs + this.clock.nowMs + skewMs);
  }

  get pages(): readonly (readonly [Device, Page])[] {
    return this.devices.flatMap((device) => (device.page ? [[device, device.page] as const] : []));
  }

  joins(one: number, other: number): boolean {
    return !this.#cuts.has(pairOf(one, other));
  }

  /** Lines are cut; links over them end some time later. */
  cut(one: number, other: number): void {
    this.#cuts.add(pairOf(one, other));
  }

  healAll(): void {
    this.#cuts.clear();
  }

  /** Opens the page of a device, and links it with everybody it reaches. */
  async open(device: Device): Promise<Page> {
    const abort = new AbortController();
    const turn = (): Promise<void> => (this.#writeMs > 0 ? new Promise((resolve) => void this.clock.setTimer(this.random.between(0, this.#writeMs), resolve)) : Promise.resolve());
    const store = new SlowStore(device.store, turn, () => !abort.signal.aborted);
    const log = await RoomLog.open({ store, identity: device.identity, scope: () => scope, authors: { capOf: () => Infinity, isRemoved: () => false }, now: () => this.nowOf(device) });
    await log.take();
    log.comeAfter(this.devices.map(({ sinceMs }) => sinceMs), device.sinceMs);
    const members = new State<readonly Member[]>([]);
    const sync = new Sync(
      {
        log,
        ownDevice: device.identity.deviceId,
        members,
        ownSinceMs: () => device.sinceMs,
        now: () => this.nowOf(device),
        random: () => this.random.next(),
        setTimer: (afterMs, action) => this.clock.setTimer(afterMs, () => !abort.signal.aborted && action()),
      },
      abort.signal,
    );
    const page: Page = { log, sync, members, ends: new Map(), abort };
    device.page = page;
    this.linkAll();
    return page;
  }

  /** Links every two pages that reach each other, and are not linked. */
  linkAll(): void {
    for (const [one, onePage] of this.pages) {
      for (const [other, otherPage] of this.pages) {
        if (one.number >= other.number || !this.joins(one.number, other.number) || onePage.ends.has(other.number) || otherPage.ends.has(one.number)) continue;
        const [end, otherEnd] = LineEnd.pair(this, one.number, other.number);
        attach(onePage, end, other);
        attach(otherPage, otherEnd, one);
      }
    }
  }

  /** Ends links whose line is cut, as the silence would. */
  noticeCuts(): void {
    for (const [device, { ends }] of this.pages) for (const [other, end] of ends) if (!this.joins(device.number, other)) end.vanish(0);
  }

  /** The page is gone at once; what it had not written is lost. With its storage, everything that nobody else has. */
  crash(device: Device, withStorage: boolean): void {
    const { page } = device;
    if (!page) return;
    page.abort.abort();
    for (const end of page.ends.values()) end.vanish(this.random.between(0, 5_000));
    device.page = undefined;
    if (!withStorage) return;
    device.store = new MemoryLogStore();
    device.hasLostDisk = true;
  }

  /** Lets a device that has nothing yet see from now on, by the word of one who is here. */
  admit(newcomer: Device, by: Device): void {
    if (!by.page) return;
    newcomer.sinceMs = by.page.log.afterAllMs;
    for (const [device, { log }] of this.pages) log.comeAfter([newcomer.sinceMs], device.sinceMs);
  }

  /** Lets go of what has disappeared, everywhere, as time goes on. */
  expireAll(): void {
    for (const [, { log }] of this.pages) void log.expire();
  }

  /** Undefined when the device may not write now. */
  say(device: Device, content: EventContent, lifetimeS = 0): MessageId | undefined {
    const appending = device.page?.log.append(content, lifetimeS);
    void appending?.kept.then((event) => this.#acknowledged.set(messageIdOf(event), device)).catch(() => undefined);
    return appending?.id;
  }

  /** What was acknowledged must be everywhere in the end, if anybody has it. */
  async forgetWhatNobodyHas(): Promise<void> {
    const held = new Set((await Promise.all(this.devices.map((device) => eventsOf(device)))).flat().map(messageIdOf));
    for (const id of this.#acknowledged.keys()) if (!held.has(id)) this.#acknowledged.delete(id);
  }

  /** What is wrong, now that nothing is on its way any more; undefined when all is well. */
  async fault(): Promise<string | undefined> {
    // Who has been here longest sees most.
    const [first, ...others] = [...this.pages].sort(([a], [b]) => a.sinceMs - b.sinceMs);
    if (!first) return 'nobody is here';
    const all = await eventsOf(first[0]);
    const held = new Set(all.map(messageIdOf));
    if (held.size !== all.length) return 'something is there twice';
    const texts = all.flatMap(textOf);
    if (new Set(texts).size !== texts.length) return 'something was said twice';
    for (const id of this.#acknowledged.keys()) if (!held.has(id)) return `${id} is lost`;
    for (const [device, { sync }] of others) {
      const expected = all.filter(({ clock }) => clock.wallMs >= device.sinceMs);
      const ids = expected.map(messageIdOf);
      const events = await eventsOf(device);
      if (events.map(messageIdOf).join() !== ids.join()) return `device ${device.number} holds ${differences(ids, events.map(messageIdOf))}`;
      // An edit of what it can't see may stay whole at a newcomer: it need not know whose word takes that back.
      const isNewcomer = device.sinceMs > first[0].sinceMs;
      const body = events.findIndex((event, at) => !isAsWhole(event, expected[at]) && !(isNewcomer && event.kind === 'annotation'));
      if (body >= 0) return `device ${device.number} has ${ids[body]} as ${events[body]?.gone ?? (events[body]?.body ? 'whole' : 'missing')}`;
      // Of what it sees, a newcomer doesn't see what somebody has said of it by a clock that is behind.
      const [marks, others] = isNewcomer ? [] : [await marksOf(device, ids), await marksOf(first[0], ids)];
      if (marks !== others) return `device ${device.number} has other marks: ${marks}, and not ${others}`;
      if (sync.missing.value > 0) return `device ${device.number} waits for ${sync.missing.value}`;
    }
    return this.#missingTick() ?? this.falseTick();
  }

  /** Nobody is said to hold what it doesn't; true at any time, but for those who have lost their disk. */
  async falseTick(): Promise<string | undefined> {
    for (const [author, { log, sync }] of this.pages) {
      for (const other of this.devices) {
        if (other === author || other.hasLostDisk) continue;
        const held = new Set((await eventsOf(other)).map(messageIdOf));
        const own = (await eventsOf(author)).filter(({ feed, clock }) => log.feeds.get(feed)?.device === author.identity.deviceId && clock.wallMs >= other.sinceMs);
        const untrue = own.find((event) => sync.has(other.identity.deviceId, event) && !held.has(messageIdOf(event)));
        if (untrue) return `device ${author.number} believes that device ${other.number} has ${messageIdOf(untrue)}`;
      }
    }
    return undefined;
  }

  /** Everybody knows of its own words that all others have them who may see them; but for those who have lost their disk, and hear of what they had written from others. */
  #missingTick(): string | undefined {
    for (const [device, { log, sync }] of this.pages) {
      for (const record of log.feeds.values()) {
        if (record.device !== device.identity.deviceId || !record.head || device.hasLostDisk) continue;
        const unsure = this.pages.find(([other]) => other !== device && (record.head?.clock.wallMs ?? 0) >= other.sinceMs && !sync.has(other.identity.deviceId, { feed: record.id, sequence: record.head?.sequence ?? 0 }));
        if (unsure) return `device ${device.number} doesn't know that device ${unsure[0].number} has its words`;
      }
    }
    return undefined;
  }
}

function attach(page: Page, end: LineEnd, other: Device): void {
  const member: Member = { device: other.identity.deviceId, session: `${other.number}` as Member['session'], name: `Device ${other.number}`, link: end, sinceMs: other.sinceMs };
  page.ends.set(other.number, end);
  page.members.update((members) => [...members, member]);
  end.signal.addEventListener('abort', () => {
    page.ends.delete(other.number);
    page.members.update((members) => members.filter(({ link }) => link !== end));
  });
  page.sync.greet(member);
}

/** Everything that a device holds, in the order of the conversation. */
export async function eventsOf({ page, store }: Device): Promise<readonly StoredEvent[]> {
  const feeds = page ? [...page.log.feeds.keys()] : (await store.load('read')).feeds.map(({ id }) => id);
  const events = await Promise.all(feeds.map((feed) => store.slice(feed, { first: 1, last: Infinity })));
  return events.flat().sort(comparePlaces);
}

/** Of what changed a message that is gone, one who comes later can't say why it has no body; nor whether what disappears was deleted before. */
function isAsWhole(a: StoredEvent, b: StoredEvent | undefined): boolean {
  return (a.body === undefined) === (b?.body === undefined) && (a.gone === b?.gone || a.kind === 'annotation' || a.lifetimeS > 0);
}

/** What shows of them, as text, so that two are easily compared. What an edit that has disappeared has left says nothing any more; nor what others make of somebody's text. */
async function marksOf({ page, store }: Device, ids: readonly MessageId[]): Promise<string> {
  const authorOf = (id: MessageId) => page?.log.feeds.get(placeOfMessage(id).feed)?.device;
  const shown = (await store.marks(ids)).map((mark) => ({ ...mark, editions: mark.editions.filter(({ by }) => by === authorOf(mark.target)) }));
  const marks = shown.filter(({ deletedBy, editions, reactions, pin }) => deletedBy.length + editions.length + reactions.length > 0 || pin);
  const parts = marks.map((mark) => JSON.stringify(mark, (_, value: unknown) => (isPlain(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value)));
  return parts.sort().join('\n');
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf({ body }: StoredEvent): readonly string[] {
  const content = body && readBody(body);
  return content?.kind === 'text' ? [content.text] : [];
}

function differences(expected: readonly MessageId[], held: readonly MessageId[]): string {
  const lacking = expected.filter((id) => !held.includes(id));
  const more = held.filter((id) => !expected.includes(id));
  return `${lacking.length} too few (${short(lacking)}) and ${more.length} too many (${short(more)})`;
}

function short(ids: readonly (MessageId | FeedId)[]): string {
  return ids.slice(0, 5).map((id) => `${id.slice(0, 4)}…${id.slice(22)}`).join(', ');
}

function pairOf(one: number, other: number): string {
  return `${Math.min(one, other)}-${Math.max(one, other)}`;
}
