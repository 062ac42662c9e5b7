/** Base32 (RFC 4648 §6, lower case, no padding): ids that the signaling server's grammar allows and no case folding breaks. */

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** The first `characters` base32 characters of `bytes`; 26 of them carry 130 bits. Throws RangeError when `bytes` is too short. */
export function encodeBase32(bytes: Uint8Array, characters: number): string {
  if (bytes.length * 8 < characters * 5) throw new RangeError('too few bytes');
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((buffer >>> bits) & 31);
      if (text.length === characters) return text;
    }
    buffer &= (1 << bits) - 1;
  }
  return text;
}

/** How long every id of ours is. */
export const idLength = 26;

/** True for 26 characters of the alphabet. */
export function isBase32Id(text: string): boolean {
  return /^[a-z2-7]{26}$/.test(text);
}
