/** Collects the own addresses into at most two batches, so that one envelope usually does. */
import { timing } from '../config';
import { candidatesMaximum, normalizeCandidate, type Candidate } from '../protocol/packet';

export class CandidateGatherer {
  readonly #found: Candidate[] = [];
  readonly #complete: Promise<void>;
  readonly #enough: Promise<void>;
  readonly #late: Promise<void>;
  #settle: () => void = () => undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #given = 0;

  /** Must stand before `setLocalDescription`: gathering begins with it, and so do the clocks. Ends with `signal`, so that nobody waits for a closed connection. */
  constructor(connection: RTCPeerConnection, signal: AbortSignal) {
    this.#complete = new Promise((resolve) => {
      connection.addEventListener('icecandidate', ({ candidate }) => (candidate ? this.#take(candidate) : resolve()));
      connection.addEventListener('icegatheringstatechange', () => connection.iceGatheringState === 'complete' && resolve());
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const settled = new Promise<void>((resolve) => {
      this.#settle = resolve;
    });
    this.#enough = Promise.race([this.#complete, settled, after(timing.gatherMs)]);
    this.#late = Promise.race([this.#complete, after(timing.gatherLaterMs)]);
  }

  /** What is there when nothing new has come for `timing.gatherQuietMs`, when `timing.gatherMs` have passed since gathering began, or all of it. */
  async first(): Promise<readonly Candidate[]> {
    await this.#enough;
    return this.#give();
  }

  /** The rest, once gathering is complete, or `timing.gatherLaterMs` after it began. */
  async later(): Promise<readonly Candidate[]> {
    await this.#late;
    return this.#give();
  }

  #take({ candidate }: RTCIceCandidate): void {
    const normalized = normalizeCandidate(candidate);
    if (!normalized || this.#found.includes(normalized) || this.#found.length >= candidatesMaximum) return;
    this.#found.push(normalized);
    // Servers answer one by one and late: only the device's own addresses come in a row whose end can be told.
    if (!normalized.includes(' typ host') && this.#quiet === undefined) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(this.#settle, timing.gatherQuietMs);
  }

  #give(): readonly Candidate[] {
    const batch = this.#found.slice(this.#given);
    this.#given = this.#found.length;
    return batch;
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
