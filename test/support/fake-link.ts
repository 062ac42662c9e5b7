/** A Link without WebRTC, for the outer edge of session tests: it opens when told to, and keeps what was said and done to it. */
import type { DeviceId, SessionId } from '../../src/core/ids';
import { State } from '../../src/core/observable';
import type { ByeReason, CloseReason, Link, LinkState, RemotePacket } from '../../src/network/link';
import type { LinkPath } from '../../src/network/link-path';
import type { MediaSlot } from '../../src/network/media-sections';
import type { Frame } from '../../src/protocol/frames';
import { isForWaiting } from '../../src/protocol/frame-reader';
import type { PeerIdentity } from '../../src/protocol/handshake';
import type { Candidate, Credentials } from '../../src/protocol/packet';
import { FakeWire } from './fake-wire';

let made = 0;

export class FakeLink implements Link {
  readonly state = new State<LinkState>({ kind: 'prepared' });
  readonly path = new State<LinkPath>('unknown');
  readonly interrupted = new State(false);
  readonly credentials: Credentials;
  readonly sent: Frame[] = [];
  readonly remotes: RemotePacket[] = [];
  readonly candidates: Candidate[] = [];
  readonly tracks = new Map<MediaSlot, MediaStreamTrack | null>();
  readonly closed: ByeReason[] = [];
  /** What `buffered` says: a test that is about a slow line sets it. */
  bufferedBytes = 0;
  /** How often the own addresses were asked for. */
  asked = 0;
  readonly #abort = new AbortController();
  /** Leads nowhere, unless its `other` is set. */
  readonly files = new FakeWire(() => this.state.value.kind === 'member', this.#abort.signal);
  readonly #listeners = new Set<(frame: Frame) => void>();
  #admitted = false;
  #admittedByPeer = false;

  /** One that is open already, both sides having admitted each other; nothing of that is in `sent`. */
  static member(peer: Partial<PeerIdentity> = {}): FakeLink {
    const link = new FakeLink();
    link.greet(peer);
    link.peerAdmits();
    link.admit();
    link.sent.length = 0;
    return link;
  }

  constructor(fingerprint: Uint8Array<ArrayBuffer> = new Uint8Array(32)) {
    this.credentials = { ufrag: `u${String(++made).padStart(3, '0')}`, pwd: 'p'.repeat(22), fingerprint };
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get pairKey(): string {
    return [this.credentials.ufrag, this.remotes.at(-1)?.credentials.ufrag ?? ''].sort().join(' ');
  }

  firstCandidates(): Promise<readonly Candidate[]> {
    this.asked += 1;
    return Promise.resolve([`candidate:1 1 udp 1 192.0.2.1 ${made} typ host` as Candidate]);
  }

  laterCandidates(): Promise<readonly Candidate[]> {
    return Promise.resolve([]);
  }

  connect(remote: RemotePacket): Promise<void> {
    this.remotes.push(remote);
    this.candidates.push(...remote.candidates);
    return Promise.resolve();
  }

  addCandidates(candidates: readonly Candidate[]): Promise<void> {
    this.candidates.push(...candidates);
    return Promise.resolve();
  }

  admit(): void {
    if (this.state.value.kind !== 'waiting' || this.#admitted) return;
    this.#admitted = true;
    this.send({ kind: 'admitted' });
    this.#settle();
  }

  send(frame: Frame): boolean {
    const { kind } = this.state.value;
    if (kind !== 'member' && !(kind === 'waiting' && isForWaiting(frame.kind))) return false;
    this.sent.push(frame);
    return true;
  }

  buffered(): number {
    return this.bufferedBytes;
  }

  listen(listener: (frame: Frame) => void): void {
    this.#listeners.add(listener);
  }

  remoteTrack(slot: MediaSlot): Promise<MediaStreamTrack> {
    return Promise.resolve({ id: slot } as MediaStreamTrack);
  }

  setTrack(slot: MediaSlot, track: MediaStreamTrack | null): Promise<void> {
    this.tracks.set(slot, track);
    return Promise.resolve();
  }

  close(reason: ByeReason): void {
    this.closed.push(reason);
    this.end({ kind: 'local' });
  }

  sayAway(): void {
    this.send({ kind: 'bye', reason: 'away' });
  }

  /** The handshake is through: the peer is the introduced session, and Bob unless said otherwise. */
  greet(peer: Partial<PeerIdentity> = {}): void {
    const session = this.remotes.at(-1)?.session ?? ('s'.repeat(26) as SessionId);
    this.state.set({ kind: 'waiting', peer: { session, device: 'b'.repeat(26) as DeviceId, deviceKey: new Uint8Array(65), name: 'Bob', code: [1, 2, 3, 4, 5, 6, 7], ...peer } });
  }

  /** The peer's `admitted` has come. */
  peerAdmits(): void {
    this.#admittedByPeer = true;
    this.#settle();
  }

  /** A frame from the peer. */
  hear(frame: Frame): void {
    for (const listener of [...this.#listeners]) listener(frame);
  }

  end(reason: CloseReason): void {
    if (this.signal.aborted) return;
    this.state.set({ kind: 'closed', reason });
    this.#abort.abort();
  }

  #settle(): void {
    const state = this.state.value;
    if (state.kind === 'waiting' && this.#admitted && this.#admittedByPeer) this.state.set({ kind: 'member', peer: state.peer });
  }
}
