/** The wire to one peer, as the session sees it: an interface, so that rooms can be tested without a browser's WebRTC. rtc-link.ts is the real one. */
import type { SessionId } from '../core/ids';
import type { Observable } from '../core/observable';
import type { ChannelName, ControlFrame, Frame } from '../protocol/frames';
import type { HandshakeKeys, PeerIdentity, RefusalReason } from '../protocol/handshake';
import type { ViolationReason } from '../protocol/frame-reader';
import type { Candidate, Credentials } from '../protocol/packet';
import type { FileWire } from './file-wire';
import type { LinkPath } from './link-path';
import type { MediaSlot } from './media-sections';

export interface Link {
  readonly state: Observable<LinkState>;
  readonly path: Observable<LinkPath>;
  /** The line is down for the moment; ICE or the peer may bring it back. */
  readonly interrupted: Observable<boolean>;
  /** Aborts when the link is closed, for whatever reason; `state` says why by then. */
  readonly signal: AbortSignal;
  /** What a knock tells of this link: nothing that leads to the device. */
  readonly credentials: Credentials;
  /** The own addresses known so far, after `timing.gatherMs` or when all are there. */
  firstCandidates(): Promise<readonly Candidate[]>;
  /** Those that came after the first batch, once gathering is complete; may be none. */
  laterCandidates(): Promise<readonly Candidate[]>;
  /** Applies the other's packet as the answer to the own offer. A second call, or one after the end, changes nothing. */
  connect(remote: RemotePacket): Promise<void>;
  addCandidates(candidates: readonly Candidate[]): Promise<void>;
  /** The same on both sides, another for each link: decides which of two links between the same sessions stays. Known from `waiting` on. */
  readonly pairKey: string;
  /** The session's decision on a waiting link: the peer is told, and heard from now on. It is a member when it has decided so, too. */
  admit(): void;
  /** False when the link can't carry it now: closed, or a frame for members before both sides admitted. Frames on `live` may be lost on the way. */
  send(frame: Frame): boolean;
  /** Bytes given to `send` on this channel that have not left yet. */
  buffered(channel: ChannelName): number;
  /** Frames of the peer, but those the link itself lives on: while waiting those of admission alone. Until the link closes. */
  listen(listener: (frame: Frame) => void): void;
  /** What the peer sends in a section; the track is there, silent or black, before anything flows. Rejects when the link closes before. */
  remoteTrack(slot: MediaSlot): Promise<MediaStreamTrack>;
  /** Sends `track` in a section from now on; null stops. Rejects when the link closes before. */
  setTrack(slot: MediaSlot, track: MediaStreamTrack | null): Promise<void>;
  /** Carries the bytes of files, which are no frames. */
  readonly files: FileWire;
  /** Says goodbye and closes: when the other side has heard it, or after half a second. */
  close(reason: ByeReason): void;
  /** The page is going: says so while it still can. */
  sayAway(): void;
}

/**
 *     prepared   an own offer stands, addresses are being gathered; nobody knows them yet
 *     opening    both packets are known: ICE, DTLS, SCTP; then the handshake (handshake.ts)
 *     waiting    the peer is who it says; the session decides, and so does the peer's
 *     member     both admitted: frames flow, media sections are negotiated in-band
 *     closed     for good; a reconnecting peer gets a new Link
 */
export type LinkState =
  | { readonly kind: 'prepared' | 'opening' }
  | { readonly kind: 'waiting' | 'member'; readonly peer: PeerIdentity }
  | { readonly kind: 'closed'; readonly reason: CloseReason };

/** Why a link ended. `bye` says that the peer said so, `silence` that it stopped answering, `failed` what ICE or DTLS said. */
export type CloseReason =
  | { readonly kind: 'local' | 'failed' | 'silence' | 'timeout' }
  /** The handshake failed; `by` tells which side said so. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly by: 'us' | 'them' }
  | { readonly kind: 'bye'; readonly reason: ByeReason }
  | { readonly kind: 'violation'; readonly reason: ViolationReason | 'negotiation' };

export type ByeReason = Extract<ControlFrame, { kind: 'bye' }>['reason'];

export interface LinkOptions {
  /** Its fingerprint is what `self.session` names. */
  readonly certificate: RTCCertificate;
  readonly iceServers: readonly RTCIceServer[];
  /** SHA-256 of `certificate`, 32 bytes. */
  readonly fingerprint: Uint8Array<ArrayBuffer>;
  readonly keys: HandshakeKeys;
  readonly self: LinkSelf;
}

/** Who this side is. `sign`: ES256 by the device key. */
export interface LinkSelf {
  readonly session: SessionId;
  readonly deviceKey: Uint8Array<ArrayBuffer>;
  readonly name: () => string;
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** What the other side's packet brought. */
export interface RemotePacket {
  readonly session: SessionId;
  readonly credentials: Credentials;
  readonly candidates: readonly Candidate[];
}
