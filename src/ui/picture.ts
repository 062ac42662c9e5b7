/** Makes a person's picture of any picture file: small, square, without what the camera wrote into it. */
import { limits } from '../config';
import type { Picture } from '../session/faces';

/** Pixels of each side: sharp on a phone at 32 points, and in the settings at 64 nearly so. */
const side = 96;

/** WebP where the browser can write it (Safari writes PNG instead), else JPEG; the best quality that fits. */
const attempts = ['image/webp', 'image/jpeg'].flatMap((type) => [0.9, 0.75, 0.6, 0.4, 0.2].map((quality) => ({ type, quality })));

/** The middle of the file's picture, at most `limits.pictureBytes`; undefined when the browser can't read it. */
export async function shrinkPicture(file: Blob): Promise<Picture | undefined> {
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (!bitmap) return undefined;
  const canvas = draw(bitmap);
  bitmap.close();
  for (const { type, quality } of attempts) {
    const blob = await encode(canvas, type, quality);
    if (blob?.type === type && blob.size <= limits.pictureBytes) return new Uint8Array(await blob.arrayBuffer());
  }
  return undefined;
}

function draw(bitmap: ImageBitmap): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
  const pen = canvas.getContext('2d');
  if (!pen) return canvas;
  // Transparent parts: JPEG would show them black.
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, side, side);
  const cut = Math.min(bitmap.width, bitmap.height);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(bitmap, (bitmap.width - cut) / 2, (bitmap.height - cut) / 2, cut, cut, 0, 0, side, side);
  return canvas;
}

function encode(canvas: HTMLCanvasElement, type: string, quality: number): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}
