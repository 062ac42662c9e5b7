/** Text as it is searched: no case, no accents, so that `Sao` finds `São` and `olá` finds `OLÁ`. */

/** Compatibility forms apart, marks gone, lower case (Unicode Standard Annex 15). Whoever folds both sides may compare them as they are. */
export function foldText(text: string): string {
  // Normalizing costs ten times what these looks cost, and most letters that people write are among the first.
  if (!beyondAscii.test(text)) return text.toLowerCase();
  return beyondLatin.test(text) ? foldAny(text) : text.replace(latinLetters, (letter) => foldedLatin()[letter.charCodeAt(0)] ?? letter).toLowerCase();
}

const marks = /\p{M}+/gu;
const beyondAscii = /[^\0-\x7f]/;
const beyondLatin = /[^\0-\u017f]/;
const latinLetters = /[\x80-\u017f]/g;

let latin: readonly string[] | undefined;

/** By character code, below 0x180. */
function foldedLatin(): readonly string[] {
  return (latin ??= Array.from({ length: 0x180 }, (_, code) => foldAny(String.fromCharCode(code))));
}

function foldAny(text: string): string {
  return text.normalize('NFKD').replace(marks, '').toLowerCase();
}
