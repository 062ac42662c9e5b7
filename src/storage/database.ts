/** The one IndexedDB database of this browser profile: its shape, its upgrades, and what becomes of a connection that is lost. */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPObjectStore, type IDBPTransaction, type StoreNames } from 'idb';
import { AppError } from '../core/app-error';
import type { RoomAlias } from '../core/ids';

/**
 * What is on disk. Values are `unknown` where they are read, because a disk can hold anything: an older release's rows, a half restored
 * profile. Each store parses its own.
 */
interface Schema extends DBSchema {
  /** `keys`, a CryptoKeyPair, `logKey` (sealing.ts), and an entry for each part of the DeviceProfile (device-store.ts) that was ever saved. */
  device: { key: 'keys' | 'logKey' | 'name' | 'nameChosen' | 'tint' | 'picture' | 'tellsRead' | 'tellsTyping'; value: unknown };
  /** A RoomRecord each (room-store.ts), by its alias; byOldCode has an entry for each link that the room had before. */
  rooms: { key: string; value: unknown; indexes: { byCode: string; byState: string; byOldCode: string } };
  /** Of releases before version 3, a flat message each (old-messages.ts), by [alias, id]; `inOrder` is [alias, wallMs, counter, author, id]. */
  messages: { key: [string, string]; value: unknown; indexes: { inOrder: IDBValidKey[] } };
  /** A token each (idb-admission-store.ts), by [alias, id]. */
  admission: { key: [string, string]; value: unknown };
  /** A device each that was marked as verified (idb-people-store.ts), by its deviceId. */
  contacts: { key: string; value: unknown };
  /** A device each that was met in a room (idb-people-store.ts), by [alias, deviceId]. */
  pins: { key: [string, string]; value: unknown };
  /** The rooms' logs (idb-log-store.ts), by [alias, …]. */
  logState: { key: LogRowKey; value: unknown };
  logRows: { key: LogRowKey; value: unknown };
  logHeads: { key: LogRowKey; value: unknown };
  logBodies: { key: LogRowKey; value: unknown };
  logTexts: { key: LogRowKey; value: unknown };
  logMarks: { key: LogRowKey; value: unknown; indexes: { byPin: LogRowKey } };
  logAside: { key: LogRowKey; value: unknown };
}

export type LogRowKey = (string | number)[];
export const logStores = ['logState', 'logRows', 'logHeads', 'logBodies', 'logTexts', 'logMarks', 'logAside'] as const;
export type LogStoreName = (typeof logStores)[number];

type StoreName = StoreNames<Schema>;
export type ReadableStore<Name extends StoreName> = IDBPObjectStore<Schema, readonly StoreName[], Name>;
export type WritableStore<Name extends StoreName> = IDBPObjectStore<Schema, readonly StoreName[], Name, 'readwrite'>;

/** strict: on the disk itself when the promise resolves. relaxed: handed to the system, which may lose it when the power fails. */
export type Durability = 'strict' | 'relaxed';

/**
 * One transaction a call. `work` may await nothing but requests of its store, or the transaction commits under it (IndexedDB 3.0, section 2.7.1).
 * When `work` throws, nothing of it is kept. What the disk does to us is an AppError, `storage-full` or `storage-blocked`; what `work` throws passes as it is.
 */
export interface Database {
  read<Name extends StoreName, T>(name: Name, work: (store: ReadableStore<Name>) => Promise<T>): Promise<T>;
  /** One transaction over several stores: they are as they were at one moment. */
  readAcross<Name extends StoreName, T>(names: readonly Name[], work: (storeOf: <One extends Name>(name: One) => ReadableStore<One>) => Promise<T>): Promise<T>;
  write<Name extends StoreName, T>(name: Name, durability: Durability, work: (store: WritableStore<Name>) => Promise<T>): Promise<T>;
  /** One transaction over several stores: all of it is kept, or nothing. */
  writeAcross<Name extends StoreName, T>(names: readonly Name[], durability: Durability, work: (storeOf: <One extends Name>(name: One) => WritableStore<One>) => Promise<T>): Promise<T>;
  /** Only tests close it; a page keeps its connection until it goes. */
  close(): Promise<void>;
}

const latestVersion = 3;

/**
 * Milliseconds until opening counts as failed. It takes 5 to 60; but an old tab that is frozen cannot close for our upgrade, and browsers have had bugs where
 * opening never ends (https://bugs.webkit.org/show_bug.cgi?id=226547). A page that works from memory is better than one that waits for ever.
 */
const openingTimeoutMs = 4_000;

