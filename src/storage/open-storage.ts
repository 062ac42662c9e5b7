/** Opens what survives a reload; where the browser gives no storage, stands in for it, so that people can still meet. */
import { AppError } from '../core/app-error';
import { State, type Observable } from '../core/observable';
import { openDatabase, type Database } from './database';
import { IdbDeviceStore, type DeviceStore } from './device-store';
import { withFallback, type ReportFailure } from './fallback';
import type { RoomStores } from './open-room-stores';
import { IdbRoomStore, type RoomStore } from './room-store';

/** None of its stores rejects because of the disk: they go on in memory, and `problem` tells. */
export interface DeviceStorage {
  readonly device: DeviceStore;
  readonly rooms: RoomStore;
  /** The same each time; their code is loaded with the first, since the home page needs none of them. Rejects only when that can't be loaded. */
  roomStores(): Promise<RoomStores>;
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
  let roomStores: Promise<RoomStores> | undefined;
  return {
    ...(await openStores(database, report)),
    async roomStores() {
      roomStores ??= loadRoomStores(database, report);
      // One that failed must not be the answer for ever.
      roomStores.catch(() => (roomStores = undefined));
      return roomStores;
    },
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

/** With the stand-ins, which could not be loaded any more when the disk fails during a call and the network with it. */
async function loadRoomStores(database: Database | undefined, report: ReportFailure): Promise<RoomStores> {
  const [{ openRoomStores }] = await Promise.all([import('./open-room-stores'), loadMemoryStores()]);
  return openRoomStores(database, report);
}

const loadMemoryStores = () => import('./memory-stores');
