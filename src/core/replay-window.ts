/** Tells a message that was seen before from one that only came late: a sliding window over a sender's counter (as IPsec's, RFC 4303 §3.4.3). */

const windowSize = 64;

/** One per sender. Counters start at 1. */
export class ReplayWindow {
  #highest = 0;
  /** Bit i stands for counter `highest - i`. */
  #seen = 0n;

  /** True once for each counter that is new and not more than 63 behind the highest. */
  accept(counter: number): boolean {
    if (!Number.isSafeInteger(counter) || counter < 1) return false;
    const ahead = counter - this.#highest;
    if (ahead > 0) {
      this.#seen = ahead >= windowSize ? 1n : BigInt.asUintN(windowSize, (this.#seen << BigInt(ahead)) | 1n);
      this.#highest = counter;
      return true;
    }
    if (-ahead >= windowSize) return false;
    const bit = 1n << BigInt(-ahead);
    if (this.#seen & bit) return false;
    this.#seen |= bit;
    return true;
  }
}
