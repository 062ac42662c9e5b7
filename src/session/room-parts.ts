/** What a room session is made of, as interfaces: main.ts picks the real parts, tests their own. */
import type { RoomAlias, RoomTag, SessionId } from '../core/ids';
import type { Observable } from '../core/observable';
import type { CaptureResult } from '../media/capture';
import type { FileMedia } from '../media/file-media';
import type { Introducer } from '../network/introducer';
import type { Link, LinkOptions } from '../network/link';
import type { SessionCertificate } from '../network/session-certificate';
import type { AdmissionStore } from '../storage/admission-store';
import type { FileStore } from '../storage/file-store';
import type { LogStore } from '../storage/log-store';
import type { PeopleStore } from '../storage/people-store';
import type { RoomStore } from '../storage/room-store';
import type { RoomLock } from '../storage/room-lock';
import type { Identity } from './identity';
import type { Notices } from './notices';

export interface RoomParts {
  readonly identity: Identity;
  readonly notices: Notices;
  readonly rooms: RoomStore;
  /** The page's origin: what links are made of. */
  readonly origin: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly isOnline: () => boolean;
  /** The page is on the screen, and has the focus. */
  readonly looking: Observable<boolean>;
  readonly network: NetworkParts;
  readonly media: MediaParts;
  readonly people: PeopleStore;
  /** The same store each time. */
  logOf(alias: RoomAlias): LogStore;
  /** The same store each time; its code is loaded with the first. */
  filesOf(alias: RoomAlias): Promise<FileStore>;
  readonly fileMedia: FileMedia;
  /** What the browser still grants this site, in bytes; undefined when it doesn't say. */
  freeBytes(): Promise<number | undefined>;
  admissionOf(alias: RoomAlias): Promise<AdmissionStore>;
  /**
   * Argon2id of `text` (UTF-8, as it is): 32 bytes, slow on purpose, computed aside. `salt`: 8 bytes or more. Rejects with AppError `no-password-key` when this
   * device can't: no WebAssembly, not the memory, or the code is not to be had.
   */
  derivePasswordKey(text: string, salt: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  lockOf(alias: RoomAlias): RoomLock;
}

export interface NetworkParts {
  createCertificate(): Promise<SessionCertificate>;
  createIntroducer(tag: RoomTag, session: SessionId, signal: AbortSignal): Introducer;
  prepareLink(options: LinkOptions): Promise<Link>;
  iceServers(): Promise<readonly RTCIceServer[]>;
}

export interface MediaParts {
  openMicrophone(): Promise<CaptureResult>;
  openCamera(): Promise<CaptureResult>;
  /** Resolves when it listens; its code is loaded with the first call. */
  watchSpeaking(track: MediaStreamTrack, onChange: (speaking: boolean) => void, signal: AbortSignal): Promise<void>;
  /** Loads the code of a call, if it can be had; each of the others does so too when it must. */
  prefetch(): void;
  /** Somebody is at the door. */
  ring(): void;
  /** Somebody started a call; sounds until `signal` aborts. */
  callRing(signal: AbortSignal): void;
}
