/**
 * What stands in a picture's file beside the picture, and the file without it, found by going from part to part; nothing is unpacked.
 *
 * What stays is listed, not what goes: pixels, colours, animation. So what is invented tomorrow to say where a picture was taken goes too.
 */
import type { Bytes } from '../core/log-event';
import type { PictureType } from './file-signatures';
import { gifBlocks } from './gif-blocks';

export interface PictureInsides {
  /** There is more in it than a picture: where and when it was taken, a preview, comments. */
  readonly hasMetadata: boolean;
  /** Among that may be which side is up, without which it can't be shown as it was meant. */
  readonly mayBeTurned: boolean;
  readonly animated: boolean;
  /** The same picture, bit for bit, without the rest; undefined where that can't be had by cutting. */
  readonly bare?: Bytes;
}

/** Undefined when the file isn't as it should be, so that nothing can be said. */
export function pictureInsides(bytes: Bytes, type: PictureType): PictureInsides | undefined {
  switch (type) {
    case 'image/jpeg':
      return jpegInsides(bytes);
    case 'image/png':
      return pngInsides(bytes);
    case 'image/webp':
      return webpInsides(bytes);
    case 'image/gif':
      return gifInsides(bytes);
    case 'image/bmp':
      // Its header has no place for words.
      return { hasMetadata: false, mayBeTurned: false, animated: false };
  }
}

/** Segments up to the first scan (ITU-T T.81, section B.1.1); cameras also put a second picture behind the first, with a description of its own. */
function jpegInsides(bytes: Bytes): PictureInsides | undefined {
  let hasMetadata = bytes.at(-2) !== 0xff || bytes.at(-1) !== 0xd9;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; at += 2 + view(bytes).getUint16(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xda) return { hasMetadata, mayBeTurned: hasMetadata, animated: false };
    const isColour = marker === 0xe0 || marker === 0xee || (marker === 0xe2 && letters(bytes, at + 4, 11) === 'ICC_PROFILE');
    if (!isColour && ((marker >= 0xe0 && marker <= 0xef) || marker === 0xfe)) hasMetadata = true;
  }
  return undefined;
}

/** Chunks that a decoder can't do without have a capital (PNG, section 5.4); these are about colours and animation (sections 11.3.2 and 11.3.3). */
const pngKept = new Set(['tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'mDCV', 'cLLI', 'sBIT', 'bKGD', 'pHYs', 'acTL', 'fcTL', 'fdAT']);

function pngInsides(bytes: Bytes): PictureInsides | undefined {
  const kept = [bytes.subarray(0, 8)];
  const names = new Set<string>();
  for (let at = 8; at + 12 <= bytes.length; ) {
    const name = letters(bytes, at + 4, 4);
    const end = at + 12 + view(bytes).getUint32(at);
    if (end > bytes.length) return undefined;
    names.add(name);
    if (/^[A-Z]/u.test(name) || pngKept.has(name)) kept.push(bytes.subarray(at, end));
    if (name === 'IEND') return { ...withoutRest(bytes, kept), mayBeTurned: names.has('eXIf'), animated: names.has('acTL') };
    at = end;
  }
  return undefined;
}

const webpKept = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** In the first byte of VP8X (RFC 9649, section 2.7.1): there are EXIF and XMP. */
const webpMetadataFlags = 0x0c;

function webpInsides(bytes: Bytes): PictureInsides | undefined {
  const kept: Bytes[] = [];
  const names = new Set<string>();
  const declared = 8 + view(bytes).getUint32(4, true);
  if (declared > bytes.length) return undefined;
  for (let at = 12; at + 8 <= declared; ) {
    const name = letters(bytes, at, 4);
    const size = view(bytes).getUint32(at + 4, true);
    // Padded to an even length; at the end of the file some leave that out.
    const end = Math.min(at + 8 + size + (size & 1), declared);
    if (at + 8 + size > declared) return undefined;
    names.add(name);
    if (webpKept.has(name)) kept.push(name === 'VP8X' ? withoutMetadataFlags(bytes.subarray(at, end)) : bytes.subarray(at, end));
    at = end;
  }
  const { hasMetadata, bare } = withoutRest(bytes, [bytes.slice(0, 12), ...kept]);
  view(bare).setUint32(4, bare.length - 8, true);
  return { hasMetadata, bare, mayBeTurned: names.has('EXIF'), animated: names.has('ANIM') };
}

function withoutMetadataFlags(chunk: Bytes): Bytes {
  const copy = chunk.slice();
  copy[8] = (copy[8] ?? 0) & ~webpMetadataFlags;
  return copy;
}

/** Applications whose blocks say how often it is repeated, and its colours. */
const gifKept = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012']);
const comment = 0xfe;
const application = 0xff;

function gifInsides(bytes: Bytes): PictureInsides | undefined {
  const kept: Bytes[] = [];
  let frames = 0;
  for (const block of gifBlocks(bytes)) {
    if (block.end > bytes.length) return undefined;
    if (kept.length === 0) kept.push(bytes.subarray(0, block.start));
    if (block.kind === 'frame') frames += 1;
    const goes = block.kind === 'extension' && (block.label === comment || (block.label === application && !gifKept.has(block.application)));
    if (!goes) kept.push(bytes.subarray(block.start, block.end));
    if (block.kind === 'trailer') return { ...withoutRest(bytes, kept), mayBeTurned: false, animated: frames > 1 };
  }
  return undefined;
}

function withoutRest(bytes: Bytes, kept: readonly Bytes[]): { readonly hasMetadata: boolean; readonly bare: Bytes } {
  const bare = new Uint8Array(kept.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of kept) {
    bare.set(part, at);
    at += part.length;
  }
  return { hasMetadata: bare.length < bytes.length, bare };
}

function view(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A character a byte. */
function letters(bytes: Bytes, from: number, count: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + count));
}
