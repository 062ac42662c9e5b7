/** Small things that are kept beside a room's log, as JSON: read positions, what others have. */
export type Notes = Readonly<Record<string, unknown>>;

/** What is kept with the change in it; `undefined` deletes. */
export function mergeNotes(notes: Notes, change: Notes): Notes {
  return Object.fromEntries(Object.entries({ ...notes, ...change }).filter(([, value]) => value !== undefined));
}
