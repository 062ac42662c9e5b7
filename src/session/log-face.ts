/** The room's log and its exchange with others, as the conversation sees them: RoomLog (room-log.ts) and Sync (sync.ts) stand behind it. */
import type { EventContent } from '../core/event-content';
import type { DeviceId, FeedId, MessageId } from '../core/ids';
import type { FeedRecord, Place, StoredEvent } from '../core/log-event';
import type { Mark, PinnedMark } from '../core/marks';
import type { Notes } from '../core/notes';
import type { Observable } from '../core/observable';
import type { Run } from '../protocol/run';
import type { LogStore } from '../storage/log-store';

export interface LogFace {
  /** To read from; only the log writes. */
  readonly store: LogStore;
  /** All feeds that this device knows, the own ones included. */
  readonly feeds: ReadonlyMap<FeedId, FeedRecord>;
  /** What was kept beside the log, as it is now. */
  readonly notes: Notes;
  /** Of messages that are here, the latest pin first. */
  readonly pins: readonly PinnedMark[];
  /** Milliseconds until the next own event would not be void; 0: now. */
  waitMs(): number;
  /**
   * Signs it as this device's next event and keeps it (`strict`) before anybody is sent it. Its place is known at once; `kept` resolves when it is on the disk, in
   * memory where there is none. Kind `message` for a text, else `annotation`. (Where its feed has ended in between, since others know it otherwise, it is kept, and
   * told of, under another id.) Undefined when `waitMs()` is not 0, or while the room isn't known (a guest outside).
   */
  append(content: EventContent, lifetimeS: number): Appending | undefined;
  /** Merged into what is kept; relaxed, since they can be had again. */
  keepNotes(notes: Notes): void;
  /** Erases bodies whose lifetime is over; resolves with when the next is due (milliseconds since 1970). */
  expire(): Promise<number | undefined>;
  /**
   * Takes in what a backup holds: checked like a peer's. The last event of each run is signed, or the run after it in its feed comes before it here. Resolves with how
   * many events were new.
   */
  restore(runs: readonly Run[]): Promise<number>;
  /** What is new in the log, after it was kept. Own events, too. */
  listen(listener: (news: LogNews) => void, signal: AbortSignal): void;
}

export interface Appending {
  readonly id: MessageId;
  readonly place: Place;
  readonly kept: Promise<StoredEvent>;
}

export interface LogNews {
  /** In the order of arrival; void ones included. Also those held before whose body came now. */
  readonly events: readonly StoredEvent[];
  /** Whole, as they are now. */
  readonly marks: readonly Mark[];
  /** Events whose body has gone. */
  readonly erased: readonly MessageId[];
  /** Parts of feeds that are not held any more: a branch that lost, or damage. */
  readonly lost: readonly FeedId[];
  /** Feeds of which it was seen now that they have two branches. */
  readonly forked: readonly FeedRecord[];
}

export interface SyncFace {
  /** Whether the device has said that it holds this event on its disk; remembered over reloads. */
  has(device: DeviceId, place: Pick<Place, 'feed' | 'sequence'>): boolean;
  /** Counts on when `has` may answer otherwise. */
  readonly version: Observable<number>;
  /** Events known to be elsewhere and not here. */
  readonly missing: Observable<number>;
}
