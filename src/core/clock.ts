/** A hybrid logical clock (Kulkarni et al. 2014): close to wall time, and never behind anything already seen. */

/** `wallMs`: milliseconds since 1970; `counter` orders what one millisecond, or a slow clock, cannot. */
export interface Timestamp {
  readonly wallMs: number;
  readonly counter: number;
}

export const zeroTimestamp: Timestamp = { wallMs: 0, counter: 0 };

export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.wallMs - b.wallMs || a.counter - b.counter;
}

/** Events within one millisecond; a stamp on the wire has no higher counter. */
export const counterMaximum = 65_535;

/** The stamp of the next own event, after everything in `latest`. A counter that is used up moves on to the next millisecond. */
export function nextTimestamp(latest: Timestamp, nowMs: number): Timestamp {
  if (nowMs > latest.wallMs) return { wallMs: nowMs, counter: 0 };
  if (latest.counter >= counterMaximum) return { wallMs: latest.wallMs + 1, counter: 0 };
  return { wallMs: latest.wallMs, counter: latest.counter + 1 };
}

/**
 * The later of `latest` and what a peer showed. A stamp more than `maximumAheadMs` past our wall clock does not move ours: one peer with a
 * broken clock must not drag the room into the future.
 */
export function observeTimestamp(latest: Timestamp, seen: Timestamp, nowMs: number, maximumAheadMs: number): Timestamp {
  if (seen.wallMs > nowMs + maximumAheadMs) return latest;
  return compareTimestamps(seen, latest) > 0 ? seen : latest;
}
