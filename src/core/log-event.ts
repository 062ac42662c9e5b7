/**
 * The log of a room: each device appends signed events to feeds of its own, and everybody keeps the union of all feeds (docs/protocol.md).
 *
 * A feed is an append-only chain: each event names the hash of the one before it, so one signature vouches for everything below. Events of all feeds have one order:
 * clock, then feed, then sequence. What an event says stands apart from it, in its body; the event holds the body's hash only, so that a body can go everywhere and
 * the chain still holds. protocol/run.ts has the bytes.
 */
import { compareTimestamps, type Timestamp } from './clock';
import type { DeviceId, FeedId, MessageId } from './ids';

export type Bytes = Uint8Array<ArrayBuffer>;

/** Whose a feed is. `id` is a hash of the rest and the room, so whoever has these can check it. */
export interface Feed {
  readonly id: FeedId;
  readonly device: DeviceId;
  /** 65-byte uncompressed P-256 point. */
  readonly key: Bytes;
  /** 16 random bytes: a new or restored store begins a new feed, since it can't know what the old one had signed. */
  readonly incarnation: Bytes;
}

/** Where an event stands among all events of the room. */
export interface Place {
  readonly clock: Timestamp;
  readonly feed: FeedId;
  /** Counts the feed's events from 1, to 2^32 - 1. */
  readonly sequence: number;
}

export interface LogEvent extends Place {
  /** message: an article of the conversation. annotation: says something of one (an edit, a reaction). */
  readonly kind: 'message' | 'annotation';
  /** Its body goes this many seconds after `clock.wallMs`; 0: never. */
  readonly lifetimeS: number;
  /** Milliseconds since the feed's event 20 before this one, by the author's clock, 0 to 65,535 (also when there is none). Below 10,000 the event is void for everybody. */
  readonly paceMs: number;
  /** Hash of the event before; 32 zeros for the first. */
  readonly previous: Bytes;
  /** SHA-256 of the body; the salt in it keeps short bodies from being guessed. */
  readonly bodyHash: Bytes;
  /** SHA-256 of what is signed. */
  readonly hash: Bytes;
  /** ES256, 64 bytes, checked. Undefined for an event that was vouched for by the one after it. */
  readonly signature: Bytes | undefined;
  /** 16 bytes of salt, then UTF-8 JSON (event-content.ts). Undefined: gone, or not had. */
  readonly body: Bytes | undefined;
}

/** void: signed too fast. Without a reason, a missing body was withheld or damaged, and may be had from others. */
export type GoneReason = 'deleted' | 'expired' | 'void';

export interface StoredEvent extends LogEvent {
  /** Why `body` is undefined for good. */
  readonly gone: GoneReason | undefined;
}

/** Both ends included. */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

/** What this device holds of a feed. */
export interface FeedRecord extends Feed {
  /** Ascending, apart from each other by at least one. Usually one; more while history is on its way, or when a part was damaged. */
  readonly ranges: readonly SequenceRange[];
  /** The last event held. Undefined while none is. */
  readonly head: FeedHead | undefined;
  /** It was seen to have two branches, or to tell untrue clocks: its device was copied, or lies. The branch with the smaller hash is kept. */
  readonly forked: boolean;
}

export interface FeedHead {
  readonly sequence: number;
  readonly hash: Bytes;
  readonly clock: Timestamp;
}

/** The one order of a conversation. */
export function comparePlaces(a: Place, b: Place): number {
  return compareTimestamps(a.clock, b.clock) || compareText(a.feed, b.feed) || a.sequence - b.sequence;
}

export function messageIdOf({ feed, sequence }: Pick<Place, 'feed' | 'sequence'>): MessageId {
  return `${feed}.${sequence}` as MessageId;
}

/** The opposite of `messageIdOf`. */
export function placeOfMessage(id: MessageId): { readonly feed: FeedId; readonly sequence: number } {
  const [feed = '', sequence = ''] = id.split('.');
  return { feed: feed as FeedId, sequence: Number(sequence) };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
