/** Virtual time for asynchronous code: after each action everything that it set off is over, before the next one is due. */
import { TimerQueue } from '../timer-queue';

export class SteppingClock {
  readonly #queue = new TimerQueue();
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Returns what cancels it. */
  setTimer(afterMs: number, action: () => void): () => void {
    return this.#queue.add(this.#nowMs + Math.max(0, afterMs), action);
  }

  async runFor(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    for (let due = this.#queue.take(endMs); due; due = this.#queue.take(endMs)) {
      this.#nowMs = due.atMs;
      due.run();
      await settled();
    }
    this.#nowMs = endMs;
  }
}

/** All promises that can settle have: what runs next in Node's loop comes after them. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
