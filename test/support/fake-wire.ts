/** A FileWire without WebRTC: what is sent on it arrives a moment later where it leads, or is kept, and waits while a test says that there is no room. */
import { State } from '../../src/core/observable';
import type { FileWire } from '../../src/network/file-wire';

export class FakeWire implements FileWire {
  readonly laneCount = new State(0);
  /** Every wish, in order. */
  readonly wishes: number[] = [];
  /** Frames that left. */
  readonly sent: Uint8Array<ArrayBuffer>[] = [];
  /** What `roundTripMs` says. */
  measuredMs: number | undefined;
  /** Where frames arrive. */
  other: FakeWire | undefined;
  readonly #isMember: () => boolean;
  readonly #listeners = new Set<(frame: ArrayBuffer) => void>();
  #blocked = false;
  #waiting: (() => void)[] = [];

  constructor(isMember: () => boolean, signal: AbortSignal) {
    this.#isMember = isMember;
    signal.addEventListener('abort', () => this.unblock(), { once: true });
  }

  /** Lanes open at once, as many as this side wants. */
  wish(count: number): void {
    this.wishes.push(count);
    this.laneCount.set(count);
  }

  async send(frame: Uint8Array<ArrayBuffer>): Promise<boolean> {
    while (this.#blocked && this.#isMember()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (!this.#isMember()) return false;
    this.sent.push(frame);
    // The receiver's own, as by a channel.
    const { buffer } = frame.slice();
    setTimeout(() => this.other?.hear(buffer), 1);
    return true;
  }

  listen(listener: (frame: ArrayBuffer) => void): void {
    this.#listeners.add(listener);
  }

  roundTripMs(): Promise<number | undefined> {
    return Promise.resolve(this.measuredMs);
  }

  /** A frame from the peer. */
  hear(frame: ArrayBuffer): void {
    if (!this.#isMember()) return;
    for (const listener of [...this.#listeners]) listener(frame);
  }

  /** From now on there is no room: `send` waits. */
  block(): void {
    this.#blocked = true;
  }

  unblock(): void {
    this.#blocked = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
