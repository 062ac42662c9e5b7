/** Real links in one page, introduced by packets alone; and a bad peer. */
import { expect } from 'chai';
import type { InviteCode, SessionId } from '../../../src/core/ids';
import type { Observable } from '../../../src/core/observable';
import type { LinkState, RemotePacket } from '../../../src/network/link';
import { RtcLink } from '../../../src/network/rtc-link';
import { createSessionCertificate, type SessionCertificate } from '../../../src/network/session-certificate';
import { Handshake, type HandshakeKeys, type HandshakeSelf } from '../../../src/protocol/handshake';
import { channels, type ChannelName, type Frame } from '../../../src/protocol/frames';
import { buildAnswer, isActiveSide, readCredentials } from '../../../src/protocol/packet';
import { deriveRoomKeys } from '../../../src/protocol/room-keys';
import { sign } from '../../../src/protocol/transcript';

export interface Side {
  readonly certificate: SessionCertificate;
  readonly self: HandshakeSelf;
  readonly link: RtcLink;
  readonly frames: Frame[];
}

export const keysOf = async (code: string) => (await deriveRoomKeys(code as InviteCode)).handshake;

const open: RtcLink[] = [];
const connections: RTCPeerConnection[] = [];

/** After each test. */
export function closeAll(): void {
  for (const link of open.splice(0)) link.close('leaving');
  for (const connection of connections.splice(0)) connection.close();
}

/** A bare connection, closed with the others. */
export function connect(configuration: RTCConfiguration): RTCPeerConnection {
  const connection = new RTCPeerConnection(configuration);
  connections.push(connection);
  return connection;
}

async function identity(name: string, session: SessionId): Promise<HandshakeSelf> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const deviceKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { session, deviceKey, name: () => name, sign: (bytes) => sign(pair.privateKey, bytes) };
}

export async function side(name: string, roomKeys?: HandshakeKeys): Promise<Side> {
  const certificate = await createSessionCertificate();
  const self = await identity(name, certificate.session);
  const keys = roomKeys ?? (await keysOf('11111111111111111'));
  const link = await RtcLink.prepare({ certificate: certificate.certificate, fingerprint: certificate.fingerprint, iceServers: [], keys, self });
  open.push(link);
  const frames: Frame[] = [];
  link.listen((frame) => frames.push(frame));
  return { certificate, self, link, frames };
}

/** Resolves with the first value that passes. */
export function when<T, U extends T>(source: Observable<T>, passes: (value: T) => value is U): Promise<U>;
export function when<T>(source: Observable<T>, passes: (value: T) => boolean): Promise<T>;
export function when<T>(source: Observable<T>, passes: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const check = (value: T) => {
      if (!passes(value)) return;
      stop();
      resolve(value);
    };
    const stop = source.subscribe(check);
    check(source.value);
  });
}

export const isWaiting = (state: LinkState) => state.kind === 'waiting';
export const isMember = (state: LinkState) => state.kind === 'member';
export const isClosed = (state: LinkState): state is Extract<LinkState, { kind: 'closed' }> => state.kind === 'closed';

export const packetOf = async ({ certificate, link }: Side): Promise<RemotePacket> => ({ session: certificate.session, credentials: link.credentials, candidates: await link.firstCandidates() });

/** As through the signaling server: the packets, and nothing else, go from one to the other. */
export async function introduce(a: Side, b: Side): Promise<void> {
  await Promise.all([a.link.connect(await packetOf(b)), b.link.connect(await packetOf(a))]);
  // On a busy machine the first batch may be empty.
  await Promise.all([a.link.addCandidates(await b.link.laterCandidates()), b.link.addCandidates(await a.link.laterCandidates())]);
}

export async function waiting(): Promise<[Side, Side]> {
  const [a, b] = await Promise.all([side('Alice'), side('Bob')]);
  await introduce(a, b);
  await Promise.all([when(a.link.state, isWaiting), when(b.link.state, isWaiting)]);
  return [a, b];
}

export async function members(): Promise<[Side, Side]> {
  const [a, b] = await waiting();
  a.link.admit();
  b.link.admit();
  await Promise.all([when(a.link.state, isMember), when(b.link.state, isMember)]);
  return [a, b];
}

