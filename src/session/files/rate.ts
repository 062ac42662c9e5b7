/** How fast something goes, by the bytes of the last few seconds, and how long the rest of it will take. */

/** Parts of the time that is looked back upon; the oldest falls out as a new one begins. */
const slots = 12;
/** What came at once is not taken for the rate of a whole second. */
const leastMs = 250;

export class Rate {
  readonly #slotMs: number;
  readonly #bytes: number[] = Array.from({ length: slots }, () => 0);
  #slot = 0;
  #startMs: number | undefined;

  /** `lookBackMs`: over how long. */
  constructor(lookBackMs: number) {
    this.#slotMs = lookBackMs / slots;
  }

  add(bytes: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#startMs ??= nowMs;
    const at = this.#slot % slots;
    this.#bytes[at] = (this.#bytes[at] ?? 0) + bytes;
  }

  bytesPerSecond(nowMs: number): number {
    this.#advance(nowMs);
    if (this.#startMs === undefined) return 0;
    const sum = this.#bytes.reduce((total, bytes) => total + bytes, 0);
    const coveredMs = Math.min(nowMs - this.#startMs, (slots - 1) * this.#slotMs + (nowMs % this.#slotMs));
    return (1_000 * sum) / Math.max(leastMs, coveredMs);
  }

  /** For how long it has gone without a rest as long as what is looked back upon. */
  runningMs(nowMs: number): number {
    this.#advance(nowMs);
    return this.#startMs === undefined ? 0 : nowMs - this.#startMs;
  }

  #advance(nowMs: number): void {
    const slot = Math.floor(nowMs / this.#slotMs);
    for (let passed = Math.min(slots, slot - this.#slot); passed > 0; passed--) this.#bytes[(slot - passed + 1) % slots] = 0;
    this.#slot = slot;
    if (this.#bytes.every((bytes) => bytes === 0)) this.#startMs = undefined;
  }
}

/** Nothing is said before the rate was seen for so long, in milliseconds. */
const firstSeenMs = 1_000;
/** What a new estimate counts beside those before it. */
const newShare = 0.15;

/** Seconds left, without the jumps that a rate has: counted down by the clock, and led towards each new estimate. */
export class TimeLeft {
  #endMs: number | undefined;

  /** To be asked a few times a second. Undefined until it can be said. */
  seconds(bytesLeft: number, rate: Rate, nowMs: number): number | undefined {
    const bytesPerSecond = rate.bytesPerSecond(nowMs);
    if (bytesPerSecond === 0 || rate.runningMs(nowMs) < firstSeenMs) {
      this.#endMs = undefined;
      return undefined;
    }
    const endMs = nowMs + (1_000 * bytesLeft) / bytesPerSecond;
    this.#endMs = this.#endMs === undefined ? endMs : this.#endMs + newShare * (endMs - this.#endMs);
    return Math.max(0, this.#endMs - nowMs) / 1_000;
  }
}
