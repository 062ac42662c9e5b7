/** The secret that a link carries, as people handle it: 16 base58 digits and one check digit, without the characters that chat programs cut off. */
import type { InviteCode } from './ids';

// Bitcoin's alphabet: no 0, O, I, l, which look alike on paper.
const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const base = 58n;
const digits = 16;

/** Digits of a code, its check digit included. */
export const inviteCodeLength = digits + 1;

// Prime to 58, so each wrong digit changes the sum; distinct modulo 29, so two digits changed about do too, unless they lie exactly 29 apart.
const weights = [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 31, 33];

/** `hash` must have at least 16 bytes; the first 128 bits, modulo 58^16, are the code. */
export function encodeInviteCode(hash: Uint8Array): InviteCode {
  if (hash.length < 16) throw new RangeError('too few bytes');
  let number = 0n;
  for (const byte of hash.subarray(0, 16)) number = (number << 8n) | BigInt(byte);
  number %= base ** BigInt(digits);
  let text = '';
  for (let at = 0; at < digits; at++) {
    text = alphabet.charAt(Number(number % base)) + text;
    number /= base;
  }
  return (text + checkDigit(text)) as InviteCode;
}

export type ParsedInvite = { readonly kind: 'invite'; readonly code: InviteCode } | { readonly kind: 'broken'; readonly reason: 'incomplete' | 'mistyped' };

/** Tells a slip of the finger from a room: incomplete (any other length), mistyped (a foreign character, or the check digit is wrong). */
export function parseInviteCode(text: string): ParsedInvite {
  if (text.length !== inviteCodeLength) return { kind: 'broken', reason: 'incomplete' };
  for (const character of text) if (!alphabet.includes(character)) return { kind: 'broken', reason: 'mistyped' };
  const body = text.slice(0, digits);
  return checkDigit(body) === text.charAt(digits) ? { kind: 'invite', code: text as InviteCode } : { kind: 'broken', reason: 'mistyped' };
}

function checkDigit(body: string): string {
  let sum = 0;
  for (const [at, weight] of weights.entries()) sum += weight * alphabet.indexOf(body.charAt(at));
  return alphabet.charAt(sum % 58);
}
