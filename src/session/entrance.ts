/**
 * One way into the room: everything that hangs on one link (or name). When the room's link changes, a new entrance takes its place, while the links between the
 * members go on.
 *
 *     Rendezvous  decides which slots are claimed, and when and where we knock
 *     Arrival     our knocks and what comes of them
 *     Door        the knocks of others
 */
import type { DeviceId, SessionId } from '../core/ids';
import { watch, type Observable } from '../core/observable';
import type { Link } from '../network/link';
import type { RoomKeys } from '../protocol/room-keys';
import { Arrival, type ArrivalRoom, type ArrivalState } from './arrival';
import { Door, type DoorRoom } from './door';
import { followClaim, Introductions, type SessionSelf } from './introductions';
import { Rendezvous, type Outlook, type SlotNumber } from './rendezvous';
import type { RingDesk } from './ring-desk';
import type { RoomParts } from './room-parts';

/** What an entrance needs of the room behind it; an object literal, since it is spread. */
export interface EntranceRoom extends Omit<DoorRoom, 'expect' | 'isArriving' | 'answerDelayMs' | 'heardKnock' | 'yieldSlots'>, Omit<ArrivalRoom, 'heard' | 'expect' | 'gate' | 'trusts'> {
  /** Key of the password that was entered on this device. */
  ownGate(): Uint8Array<ArrayBuffer> | undefined;
  /** As `trusts`, and we are let in ourselves by these tokens. */
  trustsForUs(device: DeviceId, tokens: readonly string[]): Promise<boolean>;
  expect(link: Link, device: DeviceId, session: SessionId, sessionKey: Uint8Array<ArrayBuffer>): void;
  relay(via: SessionId, to: SessionId, envelope: string): void;
  random(): number;
}

export interface EntranceOptions {
  readonly parts: RoomParts;
  readonly keys: RoomKeys;
  readonly self: SessionSelf;
  readonly desk: RingDesk;
  readonly standing: 'guest' | 'member';
}

export class Entrance {
  readonly introductions: Introductions;
  readonly door: Door;
  readonly arrival: Arrival;
  readonly rendezvous: Rendezvous;
  readonly #abort = new AbortController();
  readonly #claims = new Map<SlotNumber, AbortController>();

  /** Goes live at once, until `signal` aborts or `close` is called. */
  constructor({ parts, keys, self, desk, standing }: EntranceOptions, room: EntranceRoom, signal: AbortSignal) {
    const own = this.#abort.signal;
    // One after the other hangs on it: those that are closed let go.
    signal.addEventListener('abort', () => this.close(), { once: true, signal: own });
    this.introductions = new Introductions({ parts, keys, self, relay: (via, to, envelope) => room.relay(via, to, envelope) }, own);
    const rendezvous = new Rendezvous(
      {
        session: this.introductions.session,
        random: () => room.random(),
        setTimer(afterMs, action) {
          const timer = setTimeout(action, afterMs);
          return () => clearTimeout(timer);
        },
        claim: (slot) => this.#claim(slot),
        release: (slot) => this.#release(slot),
        knock: (slots) => void this.arrival.knock(slots),
      },
      standing,
    );
    this.rendezvous = rendezvous;
    this.arrival = new Arrival(
      this.introductions,
      {
        now: () => room.now(),
        gate: () => room.ownGate(),
        isLinked: (session) => room.isLinked(session),
        contradict: (tokens) => room.contradict(tokens),
        learn: (tokens) => room.learn(tokens),
        gateForAll: room.gateForAll,
        keepGateSalt: (salt) => room.keepGateSalt(salt),
        ownProof: () => room.ownProof(),
        trusts: (device, tokens) => room.trustsForUs(device, tokens),
        expect: (...expected) => room.expect(...expected),
        heard: (kind) => (kind === 'come' ? rendezvous.heardKnock() : rendezvous.heardReply(kind)),
      },
      own,
    );
    this.door = new Door(this.introductions, { ...room, isArriving: () => this.arrival.pending, ...slotsOf(rendezvous) }, desk, own);
    watch(this.introductions.reachable, own, (reachable) => rendezvous.setReachable(reachable));
  }

  get outlook(): Observable<Outlook> {
    return this.rendezvous.outlook;
  }

  get state(): Observable<ArrivalState> {
    return this.arrival.state;
  }

  /** What was refused or lost is tried anew. */
  again(): void {
    this.arrival.restart();
    this.rendezvous.again();
  }

  close(): void {
    if (this.#abort.signal.aborted) return;
    this.rendezvous.stop();
    this.#abort.abort();
  }

  #claim(slot: SlotNumber): void {
    this.#release(slot);
    const claim = new AbortController();
    this.#claims.set(slot, claim);
    const { signal } = claim;
    followClaim(this.introductions.claim(slot, AbortSignal.any([signal, this.#abort.signal])), signal, (state) => this.rendezvous.slotChanged(slot, state));
  }

  #release(slot: SlotNumber): void {
    this.#claims.get(slot)?.abort();
    this.#claims.delete(slot);
  }
}

function slotsOf(rendezvous: Rendezvous): Pick<DoorRoom, 'answerDelayMs' | 'heardKnock' | 'yieldSlots'> {
  return {
    answerDelayMs: (slot) => rendezvous.answerDelayMs(slot),
    heardKnock: () => rendezvous.heardKnock(),
    yieldSlots: () => {
      for (const slot of rendezvous.holds.value) rendezvous.yield(slot);
    },
  };
}
