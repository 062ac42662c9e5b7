/** A file on the disk as the page sees it; the worker has the bytes. */
import { AppError } from '../core/app-error';
import { ChunkSet } from '../core/chunk-set';
import { chunkCount } from '../core/file';
import type { FileId, RoomAlias } from '../core/ids';
import type { Bytes } from '../core/log-event';
import type { StoredFile } from './file-store';
import { answerOf, handOver, type FileWork, type OpenedFile } from './file-work';

export class OpfsStoredFile implements StoredFile {
  readonly id: FileId;
  readonly sizeBytes: number;
  readonly hashes: Bytes;
  readonly chunks: ChunkSet;
  #reasons: readonly string[];
  readonly #room: RoomAlias;
  readonly #work: FileWork;
  readonly #onClose: () => Promise<void>;
  #isEnded = false;

  constructor(room: RoomAlias, id: FileId, work: FileWork, opened: OpenedFile, onClose: () => Promise<void>) {
    this.#room = room;
    this.id = id;
    this.#work = work;
    this.sizeBytes = opened.sizeBytes;
    this.hashes = opened.hashes;
    this.chunks = new ChunkSet(chunkCount(opened.sizeBytes), opened.bits);
    this.#reasons = opened.reasons;
    this.#onClose = onClose;
  }

  get reasons(): readonly string[] {
    return this.#reasons;
  }

  async write(chunk: number, pieces: readonly Bytes[]): Promise<'kept' | 'wrong'> {
    this.#expectOpen();
    // Two pieces may be views of one buffer.
    const buffers = new Set(pieces.map(({ buffer }) => buffer));
    const outcome = await answerOf(this.#work.write(this.#room, this.id, chunk, handOver([...pieces], [...buffers])));
    if (outcome === 'kept' && !this.#isEnded) this.chunks.add(chunk);
    return outcome;
  }

  async read(chunk: number): Promise<ArrayBuffer | 'damaged'> {
    if (this.#isEnded) return 'damaged';
    const bytes = await answerOf(this.#work.read(this.#room, this.id, chunk)).catch((failure: unknown) => {
      // It was removed, or closed, while it was read.
      if (this.#isEnded) return 'damaged' as const;
      throw failure;
    });
    if (bytes === 'damaged') this.chunks.delete(chunk);
    return bytes;
  }

  async blob(type: string): Promise<Blob | undefined> {
    if (this.#isEnded) return undefined;
    const file = await answerOf(this.#work.file(this.#room, this.id));
    return file?.slice(0, this.sizeBytes, type);
  }

  async setReasons(reasons: readonly string[]): Promise<void> {
    this.#expectOpen();
    await answerOf(this.#work.setReasons(this.#room, this.id, reasons));
    this.#reasons = reasons;
  }

  close(): Promise<void> {
    return this.#isEnded ? Promise.resolve() : this.#onClose();
  }

  /** It was filled from a copy. */
  complete(): void {
    for (let chunk = 0; chunk < this.chunks.count; chunk += 1) this.chunks.add(chunk);
  }

  /** It is closed, or not kept any more. */
  end(): void {
    this.#isEnded = true;
  }

  #expectOpen(): void {
    if (this.#isEnded) throw new AppError('storage-taken');
  }
}
