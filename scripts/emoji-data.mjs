/**
 * Leaves of emojibase's data what the picker uses: a twentieth of its bytes. `import('emojibase-data/en/data.json?emoji')` gives an array of
 * `{ emoji, label, tags, group, toned }` (src/ui/emoji-data.ts) in the order of Unicode.
 */
import { readFile } from 'node:fs/promises';

/** Emoji of later versions show as boxes on systems that are still about: this one is in Android 13, iOS 16.4, and Windows 11 of 2023. */
const version = 15;
/** Skin tones and hair by themselves. */
const components = 2;

/** @typedef {{ emoji: string, label: string, tags?: string[], group?: number, order?: number, version: number, skins?: { emoji: string, tone: number | number[] }[] }} Source */

/** @returns {import('vite').Plugin} */
export function emojiData() {
  return {
    name: 'mindmeet-emoji-data',
    enforce: 'pre',
    load: {
      filter: { id: /\/emojibase-data\/\w+\/data\.json\?emoji$/ },
      async handler(id) {
        const all = JSON.parse(await readFile(id.replace(/\?emoji$/, ''), 'utf8'));
        return { code: `export default ${JSON.stringify(picked(all))};`, moduleType: 'js' };
      },
    },
  };
}

function picked(/** @type {Source[]} */ all) {
  return all
    .filter((each) => each.group !== undefined && each.group !== components && each.version <= version)
    .sort((a, b) => Number(a.order) - Number(b.order))
    .map((each) => ({ emoji: qualified(each.emoji), label: each.label, tags: tags(each), group: each.group, toned: hasTones(each) }));
}

/** emojibase puts the selector of colour also where it changes nothing; keyboards don't (Unicode UTS #51, emoji-sequences.txt), and the same reaction must be the same text. */
function qualified(/** @type {string} */ emoji) {
  return emoji.replace(/(\p{Emoji_Presentation})\uFE0F/gu, '$1');
}

/** Words that the label has already find nothing more. */
function tags(/** @type {Source} */ { label, tags = [] }) {
  const words = new Set(label.toLowerCase().split(/[\s:,]+/));
  return tags.filter((tag) => !words.has(tag)).join(' ');
}

/** Whether emoji-data.ts can make the others of it: where two people are in one, each has a tone. */
function hasTones(/** @type {Source} */ { emoji, skins = [] }) {
  const medium = skins.find(({ tone }) => tone === 3)?.emoji;
  return medium !== undefined && emoji.replace(/^(.)\uFE0F?/u, '$1\u{1F3FD}') === medium;
}
