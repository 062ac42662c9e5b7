/**
 * How large a picture is that a browser would decode, known before it does. The one place that knows image-size.
 *
 * A header may lie, so the size must be the one that the decoder reserves memory for:
 *  - JPEG: libjpeg and its kin take the first frame and refuse a second one. image-size looks for it by a way of its own, which can be led astray; core/jpeg-size.ts goes
 *    from marker to marker as a decoder does, and stops at whatever is odd.
 *  - PNG: the first chunk counts; a second header makes libpng refuse, and frames of an animation must lie within it (PNG, section 11.3.2).
 *  - WebP: a picture larger than its canvas makes libwebp refuse (ParseHeadersInternal, and IsValidExtendedFormat for animations).
 *  - GIF: browsers make the canvas larger if the first frame doesn't fit it (Wuffs in Chromium, GIFImageReader before it); later frames are cut off at its edge.
 *  - BMP: the header counts.
 *  - AVIF is not shown. What it says in `ispe` is not what is reserved: libavif decodes frames of the size that the AV1 stream itself names, up to 268 megapixels, and scales
 *    them down afterwards (avifDecoderDecodeTiles). To know that size one would have to read all streams in it.
 *
 * Frames of an animation don't count together: browsers keep few of them and decode the others again.
 */
import { BMP } from 'image-size/types/bmp';
import { GIF } from 'image-size/types/gif';
import { PNG } from 'image-size/types/png';
import { WEBP } from 'image-size/types/webp';
import { jpegSize } from '../core/jpeg-size';
import type { PictureType } from './file-signatures';
import { gifBlocks } from './gif-blocks';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * In pixels, both above 0; as stored, before it is turned upright. Undefined if it can't be said from these bytes: they are too few, or not as they should be.
 * `head`: the file's beginning, of which `sniff` says that it is of `type`.
 */
export function pictureSize(head: Uint8Array, type: PictureType): PictureSize | undefined {
  const size = headerSize(head, type);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

function headerSize(head: Uint8Array, type: PictureType): PictureSize | undefined {
  try {
    switch (type) {
      case 'image/jpeg':
        return jpegSize(head);
      case 'image/png':
        return PNG.calculate(head);
      case 'image/webp':
        return WEBP.calculate(head);
      case 'image/bmp':
        return BMP.calculate(head);
      case 'image/gif':
        return withFirstFrame(GIF.calculate(head), head);
    }
  } catch {
    // image-size throws on what it can't read.
    return undefined;
  }
}

function withFirstFrame(screen: PictureSize, head: Uint8Array): PictureSize | undefined {
  for (const block of gifBlocks(head)) {
    if (block.kind === 'frame') return { width: Math.max(screen.width, block.right), height: Math.max(screen.height, block.bottom) };
  }
  return undefined;
}
