/**
 * How many lanes to wish for from one peer (network/file-wire.ts): none for little, one for more; on a long way as many as pay.
 *
 *     a long way         one, and twice as many in each trial that pays
 *     a very long way    all at once, for a large file; later half as many in each trial that costs nothing
 *     a trial            so many lanes are open → the rate rises no more → it is kept, and another one follows, or it goes back, and rests
 *
 * A single connection carries one window a round trip, so on a short way more of them change nothing, and on a long one they add up until the line is full.
 */
import { limits } from '../../config';

export interface LaneSample {
  readonly nowMs: number;
  /** What comes from the peer by now, all files together: over the last second. */
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
/** So long that the set-up of many is worth it from the beginning … */
const veryLongWayMs = 30;
/** … for a file of this size. */
const manyAtOnceBytes = 8 * 1024 ** 2;
/** What twice as many lanes have to bring, and half as many may cost. */
const payingRise = 1.15;
/** A trial is judged after so many round trips, and this long: the second that a rate looks back on has to be of the trial alone. */
const judgedRoundTrips = 4;
const judgedMs = 1_250;
/** Connections begin slowly: as long as the rate has risen by this much in this time it isn't judged, but not for ever. */
const risingRise = 1.08;
const risingMs = 750;
const risingLongestMs = 4_000;
/** Lanes that haven't opened by then won't, or not soon. */
const openingMs = 5_000;
/** A rest before the next trial, of more lanes and of fewer, which costs half the rate when they were needed. */
const againMs = { more: 10_000, fewer: 30_000 } as const;
/** Fewer are not tried for what is through in so many seconds. */
const worthSeconds = 8;

interface Trial {
  readonly lanesBefore: number;
  readonly rateBefore: number;
  readonly steppedMs: number;
  /** When all of its lanes were open. */
  openMs: number | undefined;
  /** Since then. */
  readonly rates: { readonly atMs: number; readonly bytesPerSecond: number }[];
}

export class LanePilot {
  #wished = 0;
  /** Undefined while it rests. */
  #trial: Trial | undefined;
  #restedMs = 0;

  /** To be told a few times a second, while something comes or could. */
  wish(sample: LaneSample): number {
    if (sample.bytesLeft === 0 || (this.#wished === 0 && sample.bytesLeft <= limits.autoFileBytes)) this.#wished = 0;
    else if (sample.inCall) this.#rest(1, sample);
    else if (this.#wished === 0) this.#begin(sample);
    else if ((sample.roundTripMs ?? 0) >= longWayMs) this.#steer(sample);
    return this.#wished;
  }

  #begin(sample: LaneSample): void {
    const isVeryLong = (sample.roundTripMs ?? 0) >= veryLongWayMs && sample.bytesLeft >= manyAtOnceBytes;
    this.#wished = isVeryLong ? limits.fileLanes : 1;
    this.#try(this.#wished, sample);
  }

  #steer(sample: LaneSample): void {
    if (!this.#trial) return this.#tryAgain(sample);
    this.#watch(this.#trial, sample);
    if (this.#isOver(this.#trial, sample)) this.#judge(this.#trial, sample);
  }

  #tryAgain(sample: LaneSample): void {
    const restedMs = sample.nowMs - this.#restedMs;
    if (this.#wished < limits.fileLanes && restedMs >= againMs.more) this.#tryMore(sample);
    else if (restedMs >= againMs.fewer) this.#tryFewer(sample);
  }

  #watch(trial: Trial, { nowMs, openLanes, bytesPerSecond }: LaneSample): void {
    if (trial.openMs === undefined && (openLanes >= this.#wished || nowMs - trial.steppedMs >= openingMs)) trial.openMs = nowMs;
    if (trial.openMs !== undefined) trial.rates.push({ atMs: nowMs, bytesPerSecond });
  }

  #isOver({ openMs, rates }: Trial, { nowMs, bytesPerSecond, roundTripMs = 0 }: LaneSample): boolean {
    if (openMs === undefined || nowMs - openMs < Math.max(judgedMs, judgedRoundTrips * roundTripMs)) return false;
    const before = rates.findLast(({ atMs }) => nowMs - atMs >= risingMs);
    return !before || bytesPerSecond < risingRise * before.bytesPerSecond || nowMs - openMs >= risingLongestMs;
  }

  #judge({ lanesBefore, rateBefore }: Trial, sample: LaneSample): void {
    const { bytesPerSecond } = sample;
    // What it has begun with has nothing to be compared with.
    if (this.#wished === lanesBefore) this.#tryMore(sample);
    else if (this.#wished > lanesBefore) {
      if (bytesPerSecond < payingRise * rateBefore) this.#rest(lanesBefore, sample);
      else this.#tryMore(sample);
    } else if (bytesPerSecond * payingRise < rateBefore) this.#rest(lanesBefore, sample);
    else this.#tryFewer(sample);
  }

  #tryMore(sample: LaneSample): void {
    if (this.#wished < limits.fileLanes) this.#try(Math.min(limits.fileLanes, 2 * this.#wished), sample);
    else this.#rest(this.#wished, sample);
  }

  #tryFewer(sample: LaneSample): void {
    const isWorthIt = sample.bytesLeft >= worthSeconds * sample.bytesPerSecond;
    if (this.#wished > 1 && isWorthIt) this.#try(Math.ceil(this.#wished / 2), sample);
    else this.#rest(this.#wished, sample);
  }

  #try(lanes: number, { nowMs, bytesPerSecond }: LaneSample): void {
    this.#trial = { lanesBefore: this.#wished, rateBefore: bytesPerSecond, steppedMs: nowMs, openMs: undefined, rates: [] };
    this.#wished = lanes;
  }

  #rest(lanes: number, { nowMs }: LaneSample): void {
    this.#wished = lanes;
    this.#trial = undefined;
    this.#restedMs = nowMs;
  }
}
