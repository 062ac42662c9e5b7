/**
 * A Link over one RTCPeerConnection, ours from the first packet to the goodbye.
 *
 * A bad peer closes its link and nothing else: no exception leaves this file because of what a peer sent.
 */
import { protocolVersion, timing } from '../config';
import type { SessionId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import { channelOf, channels, type ChannelName, type Frame, type Hello } from '../protocol/frames';
import { FrameReader, type ReadResult } from '../protocol/frame-reader';
import { buildAnswer, isActiveSide, readCredentials, type Candidate, type Credentials } from '../protocol/packet';
import { CandidateGatherer } from './candidate-gatherer';
import type { ByeReason, CloseReason, Link, LinkOptions, LinkState, RemotePacket } from './link';
import { measurePath, type LinkPath } from './link-path';
import { MediaSections, type MediaSlot } from './media-sections';

/** How long a goodbye may take to reach the other side; it answers by closing. */
const goodbyeMs = 500;

export class RtcLink implements Link {
  readonly credentials: Credentials;
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
  /** The other's packet is applied: before, its candidates would be refused. */
  readonly #described: Promise<void>;
  #describe: () => void = () => undefined;
  #media: MediaSections | undefined;
  #remote: SessionId | undefined;
  #heardAtMs = performance.now();
  #pingId = 0;

  /** Makes the own offer. Nothing leaves the device, and no address is known to anybody, until the packet is sent. */
  static async prepare(options: LinkOptions): Promise<RtcLink> {
    const connection = new RTCPeerConnection({ certificates: [options.certificate], iceServers: [...options.iceServers], bundlePolicy: 'max-bundle' });
    const abort = new AbortController();
    const gatherer = new CandidateGatherer(connection, abort.signal);
    const open = (name: ChannelName, init: RTCDataChannelInit = {}) => connection.createDataChannel(name, { ...init, negotiated: true, id: channels[name].id });
    const opened = { control: open('control'), sync: open('sync'), live: open('live', { ordered: false, maxRetransmits: 0 }) };
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
    this.#described = new Promise((resolve) => {
      this.#describe = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    connection.addEventListener('connectionstatechange', () => this.#followConnection(), { signal });
    for (const name of Object.keys(opened) as ChannelName[]) {
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

  firstCandidates(): Promise<readonly Candidate[]> {
    return this.#gatherer.first();
  }

  laterCandidates(): Promise<readonly Candidate[]> {
    return this.#gatherer.later();
  }

  async connect(remote: RemotePacket): Promise<void> {
    if (this.#state.value.kind !== 'prepared') return;
    this.#remote = remote.session;
    this.#state.set({ kind: 'opening' });
    this.#closeUnless(() => this.#channels.control.readyState === 'open', timing.linkOpenMs);
    const remoteIsActive = isActiveSide(remote.session, this.#options.self.session);
    try {
      await this.#connection.setRemoteDescription({ type: 'answer', sdp: buildAnswer(remote.credentials, remoteIsActive) });
    } catch {
      this.#end({ kind: 'failed' });
      return;
    }
    this.#describe();
    await this.addCandidates(remote.candidates);
  }

  async addCandidates(candidates: readonly Candidate[]): Promise<void> {
    await this.#described;
    for (const candidate of candidates) {
      // One that this browser can't use is no reason to do without the others.
      await this.#connection.addIceCandidate({ candidate, sdpMid: '0' }).catch(() => undefined);
    }
  }

  admit(): void {
    const state = this.#state.value;
    if (state.kind !== 'waiting') return;
    this.#reader.advance('member');
    const active = this.#remote !== undefined && isActiveSide(this.#options.self.session, this.#remote);
    this.#media = new MediaSections(this.#connection, active, (frame) => this.send(frame), this.signal);
    this.#state.set({ kind: 'member', hello: state.hello });
    this.#keepAlive();
  }

  send(frame: Frame): boolean {
    const channel = this.#channels[channelOf(frame)];
    // A channel may call itself open for a moment after its connection was closed.
    if (this.signal.aborted || channel.readyState !== 'open') return false;
    try {
      channel.send(JSON.stringify(frame));
      return true;
    } catch {
      // Its buffer is full (WebRTC 1.0 §6.2): a peer that takes nothing any more is as good as gone.
      this.#end({ kind: 'failed' });
      return false;
    }
  }

  listen(listener: (frame: Frame) => void): void {
    this.#listeners.add(listener);
  }

  async remoteTrack(slot: MediaSlot): Promise<MediaStreamTrack> {
    return (await this.#section(slot)).receiver.track;
  }

  async setTrack(slot: MediaSlot, track: MediaStreamTrack | null): Promise<void> {
    await (await this.#section(slot)).sender.replaceTrack(track);
  }

  close(reason: ByeReason): void {
    if (this.#state.value.kind === 'closed') return;
    const { control } = this.#channels;
    if (!this.send({ kind: 'bye', reason })) {
      this.#end({ kind: 'local' });
      return;
    }
    this.#state.set({ kind: 'closed', reason: { kind: 'local' } });
    const timer = setTimeout(() => this.#end({ kind: 'local' }), goodbyeMs);
    control.addEventListener('close', () => clearTimeout(timer), { once: true });
  }

  sayAway(): void {
    this.send({ kind: 'bye', reason: 'away' });
  }

  async #section(slot: MediaSlot): Promise<RTCRtpTransceiver> {
    const transceiver = (await this.#media?.transceivers)?.get(slot);
    if (!transceiver) throw new DOMException('no media before admission', 'InvalidStateError');
    return transceiver;
  }

  #greet(): void {
    const { session, device, name } = this.#options.self;
    this.#heardAtMs = performance.now();
    this.#closeUnless(() => this.#reader.state !== 'opening', timing.handshakeMs);
    this.send({ kind: 'hello', version: protocolVersion, session, device, name: name() });
  }

  #receive(channel: ChannelName, data: unknown): void {
    if (this.#state.value.kind === 'closed') return;
    this.#heardAtMs = performance.now();
    this.#interrupted.set(false);
    const result: ReadResult = this.#reader.read(channel, data, this.#heardAtMs);
    if (result.kind === 'violation') this.#end(result);
    else if (result.kind === 'frame') this.#handle(result.frame);
  }

  #handle(frame: Frame): void {
    switch (frame.kind) {
      case 'hello':
        return this.#welcome(frame);
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
      default:
        for (const listener of this.#listeners) listener(frame);
    }
  }

  #welcome(hello: Hello): void {
    if (hello.version !== protocolVersion) return this.#end({ kind: 'version' });
    if (hello.session !== this.#remote) return this.#end({ kind: 'violation', reason: 'hello' });
    this.#reader.advance('waiting');
    void this.#measurePath();
    this.#state.set({ kind: 'waiting', hello });
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

  #end(reason: CloseReason): void {
    if (this.signal.aborted) return;
    // Before the abort, so that whoever hears of that can read why.
    if (this.#state.value.kind !== 'closed') this.#state.set({ kind: 'closed', reason });
    this.#abort.abort();
    this.#listeners.clear();
    this.#connection.close();
  }
}
