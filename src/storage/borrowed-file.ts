/** A person's own file that was not copied: it is read where it stands, as long as the page lives. */
import { AppError } from '../core/app-error';
import { concatBytes } from '../core/bytes';
import { ChunkSet } from '../core/chunk-set';
import { chunkCount } from '../core/file';
import type { FileId } from '../core/ids';
import type { Bytes } from '../core/log-event';
import { isChunk, readChunk } from './file-hashing';
import type { StoredFile } from './file-store';

export class BorrowedFile implements StoredFile {
  readonly id: FileId;
  readonly sizeBytes: number;
  readonly hashes: Bytes;
  readonly chunks: ChunkSet;
  #reasons: readonly string[] = [];
  #source: Blob | undefined;

  constructor(id: FileId, source: Blob, hashes: Bytes) {
    this.id = id;
    this.sizeBytes = source.size;
    this.hashes = hashes;
    this.chunks = ChunkSet.full(chunkCount(source.size));
    this.#source = source;
  }

  get reasons(): readonly string[] {
    return this.#reasons;
  }

  /** It has all of them. */
  async write(chunk: number, pieces: readonly Bytes[]): Promise<'kept' | 'wrong'> {
    if (!this.#source) throw new AppError('storage-taken');
    return (await isChunk(this.hashes, chunk, concatBytes(...pieces))) ? 'kept' : 'wrong';
  }

  async read(chunk: number): Promise<ArrayBuffer | 'damaged' | 'changed' | 'vanished'> {
    if (!this.#source) return 'vanished';
    if (!this.chunks.has(chunk)) return 'damaged';
    try {
      const bytes = await readChunk(this.#source, chunk, this.sizeBytes);
      return (await isChunk(this.hashes, chunk, bytes)) ? bytes.buffer : 'changed';
    } catch (cause) {
      return isGone(cause) ? 'vanished' : 'changed';
    }
  }

  async blob(type: string): Promise<Blob | undefined> {
    return this.#source?.slice(0, this.sizeBytes, type);
  }

  async setReasons(reasons: readonly string[]): Promise<void> {
    this.#reasons = reasons;
  }

  /** There is nothing to let go of; and it could not be opened again without its person. */
  async close(): Promise<void> {}

  /** It is not kept any more. */
  end(): void {
    this.#source = undefined;
  }
}

/** Chromium says NotFoundError of a file that is gone and NotReadableError of one that was changed; Firefox says AbortError of one that goes while it is read. */
function isGone(cause: unknown): boolean {
  return cause instanceof DOMException && (cause.name === 'NotFoundError' || cause.name === 'AbortError');
}
