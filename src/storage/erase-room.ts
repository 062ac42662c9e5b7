/** Forgetting a room with all that was kept of it. Apart from room-store.ts, since the home page seldom needs it. */
import type { RoomAlias } from '../core/ids';
import { keysOfRoom, logStores, type Database } from './database';

const stores = ['rooms', 'messages', 'admission', 'pins', ...logStores] as const;

/** All of it or nothing. */
export async function eraseRoom(database: Database, alias: RoomAlias): Promise<void> {
  await database.writeAcross(stores, 'strict', (storeOf) => Promise.all(stores.map((name) => storeOf(name).delete(name === 'rooms' ? alias : keysOfRoom(alias)))));
}
