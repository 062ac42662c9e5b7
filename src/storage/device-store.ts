/** What this device is and what its person is called: the key pair that signs for it, and the name. */
import type { Database } from './database';
import { isText } from './row';

export interface DeviceStore {
  /**
   * The device's ECDSA P-256 pair, the private key not extractable; generated on first use. Whoever asks, in whichever tab, gets the same pair:
   * it is what the other devices know this one by.
   */
  keys(): Promise<CryptoKeyPair>;
  /** The name chosen last; undefined before any was. */
  name(): Promise<string | undefined>;
  saveName(name: string): Promise<void>;
}

export class IdbDeviceStore implements DeviceStore {
  /** What was read or written last: what is known when the disk goes. */
  readonly seen: { keys?: CryptoKeyPair; name?: string } = {};
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async keys(): Promise<CryptoKeyPair> {
    const stored = parseKeys(await this.#database.read('device', (store) => store.get('keys')));
    return (this.seen.keys = stored ?? (await this.#makeKeys()));
  }

  async name(): Promise<string | undefined> {
    const name = await this.#database.read('device', (store) => store.get('name'));
    return isText(name) ? (this.seen.name = name) : undefined;
  }

  async saveName(name: string): Promise<void> {
    await this.#database.write('device', 'relaxed', (store) => store.put(name, 'name'));
    this.seen.name = name;
  }

  async #makeKeys(): Promise<CryptoKeyPair> {
    // Generated before the transaction, which would not outlive the wait; a tab that was quicker wins.
    const made = await generateKeys();
    return this.#database.write('device', 'strict', async (store) => {
      const rival = parseKeys(await store.get('keys'));
      if (!rival) await store.put(made, 'keys');
      return rival ?? made;
    });
  }
}

/** ECDSA on P-256, the private key not extractable. */
export function generateKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
}

/** Undefined for anything else than a usable pair: such a device starts anew, for without a key it can do nothing at all. */
function parseKeys(value: unknown): CryptoKeyPair | undefined {
  const { privateKey, publicKey } = (value ?? {}) as Partial<Record<keyof CryptoKeyPair, unknown>>;
  return isSigningKey(privateKey, 'sign') && isSigningKey(publicKey, 'verify') ? { privateKey, publicKey } : undefined;
}

function isSigningKey(value: unknown, usage: KeyUsage): value is CryptoKey {
  return value instanceof CryptoKey && value.algorithm.name === 'ECDSA' && value.usages.includes(usage);
}
