/** Looks for messages in all rooms that this device has kept, one after the other; none of them is opened for it. */
import type { DeviceId, RoomAlias } from '../core/ids';
import type { LogStore } from '../storage/log-store';
import type { RoomStore } from '../storage/room-store';
import type { RoomHit } from './faces';
import { MessageReader } from './message-reader';
import { searchMessages } from './message-search';

export interface KeptRooms {
  readonly rooms: Pick<RoomStore, 'kept'>;
  readonly ownId: DeviceId;
  readonly now: () => number;
  readonly logOf: (alias: RoomAlias) => LogStore;
}

/** The room visited last first, newest first within a room. Ends when `signal` aborts. */
export async function* searchRooms({ rooms, ownId, now, logOf }: KeptRooms, text: string, signal: AbortSignal): AsyncIterable<readonly RoomHit[]> {
  if (text.trim() === '') return;
  for (const { alias } of await rooms.kept()) {
    if (signal.aborted) return;
    const store = logOf(alias);
    const { feeds } = await store.load('read');
    const viewer = { ownId, now, nameOf: () => '', deliveryOf: () => undefined };
    const reader = new MessageReader({ store, feeds: new Map(feeds.map((feed) => [feed.id, feed])) }, viewer);
    for await (const messages of searchMessages(reader, text, signal)) yield messages.map((message) => ({ alias, message }));
  }
}
