/** Pictures put together byte by byte: headers that lie, what cameras write, and what stands in files that no encoder here would write. */

type Bytes = Uint8Array<ArrayBuffer>;

export function joined(...parts: readonly (Uint8Array | readonly number[])[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A byte a character. */
export function letters(text: string): Bytes {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function contains(bytes: Uint8Array, text: string): boolean {
  return new TextDecoder('latin1').decode(bytes).includes(text);
}

const big16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const big32 = (value: number): number[] => [...big16(value >>> 16), ...big16(value)];
const little16 = (value: number): number[] => big16(value).reverse();
const little32 = (value: number): number[] => big32(value).reverse();

/** One segment of a JPEG, with its length. */
export function jpegSegment(marker: number, content: Uint8Array | readonly number[]): Bytes {
  return joined([0xff, marker], big16(content.length + 2), content);
}

export function jpegFrame(width: number, height: number, marker = 0xc0): Bytes {
  return jpegSegment(marker, [8, ...big16(height), ...big16(width), 1, 1, 0x11, 0]);
}

/** A head alone: SOI, what is given, a scan that never comes. */
export function jpegOf(...segments: readonly Uint8Array[]): Bytes {
  return joined([0xff, 0xd8], ...segments, jpegSegment(0xda, [1, 1, 0, 0, 63, 0]), [0xff, 0xd9]);
}

/** What a phone writes: which side is up (1 to 8), and where it was taken: the camera's name says so, for tests to look for. */
export function exif(orientation: number): Bytes {
  const camera = letters('GPS 38.7223N\0');
  // Big-endian TIFF, one directory of two entries: Model (0x0110), Orientation (0x0112).
  const directory = joined(big16(2), big16(0x0110), big16(2), big32(camera.length), big32(38), big16(0x0112), big16(3), big32(1), big16(orientation), big16(0), big32(0));
  return joined(letters('MM\0*'), big32(8), directory, camera);
}

export function exifSegment(orientation: number): Bytes {
  return jpegSegment(0xe1, joined(letters('Exif\0\0'), exif(orientation)));
}

/** Behind the first two bytes, as cameras put it. */
export function withSegment(jpeg: Uint8Array, segment: Uint8Array): Bytes {
  return joined(jpeg.subarray(0, 2), segment, jpeg.subarray(2));
}

export function pngChunk(name: string, content: Uint8Array | readonly number[]): Bytes {
  const named = joined(letters(name), content);
  return joined(big32(content.length), named, big32(crc32(named)));
}

export function pngHeader(width: number, height: number): Bytes {
  return pngChunk('IHDR', [...big32(width), ...big32(height), 8, 6, 0, 0, 0]);
}

export function pngOf(...chunks: readonly Uint8Array[]): Bytes {
  return joined(letters('\x89PNG\r\n\x1a\n'), ...chunks, pngChunk('IEND', []));
}

/** One picture of an animation, shown for a tenth of a second: stands before its pixels. */
export function pngFrame(width: number, height: number): Bytes {
  return pngChunk('fcTL', [...big32(0), ...big32(width), ...big32(height), ...big32(0), ...big32(0), ...big16(1), ...big16(10), 0, 0]);
}

/** Behind the header, which has 25 bytes. */
export function withChunk(png: Uint8Array, chunk: Uint8Array): Bytes {
  return joined(png.subarray(0, 33), chunk, png.subarray(33));
}

export function webpChunk(name: string, content: Uint8Array | readonly number[]): Bytes {
  return joined(letters(name), little32(content.length), content, content.length % 2 === 1 ? [0] : []);
}

/** `flags`: 0x08 EXIF, 0x04 XMP, 0x02 animation. */
export function webpCanvas(width: number, height: number, flags = 0): Bytes {
  return webpChunk('VP8X', [flags, 0, 0, 0, ...little32(width - 1).slice(0, 3), ...little32(height - 1).slice(0, 3)]);
}

export function webpOf(...chunks: readonly Uint8Array[]): Bytes {
  const content = joined(letters('WEBP'), ...chunks);
  return joined(letters('RIFF'), little32(content.length), content);
}

/** The chunks of a file that have its pixels: an encoder may have put a canvas and colours before them. */
export function webpPixels(webp: Uint8Array): Uint8Array {
  for (let at = 12; at < webp.length; ) {
    const size = new DataView(webp.buffer, webp.byteOffset).getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (contains(webp.subarray(at, at + 4), 'VP8') && !contains(webp.subarray(at, at + 4), 'VP8X')) return webp.subarray(at, end);
    at = end;
  }
  throw new Error('no pixels');
}

/** Of one pixel's data that stands for any number of them. */
export function gifFrame({ left = 0, top = 0, width = 1, height = 1 }: { readonly left?: number; readonly top?: number; readonly width?: number; readonly height?: number } = {}): Bytes {
  return joined([0x2c], little16(left), little16(top), little16(width), little16(height), [0, 2, 2, 0x44, 0x01, 0]);
}

export function gifExtension(label: number, ...blocks: readonly Uint8Array[]): Bytes {
  return joined([0x21, label], ...blocks.map((block) => joined([block.length], block)), [0]);
}

/** Two colours, black and white. */
export function gifOf(width: number, height: number, ...blocks: readonly Uint8Array[]): Bytes {
  return joined(letters('GIF89a'), little16(width), little16(height), [0x80, 0, 0, 0, 0, 0, 255, 255, 255], ...blocks, [0x3b]);
}

/** Of Windows 3: 24 bits a pixel, no pixels. */
export function bmpOf(width: number, height: number): Bytes {
  return joined(letters('BM'), little32(54), little32(0), little32(54), little32(40), little32(width), little32(height), little16(1), little16(24), Array.from({ length: 24 }, () => 0));
}

/** A box of MP4 and its kin. */
export function box(name: string, content: Uint8Array | readonly number[]): Bytes {
  return joined(big32(content.length + 8), letters(name), content);
}

/** As in PNG, annex D. */
function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
