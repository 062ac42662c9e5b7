/**
 * The four media sections of a link, negotiated once and in-band; afterwards media starts and stops by `replaceTrack` alone.
 *
 * The active side adds four transceivers (microphone, camera, screen, screen sound). The other never adds any: it takes them in the order of the offer, makes
 * them two-way and answers. If both added, there were eight, and media would flow one way. Glare is settled by perfect negotiation (WebRTC 1.0 §10.7), the
 * passive side being polite.
 */
import { limits } from '../config';
import type { ControlFrame } from '../protocol/frames';
import { normalizeCandidate } from '../protocol/packet';
import { fingerprintsIn } from './remote-fingerprint';

export type MediaSlot = 'microphone' | 'camera' | 'screen' | 'screenSound';

/** In the order of the offer. */
const slots: readonly (readonly [MediaSlot, 'audio' | 'video'])[] = [
  ['microphone', 'audio'],
  ['camera', 'video'],
  ['screen', 'video'],
  ['screenSound', 'audio'],
];

export type NegotiationFrame = Extract<ControlFrame, { kind: 'description' | 'candidate' }>;

export class MediaSections {
  readonly #connection: RTCPeerConnection;
  readonly #active: boolean;
  readonly #send: (frame: NegotiationFrame) => void;
  readonly #ready: Promise<ReadonlyMap<MediaSlot, RTCRtpTransceiver>>;
  #agree: (transceivers: ReadonlyMap<MediaSlot, RTCRtpTransceiver>) => void = () => undefined;
  #makingOffer = false;
  #ignoringOffer = false;
  #candidatesTaken = 0;
  // Signaling steps must not interleave: each waits for the one before.
  #steps: Promise<void> = Promise.resolve();

  /** Begins at once; call it when the other side is a member. `signal` aborts when the link closes. */
  constructor(connection: RTCPeerConnection, active: boolean, send: (frame: NegotiationFrame) => void, signal: AbortSignal) {
    this.#connection = connection;
    this.#active = active;
    this.#send = send;
    connection.addEventListener('negotiationneeded', () => void this.#offer(), { signal });
    connection.addEventListener('icecandidate', ({ candidate }) => this.#tellCandidate(candidate), { signal });
    this.#ready = new Promise((resolve, reject) => {
      this.#agree = resolve;
      signal.addEventListener('abort', () => reject(new DOMException('link closed', 'AbortError')), { once: true });
    });
    this.#ready.catch(() => undefined); // Whoever waits for it is told; nobody waiting is no fault.
    if (active) for (const [, kind] of slots) connection.addTransceiver(kind, { direction: 'sendrecv' });
  }

  /** Resolves when all four sections are agreed; rejects with AbortError when the link closes before. */
  get transceivers(): Promise<ReadonlyMap<MediaSlot, RTCRtpTransceiver>> {
    return this.#ready;
  }

  /** Takes a frame from the other side. Rejects when its description can't be applied. */
  receive(frame: NegotiationFrame): Promise<void> {
    const step = this.#steps.then(() => (frame.kind === 'description' ? this.#apply(frame) : this.#addCandidate(frame)));
    this.#steps = step.catch(() => undefined); // The caller closes the link; the chain itself must not stay broken.
    return step;
  }

  async #offer(): Promise<void> {
    try {
      this.#makingOffer = true;
      await this.#connection.setLocalDescription();
      this.#tellDescription();
    } catch (error) {
      // A link that was closed meanwhile can't offer; anything else is a fault of ours.
      if (this.#connection.signalingState !== 'closed') throw error;
    } finally {
      this.#makingOffer = false;
    }
  }

  async #apply(frame: Extract<NegotiationFrame, { kind: 'description' }>): Promise<void> {
    const connection = this.#connection;
    const collides = frame.type === 'offer' && (this.#makingOffer || connection.signalingState !== 'stable');
    this.#ignoringOffer = this.#active && collides;
    if (this.#ignoringOffer) return;
    if (!this.#namesSameCertificate(frame.sdp)) throw new DOMException('another certificate', 'InvalidAccessError');
    await connection.setRemoteDescription({ type: frame.type, sdp: withStartBitrate(withoutCandidates(frame.sdp)) });
    if (frame.type === 'offer') {
      for (const transceiver of connection.getTransceivers()) transceiver.direction = 'sendrecv';
      await connection.setLocalDescription();
      this.#tellDescription();
    }
    this.#settle();
  }

  /** The handshake vouches for one certificate: media must come from no other. */
  #namesSameCertificate(sdp: string): boolean {
    const known = fingerprintsIn(this.#connection.remoteDescription?.sdp ?? '');
    return [...fingerprintsIn(sdp)].every((fingerprint) => known.has(fingerprint));
  }

  async #addCandidate(frame: Extract<NegotiationFrame, { kind: 'candidate' }>): Promise<void> {
    if (++this.#candidatesTaken > limits.candidatesInBand) return;
    try {
      await this.#connection.addIceCandidate({ candidate: frame.candidate, sdpMid: frame.mid });
    } catch (error) {
      if (!this.#ignoringOffer) throw error; // It belongs to the offer that we passed over.
    }
  }

  #settle(): void {
    const transceivers = this.#connection.getTransceivers();
    if (transceivers.length < slots.length) return;
    const bySlot = new Map<MediaSlot, RTCRtpTransceiver>();
    for (const [at, [slot]] of slots.entries()) {
      const transceiver = transceivers[at];
      if (transceiver) bySlot.set(slot, transceiver);
    }
    this.#agree(bySlot);
  }

  #tellDescription(): void {
    const description = this.#connection.localDescription;
    if (description?.type !== 'offer' && description?.type !== 'answer') return;
    // Addresses travel as candidates, which say nothing of the local network (normalizeCandidate); those inside the description do.
    this.#send({ kind: 'description', type: description.type, sdp: withoutCandidates(description.sdp) });
  }

  #tellCandidate(candidate: RTCIceCandidate | null): void {
    const normalized = candidate && normalizeCandidate(candidate.candidate);
    if (normalized) this.#send({ kind: 'candidate', candidate: normalized, mid: candidate.sdpMid ?? '0' });
  }
}

/** Addresses come as candidate frames alone, each of which is checked. */
function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=candidate:.*\r\n/gmu, '');
}

/**
 * Chromium begins a picture at 300 kbit/s; told to begin at 1,000 it shows the first frame after 212 ms instead of 384. It reads what to send from the *other's*
 * description (`x-google-start-bitrate`, libwebrtc); Firefox passes it over. The parameter joins those a format has already: of two lines for one format a
 * browser may read the first alone.
 */
function withStartBitrate(sdp: string): string {
  const parameter = 'x-google-start-bitrate=1000';
  // The screen's section repeats the formats of the camera's.
  const lineByFormat = new Map(Array.from(sdp.matchAll(/^a=rtpmap:(\d{1,3}) (?:VP8|VP9|H264|AV1)\/90000\r\n/gmu), ([line, format]) => [format, line]));
  let changed = sdp;
  for (const [format, line] of lineByFormat) {
    const prefix = `\na=fmtp:${format} `;
    changed = changed.includes(prefix) ? changed.replaceAll(prefix, `${prefix}${parameter};`) : changed.replaceAll(line, `${line}a=fmtp:${format} ${parameter}\r\n`);
  }
  return changed;
}
