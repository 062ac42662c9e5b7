/** Little pictures of files that a message has room for: a body has an end (`limits.eventBodyBytes`), and a text may take most of it. */
import { limits } from '../../config';
import type { FileManifest } from '../../core/file';

/** Bytes of all else in a body: salt, names, mentions, and what files are but for their pictures. */
const restBytes = 24 * 1024;
const utf8 = new TextEncoder();

/** Those that don't fit go without; they are shown by kind until they are here. */
export function withRoomFor(text: string, files: readonly FileManifest[]): readonly FileManifest[] {
  let left = limits.eventBodyBytes - restBytes - utf8.encode(JSON.stringify(text)).length;
  return files.map((file) => {
    const { look } = file;
    if (!('thumbnail' in look) || !look.thumbnail) return file;
    const { thumbnail, ...plainLook } = look;
    // In base64url.
    const bytes = Math.ceil((thumbnail.length * 4) / 3);
    if (bytes > left) return { ...file, look: plainLook };
    left -= bytes;
    return file;
  });
}
