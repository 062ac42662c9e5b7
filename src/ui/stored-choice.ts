/** A choice in Settings that outlives the page. Where the browser forbids storage, it lasts as long as the page does. */

const choicesByKey = new Map<string, string>();

/** The stored value, or undefined. `key` is written with the app's prefix. */
export function readChoice(key: string): string | undefined {
  try {
    return localStorage.getItem(`mindmeet.${key}`) ?? choicesByKey.get(key);
  } catch {
    return choicesByKey.get(key);
  }
}

/** undefined forgets the choice. */
export function writeChoice(key: string, value: string | undefined): void {
  if (value === undefined) choicesByKey.delete(key);
  else choicesByKey.set(key, value);
  try {
    if (value === undefined) localStorage.removeItem(`mindmeet.${key}`);
    else localStorage.setItem(`mindmeet.${key}`, value);
  } catch {
    // Blocked or full: the map above keeps it for this page.
  }
}
