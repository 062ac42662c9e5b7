/** Makes of a picture what is to be sent of it: upright, not larger than screens are, without what the camera said. Runs in picture.worker.ts. */
import { limits } from '../config';
import type { Bytes } from '../core/log-event';
import type { PictureType } from './file-signatures';
import { drawScaled } from './draw-scaled';
import { pictureInsides, type PictureInsides } from './picture-insides';
import { pictureSize } from './picture-size';
import { thumbnailOf } from './thumbnail';

export interface PictureRequest {
  readonly kind: 'picture';
  readonly file: Blob;
  readonly type: PictureType;
}

/** unreadable: the disk doesn't give its bytes. not-decoded: they are not a picture that this browser reads, or too large a one. */
export type PictureReply = { readonly kind: 'picture'; readonly picture: ReadPicture } | { readonly kind: 'unreadable' } | { readonly kind: 'not-decoded' };

export interface ReadPicture {
  /** Upright, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly hasMetadata: boolean;
  readonly thumbnail?: Bytes;
  /** Undefined where nothing is to be gained: it is small and says nothing. */
  readonly reduced?: ReducedPicture;
}

export interface ReducedPicture {
  readonly content: Blob;
  readonly width: number;
  readonly height: number;
}

/** As photos are mostly sent: no difference is seen on a screen, and a third of what a camera writes. */
const quality = 0.88;
/** A drawing or a picture of a screen that is larger than this is a photo in disguise. */
const exactBytes = 2 * 1024 ** 2;
/** Written anew it loses a little, so that must save at least a fifth. */
const worthwhile = 0.8;

export async function readPicture({ file, type }: PictureRequest): Promise<PictureReply> {
  const bytes = await file.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => undefined,
  );
  if (!bytes) return { kind: 'unreadable' };
  const size = pictureSize(bytes, type);
  if (!size || size.width * size.height > limits.picturePixels) return { kind: 'not-decoded' };
  // Turned upright: so it is when nothing is said (HTML, section 4.12.5.1.20); to say it would fail in Firefox before 111.
  const bitmap = await createImageBitmap(new Blob([bytes], { type })).catch(() => undefined);
  if (!bitmap) return { kind: 'not-decoded' };
  try {
    const insides = pictureInsides(bytes, type);
    const thumbnail = await thumbnailOf(bitmap);
    const reduced = await reduce(bytes, type, bitmap, insides);
    const { width, height } = bitmap;
    // What can't be followed may say anything.
    return { kind: 'picture', picture: { width, height, hasMetadata: insides?.hasMetadata ?? true, ...(thumbnail && { thumbnail }), ...(reduced && { reduced }) } };
  } finally {
    bitmap.close();
  }
}

async function reduce(bytes: Bytes, type: PictureType, bitmap: ImageBitmap, insides: PictureInsides | undefined): Promise<ReducedPicture | undefined> {
  const { width, height } = bitmap;
  const fits = Math.max(width, height) <= limits.sentPicturePixels;
  if (insides?.bare && (insides.animated || type === 'image/gif' || (fits && !insides.mayBeTurned && !isPhotoInDisguise(insides.bare.length, type)))) {
    return insides.hasMetadata ? { content: new Blob([insides.bare], { type }), width, height } : undefined;
  }
  // One that moves would stand still.
  if (type === 'image/gif') return undefined;
  const canvas = drawScaled(bitmap, limits.sentPicturePixels);
  const content = await write(canvas, type);
  const mustChange = !fits || insides?.hasMetadata !== false;
  if (!mustChange && content.size > bytes.length * worthwhile) return undefined;
  return { content, width: canvas.width, height: canvas.height };
}

function isPhotoInDisguise(sizeBytes: number, type: PictureType): boolean {
  return type === 'image/png' && sizeBytes > exactBytes;
}

/** What was exact stays so if it is small; else as JPEG, or as WebP if one can see through it. */
async function write(canvas: OffscreenCanvas, type: PictureType): Promise<Blob> {
  if (type === 'image/jpeg') return await canvas.convertToBlob({ type, quality });
  const exact = type === 'image/webp' ? undefined : await canvas.convertToBlob({ type: 'image/png' });
  if (exact && exact.size <= exactBytes) return exact;
  if (exact && !isSeenThrough(canvas)) return await canvas.convertToBlob({ type: 'image/jpeg', quality });
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality });
  // Safari can't write it, and writes PNG instead (HTML, section 4.12.5.1.8).
  if (webp.type === 'image/webp' || isSeenThrough(canvas)) return webp;
  return await canvas.convertToBlob({ type: 'image/jpeg', quality });
}

function isSeenThrough(canvas: OffscreenCanvas): boolean {
  const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  for (let alpha = 3; alpha < pixels.length; alpha += 4) if (pixels[alpha] !== 255) return true;
  return false;
}
