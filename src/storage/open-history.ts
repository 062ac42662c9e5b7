/** The history of one room, on disk if there is one. Apart from open-storage.ts, so that the home page doesn't load it. */
import type { RoomAlias } from '../core/ids';
import type { Database } from './database';
import { FallbackHistoryStore } from './fallback-history-store';
import type { ReportFailure } from './fallback';
import type { HistoryStore } from './history-store';
import { IdbHistoryStore } from './idb-history-store';
import { MemoryHistoryStore } from './memory-history-store';

/** `report` is told of each failure of the disk; the store itself goes on. */
export function openHistory(database: Database | undefined, alias: RoomAlias, report: ReportFailure): HistoryStore {
  return database ? new FallbackHistoryStore(new IdbHistoryStore(database, alias), report) : new MemoryHistoryStore();
}
