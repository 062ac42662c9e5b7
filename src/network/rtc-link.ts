/**
 * A Link over one RTCPeerConnection, ours from the first packet to the goodbye.
 *
 * A bad peer closes its link and nothing else: no exception leaves this file because of what a peer sent.
 */
import { timing } from '../config';
import { State, type Observable } from '../core/observable';
import { channelOf, channels, type ChannelName, type Frame } from '../protocol/frames';
import { FrameReader, isForWaiting, type ReadResult } from '../protocol/frame-reader';
import { encodeRefusal, Handshake, type PeerIdentity, type RefusalReason, type Step } from '../protocol/handshake';
import { buildAnswer, isActiveSide, readCredentials, type Candidate, type Credentials } from '../protocol/packet';
import { encodeRuns } from '../protocol/run';
import { toJson } from '../protocol/schema';
import { CandidateGatherer } from './candidate-gatherer';
import type { ByeReason, CloseReason, Link, LinkOptions, LinkState, RemotePacket } from './link';
import type { LaneSetup } from './file-lane';
import { measurePath, type LinkPath } from './link-path';
import { RtcFileWire } from './rtc-file-wire';
import { MediaSections, type MediaSlot } from './media-sections';
import { readRemoteFingerprint } from './remote-fingerprint';

/** How long a goodbye may take to reach the other side; it answers by closing. */
const goodbyeMs = 500;

/** Frames that may wait until the link is further: an honest peer says about three before it has heard that we are. */
const heldMaximum = 32;

export class RtcLink implements Link {
  readonly credentials: Credentials;
  readonly files: RtcFileWire;
  readonly #connection: RTCPeerConnection;
  readonly #options: LinkOptions;
  readonly #gatherer: CandidateGatherer;
  readonly #channels: Readonly<Record<ChannelName, RTCDataChannel>>;
  readonly #abort: AbortController;
  readonly #state = new State<LinkState>({ kind: 'prepared' });
  readonly #path = new State<LinkPath>('unknown');
  readonly #interrupted = new State(false);
  readonly #reader = new FrameReader(performance.now());
  readonly #listeners = new Set<(frame: Frame) => void>();
  /** Resolves at the end: what a closed connection was asked to do never settles (WebRTC 1.0 §4.4.1.2), and nobody must wait for it. */
  readonly #closed: Promise<void>;
  /** The other's packet is applied: before, its candidates would be refused. */
  readonly #described: Promise<void>;
  #describe: () => void = () => undefined;
  #media: MediaSections | undefined;
  #remote: RemotePacket | undefined;
  #handshake: Handshake | undefined;
  /** Our decision, and the peer's: both make it a member. */
  #admitted = false;
  #admittedByPeer = false;
  /** Came a moment before they could be read: after the peer's proof while that is checked, or ahead of its `admitted`. */
  #held: (readonly [ChannelName, unknown])[] = [];
  #heardAtMs = performance.now();
  #pingId = 0;

  /** Makes the own offer. Nothing leaves the device, and no address is known to anybody, until the packet is sent. */
  static async prepare(options: LinkOptions): Promise<RtcLink> {
    const connection = new RTCPeerConnection({ certificates: [options.certificate], iceServers: [...options.iceServers], bundlePolicy: 'max-bundle' });
    const abort = new AbortController();
    const gatherer = new CandidateGatherer(connection, abort.signal);
    const open = (name: ChannelName, init: RTCDataChannelInit = {}) => connection.createDataChannel(name, { ...init, negotiated: true, id: channels[name].id });
    const opened = { control: open('control'), sync: open('sync'), file: open('file'), live: open('live', { ordered: false, maxRetransmits: 0 }) };
    await connection.setLocalDescription();
    return new RtcLink(connection, abort, opened, gatherer, options, readCredentials(connection.localDescription?.sdp ?? ''));
  }

