/** Makes of a file of this device's person one that others can fetch: prepared, hashed, kept if there is room, and named. */
import { limits } from '../../config';
import { AppError } from '../../core/app-error';
import type { FileLook, FileManifest } from '../../core/file';
import { cleanFileName } from '../../core/file-name';
import { deriveFileId } from '../../protocol/file-id';
import type { FileMedia, PreparedFile } from '../../media/file-media';
import type { FileStore, StoredFile, TakenFile, TakeOptions } from '../../storage/file-store';
import type { FileReasons } from './file-reasons';
import type { TransfersFace } from './transfers';

export interface OwnFilesParts {
  readonly store: FileStore;
  readonly media: Pick<FileMedia, 'prepare'>;
  readonly transfers: Pick<TransfersFace, 'held'>;
  readonly reasons: FileReasons;
  /** Keeps place for so many bytes in the room, and on the disk, until it is called; undefined when there is none. */
  claimPlace(bytes: number): Promise<(() => void) | undefined>;
}

export interface OwnFileRequest {
  readonly file: File;
  readonly original: boolean;
  /** Where it is known already: the file stays as it is. */
  readonly look: FileLook | undefined;
  /** What it is kept for (file-reasons.ts). */
  readonly reason: string;
  readonly signal: AbortSignal;
  /** 0 to 1. */
  progress(share: number): void;
}

export interface OwnFile {
  readonly manifest: FileManifest;
  readonly prepared: PreparedFile;
}

/** Rejects with the signal's reason, or an AppError: `file-unreadable`, `storage-full`. */
export async function adoptFile(parts: OwnFilesParts, request: OwnFileRequest): Promise<OwnFile> {
  const { media, transfers, reasons } = parts;
  const { file, original, look: known, reason, signal } = request;
  const prepared = known ? asItIs(file, known) : await media.prepare(file, { original, signal });
  const { content, name, type, look } = prepared;
  const { stored, sizeBytes } = await keep(parts, content, { signal, progress: (bytes) => request.progress(bytes / content.size) });
  transfers.held(stored);
  await reasons.add(stored.id, reason);
  return { prepared, manifest: { id: stored.id, name: cleanFileName(name, limits.fileNameCharacters), type, sizeBytes, look } };
}

async function keep(parts: OwnFilesParts, content: Blob, options: Omit<TakeOptions, 'copy'>): Promise<{ readonly stored: StoredFile; readonly sizeBytes: number }> {
  const { signal } = options;
  const free = await parts.claimPlace(content.size);
  try {
    const taken = await take(parts.store, content, free !== undefined, options);
    const id = await deriveFileId(taken.sizeBytes, taken.hashes);
    if (!signal.aborted) return { stored: await taken.keep(id), sizeBytes: taken.sizeBytes };
    await taken.discard();
    throw signal.reason;
  } finally {
    free?.();
  }
}

/** One that finds no room is served from where it lies, as long as the page lives. */
async function take(store: FileStore, content: Blob, copy: boolean, options: Omit<TakeOptions, 'copy'>): Promise<TakenFile> {
  try {
    return await store.take(content, { ...options, copy });
  } catch (failure) {
    const isFull = failure instanceof AppError && (failure.code === 'storage-full' || failure.code === 'storage-blocked');
    if (!copy || !isFull) throw failure;
    return store.take(content, { ...options, copy: false });
  }
}

function asItIs(file: File, look: FileLook): PreparedFile {
  // Media types of recorders carry parameters ("audio/webm;codecs=opus"), which descriptions don't.
  return { content: file, name: file.name, type: file.type.split(';')[0]?.trim().toLowerCase() ?? '', look, metadata: 'none', reducible: false };
}
