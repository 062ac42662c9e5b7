/**
 * A file as a message describes it. Its bytes are cut into chunks of 256 KiB (the last one is shorter), each of which has its SHA-256; the id is a hash of size and
 * all chunk hashes. So whoever has the id can check the list of hashes, whoever has that can check each chunk, and it doesn't matter which member they come from.
 *
 *     id = base32(SHA-256("mindmeet/file/1" ‖ size as 8 bytes, big-endian ‖ hash of chunk 0 ‖ hash of chunk 1 ‖ …))
 *
 * All else in the description is the sender's word: a label, never a reason to run or decode anything (media/inspect-file.ts looks at the bytes).
 */
import type { FileId } from './ids';
import type { Bytes } from './log-event';

/** Bytes of a chunk. */
export const chunkBytes = 256 * 1024;
/** Bytes of its hash. */
export const chunkHashBytes = 32;

export interface FileManifest {
  readonly id: FileId;
  /** As `cleanFileName` leaves it. */
  readonly name: string;
  /** A media type in lower case, or '' for an unknown one. */
  readonly type: string;
  /** 1 to `limits.fileBytes`. */
  readonly sizeBytes: number;
  readonly look: FileLook;
}

/** A description that can't be read is shown as such: the rest of the message stands. */
export type FileEntry = FileManifest | 'broken';

/** How it is shown before it is here, as its sender says. Sizes in pixels, 1 to 65,535; `thumbnail`: a JPEG within `limits.thumbnailBytes` and `thumbnailPixels`. */
export type FileLook =
  | { readonly kind: 'plain' }
  | { readonly kind: 'picture'; readonly width: number; readonly height: number; readonly thumbnail?: Bytes }
  | { readonly kind: 'video'; readonly width: number; readonly height: number; readonly durationMs: number; readonly thumbnail?: Bytes }
  | { readonly kind: 'sound'; readonly durationMs: number }
  /** Recorded here. `waveform`: up to `limits.waveformBars` loudnesses, 0 to 15. */
  | { readonly kind: 'voice'; readonly durationMs: number; readonly waveform: readonly number[] };

export function chunkCount(sizeBytes: number): number {
  return Math.ceil(sizeBytes / chunkBytes);
}

/** Bytes of one chunk of a file: all have 256 KiB but the last. */
export function chunkLength(sizeBytes: number, chunk: number): number {
  return Math.min(chunkBytes, sizeBytes - chunk * chunkBytes);
}
