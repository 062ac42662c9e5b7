/** What people type, paste or open to get into a room: a link, its code, or a name. Apart from invite-code.ts, since a page opened by a link needs no more than that. */
import type { RoomCode } from './ids';
import { parseInviteCode } from './invite-code';
import { cleanRoomName, namedRoomCode, readNamedRoomCode } from './room-name';

/** `name`: undefined for a link, which has none; otherwise clean, and of any length. */
export type ReadAddress = { readonly kind: 'room'; readonly code: RoomCode; readonly name: string | undefined } | { readonly kind: 'broken'; readonly reason: 'incomplete' | 'mistyped' };

/** What stands after `#`: a link's secret, or `/rooms/NAME`. */
export function readFragment(fragment: string): ReadAddress {
  if (!fragment.startsWith('/')) {
    const parsed = parseInviteCode(fragment);
    return parsed.kind === 'invite' ? { kind: 'room', code: parsed.code, name: undefined } : parsed;
  }
  const name = readNamedRoomCode(fragment);
  if (name === undefined) return { kind: 'broken', reason: 'mistyped' };
  return name === '' ? { kind: 'broken', reason: 'incomplete' } : roomOfName(name);
}

/** What somebody put into "Room name or link". A bare code counts as a link; anything without `#`, `/rooms/` or a code's shape is a name. */
export function readRoomText(text: string): ReadAddress | { readonly kind: 'empty' } {
  const trimmed = text.trim();
  const fragment = trimmed.indexOf('#');
  if (fragment >= 0) return readFragment(trimmed.slice(fragment + 1));
  const path = /^(?:https?:\/\/)?[^\s/?]*(\/rooms\/[^?]*)/iu.exec(trimmed)?.[1];
  if (path) return readFragment(path);
  const bare = readFragment(trimmed);
  if (bare.kind === 'room') return bare;
  if (/^https?:\/\//iu.test(trimmed)) return { kind: 'broken', reason: 'incomplete' };
  // The shape of a code with a wrong digit is far likelier a slip than a name.
  if (bare.reason === 'mistyped' && /^[A-Za-z0-9]+$/u.test(trimmed) && /\d/u.test(trimmed)) return bare;
  const name = cleanRoomName(trimmed);
  return name === '' ? { kind: 'empty' } : roomOfName(name);
}

function roomOfName(name: string): ReadAddress {
  return { kind: 'room', code: namedRoomCode(name), name };
}
