/** How the page and the worker that keeps files (disk/file-store.worker.ts) speak: the worker's methods, called from the page by comlink. */
import { expose, transfer, wrap, type Endpoint } from 'comlink';
import { AppError, type AppErrorCode } from '../core/app-error';
import type { FileId, RoomAlias } from '../core/ids';
import type { Bytes } from '../core/log-event';
import type { StoredFileInfo } from './file-store';

/** As FileStore and StoredFile say, for all rooms. Rejections are AppErrors, through `answerOf`. */
export interface FileWork {
  /** Holds the Web Lock of that name as long as the worker lives. Rejects with `storage-blocked` when this browser can't do it. */
  start(lock: string): Promise<void>;
  list(room: RoomAlias): Promise<readonly StoredFileInfo[]>;
  usedBytes(room: RoomAlias): Promise<number>;
  open(room: RoomAlias, id: FileId): Promise<OpenedFile | undefined>;
  create(room: RoomAlias, id: FileId, sizeBytes: number, hashes: Bytes): Promise<OpenedFile>;
  /** The buffers of `pieces` are handed over (`handOver`). */
  write(room: RoomAlias, id: FileId, chunk: number, pieces: readonly Bytes[]): Promise<'kept' | 'wrong'>;
  read(room: RoomAlias, id: FileId, chunk: number): Promise<ArrayBuffer | 'damaged'>;
  /** The bytes of a whole file, where they lie; it may be longer than the file. */
  file(room: RoomAlias, id: FileId): Promise<File | undefined>;
  setReasons(room: RoomAlias, id: FileId, reasons: readonly string[]): Promise<void>;
  close(room: RoomAlias, id: FileId): Promise<void>;
  remove(room: RoomAlias, id: FileId): Promise<void>;
  clear(room: RoomAlias): Promise<void>;
  /** `port` tells the bytes so far; whatever comes from there ends it. */
  take(room: RoomAlias, source: Blob, copy: boolean, port: MessagePort): Promise<TakenCopy>;
  /** Undefined when there is no copy, and nothing whole was kept before. */
  keep(room: RoomAlias, copy: number | undefined, id: FileId, sizeBytes: number, hashes: Bytes): Promise<OpenedFile | undefined>;
  discard(room: RoomAlias, copy: number): Promise<void>;
  release(room: RoomAlias): Promise<void>;
}

export interface OpenedFile {
  readonly sizeBytes: number;
  readonly hashes: Bytes;
  /** The chunks that are there, as ChunkSet has them. */
  readonly bits: Bytes;
  readonly reasons: readonly string[];
}

/** `copy`: names what was copied; undefined when it stays where it is. */
export interface TakenCopy {
  readonly hashes: Bytes;
  readonly copy: number | undefined;
}

/** Once `gone` aborts nobody answers any more: what was asked, and what is asked from then on, rejects with `storage-blocked`. */
export function reachFileWork(worker: Endpoint, gone: AbortSignal): FileWork {
  const remote = wrap<FileWork>(worker);
  return new Proxy<FileWork>(remote, {
    get(_target, name: keyof FileWork | 'then') {
      // It is no promise, though whoever awaits one for it asks.
      if (name === 'then') return undefined;
      const call = remote[name] as (...parameters: readonly unknown[]) => Promise<unknown>;
      return (...parameters: readonly unknown[]) => untilGone(call(...parameters), gone);
    },
  });
}

function untilGone<T>(answer: Promise<T>, gone: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new AppError('storage-blocked'));
    if (gone.aborted) end();
    gone.addEventListener('abort', end);
    void answer.then(resolve, reject).finally(() => gone.removeEventListener('abort', end));
  });
}

export function serveFileWork(work: FileWork): void {
  expose(work);
}

/** The value, whose buffers or ports move instead of being copied: here they can't be used any more. */
export function handOver<T extends object>(value: T, moved: readonly Transferable[]): T {
  return transfer(value, [...moved]);
}

/** What the worker answers; of its errors only name and message come across, and the message of an AppError is its code. */
export async function answerOf<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AppError') throw new AppError(cause.message as AppErrorCode, { cause });
    throw cause;
  }
}
