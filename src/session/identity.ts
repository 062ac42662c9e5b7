/** Who this device is, in every room: its key, and the name of the person before it. */
import type { DeviceId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import { cleanPersonName } from '../core/person-name';
import { deriveDeviceId } from '../protocol/invite';
import type { DeviceStore } from '../storage/device-store';
import type { Profile } from './faces';

export class Identity {
  /** ES256; not extractable. */
  readonly privateKey: CryptoKey;
  /** 65-byte uncompressed P-256 point. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly deviceId: DeviceId;
  readonly #profile: State<Profile>;
  readonly #store: DeviceStore;

  /** Resolves when the profile has a name; only a first visit waits for it. */
  readonly named: Promise<void>;

  /** `makeUpName` gives a name in the person's language; it is kept, so that the person is the same one tomorrow. */
  static async load(store: DeviceStore, makeUpName: () => Promise<string>): Promise<Identity> {
    const [keys, name] = await Promise.all([store.keys(), store.name()]);
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
    return new Identity(store, keys.privateKey, publicKey, { name: name ?? '', deviceId: await deriveDeviceId(publicKey) }, makeUpName);
  }

  private constructor(store: DeviceStore, privateKey: CryptoKey, publicKey: Uint8Array<ArrayBuffer>, profile: Profile, makeUpName: () => Promise<string>) {
    this.#store = store;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
    this.deviceId = profile.deviceId;
    this.#profile = new State(profile);
    this.named = profile.name === '' ? this.#makeUp(makeUpName) : Promise.resolve();
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

  async #makeUp(makeUpName: () => Promise<string>): Promise<void> {
    const name = await makeUpName();
    // The person may have been quicker.
    if (this.#profile.value.name === '') this.rename(name);
  }
}
