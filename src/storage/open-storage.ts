/** Opens what survives a reload; where the browser gives no storage, stands in for it, so that people can still meet. */
import { AppError } from '../core/app-error';
import type { RoomAlias } from '../core/ids';
import { State, type Observable } from '../core/observable';
import { openDatabase, type Database } from './database';
import { IdbDeviceStore, type DeviceStore } from './device-store';
import { withFallback, type ReportFailure } from './fallback';
import type { HistoryStore } from './history-store';
import { IdbRoomStore, type RoomStore } from './room-store';

/** None of its stores rejects because of the disk: they go on in memory, and `problem` tells. */
export interface DeviceStorage {
  readonly device: DeviceStore;
  readonly rooms: RoomStore;
  /** The same store each time; its code is loaded with the first. Rejects only when that can't be loaded. */
  historyOf(alias: RoomAlias): Promise<HistoryStore>;
  /** What is written now will be there after a reload. */
  readonly kept: boolean;
  /** Why something is not kept, from the first failure on: the browser gives no storage, or the disk is full. */
  readonly problem: Observable<StorageProblem | undefined>;
}

export type StorageProblem = 'blocked' | 'full';

/** `databaseName`: another than the app's own only in tests. */
export async function openStorage(databaseName?: string): Promise<DeviceStorage> {
  const problem = new State<StorageProblem | undefined>(undefined);
  const report: ReportFailure = ({ code }) => problem.set(code === 'storage-full' ? 'full' : 'blocked');
  const database = await openDatabase(databaseName).catch((failure: unknown) => {
    if (!(failure instanceof AppError)) throw failure;
    report(failure);
    return undefined;
  });
  return {
    ...(await openStores(database, report)),
    historyOf: historiesIn(database, report),
    get kept() {
      return problem.value === undefined;
    },
    problem,
  };
}

async function openStores(database: Database | undefined, report: ReportFailure): Promise<Pick<DeviceStorage, 'device' | 'rooms'>> {
  if (!database) {
    const { MemoryDeviceStore, MemoryRoomStore } = await loadMemoryStores();
    return { device: new MemoryDeviceStore(), rooms: new MemoryRoomStore() };
  }
  const device = new IdbDeviceStore(database);
  const rooms = new IdbRoomStore(database);
  return {
    device: withFallback<DeviceStore>(device, async () => new (await loadMemoryStores()).MemoryDeviceStore(device.seen), report),
    rooms: withFallback<RoomStore>(rooms, async () => new (await loadMemoryStores()).MemoryRoomStore(rooms.seenByAlias), report),
  };
}

/** One store a room for the life of the page, since it holds what the disk would not take. The home page needs none, so the code comes later. */
function historiesIn(database: Database | undefined, report: ReportFailure): (alias: RoomAlias) => Promise<HistoryStore> {
  const storesByAlias = new Map<RoomAlias, HistoryStore>();
  return async (alias) => {
    // With the stand-ins, which could not be loaded any more when the disk fails during a call and the network with it.
    const [{ openHistory }] = await Promise.all([import('./open-history'), loadMemoryStores()]);
    const store = storesByAlias.get(alias) ?? openHistory(database, alias, report);
    storesByAlias.set(alias, store);
    return store;
  };
}

const loadMemoryStores = () => import('./memory-stores');
