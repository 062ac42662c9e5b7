/** Time that passes as fast as its events can be handled: a queue of actions, in order of their time, then of their making. */

interface Entry {
  readonly atMs: number;
  readonly order: number;
  action: (() => void) | undefined;
}

export class VirtualClock {
  #nowMs = 0;
  #order = 0;
  /** A binary heap, the next one first. */
  readonly #entries: Entry[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Returns what cancels it. */
  setTimer(afterMs: number, action: () => void): () => void {
    const entry: Entry = { atMs: this.#nowMs + Math.max(0, afterMs), order: this.#order++, action };
    this.#push(entry);
    return () => {
      entry.action = undefined;
    };
  }

  runFor(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#entries[0]; next && next.atMs <= endMs; next = this.#entries[0]) {
      this.#pop();
      this.#nowMs = next.atMs;
      next.action?.();
    }
    this.#nowMs = endMs;
  }

  #push(entry: Entry): void {
    const entries = this.#entries;
    let at = entries.push(entry) - 1;
    for (let parent = (at - 1) >> 1; at > 0; parent = (at - 1) >> 1) {
      const above = entries[parent];
      if (!above || isBefore(above, entry)) break;
      entries[at] = above;
      at = parent;
    }
    entries[at] = entry;
  }

  #pop(): void {
    const entries = this.#entries;
    const last = entries.pop();
    if (!last || entries.length === 0) return;
    let at = 0;
    for (let child = 1; child < entries.length; child = 2 * at + 1) {
      const left = entries[child];
      const right = entries[child + 1];
      const smaller = right && left && isBefore(right, left) ? child + 1 : child;
      const below = entries[smaller];
      if (!below || isBefore(last, below)) break;
      entries[at] = below;
      at = smaller;
    }
    entries[at] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
