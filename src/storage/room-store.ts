/** The rooms this device knows: the pending one, whose link is on the home page, and those it has been in. */
import type { DeviceId, InviteCode, RoomAlias } from '../core/ids';
import type { Database, Durability, ReadableStore, WritableStore } from './database';
import { fieldsOf, isCount, isText } from './row';

/** On disk as it stands here, one row a room. */
export interface RoomRecord {
  readonly alias: RoomAlias;
  readonly code: InviteCode;
  /** owner: this device made the link. guest: came by it. */
  readonly role: 'owner' | 'guest';
  /** pending: the link is made, nobody was let in yet, and the home page still shows it. */
  readonly state: 'pending' | 'kept';
  /** The owner's: the 16-byte salt that, with the device key, proves who made the link. */
  readonly saltBase64?: string;
  /** A guest's: what brings it back without ringing. */
  readonly returnToken?: string;
  /** The owner's: the tokens given out, one a device. */
  readonly returnTokens?: readonly ReturnGrant[];
  /** The others, as last seen. */
  readonly peopleNames: readonly string[];
  /** Unsent text. */
  readonly draft: string;
  /** Milliseconds since 1970, by this device's clock; as `lastVisitMs`. */
  readonly createdMs: number;
  readonly lastVisitMs: number;
}

export interface ReturnGrant {
  readonly deviceId: DeviceId;
  /** 16 bytes in base64url. */
  readonly token: string;
  /** The device may see what was said from then on, in milliseconds since 1970; 0 for everything. */
  readonly sinceMs: number;
}

/** Each method is atomic across tabs. */
export interface RoomStore {
  byAlias(alias: RoomAlias): Promise<RoomRecord | undefined>;
  byCode(code: InviteCode): Promise<RoomRecord | undefined>;
  /** The newest own room that is still pending. */
  pending(): Promise<RoomRecord | undefined>;
  /** The pending room, which becomes `make` when there is none: two tabs that start at once show the same link. */
  ensurePending(make: RoomRecord): Promise<RoomRecord>;
  /** "New link": `make` instead of whatever was pending. Another tab that still has the old room open finds it gone (`update` gives undefined). */
  replacePending(make: RoomRecord): Promise<RoomRecord>;
  /** The room of `make.code`, which becomes `make` when there is none. */
  ensureByCode(make: RoomRecord): Promise<RoomRecord>;
  /** `change` gets the record as it is now and must not wait; undefined when the room is gone. Alias and code never change. */
  update(alias: RoomAlias, change: (record: RoomRecord) => RoomRecord): Promise<RoomRecord | undefined>;
  /** Like `update`, without waiting for the disk: cheap enough for each keystroke. */
  saveDraft(alias: RoomAlias, draft: string): Promise<void>;
  remove(alias: RoomAlias): Promise<void>;
}

export class IdbRoomStore implements RoomStore {
  /** Each room as it was read or written last: what is known when the disk goes. */
  readonly seenByAlias = new Map<RoomAlias, RoomRecord>();
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  byAlias(alias: RoomAlias): Promise<RoomRecord | undefined> {
    return this.#read(async (store) => parseRoom(await store.get(alias)));
  }

  byCode(code: InviteCode): Promise<RoomRecord | undefined> {
    return this.#read((store) => roomOf(store, code));
  }

  pending(): Promise<RoomRecord | undefined> {
    return this.#read(async (store) => newest(await pendingRooms(store)));
  }

  ensurePending(make: RoomRecord): Promise<RoomRecord> {
    return this.#write('strict', async (store) => newest(await pendingRooms(store)) ?? putRoom(store, make));
  }

