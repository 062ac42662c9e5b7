/** One file as Transfers knows it: who wants it, where it stands, and how that is shown. */
import type { DeviceId, FileId } from '../../core/ids';
import { State } from '../../core/observable';
import type { Download } from './download';
import type { FileState } from './files-face';
import type { HeldFile } from './held-files';
import { Rate, TimeLeft } from './rate';

export type PauseReason = Extract<FileState, { kind: 'paused' }>['reason'];

/** Somebody wants it here. */
export class Wish {
  /** From that device alone. */
  readonly only: DeviceId | undefined;
  /** The lowest is served first. */
  rank: number;
  /** Why it is not being fetched; for good: who wants it again has a new wish. */
  stopped: Exclude<PauseReason, 'no-source'> | undefined;
  /** Nobody who is here has said for a while that there is something to be had. */
  isStarved = false;
  /** Since when everybody is asked in vain. */
  waitingMs: number | undefined;
  isStarting = false;
  download: Download | undefined;
  /** Who sent what is not of this file: not asked again. */
  readonly aside = new Set<DeviceId>();

  constructor(only: DeviceId | undefined, rank: number) {
    this.only = only;
    this.rank = rank;
  }
}

/** What a rate is made of: long enough that it is calm, short enough that it is true. */
const rateMs = 3_000;
/** Who got something within this time is still getting it. */
const sendingMs = 2_000;
/** What changes in numbers alone is shown no more often. */
const shownMs = 240;

export class FileEntry {
  readonly id: FileId;
  /** As its description says. */
  readonly sizeBytes: number;
  readonly state = new State<FileState>({ kind: 'away', sources: 0 });
  wish: Wish | undefined;
  lost: 'changed' | 'vanished' | undefined;
  /** Resolves when nothing of what was stopped is still being written, or deleted. */
  idle: Promise<void> = Promise.resolve();
  /** It was offered by one device alone: nobody else is to hear of it. */
  isPrivate = false;
  /** It changes without anybody's doing. */
  isMoving = false;
  readonly #came = new Rate(rateMs);
  readonly #went = new Rate(rateMs);
  readonly #receivers = new Map<DeviceId, number>();
  readonly #left = new TimeLeft();
  #shownMs = -Infinity;

  constructor(id: FileId, sizeBytes: number) {
    this.id = id;
    this.sizeBytes = sizeBytes;
  }

  /** It is to be fetched as soon as anybody has it. */
  get isWanted(): boolean {
    return this.wish !== undefined && this.wish.stopped === undefined;
  }

  /** It may come from there. */
  accepts(device: DeviceId): boolean {
    const { only, aside } = this.wish ?? {};
    return (only === undefined || only === device) && !aside?.has(device);
  }

  noteCame(bytes: number, nowMs: number): void {
    this.#came.add(bytes, nowMs);
  }

  noteSent(device: DeviceId, bytes: number, nowMs: number): void {
    this.#went.add(bytes, nowMs);
    this.#receivers.set(device, nowMs);
    this.isMoving = true;
  }

  /** To be called after each step, and a few times a second while it is moving. `sources`: how many have something of it. */
  publish(held: HeldFile | undefined, sources: number, nowMs: number): void {
    const next = this.#stateOf(held, sources, nowMs);
    this.isMoving = next.kind === 'coming' || (next.kind === 'here' && next.sending !== undefined);
    const { value } = this.state;
    const isSameKind = next.kind === value.kind && next.kind === 'coming';
    // Two equal ones have their members in the same order.
    if ((isSameKind && nowMs - this.#shownMs < shownMs) || JSON.stringify(next) === JSON.stringify(value)) return;
    this.#shownMs = nowMs;
    this.state.set(next);
  }

  #stateOf(held: HeldFile | undefined, sources: number, nowMs: number): FileState {
    if (this.lost) return { kind: 'lost', reason: this.lost };
    if (held?.whole) return { kind: 'here', sending: this.#sending(nowMs) };
    const receivedBytes = held?.keptBytes ?? 0;
    if (!this.wish) return receivedBytes > 0 ? { kind: 'paused', receivedBytes, reason: 'person' } : { kind: 'away', sources };
    const { stopped, isStarved } = this.wish;
    if (stopped ?? isStarved) return { kind: 'paused', receivedBytes, reason: stopped ?? 'no-source' };
    const secondsLeft = this.#left.seconds(this.sizeBytes - receivedBytes, this.#came, nowMs);
    return { kind: 'coming', receivedBytes, bytesPerSecond: Math.round(this.#came.bytesPerSecond(nowMs)), secondsLeft };
  }

  #sending(nowMs: number): Extract<FileState, { kind: 'here' }>['sending'] {
    for (const [device, atMs] of this.#receivers) if (nowMs - atMs > sendingMs) this.#receivers.delete(device);
    if (this.#receivers.size === 0) return undefined;
    return { people: [...this.#receivers.keys()].sort(), bytesPerSecond: Math.round(this.#went.bytesPerSecond(nowMs)) };
  }
}
