/**
 * Messages for ids that are not connected wait here for a few seconds, and never without bound.
 *
 * `peer` has queues of its own, but they are unlimited and end in an EXPIRE message 5 s late, so nothing is handed to `peer` unless its
 * destination is there.
 */
import type { Limits } from './limits';

type QueueLimits = Pick<Limits, 'absentMessages' | 'absentBytes' | 'absentTotalMessages' | 'absentTotalBytes' | 'absentMs'>;

interface Waiting {
  readonly id: string;
  readonly frame: string;
  readonly expiresAtMs: number;
}

/** Frames count by their length, which is their size in bytes: they are ASCII (guards.ts). */
export class AbsentQueues {
  /** A Set keeps insertion order, and all wait equally long: the first in it expires first. */
  readonly #all = new Set<Waiting>();
  readonly #waitingById = new Map<string, Waiting[]>();
  #bytes = 0;

  constructor(private readonly limits: QueueLimits) {}

  /** How many messages wait, and their bytes. */
  get held(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#all.size, bytes: this.#bytes };
  }

  /** Keeps `frame` for `id`; false when there is no room for it. */
  add(id: string, frame: string, nowMs: number): boolean {
    this.sweep(nowMs);
    const waiting = this.#waitingById.get(id) ?? [];
    const bytes = waiting.reduce((sum, one) => sum + one.frame.length, frame.length);
    if (waiting.length >= this.limits.absentMessages || bytes > this.limits.absentBytes) return false;
    if (this.#all.size >= this.limits.absentTotalMessages || this.#bytes + frame.length > this.limits.absentTotalBytes) return false;
    const one = { id, frame, expiresAtMs: nowMs + this.limits.absentMs };
    this.#all.add(one);
    this.#waitingById.set(id, [...waiting, one]);
    this.#bytes += frame.length;
    return true;
  }

  /** Hands out what waits for `id`, in order, and forgets it. */
  take(id: string, nowMs: number): readonly string[] {
    this.sweep(nowMs);
    const waiting = this.#waitingById.get(id) ?? [];
    for (const one of waiting) this.#forget(one);
    return waiting.map((one) => one.frame);
  }

  /** Forgets what waited too long. */
  sweep(nowMs: number): void {
    for (const one of this.#all) {
      if (one.expiresAtMs > nowMs) return;
      this.#forget(one);
    }
  }

  #forget(one: Waiting): void {
    this.#all.delete(one);
    this.#bytes -= one.frame.length;
    const rest = (this.#waitingById.get(one.id) ?? []).filter((other) => other !== one);
    if (rest.length === 0) this.#waitingById.delete(one.id);
    else this.#waitingById.set(one.id, rest);
  }
}
