/** Makes of a file of this device's person one that others can fetch: prepared, hashed, kept if there is room, and named. */
import { limits } from '../../config';
import { AppError } from '../../core/app-error';
import type { FileLook, FileManifest } from '../../core/file';
import { cleanFileName } from '../../core/file-name';
import { deriveFileId } from '../../protocol/file-id';
import type { FileMedia, PreparedFile } from '../../media/file-media';
import type { FileStore, TakenFile } from '../../storage/file-store';
import type { FileReasons } from './file-reasons';
import type { TransfersFace } from './transfers';

export interface OwnFilesParts {
  readonly store: FileStore;
  readonly media: Pick<FileMedia, 'prepare'>;
  readonly transfers: Pick<TransfersFace, 'held'>;
  readonly reasons: FileReasons;
  /** The room, and the disk, have place for so many bytes more. */
  hasPlace(bytes: number): Promise<boolean>;
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
  const { store, media, transfers, reasons } = parts;
  const { file, original, look: known, reason, signal } = request;
  const prepared = known ? asItIs(file, known) : await media.prepare(file, { original, signal });
  const { content, name, type, look } = prepared;
  const options = { signal, progress: (bytes: number) => request.progress(bytes / content.size) };
  const taken = await take(store, content, await parts.hasPlace(content.size), options);
  const id = await deriveFileId(taken.sizeBytes, taken.hashes);
  if (signal.aborted) {
    await taken.discard();
    throw signal.reason;
  }
  const stored = await taken.keep(id);
  transfers.held(stored);
  await reasons.add(id, reason);
  return { prepared, manifest: { id, name: cleanFileName(name, limits.fileNameCharacters), type, sizeBytes: taken.sizeBytes, look } };
}

/** One that finds no room is served from where it lies, as long as the page lives. */
async function take(store: FileStore, content: Blob, copy: boolean, options: { readonly signal: AbortSignal; progress(bytes: number): void }): Promise<TakenFile> {
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
