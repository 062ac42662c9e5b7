/**
 * The files of a room for as long as the page lives. What is received is held as chunks until it is whole, then as a Blob, which the browser may put on its disk; a
 * person's own files stay where they are.
 */
import { AppError } from '../core/app-error';
import { concatBytes } from '../core/bytes';
import { ChunkSet } from '../core/chunk-set';
import { chunkBytes, chunkCount, chunkHashBytes, chunkLength } from '../core/file';
import type { FileId } from '../core/ids';
import type { Bytes } from '../core/log-event';
import { BorrowedFile } from './borrowed-file';
import { hashSource, isChunk, readChunk } from './file-hashing';
import type { FileStore, StoredFile, StoredFileInfo, TakenFile, TakeOptions } from './file-store';

/** Bytes that all rooms together may hold in memory: a phone closes a page that takes more. */
const memoryBytes = 256 * 1024 ** 2;

/** What is left for all stores that share it. */
export class MemoryBudget {
  #freeBytes: number;

  constructor(bytes = memoryBytes) {
    this.#freeBytes = bytes;
  }

  take(bytes: number): void {
    if (bytes > this.#freeBytes) throw new AppError('storage-full');
    this.#freeBytes -= bytes;
  }

  giveBack(bytes: number): void {
    this.#freeBytes += bytes;
  }
}

const pageBudget = new MemoryBudget();

export class MemoryFileStore implements FileStore {
  readonly #budget: MemoryBudget;
  readonly #filesById = new Map<FileId, MemoryFile>();
  readonly #borrowedById = new Map<FileId, BorrowedFile>();

  constructor(budget: MemoryBudget = pageBudget) {
    this.#budget = budget;
  }

  async list(): Promise<readonly StoredFileInfo[]> {
    return [...this.#filesById.values()].map(({ id, sizeBytes, keptBytes, chunks, reasons }) => ({ id, sizeBytes, keptBytes, whole: chunks.isFull, reasons }));
  }

  async usedBytes(): Promise<number> {
    return [...this.#filesById.values()].reduce((sum, { keptBytes }) => sum + keptBytes, 0);
  }

  async open(id: FileId): Promise<StoredFile | undefined> {
    return this.#known(id);
  }

  async create(id: FileId, sizeBytes: number, hashes: Bytes): Promise<StoredFile> {
    if (sizeBytes < 1 || hashes.length !== chunkCount(sizeBytes) * chunkHashBytes) throw new RangeError('these are not the hashes of a file of that size');
    const known = this.#known(id);
    if (known) return known;
    const file = new MemoryFile(id, sizeBytes, hashes, this.#budget);
    this.#filesById.set(id, file);
    return file;
  }

  /** A copy would only take memory: neither lives longer than the page. */
  async take(source: Blob, options: TakeOptions): Promise<TakenFile> {
    options.signal.throwIfAborted();
    const hashes = await hashSource(source, options);
    return {
      sizeBytes: source.size,
      hashes,
      keep: async (id) => this.#keep(id, source, hashes),
      discard: async () => undefined,
    };
  }

  async remove(id: FileId): Promise<void> {
    this.#borrowedById.get(id)?.end();
    this.#borrowedById.delete(id);
    this.#filesById.get(id)?.end();
    this.#filesById.delete(id);
  }

  async clear(): Promise<void> {
    for (const id of [...this.#borrowedById.keys(), ...this.#filesById.keys()]) await this.remove(id);
  }

  /** No other tab has any of it. */
  async release(): Promise<void> {}

  #known(id: FileId): BorrowedFile | MemoryFile | undefined {
    return this.#borrowedById.get(id) ?? this.#filesById.get(id);
  }

  #keep(id: FileId, source: Blob, hashes: Bytes): StoredFile {
    const known = this.#known(id);
    if (known?.chunks.isFull) return known;
    const borrowed = new BorrowedFile(id, source, hashes);
    this.#borrowedById.set(id, borrowed);
    return borrowed;
  }
}

class MemoryFile implements StoredFile {
  readonly id: FileId;
  readonly sizeBytes: number;
  readonly hashes: Bytes;
  readonly chunks: ChunkSet;
  #reasons: readonly string[] = [];
  readonly #budget: MemoryBudget;
  /** By number, until all are there. */
  readonly #parts = new Map<number, Bytes>();
  #whole: Blob | undefined;
  #keptBytes = 0;
  #isEnded = false;

  constructor(id: FileId, sizeBytes: number, hashes: Bytes, budget: MemoryBudget) {
    this.id = id;
    this.sizeBytes = sizeBytes;
    this.hashes = hashes;
    this.chunks = new ChunkSet(chunkCount(sizeBytes));
    this.#budget = budget;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  get reasons(): readonly string[] {
    return this.#reasons;
  }

  async write(chunk: number, pieces: readonly Bytes[]): Promise<'kept' | 'wrong'> {
    this.#expectKept();
    const bytes = concatBytes(...pieces);
    if (bytes.length !== chunkLength(this.sizeBytes, chunk) || !(await isChunk(this.hashes, chunk, bytes))) return 'wrong';
    this.#expectKept();
    if (this.chunks.has(chunk)) return 'kept';
    this.#budget.take(bytes.length);
    this.#keptBytes += bytes.length;
    this.#parts.set(chunk, bytes);
    this.chunks.add(chunk);
    if (this.chunks.isFull) this.#join();
    return 'kept';
  }

  async read(chunk: number): Promise<ArrayBuffer | 'damaged'> {
    if (!this.chunks.has(chunk) || this.#isEnded) return 'damaged';
    const part = this.#parts.get(chunk);
    // A copy, since whoever reads may hand it over.
    if (part) return part.slice().buffer;
    return this.#whole ? (await readChunk(this.#whole, chunk, this.sizeBytes)).buffer : 'damaged';
  }

  async blob(type: string): Promise<Blob | undefined> {
    return this.#whole?.slice(0, this.sizeBytes, type);
  }

  async setReasons(reasons: readonly string[]): Promise<void> {
    this.#reasons = reasons;
  }

  /** There is nothing to let go of. */
  async close(): Promise<void> {}

  end(): void {
    this.#budget.giveBack(this.#keptBytes);
    this.#keptBytes = 0;
    this.#parts.clear();
    this.#whole = undefined;
    this.#isEnded = true;
  }

  #join(): void {
    const parts = Array.from({ length: this.chunks.count }, (_, chunk) => this.#parts.get(chunk) ?? new Uint8Array(chunkBytes));
    this.#whole = new Blob(parts);
    this.#parts.clear();
  }

  #expectKept(): void {
    if (this.#isEnded) throw new AppError('storage-taken');
  }
}
