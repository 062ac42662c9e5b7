/** What the screens see of the session: read-only values and verbs. Elements depend on these types, never on the classes behind them. */
import type { ChatMessage } from '../core/message';
import type { DeviceId, RoomAlias } from '../core/ids';
import type { HistoryRule, Policy, Role } from '../core/membership';
import type { Observable } from '../core/observable';

/** The whole page. */
export interface ApplicationFace {
  readonly view: Observable<View>;
  readonly profile: Observable<Profile>;
  readonly notices: NoticesFace;
  /** Empty when nothing visible would be left: the old name stays. Returns the name now in force. */
  rename(name: string): string;
  /** 0 to `limits.tints` - 1; undefined: the one drawn from the key. */
  chooseTint(tint: number | undefined): void;
  /** A small picture (`limits.pictureBytes`, WebP, PNG or JPEG); undefined: the one drawn from the key. */
  choosePicture(picture: Picture | undefined): void;
  /** Leaves the page for the room that a pasted link, a code, or a name names. `password` counts for rooms known by name alone. */
  joinByText(text: string, password: string): Promise<JoinOutcome>;
  goHome(): void;
}

/** Bytes of a picture and nothing else: made on the device that shows it, checked on those that get it. */
export type Picture = Uint8Array<ArrayBuffer>;

export interface Profile {
  /** The name others see; made up until chosen, never empty. */
  readonly name: string;
  /** What this device is known by in messages. */
  readonly deviceId: DeviceId;
  /** Chosen colour, 0 to `limits.tints` - 1. */
  readonly tint: number | undefined;
  readonly picture: Picture | undefined;
}

export type View =
  | { readonly kind: 'starting' }
  | { readonly kind: 'home'; readonly home: HomeFace }
  | { readonly kind: 'room'; readonly room: RoomFace }
  | { readonly kind: 'broken-link'; readonly reason: BrokenLinkReason }
  /** The key of a room that is known by name is being computed: it takes a moment on purpose. */
  | { readonly kind: 'deriving'; readonly name: string }
  /** A room known by name was opened on a device whose person has chosen no name yet: asked first. */
  | { readonly kind: 'name-first'; readonly roomName: string; readonly go: () => void }
  /** Opened over http on another machine: browsers give no cryptography or devices there. `secureAddress` is what to open instead, if the server said. */
  | { readonly kind: 'insecure'; readonly secureAddress?: string }
  /** The room's code could not be loaded: offline before the first visit, or a new release replaced the files. */
  | { readonly kind: 'unavailable' };

/** incomplete: too short or too long. mistyped: a character that links don't have, or the check digit is wrong. */
export type BrokenLinkReason = 'incomplete' | 'mistyped';

export type JoinOutcome = { readonly kind: 'joined' } | { readonly kind: 'empty' } | { readonly kind: 'name-too-long'; readonly maximum: number } | { readonly kind: 'broken-link'; readonly reason: BrokenLinkReason };

export interface HomeFace {
  /** The page's own origin with the pending room's code. */
  readonly link: Observable<string>;
  /** On localhost, when the server has an address on the local network: the same room there, for a phone. */
  readonly phoneLink: Observable<string | undefined>;
  /** The live room behind the link; undefined until its code is loaded. Its ring cards show on the home page. */
  readonly room: Observable<RoomFace | undefined>;
  /** Kept rooms, last visited first. */
  readonly rooms: Observable<readonly KeptRoom[]>;
  enterRoom(alias: RoomAlias): void;
  /** Deletes the room, its history and its key from this device. */
  forgetRoom(alias: RoomAlias): Promise<void>;
  newLink(): Promise<void>;
  openChat(): Promise<void>;
  startCall(): Promise<void>;
}

/** A room on the home page. */
export interface KeptRoom {
  readonly alias: RoomAlias;
  /** The owner's title, or the name of a room known by name; '' when it has none. */
  readonly title: string;
  /** The others, as last seen; may be empty. */
  readonly peopleNames: readonly string[];
  /** Milliseconds since 1970. */
  readonly lastVisitMs: number;
}

