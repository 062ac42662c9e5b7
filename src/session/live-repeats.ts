/**
 * Small own events go to each member over the unordered channel, again and again until it has said that it heard: a lost packet then costs one message a few hundredths of
 * a second, and no other message anything. Only what nobody has answered for `timing.repeatForMs` goes by the ordered channel: they share one association, whose window
 * would shrink under the retransmissions of a lossy line, so both at once would be slower than either.
 *
 * After a loss that only its timer found, the window of an association is one packet (RFC 9260 §7.2.3), and a lossy line comes to that again and again. So nothing is
 * sent while something still waits for the window: copies that queue up there are late, and keep it full. And each frame takes along what went out before it and wasn't
 * heard yet, as far as that fits one packet: few larger packets bring more through a window than many small ones.
 * That holds for a few messages a second. At twenty for long, and 30 % lost, the window stays closed: the association's own retransmission would be faster there.
 */
import { limits, timing } from '../config';
import type { FeedId } from '../core/ids';
import { runsBytes, type Run } from '../protocol/run';
import type { SetTimer } from './named-timers';

/** Repeats come at most this far apart, in milliseconds. */
const repeatLastMs = 640;
/** What was sent this short a time ago is not taken along: its answer may be on the way. And so soon is looked again whether a full window has room. */
const restMs = timing.repeatFirstMs / 2;
/** Bytes of a frame of several events: what is longer doesn't fit the one packet of a window that has shrunk. */
const frameBytes = 1_000;

/** What is repeated, and to whom: one event. */
export interface Repeated {
  readonly feed: FeedId;
  readonly sequence: number;
  readonly run: Run;
}

export interface RepeatTarget {
  /** Something given to the unordered channel has not left yet. */
  isFull(): boolean;
  sendLive(run: Run): boolean;
  sendOrdered(run: Run): void;
}

interface Repeat extends Repeated {
  readonly startedMs: number;
  sentMs: number;
  waitMs: number;
  cancel: () => void;
}

/** One a link. */
export class LiveRepeats {
  readonly #target: RepeatTarget;
  readonly #setTimer: SetTimer;
  readonly #now: () => number;
  readonly #repeatsByFeed = new Map<FeedId, Map<number, Repeat>>();

  constructor(target: RepeatTarget, setTimer: SetTimer, now: () => number) {
    this.#target = target;
    this.#setTimer = setTimer;
    this.#now = now;
  }

  say(repeated: Repeated): void {
    const repeat: Repeat = { ...repeated, startedMs: this.#now(), sentMs: -Infinity, waitMs: timing.repeatFirstMs, cancel: () => undefined };
    const repeats = this.#repeatsByFeed.get(repeat.feed) ?? new Map<number, Repeat>();
    this.#repeatsByFeed.set(repeat.feed, repeats.set(repeat.sequence, repeat));
    this.#send(repeat);
  }

  /** Those have arrived. */
  heard(feed: FeedId, sequence: number, count = 1): void {
    const repeats = this.#repeatsByFeed.get(feed);
    for (let each = sequence; each < sequence + count; each++) {
      const repeat = repeats?.get(each);
      if (repeat) this.#end(repeat);
    }
  }

  /** All up to there are there already. */
  got(feed: FeedId, upTo: number): void {
    for (const repeat of [...(this.#repeatsByFeed.get(feed)?.values() ?? [])]) if (repeat.sequence <= upTo) this.#end(repeat);
  }

  stop(): void {
    for (const repeats of this.#repeatsByFeed.values()) for (const repeat of repeats.values()) repeat.cancel();
    this.#repeatsByFeed.clear();
  }

  #send(repeat: Repeat): void {
    if (this.#now() - repeat.startedMs >= timing.repeatForMs) return this.#giveUp(repeat);
    if (this.#target.isFull()) return this.#again(repeat, restMs);
    const together = this.#together(repeat);
    if (!this.#target.sendLive(joined(together))) return this.#giveUp(repeat);
    for (const each of together) {
      each.sentMs = this.#now();
      this.#again(each, each.waitMs);
    }
    repeat.waitMs = Math.min(2 * repeat.waitMs, repeatLastMs);
  }

  #again(repeat: Repeat, afterMs: number): void {
    repeat.cancel();
    repeat.cancel = this.#setTimer(afterMs, () => this.#send(repeat));
  }

  /** With its unheard neighbours, those before it first; without a gap. */
  #together(repeat: Repeat): readonly Repeat[] {
    const repeats = this.#repeatsByFeed.get(repeat.feed);
    let together: readonly Repeat[] = [repeat];
    for (const step of [-1, 1]) {
      for (let sequence = repeat.sequence + step; ; sequence += step) {
        const next = repeats?.get(sequence);
        if (!next || this.#now() - next.sentMs < restMs) break;
        const longer = step < 0 ? [next, ...together] : [...together, next];
        if (longer.length > limits.liveEvents || runsBytes([joined(longer)]) > frameBytes) break;
        together = longer;
      }
    }
    return together;
  }

  #giveUp(repeat: Repeat): void {
    this.#end(repeat);
    this.#target.sendOrdered(repeat.run);
  }

  #end(repeat: Repeat): void {
    repeat.cancel();
    this.#repeatsByFeed.get(repeat.feed)?.delete(repeat.sequence);
  }
}

/** Of one feed, ascending, without a gap. */
function joined(repeats: readonly Repeat[]): Run {
  const [head] = repeats;
  if (!head) throw new RangeError('nothing to join');
  return repeats.length === 1 ? head.run : { ...head.run, events: repeats.flatMap(({ run }) => run.events) };
}
