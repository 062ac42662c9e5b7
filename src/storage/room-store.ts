/** The rooms this device knows: the pending one, whose link is on the home page, and those it has been in. */
import type { InviteCode, RoomAlias, RoomCode } from '../core/ids';
import type { Database, Durability, ReadableStore, WritableStore } from './database';
import { fieldsOf, isCount, isText } from './row';
import { forgetUnsaved, noteSaved, noteUnsaved, unsavedDraft } from './unsaved-draft';

/** On disk as it stands here, one row a room. */
export interface RoomRecord {
  readonly alias: RoomAlias;
  /** What stands after `#` in its address now. */
  readonly code: RoomCode;
  /** Links that the room had before, newest first, at most four: who comes by one still finds the room on this device. */
  readonly oldCodes: readonly InviteCode[];
  /** owner: this device made the link. guest: came by it, or by a name; rooms that are known by name have no owner. */
  readonly role: 'owner' | 'guest';
  /** pending: nobody was met in it yet. An owner's pending room is the one on the home page; only kept rooms are listed there. */
  readonly state: 'pending' | 'kept';
  /** The owner's: the 16-byte salt that, with the device key, proves who made the first link. */
  readonly saltBase64?: string;
  /** What the owner, or its name, calls it; '' if nobody does. */
  readonly title: string;
  /** Of a room known by name: the 32-byte key that its name gives, so that coming back is quick. Always there in such a room. */
  readonly baseBase64?: string;
  /** The 32-byte key that the password gives: as entered here, or as the room's settings say. */
  readonly gateBase64?: string;
  /** The owner ended it; what was said can still be read. */
  readonly closed: boolean;
  /** The others, as last seen. */
  readonly peopleNames: readonly string[];
  /** Unsent text. */
  readonly draft: string;
  /** Messages that were here and unread when it was left. */
  readonly unreadCount: number;
  /** Bytes of files that may be kept of it here; without one, `limits.roomFilesBytes`. */
  readonly filesQuotaBytes?: number;
  /** Milliseconds since 1970, by this device's clock; as `lastVisitMs`. */
  readonly createdMs: number;
  readonly lastVisitMs: number;
}

/** Each method is atomic across tabs. */
export interface RoomStore {
  byAlias(alias: RoomAlias): Promise<RoomRecord | undefined>;
  /** The room whose code it is, or else whose link it was. */
  byCode(code: RoomCode): Promise<RoomRecord | undefined>;
  /** The rooms to come back to, newest visit first. */
  kept(): Promise<readonly RoomRecord[]>;
  /** The newest own room that is still pending. */
  pending(): Promise<RoomRecord | undefined>;
  /** The pending room, which becomes `make` when there is none: two tabs that start at once show the same link. */
  ensurePending(make: RoomRecord): Promise<RoomRecord>;
  /** "New link": `make` instead of whatever was pending. Another tab that still has the old room open finds it gone (`update` gives undefined). */
  replacePending(make: RoomRecord): Promise<RoomRecord>;
  /** The room of `make.code`, which becomes `make` when there is none. */
  ensureByCode(make: RoomRecord): Promise<RoomRecord>;
  /** `change` gets the record as it is now and must not wait; undefined when the room is gone. The alias never changes. */
  update(alias: RoomAlias, change: (record: RoomRecord) => RoomRecord): Promise<RoomRecord | undefined>;
  /** Like `update`, without waiting for the disk: cheap enough for each keystroke. */
  saveDraft(alias: RoomAlias, draft: string): Promise<void>;
  /** Forgets the room with all that was kept of it: history, admission, pins, all of them or nothing, and its files. */
  remove(alias: RoomAlias): Promise<void>;
}

export class IdbRoomStore implements RoomStore {
  /** Each room as it was read or written last: what is known when the disk goes. */
  readonly seenByAlias = new Map<RoomAlias, RoomRecord>();
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async byAlias(alias: RoomAlias): Promise<RoomRecord | undefined> {
    return this.#withUnsaved(await this.#read(async (store) => parseRoom(await store.get(alias))));
  }

  async byCode(code: RoomCode): Promise<RoomRecord | undefined> {
    return this.#withUnsaved(await this.#read((store) => roomOf(store, code)));
  }

  async kept(): Promise<readonly RoomRecord[]> {
    const rooms = await this.#database.read('rooms', async (store) => parseRooms(await store.index('byState').getAll('kept')));
    for (const room of rooms) this.#see(room);
    return byLastVisit(rooms);
  }

