/** What brings two strangers together: a bus of sealed envelopes by id. Everything else about it is the adapter's own business. */
import type { SessionId, SlotId } from '../core/ids';
import type { Observable } from '../core/observable';

/** Where an envelope came from, and which of our ids it was sent to. `from` is the bus's claim: only the seal proves anything. */
export interface Delivery {
  readonly from: SessionId;
  readonly to: SessionId | SlotId;
  readonly envelope: Uint8Array<ArrayBuffer>;
}

/** trying: not known yet, or the bus is away. taken: somebody else holds it. */
export type ClaimState = 'trying' | 'held' | 'taken';

export interface Introducer {
  /** Whether the own session id stands at the bus now. */
  readonly reachable: Observable<boolean>;
  /** Fire and forget: an envelope may be lost, late, doubled or out of order. Kept for a moment while the bus is away, then dropped. */
  send(to: SessionId | SlotId, envelope: Uint8Array<ArrayBuffer>): void;
  /** Tries to hold a slot until `signal` aborts. A claim that is `taken` is over; one that was held and is lost comes back by itself, or is taken. */
  claim(slot: SlotId, signal: AbortSignal): Observable<ClaimState>;
  listen(listener: (delivery: Delivery) => void, signal: AbortSignal): void;
}
