/** Actions in order of their time, then of their making: what a clock of tests stands on. */

interface Entry {
  readonly atMs: number;
  readonly order: number;
  action: (() => void) | undefined;
}

export interface DueAction {
  readonly atMs: number;
  run(): void;
}

export class TimerQueue {
  #order = 0;
  /** A binary heap, the next one first. */
  readonly #entries: Entry[] = [];

  /** Returns what cancels it. */
  add(atMs: number, action: () => void): () => void {
    const entry: Entry = { atMs, order: this.#order++, action };
    this.#push(entry);
    return () => {
      entry.action = undefined;
    };
  }

  /** Takes the next that is due until then, if there is one; of a cancelled one nothing runs. */
  take(untilMs: number): DueAction | undefined {
    const next = this.#entries[0];
    if (!next || next.atMs > untilMs) return undefined;
    this.#pop();
    return { atMs: next.atMs, run: () => next.action?.() };
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
