/** A value with one owner and many readers: the only way state travels from session/ to ui/. */

/** The read-only face: take `value`, or be told of each later one. `subscribe` does not call at once; it returns the way out. */
export interface Observable<T> {
  readonly value: T;
  subscribe(listener: (value: T) => void): () => void;
}

/** The owner's side. Setting an identical value (`Object.is`) tells nobody. */
export class State<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(initial: T) {
    this.#value = initial;
  }

  get value(): T {
    return this.#value;
  }

  set(next: T): void {
    if (Object.is(this.#value, next)) return;
    this.#value = next;
    // A copy, so that a listener may leave or join while it is told.
    for (const listener of [...this.#listeners]) listener(next);
  }

  /** Change by merge: `change` gets the value as it is now, never a copy from before an `await`. */
  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Calls `listener` now and on each change until `signal` aborts. */
export function watch<T>(source: Observable<T>, signal: AbortLike, listener: (value: T) => void): void {
  if (signal.aborted) return;
  const stop = source.subscribe(listener);
  signal.addEventListener('abort', stop, { once: true });
  listener(source.value);
}

/** The part of an AbortSignal that core needs; core has no DOM types. */
export interface AbortLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
}
