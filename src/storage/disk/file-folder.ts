/**
 * One file on the disk: its folder with `data`, the bytes where they stand in the file, and `index` (file-index.ts).
 *
 * A chunk is written in this order: its bytes, then its bit in `noted`; every few megabytes the disk is told to keep the bytes, and only then are the bits set in
 * `flushed`. What was written is there after the page is killed, and a chunk never counts without its bytes. A file in part is held by exclusive handles while it is
 * written to; a whole one is read as a File, which anybody may read at the same time.
 */
import { AppError } from '../../core/app-error';
import { ChunkSet } from '../../core/chunk-set';
import { chunkBytes, chunkCount, chunkLength } from '../../core/file';
import type { Bytes } from '../../core/log-event';
import { isChunk, readChunk } from '../file-hashing';
import { encodeIndex, encodeReasons, parseIndex, placesIn, type FileIndex } from '../file-index';
import { dataName, indexName, isNamed } from '../file-places';

/** Bytes between two flushes: a second of a fast line, 32 chunks to check after a power cut. */
const flushBytes = 8 * 1024 ** 2;

/** Opens a handle once no other tab has one (`whenReleased`). */
export type Claim = <T>(attempt: () => Promise<T>) => Promise<T>;

interface Handles {
  readonly data: FileSystemSyncAccessHandle;
  readonly index: FileSystemSyncAccessHandle;
}

export class FileFolder {
  readonly sizeBytes: number;
  readonly hashes: Bytes;
  /** What is here. */
  readonly chunks: ChunkSet;
  #reasons: readonly string[];
  readonly #directory: FileSystemDirectoryHandle;
  readonly #claim: Claim;
  #flushed: ChunkSet;
  #unflushedBytes = 0;
  #handles: Handles | undefined;
  #file: File | undefined;
  /** A chunk is put together here; used again for each. */
  #scratch: Bytes | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isEnded = false;

  private constructor(directory: FileSystemDirectoryHandle, claim: Claim, index: FileIndex) {
    this.#directory = directory;
    this.#claim = claim;
    this.sizeBytes = index.sizeBytes;
    this.hashes = index.hashes;
    this.chunks = index.noted;
    this.#flushed = index.flushed;
    this.#reasons = index.reasons;
  }

  /** Undefined when there is none, or what is there is damaged. */
  static async open(directory: FileSystemDirectoryHandle, claim: Claim): Promise<FileFolder | undefined> {
    const index = await readIndex(directory);
    if (!index) return undefined;
    const folder = new FileFolder(directory, claim, index);
    await folder.#check();
    return folder;
  }

  /** In a new folder. `chunks`: those whose bytes lie in `data` already. */
  static async make(directory: FileSystemDirectoryHandle, claim: Claim, sizeBytes: number, hashes: Bytes, chunks: ChunkSet): Promise<FileFolder> {
    const index: FileIndex = { sizeBytes, hashes, noted: chunks, flushed: new ChunkSet(chunks.count, chunks.toBytes()), reasons: [] };
    const handle = await openHandle(directory, indexName, claim);
    try {
      writeAll(handle, await encodeIndex(index), 0);
      handle.flush();
    } finally {
      handle.close();
    }
    return new FileFolder(directory, claim, index);
  }

  get reasons(): readonly string[] {
    return this.#reasons;
  }

  get keptBytes(): number {
    return keptBytesOf(this.sizeBytes, this.chunks);
  }

