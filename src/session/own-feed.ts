/**
 * Where this device writes in one room: a feed of its own, which nobody else continues. It is begun anew whenever nobody can know what was signed in the old one: the
 * store is new, a peer has more of it than we, it has two branches, or a removal has ended it.
 */
import { limits, timing } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { Timestamp } from '../core/clock';
import type { Bytes, Feed, StoredEvent } from '../core/log-event';
import { feedOf, incarnationBytes } from '../protocol/feed';
import type { Notes } from '../storage/log-store';

/** Note: the incarnation that this store writes to, in base64url. */
const incarnationNote = 'log.incarnation';
/** What `paceMs` says at most, and of the first events, which have none 20 before them. */
export const paceMaximumMs = 65_535;

export interface OwnPlace {
  readonly sequence: number;
  readonly paceMs: number;
}

export class OwnFeed {
  readonly feed: Feed;
  #sequence: number;
  /** Wall times of the last `limits.eventsInPace` own events, oldest first; of the feed before this one, too. */
  #wallsMs: readonly number[];

  constructor(feed: Feed, sequence: number, wallsMs: readonly number[]) {
    this.feed = feed;
    this.#sequence = sequence;
    this.#wallsMs = wallsMs.slice(-limits.eventsInPace);
  }

  /** Milliseconds from `wallMs` until the next event would not be void. */
  waitMs(wallMs: number): number {
    const [first] = this.#wallsMs;
    return first === undefined || this.#wallsMs.length < limits.eventsInPace ? 0 : Math.max(0, first + timing.paceWindowMs - wallMs);
  }

  /** Takes the next place. */
  place({ wallMs }: Timestamp): OwnPlace {
    this.#sequence += 1;
    const [first = 0] = this.#wallsMs;
    const paceMs = this.#sequence <= limits.eventsInPace ? paceMaximumMs : paceBetween(first, wallMs);
    this.#wallsMs = [...this.#wallsMs, wallMs].slice(-limits.eventsInPace);
    return { sequence: this.#sequence, paceMs };
  }

  /** The feed that takes its place, empty. */
  succeededBy(feed: Feed): OwnFeed {
    return new OwnFeed(feed, 0, this.#wallsMs);
  }

  /** To be kept with an event of this feed, so that the next page continues it. */
  get note(): Notes {
    return { [incarnationNote]: encodeBase64Url(this.feed.incarnation) };
  }
}

/** What an event says of its pace, the event `limits.eventsInPace` before it being at `earlierMs`. */
export function paceBetween(earlierMs: number, wallMs: number): number {
  return Math.max(0, Math.min(paceMaximumMs, wallMs - earlierMs));
}

/** An event that was signed too fast counts for nothing, by its author's own clock. */
export function isVoid({ paceMs }: Pick<StoredEvent, 'paceMs'>): boolean {
  return paceMs < timing.paceWindowMs;
}

/** The incarnation that this store has written to. */
export function keptIncarnation(notes: Notes): Bytes | undefined {
  const text = notes[incarnationNote];
  const bytes = typeof text === 'string' ? decodeBase64Url(text) : undefined;
  return bytes?.length === incarnationBytes ? bytes : undefined;
}

export function newFeed(scope: string, key: Bytes): Promise<Feed> {
  return feedOf(scope, key, crypto.getRandomValues(new Uint8Array(incarnationBytes)));
}
