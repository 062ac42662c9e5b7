/**
 * The link is the key: everything that a room needs before anyone is met follows from 17 characters, or from 32 bytes that a room's name gives.
 *
 *     tag, slots, knock key, seal salt = HKDF-SHA-256(secret, info), RFC 5869, without salt
 *     handshake keys                   = HKDF-SHA-256(secret ‖ gate, info), gate being the 32 bytes that the room's password gives, or nothing
 *
 * So who has the secret alone finds the room and may knock, and only who has the password, too, gets through a handshake. Test vectors: docs/protocol.md.
 */
import { concatBytes } from '../core/bytes';
import { encodeBase32, idLength } from '../core/base32';
import type { InviteCode, RoomTag, SlotId } from '../core/ids';
import type { HandshakeKeys } from './handshake';

const utf8 = new TextEncoder();

/** A link's code, or the 32 bytes that a room's name gives. */
export type RoomSecret = InviteCode | Uint8Array<ArrayBuffer>;

/** What the secret opens. Only `tag` and `slots` are ever shown to the signaling server. */
export interface RoomKeys {
  readonly tag: RoomTag;
  /** Well-known places in the room's realm where newcomers knock. */
  readonly slots: readonly [SlotId, SlotId, SlotId];
  /** AES-256-GCM; seals knocks. */
  readonly knockKey: CryptoKey;
  /** 32 bytes, mixed into every key between two sessions: who hasn't the link can't stand between them. */
  readonly sealSalt: Uint8Array<ArrayBuffer>;
  readonly handshake: HandshakeKeys;
}

/** `gate`: 32 bytes, in rooms with a password. */
export async function deriveRoomKeys(secret: RoomSecret, gate?: Uint8Array<ArrayBuffer>): Promise<RoomKeys> {
  const [open, gated] = await Promise.all([importSecret(bytesOf(secret)), importSecret(concatBytes(bytesOf(secret), gate ?? new Uint8Array()))]);
  const id = async (info: string) => encodeBase32(await expand(open, info, 17), idLength);
  const [tag, first, second, third, knock, sealSalt, fromSmaller, fromLarger] = await Promise.all([
    id('mindmeet/tag/1'),
    id('mindmeet/slot/1/1'),
    id('mindmeet/slot/1/2'),
    id('mindmeet/slot/1/3'),
    expand(open, 'mindmeet/knock/1', 32),
    expand(open, 'mindmeet/seal/1', 32),
    directionKey(gated, 'mindmeet/handshake/1/smaller'),
    directionKey(gated, 'mindmeet/handshake/1/larger'),
  ]);
  const knockKey = await crypto.subtle.importKey('raw', knock, 'AES-GCM', false, ['encrypt', 'decrypt']);
  return {
    tag: tag as RoomTag,
    slots: [first as SlotId, second as SlotId, third as SlotId],
    knockKey,
    sealSalt,
    handshake: { tag: tag as RoomTag, fromSmaller, fromLarger },
  };
}

/** 16 bytes: the salt of the password's key, so that one password gives another key in each room. */
export async function gateSalt(secret: RoomSecret): Promise<Uint8Array<ArrayBuffer>> {
  return expand(await importSecret(bytesOf(secret)), 'mindmeet/pw/1', 16);
}

function bytesOf(secret: RoomSecret): Uint8Array<ArrayBuffer> {
  return typeof secret === 'string' ? utf8.encode(secret) : secret;
}

function importSecret(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveBits']);
}

async function expand(secret: CryptoKey, info: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8.encode(info) }, secret, bytes * 8));
}

async function directionKey(secret: CryptoKey, info: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', await expand(secret, info, 32), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}
