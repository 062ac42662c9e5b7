/**
 * How many lanes to wish for from one peer (network/file-wire.ts): none for little, one for more; where the way is long twice as many each time, as long as that pays.
 *
 *     probing → (rate rose by `payingRise`) twice as many, probing → … → (it didn't) a step back, settled → (after `againMs`) probing once more
 *
 * A single connection carries one window a round trip, so on a short way more of them change nothing, and on a long one they add up until the line is full.
 */
import { limits } from '../../config';

export interface LaneSample {
  readonly nowMs: number;
  /** What comes from the peer by now, all files together. */
  readonly bytesPerSecond: number;
  /** Undefined while nobody knows. */
  readonly roundTripMs: number | undefined;
  /** What is still to come of those files that may come from it. */
  readonly bytesLeft: number;
  /** Lanes that are open. */
  readonly openLanes: number;
  /** A call runs that they must not disturb. */
  readonly inCall: boolean;
}

/** From here on a connection's window is what limits it. */
const longWayMs = 15;
/** So long that one needn't begin with one … */
const veryLongWayMs = 30;
/** … for a file that is worth the set-up. */
const manyAtOnceBytes = 8 * 1024 ** 2;
const lanesAtOnce = 4;
/** By so much the rate has to have risen. */
const payingRise = 1.15;
/** A step is judged after so many round trips, and this long: connections begin slowly. */
const judgedRoundTrips = 4;
const judgedMs = 700;
/** Lanes that haven't opened by then won't, or not soon. */
const openingMs = 5_000;
const againMs = 10_000;

export class LanePilot {
  #wished = 0;
  #phase: 'probing' | 'settled' = 'probing';
  /** Since when all lanes of this step are open, or the phase stands. */
  #sinceMs = 0;
  #steppedMs = 0;
  #isOpen = false;
  /** The rate before the step. */
  #rateBefore = 0;
  #lanesBefore = 1;

  /** To be told a few times a second, while something comes or could. */
  wish(sample: LaneSample): number {
    if (sample.bytesLeft === 0 || (this.#wished === 0 && sample.bytesLeft <= limits.autoFileBytes)) return this.#rest();
    if (sample.inCall) this.#stand(1, sample);
    else if (this.#wished === 0) this.#begin(sample);
    else if ((sample.roundTripMs ?? 0) >= longWayMs) this.#probe(sample);
    return this.#wished;
  }

  #rest(): number {
    this.#wished = 0;
    return 0;
  }

  #begin(sample: LaneSample): void {
    const isVeryLong = (sample.roundTripMs ?? 0) >= veryLongWayMs && sample.bytesLeft >= manyAtOnceBytes;
    this.#step(isVeryLong ? lanesAtOnce : 1, 1, sample);
    this.#rateBefore = 0;
  }

  #probe(sample: LaneSample): void {
    const { nowMs, bytesPerSecond } = sample;
    if (this.#phase === 'settled') {
      if (nowMs - this.#sinceMs >= againMs && this.#wished < limits.fileLanes) this.#step(2 * this.#wished, this.#wished, sample);
      return;
    }
    if (!this.#isOpen) {
      this.#isOpen = sample.openLanes >= this.#wished || nowMs - this.#steppedMs >= openingMs;
      this.#sinceMs = nowMs;
      return;
    }
    if (nowMs - this.#sinceMs < Math.max(judgedMs, judgedRoundTrips * (sample.roundTripMs ?? 0))) return;
    if (bytesPerSecond < payingRise * this.#rateBefore) this.#stand(this.#lanesBefore, sample);
    else if (this.#wished < limits.fileLanes) this.#step(Math.min(limits.fileLanes, 2 * this.#wished), this.#wished, sample);
    else this.#stand(this.#wished, sample);
  }

  #step(lanes: number, lanesBefore: number, { nowMs, bytesPerSecond }: LaneSample): void {
    this.#wished = Math.min(limits.fileLanes, lanes);
    this.#lanesBefore = lanesBefore;
    this.#rateBefore = bytesPerSecond;
    this.#phase = 'probing';
    this.#steppedMs = nowMs;
    this.#isOpen = false;
  }

  #stand(lanes: number, { nowMs }: LaneSample): void {
    this.#wished = lanes;
    this.#phase = 'settled';
    this.#sinceMs = nowMs;
  }
}
