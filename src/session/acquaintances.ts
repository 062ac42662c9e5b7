/**
 * Whom this device has met: in each room the key that a name had when it was first seen (trust on first use), and in all rooms the keys that were marked as
 * verified. A name that comes back with another key is what a person must be told, loudly: it may be a new phone, or somebody else.
 */
import type { DeviceId, RoomAlias } from '../core/ids';
import { State, type Observable } from '../core/observable';
import type { PeopleStore, Pin } from '../storage/people-store';

export class Acquaintances {
  readonly #store: PeopleStore;
  readonly #alias: RoomAlias;
  readonly #now: () => number;
  readonly #pins = new Map<DeviceId, Pin>();
  readonly #verified: Set<DeviceId>;
  readonly #version = new State(0);

  static async load(store: PeopleStore, alias: RoomAlias, now: () => number): Promise<Acquaintances> {
    const [pins, verified] = await Promise.all([store.pins(alias), store.verified()]);
    return new Acquaintances(store, alias, now, pins, verified);
  }

  private constructor(store: PeopleStore, alias: RoomAlias, now: () => number, pins: readonly Pin[], verified: ReadonlySet<DeviceId>) {
    this.#store = store;
    this.#alias = alias;
    this.#now = now;
    for (const pin of pins) this.#pins.set(pin.deviceId, pin);
    this.#verified = new Set(verified);
  }

  /** Changes when anything here does. */
  get version(): Observable<number> {
    return this.#version;
  }

  /** A device is in the room under this name. True when the name is now another's key's than before, and that is news. */
  meet(deviceId: DeviceId, name: string): boolean {
    const known = this.#pins.get(deviceId);
    if (known?.name === name) return false;
    // A rename to somebody else's name is as good as a new key: what was acknowledged before no longer counts, nor for how long the key has been known.
    const pin: Pin = { deviceId, name, firstMs: this.#now(), acknowledged: false };
    this.#pins.set(deviceId, pin);
    void this.#store.pin(this.#alias, deviceId, name, pin.firstMs);
    this.#changed();
    return this.hasChangedKey(deviceId);
  }

  /** Somebody of this device's name was here before it with another key, and nobody has said that this is known. */
  hasChangedKey(deviceId: DeviceId): boolean {
    const pin = this.#pins.get(deviceId);
    if (!pin || pin.acknowledged) return false;
    const name = comparable(pin.name);
    return [...this.#pins.values()].some((other) => other.deviceId !== deviceId && other.firstMs < pin.firstMs && comparable(other.name) === name);
  }

  /** Every device that was met in the room. */
  get devices(): readonly DeviceId[] {
    return [...this.#pins.keys()];
  }

  /** What it was called last; '' when it was never met. */
  nameOf(deviceId: DeviceId): string {
    return this.#pins.get(deviceId)?.name ?? '';
  }

  isVerified(deviceId: DeviceId): boolean {
    return this.#verified.has(deviceId);
  }

  async acknowledge(deviceId: DeviceId): Promise<void> {
    const pin = this.#pins.get(deviceId);
    if (!pin) return;
    this.#pins.set(deviceId, { ...pin, acknowledged: true });
    this.#changed();
    await this.#store.acknowledge(this.#alias, deviceId);
  }

  async setVerified(deviceId: DeviceId, name: string, verified: boolean): Promise<void> {
    if (verified) this.#verified.add(deviceId);
    else this.#verified.delete(deviceId);
    this.#changed();
    await this.#store.setVerified(deviceId, name, verified ? this.#now() : undefined);
  }

  #changed(): void {
    this.#version.update((version) => version + 1);
  }
}

/** Names that look alike to a hasty reader are the same name here. */
function comparable(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
