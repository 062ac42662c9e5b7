/** What was read, as it is kept beside the log (LogStore's notes): read by whoever wrote them, or not at all. */
import * as v from 'valibot';
import type { DeviceId, FeedId } from '../core/ids';
import type { Place } from '../core/log-event';
import type { Notes } from '../core/notes';

/** Of each feed, up to where. */
export type Heads = readonly (readonly [FeedId, number])[];

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

const feedSchema = v.pipe(v.string(), v.transform((text) => text as FeedId));
const placeSchema = v.object({
  clock: v.object({ wallMs: v.number(), counter: v.number() }),
  feed: feedSchema,
  sequence: v.number(),
});
const readingSchema = v.object({ since: placeSchema, upTo: placeSchema, late: v.array(placeSchema) });
const othersSchema = v.record(v.string(), v.array(v.tuple([feedSchema, v.number()])));

export function readingIn(notes: Notes): ReadingNote | undefined {
  const parsed = v.safeParse(readingSchema, notes[readingKey]);
  return parsed.success ? parsed.output : undefined;
}

/** Of each device, up to where its person has read each feed of this one. */
export function othersReadingIn(notes: Notes): ReadonlyMap<DeviceId, Heads> {
  const parsed = v.safeParse(othersSchema, notes[othersReadingKey]);
  return new Map(parsed.success ? Object.entries(parsed.output).map(([device, heads]) => [device as DeviceId, heads]) : []);
}

/** No more than that: an event is more than a place. */
export function placeOf({ clock: { wallMs, counter }, feed, sequence }: Place): Place {
  return { clock: { wallMs, counter }, feed, sequence };
}
