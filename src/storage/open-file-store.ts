/** Opens the files of a room: on the disk, or in memory where the browser gives none (storage is off, or some private windows). */
import { AppError } from '../core/app-error';
import type { RoomAlias } from '../core/ids';
import workerUrl from './disk/file-store.worker.ts?worker&url';
import type { FileStore } from './file-store';
import { answerOf, reachFileWork, type FileWork } from './file-work';
import { MemoryFileStore } from './memory-file-store';
import { OpfsFileStore } from './opfs-file-store';

/** Makes of our own script's address what `new Worker` takes (ui/trusted-types.ts). */
export type TrustedScriptUrl = (url: string) => string | URL;

/** One a page; undefined until it is needed, or when it could not be started. */
let work: Promise<FileWork> | undefined;

export async function openFileStore(alias: RoomAlias, trusted: TrustedScriptUrl): Promise<FileStore> {
  try {
    work ??= startFileWork(trusted(workerUrl));
    return new OpfsFileStore(alias, await work);
  } catch {
    // The next room tries again.
    work = undefined;
    return new MemoryFileStore();
  }
}

/** Rejects when the browser gives no disk, or the script can't be had. */
async function startFileWork(url: string | URL): Promise<FileWork> {
  // Where it is refused the worker need not be loaded.
  await navigator.storage.getDirectory();
  const worker = new Worker(url, { type: 'module', name: 'file-store' });
  const settled = new AbortController();
  const failed = new Promise<never>((_resolve, reject) => {
    const fail = (event: ErrorEvent): void => {
      // Or the page would report it as its own, unhandled.
      event.preventDefault();
      reject(new AppError('storage-blocked', { cause: event.message }));
    };
    worker.addEventListener('error', fail, { signal: settled.signal });
  });
  const gone = new AbortController();
  const started = reachFileWork(worker, gone.signal);
  const lock = `mindmeet/files/${crypto.randomUUID()}`;
  try {
    await Promise.race([answerOf(started.start(lock)), failed]);
    noteEnd(lock, gone);
    return started;
  } catch (cause) {
    worker.terminate();
    throw cause;
  } finally {
    settled.abort();
  }
}

/** The browser says nothing when it ends a worker, such as one that took too much memory; but then what it held is free. */
function noteEnd(lock: string, gone: AbortController): void {
  void navigator.locks.request(lock, () => {
    // The next room, or this one in a page that is loaded anew, starts another.
    work = undefined;
    gone.abort();
  });
}
