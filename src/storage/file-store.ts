/**
 * The files of one room on this device. Two stores: opfs-file-store.ts on the disk (origin private file system, WHATWG File System Standard), memory-file-store.ts
 * where there is none; both pass test/suites/file-store-suite.ts. No file ever stands in memory whole; hashing and writing happen in a worker.
 *
 * Rejections are AppErrors: `storage-full` (what is there stays, and later writes work when there is room again), `storage-blocked`, and `storage-taken` when another tab
 * has the room now, or the file was removed or closed. What a store read and found untrue is an answer, not an error.
 */
import type { ChunkSet } from '../core/chunk-set';
import type { FileId } from '../core/ids';
import type { Bytes } from '../core/log-event';

export interface FileStore {
  /** What is kept, whole or in part. */
  list(): Promise<readonly StoredFileInfo[]>;
  /** Undefined when nothing of it is kept. The same object for the same file as long as it is not closed. */
  open(id: FileId): Promise<StoredFile | undefined>;
  /** As `open`, or begins one. `hashes`: of all chunks, 32 bytes each; the caller has checked that they belong to `id`. */
  create(id: FileId, sizeBytes: number, hashes: Bytes): Promise<StoredFile>;
  /**
   * Hashes a file of this device's person, and copies it in the same pass. Not `copy`, or not enough room: it stays where it is, and is read there as long as the page
   * lives; `list` doesn't have it then. `progress` is told the bytes so far, some twenty times a second. Rejects with the signal's reason when that aborts, with AppError
   * `file-unreadable` when the file is empty, vanished or was changed meanwhile.
   */
  take(source: Blob, options: TakeOptions): Promise<TakenFile>;
  /** Also one that is being written. */
  remove(id: FileId): Promise<void>;
  /** All of the room. */
  clear(): Promise<void>;
  /** Bytes that are kept: of files in part, what is there of them. */
  usedBytes(): Promise<number>;
  /** Another tab has the room now: what is open is closed, and what was known of the disk is looked up anew with the next question. */
  release(): Promise<void>;
}

export interface TakeOptions {
  readonly copy: boolean;
  readonly signal: AbortSignal;
  progress(bytes: number): void;
}

export interface TakenFile {
  readonly sizeBytes: number;
  /** Of all chunks, 32 bytes each. */
  readonly hashes: Bytes;
  /** By this name from now on; what is kept of it already wins. */
  keep(id: FileId): Promise<StoredFile>;
  /** Not wanted after all. */
  discard(): Promise<void>;
}

export interface StoredFileInfo {
  readonly id: FileId;
  readonly sizeBytes: number;
  /** Bytes that are here. */
  readonly keptBytes: number;
  readonly whole: boolean;
  /** What it is kept for (`StoredFile.setReasons`). */
  readonly reasons: readonly string[];
}

export interface StoredFile {
  readonly id: FileId;
  readonly sizeBytes: number;
  readonly hashes: Bytes;
  /** What is here, checked; changes as chunks are written, or found damaged. Not to be changed by others. */
  readonly chunks: ChunkSet;
  /**
   * Hashes `pieces` (in order, together the whole chunk; their buffers are transferred and can't be used any more) and keeps them when they are what they should be; resolves
   * when they survive a reload. wrong: not the chunk.
   */
  write(chunk: number, pieces: readonly Bytes[]): Promise<'kept' | 'wrong'>;
  /**
   * The bytes, checked against the hash. damaged: they are not there, or not what was kept; the chunk is wanted again. changed, vanished: so did the person's own file,
   * which was not copied.
   */
  read(chunk: number): Promise<ArrayBuffer | 'damaged' | 'changed' | 'vanished'>;
  /** Of a whole file: where the bytes lie, nothing is read. `type`: which media type it has; for a file of others never one that a browser would run. */
  blob(type: string): Promise<Blob | undefined>;
  /** Why it is kept (the messages it stands in, say); over reloads. */
  readonly reasons: readonly string[];
  setReasons(reasons: readonly string[]): Promise<void>;
  /** Lets go of it; what was written stays. */
  close(): Promise<void>;
}