  pending(): Promise<RoomRecord | undefined> {
    return this.#read(async (store) => newest(await pendingRooms(store)));
  }

  async ensurePending(make: RoomRecord): Promise<RoomRecord> {
    return this.#withUnsaved(await this.#write('strict', async (store) => newest(await pendingRooms(store)) ?? putRoom(store, make)));
  }

  async replacePending(make: RoomRecord): Promise<RoomRecord> {
    let replaced: readonly RoomRecord[] = [];
    const made = await this.#write('strict', async (store) => {
      replaced = await pendingRooms(store);
      await Promise.all(replaced.map(({ alias }) => store.delete(alias)));
      return putRoom(store, make);
    });
    // From now on nobody finds them; what else was kept of them goes, too.
    await Promise.all(replaced.map(({ alias }) => this.remove(alias)));
    return made;
  }

  async ensureByCode(make: RoomRecord): Promise<RoomRecord> {
    return this.#withUnsaved(await this.#write('strict', async (store) => (await roomOf(store, make.code)) ?? putRoom(store, make)));
  }

  update(alias: RoomAlias, change: (record: RoomRecord) => RoomRecord): Promise<RoomRecord | undefined> {
    return this.#update('strict', alias, change);
  }

  async saveDraft(alias: RoomAlias, draft: string): Promise<void> {
    noteUnsaved(alias, draft);
    await this.#update('relaxed', alias, (record) => ({ ...record, draft }));
    noteSaved(alias, draft);
  }

  async remove(alias: RoomAlias): Promise<void> {
    forgetUnsaved(alias);
    await (await import('./erase-room')).eraseRoom(this.#database, alias);
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

  /** As the page left it, though its last words were too late for the disk: now they are not. */
  #withUnsaved<T extends RoomRecord | undefined>(room: T): T {
    const draft = room && unsavedDraft(room.alias);
    if (!room || draft === undefined || draft === room.draft) return room;
    // A disk that refuses says so when something is typed; the session has it still.
    this.saveDraft(room.alias, draft).catch(() => undefined);
    return this.#see({ ...room, draft });
  }

  #see<T extends RoomRecord | undefined>(room: T): T {
    if (room) this.seenByAlias.set(room.alias, room);
    return room;
  }
}

type AnyRoomStore = ReadableStore<'rooms'> | WritableStore<'rooms'>;

async function roomOf(store: AnyRoomStore, code: RoomCode): Promise<RoomRecord | undefined> {
  const [now, before] = await Promise.all((['byCode', 'byOldCode'] as const).map(async (name) => newest(parseRooms(await store.index(name).getAll(code)))));
  return now ?? before;
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

export function byLastVisit(rooms: readonly RoomRecord[]): readonly RoomRecord[] {
  return rooms.toSorted((a, b) => b.lastVisitMs - a.lastVisitMs);
}

function parseRooms(rows: readonly unknown[]): RoomRecord[] {
  return rows.map(parseRoom).filter((room) => room !== undefined);
}

/** Undefined when what makes a room is missing; then the row is left where it is, and the rest goes on. Lesser things are done without. */
function parseRoom(row: unknown): RoomRecord | undefined {
  const { alias, code, oldCodes, role, state, saltBase64, title, baseBase64, gateBase64, closed, peopleNames, draft, unreadCount, filesQuotaBytes, createdMs, lastVisitMs } = fieldsOf(row) ?? {};
  if (!isText(alias) || !isText(code) || !isCount(createdMs)) return undefined;
  if ((role !== 'owner' && role !== 'guest') || (state !== 'pending' && state !== 'kept')) return undefined;
  if (code.startsWith('/') && !isText(baseBase64)) return undefined;
  return {
    alias: alias as RoomAlias,
    code: code as RoomCode,
    oldCodes: textsOf(oldCodes) as InviteCode[],
    role,
    state,
    ...(isText(saltBase64) && { saltBase64 }),
    title: isText(title) ? title : '',
    ...(isText(baseBase64) && { baseBase64 }),
    ...(isText(gateBase64) && { gateBase64 }),
    closed: closed === true,
    peopleNames: textsOf(peopleNames),
    draft: isText(draft) ? draft : '',
    unreadCount: isCount(unreadCount) ? unreadCount : 0,
    ...(isCount(filesQuotaBytes) && { filesQuotaBytes }),
    createdMs,
    lastVisitMs: isCount(lastVisitMs) ? lastVisitMs : createdMs,
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(isText) : [];
}
