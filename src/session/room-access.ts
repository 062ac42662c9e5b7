/**
 * What a room's kind decides: who may be in it, how it is found, and what a password opens. A room with a link is what its admission events make of it; in one
 * known by name, whoever knows the name, and the password, is in.
 */
import { decodeBase64Url } from '../core/base64url';
import type { DeviceId, FeedId, InviteCode, NamedRoomCode, RoomCode, RoomTag } from '../core/ids';
import { defaultSettings, type Membership, type Role, type RoomSettings } from '../core/membership';
import { lastValidSequence } from '../core/membership-rules';
import type { Link } from '../network/link';
import { deriveDeviceId, deriveInviteCode } from '../protocol/invite';
import { deriveRoomKeys, gateSalt, type RoomKeys } from '../protocol/room-keys';
import type { Admission } from './admission';
import { AdmissionExchange } from './admission-exchange';
import type { Recipient } from './delivery';
import type { RoomFace } from './faces';
import { gateOf, type Gate, type RecordKeeper } from './record-keeper';
import type { Standing } from './roster';

export interface RoomAccess {
  readonly kind: RoomFace['kind'];
  standing(device: DeviceId): Standing;
  /** Everybody in a room known by name is a member. */
  roleOf(device: DeviceId): Role | undefined;
  /** What feeds of the room's log are derived from; undefined for a guest who doesn't know the room yet. */
  readonly scope: string | undefined;
  /** The last event of the device's feed that counts: Infinity for all, 0 for none. */
  lastValidSequence(device: DeviceId, feed: FeedId): number;
  /** All other devices that are to get what is said, whether they are here or not. `met`: everybody who was ever seen in the room. */
  recipients(met: readonly DeviceId[]): readonly Recipient[];
  readonly settings: RoomSettings;
  /** What the owner, or its name, calls it; '' if nobody does. */
  readonly title: string;
  /** A handshake is through: what admits that device, and us, is exchanged. */
  greet(link: Link, device: DeviceId): void;
  /** Who may be in the room has changed: those who have become members get what they lack. */
  reconsider(): void;
  /** Whoever passes the gate comes in without asking. */
  readonly isOpen: boolean;
  /** Whether that member may decide on a stranger. `standIn`: no host has answered. Only what owner and hosts give overrules a removal. */
  mayDecide(decider: DeviceId, stranger: DeviceId, standIn: boolean): boolean;
  /** A pass for the device; false when we may not give one. */
  grant(deviceKey: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** What proves the standing of these devices. */
  proof(devices: readonly DeviceId[]): readonly string[];
  /** Takes events of others; in a room that is new to us, those that its code bears out. */
  learn(tokens: readonly string[], code: RoomCode): Promise<void>;
  /** Whether the tokens by themselves let the device in. */
  admits(tokens: readonly string[], device: DeviceId, code: RoomCode): Promise<boolean>;
  /** What stands after `#` now. */
  code(): Promise<RoomCode>;
  keys(code: RoomCode): Promise<RoomKeys>;
  /** Key of the room's password, if it has one. */
  readonly gate: Gate | undefined;
  /** Whether members need the password as well: it is all there is. */
  readonly gateForAll: boolean;
  /** What the password's key is derived with. */
  gateSalt(): Promise<Uint8Array<ArrayBuffer>>;
  /** As somebody at the door told us: counts as long as the room's events are unknown. */
  keepGateSalt(salt: Uint8Array<ArrayBuffer>): void;
}

export class LinkAccess implements RoomAccess {
  readonly kind = 'link';
  readonly gateForAll = false;
  readonly #admission: Admission;
  readonly #record: RecordKeeper;
  readonly #ownDevice: DeviceId;
  readonly #exchange: AdmissionExchange;
  #saltToldUs: Uint8Array<ArrayBuffer> | undefined;

  constructor(admission: Admission, record: RecordKeeper, ownDevice: DeviceId) {
    this.#admission = admission;
    this.#record = record;
    this.#ownDevice = ownDevice;
    this.#exchange = new AdmissionExchange(admission, ownDevice, (device) => this.standing(device));
  }

  get #membership(): Membership | undefined {
    return this.#admission.membership.value;
  }

  get settings(): RoomSettings {
    return this.#membership?.settings.settings ?? defaultSettings;
  }

  get title(): string {
    return this.settings.title;
  }

  get isOpen(): boolean {
    return this.#membership?.rule.rule.policy === 'open';
  }

  get gate(): Gate | undefined {
    return gateOf(this.settings.gate);
  }