  private constructor(connection: RTCPeerConnection, abort: AbortController, opened: Readonly<Record<ChannelName, RTCDataChannel>>, gatherer: CandidateGatherer, options: LinkOptions, credentials: Credentials) {
    this.#connection = connection;
    this.#abort = abort;
    this.#channels = opened;
    this.#gatherer = gatherer;
    this.#options = options;
    this.credentials = credentials;
    const { signal } = this.#abort;
    this.files = new RtcFileWire({
      connection,
      channel: opened.file,
      isMember: () => this.#state.value.kind === 'member',
      laneSetup: () => this.#laneSetup(),
      send: (frame) => this.send(frame),
      receive: (result) => this.#take(result),
      signal,
    });
    this.#closed = new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    this.#described = new Promise((resolve) => {
      this.#describe = resolve;
    });
    connection.addEventListener('connectionstatechange', () => this.#followConnection(), { signal });
    for (const name of Object.keys(opened) as ChannelName[]) {
      opened[name].binaryType = 'arraybuffer';
      opened[name].addEventListener('message', ({ data }: MessageEvent<unknown>) => this.#receive(name, data), { signal });
      opened[name].addEventListener('close', () => this.#end({ kind: 'failed' }), { signal });
    }
    opened.control.addEventListener('open', () => this.#greet(), { signal });
  }

  get state(): Observable<LinkState> {
    return this.#state;
  }

  get path(): Observable<LinkPath> {
    return this.#path;
  }

  get interrupted(): Observable<boolean> {
    return this.#interrupted;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get pairKey(): string {
    return [this.credentials.ufrag, this.#remote?.credentials.ufrag ?? ''].sort().join(' ');
  }

  firstCandidates(): Promise<readonly Candidate[]> {
    return this.#gatherer.first();
  }

  laterCandidates(): Promise<readonly Candidate[]> {
    return this.#gatherer.later();
  }

  async connect(remote: RemotePacket): Promise<void> {
    if (this.#state.value.kind !== 'prepared') return;
    this.#remote = remote;
    this.#state.set({ kind: 'opening' });
    this.#closeUnless(() => this.#channels.control.readyState === 'open', timing.linkOpenMs);
    const remoteIsActive = isActiveSide(remote.session, this.#options.self.session);
    try {
      await Promise.race([this.#connection.setRemoteDescription({ type: 'answer', sdp: buildAnswer(remote.credentials, remoteIsActive) }), this.#closed]);
    } catch {
      this.#end({ kind: 'failed' });
      return;
    }
    this.#describe();
    await this.addCandidates(remote.candidates);
  }

  async addCandidates(candidates: readonly Candidate[]): Promise<void> {
    await Promise.race([this.#described, this.#closed]);
    for (const candidate of candidates) {
      if (this.signal.aborted) return;
      // One that this browser can't use is no reason to do without the others.
      await Promise.race([this.#connection.addIceCandidate({ candidate, sdpMid: '0' }).catch(() => undefined), this.#closed]);
    }
  }

  admit(): void {
    if (this.#state.value.kind !== 'waiting' || this.#admitted) return;
    this.#admitted = true;
    this.#reader.advance('admitting');
    this.send({ kind: 'admitted' });
    this.#settle();
  }

  send(frame: Frame): boolean {
    const { kind } = this.#state.value;
    if (kind !== 'member' && !(kind === 'waiting' && isForWaiting(frame.kind))) return false;
    return this.#say(channelOf(frame), frame.kind === 'runs' ? encodeRuns(frame.want, frame.runs) : toJson(frame));
  }

  buffered(channel: ChannelName): number {
    return this.#channels[channel].bufferedAmount;
  }

  listen(listener: (frame: Frame) => void): void {
    this.#listeners.add(listener);
  }

  async remoteTrack(slot: MediaSlot): Promise<MediaStreamTrack> {
    return (await this.#section(slot)).receiver.track;
  }

  async setTrack(slot: MediaSlot, track: MediaStreamTrack | null): Promise<void> {
    const { sender } = await this.#section(slot);
    if (sender.track !== track) await sender.replaceTrack(track);
  }

  close(reason: ByeReason): void {
    if (this.#state.value.kind === 'closed') return;
    if (this.send({ kind: 'bye', reason })) this.#part({ kind: 'local' });
    else this.#end({ kind: 'local' });
  }

  sayAway(): void {
    this.send({ kind: 'bye', reason: 'away' });
  }

  async #section(slot: MediaSlot): Promise<RTCRtpTransceiver> {
    const transceiver = (await this.#media?.transceivers)?.get(slot);
    if (!transceiver) throw new DOMException('no media before admission', 'InvalidStateError');
    return transceiver;
  }

  /** Channels open when the other's packet was applied, never before. */
  #greet(): void {
    if (!this.#remote) return;
    this.#heardAtMs = performance.now();
    this.#closeUnless(() => this.#reader.state !== 'opening', timing.handshakeMs);
    const { keys, self, fingerprint } = this.#options;
    this.#handshake = new Handshake({ keys, self, fingerprint, remoteSession: this.#remote.session, remoteFingerprint: readRemoteFingerprint(this.#connection) });
    void this.#follow(this.#handshake.opening);
  }

  #receive(channel: ChannelName, data: unknown): void {
    if (this.#state.value.kind === 'closed') return;
    this.#heardAtMs = performance.now();
    this.#interrupted.set(false);
    const result = this.#reader.read(channel, data, this.#heardAtMs);
    if (result.kind === 'early') this.#hold(channel, data);
    else this.#take(result);
  }

  #take(result: Exclude<ReadResult, { kind: 'early' }>): void {
    if (this.#state.value.kind === 'closed') return;
    switch (result.kind) {
      case 'frame':
        return this.#handle(result.frame);
      case 'piece':
        return this.files.take(result.bytes);
      case 'handshake':
        return this.#shake(result.text);
      case 'refusal':
        return this.#end({ kind: 'refused', reason: result.reason, by: 'them' });
      case 'violation':
        return this.#end(result);
      case 'ignored':
        return;
    }
  }

  #shake(text: string): void {
    if (!this.#handshake || this.#handshake.complete) return this.#hold('control', text);
    void this.#follow(this.#handshake.receive(text));
  }

  #hold(channel: ChannelName, data: unknown): void {
    if (this.#held.length >= heldMaximum) return this.#end({ kind: 'violation', reason: 'flood' });
    this.#held.push([channel, data]);
  }

  /** Reads again what came early, in the order in which it came. */
  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const [channel, data] of held) this.#receive(channel, data);
  }

  async #follow(next: Promise<Step>): Promise<void> {
    const step = await next;
    if (this.#state.value.kind !== 'opening') return;
    if (step.kind === 'say') this.#say('control', step.text);
    else if (step.kind === 'through') this.#welcome(step.peer);
    else if (step.by === 'us') this.#refuse(step.reason);
    else this.#end(step);
  }

  #refuse(reason: RefusalReason): void {
    const refused: CloseReason = { kind: 'refused', reason, by: 'us' };
    if (this.#say('control', encodeRefusal(reason))) this.#part(refused);
    else this.#end(refused);
  }

  #handle(frame: Frame): void {
    switch (frame.kind) {
      case 'admitted':
        this.#admittedByPeer = true;
        return this.#settle();
      case 'ping':
        this.send({ kind: 'pong', id: frame.id });
        return;
      case 'pong':
        return;
      case 'bye':
        return this.#end({ kind: 'bye', reason: frame.reason });
      case 'description':
      case 'candidate':
        this.#media?.receive(frame).catch(() => this.#end({ kind: 'violation', reason: 'negotiation' }));
        return;
      case 'lane':
      case 'lane-end':
      case 'lanes-wished':
        return this.files.receive(frame);
      default:
        for (const listener of this.#listeners) listener(frame);
    }
  }

  #laneSetup(): LaneSetup {
    const { certificate, iceServers, self } = this.#options;
    if (!this.#remote) throw new Error('no lanes before the link is open');
    const { session, credentials } = this.#remote;
    return { certificate, iceServers, remoteFingerprint: credentials.fingerprint, active: isActiveSide(self.session, session) };
  }

  #welcome(peer: PeerIdentity): void {
    this.#reader.advance('waiting');
    this.#closeUnless(() => this.#reader.state === 'member', timing.admissionMs);
    this.#keepAlive();
    void this.#measurePath();
    this.#state.set({ kind: 'waiting', peer });
    this.#release();
  }

  #settle(): void {
    const state = this.#state.value;
    if (state.kind !== 'waiting' || !this.#admitted || !this.#admittedByPeer) return;
    this.#reader.advance('member');
    this.#media = new MediaSections(this.#connection, isActiveSide(this.#options.self.session, state.peer.session), (frame) => this.send(frame), this.signal);
    this.#state.set({ kind: 'member', peer: state.peer });
    this.#release();
  }

  #followConnection(): void {
    const state = this.#connection.connectionState;
    if (state === 'failed' || state === 'closed') this.#end({ kind: 'failed' });
    else this.#interrupted.set(state === 'disconnected');
    if (state === 'connected') void this.#measurePath();
  }

  /** ICE notices a dead line within seconds, but not a dead page behind a live one; the ping does. */
  #keepAlive(): void {
    const timer = setInterval(() => {
      const silentMs = performance.now() - this.#heardAtMs;
      if (silentMs > timing.linkSilenceMs) return this.#end({ kind: 'silence' });
      if (silentMs > 2 * timing.pingMs) this.#interrupted.set(true);
      this.send({ kind: 'ping', id: ++this.#pingId });
      void this.#measurePath();
    }, timing.pingMs);
    this.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  async #measurePath(): Promise<void> {
    const path = await measurePath(this.#connection);
    if (path !== 'unknown') this.#path.set(path);
  }

  #closeUnless(done: () => boolean, afterMs: number): void {
    const timer = setTimeout(() => {
      if (!done()) this.#end({ kind: 'timeout' });
    }, afterMs);
    this.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  /** Puts a text, or bytes, on a channel; false when it can't carry it. */
  #say(name: ChannelName, data: string | Uint8Array<ArrayBuffer>): boolean {
    const channel = this.#channels[name];
    // A channel may call itself open for a moment after its connection was closed.
    if (this.signal.aborted || channel.readyState !== 'open') return false;
    try {
      if (typeof data === 'string') channel.send(data);
      else channel.send(data);
      return true;
    } catch {
      // Its buffer is full (WebRTC 1.0 §6.2): a peer that takes nothing any more is as good as gone.
      this.#end({ kind: 'failed' });
      return false;
    }
  }

  /** The last word is on its way: the other side answers it by closing. */
  #part(reason: CloseReason): void {
    this.#state.set({ kind: 'closed', reason });
    const timer = setTimeout(() => this.#end(reason), goodbyeMs);
    this.#channels.control.addEventListener('close', () => clearTimeout(timer), { once: true });
  }

  #end(reason: CloseReason): void {
    if (this.signal.aborted) return;
    // Before the abort, so that whoever hears of that can read why.
    if (this.#state.value.kind !== 'closed') this.#state.set({ kind: 'closed', reason });
    this.#abort.abort();
    this.#listeners.clear();
    this.#held = [];
    this.#connection.close();
  }
}
