/**
 * Small own events go to each member over the unordered channel, again and again until it has said that it heard: a lost packet then costs one message a few hundredths of
 * a second, and no other message anything. Only what nobody has answered for `timing.repeatForMs` goes by the ordered channel: they share one association, whose window
 * would shrink under the retransmissions of a lossy line, so both at once would be slower than either.
 */
import { timing } from '../config';
import type { FeedId } from '../core/ids';
import type { Run } from '../protocol/run';
import type { SetTimer } from './named-timers';

/** Repeats come at most this far apart, in milliseconds. */
const repeatLastMs = 640;

/** What is repeated, and to whom. */
export interface Repeated {
  readonly feed: FeedId;
  readonly sequence: number;
  readonly run: Run;
}

export interface RepeatTarget {
  sendLive(run: Run): boolean;
  sendOrdered(run: Run): void;
}

interface Repeat extends Repeated {
  readonly startedMs: number;
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
    const repeat: Repeat = { ...repeated, startedMs: this.#now(), waitMs: timing.repeatFirstMs, cancel: () => undefined };
    const repeats = this.#repeatsByFeed.get(repeat.feed) ?? new Map<number, Repeat>();
    this.#repeatsByFeed.set(repeat.feed, repeats.set(repeat.sequence, repeat));
    this.#send(repeat);
  }

  /** That one has arrived. */
  heard(feed: FeedId, sequence: number): void {
    const repeat = this.#repeatsByFeed.get(feed)?.get(sequence);
    if (repeat) this.#end(repeat);
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
    if (this.#now() - repeat.startedMs >= timing.repeatForMs || !this.#target.sendLive(repeat.run)) {
      this.#end(repeat);
      this.#target.sendOrdered(repeat.run);
      return;
    }
    repeat.cancel = this.#setTimer(repeat.waitMs, () => this.#send(repeat));
    repeat.waitMs = Math.min(2 * repeat.waitMs, repeatLastMs);
  }

  #end(repeat: Repeat): void {
    repeat.cancel();
    this.#repeatsByFeed.get(repeat.feed)?.delete(repeat.sequence);
  }
}
