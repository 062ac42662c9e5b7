/** Texts without Markdown are shown without loading anything; only their addresses become links. */

export interface TextPart {
  readonly text: string;
  /** http or https. */
  readonly url: string | undefined;
}

// Anything that GitHub Flavored Markdown gives a meaning (https://github.github.com/gfm/): marks, raw HTML, entities, lists, rules, tables, bare www and mail addresses.
const markdown = /[*_`~#<>[\]\\|]|&[#\w]+;|^\s*(?:[-+]|\d+[.)])\s|^(?: {4}|\t)|^\s*(?:-{2,}|=+)\s*$|www\.|\S@\S+\.\S/m;
const address = /https?:\/\/[^\s<>"']+/giu;
const trailing = /[.,;:!?)\]}…]+$/u;

/** False when the Markdown of `text` would look like the text itself. Addresses don't count: underscores are usual in them. */
export function needsMarkdown(text: string): boolean {
  return markdown.test(text.replace(address, ' '));
}

/** The text in pieces, addresses apart. Punctuation after an address belongs to the sentence. */
export function plainParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const match of text.matchAll(address)) {
    const url = match[0].replace(trailing, '');
    if (!URL.canParse(url)) continue;
    if (match.index > done) parts.push({ text: text.slice(done, match.index), url: undefined });
    parts.push({ text: url, url });
    done = match.index + url.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done), url: undefined });
  return parts;
}
