/**
 * Where the files of rooms lie in the origin private file system (WHATWG File System Standard), and how tabs share it.
 *
 *     files / ALIAS of the room / ID of the file / index, data
 *     files / ALIAS of the room / new / a number: what is being copied, and has no id yet
 *
 * No name there is one that a peer chose. What is written to has an exclusive handle; a tab that wants it asks all others to let go of the room.
 */
import { AppError } from '../core/app-error';
import type { RoomAlias } from '../core/ids';

export const indexName = 'index';
export const dataName = 'data';
export const newName = 'new';

/** A tab that is asked lets go within a few milliseconds; one that is frozen doesn't. */
const patienceMs = 2_000;
const askAgainMs = 50;

/** The folder of all rooms. Rejects with a DOMException where the browser gives none: storage is off, or some private windows. */
export async function filesFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle('files', { create: true });
}

/** Carries the alias of a room whose handles are to be closed. */
export function openReleaseChannel(): BroadcastChannel {
  return new BroadcastChannel('mindmeet/files');
}

/** What `attempt` gives once nobody else holds what it wants; AppError `storage-taken` when somebody does for too long. `channel`: whoever listens on another one is asked. */
export async function whenReleased<T>(channel: BroadcastChannel, alias: RoomAlias, attempt: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (cause) {
      if (!isNamed(cause, 'NoModificationAllowedError')) throw cause;
      if (performance.now() >= untilMs) throw new AppError('storage-taken', { cause });
    }
    channel.postMessage(alias);
    // Nothing tells when a handle of another tab, or of a worker that was ended, is closed.
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
}

/** What the browser says of the disk, as an AppError; anything else passes as it is. */
export function toDiskError(cause: unknown): unknown {
  if (!(cause instanceof DOMException)) return cause;
  if (cause.name === 'QuotaExceededError') return new AppError('storage-full', { cause });
  // The folder was removed under us.
  if (cause.name === 'NotFoundError' || cause.name === 'NoModificationAllowedError') return new AppError('storage-taken', { cause });
  return new AppError('storage-blocked', { cause });
}

export function isNamed(cause: unknown, name: string): boolean {
  return cause instanceof DOMException && cause.name === name;
}
