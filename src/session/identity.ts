/** Who this device is, in every room: its key, and how the person before it wants to be seen. */
import type { DeviceId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import { cleanPersonName } from '../core/person-name';
import { deriveDeviceId } from '../protocol/invite';
import type { DeviceProfile, DeviceStore } from '../storage/device-store';
import type { Picture, Preferences, Profile } from './faces';

export class Identity {
  /** ES256; not extractable. */
  readonly privateKey: CryptoKey;
  /** 65-byte uncompressed P-256 point. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly deviceId: DeviceId;
  readonly #profile: State<Profile>;
  readonly #preferences: State<Preferences>;
  readonly #store: DeviceStore;
  #nameChosen: boolean;

  /** Resolves when the profile has a name; only a first visit waits for it. */
  readonly named: Promise<void>;

  /** `makeUpName` gives a name in the person's language; it is kept, so that the person is the same one tomorrow. */
  static async load(store: DeviceStore, makeUpName: () => Promise<string>): Promise<Identity> {
    const [keys, stored] = await Promise.all([store.keys(), store.profile()]);
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
    return new Identity(store, keys.privateKey, publicKey, await deriveDeviceId(publicKey), stored, makeUpName);
  }

  private constructor(store: DeviceStore, privateKey: CryptoKey, publicKey: Uint8Array<ArrayBuffer>, deviceId: DeviceId, stored: DeviceProfile, makeUpName: () => Promise<string>) {
    const { name = '', nameChosen = false, tint, picture, tellsRead = true, tellsTyping = true } = stored;
    this.#store = store;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
    this.deviceId = deviceId;
    this.#nameChosen = nameChosen;
    this.#profile = new State<Profile>({ name, deviceId, tint, picture });
    this.#preferences = new State<Preferences>({ tellsRead, tellsTyping });
    this.named = name === '' ? this.#makeUp(makeUpName) : Promise.resolve();
  }

  get profile(): Observable<Profile> {
    return this.#profile;
  }

  get preferences(): Observable<Preferences> {
    return this.#preferences;
  }

  /** Whether the person typed the name, now or on an earlier visit; otherwise it is made up. */
  get nameChosen(): boolean {
    return this.#nameChosen;
  }

  /** A name with nothing visible in it changes nothing; the made-up one confirmed is a chosen one. Returns the name in force. */
  rename(raw: string): string {
    const name = cleanPersonName(raw);
    if (name !== '' && (name !== this.#profile.value.name || !this.#nameChosen)) {
      this.#nameChosen = true;
      this.#change({ name }, { name, nameChosen: true });
    }
    return this.#profile.value.name;
  }

  chooseTint(tint: number | undefined): void {
    this.#change({ tint });
  }

  /** What is no picture changes nothing. */
  async choosePicture(picture: Picture | undefined): Promise<void> {
    if (!picture || (await import('./picture-check')).isOwnPicture(picture)) this.#change({ picture });
  }

  setPreferences(change: Partial<Preferences>): void {
    this.#preferences.update((preferences) => ({ ...preferences, ...change }));
    void this.#store.saveProfile(change);
  }

  async #makeUp(makeUpName: () => Promise<string>): Promise<void> {
    const name = await makeUpName();
    // The person may have been quicker.
    if (this.#profile.value.name === '') this.#change({ name });
  }

  #change(change: Partial<Profile>, stored: DeviceProfile = change): void {
    this.#profile.update((profile) => ({ ...profile, ...change }));
    void this.#store.saveProfile(stored);
  }
}
