/** Reading a file of this device's person chunk by chunk, and hashing it; in the worker, or where there is none. */
import { AppError } from '../core/app-error';
import { equalBytes } from '../core/bytes';
import { chunkBytes, chunkCount, chunkHashBytes, chunkLength } from '../core/file';
import type { Bytes } from '../core/log-event';

/** People see no more than twenty steps a second. */
const progressMs = 50;

/** Bytes read at once: a Blob takes a millisecond to answer, however little is asked for (Chromium 156: chunk by chunk 95 MiB/s, like this three times as fast). */
const readBytes = 16 * chunkBytes;

export interface HashingOptions {
  readonly signal: AbortSignal;
  /** Bytes so far. */
  progress(bytes: number): void;
  /** Each chunk, in order, as soon as it is hashed. */
  onChunk?(chunk: number, bytes: Bytes): void;
}

/** The hashes of all chunks. Rejects with the signal's reason, or with AppError `file-unreadable`, also when there is nothing to hash. */
export async function hashSource(source: Blob, options: HashingOptions): Promise<Bytes> {
  if (source.size === 0) throw new AppError('file-unreadable');
  const { signal } = options;
  const hashes = new Uint8Array(chunkCount(source.size) * chunkHashBytes);
  let toldMs = performance.now();
  for (let at = 0; at < source.size; at += readBytes) {
    const read = await readPart(source, at, Math.min(source.size, at + readBytes));
    for (let from = 0; from < read.length; from += chunkBytes) {
      signal.throwIfAborted();
      const chunk = (at + from) / chunkBytes;
      const bytes = read.subarray(from, from + chunkBytes);
      hashes.set(await hashOf(bytes), chunk * chunkHashBytes);
      signal.throwIfAborted();
      options.onChunk?.(chunk, bytes);
    }
    const isDone = at + read.length === source.size;
    if (performance.now() - toldMs < progressMs && !isDone) continue;
    toldMs = performance.now();
    options.progress(at + read.length);
  }
  return hashes;
}

/** A chunk of a file of `sizeBytes`. Rejects with the browser's DOMException, or with AppError `file-unreadable` when the file is shorter by now. */
export function readChunk(source: Blob, chunk: number, sizeBytes: number): Promise<Bytes> {
  const from = chunk * chunkBytes;
  return readBetween(source, from, from + chunkLength(sizeBytes, chunk));
}

async function hashOf(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** They are the chunk that the list has there; there is none for what is no number of a chunk. */
export async function isChunk(hashes: Bytes, chunk: number, bytes: Bytes): Promise<boolean> {
  return equalBytes(await hashOf(bytes), hashes.subarray(chunk * chunkHashBytes, (chunk + 1) * chunkHashBytes));
}

async function readPart(source: Blob, from: number, to: number): Promise<Bytes> {
  try {
    return await readBetween(source, from, to);
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError('file-unreadable', { cause });
  }
}

async function readBetween(source: Blob, from: number, to: number): Promise<Bytes> {
  const bytes = new Uint8Array(await source.slice(from, to).arrayBuffer());
  if (bytes.length !== to - from) throw new AppError('file-unreadable');
  return bytes;
}
