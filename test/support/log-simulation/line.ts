/** Links in virtual time. Control and sync come in order; live loses, doubles and disorders. A cut holds the first two back until it is noticed, and the link ends. */
import type { Frame } from '../../../src/protocol/frames';
import { channelOf } from '../../../src/protocol/frames';
import { decodeRuns, encodeRuns } from '../../../src/protocol/run';
import { FakeLink } from '../fake-link';
import type { SeededRandom } from '../simulation/seeded-random';
import type { SteppingClock } from './stepping-clock';

export interface Conditions {
  /** Shares of what goes by live that are lost, and that come twice. */
  lost: number;
  doubled: number;
  /** One way, in milliseconds: at least, and how much more at most. */
  delayMs: number;
  jitterMs: number;
}

export const fair: Conditions = { lost: 0, doubled: 0, delayMs: 20, jitterMs: 0 };

export interface LineWorld {
  readonly clock: SteppingClock;
  readonly random: SeededRandom;
  readonly conditions: Conditions;
  /** Whether the line between the two stands. */
  joins(one: number, other: number): boolean;
}

/** A line that is cut is looked at again after this long, in milliseconds. */
const lookAgainMs = 500;

/** One end of a link that is open already. */
export class LineEnd extends FakeLink {
  readonly device: number;
  readonly #world: LineWorld;
  #other: LineEnd | undefined;
  /** What is on its way in order. */
  readonly #queue: { readonly atMs: number; readonly frame: Frame }[] = [];
  /** When the last of it arrives. */
  #orderedMs = 0;
  /** What went to the other side, by kind. */
  readonly counts = new Map<Frame['kind'], number>();

  static pair(world: LineWorld, one: number, other: number): readonly [LineEnd, LineEnd] {
    const ends = [new LineEnd(world, one), new LineEnd(world, other)] as const;
    ends[0].#other = ends[1];
    ends[1].#other = ends[0];
    for (const end of ends) {
      end.greet();
      end.state.set({ kind: 'member', peer: { session: '', device: '', name: '', code: [] } as never });
    }
    return ends;
  }

  private constructor(world: LineWorld, device: number) {
    super();
    this.device = device;
    this.#world = world;
  }

  override send(frame: Frame): boolean {
    if (this.signal.aborted) return false;
    this.counts.set(frame.kind, (this.counts.get(frame.kind) ?? 0) + 1);
    const { random, conditions } = this.#world;
    if (channelOf(frame) !== 'live') this.#sendOrdered(frame);
    else if (this.#stands() && !random.chance(conditions.lost)) {
      this.#sendLoosely(frame);
      if (random.chance(conditions.doubled)) this.#sendLoosely(frame);
    }
    return true;
  }

  override close(reason: Parameters<FakeLink['close']>[0]): void {
    if (this.signal.aborted) return;
    super.close(reason);
    const other = this.#other;
    this.#world.clock.setTimer(this.#world.conditions.delayMs, () => other?.end({ kind: 'bye', reason }));
  }

  /** The page is gone: the other side notices after a while. */
  vanish(afterMs: number): void {
    this.end({ kind: 'failed' });
    const other = this.#other;
    this.#world.clock.setTimer(afterMs, () => other?.end({ kind: 'silence' }));
  }

  #stands(): boolean {
    return this.#other !== undefined && this.#world.joins(this.device, this.#other.device);
  }

  #sendOrdered(frame: Frame): void {
    const { clock, random, conditions } = this.#world;
    this.#orderedMs = Math.max(this.#orderedMs, clock.nowMs + conditions.delayMs + random.between(0, conditions.jitterMs));
    this.#queue.push({ atMs: this.#orderedMs, frame: cross(frame) });
    if (this.#queue.length === 1) this.#pumpAfter(this.#orderedMs - clock.nowMs);
  }

  #pumpAfter(ms: number): void {
    this.#world.clock.setTimer(ms, () => this.#pump());
  }

  /** A cut holds everything back for as long as the link lives. */
  #pump(): void {
    if (!this.#stands()) {
      if (!this.signal.aborted) this.#pumpAfter(lookAgainMs);
      return;
    }
    const { nowMs } = this.#world.clock;
    for (let next = this.#queue[0]; next && next.atMs <= nowMs; next = this.#queue[0]) {
      this.#queue.shift();
      this.#other?.arrive(next.frame);
    }
    const [next] = this.#queue;
    if (next) this.#pumpAfter(next.atMs - nowMs);
  }

  #sendLoosely(frame: Frame): void {
    const { clock, random, conditions } = this.#world;
    const crossed = cross(frame);
    clock.setTimer(conditions.delayMs + random.between(0, 2 * conditions.jitterMs), () => {
      if (this.#stands()) this.#other?.arrive(crossed);
    });
  }

  private arrive(frame: Frame): void {
    if (!this.signal.aborted) this.hear(frame);
  }
}

/** Runs go through their bytes, so that what comes is as it would be. */
function cross(frame: Frame): Frame {
  if (frame.kind !== 'runs') return frame;
  const runs = decodeRuns(encodeRuns(frame.want, frame.runs));
  if (!runs) throw new Error('runs that nobody can read');
  return { kind: 'runs', channel: frame.channel, ...runs };
}
