/**
 * A piece of a file on its way, the one binary frame of channel `file` and of lanes. Numbers are big-endian.
 *
 *     ticket 4 · chunk 4 · offset 4 · 1 to 65,536 bytes
 *
 * `ticket` says whose wish it answers, `chunk` which chunk it is of, `offset` where in the chunk it begins. All pieces of a chunk but the last have 64 KiB, so `offset` is
 * a multiple of that; they come in any order. Chunk 0xffffffff is the list of chunk hashes.
 */
import { limits } from '../config';
import type { Bytes } from '../core/log-event';

export interface FilePiece {
  readonly ticket: number;
  readonly chunk: number;
  readonly offset: number;
  readonly bytes: Bytes;
}

export const hashListChunk = 0xffff_ffff;
export const filePieceHeadBytes = 12;
export const filePieceMaximum = filePieceHeadBytes + limits.filePieceBytes;

export function encodeFilePiece({ ticket, chunk, offset, bytes }: FilePiece): Bytes {
  const frame = new Uint8Array(filePieceHeadBytes + bytes.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, ticket);
  view.setUint32(4, chunk);
  view.setUint32(8, offset);
  frame.set(bytes, filePieceHeadBytes);
  return frame;
}

/** `bytes` is a view on the frame. Undefined for what is no piece. */
export function decodeFilePiece(frame: ArrayBuffer): FilePiece | undefined {
  if (frame.byteLength <= filePieceHeadBytes || frame.byteLength > filePieceMaximum) return undefined;
  const view = new DataView(frame);
  const offset = view.getUint32(8);
  if (offset % limits.filePieceBytes !== 0) return undefined;
  return { ticket: view.getUint32(0), chunk: view.getUint32(4), offset, bytes: new Uint8Array(frame, filePieceHeadBytes) };
}
