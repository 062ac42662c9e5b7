/**
 * What each file of the room is kept for, over reloads: the messages that it stands in, an offer, the tray. One that is kept for nothing any more is deleted.
 *
 *     MESSAGE-ID   it stands there            wanted    somebody asked for it, and where it stands was not known
 *     tray:ID      it waits to be sent        offer:ID  it was offered, from device to device
 *     paused       no reason, but a note: its person has stopped fetching it
 */
import type { FileId, MessageId } from '../../core/ids';
import type { FileStore } from '../../storage/file-store';
import { expected } from './expected';

/** Where it stands was not known when it was asked for. */
export const wantedReason = 'wanted';
export const pausedReason = 'paused';

export class FileReasons {
  readonly #store: Pick<FileStore, 'open'>;
  readonly #signal: AbortSignal;
  readonly #onUnwanted: (id: FileId) => void;
  readonly #reasonsById = new Map<FileId, Set<string>>();
  /** Nothing of them was here when they got their reasons. */
  readonly #owed = new Set<FileId>();
  #lastWrite: Promise<void> = Promise.resolve();

  /** Nothing is written down any more when `signal` has aborted. */
  constructor(store: Pick<FileStore, 'open'>, onUnwanted: (id: FileId) => void, signal: AbortSignal) {
    this.#store = store;
    this.#signal = signal;
    this.#onUnwanted = onUnwanted;
  }

  /** What an earlier page has left counts, too. */
  read(id: FileId, reasons: readonly string[]): void {
    this.#reasonsById.set(id, new Set([...reasons, ...this.of(id)]));
  }

  /** Resolves when it is written down; of a file of which nothing is here yet, `writeOwed` does it. */
  add(id: FileId, ...reasons: readonly string[]): Promise<void> {
    const before = this.#reasonsById.get(id) ?? new Set();
    if (reasons.every((reason) => before.has(reason))) return this.#lastWrite;
    this.#reasonsById.set(id, new Set([...before, ...reasons]));
    return this.#write(id);
  }

  /** Of all files, or of that one. */
  async drop(reason: string, of?: FileId): Promise<void> {
    for (const [id, reasons] of [...this.#reasonsById]) {
      if ((of !== undefined && id !== of) || !reasons.delete(reason)) continue;
      if (isWanted(reasons)) await this.#write(id);
      else this.forget(id);
    }
  }

  has(id: FileId, reason?: string): boolean {
    const reasons = this.#reasonsById.get(id);
    return reason === undefined ? reasons !== undefined : (reasons?.has(reason) ?? false);
  }

  of(id: FileId): readonly string[] {
    return [...(this.#reasonsById.get(id) ?? [])];
  }

  /** Nothing keeps it any more. */
  forget(id: FileId): void {
    if (this.#reasonsById.delete(id)) this.#onUnwanted(id);
  }

  /** As `forget`, by whoever deletes it. */
  lose(id: FileId): void {
    this.#reasonsById.delete(id);
  }

  /** Something of it is here now. */
  writeOwed(id: FileId): void {
    if (this.#owed.delete(id)) void this.#write(id);
  }

  #write(id: FileId): Promise<void> {
    const write = this.#lastWrite.then(() => this.#writeNow(id));
    // What the disk refused is written with the next reason; until then the file is only kept for less.
    this.#lastWrite = write.catch(expected);
    return this.#lastWrite;
  }

  async #writeNow(id: FileId, isRetry = false): Promise<void> {
    if (this.#signal.aborted) return;
    const file = await this.#store.open(id);
    const reasons = this.#reasonsById.get(id);
    if (!reasons) return;
    if (!file) return void this.#owed.add(id);
    if (isSame(file.reasons, reasons)) return;
    try {
      await file.setReasons([...reasons]);
    } catch (failure) {
      // The transfers may have let go of it in between.
      if (isRetry) throw failure;
      await this.#writeNow(id, true);
    }
  }
}

export function isMessageReason(reason: string): reason is MessageId {
  return /^[\w-]{22}\.[1-9]\d*$/u.test(reason);
}

function isWanted(reasons: ReadonlySet<string>): boolean {
  return [...reasons].some((reason) => reason !== pausedReason);
}

function isSame(written: readonly string[], reasons: ReadonlySet<string>): boolean {
  return written.length === reasons.size && written.every((reason) => reasons.has(reason));
}
