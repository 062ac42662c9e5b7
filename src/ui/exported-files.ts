/** Which files go into the zip of an export, and what they are called in it. */
import type { FileManifest } from '../core/file';
import { endingOf } from '../core/file-name';
import type { FileId } from '../core/ids';
import type { ChatMessage } from '../core/message';
import type { FilesFace } from '../session/files/files-face';

/** away: not on this device. left-out: the zip would be too large. */
export type FilePlace = { readonly path: string } | 'away' | 'left-out';

export interface ExportedFiles {
  readonly entries: readonly { readonly name: string; readonly content: Blob }[];
  placeOf(file: FileManifest): FilePlace;
}

/** Bytes of all files: sizes and places have 32 bits in a zip (APPNOTE.TXT §4.4), but for ZIP64, which fflate doesn't write. The texts want some of it. */
export const zippedFilesBytes = 2 ** 32 - 256 * 1024 ** 2;
/** Numbers of entries have 16 bits; the texts are three. */
const filesMaximum = 65_000;

/** `pages`: in order. Nothing is read of the files but where they lie. */
export async function collectFiles(pages: AsyncIterable<readonly ChatMessage[]>, files: Pick<FilesFace, 'bytes'>, maximumBytes = zippedFilesBytes): Promise<ExportedFiles> {
  const places = new Map<FileId, FilePlace>();
  const names = new Set<string>();
  const entries: { readonly name: string; readonly content: Blob }[] = [];
  let restBytes = maximumBytes;
  for await (const messages of pages) {
    for (const file of messages.flatMap((message) => message.files)) {
      if (file === 'broken' || places.has(file.id)) continue;
      const content = await files.bytes(file);
      if (!content) places.set(file.id, 'away');
      else if (content.size > restBytes || entries.length >= filesMaximum) places.set(file.id, 'left-out');
      else {
        const path = `files/${freeName(file.name, names)}`;
        restBytes -= content.size;
        entries.push({ name: path, content });
        places.set(file.id, { path });
      }
    }
  }
  return { entries, placeOf: ({ id }) => places.get(id) ?? 'away' };
}

/** Names are clean already (core/file-name.ts); disks may take upper and lower case for the same. */
function freeName(name: string, taken: Set<string>): string {
  const ending = endingOf(name);
  const stem = ending === '' ? name : name.slice(0, -ending.length - 1);
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem} (${number})${ending === '' ? '' : name.slice(stem.length)}`;
  taken.add(free.toLowerCase());
  return free;
}
