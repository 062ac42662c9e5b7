/** All emoji with their names in the person's language; loaded when somebody looks for one. */
// Tests are compiled without the folder around this file, and an import can't bring a declaration of what isn't there.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./emojibase.d.ts" />
import { foldText } from '../core/fold';
import type { Emoji } from './emoji';
import { language, type Language } from './i18n/language';

/** 0: as drawn, yellow. 1 to 5: from light to dark (Fitzpatrick, Unicode UTS #51). */
export type SkinTone = 0 | 1 | 2 | 3 | 4 | 5;

// What scripts/emoji-data.mjs leaves of it; emojibase's Portuguese is Brazilian, as that of CLDR.
const sources: Readonly<Record<Language, () => Promise<{ readonly default: readonly Emoji[] }>>> = {
  en: () => import('emojibase-data/en/data.json?emoji'),
  'pt-BR': () => import('emojibase-data/pt/data.json?emoji'),
};

/** In the order of Unicode. Rejects when it can't be loaded just now. */
export async function loadEmoji(): Promise<readonly Emoji[]> {
  const source = await sources[language()]();
  return source.default;
}

/** Those whose name or tags have a word that begins with each word of the query; names first, and among them those that begin with it. */
export function searchEmoji(all: readonly Emoji[], query: string, maximum: number): readonly Emoji[] {
  const words = foldText(query).split(/[\s_]+/u).filter((word) => word !== '');
  if (words.length === 0) return [];
  const ranked = [[], [], []] as [Emoji[], Emoji[], Emoji[]];
  for (const each of all) {
    const label = foldText(each.label);
    if (label.startsWith(words.join(' '))) ranked[0].push(each);
    else if (hasAll(label, words)) ranked[1].push(each);
    else if (hasAll(`${label} ${foldText(each.tags)}`, words)) ranked[2].push(each);
  }
  return ranked.flat().slice(0, maximum);
}

function hasAll(text: string, words: readonly string[]): boolean {
  const spaced = ` ${text}`;
  return words.every((word) => spaced.includes(` ${word}`));
}

/** The emoji in that skin tone. The modifier stands behind the first person of it, in place of a variation selector. */
export function withTone({ emoji, toned }: Emoji, tone: SkinTone): string {
  if (!toned || tone === 0) return emoji;
  return emoji.replace(/^(.)\uFE0F?/u, `$1${String.fromCodePoint(0x1f3fa + tone)}`);
}
