/** What every DeviceStore must do, wherever it keeps the keys. */
import { expect } from 'chai';
import type { DeviceStore } from '../../src/storage/device-store';
import type { It } from './it';

/** `open` gives an empty store. */
export function deviceStoreSuite(it: It, open: () => Promise<DeviceStore>): void {
  it('makes one key pair that signs, and never shows its private key', async () => {
    const { privateKey, publicKey } = await (await open()).keys();
    const text = new TextEncoder().encode('Hello');
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, text);
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, publicKey, signature, text)).to.equal(true);
    expect(privateKey.extractable).to.equal(false);
    expect((await crypto.subtle.exportKey('raw', publicKey)).byteLength).to.equal(65);
  });

  it('gives the same pair to all who ask, also at the same time', async () => {
    const device = await open();
    const pairs = [...(await Promise.all([device.keys(), device.keys(), device.keys()])), await device.keys()];
    expect(new Set(await Promise.all(pairs.map(publicKeyOf)))).to.have.property('size', 1);
  });

  it('knows no name until one is chosen, then the last', async () => {
    const device = await open();
    expect(await device.name()).to.equal(undefined);
    await device.saveName('Alice');
    await device.saveName('Ana 👋');
    expect(await device.name()).to.equal('Ana 👋');
  });
}

/** Comparable: the raw public key in hexadecimal. */
export async function publicKeyOf(pair: CryptoKeyPair): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
