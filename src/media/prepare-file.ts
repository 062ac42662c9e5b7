/** Makes of a file that a person chose what is to be sent, and describes it. */
import { AppError } from '../core/app-error';
import type { FileLook } from '../core/file';
import { endingOf } from '../core/file-name';
import type { PreparedFile } from './file-media';
import { isForeignPhoto, signatureBytes, sniff, type PictureType } from './file-signatures';
import { videoFacts } from './video-facts';
import { inspectFile } from './inspect-file';
import type { PictureWorkshop } from './picture-workshop';
import type { ReadPicture } from './reduce-picture';

export interface PrepareOptions {
  readonly original: boolean;
  readonly signal: AbortSignal;
  readonly workshop: PictureWorkshop;
}

/** A picture file larger than this is sent as it is: it would be read whole. 40 megapixels that can't be packed at all, as PNG, are as large. */
const largestPictureBytes = 160_000_000;

/** Endings that are right for a type; the first one is given to what has none of them. */
const endingsByType: Readonly<Record<PictureType, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
  'image/png': ['png', 'apng'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/bmp': ['bmp', 'dib'],
};

/** See FileMedia. */
export async function prepareFile(file: File, options: PrepareOptions): Promise<PreparedFile> {
  options.signal.throwIfAborted();
  const head = await beginning(file);
  options.signal.throwIfAborted();
  const inspection = await inspectFile(file);
  switch (inspection.kind) {
    case 'picture':
      return (file.size <= largestPictureBytes && (await picture(file, inspection.type as PictureType, options))) || untouched(file, { type: inspection.type, metadata: 'kept' });
    case 'video':
    case 'sound':
      // Cameras write into videos where they were taken, and videos aren't written anew.
      return untouched(file, { type: inspection.type, look: await look(file, options), metadata: inspection.kind === 'video' ? 'kept' : 'none' });
    case 'too-many-pixels':
      return untouched(file, { type: sniff(head)?.type ?? '', metadata: 'kept' });
    case 'other':
      return untouched(file, { type: declaredType(file), metadata: isForeignPhoto(head) || sniff(head) ? 'kept' : 'none' });
  }
}

async function beginning(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(0, signatureBytes).arrayBuffer());
  } catch (cause) {
    throw new AppError('file-unreadable', { cause });
  }
}

/** Undefined when it is no picture to this browser. */
async function picture(file: File, type: PictureType, { original, signal, workshop }: PrepareOptions): Promise<PreparedFile | undefined> {
  const reply = await workshop.work({ kind: 'picture', file, type }, signal);
  if (reply.kind === 'unreadable') throw new AppError('file-unreadable');
  if (reply.kind !== 'picture') return undefined;
  const { reduced, hasMetadata } = reply.picture;
  const sent = original || !reduced ? { content: file, type, size: reply.picture } : { content: reduced.content, type: reduced.content.type as PictureType, size: reduced };
  return {
    content: sent.content,
    name: nameFor(file.name, sent.type),
    type: sent.type,
    look: pictureLook(sent.size, reply.picture),
    metadata: sent.content === file && hasMetadata ? 'kept' : 'none',
    reducible: reduced !== undefined,
  };
}

function pictureLook({ width, height }: { readonly width: number; readonly height: number }, { thumbnail }: ReadPicture): FileLook {
  return { kind: 'picture', width, height, ...(thumbnail && { thumbnail }) };
}

async function look(file: File, { signal, workshop }: PrepareOptions): Promise<FileLook> {
  const facts = await videoFacts(file, signal);
  if (!facts) return { kind: 'plain' };
  const { durationMs, picture } = facts;
  if (!picture) return { kind: 'sound', durationMs };
  const { width, height, frame } = picture;
  const reply = frame && (await workshop.work({ kind: 'poster', frame }, signal));
  return { kind: 'video', width, height, durationMs, ...(reply?.kind === 'poster' && reply.thumbnail && { thumbnail: reply.thumbnail }) };
}

function untouched(file: File, { type, look = { kind: 'plain' }, metadata }: { readonly type: string; readonly look?: FileLook; readonly metadata: PreparedFile['metadata'] }): PreparedFile {
  return { content: file, name: file.name, type, look, metadata, reducible: false };
}

/** What the system takes it for, by its ending: kept for what isn't shown anyway. A name alone doesn't make a picture. */
function declaredType({ type }: File): string {
  return type in endingsByType ? '' : type;
}

function nameFor(name: string, type: PictureType): string {
  const endings = endingsByType[type];
  const ending = endingOf(name);
  if (endings.includes(ending)) return name;
  const isPictureEnding = Object.values(endingsByType).some((others) => others.includes(ending));
  return `${isPictureEnding ? name.slice(0, -ending.length - 1) : name}.${endings[0] ?? ''}`;
}
