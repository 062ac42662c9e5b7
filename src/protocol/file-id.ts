/** What names a file (core/file.ts). */
import { encodeBase32, idLength } from '../core/base32';
import { concatBytes } from '../core/bytes';
import type { FileId } from '../core/ids';
import type { Bytes } from '../core/log-event';

const context = new TextEncoder().encode('mindmeet/file/1');

/** `hashes`: those of all chunks, 32 bytes each, one after the other. */
export async function deriveFileId(sizeBytes: number, hashes: Bytes): Promise<FileId> {
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(sizeBytes));
  const digest = await crypto.subtle.digest('SHA-256', concatBytes(context, size, hashes));
  return encodeBase32(new Uint8Array(digest), idLength) as FileId;
}
