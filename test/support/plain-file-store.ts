/** A FileStore for simulations: everything is done at once (or after as long as a test says), and what lies in it outlives a page. */
import { createHash } from 'node:crypto';
import { AppError } from '../../src/core/app-error';
import { ChunkSet } from '../../src/core/chunk-set';
import { chunkBytes, chunkCount, chunkHashBytes } from '../../src/core/file';
import type { FileId } from '../../src/core/ids';
import type { Bytes } from '../../src/core/log-event';
import { deriveFileId } from '../../src/protocol/file-id';
import type { FileStore, StoredFile, StoredFileInfo, TakenFile } from '../../src/storage/file-store';

export class PlainFileStore implements FileStore {
  /** Bytes that it takes yet. */
  freeBytes = Infinity;
  /** Bytes of chunks that were handed to it; kept or not. */
  writtenBytes = 0;
  /** Chunks that are being written, at most at the same time. */
  mostWrites = 0;
  /** What each write, and each read, waits for. */
  delay: () => Promise<void> = () => Promise.resolve();
  readonly files = new Map<FileId, PlainFile>();

  /** As if it had been taken and kept. */
  async put(content: Bytes): Promise<PlainFile> {
    const hashes = hashesOf(content);
    const file = new PlainFile(this, await deriveFileId(content.length, hashes), content, hashes, ChunkSet.full(chunkCount(content.length)));
    this.files.set(file.id, file);
    return file;
  }

  async list(): Promise<readonly StoredFileInfo[]> {
    return [...this.files.values()].map((file) => ({ id: file.id, sizeBytes: file.sizeBytes, keptBytes: file.keptBytes, whole: file.chunks.isFull, reasons: file.reasons }));
  }

  async open(id: FileId): Promise<PlainFile | undefined> {
    return this.files.get(id);
  }

  async create(id: FileId, sizeBytes: number, hashes: Bytes): Promise<PlainFile> {
    const file = this.files.get(id) ?? new PlainFile(this, id, new Uint8Array(sizeBytes), hashes, new ChunkSet(chunkCount(sizeBytes)));
    this.files.set(id, file);
    return file;
  }

  take(): Promise<TakenFile> {
    return Promise.reject(new Error('nobody chooses files here'));
  }

  async remove(id: FileId): Promise<void> {
    this.files.delete(id);
  }

  async clear(): Promise<void> {
    this.files.clear();
  }

  async release(): Promise<void> {}

  async usedBytes(): Promise<number> {
    return [...this.files.values()].reduce((sum, { keptBytes }) => sum + keptBytes, 0);
  }
}

export class PlainFile implements StoredFile {
  readonly id: FileId;
  readonly content: Bytes;
  readonly hashes: Bytes;
  readonly chunks: ChunkSet;
  readonly reasons: readonly string[] = [];
  /** What reading it says instead. */
  fault: 'damaged' | 'changed' | 'vanished' | undefined;
  readonly #store: PlainFileStore;
  #writes = 0;

  constructor(store: PlainFileStore, id: FileId, content: Bytes, hashes: Bytes, chunks: ChunkSet) {
    this.#store = store;
    this.id = id;
    this.content = content;
    this.hashes = hashes;
    this.chunks = chunks;
  }

  get sizeBytes(): number {
    return this.content.length;
  }

  get keptBytes(): number {
    const lengths = Array.from({ length: this.chunks.count }, (_, chunk) => (this.chunks.has(chunk) ? this.#span(chunk).length : 0));
    return lengths.reduce((sum, length) => sum + length, 0);
  }

  async write(chunk: number, pieces: readonly Bytes[]): Promise<'kept' | 'wrong'> {
    const bytes = Buffer.concat(pieces);
    this.#store.mostWrites = Math.max(this.#store.mostWrites, ++this.#writes);
    await this.#store.delay();
    this.#writes -= 1;
    this.#store.writtenBytes += bytes.length;
    if (!createHash('sha256').update(bytes).digest().equals(this.hashes.subarray(chunk * chunkHashBytes, (chunk + 1) * chunkHashBytes))) return 'wrong';
    if (bytes.length > this.#store.freeBytes) throw new AppError('storage-full');
    this.#store.freeBytes -= bytes.length;
    this.#span(chunk).set(bytes);
    this.chunks.add(chunk);
    return 'kept';
  }

  async read(chunk: number): Promise<ArrayBuffer | 'damaged' | 'changed' | 'vanished'> {
    await this.#store.delay();
    if (this.fault === 'damaged') this.chunks.delete(chunk);
    return this.fault ?? this.#span(chunk).slice().buffer;
  }

  async blob(type: string): Promise<Blob | undefined> {
    return this.chunks.isFull ? new Blob([this.content], { type }) : undefined;
  }

  async setReasons(): Promise<void> {}

  async close(): Promise<void> {}

  #span(chunk: number): Bytes {
    return this.content.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
  }
}

function hashesOf(content: Bytes): Bytes {
  const hashes = new Uint8Array(chunkCount(content.length) * chunkHashBytes);
  for (let at = 0, chunk = 0; at < content.length; at += chunkBytes, chunk++) {
    hashes.set(createHash('sha256').update(content.subarray(at, at + chunkBytes)).digest(), chunk * chunkHashBytes);
  }
  return hashes;
}
