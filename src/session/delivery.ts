/** How far an own message has come: from what the other devices say that they hold, and up to where they say that it was read. */
import type { DeviceId } from '../core/ids';
import type { Place } from '../core/log-event';
import type { Delivery } from '../core/message';
import type { SyncFace } from './log-face';

/** A device that is to get what is said here, here now or not. */
export interface Recipient {
  readonly device: DeviceId;
  /** It may see messages from then on (milliseconds since 1970); 0: all. */
  readonly sinceMs: number;
}

/** `hasRead` is asked only of those that have it. */
export function deliveryTo(recipients: readonly Recipient[], place: Place, sync: Pick<SyncFace, 'has'>, hasRead: (device: DeviceId) => boolean): Delivery {
  const meant = recipients.filter(({ sinceMs }) => sinceMs <= place.clock.wallMs);
  const holders = meant.filter(({ device }) => sync.has(device, place));
  const count = holders.length;
  if (count === 0) return { kind: 'waiting' };
  const readCount = holders.filter(({ device }) => hasRead(device)).length;
  return readCount === 0 ? { kind: 'delivered', count, of: meant.length } : { kind: 'read', count, of: meant.length, readCount };
}
