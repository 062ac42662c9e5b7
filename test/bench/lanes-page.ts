/** What lanes.bench.ts runs within its pages: a real link, and the bytes of files on it. Bundled by the bench. */
import type { InviteCode, SessionId } from '../../src/core/ids';
import type { LinkState, RemotePacket } from '../../src/network/link';
import { RtcLink } from '../../src/network/rtc-link';
import { createSessionCertificate } from '../../src/network/session-certificate';
import { encodeFilePiece } from '../../src/protocol/file-piece';
import type { Candidate } from '../../src/protocol/packet';
import { deriveRoomKeys } from '../../src/protocol/room-keys';
import { sign } from '../../src/protocol/transcript';

declare global {
  interface Window {
    readonly lanesBench: typeof lanesBench;
  }
}

/** A RemotePacket as it goes from page to page. */
interface TextPacket {
  readonly session: SessionId;
  readonly ufrag: string;
  readonly pwd: string;
  readonly fingerprint: readonly number[];
  readonly candidates: readonly Candidate[];
}

const pieceBytes = 64 * 1024;
const lowBytes = 256 * 1024;
const highBytes = 1024 * 1024;

let link: RtcLink | undefined;
/** Bytes that have come, by whatever way. */
const received = { bytes: 0 };

function openLink(): RtcLink {
  if (!link) throw new Error('no link was made');
  return link;
}

function until(passes: (state: LinkState) => boolean): Promise<void> {
  const { state } = openLink();
  return new Promise((resolve) => {
    const check = (): unknown => passes(state.value) && resolve();
    state.subscribe(check);
    check();
  });
}

export const lanesBench = {
  async make(): Promise<TextPacket> {
    const { certificate, fingerprint, session } = await createSessionCertificate();
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const deviceKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    const keys = (await deriveRoomKeys('11111111111111111' as InviteCode)).handshake;
    link = await RtcLink.prepare({ certificate, fingerprint, iceServers: [], keys, self: { session, deviceKey, name: () => 'Alice', sign: (bytes) => sign(pair.privateKey, bytes) } });
    link.files.listen((frame) => (received.bytes += frame.byteLength));
    return { session, ufrag: link.credentials.ufrag, pwd: link.credentials.pwd, fingerprint: [...fingerprint], candidates: await link.firstCandidates() };
  },

  async join({ session, ufrag, pwd, fingerprint, candidates }: TextPacket): Promise<void> {
    const remote: RemotePacket = { session, credentials: { ufrag, pwd, fingerprint: Uint8Array.from(fingerprint) }, candidates };
    await openLink().connect(remote);
    await until(({ kind }) => kind !== 'opening');
    openLink().admit();
    await until(({ kind }) => kind === 'member');
  },

  /** Milliseconds until so many can be used; further ones that are there are not. */
  async useLanes(count: number): Promise<number> {
    const startedMs = performance.now();
    const { files } = openLink();
    files.wish(count);
    while (files.laneCount.value < count) await new Promise((resolve) => setTimeout(resolve, 1));
    return performance.now() - startedMs;
  },

  /** Sends by link and lanes for so long, as fast as they take it. */
  async sendByWire(forMs: number): Promise<void> {
    const { files } = openLink();
    const bytes = new Uint8Array(pieceBytes);
    for (const untilMs = performance.now() + forMs; performance.now() < untilMs; ) await files.send(encodeFilePiece({ ticket: 1, chunk: 0, offset: 0, bytes }));
  },

  /** The same by the bare channel. */
  async sendRaw(forMs: number): Promise<void> {
    const channel = window.bareChannel;
    if (!channel) throw new Error('no channel');
    channel.bufferedAmountLowThreshold = lowBytes;
    for (const untilMs = performance.now() + forMs; performance.now() < untilMs; ) {
      if (channel.bufferedAmount > highBytes) await new Promise((resolve) => channel.addEventListener('bufferedamountlow', resolve, { once: true }));
      channel.send(new Uint8Array(pieceBytes));
    }
  },

  listenRaw(): void {
    window.bareChannel?.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => (received.bytes += data.byteLength));
  },

  /** Bytes that come within so many milliseconds from the first one on. */
  async countArrivals(forMs: number): Promise<number> {
    received.bytes = 0;
    while (received.bytes === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, forMs));
    return received.bytes;
  },

  /** Nothing has come for so long. */
  async untilQuiet(forMs: number): Promise<void> {
    for (let before = -1; before !== received.bytes; ) {
      before = received.bytes;
      await new Promise((resolve) => setTimeout(resolve, forMs));
    }
  },

  roundTripMs: (): Promise<number | undefined> => openLink().files.roundTripMs(),
};

Object.defineProperty(window, 'lanesBench', { value: lanesBench });
