/**
 * Up to where people have read: told by each for its own person, and only among those who tell. A device is told of its own feeds, since only own messages have ticks;
 * and of feeds rather than of a place in the conversation: what came later than the reader stands before that place, and was not read.
 */
import { limits } from '../config';
import type { DeviceId, FeedId } from '../core/ids';
import { comparePlaces, type FeedRecord, type Place } from '../core/log-event';
import { State, type Observable } from '../core/observable';
import type { Link } from '../network/link';
import { Coalesced } from './coalesced';
import type { Preferences } from './faces';
import type { LogFace } from './log-face';
import { othersReadingIn, othersReadingKey, type Heads } from './reading-note';
import type { Member } from './roster';

/** Milliseconds between two words about it: one who scrolls reads on with every frame of the screen. */
const tellRestMs = 500;
const keepRestMs = 1_000;

export interface ReadingRoom {
  readonly ownId: DeviceId;
  readonly members: Observable<readonly Member[]>;
  readonly preferences: Observable<Preferences>;
}

/** What the person at this device has read (own-reading.ts). */
export interface Reading {
  readonly upTo: Observable<Place>;
  /** Changes with what is late, too. */
  readonly unread: Observable<unknown>;
  readonly late: Iterable<Place>;
}

export class OthersReading {
  readonly #log: LogFace;
  readonly #room: ReadingRoom;
  readonly #own: Reading;
  /** What the person at this device has read of each feed. */
  #readByFeed: ReadonlyMap<FeedId, number> = new Map();
  /** What others have read of our feeds; who spoke last is the last. */
  readonly #readByDevice = new Map<DeviceId, Heads>();
  readonly #toldByLink = new WeakMap<Link, string>();
  readonly #version = new State(0);
  readonly #telling: Coalesced;
  readonly #keeping: Coalesced;

  constructor(log: LogFace, room: ReadingRoom, own: Reading, signal: AbortSignal) {
    this.#log = log;
    this.#room = room;
    this.#own = own;
    this.#telling = new Coalesced(() => this.#look(), tellRestMs, signal);
    this.#keeping = new Coalesced(() => log.keepNotes({ [othersReadingKey]: Object.fromEntries(this.#readByDevice) }), keepRestMs, signal);
    own.upTo.subscribe(() => this.#telling.ask());
    own.unread.subscribe(() => this.#telling.ask());
    this.reload();
  }

  /** Counts on when `hasRead` may answer otherwise. */
  get version(): Observable<number> {
    return this.#version;
  }

  /** What was kept, perhaps by another tab meanwhile. */
  reload(): void {
    for (const [device, heads] of othersReadingIn(this.#log.notes)) this.#readByDevice.set(device, heads);
    this.#telling.ask();
  }

  followPreferences(): void {
    this.#version.update((version) => version + 1);
    this.#telling.ask();
  }

  hasRead(device: DeviceId, { feed, sequence }: Pick<Place, 'feed' | 'sequence'>): boolean {
    if (!this.#room.preferences.value.tellsRead) return false;
    return this.#readByDevice.get(device)?.some(([each, upTo]) => each === feed && sequence <= upTo) ?? false;
  }

  /** The last word of a device counts, whatever it says of what there is: it speaks of its own person alone. */
  hear(device: DeviceId, heads: Heads): void {
    this.#readByDevice.delete(device);
    this.#readByDevice.set(device, heads.flatMap(([feed, upTo]) => this.#ownHead(feed, upTo)));
    const [oldest] = this.#readByDevice.keys();
    if (this.#readByDevice.size > limits.feedsTold && oldest) this.#readByDevice.delete(oldest);
    this.#version.update((version) => version + 1);
    this.#keeping.ask();
  }

  tell({ device, link }: Pick<Member, 'device' | 'link'>): void {
    if (!this.#room.preferences.value.tellsRead) return;
    const heads = [...this.#readByFeed].filter(([feed]) => this.#log.feeds.get(feed)?.device === device).slice(-limits.feedsTold);
    const told = this.#toldByLink.get(link);
    const said = JSON.stringify(heads);
    // Before anything was read there is nothing to tell.
    if (told === said || (heads.length === 0 && told === undefined)) return;
    if (link.send({ kind: 'read', heads })) this.#toldByLink.set(link, said);
  }

  /** More than there is would hold for what is still to be written, too. */
  #ownHead(feed: FeedId, upTo: number): Heads {
    const record = this.#log.feeds.get(feed);
    return record?.device === this.#room.ownId && record.head ? [[feed, Math.min(upTo, record.head.sequence)]] : [];
  }

  async #look(): Promise<void> {
    const upTo = this.#own.upTo.value;
    // Where nothing was read yet, it is a time and no message.
    if (!this.#log.feeds.has(upTo.feed)) return;
    const firstLate = new Map<FeedId, number>();
    for (const { feed, sequence } of this.#own.late) firstLate.set(feed, Math.min(sequence, firstLate.get(feed) ?? Infinity));
    const read = new Map<FeedId, number>();
    for (const record of [...this.#log.feeds.values()]) {
      if (record.device === this.#room.ownId) continue;
      const last = Math.min(await this.#lastUpTo(record, upTo), (firstLate.get(record.id) ?? Infinity) - 1);
      if (last > 0) read.set(record.id, last);
    }
    this.#readByFeed = read;
    for (const member of this.#room.members.value) this.tell(member);
  }

  /** The last event that stands up to there; none above a gap, whose events are still to come. A feed's clocks rise, so it is found by halving. */
  async #lastUpTo({ id, ranges: [range], head }: FeedRecord, upTo: Place): Promise<number> {
    if (!range || !head) return 0;
    if (comparePlaces({ clock: head.clock, feed: id, sequence: head.sequence }, upTo) <= 0) return range.last;
    let [low, high] = [range.first - 1, range.last];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const [event] = await this.#log.store.slice(id, { first: middle, last: middle });
      if (event && comparePlaces(event, upTo) <= 0) low = middle;
      else high = middle - 1;
    }
    return low < range.first ? 0 : low;
  }
}
