/**
 * Who is in a room, as a pure function of its admission events: whoever has the same events sees the same room, in whatever order they came.
 *
 *     genesis   the owner's; names the room
 *     pass      lets a device in. A host's pass is the owner's to give; a member's that of whom the policy allows
 *     removal   ends every pass of a device that does not cite it; what the device issued up to `last` stands, all else is void
 *     policy    who may let in, from now on; passes cite the policy they were given under, so a change is not retroactive
 *     settings  title, lock, history rule, password, one-off, closed
 *     link      a new salt: the room's link from now on
 *
 * Every event names by id the pass that entitles its issuer (`by`; undefined: the genesis, so the issuer is the owner), and the one that its issuer issued before
 * (`previous`). Ids are hashes of the events, so there are no cycles, and nobody can slip an event into the past: what a removed device had issued is what can be
 * reached from the event that its removal names. A mere count would let it give an old number to a new pass. Only the owner removes hosts, so whether a host's
 * event stands depends on the owner's events alone, a member's on those of owner and hosts. membership-rules.ts says it in code.
 */
import type { DeviceId, EventId, FeedId, RoomId } from './ids';

export type Role = 'owner' | 'host' | 'member';

/** hosts: owner and hosts let people in. members: anybody in the room does. open: whoever has the link comes in. */
export type Policy = 'hosts' | 'members' | 'open';

/** `standIn`: with `hosts`, while no host is there, members may let people in. */
export interface AdmissionRule {
  readonly policy: Policy;
  readonly standIn: boolean;
}

/** What a newcomer may see of the past. */
export type HistoryRule = 'everything' | 'from-now';

export interface RoomSettings {
  /** '' when nobody gave one. */
  readonly title: string;
  /** Nobody new comes in, and nobody rings. */
  readonly locked: boolean;
  readonly history: HistoryRule;
  /** Messages disappear this many seconds after they were written; 0: they stay. */
  readonly lifetimeS: number;
  /** The key that the password gives, 32 bytes in base64url; '' without a password. */
  readonly gate: string;
  /** When the owner leaves for good, everybody's device forgets the room. */
  readonly oneOff: boolean;
  readonly closed: boolean;
}

/** What a room begins with. Its maker may close the laptop: somebody must be able to open the door. */
export const defaultRule: AdmissionRule = { policy: 'hosts', standIn: true };

export const defaultSettings: RoomSettings = { title: '', locked: false, history: 'from-now', lifetimeS: 0, gate: '', oneOff: false, closed: false };

export interface Genesis {
  readonly id: RoomId;
  readonly owner: DeviceId;
  readonly ownerKey: Uint8Array<ArrayBuffer>;
  /** With `ownerKey`, what the first link was made of. */
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly rule: AdmissionRule;
}

interface Issued {
  readonly id: EventId;
  readonly issuer: DeviceId;
  /** The pass that entitles the issuer; undefined for the owner. */
  readonly by: EventId | undefined;
  /** Counts the issuer's events in this room, from 1. */
  readonly sequence: number;
  /** The issuer's event before this one, with `sequence` less one; undefined for its first. */
  readonly previous: EventId | undefined;
}

export interface Pass extends Issued {
  readonly kind: 'pass';
  readonly subject: DeviceId;
  readonly subjectKey: Uint8Array<ArrayBuffer>;
  readonly role: 'host' | 'member';
  /** Messages from then on may be seen, in milliseconds since 1970 by the issuer's clock; 0 for everything. */
  readonly sinceMs: number;
  /** The policy event it was given under; undefined for the genesis's rule. */
  readonly under: EventId | undefined;
  /** Removals of the subject that this pass overrules, and with each those that its issuer had issued before. Only what owner and hosts cite counts. */
  readonly cites: readonly EventId[];
}

export interface Removal extends Issued {
  readonly kind: 'removal';
  readonly subject: DeviceId;
  /** The last of the subject's events that stands, with all before it; undefined when none does. */
  readonly last: EventId | undefined;
  /** Of the subject's feeds that the remover knew, the last event that stands; of all others of its feeds none does, unless it is let in again. */
  readonly feeds: readonly (readonly [FeedId, number])[];
}

/** The owner's and the hosts' changes of one kind are ranked by `version`, which counts them; at the same version the owner's wins, then the higher sequence, then the larger id. */
interface Change extends Issued {
  readonly version: number;
}

/** `upTo`: when only owner and hosts may let in from now on, the last pass of each member that stands of those given under an earlier rule; no other does. */
export interface PolicyChange extends Change {
  readonly kind: 'policy';
  readonly rule: AdmissionRule;
  readonly upTo: readonly (readonly [DeviceId, EventId])[];
}

/** `gate`, `oneOff` and `closed` are the owner's to say: in a host's change they count for nothing. */
export interface SettingsChange extends Change {
  readonly kind: 'settings';
  readonly settings: RoomSettings;
}

export interface LinkChange extends Change {
  readonly kind: 'link';
  readonly salt: Uint8Array<ArrayBuffer>;
}

export type AdmissionEvent = Pass | Removal | PolicyChange | SettingsChange | LinkChange;

export interface MemberGrant {
  readonly role: Role;
  readonly key: Uint8Array<ArrayBuffer>;
  /** undefined for the owner. */
  readonly pass: Pass | undefined;
  readonly sinceMs: number;
}

/** What a set of events amounts to. */
export interface Membership {
  readonly genesis: Genesis;
  /** Everybody who may be in the room now, by device. */
  readonly members: ReadonlyMap<DeviceId, MemberGrant>;
  /** Devices that were removed and not let in again, with the removals that a new pass must cite. */
  readonly removed: ReadonlyMap<DeviceId, readonly Removal[]>;
  /** The same of every device that was ever removed, whether or not it is in again. */
  readonly removals: ReadonlyMap<DeviceId, readonly Removal[]>;
  /** The rule in force, the event that made it (undefined: the genesis), and its version (0: the genesis). */
  readonly rule: { readonly rule: AdmissionRule; readonly event: EventId | undefined; readonly version: number };
  readonly settings: { readonly settings: RoomSettings; readonly version: number };
  /** The salt of the link in force, and the change that made it (undefined: the genesis). */
  readonly link: { readonly salt: Uint8Array<ArrayBuffer>; readonly event: LinkChange | undefined; readonly version: number };
  /** The events that count for something. */
  readonly standing: ReadonlyMap<EventId, AdmissionEvent>;
  /** Of each issuer the last event, valid or not, before which none is missing: what its next event, or its removal, names. */
  readonly heads: ReadonlyMap<DeviceId, { readonly id: EventId; readonly sequence: number }>;
}
