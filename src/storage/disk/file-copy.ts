/** A copy of a file of this device's person, made while it is hashed: it has no id until then. On a full disk it comes to nothing, and the hashing goes on. */
import { AppError } from '../../core/app-error';
import { chunkBytes } from '../../core/file';
import type { Bytes } from '../../core/log-event';
import { dataName, isNamed } from '../file-places';
import { openHandle, writeAll, type Claim } from './file-folder';

export class FileCopy {
  readonly #directory: FileSystemDirectoryHandle;
  readonly #name: string;
  #handle: FileSystemSyncAccessHandle | undefined;

  private constructor(directory: FileSystemDirectoryHandle, name: string, handle: FileSystemSyncAccessHandle) {
    this.#directory = directory;
    this.#name = name;
    this.#handle = handle;
  }

  static async begin(directory: FileSystemDirectoryHandle, name: string, claim: Claim): Promise<FileCopy | undefined> {
    try {
      return new FileCopy(directory, name, await openHandle(directory, name, claim));
    } catch (cause) {
      if (isFull(cause)) return undefined;
      throw cause;
    }
  }

  add(chunk: number, bytes: Bytes): void {
    if (!this.#handle) return;
    try {
      writeAll(this.#handle, bytes, chunk * chunkBytes);
    } catch (cause) {
      this.#close();
      if (!isFull(cause)) throw cause;
    }
  }

  /** Whether all of it is there. */
  finish(): boolean {
    const isWhole = this.#handle !== undefined;
    this.#handle?.flush();
    this.#close();
    return isWhole;
  }

  file(): Promise<File> {
    return this.#directory.getFileHandle(this.#name).then((handle) => handle.getFile());
  }

  /**
   * Into the folder of the file that it is. All browsers can move files of their own, and no standard says so yet (https://github.com/whatwg/fs/pull/10): where one can't,
   * this rejects.
   */
  async moveTo(folder: FileSystemDirectoryHandle): Promise<void> {
    const handle = await this.#directory.getFileHandle(this.#name);
    await (handle as FileSystemFileHandle & { move(parent: FileSystemDirectoryHandle, name: string): Promise<void> }).move(folder, dataName);
  }

  async discard(): Promise<void> {
    this.#close();
    await this.#directory.removeEntry(this.#name).catch((cause: unknown) => {
      if (!isNamed(cause, 'NotFoundError')) throw cause;
    });
  }

  #close(): void {
    this.#handle?.close();
    this.#handle = undefined;
  }
}

function isFull(cause: unknown): boolean {
  return cause instanceof AppError ? cause.code === 'storage-full' : isNamed(cause, 'QuotaExceededError');
}
