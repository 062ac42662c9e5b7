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

  it('knows nothing of its person until something is saved, then the last of each', async () => {
    const device = await open();
    expect(await device.profile()).to.deep.equal({});
    await device.saveProfile({ name: 'Alice' });
    await device.saveProfile({ name: 'Ana 👋', nameChosen: true, tint: 3, picture: Uint8Array.of(1, 2) });
    expect(await device.profile()).to.deep.equal({ name: 'Ana 👋', nameChosen: true, tint: 3, picture: Uint8Array.of(1, 2) });
  });

  it('changes only what is saved, also when two save at once', async () => {
    const device = await open();
    await Promise.all([device.saveProfile({ name: 'Ana' }), device.saveProfile({ tint: 0 }), device.saveProfile({ picture: Uint8Array.of(1) })]);
    expect(await device.profile()).to.deep.equal({ name: 'Ana', tint: 0, picture: Uint8Array.of(1) });
  });

  it('takes back what was chosen', async () => {
    const device = await open();
    await device.saveProfile({ name: 'Ana', tint: 2, picture: Uint8Array.of(1) });
    await device.saveProfile({ tint: undefined, picture: undefined });
    const { name, tint, picture } = await device.profile();
    expect([name, tint, picture]).to.deep.equal(['Ana', undefined, undefined]);
  });
}

/** Comparable: the raw public key in hexadecimal. */
export async function publicKeyOf(pair: CryptoKeyPair): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
