/** The record of a room that this device hasn't been in. */
import { encodeBase64Url } from '../core/base64url';
import type { RoomAlias, RoomCode } from '../core/ids';
import type { RoomRecord } from '../storage/room-store';

/** As a guest's; an owner adds what makes it the own one. */
export function newRoom(code: RoomCode, nowMs: number): RoomRecord {
  const alias = encodeBase64Url(crypto.getRandomValues(new Uint8Array(16))) as RoomAlias;
  return { alias, code, oldCodes: [], role: 'guest', state: 'pending', title: '', closed: false, peopleNames: [], draft: '', unreadCount: 0, createdMs: nowMs, lastVisitMs: nowMs };
}
