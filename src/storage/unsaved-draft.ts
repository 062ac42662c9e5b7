/** What was typed last and may not be on the disk yet: a page that is loaded anew loses writes under way, and its session storage is written at once. Kept no longer than that. */
import type { RoomAlias } from '../core/ids';

const keyOf = (alias: RoomAlias): string => `mindmeet/draft/${alias}`;

export function noteUnsaved(alias: RoomAlias, draft: string): void {
  attempt(() => sessionStorage.setItem(keyOf(alias), draft));
}

/** Undefined when the disk has it. */
export function unsavedDraft(alias: RoomAlias): string | undefined {
  return attempt(() => sessionStorage.getItem(keyOf(alias))) ?? undefined;
}

/** The disk has it, if nothing else was typed meanwhile. */
export function noteSaved(alias: RoomAlias, draft: string): void {
  if (unsavedDraft(alias) === draft) forgetUnsaved(alias);
}

export function forgetUnsaved(alias: RoomAlias): void {
  attempt(() => sessionStorage.removeItem(keyOf(alias)));
}

/** Undefined where the browser gives no session storage, or it is full: then a reload may lose the last letters. */
function attempt<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
