/** Lists of events in the order of the conversation, as every store of the log holds them for a while. */
import type { MessageId } from '../core/ids';
import { comparePlaces, messageIdOf, type Place, type StoredEvent } from '../core/log-event';
import { isMessage, type PageQuery } from './log-store';

export type OrderedEvents = readonly StoredEvent[];

/** `events` in order, `changes` among them; where both have one of the same place, the one in `changes`. */
export function mergeOrdered(events: OrderedEvents, changes: OrderedEvents): OrderedEvents {
  const [last, ...sorted] = [events.at(-1), ...inOrder(changes)];
  const [first] = sorted;
  if (!first) return events;
  // What is new is nearly always newer.
  if (!last || comparePlaces(last, first) < 0) return [...events, ...sorted];
  const start = positionOf(events, first);
  const merged = events.slice(0, start);
  let at = start;
  for (const change of sorted) {
    for (let event = events[at]; event && comparePlaces(event, change) < 0; event = events[++at]) merged.push(event);
    const held = events[at];
    if (held && comparePlaces(held, change) === 0) at++;
    merged.push(change);
  }
  for (; at < events.length; at++) merged.push(events[at] as StoredEvent);
  return merged;
}

export function inOrder(events: readonly StoredEvent[]): StoredEvent[] {
  return [...events].sort(comparePlaces);
}

/** Of the first that is not before `place`. */
export function positionOf(events: readonly Place[], place: Place): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePlaces(events[middle] as Place, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The messages that a PageQuery asks for, in order. */
export function pageOf(events: OrderedEvents, { before, after, limit }: PageQuery): StoredEvent[] {
  const start = after ? positionAfter(events, after) : 0;
  const end = before ? positionOf(events, before) : events.length;
  const page: StoredEvent[] = [];
  // Next to `after` where that is given, else at the end.
  for (let step = 0; step < end - start && page.length < limit; step++) {
    const event = events[after ? start + step : end - 1 - step] as StoredEvent;
    if (isMessage(event)) page.push(event);
  }
  return after ? page : page.reverse();
}

function positionAfter(events: OrderedEvents, place: Place): number {
  const position = positionOf(events, place);
  const event = events[position];
  return event && comparePlaces(event, place) === 0 ? position + 1 : position;
}

/** When the body has to go, in milliseconds since 1970; undefined: never, or it is gone. */
export function dueMsOf({ lifetimeS, clock, body }: StoredEvent): number | undefined {
  return lifetimeS > 0 && body ? clock.wallMs + lifetimeS * 1_000 : undefined;
}

/** What LogStore.due tells of these. */
export function dueOf(events: Iterable<StoredEvent>, nowMs: number, limit: number): { readonly ids: readonly MessageId[]; readonly nextMs: number | undefined } {
  const ids: MessageId[] = [];
  let nextMs: number | undefined;
  for (const event of events) {
    const dueMs = dueMsOf(event);
    if (dueMs === undefined) continue;
    if (dueMs <= nowMs && ids.length < limit) ids.push(messageIdOf(event));
    else nextMs = earlier(nextMs, dueMs);
  }
  return { ids, nextMs };
}

export function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