  write(chunk: number, pieces: readonly Bytes[]): Promise<'kept' | 'wrong'> {
    return this.#inTurn(async () => {
      const bytes = this.#join(chunk, pieces);
      if (!bytes || !(await isChunk(this.hashes, chunk, bytes))) return 'wrong';
      if (this.chunks.has(chunk)) return 'kept';
      const { data, index } = await this.#open();
      this.#file = undefined;
      writeAll(data, bytes, chunk * chunkBytes);
      this.chunks.add(chunk);
      this.#note(index, chunk);
      this.#unflushedBytes += bytes.length;
      if (this.chunks.isFull) this.#letGo();
      else if (this.#unflushedBytes >= flushBytes) this.#flush({ data, index });
      return 'kept';
    });
  }

  /** A buffer of its own. damaged: it is not there any more, and wanted again. */
  async read(chunk: number): Promise<ArrayBuffer | 'damaged'> {
    if (!this.chunks.has(chunk)) return 'damaged';
    const bytes = await this.#read(chunk);
    if (bytes && (await isChunk(this.hashes, chunk, bytes))) return bytes.buffer;
    await this.#inTurn(() => this.#forget(chunk));
    return 'damaged';
  }

  /** Of a whole file. */
  async file(): Promise<File | undefined> {
    return this.chunks.isFull ? this.#freshFile() : undefined;
  }

  setReasons(reasons: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const bytes = encodeReasons(reasons);
      await this.#withIndex((index) => {
        writeAll(index, bytes, placesIn(this.sizeBytes).reasons);
        index.flush();
      });
      this.#reasons = reasons;
    });
  }

  /** Others may have it now; it opens again when it is written to. */
  release(): Promise<void> {
    return this.#inTurn(async () => this.#letGo());
  }

  /** As `release`, for ever. */
  end(): Promise<void> {
    return this.#inTurn(async () => {
      this.#letGo();
      this.#isEnded = true;
    });
  }

  /** One at a time: each leaves data, index and memory agreeing with each other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      if (this.#isEnded) throw new AppError('storage-taken');
      return work();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** After a power cut bytes may be missing of what is noted, and a damaged disk may have lost more. */
  async #check(): Promise<void> {
    const file = await this.#freshFile();
    const endOf = (chunk: number): number => chunk * chunkBytes + chunkLength(this.sizeBytes, chunk);
    for (let chunk = 0; chunk < this.chunks.count; chunk += 1) {
      if (!this.chunks.has(chunk)) continue;
      const isUnsure = !this.#flushed.has(chunk);
      if (endOf(chunk) > (file?.size ?? 0) || (isUnsure && !(await this.#isThere(chunk)))) this.chunks.delete(chunk);
    }
  }

  async #isThere(chunk: number): Promise<boolean> {
    const bytes = await this.#read(chunk);
    return bytes !== undefined && isChunk(this.hashes, chunk, bytes);
  }

  #join(chunk: number, pieces: readonly Bytes[]): Bytes | undefined {
    if (!Number.isInteger(chunk) || chunk < 0 || chunk >= this.chunks.count) return undefined;
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length !== chunkLength(this.sizeBytes, chunk)) return undefined;
    this.#scratch ??= new Uint8Array(Math.min(chunkBytes, this.sizeBytes));
    let at = 0;
    for (const piece of pieces) {
      this.#scratch.set(piece, at);
      at += piece.length;
    }
    return this.#scratch.subarray(0, length);
  }

  async #read(chunk: number): Promise<Bytes | undefined> {
    if (this.#handles) return readFrom(this.#handles.data, chunk, this.sizeBytes);
    try {
      this.#file ??= await this.#freshFile();
      return this.#file && (await readChunk(this.#file, chunk, this.sizeBytes));
    } catch {
      // A File ends when its bytes are written to, or are gone.
      this.#file = undefined;
      const file = await this.#freshFile();
      return file && readChunk(file, chunk, this.sizeBytes).catch(() => undefined);
    }
  }

  /** Undefined when there is none. */
  async #freshFile(): Promise<File | undefined> {
    return fileIn(this.#directory, dataName);
  }

  async #forget(chunk: number): Promise<void> {
    this.chunks.delete(chunk);
    this.#flushed.delete(chunk);
    // On the disk it may stay: whoever reads it there finds it damaged again.
    await this.#withIndex((index) => this.#note(index, chunk)).catch(() => undefined);
  }

  async #withIndex(work: (index: FileSystemSyncAccessHandle) => void): Promise<void> {
    if (this.#handles) return work(this.#handles.index);
    const index = await openHandle(this.#directory, indexName, this.#claim);
    try {
      work(index);
    } finally {
      index.close();
    }
  }

  async #open(): Promise<Handles> {
    if (this.#handles) return this.#handles;
    const index = await openHandle(this.#directory, indexName, this.#claim);
    try {
      const data = await openHandle(this.#directory, dataName, this.#claim);
      return (this.#handles = { data, index });
    } catch (cause) {
      index.close();
      throw cause;
    }
  }

  /** The one byte of `noted` with the chunk's bit. */
  #note(index: FileSystemSyncAccessHandle, chunk: number): void {
    const byte = chunk >> 3;
    writeAll(index, this.chunks.toBytes().subarray(byte, byte + 1), placesIn(this.sizeBytes).noted + byte);
  }

  #flush({ data, index }: Handles): void {
    data.flush();
    const bits = this.chunks.toBytes();
    const places = placesIn(this.sizeBytes);
    // What was found missing when it was opened goes from `noted`, too.
    writeAll(index, bits, places.noted);
    writeAll(index, bits, places.flushed);
    this.#flushed = new ChunkSet(this.chunks.count, bits);
    this.#unflushedBytes = 0;
  }

  #letGo(): void {
    const handles = this.#handles;
    this.#handles = undefined;
    this.#scratch = undefined;
    if (!handles) return;
    try {
      this.#flush(handles);
      handles.index.flush();
    } finally {
      handles.data.close();
      handles.index.close();
    }
  }
}

/** Undefined when there is none, or it is damaged. */
export async function readIndex(directory: FileSystemDirectoryHandle): Promise<FileIndex | undefined> {
  const file = await fileIn(directory, indexName);
  return file && parseIndex(new Uint8Array(await file.arrayBuffer()));
}

export function keptBytesOf(sizeBytes: number, chunks: ChunkSet): number {
  const last = chunkCount(sizeBytes) - 1;
  return chunks.size * chunkBytes - (chunks.has(last) ? chunkBytes - chunkLength(sizeBytes, last) : 0);
}

export async function openHandle(directory: FileSystemDirectoryHandle, name: string, claim: Claim): Promise<FileSystemSyncAccessHandle> {
  const handle = await directory.getFileHandle(name, { create: true });
  return claim(() => handle.createSyncAccessHandle());
}

/**
 * All bytes or AppError `storage-full`. Browsers don't agree on how they say it: Chromium 150 gives a length that is too large (https://issues.chromium.org/issues/541725401),
 * Firefox 153 that of what still fitted, the standard has QuotaExceededError.
 */
export function writeAll(handle: FileSystemSyncAccessHandle, bytes: Bytes, at: number): void {
  if (handle.write(bytes, { at }) !== bytes.length) throw new AppError('storage-full');
}

function readFrom(data: FileSystemSyncAccessHandle, chunk: number, sizeBytes: number): Bytes | undefined {
  const bytes = new Uint8Array(chunkLength(sizeBytes, chunk));
  return data.read(bytes, { at: chunk * chunkBytes }) === bytes.length ? bytes : undefined;
}

async function fileIn(directory: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  try {
    return await (await directory.getFileHandle(name)).getFile();
  } catch (cause) {
    if (isNamed(cause, 'NotFoundError') || isNamed(cause, 'TypeMismatchError')) return undefined;
    throw cause;
  }
}
