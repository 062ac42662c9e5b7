/** What a file is, by its bytes alone: decides whether the page may show it, so it believes neither name nor sender. */
import { limits } from '../config';
import type { Inspection } from './file-media';
import { signatureBytes, sniff, type PictureType } from './file-signatures';
import { pictureSize, type PictureSize } from './picture-size';

/** A JPEG's size stands behind what the camera wrote: mostly some 20 KiB, with previews 1 MiB, with a map of depths more. To go through 4 MiB that lead nowhere takes 15 ms. */
const headBytes = [64 * 1024, 1024 ** 2, 4 * 1024 ** 2] as const;

/** Longest side that canvases and descriptions of files have (core/file.ts). */
const longestSide = 65_535;

/** See FileMedia. Never rejects: what can't be read is `other`. */
export async function inspectFile(file: Blob): Promise<Inspection> {
  try {
    return await inspect(file);
  } catch {
    // The disk has lost it, or it was changed (File API, section 6.2).
    return { kind: 'other' };
  }
}

async function inspect(file: Blob): Promise<Inspection> {
  const signature = sniff(await beginning(file, signatureBytes));
  if (!signature) return { kind: 'other' };
  if (signature.kind !== 'picture') return signature;
  const size = await sizeOf(file, signature.type);
  if (!size) return { kind: 'other' };
  if (size.width * size.height > limits.picturePixels || Math.max(size.width, size.height) > longestSide) return { kind: 'too-many-pixels' };
  return { ...signature, width: size.width, height: size.height };
}

/** Reads more only as long as that helps. */
async function sizeOf(file: Blob, type: PictureType): Promise<PictureSize | undefined> {
  for (const bytes of headBytes) {
    const size = pictureSize(await beginning(file, bytes), type);
    if (size || file.size <= bytes) return size;
  }
  return undefined;
}

async function beginning(file: Blob, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.slice(0, bytes).arrayBuffer());
}
