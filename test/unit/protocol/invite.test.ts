/** The vectors stand in docs/protocol.md, for whoever writes another client; they were computed by a second implementation, in Python. */
import { describe, expect, it } from 'vitest';
import { parseInviteCode } from '../../../src/core/invite-code';
import { deriveDeviceId, deriveInviteCode } from '../../../src/protocol/invite';
import { deriveRoomKeys } from '../../../src/protocol/room-keys';
import { deriveSessionId } from '../../../src/protocol/session-key';

const ownerKey = Uint8Array.from({ length: 65 }, (_, at) => (at === 0 ? 4 : at));
const salt = Uint8Array.from({ length: 16 }, (_, at) => at);

describe('a link', () => {
  it('follows from the owner key and the salt (vector 1)', async () => {
    const code = await deriveInviteCode(ownerKey, salt);
    expect(code).toBe('De38aiFQ4A22WxUy7');
    expect(parseInviteCode(code).kind).toBe('invite');
  });

  it('is another for each salt and each key', async () => {
    const code = await deriveInviteCode(ownerKey, salt);
    expect(await deriveInviteCode(ownerKey, salt.map((byte) => byte + 1))).not.toBe(code);
    expect(await deriveInviteCode(ownerKey.map((byte) => byte ^ 1), salt)).not.toBe(code);
  });

  it('opens tag, slots and keys (vector 2)', async () => {
    const keys = await deriveRoomKeys(await deriveInviteCode(ownerKey, salt));
    expect(keys.tag).toBe('wbv7jvuynsjmw2oxqkdq24gu72');
    expect(keys.slots).toEqual(['lgju5gcy45gnk5w3o372ey2mor', 'gacclxcwplfbaqlmxrraasbq6k', 'x2r4qpgcykm5q5wdkchgug6svv']);
    expect(Buffer.from(keys.sealSalt).toString('hex')).toBe('3d1e19aff25a4f8d00e92130de6d94e5ecda9608bf612da05335b936938c9c3f');
    expect(keys.knockKey.extractable).toBe(false);
  });

  it('names devices and sessions by hashes (vector 3)', async () => {
    expect(await deriveDeviceId(ownerKey)).toBe('asr22d4p4x3npflsnwwvzues6d');
    expect(await deriveSessionId(Uint8Array.from({ length: 32 }, (_, at) => at))).toBe('hgxxi2uu6qartwcbyoygtoe5jb');
  });
});
