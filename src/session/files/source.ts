/** One peer as a source of one file: what it has of it, what it was asked for, and whether it still delivers. */
import { limits } from '../../config';
import type { ChunkSet } from '../../core/chunk-set';
import type { ChunkAssembly } from './chunk-assembly';
import type { FilePeer } from './file-peer';

export interface ChunkRequest {
  readonly chunk: number;
  readonly assembly: ChunkAssembly;
  /** Counts up at its source. */
  readonly order: number;
  /** Others may be asked for it: its source is silent. */
  isReleased: boolean;
  lastCameMs: number;
  /** Since when chunks that were asked for later are here. */
  overtakenMs: number | undefined;
}

/** Nobody is silent before this long, in milliseconds; nor before so many round trips, or gaps between two pieces as they came so far. */
const leastPatienceMs = 3_000;
const patienceRoundTrips = 8;
const patienceGaps = 4;
/** How much the latest gap counts beside those before it. */
const newGapShare = 0.2;
/** Gaps by which it is known how fast it is. */
const gapsToKnow = 3;
/** Who delivers does so more often than this. */
const restingMs = 2_000;
/** A silent source is asked anew after this long: what it was asked for is lost, or it has forgotten. */
const anewMs = 15_000;
/** Who has too much to do is asked again after this long, then after twice as long each time. */
const busyMs = { first: 2_000, last: 60_000 };

export class Source {
  readonly peer: FilePeer;
  readonly requests = new Map<number, ChunkRequest>();
  /** Zero before it is first asked. */
  ticket = 0;
  has: ChunkSet;
  isSilent = false;
  #order = 0;
  #lastMovedMs: number;
  #gaps = 0;
  #gapMs = 0;
  #quietUntilMs = 0;
  #busyMs = busyMs.first;

  constructor(peer: FilePeer, has: ChunkSet, nowMs: number) {
    this.peer = peer;
    this.has = has;
    this.#lastMovedMs = nowMs;
  }

  /** Chunks that are expected of it. */
  get activeCount(): number {
    let count = 0;
    for (const { isReleased } of this.requests.values()) if (!isReleased) count += 1;
    return count;
  }

  mayBeAsked(nowMs: number): boolean {
    return !this.isSilent && nowMs >= this.#quietUntilMs;
  }

  request(chunk: number, assembly: ChunkAssembly, nowMs: number): void {
    if (this.requests.size === 0) this.#lastMovedMs = nowMs;
    this.requests.set(chunk, { chunk, assembly, order: this.#order++, isReleased: false, lastCameMs: nowMs, overtakenMs: undefined });
  }

  /** Something of it came. */
  noteCame(nowMs: number): void {
    const gapMs = nowMs - this.#lastMovedMs;
    this.#gaps += 1;
    this.#gapMs = this.#gaps === 1 ? gapMs : this.#gapMs + newGapShare * (gapMs - this.#gapMs);
    this.#lastMovedMs = nowMs;
    this.#busyMs = busyMs.first;
    this.isSilent = false;
  }

  /** It is waited for from now on. */
  noteAsked(nowMs: number): void {
    this.#lastMovedMs = Math.max(this.#lastMovedMs, nowMs);
  }

  /** It is asked for nothing for so long. */
  pauseFor(ms: number, nowMs: number): void {
    this.#quietUntilMs = nowMs + ms;
  }

  /** It is asked anew, as if it hadn't been. */
  forget(nowMs: number): void {
    this.requests.clear();
    this.isSilent = false;
    this.#lastMovedMs = nowMs;
  }

  noteBusy(nowMs: number): void {
    this.pauseFor(this.#busyMs, nowMs);
    this.#busyMs = Math.min(busyMs.last, 2 * this.#busyMs);
  }

  noteWhole(request: ChunkRequest, nowMs: number): void {
    this.requests.delete(request.chunk);
    for (const other of this.requests.values()) if (other.order < request.order) other.overtakenMs ??= nowMs;
  }

  /** Nothing has come for too long. */
  isLate(nowMs: number): boolean {
    return nowMs - this.#lastMovedMs > this.#patienceMs;
  }

  /** … so long that it has to be asked anew. */
  isForgotten(nowMs: number): boolean {
    return nowMs - this.#lastMovedMs > Math.max(anewMs, 2 * this.#patienceMs);
  }

  /** The others pass it by: what carried it has gone. */
  isLost({ overtakenMs, lastCameMs }: ChunkRequest, nowMs: number): boolean {
    return overtakenMs !== undefined && nowMs - Math.max(overtakenMs, lastCameMs) > this.#patienceMs;
  }

  /** How long it will take for so many bytes, in milliseconds; nothing, while that isn't known, and for ever, when nothing has come for a while. */
  msFor(bytes: number, nowMs: number): number {
    if (this.requests.size > 0 && nowMs - this.#lastMovedMs > Math.max(restingMs, patienceGaps * this.#gapMs)) return Infinity;
    return this.#gaps < gapsToKnow ? 0 : (this.#gapMs * bytes) / limits.filePieceBytes;
  }

  get #patienceMs(): number {
    return Math.max(leastPatienceMs, patienceRoundTrips * (this.peer.roundTripMs ?? 0), patienceGaps * this.#gapMs);
  }
}
