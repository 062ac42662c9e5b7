/** What the emoji picker says. The names of the emoji come with emoji-data.ts. */
import { msg } from './localize';

export const search = () => msg('Search emoji');
export const skinTone = () => msg('Skin tone');
export const recent = () => msg('Recently used');
export const found = () => msg('Found');
export const nothingFound = () => msg('No emoji found');
export const loading = () => msg('Loading…');
export const notLoaded = () => msg('The emoji could not be loaded. Try again later.');

/** By emojibase's number of the group. */
export function groupName(group: number): string {
  switch (group) {
    case 0:
      return msg('Smileys and emotions');
    case 1:
      return msg('People and body');
    case 3:
      return msg('Animals and nature');
    case 4:
      return msg('Food and drink');
    case 5:
      return msg('Travel and places');
    case 6:
      return msg('Activities');
    case 7:
      return msg('Objects');
    case 8:
      return msg('Symbols');
    default:
      return msg('Flags');
  }
}
