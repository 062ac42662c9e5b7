/** The blocks that a GIF is made of (GIF89a specification, sections 17 to 26), found without unpacking any of them. */

/** `start` and `end`: bytes of the whole block. `label`: of an extension (0xfe: comment); `application`: whose it is (0xff alone). */
export type GifBlock =
  | { readonly kind: 'frame'; readonly right: number; readonly bottom: number; readonly start: number; readonly end: number }
  | { readonly kind: 'extension'; readonly label: number; readonly application: string; readonly start: number; readonly end: number }
  | { readonly kind: 'trailer'; readonly start: number; readonly end: number };

/** In order; of the last one, only the beginning may be there. Ends where the bytes end or make no sense. `bytes` begin with a GIF's signature. */
export function* gifBlocks(bytes: Uint8Array): Generator<GifBlock, void, undefined> {
  let at = 13 + colorTableBytes(bytes[10] ?? 0);
  while (at < bytes.length) {
    const block = readBlock(bytes, at);
    if (!block) return;
    yield block;
    if (block.kind === 'trailer') return;
    at = block.end;
  }
}

function readBlock(bytes: Uint8Array, start: number): GifBlock | undefined {
  const word = (at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  switch (bytes[start]) {
    case 0x2c: {
      if (start + 10 > bytes.length) return undefined;
      // Behind the descriptor and its colours stands one byte for the code size.
      const data = start + 10 + colorTableBytes(bytes[start + 9] ?? 0) + 1;
      return { kind: 'frame', right: word(start + 1) + word(start + 5), bottom: word(start + 3) + word(start + 7), start, end: endOfData(bytes, data) };
    }
    case 0x21: {
      const label = bytes[start + 1] ?? 0;
      const application = label === 0xff ? String.fromCharCode(...bytes.subarray(start + 3, start + 14)) : '';
      return { kind: 'extension', label, application, start, end: endOfData(bytes, start + 2) };
    }
    case 0x3b:
      return { kind: 'trailer', start, end: start + 1 };
    default:
      return undefined;
  }
}

/** Sub-blocks follow each other, each led by its length, until one of length 0 (section 15). */
function endOfData(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
  return at + 1;
}

/** Of the packed byte of a descriptor: whether there is one, and how large (sections 18 and 20). */
function colorTableBytes(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 0x07) + 1) : 0;
}
