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
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(databaseName);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not opened'));
  });
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction(storeName, 'readwrite');
    transaction.objectStore(storeName).put(value, key);
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('not written'));
  });
  database.close();
}
