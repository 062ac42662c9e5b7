/**
 * The log of one room on this device: feeds, events in the order of the conversation, and what annotations made of them. Sealed at rest.
 * Every method rejects with AppError `storage-full` or `storage-blocked` when the disk fails, and with `storage-taken` when another tab has the room by now.
 */
import type { FeedId, MessageId } from '../core/ids';
import type { FeedRecord, GoneReason, LogEvent, Place, SequenceRange, StoredEvent } from '../core/log-event';
import type { Mark } from '../core/marks';
import type { Notes } from '../core/notes';
import type { Durability } from './database';

export interface LogContents {
  readonly feeds: readonly FeedRecord[];
  readonly notes: Notes;
  /** Messages that are pinned, or were. */
  readonly pins: readonly Mark[];
}

/** All of it is kept, or nothing. */
export interface LogChange {
  /** New ones. `gone` ones come without a body. One that is held already is replaced only when it lacked its body and is not gone, or its signature. */
  readonly events?: readonly StoredEvent[];
  /** As they are from now on, each whole. */
  readonly feeds?: readonly FeedRecord[];
  /** As they are from now on, each whole. */
  readonly marks?: readonly Mark[];
  /** Bodies that go. Those of events that are not held are passed over. */
  readonly erase?: readonly { readonly id: MessageId; readonly reason: GoneReason }[];
  /** Events of a branch that lost: all of the feed's from `from` on go, before `events` come. */
  readonly truncate?: readonly { readonly feed: FeedId; readonly from: number }[];
  /** Merged into what is kept; `undefined` deletes. */
  readonly notes?: Notes;
}

/** `before`, `after`: exclusive; neither: the newest. Always at most `limit`, those next to the place. */
export interface PageQuery {
  readonly before?: Place;
  readonly after?: Place;
  readonly limit: number;
}

export interface LogStore {
  /**
   * Everything that is small enough to be had in memory. To be called first, and again to see what another tab has written. read: only to look at; the store then
   * refuses to write ('storage-taken'). take: this tab holds the room's lock; takes the room's fence, so that what another tab still writes is refused.
   */
  load(mode: 'read' | 'take'): Promise<LogContents>;
  write(change: LogChange, durability?: Durability): Promise<void>;
  /** What is held of this part of a feed, ascending. Events of a damaged block are not: `onDamage` tells. */
  slice(feed: FeedId, range: SequenceRange): Promise<readonly StoredEvent[]>;
  /** Events of kind `message` that are not void, in order, oldest first. */
  page(query: PageQuery): Promise<readonly StoredEvent[]>;
  /** Those of `targets` that have one. */
  marks(targets: readonly MessageId[]): Promise<readonly Mark[]>;
  /** Events of either kind whose text contains `words` (folded by core/fold.ts: no case, no accents), newest first, a few at a time as they are found. */
  search(words: string, signal: AbortSignal): AsyncIterable<readonly StoredEvent[]>;
  /** Events whose lifetime was over at `nowMs` and whose body is still here; at most `limit`. And when the next one is due. */
  due(nowMs: number, limit: number): Promise<{ readonly ids: readonly MessageId[]; readonly nextMs: number | undefined }>;
  /** How many messages there are (kind `message`, not void). */
  count(): Promise<number>;
  /** Parts of feeds that were lost since `load`, because what was kept of them can't be read: they are not held any more, and can be asked for. */
  onDamage(listener: (lost: readonly { readonly feed: FeedId; readonly range: SequenceRange }[]) => void): void;
  /** Forgets the room's log, and no other room's. */
  clear(): Promise<void>;
}

/** What a store that has `held` keeps when `event` comes: the first one, but for a body, or a signature, that it lacked. */
export function keptOf(held: StoredEvent | undefined, event: StoredEvent): StoredEvent {
  if (!held) return event;
  const isWhole = held.body ?? held.gone ?? (!event.body && !event.gone);
  if (!isWhole) return { ...event, signature: event.signature ?? held.signature };
  return held.signature || !event.signature ? held : { ...held, signature: event.signature };
}

export function isMessage({ kind, gone }: Pick<StoredEvent, 'kind' | 'gone'>): boolean {
  return kind === 'message' && gone !== 'void';
}

export function withoutBody(event: LogEvent, gone: GoneReason): StoredEvent {
  return { ...event, body: undefined, gone };
}
