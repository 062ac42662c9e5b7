/** Who has a room's log: the row that stands before all others of it, in clear, at [alias, 'log']. */
import { AppError } from '../core/app-error';
import type { RoomAlias } from '../core/ids';
import { keysOfRoom, logStores, type Database, type LogRowKey, type LogStoreName, type ReadableStore, type WritableStore } from './database';
import { fieldsOf, isCount, isText } from './row';

export interface LogHead {
  /** Counts how often the log began anew because its key was lost. What was before lies under the number before; what was before that is gone. */
  readonly epoch: number;
  /** Which key sealed it (sealing.ts). */
  readonly keyId: string;
  /** Counts how often a tab took the room: only the last one writes. */
  readonly fence: number;
}

/** Rows set aside in a room; the oldest go. */
const asideRows = 64;

export async function readHead(database: Database, alias: RoomAlias): Promise<LogHead | undefined> {
  return database.read('logState', async (store) => parseHead(await store.get(headKey(alias))));
}

/** Raises the fence. Begins a new epoch when another key sealed the log. */
export async function takeHead(database: Database, alias: RoomAlias, keyId: string): Promise<LogHead> {
  const [head, before] = await database.writeAcross(['logState', 'logRows'], 'relaxed', async (storeOf) => {
    const known = parseHead(await storeOf('logState').get(headKey(alias)));
    const next = known ? known.epoch + 1 : 1 + Math.max(await lastEpoch(storeOf('logState'), alias), await lastEpoch(storeOf('logRows'), alias));
    const taken = { epoch: known?.keyId === keyId ? known.epoch : next, keyId, fence: (known?.fence ?? 0) + 1 };
    await storeOf('logState').put(taken, headKey(alias));
    return [taken, known] as const;
  });
  if (head.epoch > 1 && head.epoch !== before?.epoch) await forgetBefore(database, alias, head.epoch - 1);
  return head;
}

/** Throws `storage-taken` when another tab has taken the room since, or it was forgotten. */
export async function checkHead(store: ReadableStore<'logState'> | WritableStore<'logState'>, alias: RoomAlias, head: LogHead): Promise<void> {
  const { epoch, fence } = parseHead(await store.get(headKey(alias))) ?? {};
  if (epoch !== head.epoch || fence !== head.fence) throw new AppError('storage-taken');
}

export function headKey(alias: RoomAlias): LogRowKey {
  return [alias, 'log'];
}

/** Puts what can't be read where nobody looks for it, in the write that `storeOf` belongs to: all of `logStores`. */
export async function setAside(storeOf: (name: LogStoreName) => WritableStore<LogStoreName>, rows: readonly { readonly store: LogStoreName; readonly key: LogRowKey }[], nowMs: number): Promise<void> {
  const aside = storeOf('logAside');
  for (const { store, key } of rows) {
    const value: unknown = await storeOf(store).get(key);
    const [alias = '', epoch = 0, ...rest] = key;
    if (value !== undefined) await aside.put(value, [alias, epoch, nowMs, store, ...rest]);
    await storeOf(store).delete(key);
  }
  const [alias, epoch] = rows[0]?.key ?? [];
  if (alias === undefined || epoch === undefined) return;
  const keys = await aside.getAllKeys(IDBKeyRange.bound([alias, epoch], [alias, epoch, []]));
  await Promise.all(keys.slice(0, -asideRows).map((key) => aside.delete(key)));
}

/** -1 when there is none. */
async function lastEpoch<Name extends LogStoreName>(store: WritableStore<Name>, alias: RoomAlias): Promise<number> {
  // Texts and arrays sort after numbers.
  const newest = await store.openKeyCursor(IDBKeyRange.bound([alias], [alias, '']), 'prev');
  const epoch = (newest?.key as LogRowKey | undefined)?.[1];
  return isCount(epoch) ? epoch : -1;
}

async function forgetBefore(database: Database, alias: RoomAlias, epoch: number): Promise<void> {
  const range = IDBKeyRange.bound(keysOfRoom(alias).lower, [alias, epoch], false, true);
  await database.writeAcross(logStores, 'relaxed', (storeOf) => Promise.all(logStores.map((name) => storeOf(name).delete(range))));
}

function parseHead(row: unknown): LogHead | undefined {
  const { epoch, keyId, fence } = fieldsOf(row) ?? {};
  return isCount(epoch) && isText(keyId) && isCount(fence) ? { epoch, keyId, fence } : undefined;
}
