/** Admission events and people for as long as the page lives: what memory-stores.ts is for the home page, for rooms. */
import type { DeviceId, RoomAlias } from '../core/ids';
import type { AdmissionStore, StoredAdmission } from './admission-store';
import { pinAgain, type PeopleStore, type Pin, type SeenPeople } from './people-store';

export class MemoryAdmissionStore implements AdmissionStore {
  #seen: StoredAdmission;

  constructor(seen: StoredAdmission = { tokens: [] }) {
    this.#seen = seen;
  }

  async load(): Promise<StoredAdmission> {
    return this.#seen;
  }

  async add(genesis: string | undefined, tokens: readonly string[]): Promise<void> {
    const first = this.#seen.genesis ?? genesis;
    this.#seen = { ...(first !== undefined && { genesis: first }), tokens: [...new Set([...this.#seen.tokens, ...tokens])] };
  }
}

export class MemoryPeopleStore implements PeopleStore {
  readonly #pinsByRoom: Map<RoomAlias, Map<DeviceId, Pin>>;
  readonly #verified: Set<DeviceId>;

  constructor(seen: SeenPeople = { pinsByRoom: new Map(), verified: new Set() }) {
    this.#pinsByRoom = new Map([...seen.pinsByRoom].map(([alias, pins]) => [alias, new Map(pins)]));
    this.#verified = new Set(seen.verified);
  }

  async pins(alias: RoomAlias): Promise<readonly Pin[]> {
    return [...this.#pinsOf(alias).values()];
  }

  async pin(alias: RoomAlias, deviceId: DeviceId, name: string, nowMs: number): Promise<void> {
    const pins = this.#pinsOf(alias);
    pins.set(deviceId, pinAgain(pins.get(deviceId), { deviceId, name, firstMs: nowMs, acknowledged: false }));
  }

  async acknowledge(alias: RoomAlias, deviceId: DeviceId): Promise<void> {
    const pins = this.#pinsOf(alias);
    const pin = pins.get(deviceId);
    if (pin) pins.set(deviceId, { ...pin, acknowledged: true });
  }

  async verified(): Promise<ReadonlySet<DeviceId>> {
    return new Set(this.#verified);
  }

  async setVerified(deviceId: DeviceId, _name: string, nowMs: number | undefined): Promise<void> {
    if (nowMs === undefined) this.#verified.delete(deviceId);
    else this.#verified.add(deviceId);
  }

  #pinsOf(alias: RoomAlias): Map<DeviceId, Pin> {
    const pins = this.#pinsByRoom.get(alias) ?? new Map<DeviceId, Pin>();
    this.#pinsByRoom.set(alias, pins);
    return pins;
  }
}
