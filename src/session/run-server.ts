/**
 * Gives one peer what it wants of the log: the newest of all feeds first, so that its screen fills at once, in frames of at most `limits.runsFrameBytes`, each when
 * there is credit for it and the line has taken those before: so what is said meanwhile waits for little, and where it is slow, frames are small. It reads one slice at
 * a time, and ends with its link.
 */
import { limits } from '../config';
import { compareTimestamps, type Timestamp } from '../core/clock';
import type { FeedId } from '../core/ids';
import type { FeedRecord, StoredEvent } from '../core/log-event';
import { intersectRanges, unionRanges, type Ranges } from '../core/ranges';
import { TokenBucket } from '../core/token-bucket';
import type { Frame, SyncFrame } from '../protocol/frames';
import { runEventBytes, runOf, runsBytes, runsInFrame, type Run } from '../protocol/run';
import type { SetTimer } from './named-timers';
import type { VectorLog } from './vector';

type WantFrame = Extract<SyncFrame, { kind: 'want' }>;

export interface ServedLink {
  readonly signal: AbortSignal;
  send(frame: Frame): boolean;
  buffered(channel: 'sync'): number;
}

/** Events that are read ahead, of all feeds of a wish together; and of one feed. */
const eventsAhead = 4_096;
const sliceEvents = { fewest: 32, most: 512 };
/** Bytes of bodies that are read ahead for a wish, however long its credit stays away. */
const bytesAhead = 4 * 1024 * 1024;
/** Wishes of one peer that are served at once; it has no reason for more. */
const wantsAtOnce = 4;
/** Wishes it may have at once, and a second. */
const wantBurst = 60;
const wantsASecond = 4;
/** What may wait in the link before a frame, in bytes; it is looked at this often. */
const bufferedMaximum = 64 * 1024;
const lookAgainMs = 20;
/** A wish's first frame, and the smallest ones; they grow while the line takes each within this time. */
const smallestFrameBytes = 8 * 1024;
const slowMs = 1_000;
/** What a frame has beside its events, for as many runs as could be in it. */
const headBytes = runsBytes([]);
const runHeadBytes = runsBytes([{ events: [] }]) - headBytes;

interface Serving {
  credit: number;
  isOver: boolean;
  /** Wakes it when there is credit again, or it is over. */
  wake: () => void;
}

export class RunServer {
  readonly #log: VectorLog;
  readonly #link: ServedLink;
  readonly #sinceMs: () => number;
  readonly #now: () => number;
  readonly #setTimer: SetTimer;
  readonly #wants: TokenBucket;
  readonly #servings = new Map<number, Serving>();

