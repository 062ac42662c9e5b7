/**
 * A network in memory for whole rooms in one process: a bus in place of the signaling server, and links that stand on the real handshake and the real frame
 * reader; only ICE, DTLS and SCTP are stood in for. What a bad peer or a bad server would do is done to `bus`, to links by name, or with `PairedLink.inject`.
 */
import { timing } from '../../src/config';
import type { SessionId } from '../../src/core/ids';
import { State } from '../../src/core/observable';
import type { ByeReason, CloseReason, Link, LinkOptions, LinkState, RemotePacket } from '../../src/network/link';
import type { LinkPath } from '../../src/network/link-path';
import type { MediaSlot } from '../../src/network/media-sections';
import { channelOf, type ChannelName, type Frame } from '../../src/protocol/frames';
import { FrameReader, isForWaiting } from '../../src/protocol/frame-reader';
import { encodeRefusal, Handshake, type Step } from '../../src/protocol/handshake';
import type { Candidate, Credentials } from '../../src/protocol/packet';
import { encodeRuns } from '../../src/protocol/run';
import { toJson } from '../../src/protocol/schema';
import { FakeBus } from './fake-bus';
import { FakeWire } from './fake-wire';

let made = 0;
/** How long a text takes: not nothing, since virtual time would let one that is sent by a timer come after those that follow it. */
const wayMs = 1;

export class FakeNetwork {
  readonly bus = new FakeBus();
  readonly links: PairedLink[] = [];
  /** Says false of two sessions between which nothing gets through. */
  connects: (a: SessionId, b: SessionId) => boolean = () => true;

  prepareLink(options: LinkOptions): Promise<Link> {
    const link = new PairedLink(this, options);
    this.links.push(link);
    return Promise.resolve(link);
  }

  /** The open links of a session. */
  linksOf(session: SessionId): readonly PairedLink[] {
    return this.links.filter((link) => link.own === session && link.state.value.kind !== 'closed' && link.remote !== undefined);
  }

  /** Called by a link that knows its remote: it opens when the other does, too. */
  pair(link: PairedLink): void {
    const other = this.links.find(({ credentials, remote }) => credentials.ufrag === link.remote?.credentials.ufrag && remote?.credentials.ufrag === link.credentials.ufrag);
    if (!other || other.signal.aborted || link.signal.aborted || !this.connects(link.own, other.own)) return;
    link.other = other;
    other.other = link;
    link.files.other = other.files;
    other.files.other = link.files;
    link.open();
    other.open();
  }
}

