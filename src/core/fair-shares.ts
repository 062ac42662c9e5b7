/** Of what several have put into a store that holds so many: whoever has put in much makes room, nobody else. Of each the latest stay, which are its last. */
export function fairShares<Key, Item>(itemsByKey: ReadonlyMap<Key, readonly Item[]>, maximum: number): ReadonlyMap<Key, readonly Item[]> {
  const shares = new Map<Key, readonly Item[]>();
  let left = maximum;
  for (const [key, items] of [...itemsByKey].sort(([, a], [, b]) => a.length - b.length)) {
    const share = Math.min(items.length, Math.floor(left / (itemsByKey.size - shares.size)));
    shares.set(key, items.slice(items.length - share));
    left -= share;
  }
  return shares;
}
