/**
 * Web Crypto for simulations: real SHA-256, made at once instead of on another thread, signatures that only look like ones, and chance that can be had again. With it
 * nothing waits for anything but the simulated world, so a run is the same each time, and takes milliseconds.
 */
import { createHash } from 'node:crypto';
import type { DeviceId } from '../../../src/core/ids';
import { deriveDeviceId } from '../../../src/protocol/invite';
import type { SeededRandom } from '../simulation/seeded-random';
import type { SigningDevice } from '../signing-device';

/** In place of a CryptoKey. */
interface CheapKey {
  readonly bytes: Uint8Array;
}

type Source = ArrayBuffer | ArrayBufferView;

/** Puts it in place of `globalThis.crypto`; returns what puts that back. */
export function useCheapCrypto(random: SeededRandom): () => void {
  const real = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  if (!real) throw new Error('there is no Web Crypto to stand in for');
  const value = { subtle, getRandomValues: (bytes: Uint8Array) => bytes.map((_, at) => (bytes[at] = random.whole(0, 255))) };
  Object.defineProperty(globalThis, 'crypto', { value, configurable: true });
  return () => Object.defineProperty(globalThis, 'crypto', real);
}

/** A device whose signatures count where the cheap ones do. */
export async function makeCheapDevice(random: SeededRandom): Promise<SigningDevice> {
  const publicKey = new Uint8Array(65).map(() => random.whole(0, 255));
  const deviceId: DeviceId = await deriveDeviceId(publicKey);
  return { privateKey: { bytes: publicKey } as unknown as CryptoKey, publicKey, deviceId };
}

const subtle = {
  digest: async (_: string, data: Source) => sha256(data),
  importKey: async (_: string, bytes: Uint8Array): Promise<CheapKey> => ({ bytes }),
  sign: async (_: unknown, key: CheapKey, data: Source) => signatureOf(key, data).buffer,
  verify: async (_: unknown, key: CheapKey, signature: Uint8Array, data: Source) => Buffer.from(signature).equals(signatureOf(key, data)),
};

function signatureOf({ bytes }: CheapKey, data: Source): Uint8Array<ArrayBuffer> {
  const half = new Uint8Array(sha256(Buffer.concat([bytes, new Uint8Array(sha256(data))])));
  const signature = new Uint8Array(64);
  signature.set(half);
  signature.set(half, 32);
  return signature;
}

function sha256(data: Source): ArrayBuffer {
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(createHash('sha256').update(bytes).digest()).buffer;
}
