/** Where a conversation ends for now. What is dated further ahead than a clock is let be off would stand below everything said from now on: it is shown when its time comes. */
import { timing } from '../config';
import { counterMaximum } from '../core/clock';
import type { DeviceId, FeedId } from '../core/ids';
import type { FeedRecord, Place } from '../core/log-event';

/** What this device wrote itself is always there, however its clock was set then. */
export function presentEnd(feeds: ReadonlyMap<FeedId, Pick<FeedRecord, 'device' | 'head'>>, ownId: DeviceId, nowMs: number): Place {
  let latestMs = nowMs;
  for (const { device, head } of feeds.values()) if (device === ownId && head) latestMs = Math.max(latestMs, head.clock.wallMs);
  return lastPlaceAt(latestMs + timing.clockAheadMs);
}

/** After everything of that millisecond: `~` comes after every character of an id. */
export function lastPlaceAt(wallMs: number): Place {
  return { clock: { wallMs, counter: counterMaximum }, feed: '~' as FeedId, sequence: Infinity };
}
