/** What is kept of rooms beside their records, on disk if there is one. Apart from open-storage.ts, so that the home page doesn't load it. */
import type { RoomAlias } from '../core/ids';
import type { AdmissionStore } from './admission-store';
import type { Database } from './database';
import { withFallback, type ReportFailure } from './fallback';
import { FallbackLogStore } from './fallback-log-store';
import type { FileStore } from './file-store';
import { IdbAdmissionStore } from './idb-admission-store';
import { IdbLogStore } from './idb-log-store';
import { IdbPeopleStore } from './idb-people-store';
import type { LogStore } from './log-store';
import type { TrustedScriptUrl } from './open-file-store';
import type { PeopleStore } from './people-store';

/** The same store each time, since it holds what the disk would not take. */
export interface RoomStores {
  readonly people: PeopleStore;
  logOf(alias: RoomAlias): LogStore;
  admissionOf(alias: RoomAlias): AdmissionStore;
  /** Its code is loaded with the first. Rejects only when that can't be loaded. `trusted`: for the worker's script. */
  filesOf(alias: RoomAlias, trusted: TrustedScriptUrl): Promise<FileStore>;
}

/** `report` is told of each failure of the disk; the stores themselves go on. */
export async function openRoomStores(database: Database | undefined, report: ReportFailure): Promise<RoomStores> {
  // With the stand-ins, which could not be loaded any more when the disk fails during a call and the network with it.
  const [{ MemoryAdmissionStore, MemoryPeopleStore }, { MemoryLogStore }] = await Promise.all([import('./memory-room-stores'), import('./memory-log-store')]);
  if (!database) {
    return {
      people: new MemoryPeopleStore(),
      logOf: onePerRoom(() => new MemoryLogStore()),
      admissionOf: onePerRoom(() => new MemoryAdmissionStore()),
      // Nobody would find them on the disk again: the room has another alias after a reload.
      filesOf: filesPerRoom(async () => new (await import('./memory-file-store')).MemoryFileStore()),
    };
  }
  const people = new IdbPeopleStore(database);
  let sweep: Promise<void> | undefined;
  return {
    people: withFallback<PeopleStore>(people, async () => new MemoryPeopleStore(people.seen), report),
    logOf: onePerRoom((alias) => new FallbackLogStore(new IdbLogStore(database, alias), report)),
    admissionOf: onePerRoom((alias) => {
      const admission = new IdbAdmissionStore(database, alias);
      return withFallback<AdmissionStore>(admission, async () => new MemoryAdmissionStore(admission.seen), report);
    }),
    filesOf: filesPerRoom(async (alias, trusted) => {
      const [{ openFileStore }, { sweepFiles }] = await Promise.all([import('./open-file-store'), import('./erase-files')]);
      sweep ??= sweepFiles(() => aliasesIn(database)).catch(() => undefined);
      return openFileStore(alias, trusted);
    }),
  };
}

function onePerRoom<Store>(open: (alias: RoomAlias) => Store): (alias: RoomAlias) => Store {
  const storesByAlias = new Map<RoomAlias, Store>();
  return (alias) => {
    const store = storesByAlias.get(alias) ?? open(alias);
    storesByAlias.set(alias, store);
    return store;
  };
}

type OpenFiles = (alias: RoomAlias, trusted: TrustedScriptUrl) => Promise<FileStore>;

function filesPerRoom(open: OpenFiles): OpenFiles {
  const storesByAlias = new Map<RoomAlias, Promise<FileStore>>();
  return (alias, trusted) => {
    const known = storesByAlias.get(alias);
    if (known) return known;
    const opening = open(alias, trusted);
    storesByAlias.set(alias, opening);
    // One that failed must not be the answer for ever.
    opening.catch(() => storesByAlias.delete(alias));
    return opening;
  };
}

async function aliasesIn(database: Database): Promise<ReadonlySet<string>> {
  return new Set(await database.read('rooms', (store) => store.getAllKeys()));
}
