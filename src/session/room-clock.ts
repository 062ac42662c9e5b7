/** The clock of a room on this device: after everything seen, and never standing still. */
import { timing } from '../config';
import { compareTimestamps, nextTimestamp, observeTimestamp, zeroTimestamp, type Timestamp } from '../core/clock';

export class RoomClock {
  readonly #now: () => number;
  #latest: Timestamp = zeroTimestamp;
  /**
   * By how much the room is ahead of this device. Without it, whoever is behind would write all in one millisecond until it has caught up, and by the rule of pace
   * most of that would be void.
   */
  #aheadMs = 0;

  /** `now`: milliseconds since 1970 by this device. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The stamp that the next own event would have. */
  peek(): Timestamp {
    return nextTimestamp(this.#latest, this.#roomMs());
  }

  next(): Timestamp {
    this.#latest = this.peek();
    return this.#latest;
  }

  /** What others wrote moves it by two days at most. */
  observe(seen: Timestamp): void {
    this.#moveTo(observeTimestamp(this.#latest, seen, this.#now(), timing.clockAheadMs));
  }

  /** What this device wrote moves it however far: a feed's clocks rise. */
  follow(own: Timestamp): void {
    if (compareTimestamps(own, this.#latest) > 0) this.#moveTo(own);
  }

  #moveTo(latest: Timestamp): void {
    this.#latest = latest;
    this.#aheadMs = Math.max(this.#aheadMs, latest.wallMs - this.#now());
  }

  #roomMs(): number {
    const nowMs = this.#now();
    // The device's own clock has caught up, or was put right.
    if (nowMs > this.#latest.wallMs) this.#aheadMs = 0;
    return nowMs + this.#aheadMs;
  }
}
