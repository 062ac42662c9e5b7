/** The files of a room on the disk, in the origin private file system. The bytes go through a worker (disk/), one for all rooms of the page. */
import { chunkCount, chunkHashBytes } from '../core/file';
import type { FileId, RoomAlias } from '../core/ids';
import type { Bytes } from '../core/log-event';
import { BorrowedFile } from './borrowed-file';
import type { FileStore, StoredFile, StoredFileInfo, TakenFile, TakeOptions } from './file-store';
import { answerOf, handOver, type FileWork, type OpenedFile, type TakenCopy } from './file-work';
import { OpfsStoredFile } from './opfs-stored-file';

export class OpfsFileStore implements FileStore {
  readonly #room: RoomAlias;
  readonly #work: FileWork;
  /** Those that somebody has; the others lie on the disk only. */
  readonly #filesById = new Map<FileId, OpfsStoredFile | BorrowedFile>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(room: RoomAlias, work: FileWork) {
    this.#room = room;
    this.#work = work;
  }

  list(): Promise<readonly StoredFileInfo[]> {
    return this.#inTurn(() => answerOf(this.#work.list(this.#room)));
  }

  usedBytes(): Promise<number> {
    return this.#inTurn(() => answerOf(this.#work.usedBytes(this.#room)));
  }

  open(id: FileId): Promise<StoredFile | undefined> {
    return this.#inTurn(async () => {
      const known = this.#filesById.get(id);
      if (known) return known;
      const opened = await answerOf(this.#work.open(this.#room, id));
      return opened && this.#add(id, opened);
    });
  }

  create(id: FileId, sizeBytes: number, hashes: Bytes): Promise<StoredFile> {
    if (sizeBytes < 1 || hashes.length !== chunkCount(sizeBytes) * chunkHashBytes) throw new RangeError('these are not the hashes of a file of that size');
    return this.#inTurn(async () => this.#filesById.get(id) ?? this.#add(id, await answerOf(this.#work.create(this.#room, id, sizeBytes, hashes))));
  }

  async take(source: Blob, options: TakeOptions): Promise<TakenFile> {
    const { copy, signal } = options;
    signal.throwIfAborted();
    const { port1: here, port2: there } = new MessageChannel();
    here.addEventListener('message', ({ data }: MessageEvent<number>) => {
      if (!signal.aborted) options.progress(data);
    });
    here.start();
    const end = (): void => here.postMessage('end');
    signal.addEventListener('abort', end, { once: true });
    try {
      const taken = await answerOf(this.#work.take(this.#room, source, copy, handOver(there, [there])));
      if (signal.aborted) await this.#discard(taken);
      signal.throwIfAborted();
      return {
        sizeBytes: source.size,
        hashes: taken.hashes,
        keep: (id) => this.#inTurn(() => this.#keep(id, source, taken)),
        discard: () => this.#discard(taken),
      };
    } catch (cause) {
      throw signal.aborted ? signal.reason : cause;
    } finally {
      signal.removeEventListener('abort', end);
      here.close();
    }
  }

  remove(id: FileId): Promise<void> {
    return this.#inTurn(async () => {
      this.#end(id);
      await answerOf(this.#work.remove(this.#room, id));
    });
  }

  clear(): Promise<void> {
    return this.#inTurn(async () => {
      for (const id of [...this.#filesById.keys()]) this.#end(id);
      await answerOf(this.#work.clear(this.#room));
    });
  }

  release(): Promise<void> {
    return this.#inTurn(async () => {
      for (const [id, file] of this.#filesById) if (file instanceof OpfsStoredFile) this.#end(id);
      await answerOf(this.#work.release(this.#room));
    });
  }

  async #keep(id: FileId, source: Blob, taken: TakenCopy): Promise<StoredFile> {
    const known = this.#filesById.get(id);
    if (known?.chunks.isFull) {
      await this.#discard(taken);
      return known;
    }
    // Where the copy can't be kept after all, the file is still where it was.
    const kept = await answerOf(this.#work.keep(this.#room, taken.copy, id, source.size, taken.hashes)).catch(() => undefined);
    if (known instanceof OpfsStoredFile && kept) {
      known.complete();
      return known;
    }
    if (kept) return this.#add(id, kept);
    // Whoever has the part that is kept goes on with it.
    const borrowed = new BorrowedFile(id, source, taken.hashes);
    this.#filesById.set(id, borrowed);
    return borrowed;
  }

  async #discard({ copy }: TakenCopy): Promise<void> {
    if (copy !== undefined) await answerOf(this.#work.discard(this.#room, copy));
  }

  #add(id: FileId, opened: OpenedFile): OpfsStoredFile {
    const file: OpfsStoredFile = new OpfsStoredFile(this.#room, id, this.#work, opened, () => this.#close(file));
    this.#filesById.set(id, file);
    return file;
  }

  #close(file: OpfsStoredFile): Promise<void> {
    return this.#inTurn(async () => {
      file.end();
      if (this.#filesById.get(file.id) === file) this.#filesById.delete(file.id);
      await answerOf(this.#work.close(this.#room, file.id));
    });
  }

  #end(id: FileId): void {
    this.#filesById.get(id)?.end();
    this.#filesById.delete(id);
  }

  /** What changes which files there are, one after the other: two who open a file at once get the same. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