  replacePending(make: RoomRecord): Promise<RoomRecord> {
    return this.#write('strict', async (store) => {
      for (const { alias } of await pendingRooms(store)) {
        await store.delete(alias);
        this.seenByAlias.delete(alias);
      }
      return putRoom(store, make);
    });
  }

  ensureByCode(make: RoomRecord): Promise<RoomRecord> {
    return this.#write('strict', async (store) => (await roomOf(store, make.code)) ?? putRoom(store, make));
  }

  update(alias: RoomAlias, change: (record: RoomRecord) => RoomRecord): Promise<RoomRecord | undefined> {
    return this.#update('strict', alias, change);
  }

  async saveDraft(alias: RoomAlias, draft: string): Promise<void> {
    await this.#update('relaxed', alias, (record) => ({ ...record, draft }));
  }

  async remove(alias: RoomAlias): Promise<void> {
    await this.#database.write('rooms', 'strict', (store) => store.delete(alias));
    this.seenByAlias.delete(alias);
  }

  #update(durability: Durability, alias: RoomAlias, change: (record: RoomRecord) => RoomRecord): Promise<RoomRecord | undefined> {
    return this.#write(durability, async (store) => {
      const record = parseRoom(await store.get(alias));
      return record && putRoom(store, change(record));
    });
  }

  async #read(work: (store: ReadableStore<'rooms'>) => Promise<RoomRecord | undefined>): Promise<RoomRecord | undefined> {
    return this.#see(await this.#database.read('rooms', work));
  }

  async #write<T extends RoomRecord | undefined>(durability: Durability, work: (store: WritableStore<'rooms'>) => Promise<T>): Promise<T> {
    return this.#see(await this.#database.write('rooms', durability, work));
  }

  #see<T extends RoomRecord | undefined>(room: T): T {
    if (room) this.seenByAlias.set(room.alias, room);
    return room;
  }
}

type AnyRoomStore = ReadableStore<'rooms'> | WritableStore<'rooms'>;

async function roomOf(store: AnyRoomStore, code: InviteCode): Promise<RoomRecord | undefined> {
  return newest(parseRooms(await store.index('byCode').getAll(code)));
}

async function pendingRooms(store: AnyRoomStore): Promise<readonly RoomRecord[]> {
  return parseRooms(await store.index('byState').getAll('pending')).filter(isOwn);
}

async function putRoom(store: WritableStore<'rooms'>, record: RoomRecord): Promise<RoomRecord> {
  await store.put(record);
  return record;
}

/** What another person's link opened is never shown as the own one, whatever its state. */
export function isOwn(room: RoomRecord): boolean {
  return room.role === 'owner';
}

export function newest(rooms: readonly RoomRecord[]): RoomRecord | undefined {
  return rooms.toSorted((a, b) => b.createdMs - a.createdMs)[0];
}

function parseRooms(rows: readonly unknown[]): RoomRecord[] {
  return rows.map(parseRoom).filter((room) => room !== undefined);
}

/** Undefined when what makes a room is missing; then the row is left where it is, and the rest goes on. Lesser things are done without. */
function parseRoom(row: unknown): RoomRecord | undefined {
  const { alias, code, role, state, saltBase64, returnToken, returnTokens, peopleNames, draft, createdMs, lastVisitMs } = fieldsOf(row) ?? {};
  if (!isText(alias) || !isText(code) || !isCount(createdMs)) return undefined;
  if ((role !== 'owner' && role !== 'guest') || (state !== 'pending' && state !== 'kept')) return undefined;
  return {
    alias: alias as RoomAlias,
    code: code as InviteCode,
    role,
    state,
    ...(isText(saltBase64) && { saltBase64 }),
    ...(isText(returnToken) && { returnToken }),
    ...(Array.isArray(returnTokens) && { returnTokens: returnTokens.filter(isReturnGrant) }),
    peopleNames: Array.isArray(peopleNames) ? peopleNames.filter(isText) : [],
    draft: isText(draft) ? draft : '',
    createdMs,
    lastVisitMs: isCount(lastVisitMs) ? lastVisitMs : createdMs,
  };
}

function isReturnGrant(value: unknown): value is ReturnGrant {
  const fields = fieldsOf(value);
  return isText(fields?.['deviceId']) && isText(fields['token']) && isCount(fields['sinceMs']);
}
