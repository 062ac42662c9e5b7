/**
 * Where this device writes in one room: a feed of its own, which nobody else continues. It is begun anew whenever nobody can know what was signed in the old one: the
 * store is new or has lost the end of it, a peer has more of it than we, it has two branches, or a removal has ended it.
 */
import { limits, timing } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { Timestamp } from '../core/clock';
import type { Bytes, Feed, StoredEvent } from '../core/log-event';
import type { Notes } from '../core/notes';
import { feedOf, incarnationBytes } from '../protocol/feed';

/** Notes: the incarnation that this store writes to, in base64url, and the last sequence written. */
const incarnationNote = 'log.incarnation';
const lastNote = 'log.ownLast';
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

  /** To be kept with the event `last` of this feed, so that the next page continues it, and does not where the disk has lost its end. */
  noteOf(last: number): Notes {
    return { [incarnationNote]: encodeBase64Url(this.feed.incarnation), [lastNote]: last };
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

/** Where this store has written: which incarnation, and its last event. */
export function keptOwn(notes: Notes): { readonly incarnation: Bytes; readonly last: number } | undefined {
  const [text, last] = [notes[incarnationNote], notes[lastNote]];
  const incarnation = typeof text === 'string' ? decodeBase64Url(text) : undefined;
  return incarnation?.length === incarnationBytes && typeof last === 'number' ? { incarnation, last } : undefined;
}

export function newFeed(scope: string, key: Bytes): Promise<Feed> {
  return feedOf(scope, key, crypto.getRandomValues(new Uint8Array(incarnationBytes)));
}
