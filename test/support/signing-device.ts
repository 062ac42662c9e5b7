/** A device with a key of its own, as Identity has it, without storage. */
import type { DeviceId } from '../../src/core/ids';
import { deriveDeviceId } from '../../src/protocol/invite';

export interface SigningDevice {
  readonly privateKey: CryptoKey;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly deviceId: DeviceId;
}

export async function makeDevice(): Promise<SigningDevice> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { privateKey: pair.privateKey, publicKey, deviceId: await deriveDeviceId(publicKey) };
}
