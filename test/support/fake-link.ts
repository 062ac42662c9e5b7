/** A Link without WebRTC, for the outer edge of session tests: it opens when told to, and keeps what was said and done to it. */
import type { DeviceId, SessionId } from '../../src/core/ids';
import { State } from '../../src/core/observable';
import type { ByeReason, CloseReason, Link, LinkState, RemotePacket } from '../../src/network/link';
import type { LinkPath } from '../../src/network/link-path';
import type { MediaSlot } from '../../src/network/media-sections';
import type { Frame } from '../../src/protocol/frames';
import type { Candidate, Credentials } from '../../src/protocol/packet';

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
  /** How often the own addresses were asked for. */
  asked = 0;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<(frame: Frame) => void>();

  constructor(fingerprint: Uint8Array<ArrayBuffer> = new Uint8Array(32)) {
    this.credentials = { ufrag: `u${String(++made).padStart(3, '0')}`, pwd: 'p'.repeat(22), fingerprint };
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
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
    const state = this.state.value;
    if (state.kind === 'waiting') this.state.set({ kind: 'member', hello: state.hello });
  }

  send(frame: Frame): boolean {
    if (this.signal.aborted) return false;
    this.sent.push(frame);
    return true;
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

  /** The peer's hello has come. */
  greet(device: DeviceId, name: string, session = 's'.repeat(26) as SessionId): void {
    this.state.set({ kind: 'waiting', hello: { kind: 'hello', version: 1, session, device, name } });
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
}
