/** Whom this device has met: the keys behind the names in each room (trust on first use), and the keys that were compared aloud, in whichever room. */
import type { DeviceId, RoomAlias } from '../core/ids';

/** A device met in a room. */
export interface Pin {
  readonly deviceId: DeviceId;
  /** As it was called last. */
  readonly name: string;
  /** First time under this name; milliseconds since 1970, by this device's clock. */
  readonly firstMs: number;
  /** Its person's name was known with another key, and somebody said that this is known. */
  readonly acknowledged: boolean;
}

export interface PeopleStore {
  pins(alias: RoomAlias): Promise<readonly Pin[]>;
  /** Notes that the device was met under this name. The first time and an acknowledgement stay while the name is the same. */
  pin(alias: RoomAlias, deviceId: DeviceId, name: string, nowMs: number): Promise<void>;
  /** Does nothing for a device that was never met. */
  acknowledge(alias: RoomAlias, deviceId: DeviceId): Promise<void>;
  verified(): Promise<ReadonlySet<DeviceId>>;
  /** `nowMs` undefined: not verified any more. */
  setVerified(deviceId: DeviceId, name: string, nowMs: number | undefined): Promise<void>;
}

/** `known` as it is after the device was met again as `met`. */
export function pinAgain(known: Pin | undefined, met: Pin): Pin {
  return known?.name === met.name ? known : met;
}

/** What is known when the disk goes. */
export interface SeenPeople {
  readonly pinsByRoom: ReadonlyMap<RoomAlias, ReadonlyMap<DeviceId, Pin>>;
  readonly verified: ReadonlySet<DeviceId>;
}
