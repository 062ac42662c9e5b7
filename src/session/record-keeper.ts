/** One room's record, as this session knows it: changed here and on the disk in the same words. */
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { RoomRecord, RoomStore } from '../storage/room-store';

/** The 32-byte key that a password gives. */
export type Gate = Uint8Array<ArrayBuffer>;

export class RecordKeeper {
  readonly #rooms: RoomStore;
  readonly #alias: RoomRecord['alias'];
  #record: RoomRecord;

  constructor(rooms: RoomStore, record: RoomRecord) {
    this.#rooms = rooms;
    this.#alias = record.alias;
    this.#record = record;
  }

  get value(): RoomRecord {
    return this.#record;
  }

  /** Key of the password that was entered on this device. */
  get gate(): Gate | undefined {
    return gateOf(this.#record.gateBase64);
  }

  /** What another tab has made of it meanwhile. */
  async reload(): Promise<void> {
    const stored = await this.#rooms.byAlias(this.#alias);
    if (stored) this.#record = stored;
  }

  /** `change` takes effect at once, on the disk when it resolves: false when the room is no longer there. */
  async update(change: (record: RoomRecord) => RoomRecord): Promise<boolean> {
    this.#record = change(this.#record);
    return (await this.#rooms.update(this.#alias, change)) !== undefined;
  }

  /** `gate`: undefined takes the one before away. */
  async keepGate(gate: Gate | undefined): Promise<void> {
    await this.update(({ gateBase64: _before, ...record }) => (gate ? { ...record, gateBase64: encodeBase64Url(gate) } : record));
  }

  /** From now on it is one of the rooms to come back to. "New link" in another tab may have thrown it away; whoever is let in makes it a room all the same. */
  async keep(): Promise<void> {
    if (!(await this.update(kept))) this.#record = await this.#rooms.ensureByCode(kept(this.#record));
  }

  /** As `keep`, for a room that somebody was met in or is waited for; writes once, and lets a room that was thrown away be. */
  keepOnce(): void {
    if (this.#record.state !== 'kept') void this.update(kept);
  }

  remove(): Promise<void> {
    return this.#rooms.remove(this.#alias);
  }
}

/** `base64`: as it is kept, or told in the settings; undefined and '' are none. */
export function gateOf(base64: string | undefined): Gate | undefined {
  const gate = decodeBase64Url(base64 ?? '');
  return gate && gate.length > 0 ? gate : undefined;
}

function kept(record: RoomRecord): RoomRecord {
  return { ...record, state: 'kept' };
}
