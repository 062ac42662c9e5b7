/**
 * What stands on the disk beside the bytes of a file: how long it is, the hashes of its chunks, which of them are there, and what it is kept for.
 *
 *     "mmfile1" and a zero ‖ size in 8 bytes ‖ SHA-256 of size and hashes ‖ noted ‖ flushed ‖ hashes ‖ length of the reasons in 4 bytes ‖ reasons
 *
 * noted: a bitmap (core/chunk-set.ts) of the chunks whose bytes were written. flushed: of those that the disk has said it has. A page that is killed leaves the first one
 * right; a power cut may leave it ahead of the bytes, so whoever opens the file checks what is noted and not flushed. reasons: a list of texts as JSON. Numbers are
 * big-endian. All but the reasons has its length from the beginning: noting a chunk needs no more room, also on a full disk.
 */
import { limits } from '../config';
import { concatBytes, equalBytes } from '../core/bytes';
import { ChunkSet } from '../core/chunk-set';
import { chunkCount, chunkHashBytes } from '../core/file';
import type { Bytes } from '../core/log-event';
import { isText } from './row';

export interface FileIndex {
  readonly sizeBytes: number;
  /** Of all chunks, 32 bytes each. */
  readonly hashes: Bytes;
  readonly noted: ChunkSet;
  readonly flushed: ChunkSet;
  readonly reasons: readonly string[];
}

const magic = new TextEncoder().encode('mmfile1\0');
const sizeAt = magic.length;
const checksumAt = sizeAt + 8;

/** Where a part begins, in bytes from the start. */
export interface IndexPlaces {
  readonly noted: number;
  readonly flushed: number;
  readonly hashes: number;
  readonly reasons: number;
}

export function placesIn(sizeBytes: number): IndexPlaces {
  const count = chunkCount(sizeBytes);
  const noted = checksumAt + chunkHashBytes;
  const flushed = noted + Math.ceil(count / 8);
  const hashes = flushed + Math.ceil(count / 8);
  return { noted, flushed, hashes, reasons: hashes + count * chunkHashBytes };
}

export async function encodeIndex({ sizeBytes, hashes, noted, flushed, reasons }: FileIndex): Promise<Bytes> {
  const size = encodeSize(sizeBytes);
  return concatBytes(magic, size, await checksumOf(size, hashes), noted.toBytes(), flushed.toBytes(), hashes, encodeReasons(reasons));
}

/** Its length in 4 bytes, and the list. */
export function encodeReasons(reasons: readonly string[]): Bytes {
  const text = new TextEncoder().encode(JSON.stringify(reasons));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length);
  return concatBytes(length, text);
}

/** Undefined when it is none, or damaged. Reasons that can't be read are none: the file is worth more than they are. */
export async function parseIndex(bytes: Bytes): Promise<FileIndex | undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < checksumAt + chunkHashBytes || !equalBytes(bytes.subarray(0, sizeAt), magic)) return undefined;
  const sizeBytes = Number(view.getBigUint64(sizeAt));
  if (sizeBytes < 1 || sizeBytes > limits.fileBytes) return undefined;
  const places = placesIn(sizeBytes);
  if (bytes.length < places.reasons) return undefined;
  const hashes = bytes.slice(places.hashes, places.reasons);
  const checksum = await checksumOf(bytes.subarray(sizeAt, checksumAt), hashes);
  if (!equalBytes(checksum, bytes.subarray(checksumAt, places.noted))) return undefined;
  const count = chunkCount(sizeBytes);
  return {
    sizeBytes,
    hashes,
    noted: new ChunkSet(count, bytes.subarray(places.noted, places.flushed)),
    flushed: new ChunkSet(count, bytes.subarray(places.flushed, places.hashes)),
    reasons: parseReasons(bytes.subarray(places.reasons)),
  };
}

function encodeSize(sizeBytes: number): Bytes {
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(sizeBytes));
  return size;
}

async function checksumOf(size: Bytes, hashes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concatBytes(size, hashes)));
}

function parseReasons(bytes: Bytes): readonly string[] {
  if (bytes.length < 4) return [];
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  try {
    const list: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    return Array.isArray(list) ? list.filter(isText) : [];
  } catch {
    return [];
  }
}
