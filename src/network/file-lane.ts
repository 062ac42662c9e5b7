/**
 * One further connection to the peer, which carries pieces of files and nothing else. It opens as a link does (protocol/packet.ts): each side applies the other's packet as
 * the answer to an offer of its own; the certificates are those of the link, whose handshake has vouched for them.
 */
import { timing } from '../config';
import { buildAnswer, candidatesMaximum, readCredentials, type Candidate, type Credentials } from '../protocol/packet';
import { CandidateGatherer } from './candidate-gatherer';
import { readRemoteFingerprint } from './remote-fingerprint';

/** What all lanes of a link have in common with it. */
export interface LaneSetup {
  readonly certificate: RTCCertificate;
  readonly iceServers: readonly RTCIceServer[];
  /** Of the peer, as the link's handshake has it. */
  readonly remoteFingerprint: Uint8Array<ArrayBuffer>;
  /** Whether this side starts DTLS. */
  readonly active: boolean;
}

/** What one side tells the other of a lane; the same credentials again with candidates that came later. */
export type LanePacket = Pick<Credentials, 'ufrag' | 'pwd'> & { readonly candidates: readonly Candidate[] };

export interface LaneOptions {
  readonly setup: LaneSetup;
  readonly tell: (packet: LanePacket) => void;
  readonly onOpen: () => void;
  readonly onData: (data: unknown) => void;
  /** It has died, or didn't open within `timing.linkOpenMs`; not called by `close`. */
  readonly onLost: () => void;
}

export class FileLane {
  readonly channel: RTCDataChannel;
  readonly #connection: RTCPeerConnection;
  readonly #options: LaneOptions;
  readonly #gatherer: CandidateGatherer;
  readonly #abort = new AbortController();
  /** Resolves at the end: what a closed connection was asked to do never settles (WebRTC 1.0 §4.4.1.2). */
  readonly #closed: Promise<void>;
  readonly #offered: Promise<void>;
  #described: Promise<void> | undefined;
  #candidatesTaken = 0;
  #open = false;

  /** Throws when the page may have no further connection (Chromium: 500). */
  constructor(options: LaneOptions) {
    const { certificate, iceServers } = options.setup;
    this.#options = options;
    this.#connection = new RTCPeerConnection({ certificates: [certificate], iceServers: [...iceServers], bundlePolicy: 'max-bundle' });
    const { signal } = this.#abort;
    this.#closed = new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    this.#gatherer = new CandidateGatherer(this.#connection, signal);
    this.channel = this.#connection.createDataChannel('pieces', { negotiated: true, id: 0 });
    this.channel.binaryType = 'arraybuffer';
    this.channel.addEventListener('open', () => void this.#check(), { signal });
    this.channel.addEventListener('close', () => this.#lose(), { signal });
    this.#connection.addEventListener('connectionstatechange', () => this.#connection.connectionState === 'failed' && this.#lose(), { signal });
    const timer = setTimeout(() => this.#open || this.#lose(), timing.linkOpenMs);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    this.#offered = this.#connection.setLocalDescription().catch(() => this.#lose());
    void this.#tellPackets();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What the peer has told of it. */
  async take({ ufrag, pwd, candidates }: LanePacket): Promise<void> {
    this.#described ??= this.#describe({ ufrag, pwd, fingerprint: this.#options.setup.remoteFingerprint });
    await this.#described;
    for (const candidate of candidates) {
      if (this.signal.aborted || ++this.#candidatesTaken > 2 * candidatesMaximum) return;
      // One that this browser can't use is no reason to do without the others.
      await Promise.race([this.#connection.addIceCandidate({ candidate, sdpMid: '0' }).catch(() => undefined), this.#closed]);
    }
  }

  close(): void {
    if (this.signal.aborted) return;
    this.#abort.abort();
    this.#open = false;
    this.#connection.close();
  }

  async #describe(remote: Credentials): Promise<void> {
    await Promise.race([this.#offered, this.#closed]);
    if (this.signal.aborted) return;
    const answer = { type: 'answer', sdp: buildAnswer(remote, !this.#options.setup.active) } as const;
    await Promise.race([this.#connection.setRemoteDescription(answer).catch(() => this.#lose()), this.#closed]);
  }

  async #tellPackets(): Promise<void> {
    await Promise.race([this.#offered, this.#closed]);
    if (this.signal.aborted) return;
    const { ufrag, pwd } = readCredentials(this.#connection.localDescription?.sdp ?? '');
    const tell = (candidates: readonly Candidate[]) => this.signal.aborted || this.#options.tell({ ufrag, pwd, candidates });
    tell(await this.#gatherer.first());
    const later = await this.#gatherer.later();
    if (later.length > 0) tell(later);
  }

  /** DTLS has compared the certificate with the answer above; where the browser shows it, so do we. Pieces that come meanwhile wait for it. */
  async #check(): Promise<void> {
    const { signal } = this;
    const genuine = readRemoteFingerprint(this.#connection);
    this.channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => void this.#receive(data, genuine), { signal });
    if (!(await genuine)) return this.#lose();
    if (signal.aborted) return;
    this.#open = true;
    this.#options.onOpen();
  }

  async #receive(data: unknown, genuine: Promise<unknown>): Promise<void> {
    if (!this.#open) await genuine;
    if (this.#open) this.#options.onData(data);
  }

  #lose(): void {
    if (this.signal.aborted) return;
    this.close();
    this.#options.onLost();
  }
}
