/** A choice in Settings that outlives the page. Where the browser forbids storage, it lasts as long as the page does. */

/** The stored value; undefined when there is none, or none may be read. */
export function readChoice(name: string): string | undefined {
  try {
    return localStorage.getItem(`mindmeet.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}
