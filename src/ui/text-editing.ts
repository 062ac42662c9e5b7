/** Markdown marks, put around what is selected in a text or taken off it again. Pure; field-editing.ts brings the change into a field. */

/** Selected: from `start` to `end`, in UTF-16 units as a textarea counts them. */
export interface Passage {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Between `from` and `to`, `insert` takes the place of what stands there; then `start` to `end` is selected. */
export interface TextChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly start: number;
  readonly end: number;
}

export const formats = ['bold', 'italic', 'strikethrough', 'code', 'code-block', 'link', 'quote', 'list'] as const;
export type Format = (typeof formats)[number];

/** Where the address of a link is to be written: selected, so that typing replaces it. */
const addressPlaceholder = 'url';

/** What the button of that name does to the passage; pressed again, it takes its marks away. */
export function formatChange(passage: Passage, format: Format): TextChange {
  switch (format) {
    case 'bold':
      return surround(passage, '**');
    case 'italic':
      return surround(passage, '*');
    case 'strikethrough':
      return surround(passage, '~~');
    case 'code':
      return surround(passage, fence(selected(passage), 1));
    case 'code-block':
      return block(passage);
    case 'link':
      return link(passage);
    case 'quote':
      return prefixLines(passage, '> ');
    case 'list':
      return prefixLines(passage, '- ');
  }
}

function selected({ text, start, end }: Passage): string {
  return text.slice(start, end);
}

/** Marks hug the text they are about (CommonMark 0.31 §6.2), so the white space at the ends of the selection stays outside. */
function surround(passage: Passage, mark: string): TextChange {
  const { text } = passage;
  const inner = selected(passage).trim();
  const start = inner === '' ? passage.start : passage.start + selected(passage).indexOf(inner);
  const end = inner === '' ? passage.end : start + inner.length;
  if (marksAround(text, start, end, mark)) return replace(start - mark.length, end + mark.length, text.slice(start, end), 0);
  if (inner.length > 2 * mark.length && marksAround(text, start + mark.length, end - mark.length, mark)) return replace(start, end, inner.slice(mark.length, -mark.length), 0);
  // At the edge of the content a backtick would be taken for one more of the mark; one space is taken off again (§6.1).
  const space = mark.startsWith('`') && /^`|`$/u.test(inner) ? ' ' : '';
  return replace(start, end, `${mark}${space}${text.slice(start, end)}${space}${mark}`, mark.length + space.length);
}

/** One star of three, or two of three, are there as well: `***both***`. */
function marksAround(text: string, start: number, end: number, mark: string): boolean {
  const sign = mark.charAt(0);
  const count = Math.min(run(text, start - 1, -1, sign), run(text, end, 1, sign));
  return sign === '*' ? count <= 3 && (mark.length === 2 ? count >= 2 : count % 2 === 1) : count === mark.length;
}

function run(text: string, from: number, step: -1 | 1, sign: string): number {
  let length = 0;
  while (text.charAt(from + step * length) === sign) length += 1;
  return length;
}

/** More backticks than stand anywhere in the text in a row. */
function fence(text: string, atLeast: number): string {
  const longest = Math.max(0, ...(text.match(/`+/gu) ?? []).map(({ length }) => length));
  return '`'.repeat(longest < atLeast ? atLeast : longest + 1);
}

/** A fence stands on a line of its own. */
function block(passage: Passage): TextChange {
  const { text, start, end } = passage;
  const before = /(?<=^|\n)(`{3,})\w*\n$/u.exec(text.slice(0, start));
  const after = /^\n(`{3,})(?=\n|$)/u.exec(text.slice(end));
  if (before && after && before[1] === after[1]) return replace(start - before[0].length, end + after[0].length, selected(passage), 0);
  const marks = fence(selected(passage), 3);
  const opening = `${start > 0 && text.charAt(start - 1) !== '\n' ? '\n' : ''}${marks}\n`;
  const closing = `\n${marks}${end < text.length && text.charAt(end) !== '\n' ? '\n' : ''}`;
  return { ...replace(start, end, opening + selected(passage) + closing, 0), start: start + opening.length, end: end + opening.length };
}

function link(passage: Passage): TextChange {
  const { start, end } = passage;
  const words = selected(passage);
  const caret = start + 1;
  if (/^https?:\/\/\S+$/u.test(words)) return { from: start, to: end, insert: `[](${words})`, start: caret, end: caret };
  const insert = `[${words}](${addressPlaceholder})`;
  if (words === '') return { from: start, to: end, insert, start: caret, end: caret };
  const address = caret + words.length + 2;
  return { from: start, to: end, insert, start: address, end: address + addressPlaceholder.length };
}

function prefixLines(passage: Passage, prefix: string): TextChange {
  const { text, start, end } = passage;
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', end);
  const to = next < 0 ? text.length : next;
  const lines = text.slice(from, to).split('\n');
  const off = lines.every((line) => line.startsWith(prefix));
  const insert = lines.map((line) => (off ? line.slice(prefix.length) : prefix + line)).join('\n');
  if (start < end) return { from, to, insert, start: from, end: from + insert.length };
  const caret = Math.max(from, start + (off ? -prefix.length : prefix.length));
  return { from, to, insert, start: caret, end: caret };
}

/** The same text selected as before, without `margin` at both ends of what is new. */
function replace(from: number, to: number, insert: string, margin: number): TextChange {
  return { from, to, insert, start: from + margin, end: from + insert.length - margin };
}