  /** `sinceMs`: from when on the peer may see. */
  constructor(log: VectorLog, link: ServedLink, sinceMs: () => number, now: () => number, setTimer: SetTimer) {
    this.#log = log;
    this.#link = link;
    this.#sinceMs = sinceMs;
    this.#now = now;
    this.#setTimer = setTimer;
    this.#wants = new TokenBucket(wantBurst, wantsASecond, now());
    link.signal.addEventListener('abort', () => this.#stop(), { once: true });
  }

  /** Wishes beyond what is reasonable are not heard: their sender asks elsewhere, or later. */
  want({ want, parts, credit }: WantFrame): void {
    if (this.#servings.has(want) || this.#servings.size >= wantsAtOnce || !this.#wants.take(this.#now())) return;
    const serving: Serving = { credit, isOver: false, wake: () => undefined };
    this.#servings.set(want, serving);
    void this.#serve(want, serving, parts)
      .catch(() => undefined) // A store that fails has told so; the peer asks another.
      .finally(() => this.#servings.delete(want));
  }

  credit(want: number, frames: number): void {
    const serving = this.#servings.get(want);
    if (!serving) return;
    serving.credit = Math.min(64, serving.credit + frames);
    serving.wake();
  }

  enough(want: number): void {
    const serving = this.#servings.get(want);
    if (serving) end(serving);
  }

  #stop(): void {
    for (const serving of this.#servings.values()) end(serving);
  }

  async #serve(want: number, serving: Serving, parts: WantFrame['parts']): Promise<void> {
    const supply = new Supply(this.#log, parts, this.#sinceMs());
    for (let size = smallestFrameBytes; ; ) {
      const runs = await supply.next(size);
      if (serving.isOver) return;
      if (runs.length === 0) break;
      while (serving.credit <= 0 && !serving.isOver) await new Promise<void>((resolve) => (serving.wake = resolve));
      const waitedMs = await this.#untilTaken(serving);
      if (serving.isOver) return;
      serving.credit -= 1;
      if (!this.#link.send({ kind: 'runs', channel: 'sync', want, runs })) return;
      size = waitedMs > slowMs ? Math.max(smallestFrameBytes, size / 2) : Math.min(limits.runsFrameBytes, 2 * size);
    }
    this.#link.send({ kind: 'served', want });
  }

  /** How long the line took. */
  async #untilTaken(serving: Serving): Promise<number> {
    const startedMs = this.#now();
    while (this.#link.buffered('sync') > bufferedMaximum && !serving.isOver) {
      await new Promise<void>((resolve) => {
        serving.wake = resolve;
        this.#setTimer(lookAgainMs, resolve);
      });
    }
    return this.#now() - startedMs;
  }
}

function end(serving: Serving): void {
  serving.isOver = true;
  serving.wake();
}

/** What is wanted of one feed, from its end downwards. */
interface Cursor {
  readonly record: FeedRecord;
  ranges: Ranges;
  /** What was read and not given yet, ascending. */
  read: StoredEvent[];
  /** None of what is left is later. */
  latest: Timestamp;
  /** Events that its next slice has at most. */
  step: number;
  /** Nothing was given yet of what ends where the feed does. */
  isAtHead: boolean;
}

class Supply {
  readonly #log: VectorLog;
  readonly #sinceMs: number;
  readonly #cursors: Cursor[] = [];

  constructor(log: VectorLog, parts: WantFrame['parts'], sinceMs: number) {
    this.#log = log;
    this.#sinceMs = sinceMs;
    const wanted = new Map<FeedId, Ranges>();
    for (const { feed, range } of parts) wanted.set(feed, unionRanges(wanted.get(feed) ?? [], [range]));
    for (const [feed, ranges] of wanted) {
      const record = log.feeds.get(feed);
      const last = record ? log.capOf(record) : 0;
      if (!record?.head || last < 1) continue;
      const held = intersectRanges(intersectRanges(record.ranges, ranges), [{ first: 1, last }]);
      if (held.length > 0) this.#cursors.push({ record, ranges: held, read: [], latest: record.head.clock, step: sliceEvents.fewest, isAtHead: false });
    }
  }

  /** The runs of the next frame, the newest of what is left; none at the end. Of `size` bytes at most, unless one event is longer. */
  async next(size: number): Promise<readonly Run[]> {
    const taken = new Map<Cursor, StoredEvent[]>();
    let bytes = headBytes;
    let runs = 0;
    for (let cursor = await this.#newest(); cursor; cursor = await this.#newest()) {
      const event = cursor.read.at(-1);
      if (!event) break;
      const events = taken.get(cursor);
      const isNewRun = events?.at(-1)?.sequence !== event.sequence + 1;
      bytes += runEventBytes(event) + (isNewRun ? runHeadBytes : 0);
      if ((bytes > size || (isNewRun && runs === runsInFrame)) && taken.size > 0) break;
      if (isNewRun) runs += 1;
      cursor.read.pop();
      if (events) events.push(event);
      else taken.set(cursor, [event]);
      cursor.latest = cursor.read.at(-1)?.clock ?? event.clock;
    }
    return [...taken].flatMap(([{ record }, events]) => consecutiveDown(events).map((run) => runOf(record, run)));
  }

  /** The cursor whose next event is the latest of all, that event being read. */
  async #newest(): Promise<Cursor | undefined> {
    for (;;) {
      const cursor = this.#cursors.reduce<Cursor | undefined>((best, other) => (best && compareTimestamps(best.latest, other.latest) >= 0 ? best : other), undefined);
      if (!cursor) return undefined;
      if (cursor.read.length === 0) await this.#read(cursor);
      const event = cursor.read.at(-1);
      if (!event || event.clock.wallMs < this.#sinceMs) this.#cursors.splice(this.#cursors.indexOf(cursor), 1);
      else if (compareTimestamps(event.clock, cursor.latest) >= 0) return cursor;
      // It was thought to be later than it is: another may come first now.
      else cursor.latest = event.clock;
    }
  }

  get #sliceEvents(): number {
    return Math.min(sliceEvents.most, Math.max(sliceEvents.fewest, Math.floor(eventsAhead / this.#cursors.length)));
  }

  async #read(cursor: Cursor): Promise<void> {
    while (cursor.read.length === 0) {
      const range = cursor.ranges.at(-1);
      if (!range) return;
      const from = Math.max(range.first, range.last - cursor.step + 1);
      const slice = await this.#log.store.slice(cursor.record.id, { first: from, last: range.last });
      const kept = newestWithin(bytesAhead / this.#cursors.length, slice);
      const isWhole = kept.length === slice.length;
      cursor.step = isWhole ? Math.min(this.#sliceEvents, 2 * cursor.step) : kept.length;
      const first = isWhole ? from : (kept[0]?.sequence ?? from);
      cursor.ranges = [...cursor.ranges.slice(0, -1), ...(first > range.first ? [{ first: range.first, last: first - 1 }] : [])];
      cursor.read = kept;
      cursor.isAtHead ||= range.last === cursor.record.head?.sequence;
      if (cursor.isAtHead) dropUnsigned(cursor.read);
      if (cursor.read.length > 0) cursor.isAtHead = false;
    }
  }
}

/** From the last one downwards, as many as have so many bytes; one at least. */
function newestWithin(bytes: number, events: readonly StoredEvent[]): StoredEvent[] {
  let left = bytes;
  const tooMuch = events.findLastIndex((event) => (left -= runEventBytes(event)) < 0);
  return events.slice(Math.max(0, Math.min(tooMuch + 1, events.length - 1)));
}

/** Nobody can check the end of a feed without a signature. It has none where what vouched for it was cut off. */
function dropUnsigned(events: StoredEvent[]): void {
  while (events.length > 0 && !events.at(-1)?.signature) events.pop();
}

/** From descending events, runs ascending each, the newest run first. */
function consecutiveDown(events: readonly StoredEvent[]): readonly (readonly StoredEvent[])[] {
  const runs: StoredEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run && run.at(-1)?.sequence === event.sequence + 1) run.push(event);
    else runs.push([event]);
  }
  return runs.map((run) => run.reverse());
}
