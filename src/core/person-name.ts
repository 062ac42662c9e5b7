/** Names that people choose, made safe to stand in a sentence or a heading. */

/** Counted in code points, since a person counts letters, not UTF-16 units. */
export const personNameMaximum = 40;

// Control characters, and the marks that turn the direction of the text around them (Unicode UAX #9): a name must not reorder the sentence it stands in.
const unsafeCharacters = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu;
// More than two combining marks on a letter draw over the neighbouring lines. What shows nothing (joiners, which some scripts and emoji need) does not part them.
const stackedMarks = /((?:\p{M}\p{Cf}*){2})(?:\p{M}\p{Cf}*)+/gu;

// Format characters, fillers and the empty Braille pattern show nothing: a name of these alone would look like none.
const invisible = /[\p{Cf}\p{Z}\p{M}\u115F\u1160\u2800\u3164\uFFA0]/gu;

/** NFC, without unsafe characters, white space folded, at most 40 code points. Empty when nothing visible is left. */
export function cleanPersonName(raw: string): string {
  return cleanName(raw, personNameMaximum);
}

/** The same for a name of another length, such as a room's title. */
export function cleanName(raw: string, maximum: number): string {
  const visible = raw.slice(0, 4 * maximum).normalize('NFC').replace(/\s+/gu, ' ').replace(unsafeCharacters, '').replace(stackedMarks, '$1').trim();
  const name = [...visible].slice(0, maximum).join('').trim();
  return name.replace(invisible, '') === '' ? '' : name;
}
