/** A database of its own for each test, gone after it. */
import { openDatabase, type Database } from '../../../src/storage/database';

/** Names and connections of one test; `clean` it in `afterEach`. */
export class FreshDatabase {
  readonly name = `test-${crypto.randomUUID()}`;
  readonly #connections: Database[] = [];

  /** Another connection, as another tab would have. */
  async open(): Promise<Database> {
    const database = await openDatabase(this.name);
    this.#connections.push(database);
    return database;
  }

  async clean(): Promise<void> {
    await Promise.all(this.#connections.map((database) => database.close()));
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase(this.name);
      request.onsuccess = () => resolve();
      request.onerror = () => reject(request.error ?? new Error('not deleted'));
    });
  }
}

/** Past all our code: what another release, or a damaged disk, may have left. */
export async function putRaw(databaseName: string, storeName: string, value: unknown, key?: IDBValidKey): Promise<void> {
  const database = await openRaw(databaseName);
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction(storeName, 'readwrite');
    transaction.objectStore(storeName).put(value, key);
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('not written'));
  });
  database.close();
}

/** Every row of a store, with its key. */
export async function readRaw(databaseName: string, storeName: string): Promise<readonly { readonly key: IDBValidKey; readonly value: unknown }[]> {
  const database = await openRaw(databaseName);
  const rows = await new Promise<{ key: IDBValidKey; value: unknown }[]>((resolve, reject) => {
    const store = database.transaction(storeName).objectStore(storeName);
    const [keys, values] = [store.getAllKeys(), store.getAll()];
    store.transaction.oncomplete = () => resolve(keys.result.map((key, index) => ({ key, value: values.result[index] as unknown })));
    store.transaction.onabort = () => reject(store.transaction.error ?? new Error('not read'));
  });
  database.close();
  return rows;
}

export async function deleteRaw(databaseName: string, storeName: string, key: IDBValidKey): Promise<void> {
  const database = await openRaw(databaseName);
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction(storeName, 'readwrite');
    transaction.objectStore(storeName).delete(key);
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('not deleted'));
  });
  database.close();
}

/** How many rows each store has, by its name. */
export async function countRaw(databaseName: string): Promise<Readonly<Record<string, number>>> {
  const database = await openRaw(databaseName);
  const names = [...database.objectStoreNames];
  const stores = database.transaction(names);
  const counts = names.map(
    (name) =>
      new Promise<[string, number]>((resolve, reject) => {
        const request = stores.objectStore(name).count();
        request.onsuccess = () => resolve([name, request.result]);
        request.onerror = () => reject(request.error ?? new Error('not counted'));
      }),
  );
  const countsByName = Object.fromEntries(await Promise.all(counts));
  database.close();
  return countsByName;
}

/** `version` and `upgrade`: to make a database as an older release did. */
export function openRaw(databaseName: string, version?: number, upgrade?: (database: IDBDatabase) => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, version);
    request.onupgradeneeded = () => upgrade?.(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onblocked = () => reject(new Error('another connection held on'));
    request.onerror = () => reject(request.error ?? new Error('not opened'));
  });
}
