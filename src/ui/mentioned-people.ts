/** Who is named in a text that is about to be sent, as `@name`. (mentions.ts shows them in one that came.) */
import { limits } from '../config';
import type { Mention } from '../core/event-content';

/**
 * Those of `candidates` whose `@name` stands in the text by itself, at most `limits.mentions`. Of two whose names begin alike the longer one counts where it stands;
 * of two with the same name the one that comes first.
 */
export function mentionsIn(text: string, candidates: readonly Mention[]): readonly Mention[] {
  const byName = new Map<string, Mention>();
  for (const mention of candidates) if (mention.name !== '' && !byName.has(mention.name)) byName.set(mention.name, mention);
  const longestFirst = [...byName.values()].sort((a, b) => b.name.length - a.name.length);
  const found = new Set<Mention>();
  for (const match of text.matchAll(/(?<![\p{L}\p{N}_])@/gu)) {
    const at = match.index + 1;
    const mention = longestFirst.find(({ name }) => text.startsWith(name, at) && !/^[\p{L}\p{N}_]/u.test(text.slice(at + name.length, at + name.length + 2)));
    if (mention) found.add(mention);
  }
  return [...found].slice(0, limits.mentions);
}
