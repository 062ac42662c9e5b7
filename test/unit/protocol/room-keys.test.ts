/** The vectors stand in docs/protocol.md; they were computed by a second implementation, in Python. Those of a link's tag and slots: invite.test.ts. */
import { describe, expect, it } from 'vitest';
import type { InviteCode } from '../../../src/core/ids';
import { deriveRoomKeys, gateSalt } from '../../../src/protocol/room-keys';

const hex = (bytes: ArrayBuffer | Uint8Array<ArrayBuffer>) => Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)).toString('hex');
const count = (from: number, length: number) => Uint8Array.from({ length }, (_, at) => from + at);
const mac = async (key: CryptoKey) => hex(await crypto.subtle.sign('HMAC', key, new Uint8Array()));
const link = 'De38aiFQ4A22WxUy7' as InviteCode;
const base = count(0, 32);
const gate = count(32, 32);

/** HMAC-SHA-256 of nothing, under a key given in hex: shows which key it is without exporting one. */
async function macUnder(key: string): Promise<string> {
  return mac(await crypto.subtle.importKey('raw', Buffer.from(key, 'hex'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']));
}

describe('the handshake’s keys', () => {
  it('follow from the link, one a direction, and can’t be exported (vector 4)', async () => {
    const { tag, handshake } = await deriveRoomKeys(link);
    expect(handshake.tag).toBe(tag);
    expect(await mac(handshake.fromSmaller)).toBe(await macUnder('c40eb3d09d45637098eb0e6ba4983fc52605bd8fc73613971cbaecaa96c5c694'));
    expect(await mac(handshake.fromLarger)).toBe(await macUnder('da6b3f7448b2836fc5056499aad512b60ec31c62e5f0f4d7ee20a3ba742b8df6'));
    expect([handshake.fromSmaller.extractable, handshake.fromLarger.extractable]).toEqual([false, false]);
  });

  it('follow from name and password (vector 5)', async () => {
    const { handshake } = await deriveRoomKeys(base, gate);
    expect(await mac(handshake.fromSmaller)).toBe(await macUnder('ba140cc13b324aa67c02fe1ad86352493073f38960f5bc6dbeb29cf8441aad72'));
  });
});

describe('a password', () => {
  it.each([
    ['name', base],
    ['link', link],
  ])('changes the handshake’s keys of a room known by its %s, and nothing else', async (_kind, secret) => {
    const [open, gated] = await Promise.all([deriveRoomKeys(secret), deriveRoomKeys(secret, gate)]);
    expect(gated.tag).toBe(open.tag);
    expect(gated.slots).toEqual(open.slots);
    expect(gated.sealSalt).toEqual(open.sealSalt);
    const nonce = new Uint8Array(12);
    const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, open.knockKey, base);
    expect(hex(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, gated.knockKey, box))).toBe(hex(base));
    expect(await mac(gated.handshake.fromSmaller)).not.toBe(await mac(open.handshake.fromSmaller));
    expect(await mac(gated.handshake.fromLarger)).not.toBe(await mac(open.handshake.fromLarger));
  });

  it('is salted by the room (vector 5)', async () => {
    expect(hex(await gateSalt(base))).toBe('a04e460bfe458a169e900667b1216319');
    expect(hex(await gateSalt(link))).toBe('718e131e429d21966ff800b573d0172d');
  });
});

it('a room known by its name has a tag of its own (vector 5)', async () => {
  expect((await deriveRoomKeys(base)).tag).toBe('rprxkvxgzzpzcn52al24caca27');
});
