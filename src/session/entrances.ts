/**
 * The ways into the room: the entrance of the link in force, and behind it those of the links before, for members who were away when it changed. Whoever uses it
 * need not know which of them is which, nor when one takes the place of another.
 */
import type { InviteCode, RoomCode, SessionId } from '../core/ids';
import { State, watch, type Observable } from '../core/observable';
import { deriveRoomKeys, type RoomKeys } from '../protocol/room-keys';
import type { ArrivalState } from './arrival';
import type { DoorFrame } from './door';
import { Entrance, type EntranceRoom } from './entrance';
import type { RingId } from './faces';
import type { Introductions, SessionSelf } from './introductions';
import type { Neighbourhood } from './neighbourhood';
import type { Neighbour, Outlook, SlotNumber } from './rendezvous';
import type { RecordKeeper } from './record-keeper';
import type { RingDesk } from './ring-desk';
import type { RoomAccess } from './room-access';
import type { RoomParts } from './room-parts';

export interface EntrancesOptions {
  readonly parts: RoomParts;
  readonly self: SessionSelf;
  readonly desk: RingDesk;
  readonly neighbourhood: Neighbourhood;
  readonly access: RoomAccess;
  readonly record: RecordKeeper;
  /** Ends all of them. */
  readonly signal: AbortSignal;
  /** What an entrance is told of the room. */
  roomFor(code: RoomCode): EntranceRoom;
}

export class Entrances {
  readonly #options: EntrancesOptions;
  readonly #reachable = new State(false);
  readonly #outlook = new State<Outlook>('looking');
  readonly #state = new State<ArrivalState>('idle');
  readonly #ended = new AbortController();
  readonly #backDoors = new Map<InviteCode, Entrance>();
  #present: Entrance;
  #following = new AbortController();
  #neighbours: readonly Neighbour[] = [];
  /** Counts entrances, so that a slow one doesn't take the place of a later one. */
  #turn = 0;

  /** `code` and `keys`: those in force. Goes live at once. */
  constructor(options: EntrancesOptions, code: RoomCode, keys: RoomKeys) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#end(), { once: true });
    this.#present = this.#makePresent(code, keys);
    options.neighbourhood.attach(this.#present.introductions);
    this.#follow();
  }

  /** The server holds our session id. */
  get reachable(): Observable<boolean> {
    return this.#reachable;
  }

  get outlook(): Observable<Outlook> {
    return this.#outlook;
  }

  /** What our own knocks came to. */
  get state(): Observable<ArrivalState> {
    return this.#state;
  }

  get introductions(): Introductions {
    return this.#present.introductions;
  }

  /** Somebody has let us in, or may be about to. */
  get pending(): boolean {
    return this.#present.arrival.pending;
  }

  accept(ring: RingId): Promise<void> {
    return this.#present.door.accept(ring);
  }

  notNow(ring: RingId): Promise<void> {
    return this.#present.door.notNow(ring);
  }

  hear(from: SessionId, frame: DoorFrame): Promise<void> {
    return this.#present.door.hearFrame(from, frame);
  }

  withdraw(): Promise<void> | undefined {
    return this.#present.arrival.withdraw();
  }

  /** What was refused or lost is tried anew. */
  again(): void {
    this.#present.again();
  }

  /** Nothing is knocked until `again`. */
  fallSilent(): void {
    this.#present.rendezvous.heardReply('refusal');
  }

  setStanding(standing: 'guest' | 'member'): void {
    this.#present.rendezvous.setStanding(standing);
  }

  /** Our component. */
  setNeighbours(neighbours: readonly Neighbour[]): void {
    this.#neighbours = neighbours;
    this.#present.rendezvous.setNeighbours(neighbours);
  }

  /** The entrance of the code and the password in force, instead of the present one. */
  async renew(): Promise<void> {
    const { access, neighbourhood } = this.#options;
    const turn = ++this.#turn;
    this.#present.close();
    this.#closeBackDoors();
    const code = await access.code();
    const keys = await access.keys(code);
    if (this.#ended.signal.aborted || turn !== this.#turn) return;
    this.#present = this.#makePresent(code, keys);
    neighbourhood.moveTo(this.#present.introductions);
    this.#follow();
    this.#present.rendezvous.setNeighbours(this.#neighbours);
  }

  #makePresent(code: RoomCode, keys: RoomKeys): Entrance {
    const { parts, access } = this.#options;
    const inside = access.standing(parts.identity.deviceId) === 'member';
    return this.#make(keys, this.#options.roomFor(code), inside ? 'member' : 'guest');
  }

  #make(keys: RoomKeys, room: EntranceRoom, standing: 'guest' | 'member'): Entrance {
    const { parts, self, desk } = this.#options;
    return new Entrance({ parts, keys, self, desk, standing }, room, this.#ended.signal);
  }

  #follow(): void {
    this.#following.abort();
    this.#following = new AbortController();
    const { introductions, rendezvous, outlook, state } = this.#present;
    const { signal } = this.#following;
    watch(introductions.reachable, signal, (reachable) => this.#reachable.set(reachable));
    watch(outlook, signal, (now) => this.#outlook.set(now));
    watch(state, signal, (now) => this.#state.set(now));
    watch(rendezvous.holds, signal, (slots) => this.#followSlots(slots));
  }

  #followSlots(slots: readonly SlotNumber[]): void {
    this.#options.neighbourhood.setOwnSlots(slots);
    if (this.#holdsFirst()) void this.#openBackDoors();
    else this.#closeBackDoors();
  }

  /** Of the members, one alone stands at the old links. */
  #holdsFirst(): boolean {
    return this.#present.rendezvous.holds.value.includes(0);
  }

  async #openBackDoors(): Promise<void> {
    const turn = this.#turn;
    for (const old of this.#options.record.value.oldCodes) {
      if (this.#backDoors.has(old)) continue;
      const keys = await deriveRoomKeys(old);
      if (this.#ended.signal.aborted || turn !== this.#turn || !this.#holdsFirst()) return;
      if (this.#backDoors.has(old)) continue;
      // A stranger at the old link hears nothing: not even that somebody is there.
      const entrance = this.#make(keys, { ...this.#options.roomFor(old), membersOnly: true }, 'member');
      this.#backDoors.set(old, entrance);
      this.#options.neighbourhood.attach(entrance.introductions);
    }
  }

  /** What the entrances say while they end is of no use to anybody. */
  #end(): void {
    this.#following.abort();
    this.#ended.abort();
  }

  #closeBackDoors(): void {
    for (const entrance of this.#backDoors.values()) entrance.close();
    this.#backDoors.clear();
  }
}