export class PairedLink implements Link {
  readonly state = new State<LinkState>({ kind: 'prepared' });
  readonly path = new State<LinkPath>('direct');
  readonly interrupted = new State(false);
  readonly credentials: Credentials;
  readonly own: SessionId;
  /** Everything that left, as text. */
  readonly said: string[] = [];
  remote: RemotePacket | undefined;
  other: PairedLink | undefined;
  /** How often the own addresses were asked for, and what was told of the other's. */
  candidatesAsked = 0;
  candidatesHeard: readonly Candidate[] = [];
  readonly #network: FakeNetwork;
  readonly #options: LinkOptions;
  readonly #abort = new AbortController();
  readonly files = new FakeWire(() => this.state.value.kind === 'member', this.#abort.signal);
  readonly #listeners = new Set<(frame: Frame) => void>();
  readonly #reader = new FrameReader(0);
  #handshake: Handshake | undefined;
  #held: (readonly [ChannelName, string | ArrayBuffer])[] = [];
  #admitted = false;
  #admittedByPeer = false;

  constructor(network: FakeNetwork, options: LinkOptions) {
    this.#network = network;
    this.#options = options;
    this.own = options.self.session;
    this.credentials = { ufrag: `u${String(++made).padStart(5, '0')}`, pwd: 'p'.repeat(22), fingerprint: options.fingerprint };
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get pairKey(): string {
    return [this.credentials.ufrag, this.remote?.credentials.ufrag ?? ''].sort().join(' ');
  }

  firstCandidates(): Promise<readonly Candidate[]> {
    this.candidatesAsked += 1;
    return Promise.resolve(['candidate:1 1 udp 1 192.0.2.1 9 typ host' as Candidate]);
  }

  laterCandidates(): Promise<readonly Candidate[]> {
    return Promise.resolve([]);
  }

  connect(remote: RemotePacket): Promise<void> {
    if (this.state.value.kind !== 'prepared') return Promise.resolve();
    this.remote = remote;
    this.candidatesHeard = remote.candidates;
    this.state.set({ kind: 'opening' });
    const timer = setTimeout(() => this.state.value.kind === 'opening' && this.end({ kind: 'timeout' }), timing.linkOpenMs);
    this.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    this.#network.pair(this);
    return Promise.resolve();
  }

  addCandidates(candidates: readonly Candidate[]): Promise<void> {
    this.candidatesHeard = [...this.candidatesHeard, ...candidates];
    return Promise.resolve();
  }

  /** The channels are open. */
  open(): void {
    const { keys, self, fingerprint } = this.#options;
    if (!this.remote || !this.other) return;
    this.#handshake = new Handshake({ keys, self, fingerprint, remoteSession: this.remote.session, remoteFingerprint: Promise.resolve(this.other.#options.fingerprint) });
    void this.#follow(this.#handshake.opening);
  }

  admit(): void {
    if (this.state.value.kind !== 'waiting' || this.#admitted) return;
    this.#admitted = true;
    this.#reader.advance('admitting');
    this.send({ kind: 'admitted' });
    this.#settle();
  }

  send(frame: Frame): boolean {
    const { kind } = this.state.value;
    if (kind !== 'member' && !(kind === 'waiting' && isForWaiting(frame.kind))) return false;
    if (frame.kind === 'runs') this.#put(frame.channel, encodeRuns(frame.want, frame.runs).buffer);
    else this.inject(channelOf(frame), toJson(frame));
    return true;
  }

  buffered(): number {
    return 0;
  }

  /** Puts any text on a channel: what a peer with another program might. */
  inject(channel: ChannelName, text: string): void {
    this.said.push(text);
    this.#put(channel, text);
  }

  listen(listener: (frame: Frame) => void): void {
    this.#listeners.add(listener);
  }

  remoteTrack(slot: MediaSlot): Promise<MediaStreamTrack> {
    return Promise.resolve({ id: slot } as MediaStreamTrack);
  }

  setTrack(): Promise<void> {
    return Promise.resolve();
  }

  close(reason: ByeReason): void {
    if (this.state.value.kind === 'closed') return;
    this.send({ kind: 'bye', reason });
    this.end({ kind: 'local' });
  }

  sayAway(): void {
    this.send({ kind: 'bye', reason: 'away' });
  }

  /** As when a device burns: the other side hears nothing, and notices at last. */
  cut(): void {
    this.other?.end({ kind: 'failed' });
    this.end({ kind: 'failed' });
  }

  end(reason: CloseReason): void {
    if (this.signal.aborted) return;
    if (this.state.value.kind !== 'closed') this.state.set({ kind: 'closed', reason });
    this.#abort.abort();
  }

  receive(channel: ChannelName, text: string): void {
    this.#take(channel, text);
  }

  #take(channel: ChannelName, data: string | ArrayBuffer): void {
    if (this.state.value.kind === 'closed') return;
    const result = this.#reader.read(channel, data, performance.now());
    if (result.kind === 'handshake') {
      if (!this.#handshake || this.#handshake.complete) this.#held.push([channel, data]);
      else void this.#follow(this.#handshake.receive(result.text));
    } else if (result.kind === 'early') this.#held.push([channel, data]);
    else if (result.kind === 'refusal') this.end({ kind: 'refused', reason: result.reason, by: 'them' });
    else if (result.kind === 'violation') {
      this.end(result);
      this.other?.end({ kind: 'failed' });
    } else if (result.kind === 'piece') this.files.hear(result.bytes);
    else if (result.kind === 'frame') this.#handle(result.frame);
  }

  #put(channel: ChannelName, data: string | ArrayBuffer): void {
    const { other } = this;
    setTimeout(() => {
      if (typeof data === 'string') other?.receive(channel, data);
      else if (other) other.#take(channel, data);
    }, wayMs);
  }

  #handle(frame: Frame): void {
    if (frame.kind === 'admitted') {
      this.#admittedByPeer = true;
      this.#settle();
    } else if (frame.kind === 'bye') this.end({ kind: 'bye', reason: frame.reason });
    else for (const listener of [...this.#listeners]) listener(frame);
  }

  async #follow(next: Promise<Step>): Promise<void> {
    const step = await next;
    if (this.state.value.kind !== 'opening') return;
    if (step.kind === 'say') this.inject('control', step.text);
    else if (step.kind === 'refused') {
      if (step.by === 'us') this.inject('control', encodeRefusal(step.reason));
      this.end(step);
    } else {
      this.#reader.advance('waiting');
      this.state.set({ kind: 'waiting', peer: step.peer });
      this.#release();
    }
  }

  #settle(): void {
    const state = this.state.value;
    if (state.kind !== 'waiting' || !this.#admitted || !this.#admittedByPeer) return;
    this.#reader.advance('member');
    this.state.set({ kind: 'member', peer: state.peer });
    this.#release();
  }

  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const [channel, data] of held) this.#take(channel, data);
  }
}
