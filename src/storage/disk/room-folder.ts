/** The files of one room on the disk (file-places.ts), and those that are being copied there. */
import { AppError } from '../../core/app-error';
import { isBase32Id } from '../../core/base32';
import { equalBytes } from '../../core/bytes';
import { ChunkSet } from '../../core/chunk-set';
import { chunkBytes, chunkCount } from '../../core/file';
import type { FileId, RoomAlias } from '../../core/ids';
import type { Bytes } from '../../core/log-event';
import { hashSource } from '../file-hashing';
import { filesFolder, isNamed, newName, whenReleased } from '../file-places';
import type { StoredFileInfo } from '../file-store';
import type { TakenCopy } from '../file-work';
import { FileCopy } from './file-copy';
import { FileFolder, keptBytesOf, readIndex, type Claim } from './file-folder';

export class RoomFolder {
  readonly #directory: FileSystemDirectoryHandle;
  readonly #claim: Claim;
  readonly #open = new Map<FileId, FileFolder>();
  /** Of files that are not open; undefined until they were looked through. */
  #closed: Map<FileId, StoredFileInfo> | undefined;
  /** Whole ones, by their numbers. */
  readonly #copies = new Map<number, FileCopy>();
  #lastCopy = 0;
  /** Aborts what is being copied. */
  #leaving = new AbortController();

  private constructor(directory: FileSystemDirectoryHandle, claim: Claim) {
    this.#directory = directory;
    this.#claim = claim;
  }

  /** `channel`: where other tabs are asked to let go of the room. */
  static async open(alias: RoomAlias, channel: BroadcastChannel): Promise<RoomFolder> {
    const directory = await (await filesFolder()).getDirectoryHandle(alias, { create: true });
    const room = new RoomFolder(directory, (attempt) => whenReleased(channel, alias, attempt));
    // What a page that was killed had begun to copy.
    await removeQuietly(directory, newName);
    return room;
  }

