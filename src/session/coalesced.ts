/** Work that is asked for more often than it needs to be done: at once when it has rested, else once after the rest, however often it was asked for meanwhile. */
import { rest } from './rest';

export class Coalesced {
  readonly #work: () => void | Promise<void>;
  readonly #restMs: () => number;
  readonly #signal: AbortSignal;
  #isBusy = false;
  #isAsked = false;

  /** Work that is still due when `signal` aborts is done then: it may be what keeps something. */
  constructor(work: () => void | Promise<void>, restMs: number | (() => number), signal: AbortSignal) {
    this.#work = work;
    this.#restMs = typeof restMs === 'number' ? () => restMs : restMs;
    // One of its own, since everything in a room may rest at the same time, each with a listener.
    this.#signal = AbortSignal.any([signal]);
  }

  ask(): void {
    if (this.#isBusy) this.#isAsked = true;
    else void this.#run();
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    try {
      do {
        this.#isAsked = false;
        await this.#work();
        await rest(this.#restMs(), this.#signal);
      } while (this.#isAsked);
    } finally {
      this.#isBusy = false;
    }
  }
}