/** Taking part in one room. */
export interface RoomFace {
  /** link: whoever has the secret may ring. named: whoever knows name and password is in. */
  readonly kind: 'link' | 'named';
  /** Changes when the room's link does. */
  readonly link: Observable<string>;
  /** One's own standing; undefined while not let in. Everybody in a named room is a member. */
  readonly role: Observable<Role | undefined>;
  readonly settings: Observable<RoomSettingsView>;
  readonly phase: Observable<RoomPhase>;
  readonly status: Observable<ConnectionStatus>;
  /** The others in the room, in the order they came; never oneself. */
  readonly people: Observable<readonly Person[]>;
  /** For the heading: the owner's title or the room's name alone, else the others' names (also of the last visit), else one's own. */
  readonly title: Observable<readonly string[]>;
  /** At most `limits.ringCards`, oldest first, and how many more wait behind them. */
  readonly rings: Observable<RingQueue>;
  readonly conversation: ConversationFace;
  readonly call: CallFace;
  accept(ring: RingId): void;
  notNow(ring: RingId): void;
  ringAgain(): void;
  /** In phase `password`: tries this one. Resolves when the key is computed and the ring is out; the phase tells the rest. */
  enterPassword(password: string): Promise<void>;
  /** In phase `empty`: stay, and be there when somebody comes. */
  waitHere(): void;
  /** Owner and hosts. Does nothing without the right to. `changeLink`: the old link stops working for everybody. */
  remove(person: DeviceId, changeLink: boolean): Promise<void>;
  /** The owner: makes a member a host, or a host a member. */
  setHost(person: DeviceId, host: boolean): Promise<void>;
  /** The seven emoji were compared aloud, and are the same. Kept on this device, for this person's key, in every room. */
  markVerified(person: DeviceId, verified: boolean): Promise<void>;
  /** "I have seen it": the notice about a changed key goes. */
  acknowledgeChangedKey(person: DeviceId): Promise<void>;
  /** Owner and hosts; `password`, `oneOff` and `closed` the owner alone. Only what is given changes. */
  changeSettings(change: RoomSettingsPatch): Promise<void>;
  /** Owner and hosts: the old link stops working, everybody in the room gets the new one. */
  changeLink(): Promise<void>;
  /** The owner: ends the room for everybody. Each keeps its history, unless the room is one-off. */
  closeRoom(): Promise<void>;
  /** Leaves for good: the room, its history and its key are deleted from this device; when the owner of a one-off room does it, from everybody's. */
  forget(): Promise<void>;
  /** Takes the room over from the tab that has it. */
  useHere(): void;
  leave(): void;
}

export type RoomPhase =
  /** Reaching the introductions; nothing is known yet. */
  | 'looking'
  /** A guest at a link that nobody answers. */
  | 'nobody'
  /** A guest whose ring is heard. */
  | 'waiting'
  /** A guest whose ring is heard by people none of whom may let anybody in. */
  | 'waiting-for-host'
  /** A guest who was told "not now". */
  | 'refused'
  /** A guest at a room that has a password, or who gave a wrong one. */
  | 'password'
  | 'wrong-password'
  /** A guest at a room that lets nobody new in. */
  | 'locked'
  /** The 13th. */
  | 'full'
  /** The owner ended the room. */
  | 'closed'
  /** This device was removed by a host. */
  | 'removed'
  /** In a room known by name, and nobody else is: wait, invite, or go back. */
  | 'empty'
  /** In the room: chat is usable, also alone. */
  | 'inside'
  /** Another tab of this browser has the room. */
  | 'elsewhere';

export type ConnectionStatus =
  | { readonly kind: 'looking' }
  | { readonly kind: 'alone' }
  | { readonly kind: 'direct' }
  | { readonly kind: 'relayed' }
  | { readonly kind: 'reconnecting'; readonly seconds: number }
  /** The signaling server can't be reached; links that are open go on. */
  | { readonly kind: 'introductions-offline' };

export interface Person {
  readonly id: DeviceId;
  readonly name: string;
  /** connecting: known from others, no link to it yet. reconnecting: it was here a moment ago. */
  readonly presence: 'here' | 'connecting' | 'reconnecting';
  readonly role: Role;
  readonly tint: number | undefined;
  readonly picture: Picture | undefined;
  /** Its key was marked as verified on this device. */
  readonly verified: boolean;
  /** Somebody of this name was in the room before with another key, and nobody has said that this is known. */
  readonly changedKey: boolean;
  /** Seven numbers, 0 to 63 each, to show as emoji; the other side has the same. Undefined without an open link. */
  readonly code: readonly number[] | undefined;
  /** Whether this device's person may remove them. */
  readonly removable: boolean;
}

/** The room's settings as people see them. */
export interface RoomSettingsView {
  readonly title: string;
  readonly policy: Policy;
  /** With policy `hosts`: while no host is there, members may let people in. */
  readonly standIn: boolean;
  readonly hasPassword: boolean;
  readonly locked: boolean;
  readonly history: HistoryRule;
  readonly oneOff: boolean;
}

