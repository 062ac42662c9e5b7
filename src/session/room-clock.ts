/** The clock of a room on this device: after everything seen, never standing still, and back at the true time in the end. */
import { timing } from '../config';
import { compareTimestamps, nextTimestamp, observeTimestamp, zeroTimestamp, type Timestamp } from '../core/clock';

/** By this share of the time that passes the lead of a room melts while people write; small, since the rule of pace counts by the clock that is slowed by it. */
const meltingShare = 0.1;
/** Once nobody has written for so long, the clock waits for the true one. Milliseconds; longer than the rule of pace looks back. */
const restMs = 60_000;

export class RoomClock {
  readonly #now: () => number;
  #latest: Timestamp = zeroTimestamp;
  /**
   * By how much the room is ahead of this device. Without it, whoever is behind would write all in one millisecond until it has caught up, and by the rule of pace
   * most of that would be void. If it stayed, one clock that was wrong once would shift the room for good.
   */
  #leadMs = 0;
  /** What this device's clock showed last. */
  #readMs: number;
  /** It is later than that: somebody let this device in then, by their clock. */
  #enteredMs = 0;

  /** `now`: milliseconds since 1970 by this device. */
  constructor(now: () => number) {
    this.#now = now;
    this.#readMs = now();
  }

  /** The stamp that the next own event would have. */
  peek(): Timestamp {
    return nextTimestamp(this.#latest, Math.floor(this.#read() + this.#leadMs));
  }

  next(): Timestamp {
    this.#latest = this.peek();
    return this.#latest;
  }

  /** What others wrote moves it by two days at most. */
  observe(seen: Timestamp): void {
    this.#moveTo(observeTimestamp(this.#latest, seen, Math.max(this.#now(), this.#enteredMs), timing.clockAheadMs));
  }

  /** What this device wrote moves it however far: a feed's clocks rise. */
  follow(own: Timestamp): void {
    if (compareTimestamps(own, this.#latest) > 0) this.#moveTo(own);
  }

  /** This device sees from then on, by another's clock, however far that is from its own: what it wrote before, nobody would show it, nor take it. */
  enter(wallMs: number): void {
    this.#enteredMs = wallMs;
    this.follow({ wallMs, counter: 0 });
  }

  /** A time after everything that was seen so far, but for what is so far ahead that it moves nobody's clock. */
  get afterAllMs(): number {
    const nowMs = this.#now();
    return Math.min(Math.max(nowMs, this.#latest.wallMs + 1), nowMs + timing.clockAheadMs + 1);
  }

  #moveTo(latest: Timestamp): void {
    const nowMs = this.#read();
    this.#latest = latest;
    this.#leadMs = Math.max(this.#leadMs, latest.wallMs - nowMs);
  }

  /** The device's own clock; what has passed by it since the last time has melted the lead. */
  #read(): number {
    const nowMs = this.#now();
    const passedMs = nowMs - this.#readMs;
    const behindMs = this.#latest.wallMs - nowMs;
    this.#readMs = nowMs;
    // It has caught up, or was put right; or it was put back.
    if (behindMs < 0) this.#leadMs = 0;
    else if (passedMs < 0) this.#leadMs = Math.max(this.#leadMs, behindMs);
    else this.#leadMs = Math.min(this.#leadMs - passedMs * meltingShare, behindMs + restMs);
    return nowMs;
  }
}
