/** The keys that format what is selected: Ctrl, on Apple's keyboards Command. */
import type { Format } from './text-editing';

const letters: Readonly<Partial<Record<Format, string>>> = { bold: 'b', italic: 'i', link: 'k' };

/** There, Ctrl with a letter moves the caret. */
const apple = /Mac OS X/u.test(navigator.userAgent);

/** What was pressed; undefined when it is no shortcut of ours. */
export function formatOf(event: KeyboardEvent): Format | undefined {
  const wanted = apple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!wanted || event.altKey || event.shiftKey) return undefined;
  return (Object.keys(letters) as Format[]).find((format) => letters[format] === event.key.toLowerCase());
}

/** `shown`: as people write it. `value`: for aria-keyshortcuts. */
export function shortcutOf(format: Format): { readonly shown: string; readonly value: string } | undefined {
  const letter = letters[format]?.toUpperCase();
  if (letter === undefined) return undefined;
  return apple ? { shown: `⌘${letter}`, value: `Meta+${letter}` } : { shown: `Ctrl+${letter}`, value: `Control+${letter}` };
}
