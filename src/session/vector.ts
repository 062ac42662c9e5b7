/**
 * What this device holds and another may see, as it is told: of each feed its ranges, and the hash of the last event. Two who hold the same have the same digest of it,
 * and need not tell each other more.
 *
 *     digest = SHA-256( feeds, by id:  feed id (22 ASCII) ‖ hash (32) ‖ count of ranges (u16) ‖ ranges: first (u32) ‖ last (u32) )      numbers are big-endian
 *
 * What lies before the time from which one of the two may see is left out by both.
 */
import { limits } from '../config';
import { concatBytes } from '../core/bytes';
import { compareTimestamps } from '../core/clock';
import type { DeviceId, FeedId } from '../core/ids';
import type { Bytes, FeedRecord } from '../core/log-event';
import { intersectRanges, type Ranges } from '../core/ranges';
import type { SyncFrame } from '../protocol/frames';
import type { LogStore } from '../storage/log-store';

export type VectorFrame = Extract<SyncFrame, { kind: 'vector' }>;
export type FeedVector = VectorFrame['feeds'][number];

/** One feed as it is told, and its name. */
export interface VisibleFeed extends FeedVector {
  readonly id: FeedId;
}

/** Of a feed held in more parts only the newest are told; the rest comes when those have been filled. */
const rangesTold = 64;
/** Characters of one frame, well below what a link takes; a feed has 200 and some for each range. */
const frameCharacters = 48_000;
const feedCharacters = 230;
const rangeCharacters = 40;
/** Answers that are remembered: some feeds for some newcomers. */
const cutsMaximum = 4_000;
const visibleMaximum = 64;

const utf8 = new TextEncoder();

export interface VectorLog {
  readonly store: LogStore;
  readonly feeds: ReadonlyMap<FeedId, FeedRecord>;
  readonly version: number;
  capOf(feed: FeedRecord): number;
}

interface Cut {
  /** The first sequence that may be seen; one after the last, while none may. */
  readonly sequence: number;
  /** What it was found in: it moves when something comes in before it. */
  readonly ranges: Ranges;
}

interface Visible {
  readonly version: number;
  readonly feeds: Promise<readonly VisibleFeed[]>;
  readonly digest: Promise<Bytes>;
}

/** Vectors and digests of one log, remembered until it changes. */
export class Vectors {
  readonly #log: VectorLog;
  readonly #rankOf: (device: DeviceId) => number;
  readonly #cuts = new Map<string, Cut>();
  readonly #visibleBySinceMs = new Map<number, Visible>();

  /** `rankOf`: where there are more feeds than can be told of, those of the lower rank are; keys are free, and so is what their clocks say. */
  constructor(log: VectorLog, rankOf: (device: DeviceId) => number = () => 0) {
    this.#log = log;
    this.#rankOf = rankOf;
  }

  /** What may be seen by one who sees from `sinceMs` on, ordered by id. */
  visible(sinceMs: number): Promise<readonly VisibleFeed[]> {
    return this.#remembered(sinceMs).feeds;
  }

  digest(sinceMs: number): Promise<Bytes> {
    return this.#remembered(sinceMs).digest;
  }

  /** Who may count has changed. */
  forget(): void {
    this.#visibleBySinceMs.clear();
    this.#cuts.clear();
  }