/** The other end of a link as a bare connection, which says what a test makes it say, and nothing by itself. */
export interface Mallory {
  readonly connection: RTCPeerConnection;
  readonly certificate: SessionCertificate;
  readonly control: RTCDataChannel;
  readonly sync: RTCDataChannel;
  readonly file: RTCDataChannel;
  /** What the link said, in order. */
  readonly heard: readonly string[];
  /** Resolves when so many texts with `part` were heard. */
  hears(part: string, times: number): Promise<void>;
  /** Says what an honest side would until the handshake is through, and `after` in one breath with its proof. */
  behave(...after: readonly string[]): Promise<void>;
}

export async function withMallory(): Promise<[Side, Mallory]> {
  const alice = await side('Alice');
  return [alice, await mallory(alice)];
}

/** Both have admitted each other. `active`: whether she is the active side. */
export async function withMalloryAsMember(active: boolean): Promise<[Side, Mallory]> {
  let [a, peer] = await withMallory();
  while (isActiveSide(peer.certificate.session, a.certificate.session) !== active) [a, peer] = await withMallory();
  await peer.behave();
  await when(a.link.state, isWaiting);
  a.link.admit();
  peer.control.send('{"kind":"admitted"}');
  await when(a.link.state, isMember);
  return [a, peer];
}

/** The same, and she has made the offer of the media sections. */
export async function withMalloryInside() {
  // The other side's offer would be passed over as glare.
  const [a, peer] = await withMalloryAsMember(true);
  for (const kind of ['audio', 'video', 'video', 'audio'] as const) peer.connection.addTransceiver(kind);
  await peer.connection.setLocalDescription();
  const offer = { kind: 'description', type: 'offer', sdp: (peer.connection.localDescription?.sdp ?? '').replace(/^a=candidate:.*\r\n/gmu, '') };
  peer.control.send(JSON.stringify(offer));
  await peer.hears('"answer"', 1);
  return { a, peer, offer };
}

async function mallory(alice: Side): Promise<Mallory> {
  const certificate = await createSessionCertificate();
  const connection = connect({ certificates: [certificate.certificate], bundlePolicy: 'max-bundle' });
  const channel = (name: ChannelName) => connection.createDataChannel(name, { negotiated: true, id: channels[name].id });
  const [control, sync, file] = [channel('control'), channel('sync'), channel('file')];
  const heard: string[] = [];
  control.addEventListener('message', ({ data }: MessageEvent<string>) => heard.push(data));
  connection.addEventListener('icecandidate', ({ candidate }) => candidate && void alice.link.addCandidates([candidate.candidate as RemotePacket['candidates'][number]]));
  await connection.setLocalDescription();
  const remote = await packetOf(alice);
  // Before the answer is applied: the channel opens, and speaks, soon after.
  const opened = new Promise((resolve) => control.addEventListener('open', resolve, { once: true }));
  await alice.link.connect({ session: certificate.session, credentials: readCredentials(connection.localDescription?.sdp ?? ''), candidates: [] });
  await connection.setRemoteDescription({ type: 'answer', sdp: buildAnswer(remote.credentials, isActiveSide(remote.session, certificate.session)) });
  // On a busy machine the first batch may be empty.
  for (const candidate of [...remote.candidates, ...(await alice.link.laterCandidates())]) await connection.addIceCandidate({ candidate, sdpMid: '0' });
  await opened;
  const behave = async (...after: readonly string[]) => {
    const handshake = new Handshake({
      keys: await keysOf('11111111111111111'),
      self: await identity('Mallory', certificate.session),
      fingerprint: certificate.fingerprint,
      remoteSession: alice.certificate.session,
      remoteFingerprint: Promise.resolve(alice.certificate.fingerprint),
    });
    let step = await handshake.opening;
    for (let at = 0; step.kind === 'say'; at += 1) {
      control.send(step.text);
      if (step.text.includes('"proof"')) for (const text of after) control.send(text);
      step = await handshake.receive(await said(at));
    }
    expect(step.kind).to.equal('through');
  };
  const hears = (part: string, times: number): Promise<void> =>
    new Promise((resolve) => {
      const check = () => heard.filter((text) => text.includes(part)).length >= times && resolve();
      control.addEventListener('message', check);
      check();
    });
  const said = (at: number): Promise<string> =>
    new Promise((resolve) => {
      const check = () => heard[at] !== undefined && resolve(heard[at]);
      control.addEventListener('message', check);
      check();
    });
  return { connection, certificate, control, sync, file, heard, hears, behave };
}
