/**
 * Encryption at rest. One random AES-GCM key a device seals all logs; it lies in the database wrapped (AES-KW, RFC 3394) by a key that the browser never gives out, so
 * a copy of the files alone tells nothing. Sealed bytes: IV (12, fresh each time), ciphertext, tag (16); where they lie goes in as additional data, so that no row can
 * be put in another's place.
 */
import { encodeBase64Url } from '../core/base64url';
import { concatBytes } from '../core/bytes';
import type { Bytes } from '../core/log-event';
import type { Database } from './database';
import { fieldsOf, isText } from './row';

/** `id`: 22 base64url characters, random; a log says in clear which key sealed it. */
export interface LogKey {
  readonly id: string;
  readonly key: CryptoKey;
}

/** On disk. */
interface WrappedKey {
  readonly id: string;
  readonly wrapping: CryptoKey;
  readonly wrapped: Bytes;
}

const ivBytes = 12;
const utf8 = new TextEncoder();

/** The device's, the same in all tabs; made on first use. One that can't be unwrapped any more is replaced: what it sealed nobody can read. */
export async function openLogKey(database: Database): Promise<LogKey> {
  const found = await database.read('device', (store) => store.get('logKey'));
  const known = await unwrap(found);
  if (known) return known;
  // Made before the transaction, which would not outlive the wait; a tab that was quicker wins.
  const made = await makeKey();
  const kept = await database.write('device', 'strict', async (store) => {
    const rival: unknown = await store.get('logKey');
    if (rival !== undefined && idOf(rival) !== idOf(found)) return rival;
    await store.put(made, 'logKey');
    return made;
  });
  const key = await unwrap(kept);
  if (!key) throw new Error('a key that was just made could not be unwrapped');
  return key;
}

export class Sealer {
  readonly #key: CryptoKey;
  readonly #room: string;

  /** `room`: what its places are in. */
  constructor(key: CryptoKey, room: string) {
    this.#key = key;
    this.#room = room;
  }

  async seal(place: string, bytes: Bytes): Promise<Bytes> {
    const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: this.#additionalData(place) }, this.#key, bytes);
    return concatBytes(iv, new Uint8Array(sealed));
  }

  /** Undefined for anything that was not sealed for this place. */
  async open(place: string, sealed: unknown): Promise<Bytes | undefined> {
    if (!(sealed instanceof Uint8Array) || sealed.length < ivBytes) return undefined;
    const bytes = sealed as Bytes;
    try {
      const parameters = { name: 'AES-GCM', iv: bytes.subarray(0, ivBytes), additionalData: this.#additionalData(place) };
      return new Uint8Array(await crypto.subtle.decrypt(parameters, this.#key, bytes.subarray(ivBytes)));
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'OperationError') return undefined;
      throw cause;
    }
  }

  sealJson(place: string, value: unknown): Promise<Bytes> {
    return this.seal(place, utf8.encode(JSON.stringify(value)));
  }

  /** Undefined also for what is no JSON. */
  async openJson(place: string, sealed: unknown): Promise<unknown> {
    const bytes = await this.open(place, sealed);
    try {
      return bytes && JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return undefined;
    }
  }

  #additionalData(place: string): Bytes {
    return utf8.encode(`mindmeet/log/1 ${this.#room} ${place}`);
  }
}

async function makeKey(): Promise<WrappedKey> {
  const [key, wrapping] = await Promise.all([
    crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt']),
    crypto.subtle.generateKey({ name: 'AES-KW', length: 256 }, false, ['wrapKey', 'unwrapKey']),
  ]);
  return { id: encodeBase64Url(crypto.getRandomValues(new Uint8Array(16))), wrapping, wrapped: new Uint8Array(await crypto.subtle.wrapKey('raw', key, wrapping, 'AES-KW')) };
}

async function unwrap(value: unknown): Promise<LogKey | undefined> {
  const { wrapping, wrapped } = fieldsOf(value) ?? {};
  const id = idOf(value);
  if (id === undefined || !(wrapping instanceof CryptoKey) || !(wrapped instanceof Uint8Array)) return undefined;
  try {
    return { id, key: await crypto.subtle.unwrapKey('raw', wrapped as Bytes, wrapping, 'AES-KW', 'AES-GCM', false, ['encrypt', 'decrypt']) };
  } catch (cause) {
    if (cause instanceof DOMException) return undefined;
    throw cause;
  }
}

function idOf(value: unknown): string | undefined {
  const id = fieldsOf(value)?.['id'];
  return isText(id) ? id : undefined;
}
