/** What has gone out to one device, over all its links: shown to whoever sends, and an end to a device that asks for the same again and again. */
import { ChunkSet } from '../../core/chunk-set';
import { chunkCount, chunkLength } from '../../core/file';
import type { FileId } from '../../core/ids';
import { State, type Observable } from '../../core/observable';

/** So often a device may have each file while this page lives: once, once more after its disk was cleared, and what is lost on bad ways. */
const timesAFile = 3;
/** … but so many bytes in any case. */
const leastBytes = 8 * 1024 ** 2;

interface Account {
  readonly sizeBytes: number;
  /** Asked for, and not taken back. */
  askedBytes: number;
  /** Each counts once. */
  readonly chunks: ChunkSet;
  sentBytes: number;
}

export class SentAccount {
  readonly #accounts = new Map<FileId, Account>();
  readonly #shown = new Map<FileId, State<number>>();

  /** The same each time. It follows when `publish` is called. */
  sentBytes(id: FileId): Observable<number> {
    const shown = this.#shown.get(id) ?? new State(this.#accounts.get(id)?.sentBytes ?? 0);
    this.#shown.set(id, shown);
    return shown;
  }

  /** False when it had its share. */
  ask(id: FileId, sizeBytes: number, bytes: number): boolean {
    const account = this.#of(id, sizeBytes);
    if (account.askedBytes + bytes > Math.max(leastBytes, timesAFile * sizeBytes)) return false;
    account.askedBytes += bytes;
    return true;
  }

  /** So much of what was asked for didn't go. */
  takeBack(id: FileId, bytes: number): void {
    const account = this.#accounts.get(id);
    if (account) account.askedBytes -= bytes;
  }

  noteSent(id: FileId, chunk: number): void {
    const account = this.#accounts.get(id);
    if (!account || account.chunks.has(chunk)) return;
    account.chunks.add(chunk);
    account.sentBytes += chunkLength(account.sizeBytes, chunk);
  }

  publish(): void {
    for (const [id, shown] of this.#shown) shown.set(this.#accounts.get(id)?.sentBytes ?? 0);
  }

  #of(id: FileId, sizeBytes: number): Account {
    const account = this.#accounts.get(id) ?? { sizeBytes, askedBytes: 0, chunks: new ChunkSet(chunkCount(sizeBytes)), sentBytes: 0 };
    this.#accounts.set(id, account);
    return account;
  }
}
