/**
 * The link is the key: everything that a room needs before anyone is met follows from 17 characters.
 *
 *     tag, slots, knock key, seal salt = HKDF-SHA-256(code, info), RFC 5869, without salt
 *
 * Test vectors: docs/protocol.md.
 */
import { encodeBase32, idLength } from '../core/base32';
import type { InviteCode, RoomTag, SlotId } from '../core/ids';

const utf8 = new TextEncoder();

/** What the code opens. Only `tag` and `slots` are ever shown to the signaling server. */
export interface RoomKeys {
  readonly tag: RoomTag;
  /** Well-known places in the room's realm where newcomers knock. */
  readonly slots: readonly [SlotId, SlotId, SlotId];
  /** AES-256-GCM; seals knocks. */
  readonly knockKey: CryptoKey;
  /** 32 bytes, mixed into every key between two sessions: who hasn't the link can't stand between them. */
  readonly sealSalt: Uint8Array<ArrayBuffer>;
}

export async function deriveRoomKeys(code: InviteCode): Promise<RoomKeys> {
  const secret = await crypto.subtle.importKey('raw', utf8.encode(code), 'HKDF', false, ['deriveBits', 'deriveKey']);
  const bits = async (info: string, bytes: number) =>
    new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8.encode(info) }, secret, bytes * 8));
  const id = async (info: string) => encodeBase32(await bits(info, 17), idLength);
  const [tag, first, second, third, knock, sealSalt] = await Promise.all([
    id('mindmeet/tag/1'),
    id('mindmeet/slot/1/1'),
    id('mindmeet/slot/1/2'),
    id('mindmeet/slot/1/3'),
    bits('mindmeet/knock/1', 32),
    bits('mindmeet/seal/1', 32),
  ]);
  const knockKey = await crypto.subtle.importKey('raw', knock, 'AES-GCM', false, ['encrypt', 'decrypt']);
  return { tag: tag as RoomTag, slots: [first as SlotId, second as SlotId, third as SlotId], knockKey, sealSalt };
}
