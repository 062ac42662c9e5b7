/** The part of a text in which something was found, with what was found marked. */
import { foldText } from '../core/fold';

export interface ExcerptPart {
  readonly text: string;
  /** It is what was searched for. */
  readonly marked: boolean;
}

/** Characters of an excerpt, and of what stands before the first mark in it. */
const length = 180;
const lead = 40;
/** A long text is looked at only this far around the place: folding it letter by letter takes its time, two hundred times over. */
const reach = 1_000;

/** Marks the whole of `words` where it stands in `text`, else each single word. Case and accents don't matter; white space is folded. */
export function excerptOf(text: string, words: string): readonly ExcerptPart[] {
  const near = nearby(text, words);
  const line = near.text.replace(/\s+/gu, ' ').trim();
  const marks = marksIn(line, words);
  const start = startOf(line, marks[0]?.from ?? 0);
  const end = Math.min(line.length, start + length);
  const parts: ExcerptPart[] = start > 0 || near.cutBefore ? [{ text: '…', marked: false }] : [];
  let done = start;
  for (const { from, to } of marks) {
    if (from >= end) break;
    if (from > done) parts.push({ text: cut(line, done, from), marked: false });
    parts.push({ text: cut(line, from, Math.min(to, end)), marked: true });
    done = Math.min(to, end);
  }
  if (done < end) parts.push({ text: cut(line, done, end), marked: false });
  return end < line.length || near.cutAfter ? [...parts, { text: '…', marked: false }] : parts;
}

/** Folded and as written, a place in a text is about as far in. */
function nearby(text: string, words: string): { readonly text: string; readonly cutBefore: boolean; readonly cutAfter: boolean } {
  if (text.length <= 2 * reach) return { text, cutBefore: false, cutAfter: false };
  const folded = foldText(text);
  const place = Math.max(0, folded.indexOf(foldText(words.trim())), folded.indexOf(foldText(words.trim().split(/\s/u)[0] ?? '')));
  const at = Math.round((place / folded.length) * text.length);
  const from = Math.max(0, at - reach);
  return { text: text.slice(from, at + reach), cutBefore: from > 0, cutAfter: at + reach < text.length };
}

/** Without the half of a letter that a cut leaves. */
function cut(line: string, from: number, to: number): string {
  return line.slice(from, to).replace(/\p{Surrogate}/gu, '');
}

/** At the beginning of a word, if one is near. */
function startOf(line: string, firstMark: number): number {
  if (firstMark <= lead) return 0;
  const earliest = firstMark - lead;
  const space = line.indexOf(' ', earliest);
  return space >= 0 && space < firstMark ? space + 1 : earliest;
}

interface Mark {
  readonly from: number;
  readonly to: number;
}

function marksIn(line: string, words: string): readonly Mark[] {
  const { folded, places } = foldWithPlaces(line);
  const whole = foldText(words.replace(/\s+/gu, ' ').trim());
  const wanted = whole === '' ? [] : folded.includes(whole) ? [whole] : [...new Set(whole.split(' '))];
  const marks = wanted.flatMap((word) => occurrences(folded, word)).sort((a, b) => a.from - b.from);
  // One word may stand within another.
  const apart = marks.filter(({ from }, index) => !marks.slice(0, index).some((earlier) => earlier.to > from));
  return apart.map(({ from, to }) => ({ from: places[from] ?? line.length, to: places[to] ?? line.length }));
}

function occurrences(text: string, word: string): readonly Mark[] {
  const found: Mark[] = [];
  for (let from = text.indexOf(word); from >= 0; from = text.indexOf(word, from + word.length)) found.push({ from, to: from + word.length });
  return found;
}

/** Folding makes texts shorter and longer: `places` says for each character of `folded`, and for its end, where it stood in `text`. */
function foldWithPlaces(text: string): { readonly folded: string; readonly places: readonly number[] } {
  let folded = '';
  const places: number[] = [];
  let at = 0;
  for (const character of text) {
    const piece = foldText(character);
    for (let index = 0; index < piece.length; index++) places.push(at);
    folded += piece;
    at += character.length;
  }
  return { folded, places: [...places, at] };
}
