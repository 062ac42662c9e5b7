/** Lets messages disappear when their time is over: while the page stands, when it comes back to the screen, and when the room is opened. */
import { AppError } from '../core/app-error';
import type { StoredEvent } from '../core/log-event';
import type { LogFace } from './log-face';
import { expiryOf } from './message-view';

/** Timers run out at once beyond 2^31 ms (HTML §8.7), and sleep with the device; looking again now and then costs nothing. */
const lookAgainMs = 3_600_000;
/** So that a clock that stands, or an event that stays, is no loop. */
const leastMs = 250;

export class Expiry {
  readonly #log: Pick<LogFace, 'expire'>;
  readonly #now: () => number;
  readonly #signal: AbortSignal;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nextMs = Infinity;

  constructor(log: Pick<LogFace, 'expire'>, now: () => number, signal: AbortSignal) {
    this.#log = log;
    this.#now = now;
    this.#signal = signal;
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  async run(): Promise<void> {
    this.#nextMs = Infinity;
    try {
      this.#runAt((await this.#log.expire()) ?? Infinity);
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure;
      // A disk that fails tells whoever writes; and another tab that has the room looks by itself.
      this.#runAt(this.#now() + lookAgainMs);
    }
  }

  /** One that came may be the next to go. */
  note(events: readonly Pick<StoredEvent, 'clock' | 'lifetimeS' | 'gone'>[]): void {
    for (const event of events) if (!event.gone) this.#runAt(expiryOf(event) ?? Infinity);
  }

  #runAt(atMs: number): void {
    if (atMs >= this.#nextMs || this.#signal.aborted) return;
    this.#nextMs = atMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.run(), Math.min(lookAgainMs, Math.max(leastMs, atMs - this.#now())));
  }
}