  async list(): Promise<readonly StoredFileInfo[]> {
    this.#closed ??= await this.#lookThrough();
    const open = [...this.#open].map(([id, folder]) => infoOf(id, folder.sizeBytes, folder.chunks, folder.reasons));
    return [...[...this.#closed.values()].filter(({ id }) => !this.#open.has(id)), ...open];
  }

  async usedBytes(): Promise<number> {
    return (await this.list()).reduce((sum, { keptBytes }) => sum + keptBytes, 0);
  }

  async open(id: FileId): Promise<FileFolder | undefined> {
    const known = this.#open.get(id);
    if (known) return known;
    const directory = await this.#folderOf(id);
    const folder = directory && (await FileFolder.open(directory, this.#claim));
    if (folder) this.#open.set(id, folder);
    return folder;
  }

  /** One that is open. */
  opened(id: FileId): FileFolder {
    const folder = this.#open.get(id);
    if (!folder) throw new AppError('storage-taken');
    return folder;
  }

  async create(id: FileId, sizeBytes: number, hashes: Bytes): Promise<FileFolder> {
    const known = await this.open(id);
    if (known && known.sizeBytes === sizeBytes && equalBytes(known.hashes, hashes)) return known;
    // Nothing, or damaged in a way that fits itself.
    await this.remove(id);
    return this.#make(id, sizeBytes, hashes, new ChunkSet(chunkCount(sizeBytes)));
  }

  async close(id: FileId): Promise<void> {
    const folder = this.#open.get(id);
    if (!folder) return;
    this.#open.delete(id);
    await folder.end();
    this.#closed?.set(id, infoOf(id, folder.sizeBytes, folder.chunks, folder.reasons));
  }

  async remove(id: FileId): Promise<void> {
    await this.close(id);
    await this.#claim(() => removeFolder(this.#directory, id));
    this.#closed?.delete(id);
  }

  async clear(): Promise<void> {
    for (const { id } of await this.list()) await this.remove(id);
  }

  /** Closes all handles, since another tab wants the room, or it is forgotten. */
  async release(): Promise<void> {
    this.#leaving.abort(new AppError('storage-taken'));
    this.#leaving = new AbortController();
    this.#closed = undefined;
    await Promise.all([...this.#open.values()].map((folder) => folder.release()));
  }

  /** As `release`; and another tab may change what lies here, so nothing counts that was known of it. */
  async leave(): Promise<void> {
    await this.release();
    const folders = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(folders.map((folder) => folder.end()));
  }

  /** Hashes it, and copies it if there is room. */
  async take(source: Blob, copies: boolean, signal: AbortSignal, progress: (bytes: number) => void): Promise<TakenCopy> {
    const number = (this.#lastCopy += 1);
    const copy = copies ? await FileCopy.begin(await this.#newFolder(), String(number), this.#claim) : undefined;
    try {
      const hashes = await hashSource(source, { signal: AbortSignal.any([signal, this.#leaving.signal]), progress, onChunk: (chunk, bytes) => copy?.add(chunk, bytes) });
      if (!copy?.finish()) {
        await copy?.discard();
        return { hashes, copy: undefined };
      }
      this.#copies.set(number, copy);
      return { hashes, copy: number };
    } catch (cause) {
      await copy?.discard();
      throw cause;
    }
  }

  /** What is kept already wins; of a file in part, the rest is taken from the copy. Undefined when neither makes it whole. */
  async keep(number: number | undefined, id: FileId, sizeBytes: number, hashes: Bytes): Promise<FileFolder | undefined> {
    const copy = number === undefined ? undefined : this.#copies.get(number);
    const known = await this.open(id);
    try {
      if (!known && copy) {
        await copy.moveTo(await this.#directory.getDirectoryHandle(id, { create: true }));
        return await this.#make(id, sizeBytes, hashes, ChunkSet.full(chunkCount(sizeBytes)));
      }
      if (known && copy) await fill(known, await copy.file());
    } finally {
      if (number !== undefined) await this.discard(number);
    }
    return known?.chunks.isFull ? known : undefined;
  }

  async discard(number: number): Promise<void> {
    const copy = this.#copies.get(number);
    this.#copies.delete(number);
    await copy?.discard();
  }

  #newFolder(): Promise<FileSystemDirectoryHandle> {
    return this.#directory.getDirectoryHandle(newName, { create: true });
  }

  async #make(id: FileId, sizeBytes: number, hashes: Bytes, chunks: ChunkSet): Promise<FileFolder> {
    const directory = await this.#directory.getDirectoryHandle(id, { create: true });
    try {
      const folder = await FileFolder.make(directory, this.#claim, sizeBytes, hashes, chunks);
      this.#open.set(id, folder);
      return folder;
    } catch (cause) {
      await removeQuietly(this.#directory, id);
      throw cause;
    }
  }

  async #folderOf(id: FileId): Promise<FileSystemDirectoryHandle | undefined> {
    try {
      return await this.#directory.getDirectoryHandle(id);
    } catch (cause) {
      if (isNamed(cause, 'NotFoundError') || isNamed(cause, 'TypeMismatchError')) return undefined;
      throw cause;
    }
  }

  /** What can't be read is removed: it can be had again from who has it. */
  async #lookThrough(): Promise<Map<FileId, StoredFileInfo>> {
    const found = new Map<FileId, StoredFileInfo>();
    for await (const [name, handle] of this.#directory.entries()) {
      const id = name as FileId;
      if (name === newName || this.#open.has(id)) continue;
      const index = handle.kind === 'directory' && isBase32Id(name) ? await readIndex(handle) : undefined;
      if (index) found.set(id, infoOf(id, index.sizeBytes, index.noted, index.reasons));
      // Not while it is being made.
      else if (!this.#open.has(id)) await removeQuietly(this.#directory, name);
    }
    return found;
  }
}

function infoOf(id: FileId, sizeBytes: number, chunks: ChunkSet, reasons: readonly string[]): StoredFileInfo {
  return { id, sizeBytes, keptBytes: keptBytesOf(sizeBytes, chunks), whole: chunks.isFull, reasons };
}

/** The missing chunks. */
async function fill(folder: FileFolder, source: File): Promise<void> {
  for (let chunk = 0; chunk < folder.chunks.count; chunk += 1) {
    if (folder.chunks.has(chunk)) continue;
    const bytes = await source.slice(chunk * chunkBytes, (chunk + 1) * chunkBytes).arrayBuffer();
    await folder.write(chunk, [new Uint8Array(bytes)]);
  }
}

async function removeFolder(parent: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await parent.removeEntry(name, { recursive: true });
  } catch (cause) {
    if (!isNamed(cause, 'NotFoundError')) throw cause;
  }
}

/** Leftovers: those that can't go now go another time. */
async function removeQuietly(parent: FileSystemDirectoryHandle, name: string): Promise<void> {
  await removeFolder(parent, name).catch(() => undefined);
}
