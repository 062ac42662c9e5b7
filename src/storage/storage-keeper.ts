/** How much this site stores, and whether the browser may clear it by itself (WHATWG Storage Standard). */

/** The same as StorageFace of session/faces.ts, which the screens see. */
export interface StorageKeeper {
  /** Bytes; undefined when the browser doesn't say. `persisted`: it won't clear them by itself. */
  estimate(): Promise<{ readonly usedBytes: number | undefined; readonly quotaBytes: number | undefined; readonly persisted: boolean }>;
  /**
   * Asks the browser to keep what is stored; true when it does. To be called when the first room is kept: Firefox asks its person, who should see by then what for;
   * Chromium and Safari decide by themselves.
   */
  persist(): Promise<boolean>;
}

/** Without a StorageManager (an insecure page) nothing is known, and nothing is promised. */
export function createStorageKeeper(manager: StorageManager | undefined = globalThis.navigator?.storage): StorageKeeper {
  return {
    async estimate() {
      const [{ usage, quota } = {}, persisted] = await Promise.all([attempt(() => manager?.estimate()), attempt(() => manager?.persisted())]);
      return { usedBytes: usage, quotaBytes: quota, persisted: persisted === true };
    },
    async persist() {
      // What was granted stays; asking again could show a question again.
      if (await attempt(() => manager?.persisted())) return true;
      return (await attempt(() => manager?.persist())) === true;
    },
  };
}

/** Browsers reject in frames and private windows, and old ones have no such method. Nothing depends on the answer. */
async function attempt<T>(ask: () => Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}
