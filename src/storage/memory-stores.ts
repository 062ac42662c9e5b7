/** Device and rooms for as long as the page lives: where the browser gives no storage, or its disk has failed. Apart, so that the usual visit doesn't load it. */
import type { RoomAlias, RoomCode } from '../core/ids';
import { generateKeys, type DeviceProfile, type DeviceStore } from './device-store';
import { byLastVisit, isOwn, newest, type RoomRecord, type RoomStore } from './room-store';

/** A device that is another one after each reload, unless `seen` says what it was on disk. */
export class MemoryDeviceStore implements DeviceStore {
  #keys: Promise<CryptoKeyPair> | undefined;
  #profile: DeviceProfile;

  constructor(seen: { readonly keys?: CryptoKeyPair; readonly profile?: DeviceProfile } = {}) {
    this.#keys = seen.keys && Promise.resolve(seen.keys);
    this.#profile = seen.profile ?? {};
  }

  keys(): Promise<CryptoKeyPair> {
    return (this.#keys ??= generateKeys());
  }

  async profile(): Promise<DeviceProfile> {
    return this.#profile;
  }

  async saveProfile(change: DeviceProfile): Promise<void> {
    this.#profile = { ...this.#profile, ...change };
  }
}

/** Its methods don't wait, so nothing comes between a look and a change. */
export class MemoryRoomStore implements RoomStore {
  readonly #roomsByAlias: Map<RoomAlias, RoomRecord>;

  constructor(seenByAlias: ReadonlyMap<RoomAlias, RoomRecord> = new Map()) {
    this.#roomsByAlias = new Map(seenByAlias);
  }

  async byAlias(alias: RoomAlias): Promise<RoomRecord | undefined> {
    return this.#roomsByAlias.get(alias);
  }

  async byCode(code: RoomCode): Promise<RoomRecord | undefined> {
    return this.#roomOf(code);
  }

  async kept(): Promise<readonly RoomRecord[]> {
    return byLastVisit([...this.#roomsByAlias.values()].filter((room) => room.state === 'kept'));
  }

  async pending(): Promise<RoomRecord | undefined> {
    return newest(this.#pendingRooms());
  }

  async ensurePending(make: RoomRecord): Promise<RoomRecord> {
    return newest(this.#pendingRooms()) ?? this.#put(make);
  }

  async replacePending(make: RoomRecord): Promise<RoomRecord> {
    for (const { alias } of this.#pendingRooms()) this.#roomsByAlias.delete(alias);
    return this.#put(make);
  }

  async ensureByCode(make: RoomRecord): Promise<RoomRecord> {
    return this.#roomOf(make.code) ?? this.#put(make);
  }

  async update(alias: RoomAlias, change: (record: RoomRecord) => RoomRecord): Promise<RoomRecord | undefined> {
    const record = this.#roomsByAlias.get(alias);
    return record && this.#put(change(record));
  }

  async saveDraft(alias: RoomAlias, draft: string): Promise<void> {
    await this.update(alias, (record) => ({ ...record, draft }));
  }

  /** What else was kept of the room nobody finds again: the alias is never used a second time. */
  async remove(alias: RoomAlias): Promise<void> {
    this.#roomsByAlias.delete(alias);
  }

  #put(record: RoomRecord): RoomRecord {
    this.#roomsByAlias.set(record.alias, record);
    return record;
  }

  #roomOf(code: RoomCode): RoomRecord | undefined {
    const rooms = [...this.#roomsByAlias.values()];
    return newest(rooms.filter((room) => room.code === code)) ?? newest(rooms.filter(({ oldCodes }) => oldCodes.some((old) => old === code)));
  }

  #pendingRooms(): RoomRecord[] {
    return [...this.#roomsByAlias.values()].filter((room) => room.state === 'pending' && isOwn(room));
  }
}
