/**
 * What a file is, by its first bytes. What its name or its sender says doesn't count, and what isn't known here is nothing that the page may show.
 *
 * Signatures as in the WHATWG MIME Sniffing Standard, section 6 (pictures, sound and video), where it has them, else as each format's own specification says. HEIC, TIFF,
 * PSD and ICO are left out because not all browsers read them, AVIF because its size can't be known in advance (picture-size.ts), SVG, HTML and PDF because they run things.
 */

export type PictureType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp' | 'image/bmp';

export type Signature = { readonly kind: 'picture'; readonly type: PictureType } | { readonly kind: 'video' | 'sound'; readonly type: string };

/** Bytes of a file's beginning that are enough for `sniff`: the descriptions of tracks in MP4 and Matroska mostly lie within them. */
export const signatureBytes = 8 * 1024;

/** Letters stand for their byte, and '.' for any. */
interface Pattern {
  readonly at: number;
  readonly bytes: string;
}

/** The first that fits counts. Of one type, all patterns must fit. */
const pictures: readonly { readonly type: PictureType; readonly patterns: readonly Pattern[] }[] = [
  { type: 'image/jpeg', patterns: [{ at: 0, bytes: '\xff\xd8\xff' }] },
  // The header chunk must come first (PNG, section 5.6); Apple's own kind has another there, and only Apple reads it.
  { type: 'image/png', patterns: [{ at: 0, bytes: '\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR' }] },
  { type: 'image/gif', patterns: [{ at: 0, bytes: 'GIF87a' }] },
  { type: 'image/gif', patterns: [{ at: 0, bytes: 'GIF89a' }] },
  { type: 'image/webp', patterns: [{ at: 0, bytes: 'RIFF....WEBPVP8' }] },
  // Text may begin with "BM" too: the length of the second header, of Windows 3, 4 or 5, makes the difference.
  ...['\x28', '\x6c', '\x7c'].map((length): { type: PictureType; patterns: Pattern[] } => ({ type: 'image/bmp', patterns: [{ at: 0, bytes: 'BM' }, { at: 14, bytes: `${length}\0\0\0` }] })),
];

const sounds: readonly { readonly type: string; readonly patterns: readonly Pattern[] }[] = [
  { type: 'audio/wav', patterns: [{ at: 0, bytes: 'RIFF....WAVE' }] },
  { type: 'audio/flac', patterns: [{ at: 0, bytes: 'fLaC' }] },
  { type: 'audio/mpeg', patterns: [{ at: 0, bytes: 'ID3' }] },
];

/** `head`: the first `signatureBytes` of the file, or all of it. */
export function sniff(head: Uint8Array): Signature | undefined {
  const picture = pictures.find(({ patterns }) => patterns.every((pattern) => fits(head, pattern)));
  if (picture) return { kind: 'picture', type: picture.type };
  const sound = sounds.find(({ patterns }) => patterns.every((pattern) => fits(head, pattern)));
  if (sound) return { kind: 'sound', type: sound.type };
  return isoMedia(head) ?? matroska(head) ?? ogg(head) ?? bareFrames(head);
}

/**
 * Whether it is a photo that not every browser can read (HEIC, TIFF and the raw formats built on it, AVIF), so that a camera may have written into it where it was taken.
 */
export function isForeignPhoto(head: Uint8Array): boolean {
  if (fits(head, { at: 0, bytes: 'II*\0' }) || fits(head, { at: 0, bytes: 'MM\0*' })) return true;
  return fits(head, { at: 4, bytes: 'ftyp' }) && ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1', 'avif', 'avis'].includes(text(head, 8, 12));
}

/** Brands of videos and sounds (ISO/IEC 14496-12, section 4.3; mp4ra.org); many encoders write their own as the first one, so those of pictures are turned down instead. */
function isoMedia(head: Uint8Array): Signature | undefined {
  if (!fits(head, { at: 4, bytes: 'ftyp' }) || isForeignPhoto(head)) return undefined;
  const brand = text(head, 8, 12);
  if (brand === 'M4A ' || brand === 'M4B ') return { kind: 'sound', type: 'audio/mp4' };
  if (brand === 'qt  ') return { kind: 'video', type: 'video/quicktime' };
  if (!/^(?:iso[\da-m]|mp4[12]|M4V |avc1|dash|f4v |3gp.|3g2.|MSNV|cmf[\dc]|hlsf)$/u.test(brand)) return undefined;
  // The kind of each track stands in its handler box (section 8.4.3), in files that were recorded in a browser near the beginning.
  const handlers = [...text(head, 0, head.length).matchAll(/hdlr.{8}(vide|soun)/gsu)].map(([, handler]) => handler);
  return handlers.includes('soun') && !handlers.includes('vide') ? { kind: 'sound', type: 'audio/mp4' } : { kind: 'video', type: 'video/mp4' };
}

/** EBML header (RFC 8794, section 8.1) with a DocType; a video if any track's CodecID (0x86) begins with V_ (RFC 9559, section 5.1.4.1.21). */
function matroska(head: Uint8Array): Signature | undefined {
  if (!fits(head, { at: 0, bytes: '\x1a\x45\xdf\xa3' })) return undefined;
  const content = text(head, 0, head.length);
  const [, documentType] = /\x42\x82[\x80-\xff](webm|matroska)/u.exec(content.slice(0, 64)) ?? [];
  if (documentType === undefined) return undefined;
  const subtype = documentType === 'webm' ? 'webm' : 'x-matroska';
  const isSound = /\x86[\x80-\xbf]A_/u.test(content) && !/\x86[\x80-\xbf]V_/u.test(content);
  return isSound ? { kind: 'sound', type: `audio/${subtype}` } : { kind: 'video', type: `video/${subtype}` };
}

/** The first packet of the first stream says what it is; a video's comes first (RFC 3533, section 4; Theora, section A.2.1). */
function ogg(head: Uint8Array): Signature | undefined {
  if (!fits(head, { at: 0, bytes: 'OggS\0' })) return undefined;
  const segments = head[26] ?? 0;
  const packet = text(head, 27 + segments, 27 + segments + 8);
  if (packet.startsWith('\x80theora')) return { kind: 'video', type: 'video/ogg' };
  return ['OpusHead', '\x01vorbis', '\x7fFLAC', 'Speex   '].some((start) => packet.startsWith(start)) ? { kind: 'sound', type: 'audio/ogg' } : undefined;
}

/** MP3 (ISO/IEC 11172-3, section 2.4.1.3) and AAC (ISO/IEC 13818-7, section 6.2) without a container: eleven or twelve bits set, then a layer. */
function bareFrames(head: Uint8Array): Signature | undefined {
  const [first = 0, second = 0, third = 0] = head;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  if ((second & 0xf6) === 0xf0) return { kind: 'sound', type: 'audio/aac' };
  const isLayerThree = (second & 0x06) === 0x02 && (second & 0x18) !== 0x08;
  const isPossible = third >> 4 !== 0 && third >> 4 !== 15 && (third & 0x0c) !== 0x0c;
  return isLayerThree && isPossible ? { kind: 'sound', type: 'audio/mpeg' } : undefined;
}

function fits(head: Uint8Array, { at, bytes }: Pattern): boolean {
  if (head.length < at + bytes.length) return false;
  return [...bytes].every((letter, index) => letter === '.' || head[at + index] === letter.charCodeAt(0));
}

/** A character a byte. */
function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + signatureBytes)));
}