/** `password`: '' takes it away. */
export interface RoomSettingsPatch {
  readonly title?: string;
  readonly policy?: Policy;
  readonly standIn?: boolean;
  readonly password?: string;
  readonly locked?: boolean;
  readonly history?: HistoryRule;
  readonly oneOff?: boolean;
}

export type RingId = string & { readonly ringId: unique symbol };

export interface Ring {
  readonly id: RingId;
  readonly name: string;
}

export interface RingQueue {
  readonly shown: readonly Ring[];
  readonly furtherCount: number;
}

export interface ConversationFace {
  /** In order (`compareMessages`). */
  readonly messages: Observable<readonly ChatMessage[]>;
  /** Unsent text; survives a reload. */
  readonly draft: Observable<string>;
  /** Device id of the own messages. */
  readonly ownId: DeviceId;
  setDraft(text: string): void;
  /** On `sent` the draft is empty; otherwise it stays. */
  send(text: string): SendOutcome;
}

export type SendOutcome = { readonly kind: 'sent' } | { readonly kind: 'empty' } | { readonly kind: 'too-long'; readonly characters: number; readonly maximum: number };

export interface CallFace {
  readonly state: Observable<CallState>;
  /** Starts or joins; the microphone goes on, the camera stays off. Resolves when it is decided. */
  join(): Promise<void>;
  leave(): void;
  setMicrophone(on: boolean): void;
  setCamera(on: boolean): Promise<void>;
  /** "Not now" on the card that says a call was started. */
  dismissInvitation(): void;
  /** After "permission refused": asks for the microphone, or the camera, again. */
  tryAgain(): Promise<void>;
}

export interface CallState {
  /** My part in it. */
  readonly phase: 'out' | 'joining' | 'in';
  /** Somebody (else, or I) is in the call. */
  readonly running: boolean;
  /** Show the stage: I am in the call, or came into a room where one runs. */
  readonly onStage: boolean;
  /** The card "NAME started a call". */
  readonly invitation: { readonly name: string } | undefined;
  readonly self: CallSelf;
  /** The others who are in the call, in the order they joined. */
  readonly others: readonly CallParticipant[];
  readonly problem: DeviceProblem | undefined;
}

export interface CallSelf {
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly speaking: boolean;
  readonly video: MediaStreamTrack | undefined;
}

export interface CallParticipant extends CallSelf {
  readonly id: DeviceId;
  readonly name: string;
  readonly audio: MediaStreamTrack | undefined;
}

/** Why the microphone or the camera is not to be had. */
export type DeviceProblem = { readonly device: 'microphone' | 'camera'; readonly reason: 'denied' | 'missing' | 'busy' };

/** Toasts. */
export interface NoticesFace {
  readonly shown: Observable<readonly Notice[]>;
  show(content: NoticeContent): void;
  dismiss(id: NoticeId): void;
}

export type NoticeId = number & { readonly noticeId: unique symbol };

/** `attempt` runs when the notice's "Try again" is pressed. */
export type NoticeContent =
  | { readonly kind: 'oops' }
  | { readonly kind: 'link-copied' }
  | { readonly kind: 'copy-failed' }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'device-problem'; readonly problem: DeviceProblem; readonly attempt: () => void }
  | { readonly kind: 'not-kept'; readonly reason: 'blocked' | 'full' }
  | { readonly kind: 'person-gone'; readonly name: string }
  | { readonly kind: 'room-full'; readonly maximum: number }
  /** `forgotten`: it was one-off, and is gone from this device. */
  | { readonly kind: 'room-closed'; readonly forgotten: boolean }
  /** Another host was quicker. */
  | { readonly kind: 'ring-answered'; readonly name: string; readonly by: string; readonly outcome: 'accepted' | 'refused' }
  /** Somebody of a known name has another key than before: loud, and stays until dismissed. */
  | { readonly kind: 'changed-key'; readonly name: string }
  /** A link was refused in the handshake: somebody between the two, a copied profile, or a fault. */
  | { readonly kind: 'handshake-refused'; readonly reason: 'key' | 'identity' | 'fingerprint' | 'malformed' }
  /** The room has a new link; the old one stopped working. */
  | { readonly kind: 'link-changed' }
  /** `role`: one's own, now. */
  | { readonly kind: 'role-changed'; readonly role: 'host' | 'member' }
  | { readonly kind: 'version-mismatch' }
  /** Somebody was let in, and no link would open, more than once. */
  | { readonly kind: 'connection-failed' };

export interface Notice {
  readonly id: NoticeId;
  readonly content: NoticeContent;
  /** Goes by itself after this long (the clock stops while the pointer or focus is on it); undefined stays until dismissed or resolved. */
  readonly lastsMs: number | undefined;
}
