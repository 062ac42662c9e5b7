/** What scripts/emoji-data.mjs makes of emojibase's data. */
declare module '*/data.json?emoji' {
  // Only a file that is no module may declare modules by a pattern.
  // oxlint-disable-next-line typescript/consistent-type-imports
  const emoji: readonly import('./emoji').Emoji[];
  export default emoji;
}
