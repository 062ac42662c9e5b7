/** Rate limits: so many at once, then so many a second. */

/** A bucket starts full. Times are milliseconds of any clock that doesn't run backwards. */
export class TokenBucket {
  #tokens: number;
  #filledAtMs: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    nowMs: number,
  ) {
    this.#tokens = burst;
    this.#filledAtMs = nowMs;
  }

  /** Takes one token; false when there is none. */
  take(nowMs: number): boolean {
    this.#tokens = Math.min(this.burst, this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * this.perSecond);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** A bucket for each sender, for `maximum` senders at most: the one not heard of for longest is forgotten first. */
export class BucketsBySender {
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private readonly maximum: number,
  ) {}

  /** How many senders are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one token of `sender`; false when there is none. */
  take(sender: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(sender) ?? new TokenBucket(this.perSecond, this.burst, nowMs);
    // A Map keeps insertion order: set again, the sender stands last.
    this.#buckets.delete(sender);
    this.#buckets.set(sender, bucket);
    if (this.#buckets.size > this.maximum) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return bucket.take(nowMs);
  }
}
