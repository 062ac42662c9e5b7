/**
 * How a link is made, and how a device is named.
 *
 *     code = base58(first 128 bits of SHA-256("mindmeet/room/1" ‖ owner's raw public key ‖ 16-byte salt), modulo 58^16) and a check digit
 *
 * Whoever made the room can prove it later by key and salt. What the code opens: room-keys.ts. Test vectors: docs/protocol.md.
 */
import { encodeBase32, idLength } from '../core/base32';
import { concatBytes } from '../core/bytes';
import type { DeviceId, InviteCode } from '../core/ids';
import { encodeInviteCode } from '../core/invite-code';

const utf8 = new TextEncoder();

/** Bytes of the random part of a link. */
export const saltBytes = 16;

/** `ownerKey`: 65-byte uncompressed P-256 point. `salt`: 16 random bytes. */
export async function deriveInviteCode(ownerKey: Uint8Array, salt: Uint8Array): Promise<InviteCode> {
  return encodeInviteCode(await sha256(concatBytes(utf8.encode('mindmeet/room/1'), ownerKey, salt)));
}

/** The id of a device: 130 bits of its public key's hash. */
export async function deriveDeviceId(publicKey: Uint8Array): Promise<DeviceId> {
  return encodeBase32(await sha256(concatBytes(utf8.encode('mindmeet/device/1'), publicKey)), idLength) as DeviceId;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