  standing(device: DeviceId): Standing {
    if (this.#membership?.members.has(device)) return 'member';
    return this.#membership?.removed.has(device) ? 'removed' : 'unknown';
  }

  roleOf(device: DeviceId): Role | undefined {
    return this.#membership?.members.get(device)?.role;
  }

  get scope(): string | undefined {
    return this.#membership?.genesis.id;
  }

  lastValidSequence(device: DeviceId, feed: FeedId): number {
    return this.#membership ? lastValidSequence(this.#membership, device, feed) : 0;
  }

  recipients(): readonly Recipient[] {
    const members = [...(this.#membership?.members ?? [])].filter(([device]) => device !== this.#ownDevice);
    return members.map(([device, { sinceMs }]) => ({ device, sinceMs }));
  }

  greet(link: Link, device: DeviceId): void {
    this.#exchange.greet(link, device);
  }

  reconsider(): void {
    this.#exchange.reconsider();
  }

  mayDecide(decider: DeviceId, stranger: DeviceId, standIn: boolean): boolean {
    const rule = this.#membership?.rule.rule;
    if (!rule) return false;
    return this.#isHost(decider) || (this.standing(stranger) !== 'removed' && (rule.policy !== 'hosts' || (standIn && rule.standIn)));
  }

  async grant(deviceKey: Uint8Array<ArrayBuffer>): Promise<boolean> {
    await this.#admission.grant(deviceKey, 'member');
    if (this.standing(await deriveDeviceId(deviceKey)) !== 'member') return false;
    await this.#record.keep();
    return true;
  }

  proof(devices: readonly DeviceId[]): readonly string[] {
    return [...new Set(devices.flatMap((device) => this.#admission.prove(device)))];
  }

  async learn(tokens: readonly string[], code: RoomCode): Promise<void> {
    await this.#admission.take(tokens, linkOf(code));
  }

  admits(tokens: readonly string[], device: DeviceId, code: RoomCode): Promise<boolean> {
    return this.#admission.admits(tokens, device, linkOf(code));
  }

  async code(): Promise<RoomCode> {
    const membership = this.#membership;
    return membership ? deriveInviteCode(membership.genesis.ownerKey, membership.link.salt) : this.#record.value.code;
  }

  async keys(code: RoomCode): Promise<RoomKeys> {
    const link = linkOf(code);
    if (!link) throw new Error('a room with a link is found by nothing else');
    return deriveRoomKeys(link);
  }

  /** The password outlives the link: the salt comes from what never changes, the genesis, which a guest doesn't know yet and is told. */
  async gateSalt(): Promise<Uint8Array<ArrayBuffer>> {
    const genesis = this.#membership?.genesis;
    return genesis ? gateSalt(new TextEncoder().encode(genesis.id)) : (this.#saltToldUs ?? new Uint8Array(16));
  }

  keepGateSalt(salt: Uint8Array<ArrayBuffer>): void {
    this.#saltToldUs = salt;
  }

  #isHost(device: DeviceId): boolean {
    const role = this.roleOf(device);
    return role === 'owner' || role === 'host';
  }
}

export class NamedAccess implements RoomAccess {
  readonly kind = 'named';
  readonly gateForAll = true;
  readonly isOpen = true;
  readonly settings = defaultSettings;
  readonly #record: RecordKeeper;

  /** The room's tag: all that knows the name derives the same. */
  readonly scope: RoomTag;

  static async open(record: RecordKeeper): Promise<NamedAccess> {
    return new NamedAccess(record, (await deriveRoomKeys(baseOf(record))).tag);
  }

  private constructor(record: RecordKeeper, tag: RoomTag) {
    this.#record = record;
    this.scope = tag;
  }

  get gate(): Gate | undefined {
    return this.#record.gate;
  }

  get title(): string {
    return this.#record.value.title;
  }

  standing(): Standing {
    return 'member';
  }

  roleOf(): Role {
    return 'member';
  }

  lastValidSequence(): number {
    return Infinity;
  }

  recipients(met: readonly DeviceId[]): readonly Recipient[] {
    return met.map((device) => ({ device, sinceMs: 0 }));
  }

  greet(): void {
    // The handshake has said all there is.
  }

  reconsider(): void {
    // Nobody's standing ever changes.
  }

  mayDecide(): boolean {
    return false; // Nobody is asked.
  }

  async grant(): Promise<boolean> {
    return true;
  }

  proof(): readonly string[] {
    return [];
  }

  async learn(): Promise<void> {
    // There is nothing to know but name and password.
  }

  async admits(): Promise<boolean> {
    return true;
  }

  async code(): Promise<RoomCode> {
    return this.#record.value.code;
  }

  keys(): Promise<RoomKeys> {
    return deriveRoomKeys(baseOf(this.#record), this.gate);
  }

  gateSalt(): Promise<Uint8Array<ArrayBuffer>> {
    return gateSalt(baseOf(this.#record));
  }

  keepGateSalt(): void {
    // Name and password are all that it is made of.
  }
}

/** Always there in the record of a room known by name. */
function baseOf({ value }: RecordKeeper): Uint8Array<ArrayBuffer> {
  return decodeBase64Url(value.baseBase64 ?? '') ?? new Uint8Array();
}

export function isNamed(code: RoomCode): code is NamedRoomCode {
  return code.startsWith('/');
}

export function linkOf(code: RoomCode): InviteCode | undefined {
  return isNamed(code) ? undefined : code;
}
