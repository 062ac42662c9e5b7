/** People in IndexedDB: a row a device and room in `pins`, a row a verified device in `contacts`. */
import type { DeviceId, RoomAlias } from '../core/ids';
import { keysOfRoom, type Database } from './database';
import { pinAgain, type PeopleStore, type Pin } from './people-store';
import { fieldsOf, isCount, isText } from './row';

export class IdbPeopleStore implements PeopleStore {
  readonly seen = { pinsByRoom: new Map<RoomAlias, Map<DeviceId, Pin>>(), verified: new Set<DeviceId>() };
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async pins(alias: RoomAlias): Promise<readonly Pin[]> {
    const pins = await this.#database.read('pins', async (store) => (await store.getAll(keysOfRoom(alias))).flatMap((row) => parsePin(row) ?? []));
    for (const pin of pins) this.#see(alias, pin);
    return pins;
  }

  pin(alias: RoomAlias, deviceId: DeviceId, name: string, nowMs: number): Promise<void> {
    return this.#change(alias, deviceId, (known) => pinAgain(known, { deviceId, name, firstMs: nowMs, acknowledged: false }));
  }

  acknowledge(alias: RoomAlias, deviceId: DeviceId): Promise<void> {
    return this.#change(alias, deviceId, (known) => known && { ...known, acknowledged: true });
  }

  async verified(): Promise<ReadonlySet<DeviceId>> {
    const devices = await this.#database.read('contacts', async (store) => (await store.getAll()).flatMap((row) => parseContact(row) ?? []));
    this.seen.verified = new Set(devices);
    return new Set(devices);
  }

  async setVerified(deviceId: DeviceId, name: string, nowMs: number | undefined): Promise<void> {
    await this.#database.write('contacts', 'strict', async (store) => {
      if (nowMs === undefined) await store.delete(deviceId);
      else await store.put({ deviceId, name, verifiedMs: nowMs });
    });
    if (nowMs === undefined) this.seen.verified.delete(deviceId);
    else this.seen.verified.add(deviceId);
  }

  async #change(alias: RoomAlias, deviceId: DeviceId, change: (known: Pin | undefined) => Pin | undefined): Promise<void> {
    const pin = await this.#database.write('pins', 'strict', async (store) => {
      const changed = change(parsePin(await store.get([alias, deviceId])));
      if (changed) await store.put({ alias, ...changed });
      return changed;
    });
    if (pin) this.#see(alias, pin);
  }

  #see(alias: RoomAlias, pin: Pin): void {
    const pins = this.seen.pinsByRoom.get(alias) ?? new Map<DeviceId, Pin>();
    this.seen.pinsByRoom.set(alias, pins.set(pin.deviceId, pin));
  }
}

/** A damaged row is as good as none: the device is met anew. */
function parsePin(row: unknown): Pin | undefined {
  const { deviceId, name, firstMs, acknowledged } = fieldsOf(row) ?? {};
  if (!isText(deviceId) || !isText(name) || !isCount(firstMs)) return undefined;
  return { deviceId: deviceId as DeviceId, name, firstMs, acknowledged: acknowledged === true };
}

/** Undefined also for a contact that isn't verified. */
function parseContact(row: unknown): DeviceId | undefined {
  const { deviceId, verifiedMs } = fieldsOf(row) ?? {};
  return isText(deviceId) && isCount(verifiedMs) ? (deviceId as DeviceId) : undefined;
}