/** Opens `name`, creating or upgrading it. Rejects with AppError `storage-blocked` when the browser gives no storage, or within 4 s no answer. */
export async function openDatabase(name = 'mindmeet'): Promise<Database> {
  let connection: Promise<IDBPDatabase<Schema>> | undefined;
  const connect = (): Promise<IDBPDatabase<Schema>> => {
    if (connection) return connection;
    // The next operation opens anew: that works after "clear site data", and is refused (VersionError) when a newer release has upgraded.
    const forget = (): void => {
      if (connection === opening) connection = undefined;
    };
    const opening = openConnection(name, forget);
    opening.catch(forget);
    return (connection = opening);
  };
  await connect();

  const once = async <T>(operation: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> => {
    const opening = connect();
    try {
      return await operation(await opening);
    } catch (cause) {
      const failure = toStorageError(cause);
      if (isBlocked(failure) && connection === opening) await disconnect();
      throw failure;
    }
  };
  /** Tries a second time, on a new connection: WebKit drops those of a page in the background without a word (https://bugs.webkit.org/show_bug.cgi?id=197050). */
  const attempt = <T>(operation: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> =>
    once(operation).catch((failure: unknown) => {
      if (!isBlocked(failure)) throw failure;
      return once(operation);
    });
  const disconnect = async (): Promise<void> => {
    const lost = connection;
    connection = undefined;
    (await lost)?.close();
  };

  const writeAcross: Database['writeAcross'] = (names, durability, work) =>
    attempt(async (database) => {
      const transaction = database.transaction(names, 'readwrite', { durability });
      const outcome = outcomeOf(transaction);
      try {
        const result = await work((name) => transaction.objectStore(name));
        await transaction.done;
        return result;
      } catch (cause) {
        abort(transaction);
        const failure = await outcome;
        // A full disk aborts the transaction: its requests then say AbortError, and only the transaction knows why.
        throw isQuotaError(failure) ? failure : cause;
      }
    });

  const readAcross: Database['readAcross'] = (names, work) =>
    attempt((database) => {
      const transaction = database.transaction(names);
      void outcomeOf(transaction);
      return work((name) => transaction.objectStore(name));
    });

  return {
    read: (name, work) => readAcross([name], (storeOf) => work(storeOf(name))),
    readAcross,
    write: (name, durability, work) => writeAcross([name], durability, (storeOf) => work(storeOf(name))),
    writeAcross,
    close: disconnect,
  };
}

/** `onLost`: this connection is closed, by the browser or for a tab with a newer release; whoever needs one opens another. */
async function openConnection(name: string, onLost: () => void): Promise<IDBPDatabase<Schema>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let opening: Promise<IDBPDatabase<Schema>> | undefined;
  try {
    opening = openDB<Schema>(name, latestVersion, {
      upgrade,
      blocking(_oldVersion, _newVersion, event) {
        (event.target as IDBDatabase).close();
        onLost();
      },
      terminated: onLost,
    });
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${openingTimeoutMs} ms`)), openingTimeoutMs);
    });
    return await Promise.race([opening, tooLate]);
  } catch (cause) {
    // One that opens after all would keep a later upgrade waiting.
    void opening?.then((late) => late.close()).catch(() => cause);
    throw new AppError(isQuotaError(cause) ? 'storage-full' : 'storage-blocked', { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Steps from `oldVersion` (0: there was none) to the latest; a released step never changes, a later version adds one. */
function upgrade(database: IDBPDatabase<Schema>, oldVersion: number, _newVersion: number | null, transaction: IDBPTransaction<Schema, StoreName[], 'versionchange'>): void {
  if (oldVersion < 1) {
    database.createObjectStore('device');
    const rooms = database.createObjectStore('rooms', { keyPath: 'alias' });
    rooms.createIndex('byCode', 'code');
    rooms.createIndex('byState', 'state');
    const messages = database.createObjectStore('messages', { keyPath: ['alias', 'id'] });
    messages.createIndex('inOrder', ['alias', 'wallMs', 'counter', 'author', 'id']);
  }
  if (oldVersion < 2) {
    transaction.objectStore('rooms').createIndex('byOldCode', 'oldCodes', { multiEntry: true });
    database.createObjectStore('admission', { keyPath: ['alias', 'id'] });
    database.createObjectStore('contacts', { keyPath: 'deviceId' });
    database.createObjectStore('pins', { keyPath: ['alias', 'deviceId'] });
  }
  if (oldVersion < 3) {
    for (const name of logStores) database.createObjectStore(name);
    transaction.objectStore('logMarks').createIndex('byPin', 'pinnedIn');
  }
}

/** Every key of a room in a store whose keys are [alias, …]: an array sorts after all strings and numbers (IndexedDB 3.0, section 2.4). */
export function keysOfRoom(alias: RoomAlias): IDBKeyRange {
  return IDBKeyRange.bound([alias], [alias, []]);
}

/**
 * Undefined when everything is kept, else why nothing is. An outcome, not a rejection: nobody awaits it while the work is under way, or ever after reading,
 * where the requests say the same.
 */
function outcomeOf(transaction: { readonly done: Promise<void> }): Promise<unknown> {
  return transaction.done.then(
    () => undefined,
    (cause: unknown) => cause,
  );
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch (cause) {
    // Finished already: there is nothing to take back.
    if (!(cause instanceof DOMException && cause.name === 'InvalidStateError')) throw cause;
  }
}

/** Names of the DOMExceptions that tell of our own mistake (IndexedDB 3.0, section 3), not of the disk. */
const mistakes = ['ConstraintError', 'DataCloneError', 'DataError', 'ReadOnlyError', 'TransactionInactiveError'];

function toStorageError(cause: unknown): unknown {
  if (!(cause instanceof DOMException) || mistakes.includes(cause.name)) return cause;
  return new AppError(isQuotaError(cause) ? 'storage-full' : 'storage-blocked', { cause });
}

function isBlocked(failure: unknown): boolean {
  return failure instanceof AppError && failure.code === 'storage-blocked';
}

function isQuotaError(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'QuotaExceededError';
}
