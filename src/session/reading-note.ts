/** Places as they are kept beside the log (LogStore's notes): read by whoever wrote them, or not at all. */
import * as v from 'valibot';
import type { DeviceId, FeedId } from '../core/ids';
import type { Place } from '../core/log-event';
import type { Notes } from '../storage/log-store';

/** What this device's person has read. */
export interface ReadingNote {
  /** This device came into the room then: what is older was never unread here. */
  readonly since: Place;
  readonly upTo: Place;
  /** Came later, but stand before `upTo`, since their authors were away. */
  readonly late: readonly Place[];
}

export const readingKey = 'reading';
export const othersReadingKey = 'othersReading';

const placeSchema = v.object({
  clock: v.object({ wallMs: v.number(), counter: v.number() }),
  feed: v.pipe(v.string(), v.transform((text) => text as FeedId)),
  sequence: v.number(),
});
const readingSchema = v.object({ since: placeSchema, upTo: placeSchema, late: v.array(placeSchema) });
const othersSchema = v.record(v.string(), placeSchema);

export function readingIn(notes: Notes): ReadingNote | undefined {
  const parsed = v.safeParse(readingSchema, notes[readingKey]);
  return parsed.success ? parsed.output : undefined;
}

export function othersReadingIn(notes: Notes): ReadonlyMap<DeviceId, Place> {
  const parsed = v.safeParse(othersSchema, notes[othersReadingKey]);
  return new Map(parsed.success ? (Object.entries(parsed.output) as [DeviceId, Place][]) : []);
}

/** No more than that: an event is more than a place. */
export function placeOf({ clock: { wallMs, counter }, feed, sequence }: Place): Place {
  return { clock: { wallMs, counter }, feed, sequence };
}
