/** What the screens see of the session: read-only values and verbs. Elements depend on these types, never on the classes behind them. */
import type { Mention } from '../core/event-content';
import type { ChatMessage } from '../core/message';
import type { DeviceId, MessageId, RoomAlias } from '../core/ids';
import type { HistoryRule, Policy, Role } from '../core/membership';
import type { Observable } from '../core/observable';
import type { FilesFace } from './files/files-face';

/** The whole page. */
export interface ApplicationFace {
  readonly view: Observable<View>;
  readonly profile: Observable<Profile>;
  readonly notices: NoticesFace;
  readonly preferences: Observable<Preferences>;
  readonly storage: StorageFace;
  setPreferences(change: Partial<Preferences>): void;
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
  /** In all kept rooms, newest first within a room. Ends when `signal` aborts. */
  search(text: string, signal: AbortSignal): AsyncIterable<readonly RoomHit[]>;
  /** Opens the room with its timeline around that message. */
  enterRoomAt(alias: RoomAlias, message: MessageId): void;
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
  /** Messages that were here and unread at the last visit. */
  readonly unreadCount: number;
}

/** A message that was found in a kept room; `roomTitle` and `peopleNames` as in KeptRoom. */
export interface RoomHit {
  readonly alias: RoomAlias;
  readonly message: ChatMessage;
}

/** What this device tells others, as its person chose; what one doesn't tell one doesn't hear either. */
export interface Preferences {
  /** Up to where one has read. */
  readonly tellsRead: boolean;
  /** That one is typing. */
  readonly tellsTyping: boolean;
}

export interface StorageFace {
  /** Bytes that the browser says this site uses, and may use; undefined when it doesn't say. `persisted`: it won't clear them by itself. */
  estimate(): Promise<StorageEstimateView>;
  /** Asks the browser to keep what is stored. */
  persist(): Promise<boolean>;
}

export interface StorageEstimateView {
  readonly usedBytes: number | undefined;
  readonly quotaBytes: number | undefined;
  readonly persisted: boolean;
}

/** Taking part in one room. */
export interface RoomFace {
  /** As in KeptRoom. */
  readonly alias: RoomAlias;
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
  readonly files: FilesFace;
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
  /** Messages disappear after so many seconds; 0: they stay. */
  readonly lifetimeS: number;
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
  readonly lifetimeS?: number;
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
  /** Device id of the own messages. */
  readonly ownId: DeviceId;
  /** The part of the conversation around its reader: at first the end of it. */
  readonly timeline: Observable<Timeline>;
  /** Unsent text; survives a reload. */
  readonly draft: Observable<string>;
  /** Others who are writing at the moment. */
  readonly typing: Observable<readonly DeviceId[]>;
  /** Messages of others that were not on the screen yet, wherever they are. */
  readonly unreadCount: Observable<number>;
  /** Newest first. */
  readonly pinned: Observable<readonly ChatMessage[]>;
  /** How many events are known to be on their way from the others; 0 when nothing is missing. */
  readonly missing: Observable<number>;
  setDraft(text: string): void;
  /** Each keystroke may say so; the others hear of it once in a while. */
  noteTyping(): void;
  /** On `sent` the draft is empty; otherwise it stays. */
  send(text: string, options?: SendOptions): SendOutcome;
  /** Own messages. The draft is left alone. */
  edit(message: MessageId, text: string, mentions?: readonly Mention[]): SendOutcome;
  /** Own messages, for everybody. `gone`: it is no longer there. */
  remove(message: MessageId): SendOutcome;
  /** `emoji`: '' takes it back. */
  react(message: MessageId, emoji: string): SendOutcome;
  pin(message: MessageId, on: boolean): SendOutcome;
  /** All versions, oldest first: the last one is in force. */
  versions(message: MessageId): Promise<readonly MessageVersion[]>;
  /** It, and all before it, were on the screen of somebody who looked. */
  markRead(message: MessageId): void;
  /** Moves the timeline by a page; resolves when it stands. Nothing at the end of it. */
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  /** Moves the timeline so that the place is in it. Resolves with the message to show, undefined when there is none. */
  jumpTo(place: JumpPlace): Promise<MessageId | undefined>;
  /** Newest first, as they are found. Case and accents don't matter. Ends when `signal` aborts. */
  search(text: string, signal: AbortSignal): AsyncIterable<readonly ChatMessage[]>;
  /** Those messages, or all, in order. Read a piece at a time: a year of talk doesn't stand in memory twice. */
  read(messages: readonly MessageId[] | 'all', signal: AbortSignal): AsyncIterable<readonly ChatMessage[]>;
  /** Everything that a backup of the conversation needs (session/archive.ts), as JSON text. */
  backUp(signal: AbortSignal): AsyncIterable<string>;
  /** Takes a backup in; what is here already stays as it is. */
  restore(text: string): Promise<RestoreOutcome>;
}

/** A window on the conversation of at most `limits.messagesInList` messages. */
export interface Timeline {
  /** In order. */
  readonly messages: readonly ChatMessage[];
  /** Nothing is before, or after, them (on this device). */
  readonly atStart: boolean;
  readonly atEnd: boolean;
  /** The first that was unread when the room was opened, or when its reader went away: a line stands above it. */
  readonly unreadFrom: MessageId | undefined;
}

export interface SendOptions {
  readonly replyTo?: MessageId;
  readonly mentions?: readonly Mention[];
  /** Those in the tray go along; the message stands when all of them are prepared. Without text it has none but them. */
  readonly withTray?: boolean;
}

/** `dayMs`: any moment of the day, in milliseconds since 1970. unread: the line; the end without one. */
export type JumpPlace = { readonly message: MessageId } | { readonly dayMs: number } | 'unread' | 'end';

export interface MessageVersion {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly writtenMs: number;
}

/** other-room: it is of another room. */
export type RestoreOutcome = { readonly kind: 'restored'; readonly count: number } | { readonly kind: 'broken' } | { readonly kind: 'other-room' };

/** too-long: in UTF-8 bytes. too-fast: `limits.eventsInPace` within 10 s; `waitMs` until the next. gone: the message it is about is not there, or not one's own. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-long'; readonly bytes: number; readonly maximum: number }
  | { readonly kind: 'too-fast'; readonly waitMs: number }
  | { readonly kind: 'gone' };

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
  /** A device has signed two histories of one feed: it was copied, or it lies. */
  | { readonly kind: 'forked'; readonly name: string }
  /** Somebody named us in a message that is not on the screen. */
  | { readonly kind: 'mentioned'; readonly name: string; readonly message: MessageId }
  /** Somebody wants to give us a file, from device to device. */
  | { readonly kind: 'offered'; readonly name: string; readonly fileName: string }
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
