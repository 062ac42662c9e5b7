/** Device and rooms for as long as the page lives: where the browser gives no storage, or its disk has failed. Apart, so that the usual visit doesn't load it. */
import type { InviteCode, RoomAlias } from '../core/ids';
import { generateKeys, type DeviceStore } from './device-store';
import { isOwn, newest, type RoomRecord, type RoomStore } from './room-store';

/** A device that is another one after each reload, unless `seen` says what it was on disk. */
export class MemoryDeviceStore implements DeviceStore {
  #keys: Promise<CryptoKeyPair> | undefined;
  #name: string | undefined;

  constructor(seen: { readonly keys?: CryptoKeyPair; readonly name?: string } = {}) {
    this.#keys = seen.keys && Promise.resolve(seen.keys);
    this.#name = seen.name;
  }

  keys(): Promise<CryptoKeyPair> {
    return (this.#keys ??= generateKeys());
  }

  async name(): Promise<string | undefined> {
    return this.#name;
  }

  async saveName(name: string): Promise<void> {
    this.#name = name;
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

  async byCode(code: InviteCode): Promise<RoomRecord | undefined> {
    return this.#roomOf(code);
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

  async remove(alias: RoomAlias): Promise<void> {
    this.#roomsByAlias.delete(alias);
  }

  #put(record: RoomRecord): RoomRecord {
    this.#roomsByAlias.set(record.alias, record);
    return record;
  }

  #roomOf(code: InviteCode): RoomRecord | undefined {
    return newest([...this.#roomsByAlias.values()].filter((room) => room.code === code));
  }

  #pendingRooms(): RoomRecord[] {
    return [...this.#roomsByAlias.values()].filter((room) => room.state === 'pending' && isOwn(room));
  }
}
