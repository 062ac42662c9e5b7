/** Time that passes as fast as its events can be handled. */
import { TimerQueue } from '../timer-queue';

export class VirtualClock {
  readonly #queue = new TimerQueue();
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Returns what cancels it. */
  setTimer(afterMs: number, action: () => void): () => void {
    return this.#queue.add(this.#nowMs + Math.max(0, afterMs), action);
  }

  runFor(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let due = this.#queue.take(endMs); due; due = this.#queue.take(endMs)) {
      this.#nowMs = due.atMs;
      due.run();
    }
    this.#nowMs = endMs;
  }
}
