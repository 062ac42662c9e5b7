/** The events next to which new ones are put, kept at hand: nearly everything that comes continues a feed at one of its ends, and needs no look at the store. */
import { limits } from '../config';
import type { Timestamp } from '../core/clock';
import type { FeedId } from '../core/ids';
import type { Bytes, LogEvent } from '../core/log-event';

/** What an event tells of the chain it is in. */
export interface ChainPart {
  readonly sequence: number;
  readonly clock: Timestamp;
  readonly paceMs: number;
  readonly previous: Bytes;
  readonly hash: Bytes;
}

/** Those that a claim of pace reaches, and one. */
const depth = limits.eventsInPace + 1;

export class FeedEdges {
  readonly #partsByFeed = new Map<FeedId, Map<number, ChainPart>>();

  get(feed: FeedId, sequence: number): ChainPart | undefined {
    return this.#partsByFeed.get(feed)?.get(sequence);
  }

  /** These, ascending, were taken: both ends of them are the edges now, and the feed's head stays one. */
  learn(feed: FeedId, events: readonly LogEvent[], headSequence: number): void {
    const known = this.#partsByFeed.get(feed) ?? new Map<number, ChainPart>();
    const parts = new Map([...known].filter(([sequence]) => sequence > headSequence - depth));
    for (const event of events.length > 2 * depth ? [...events.slice(0, depth), ...events.slice(-depth)] : events) parts.set(event.sequence, chainPartOf(event));
    this.#partsByFeed.set(feed, parts);
  }

  forget(feed: FeedId): void {
    this.#partsByFeed.delete(feed);
  }

  clear(): void {
    this.#partsByFeed.clear();
  }
}

/** A copy without the body, which must not be held for its neighbours' sake. */
export function chainPartOf({ sequence, clock, paceMs, previous, hash }: LogEvent): ChainPart {
  return { sequence, clock, paceMs, previous, hash };
}
