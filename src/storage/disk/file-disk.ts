/** What the worker does for the page (file-work.ts): finds the room and the file that is meant, and says the browser's errors in our words. */
import { AppError } from '../../core/app-error';
import type { FileId, RoomAlias } from '../../core/ids';
import type { Bytes } from '../../core/log-event';
import { filesFolder, openReleaseChannel, toDiskError } from '../file-places';
import type { StoredFileInfo } from '../file-store';
import { handOver, type FileWork, type OpenedFile, type TakenCopy } from '../file-work';
import type { FileFolder } from './file-folder';
import { RoomFolder } from './room-folder';

export class FileDisk implements FileWork {
  readonly #rooms = new Map<RoomAlias, Promise<RoomFolder>>();
  readonly #releases = openReleaseChannel();

  constructor() {
    this.#releases.addEventListener('message', ({ data }: MessageEvent<RoomAlias>) => void this.#release(data));
  }

  async start(lock: string): Promise<void> {
    if (!('createSyncAccessHandle' in FileSystemFileHandle.prototype)) throw new AppError('storage-blocked');
    await inOurWords(filesFolder);
    await new Promise<void>((resolve, reject) => {
      const hold = (): Promise<never> => {
        resolve();
        return new Promise<never>(() => undefined);
      };
      navigator.locks.request(lock, hold).catch(reject);
    });
  }

  list(room: RoomAlias): Promise<readonly StoredFileInfo[]> {
    return this.#in(room, (folder) => folder.list());
  }

  usedBytes(room: RoomAlias): Promise<number> {
    return this.#in(room, (folder) => folder.usedBytes());
  }

  open(room: RoomAlias, id: FileId): Promise<OpenedFile | undefined> {
    return this.#in(room, async (folder) => describe(await folder.open(id)));
  }

  create(room: RoomAlias, id: FileId, sizeBytes: number, hashes: Bytes): Promise<OpenedFile> {
    return this.#in(room, async (folder) => describe(await folder.create(id, sizeBytes, hashes)));
  }

  write(room: RoomAlias, id: FileId, chunk: number, pieces: readonly Bytes[]): Promise<'kept' | 'wrong'> {
    return this.#in(room, (folder) => folder.opened(id).write(chunk, pieces));
  }

  async read(room: RoomAlias, id: FileId, chunk: number): Promise<ArrayBuffer | 'damaged'> {
    const bytes = await this.#in(room, (folder) => folder.opened(id).read(chunk));
    return bytes === 'damaged' ? bytes : handOver(bytes, [bytes]);
  }

  file(room: RoomAlias, id: FileId): Promise<File | undefined> {
    return this.#in(room, (folder) => folder.opened(id).file());
  }

  setReasons(room: RoomAlias, id: FileId, reasons: readonly string[]): Promise<void> {
    return this.#in(room, (folder) => folder.opened(id).setReasons(reasons));
  }

  close(room: RoomAlias, id: FileId): Promise<void> {
    return this.#in(room, (folder) => folder.close(id));
  }

  remove(room: RoomAlias, id: FileId): Promise<void> {
    return this.#in(room, (folder) => folder.remove(id));
  }

  clear(room: RoomAlias): Promise<void> {
    return this.#in(room, (folder) => folder.clear());
  }

  take(room: RoomAlias, source: Blob, copies: boolean, port: MessagePort): Promise<TakenCopy> {
    const ended = new AbortController();
    port.addEventListener('message', () => ended.abort(), { once: true });
    port.start();
    return this.#in(room, (folder) => folder.take(source, copies, ended.signal, (bytes) => port.postMessage(bytes)));
  }

  keep(room: RoomAlias, copy: number | undefined, id: FileId, sizeBytes: number, hashes: Bytes): Promise<OpenedFile | undefined> {
    return this.#in(room, async (folder) => describe(await folder.keep(copy, id, sizeBytes, hashes)));
  }

  discard(room: RoomAlias, copy: number): Promise<void> {
    return this.#in(room, (folder) => folder.discard(copy));
  }

  release(room: RoomAlias): Promise<void> {
    return this.#in(room, (folder) => folder.leave());
  }

  #in<T>(room: RoomAlias, work: (folder: RoomFolder) => Promise<T>): Promise<T> {
    return inOurWords(async () => work(await this.#roomOf(room)));
  }

  #roomOf(alias: RoomAlias): Promise<RoomFolder> {
    const known = this.#rooms.get(alias);
    if (known) return known;
    const opening = RoomFolder.open(alias, this.#releases);
    this.#rooms.set(alias, opening);
    // One that failed must not be the answer for ever.
    opening.catch(() => this.#rooms.delete(alias));
    return opening;
  }

  async #release(alias: RoomAlias): Promise<void> {
    const room = await this.#rooms.get(alias)?.catch(() => undefined);
    // The handles are closed even when the disk doesn't take the last of it.
    await room?.release().catch(() => undefined);
  }
}

async function inOurWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw toDiskError(cause);
  }
}

function describe(folder: FileFolder): OpenedFile;
function describe(folder: FileFolder | undefined): OpenedFile | undefined;
function describe(folder: FileFolder | undefined): OpenedFile | undefined {
  return folder && { sizeBytes: folder.sizeBytes, hashes: folder.hashes, bits: folder.chunks.toBytes(), reasons: folder.reasons };
}
