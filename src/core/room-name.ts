/**
 * Names that are rooms: whoever types the same name finds the same room, on any keyboard, so what doesn't show in a name doesn't count in it.
 *
 *     name = NFKC(lower case(NFKC(raw)) without invisible and control characters, inner white space one space, trimmed)
 *
 * This is NFKC_Casefold (Unicode 17, §3.13), but `toLowerCase` instead of full case folding: `ß` is not `ss`. The name is the input of a key (docs/protocol.md),
 * so nothing here may depend on the language, nor on how new the browser's Unicode tables are; characters that it doesn't know yet stay as they are.
 */
import type { NamedRoomCode } from './ids';

/** What stands before the name in an address, both in the fragment and in the path. */
const prefix = '/rooms/';

// Default_Ignorable_Code_Point has the marks that turn the direction of text, joiners, variation selectors, soft hyphens and fillers.
const unseen = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
// More than two combining marks in a row draw over the neighbouring lines.
const stackedMarks = /(\p{M}{2})\p{M}+/gu;
const withoutInk = /[\p{M}\u2800]/gu;
// What chat programs take for the end of a sentence around the link, not for a part of it.
const cutOff = /[!'()*]|[.~_-]$/gu;

/** The name that `raw` means; empty when nothing visible is left. Cleaning a clean name changes nothing. Any length. */
export function cleanRoomName(raw: string): string {
  const lower = raw.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').replace(unseen, '').normalize('NFKC');
  const name = lower.replace(stackedMarks, '$1').replace(/ +/gu, ' ').trim();
  return name.replace(withoutInk, '') === '' ? '' : name;
}

/** `name`: a clean one. */
export function namedRoomCode(name: string): NamedRoomCode {
  return (prefix + encodeURIComponent(name).replace(cutOff, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)) as NamedRoomCode;
}

/** The clean name in a fragment (without `#`) or path of the form `/rooms/NAME`, '' for one without a name; undefined for anything else, or when its encoding is broken. */
export function readNamedRoomCode(text: string): string | undefined {
  if (!text.startsWith(prefix)) return undefined;
  try {
    return cleanRoomName(decodeURIComponent(text.slice(prefix.length).replace(/\/+$/u, '')));
  } catch {
    return undefined;
  }
}
