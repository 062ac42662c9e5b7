/** How large a JPEG says that it is (ITU-T T.81, annex B), so that it is known before anything is decoded. */

/** Start of frame: baseline to lossless, but for the numbers that mean tables. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Tables, applications' own, comments: what has a length and may stand before the frame. Behind any other one a decoder would look elsewhere than we. */
const hasLength = (marker: number): boolean => marker === 0xc4 || marker === 0xcc || marker === 0xdb || marker === 0xdd || (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;

/** In pixels; undefined for anything else than a JPEG with a frame in it, and for one that goes there by detours. */
export function jpegSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const word = (at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (word(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + word(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    if (isFrame(marker)) {
      const [height, width] = [word(at + 5), word(at + 7)];
      return width > 0 && height > 0 ? { width, height } : undefined;
    }
    if (!hasLength(marker) || word(at + 2) < 2) return undefined;
  }
  return undefined;
}
