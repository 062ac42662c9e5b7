/** Collects the own addresses into at most two batches, so that one envelope usually does. */
import { timing } from '../config';
import { candidatesMaximum, normalizeCandidate, type Candidate } from '../protocol/packet';

export class CandidateGatherer {
  readonly #found: Candidate[] = [];
  readonly #complete: Promise<void>;
  readonly #enough: Promise<void>;
  #given = 0;

  /** Must stand before `setLocalDescription`: gathering begins with it, and so does the clock. Ends with `signal`, so that nobody waits for a closed connection. */
  constructor(connection: RTCPeerConnection, signal: AbortSignal) {
    this.#complete = new Promise((resolve) => {
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (!candidate) return resolve();
        const normalized = normalizeCandidate(candidate.candidate);
        if (normalized && !this.#found.includes(normalized) && this.#found.length < candidatesMaximum) this.#found.push(normalized);
      });
      connection.addEventListener('icegatheringstatechange', () => connection.iceGatheringState === 'complete' && resolve());
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#enough = Promise.race([this.#complete, new Promise<void>((resolve) => setTimeout(resolve, timing.gatherMs))]);
  }

  /** What is there when `timing.gatherMs` have passed since gathering began, or all of it. */
  async first(): Promise<readonly Candidate[]> {
    await this.#enough;
    return this.#take();
  }

  /** The rest, once gathering is complete. */
  async later(): Promise<readonly Candidate[]> {
    await this.#complete;
    return this.#take();
  }

  #take(): readonly Candidate[] {
    const batch = this.#found.slice(this.#given);
    this.#given = this.#found.length;
    return batch;
  }
}
