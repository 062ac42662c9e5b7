/** Timers with a name each, for parts that may not have a clock of their own: a second one of the same name takes the place of the first. */

/** Runs `action` once after `afterMs` milliseconds; returns what cancels it. */
export type SetTimer = (afterMs: number, action: () => void) => () => void;

/** The page's own. */
export const setPlainTimer: SetTimer = (afterMs, action) => {
  const timer = setTimeout(action, afterMs);
  return () => clearTimeout(timer);
};

export class NamedTimers<Name extends string> {
  readonly #setTimer: SetTimer;
  readonly #cancelByName = new Map<Name, () => void>();

  constructor(setTimer: SetTimer) {
    this.#setTimer = setTimer;
  }

  has(name: Name): boolean {
    return this.#cancelByName.has(name);
  }

  set(name: Name, afterMs: number, action: () => void): void {
    this.cancel(name);
    const cancel = this.#setTimer(afterMs, () => {
      this.#cancelByName.delete(name);
      action();
    });
    this.#cancelByName.set(name, cancel);
  }

  /** Leaves one that runs already as it is. */
  ensure(name: Name, afterMs: number, action: () => void): void {
    if (!this.has(name)) this.set(name, afterMs, action);
  }

  cancel(...names: readonly Name[]): void {
    for (const name of names) {
      this.#cancelByName.get(name)?.();
      this.#cancelByName.delete(name);
    }
  }

  cancelAll(): void {
    this.cancel(...this.#cancelByName.keys());
  }
}