  #remembered(sinceMs: number): Visible {
    const { version } = this.#log;
    const known = this.#visibleBySinceMs.get(sinceMs);
    if (known?.version === version) return known;
    const feeds = this.#findVisible(sinceMs);
    const visible: Visible = { version, feeds, digest: feeds.then(digestOf) };
    // Whoever asks is told that it failed, and may ask again; that nobody asked for the digest is no failure.
    visible.digest.catch(() => {
      if (this.#visibleBySinceMs.get(sinceMs) === visible) this.#visibleBySinceMs.delete(sinceMs);
    });
    if (this.#visibleBySinceMs.size >= visibleMaximum) this.#visibleBySinceMs.clear();
    this.#visibleBySinceMs.set(sinceMs, visible);
    return visible;
  }

  async #findVisible(sinceMs: number): Promise<readonly VisibleFeed[]> {
    const records = [...this.#log.feeds.values()].filter(({ head }) => head);
    records.sort((a, b) => this.#rankOf(a.device) - this.#rankOf(b.device) || compareTimestamps(b.head?.clock ?? noTime, a.head?.clock ?? noTime));
    const visible: VisibleFeed[] = [];
    for (const record of records) {
      if (visible.length === limits.feedsTold) break;
      const feed = await this.#visibleFeed(record, sinceMs);
      if (feed) visible.push(feed);
    }
    return visible.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async #visibleFeed(record: FeedRecord, sinceMs: number): Promise<VisibleFeed | undefined> {
    const { id, key, incarnation, head } = record;
    const first = await this.firstSeen(record, sinceMs);
    const last = this.#log.capOf(record);
    const ranges = intersectRanges(record.ranges, first > last ? [] : [{ first, last }]).slice(-rangesTold);
    const end = ranges.at(-1)?.last;
    if (end === undefined) return undefined;
    const hash = end === head?.sequence ? head.hash : (await this.#log.store.slice(id, { first: end, last: end }))[0]?.hash;
    return hash && { id, key, incarnation, ranges, hash };
  }

  /** The first event of those held that may be seen. A feed's clocks rise, so it is found by halving; and once found it stays, but where history comes in below it. */
  async firstSeen({ id, ranges, head }: FeedRecord, sinceMs: number): Promise<number> {
    if (sinceMs <= 0 || !head) return 1;
    if (head.clock.wallMs < sinceMs) return head.sequence + 1;
    const key = `${id} ${sinceMs}`;
    const known = this.#cuts.get(key);
    if (known && isSameBefore(known, ranges)) return known.sequence;
    const parts = ranges.flatMap(({ first, last }) => ({ first, last }));
    let sequence = head.sequence;
    for (const part of parts.reverse()) {
      if ((await this.#wallMs(id, part.last)) < sinceMs) break;
      sequence = await this.#firstIn(id, part.first, part.last, sinceMs);
      if (sequence > part.first) break;
    }
    if (this.#cuts.size >= cutsMaximum) this.#cuts.clear();
    this.#cuts.set(key, { sequence, ranges });
    return sequence;
  }

  /** The last one of them may be seen. */
  async #firstIn(id: FeedId, first: number, last: number, sinceMs: number): Promise<number> {
    let [low, high] = [first, last];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((await this.#wallMs(id, middle)) < sinceMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #wallMs(id: FeedId, sequence: number): Promise<number> {
    const [event] = await this.#log.store.slice(id, { first: sequence, last: sequence });
    return event?.clock.wallMs ?? 0;
  }
}

/** SHA-256 as described above. */
export async function digestOf(feeds: readonly VisibleFeed[]): Promise<Bytes> {
  const parts = feeds.map(({ id, hash, ranges }) => {
    const numbers = new DataView(new ArrayBuffer(2 + 8 * ranges.length));
    numbers.setUint16(0, ranges.length);
    for (const [at, { first, last }] of ranges.entries()) {
      numbers.setUint32(2 + 8 * at, first);
      numbers.setUint32(6 + 8 * at, last);
    }
    return concatBytes(utf8.encode(id), hash, new Uint8Array(numbers.buffer));
  });
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concatBytes(...parts)));
}

/** As frames, each of a size that a link takes; the last one asks for an answer, unless it is one. At least one frame, since having nothing is news, too. */
export function vectorFrames(feeds: readonly VisibleFeed[], isAnswer: boolean): readonly VectorFrame[] {
  const frames: FeedVector[][] = [[]];
  let characters = 0;
  for (const { key, incarnation, ranges, hash } of feeds) {
    characters += feedCharacters + rangeCharacters * ranges.length;
    if (characters > frameCharacters) {
      frames.push([]);
      characters = feedCharacters + rangeCharacters * ranges.length;
    }
    frames.at(-1)?.push({ key, incarnation, ranges: [...ranges], hash });
  }
  return frames.map((feeds, at) => ({ kind: 'vector', feeds, answer: isAnswer || at < frames.length - 1 }));
}

const noTime = { wallMs: 0, counter: 0 };

/** Nothing has come or gone below the cut, and it is in none but the part it was in. */
function isSameBefore({ sequence, ranges }: Cut, now: Ranges): boolean {
  const below = [{ first: 1, last: sequence }];
  const [before, after] = [intersectRanges(ranges, below), intersectRanges(now, below)];
  return before.length === after.length && before.every(({ first, last }, at) => first === after[at]?.first && last === after[at].last);
}
