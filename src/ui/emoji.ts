/** An emoji as its picker and the suggestions know it: what scripts/emoji-data.mjs leaves of emojibase's data. */

export interface Emoji {
  readonly emoji: string;
  readonly label: string;
  /** Further words to find it by, with spaces between. */
  readonly tags: string;
  /** Of emojibase: 0 smileys, 1 people, 3 animals, 4 food, 5 travel, 6 activities, 7 objects, 8 symbols, 9 flags. */
  readonly group: number;
  /** There are five more of it, one a skin tone. */
  readonly toned: boolean;
}
