/** Deletes the files of rooms that are forgotten. Without the worker: the page that forgets a room need never have opened it. */
import type { RoomAlias } from '../core/ids';
import { filesFolder, openReleaseChannel, whenReleased } from './file-places';

/** A tab that has the room open is asked to let go; what it still holds then goes with the next `sweepFiles`. */
export async function eraseFiles(alias: RoomAlias): Promise<void> {
  const folder = await foundFolder();
  if (folder) await eraseFolder(folder, alias);
}

/** Deletes what belongs to no room. `known`: the rooms there are; asked after the folders were looked through, since a room is kept before its files are. */
export async function sweepFiles(known: () => Promise<ReadonlySet<string>>): Promise<void> {
  const folder = await foundFolder();
  if (!folder) return;
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  const aliases = await known();
  for (const name of names) if (!aliases.has(name)) await eraseFolder(folder, name as RoomAlias);
}

/** Undefined where the browser gives none: then there are no files either. */
async function foundFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await filesFolder();
  } catch {
    return undefined;
  }
}

async function eraseFolder(folder: FileSystemDirectoryHandle, alias: RoomAlias): Promise<void> {
  const channel = openReleaseChannel();
  try {
    await whenReleased(channel, alias, () => folder.removeEntry(alias, { recursive: true }));
  } catch {
    // There is none, or the next sweep takes it.
  } finally {
    channel.close();
  }
}
