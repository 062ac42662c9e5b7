/** The small picture that goes within a message, to be seen before the large one is there. */
import { limits } from '../config';
import { jpegSize } from '../core/jpeg-size';
import type { Bytes } from '../core/log-event';
import { drawScaled } from './draw-scaled';

/** Longest side, and quality: the best that fits `limits.thumbnailBytes`. A photo mostly fits at the second or third, noise at the last but one. */
const attempts = [
  [limits.thumbnailPixels, 0.7],
  [limits.thumbnailPixels, 0.5],
  [limits.thumbnailPixels, 0.3],
  [240, 0.4],
  [160, 0.4],
  [96, 0.4],
  [64, 0.3],
] as const;

/** A JPEG within `limits.thumbnailBytes` and `thumbnailPixels`, on white; undefined when it can't be made as small. */
export async function thumbnailOf(picture: ImageBitmap): Promise<Bytes | undefined> {
  // In two steps: the first one goes through all pixels.
  const middle = await createImageBitmap(drawScaled(picture, limits.thumbnailPixels, '#fff'));
  try {
    for (const [longest, quality] of attempts) {
      const blob = await drawScaled(middle, longest).convertToBlob({ type: 'image/jpeg', quality });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      if (bytes.length <= limits.thumbnailBytes && jpegSize(bytes)) return bytes;
    }
    return undefined;
  } finally {
    middle.close();
  }
}
