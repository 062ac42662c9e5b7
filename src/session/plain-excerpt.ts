/** The beginning of a text without its Markdown: for quotes, where a line must do. It is shown as text, so nothing depends on what this misses. */

const excerptCharacters = 200;
// Of a text of 16 KiB only its beginning is looked at.
const lookedAt = 1_000;

export function plainExcerpt(markdown: string): string {
  const plain = markdown
    .slice(0, lookedAt)
    .replace(/^[ \t]*(?:`{3,}|~{3,})[^\n]*$/gmu, '')
    .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/gu, '$1')
    .replace(/^[ \t]*(?:>[ \t]?)+/gmu, '')
    .replace(/^[ \t]*#{1,6}[ \t]+/gmu, '')
    .replace(/^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+/gmu, '')
    .replace(/(\*{1,3}|~{2}|`+)(\S(?:[^\n]*?\S)?)\1/gu, '$2')
    .replace(/(?<![\p{L}\p{N}])(_{1,3})(\S(?:[^\n]*?\S)?)\1(?![\p{L}\p{N}])/gu, '$2')
    .replace(/\s+/gu, ' ')
    .trim();
  const characters = [...plain];
  return characters.length > excerptCharacters ? `${characters.slice(0, excerptCharacters - 1).join('').trimEnd()}…` : plain;
}
