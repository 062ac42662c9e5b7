/** What the screens see of the session: read-only values and verbs. Elements depend on these types, never on the classes behind them. */
import type { ChatMessage } from '../core/message';
import type { DeviceId } from '../core/ids';
import type { Observable } from '../core/observable';

/** The whole page. */
export interface ApplicationFace {
  readonly view: Observable<View>;
  readonly profile: Observable<Profile>;
  readonly notices: NoticesFace;
  /** Empty when nothing visible would be left: the old name stays. Returns the name now in force. */
  rename(name: string): string;
  /** Leaves the page for the room that a pasted link, or a code, names. */
  joinByText(text: string): JoinOutcome;
  goHome(): void;
}

export interface Profile {
  /** The name others see; made up until chosen, never empty. */
  readonly name: string;
  /** What this device is known by in messages. */
  readonly deviceId: DeviceId;
}

export type View =
  | { readonly kind: 'starting' }
  | { readonly kind: 'home'; readonly home: HomeFace }
  | { readonly kind: 'room'; readonly room: RoomFace }
  | { readonly kind: 'broken-link'; readonly reason: BrokenLinkReason }
  /** Opened over http on another machine: browsers give no cryptography or devices there. `secureAddress` is what to open instead, if the server said. */
  | { readonly kind: 'insecure'; readonly secureAddress?: string }
  /** The room's code could not be loaded: offline before the first visit, or a new release replaced the files. */
  | { readonly kind: 'unavailable' };

/** incomplete: too short or too long. mistyped: a character that links don't have, or the check digit is wrong. */
export type BrokenLinkReason = 'incomplete' | 'mistyped';

/** name: it reads like a room's name, which this release doesn't open yet. */
export type JoinOutcome = { readonly kind: 'joined' } | { readonly kind: 'empty' } | { readonly kind: 'name' } | { readonly kind: 'broken-link'; readonly reason: BrokenLinkReason };

export interface HomeFace {
  /** The page's own origin with the pending room's code. */
  readonly link: Observable<string>;
  /** On localhost, when the server has an address on the local network: the same room there, for a phone. */
  readonly phoneLink: Observable<string | undefined>;
  /** The live room behind the link; undefined until its code is loaded. Its ring cards show on the home page. */
  readonly room: Observable<RoomFace | undefined>;
  newLink(): Promise<void>;
  openChat(): Promise<void>;
  startCall(): Promise<void>;
}

/** Taking part in one room. */
export interface RoomFace {
  /** owner: made the link here. guest: came by it. */
  readonly role: 'owner' | 'guest';
  readonly link: string;
  readonly phase: Observable<RoomPhase>;
  readonly status: Observable<ConnectionStatus>;
  /** The others in the room, in the order they came; never oneself. */
  readonly people: Observable<readonly Person[]>;
  /** Names for the heading: the others' (also of the last visit), else one's own. */
  readonly title: Observable<readonly string[]>;
  /** At most `limits.ringCards`, oldest first, and how many more wait behind them. */
  readonly rings: Observable<RingQueue>;
  readonly conversation: ConversationFace;
  readonly call: CallFace;
  accept(ring: RingId): void;
  notNow(ring: RingId): void;
  ringAgain(): void;
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
  /** A guest who was told "not now". */
  | 'refused'
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
  readonly presence: 'here' | 'reconnecting';
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
  | { readonly kind: 'version-mismatch' }
  /** Somebody was let in, and no link would open, more than once. */
  | { readonly kind: 'connection-failed' };

export interface Notice {
  readonly id: NoticeId;
  readonly content: NoticeContent;
  /** Goes by itself after this long (the clock stops while the pointer or focus is on it); undefined stays until dismissed or resolved. */
  readonly lastsMs: number | undefined;
}
