/** Virtual time for asynchronous code: after each action everything that it set off is over, before the next one is due. */

interface Entry {
  readonly atMs: number;
  readonly order: number;
  action: (() => void) | undefined;
}

export class SteppingClock {
  #nowMs = 0;
  #order = 0;
  /** The next one last. */
  readonly #entries: Entry[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Returns what cancels it. */
  setTimer(afterMs: number, action: () => void): () => void {
    const entry: Entry = { atMs: this.#nowMs + Math.max(0, afterMs), order: this.#order++, action };
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.atMs ?? 0) > entry.atMs) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
    return () => {
      entry.action = undefined;
    };
  }

  async runFor(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    for (let next = this.#entries.at(-1); next && next.atMs <= endMs; next = this.#entries.at(-1)) {
      this.#entries.pop();
      if (!next.action) continue;
      this.#nowMs = next.atMs;
      next.action();
      await settled();
    }
    this.#nowMs = endMs;
  }
}

/** All promises that can settle have: what runs next in Node's loop comes after them. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
