/** The writing side of stored-choice.ts, which only Settings needs. */

/** undefined forgets the choice. */
export function storeChoice(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`mindmeet.${name}`);
    else localStorage.setItem(`mindmeet.${name}`, value);
  } catch {
    // Blocked or full: the choice is in force all the same, until the page goes.
  }
}
