/** Forgetting a room with all that was kept of it. Apart from room-store.ts, since the home page seldom needs it. */
import type { RoomAlias } from '../core/ids';
import { keysOfRoom, logStores, type Database } from './database';

const stores = ['rooms', 'messages', 'admission', 'pins', ...logStores] as const;

/** Of what the database has, all or nothing; the files go whatever it says, or are swept away when others are opened (erase-files.ts). */
export async function eraseRoom(database: Database, alias: RoomAlias): Promise<void> {
  const erasing = import('./erase-files').then(({ eraseFiles }) => eraseFiles(alias));
  const [rows] = await Promise.allSettled([eraseRows(database, alias), erasing]);
  if (rows.status === 'rejected') throw rows.reason;
}

async function eraseRows(database: Database, alias: RoomAlias): Promise<void> {
  await database.writeAcross(stores, 'strict', (storeOf) => Promise.all(stores.map((name) => storeOf(name).delete(name === 'rooms' ? alias : keysOfRoom(alias)))));
}
