/**
 * The way into a room that is known by its name, whose keys are slow to compute, so that guessing names and passwords is.
 *
 *     base = Argon2id(name, salt "mindmeet/name/1")          where the room is: tag, slots, knocks (room-keys.ts)
 *     gate = Argon2id(NFC(password), gateSalt(base))         who gets in, with a password; in rooms with a link the code stands for the base
 *
 * Both with 64 MiB, 3 passes, 1 lane, 32 bytes (password-key.worker.ts).
 */
import { limits } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { RoomCode } from '../core/ids';
import { readFragment, readRoomText } from '../core/room-address';
import { gateSalt } from '../protocol/room-keys';
import type { RoomRecord } from '../storage/room-store';
import type { JoinOutcome, View } from './faces';
import type { Identity } from './identity';
import { newRoom } from './new-room';
import type { RoomParts } from './room-parts';

const nameSalt = new TextEncoder().encode('mindmeet/name/1');

export interface NamedRoomParts extends Pick<RoomParts, 'rooms' | 'now' | 'derivePasswordKey'> {
  readonly identity: Pick<Identity, 'nameChosen'>;
}

export type ReadText = Exclude<JoinOutcome, { kind: 'joined' }> | { readonly kind: 'room'; readonly code: RoomCode };

/** What somebody put into "Room name or link". */
export function readText(text: string): ReadText {
  const read = readRoomText(text);
  if (read.kind === 'broken') return { kind: 'broken-link', reason: read.reason };
  if (read.kind === 'room' && isTooLong(read.name)) return { kind: 'name-too-long', maximum: limits.titleCharacters };
  return read;
}

/**
 * The record of the room that an address of the form `/rooms/NAME` names, made when there is none; undefined when there is no such name. `show` is told what to
 * show meanwhile, or instead. `password`: '' for none; undefined when the room was opened by its address alone: then the one of last time counts, and who has
 * chosen no name yet is asked for one first. Rejects as RoomParts.derivePasswordKey does.
 */
export async function prepareNamedRoom(address: string, password: string | undefined, parts: NamedRoomParts, show: (view: View) => void): Promise<RoomRecord | undefined> {
  const read = readFragment(address);
  if (read.kind === 'broken' || read.name === undefined || isTooLong(read.name)) {
    show({ kind: 'broken-link', reason: read.kind === 'broken' ? read.reason : 'incomplete' });
    return undefined;
  }
  const { code, name } = read;
  if (password === undefined && !parts.identity.nameChosen) await new Promise<void>((go) => show({ kind: 'name-first', roomName: name, go }));
  const known = await parts.rooms.byCode(code);
  if (known && password === undefined) return known;
  show({ kind: 'deriving', name });
  const base = decodeBase64Url(known?.baseBase64 ?? '') ?? new Uint8Array();
  return saveKeys(code, name, base.length === 32 ? base : await parts.derivePasswordKey(name, nameSalt), password, parts);
}

/** Whoever types a password, or none, means what is typed, and not that of last time. */
async function saveKeys(code: RoomCode, name: string, base: Uint8Array<ArrayBuffer>, password: string | undefined, parts: NamedRoomParts): Promise<RoomRecord> {
  const { rooms, now, derivePasswordKey } = parts;
  const gate = password && encodeBase64Url(await derivePasswordKey(password.normalize('NFC'), await gateSalt(base)));
  const record = await rooms.ensureByCode({ ...newRoom(code, now()), title: name, baseBase64: encodeBase64Url(base) });
  if (password === undefined) return record;
  return (await rooms.update(record.alias, ({ gateBase64: _last, ...rest }) => ({ ...rest, ...(gate && { gateBase64: gate }) }))) ?? record;
}

function isTooLong(name: string | undefined): boolean {
  return [...(name ?? '')].length > limits.titleCharacters;
}
