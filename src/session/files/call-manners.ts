/**
 * How fast a sender may send beside a call. A queue that grows at the narrowest place of the way is what voices suffer from, and it shows in the round trip: as soon as
 * that is longer than it was, half as much is sent; while it isn't, a little more each time (as delay-based congestion control does, LEDBAT, RFC 6817, but far more timid).
 */

/** The first rate beside a call, in bytes a second: a quarter of what a video takes. */
const firstRate = 256 * 1024;
/** A piece of a file takes two seconds then; less would be nothing. */
const lowestRate = 32 * 1024;
/** From here on nothing is held back: it is more than a connection carries. */
const freeRate = 64 * 1024 ** 2;
/** By so much the round trip may be longer than the shortest of the last minute, in milliseconds. */
const queueMs = 40;
/** What the rate rises by: where nothing is known, while nothing new is known, and where there was a queue the last time. */
const rise = { free: 1.25, blind: 1.08, careful: 1.05 };
/** Between these shares of the rate that made a queue, it rises carefully. */
const careful = { from: 0.65, to: 1.3 };
const stepMs = 500;
const rememberedMs = 60_000;

export class CallManners {
  #rate = firstRate;
  /** What was sent when a queue was seen last. */
  #queueRate = Infinity;
  #lastMs: number | undefined;
  #steppedMs = 0;
  /** When the next byte may go. */
  #freeMs = 0;
  /** What is held back is what the rate allows: only then it says something that the round trip stays short. */
  #wasHeldBack = false;
  /** The shortest round trips, those that are no shorter than a later one left out. */
  #shortest: { readonly atMs: number; readonly ms: number }[] = [];

  get bytesPerSecond(): number {
    return this.#rate;
  }

  /** As it is known now, in milliseconds. ICE measures it every few seconds: the same value again is none, so nobody is slowed down by it twice. */
  noteRoundTrip(ms: number, nowMs: number): void {
    const isNew = ms !== this.#lastMs;
    this.#lastMs = ms;
    this.#shortest = [...this.#shortest.filter((other) => other.ms < ms && nowMs - other.atMs < rememberedMs), { atMs: nowMs, ms }];
    if (nowMs - this.#steppedMs < stepMs) return;
    this.#steppedMs = nowMs;
    const baseMs = this.#shortest[0]?.ms ?? ms;
    if (ms > baseMs + queueMs) this.#slowDown(isNew);
    else if (this.#wasHeldBack) this.#rate = Math.min(freeRate, this.#rate * this.#rise(isNew));
    this.#wasHeldBack = false;
  }

  /** So many bytes are to go: after how long they may, in milliseconds. */
  holdBackMs(bytes: number, nowMs: number): number {
    const waitMs = Math.max(0, this.#freeMs - nowMs);
    this.#freeMs = nowMs + waitMs + (1_000 * bytes) / this.#rate;
    this.#wasHeldBack ||= waitMs > 0;
    return waitMs;
  }

  /** The call is over: the next one begins anew. */
  reset(): void {
    this.#rate = firstRate;
    this.#queueRate = Infinity;
    this.#freeMs = 0;
  }

  #slowDown(isNew: boolean): void {
    if (!isNew) return;
    this.#queueRate = this.#rate;
    this.#rate = Math.max(lowestRate, this.#rate / 2);
  }

  #rise(isNew: boolean): number {
    const isNear = this.#rate > careful.from * this.#queueRate && this.#rate < careful.to * this.#queueRate;
    return isNear ? rise.careful : isNew ? rise.free : rise.blind;
  }
}
