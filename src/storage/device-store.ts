/** What this device is and how its person wants to be seen: the key pair that signs for it, and the profile. */
import type { Database } from './database';
import { isCount, isText } from './row';

/** On disk an entry each. What is undefined, or missing, was never chosen, or is chosen no more. */
export interface DeviceProfile {
  readonly name?: string | undefined;
  /** The name was typed by the person; otherwise it was made up, or kept by a release that didn't note it. */
  readonly nameChosen?: boolean | undefined;
  /** Number of a colour. */
  readonly tint?: number | undefined;
  /** Bytes of a small picture. */
  readonly picture?: Uint8Array<ArrayBuffer> | undefined;
  /** Whether others are told up to where one has read; true unless it was switched off. As `tellsTyping`, that one is typing. */
  readonly tellsRead?: boolean | undefined;
  readonly tellsTyping?: boolean | undefined;
}

export interface DeviceStore {
  /**
   * The device's ECDSA P-256 pair, the private key not extractable; generated on first use. Whoever asks, in whichever tab, gets the same pair:
   * it is what the other devices know this one by.
   */
  keys(): Promise<CryptoKeyPair>;
  /** What was saved last; `{}` before anything was. */
  profile(): Promise<DeviceProfile>;
  /** Only what `change` names changes, also when two tabs save at once. */
  saveProfile(change: DeviceProfile): Promise<void>;
}

export class IdbDeviceStore implements DeviceStore {
  /** What was read or written last: what is known when the disk goes. */
  readonly seen: { keys?: CryptoKeyPair; profile?: DeviceProfile } = {};
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async keys(): Promise<CryptoKeyPair> {
    const stored = parseKeys(await this.#database.read('device', (store) => store.get('keys')));
    return (this.seen.keys = stored ?? (await this.#makeKeys()));
  }

  async profile(): Promise<DeviceProfile> {
    return (this.seen.profile = parseProfile(await this.#database.read('device', (store) => Promise.all(profileKeys.map((key) => store.get(key))))));
  }

  async saveProfile(change: DeviceProfile): Promise<void> {
    await this.#database.write('device', 'relaxed', (store) => Promise.all(profileKeys.filter((key) => key in change).map((key) => store.put(change[key], key))));
    this.seen.profile = { ...this.seen.profile, ...change };
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

const profileKeys = ['name', 'nameChosen', 'tint', 'picture', 'tellsRead', 'tellsTyping'] as const;

/** `values` in the order of `profileKeys`. What can't be used was never chosen. */
function parseProfile([name, nameChosen, tint, picture, tellsRead, tellsTyping]: readonly unknown[]): DeviceProfile {
  return {
    ...(isText(name) && { name }),
    ...(nameChosen === true && { nameChosen }),
    ...(isCount(tint) && { tint }),
    ...(picture instanceof Uint8Array && { picture: new Uint8Array(picture) }),
    ...(typeof tellsRead === 'boolean' && { tellsRead }),
    ...(typeof tellsTyping === 'boolean' && { tellsTyping }),
  };
}

/** Undefined for anything else than a usable pair: such a device starts anew, for without a key it can do nothing at all. */
function parseKeys(value: unknown): CryptoKeyPair | undefined {
  const { privateKey, publicKey } = (value ?? {}) as Partial<Record<keyof CryptoKeyPair, unknown>>;
  return isSigningKey(privateKey, 'sign') && isSigningKey(publicKey, 'verify') ? { privateKey, publicKey } : undefined;
}

function isSigningKey(value: unknown, usage: KeyUsage): value is CryptoKey {
  return value instanceof CryptoKey && value.algorithm.name === 'ECDSA' && value.usages.includes(usage);
}
