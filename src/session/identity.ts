/** Who this device is, in every room: its key, and the name of the person before it. */
import type { DeviceId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import { cleanPersonName } from '../core/person-name';
import { deriveDeviceId } from '../protocol/invite';
import type { DeviceStore } from '../storage/device-store';
import type { Profile } from './faces';

export class Identity {
  /** 65-byte uncompressed P-256 point. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly deviceId: DeviceId;
  readonly #profile: State<Profile>;
  readonly #store: DeviceStore;

  /** `makeUpName` gives a name in the person's language; it is kept, so that the person is the same one tomorrow. */
  static async load(store: DeviceStore, makeUpName: () => string): Promise<Identity> {
    const [keys, storedName] = await Promise.all([store.keys(), store.name()]);
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
    const name = storedName ?? makeUpName();
    if (storedName === undefined) await store.saveName(name);
    return new Identity(store, publicKey, { name, deviceId: await deriveDeviceId(publicKey) });
  }

  private constructor(store: DeviceStore, publicKey: Uint8Array<ArrayBuffer>, profile: Profile) {
    this.#store = store;
    this.publicKey = publicKey;
    this.deviceId = profile.deviceId;
    this.#profile = new State(profile);
  }

  get profile(): Observable<Profile> {
    return this.#profile;
  }

  /** A name with nothing visible in it changes nothing. Returns the name in force. */
  rename(raw: string): string {
    const name = cleanPersonName(raw);
    if (name !== '' && name !== this.#profile.value.name) {
      this.#profile.update((profile) => ({ ...profile, name }));
      void this.#store.saveName(name);
    }
    return this.#profile.value.name;
  }
}
