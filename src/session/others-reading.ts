/** Up to where people have read: told by each for its own person, and only among those who tell. */
import { limits } from '../config';
import type { DeviceId, FeedId } from '../core/ids';
import { comparePlaces, type Place } from '../core/log-event';
import { State, type Observable } from '../core/observable';
import { Coalesced } from './coalesced';
import type { Preferences } from './faces';
import type { LogFace } from './log-face';
import { othersReadingIn, othersReadingKey, placeOf } from './reading-note';
import type { Member } from './roster';

/** Milliseconds between two words about it: one who scrolls reads on with every frame of the screen. */
const tellRestMs = 500;
const keepRestMs = 1_000;

export interface ReadingRoom {
  readonly members: Observable<readonly Member[]>;
  readonly preferences: Observable<Preferences>;
}

export class OthersReading {
  readonly #log: LogFace;
  readonly #room: ReadingRoom;
  readonly #own: Observable<Place>;
  /** The latest last. */
  readonly #placeByDevice = new Map<DeviceId, Place>();
  readonly #version = new State(0);
  readonly #telling: Coalesced;
  readonly #keeping: Coalesced;

  /** `own`: up to where the person at this device has read. */
  constructor(log: LogFace, room: ReadingRoom, own: Observable<Place>, signal: AbortSignal) {
    this.#log = log;
    this.#room = room;
    this.#own = own;
    this.#telling = new Coalesced(() => room.members.value.forEach((member) => this.tell(member)), tellRestMs, signal);
    this.#keeping = new Coalesced(() => log.keepNotes({ [othersReadingKey]: Object.fromEntries(this.#placeByDevice) }), keepRestMs, signal);
    own.subscribe(() => this.#telling.ask());
    this.reload();
  }

  /** Counts on when `hasRead` may answer otherwise. */
  get version(): Observable<number> {
    return this.#version;
  }

  /** What was kept, perhaps by another tab meanwhile. */
  reload(): void {
    for (const [device, place] of othersReadingIn(this.#log.notes)) this.#placeByDevice.set(device, place);
  }

  followPreferences(): void {
    this.#version.update((version) => version + 1);
    this.#telling.ask();
  }

  hasRead(device: DeviceId, place: Place): boolean {
    if (!this.#room.preferences.value.tellsRead) return false;
    const upTo = this.#placeByDevice.get(device);
    return upTo !== undefined && comparePlaces(place, upTo) <= 0;
  }

  /** The last word of a device counts, whatever it says: it speaks of its own person alone. */
  hear(device: DeviceId, upTo: Place): void {
    this.#placeByDevice.delete(device);
    this.#placeByDevice.set(device, placeOf(upTo));
    const [oldest] = this.#placeByDevice.keys();
    if (this.#placeByDevice.size > limits.feedsTold && oldest) this.#placeByDevice.delete(oldest);
    this.#version.update((version) => version + 1);
    this.#keeping.ask();
  }

  tell({ link }: Pick<Member, 'link'>): void {
    const upTo = this.#own.value;
    // Before anything was read there is nothing to tell.
    if (this.#room.preferences.value.tellsRead && this.#isShared(upTo.feed)) link.send({ kind: 'read', upTo });
  }

  #isShared(feed: FeedId): boolean {
    return this.#log.feeds.has(feed);
  }
}
