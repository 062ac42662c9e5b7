/**
 * The least that a browser needs to bring two pages together: one RTCPeerConnection, one data channel, candidates as they come, no check of anything. Speaks to
 * our server as our own introducer does, so that both sides of the comparison wait for the same socket.
 */
import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';

/** A room on the server, as its ids are made (signaling/guards.ts). */
export interface BareRoom {
  readonly tag: string;
  readonly host: string;
}

export function newBareRoom(): BareRoom {
  return { tag: randomId(), host: randomId() };
}

/** `page` answers whoever comes; resolves when it is registered. */
export async function answerBarePairs(page: Page, room: BareRoom): Promise<void> {
  await page.evaluate(answer, room);
}

/** Milliseconds from the beginning until `page`'s channel is open. */
export function joinBarePair(page: Page, room: BareRoom): Promise<number> {
  return page.evaluate(join, { ...room, own: randomId() });
}

function randomId(): string {
  return Array.from(randomBytes(26), (byte) => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(byte % 32)).join('');
}

type Signal = { readonly description: RTCSessionDescriptionInit } | { readonly candidate: RTCIceCandidateInit };

/** Runs in the page. */
async function answer({ tag, host }: BareRoom): Promise<void> {
  const socket = new WebSocket(`ws://${location.host}/sig/${tag}/peerjs?key=peerjs&id=${tag}-${host}&token=control`);
  const send = (dst: string, signal: Signal) => socket.send(JSON.stringify({ type: 'OFFER', dst, payload: btoa(JSON.stringify(signal)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') }));
  const connectionsBySource = new Map<string, RTCPeerConnection>();
  const connectionOf = (source: string): RTCPeerConnection => {
    const known = connectionsBySource.get(source);
    if (known) return known;
    const connection = new RTCPeerConnection();
    connection.addEventListener('icecandidate', ({ candidate }) => candidate && send(source, { candidate: candidate.toJSON() }));
    connectionsBySource.set(source, connection);
    return connection;
  };
  const handle = async (source: string, signal: Signal): Promise<void> => {
    const connection = connectionOf(source);
    if ('candidate' in signal) return connection.addIceCandidate(signal.candidate);
    await connection.setRemoteDescription(signal.description);
    await connection.setLocalDescription();
    if (connection.localDescription) send(source, { description: connection.localDescription.toJSON() });
  };
  // In the order they came: a candidate may not overtake its offer.
  let steps = Promise.resolve();
  await new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const message = JSON.parse(data) as { type: string; src: string; payload: string };
      if (message.type === 'OPEN') resolve();
      if (message.type === 'OFFER') steps = steps.then(() => handle(message.src, JSON.parse(atob(message.payload.replaceAll('-', '+').replaceAll('_', '/'))) as Signal));
    });
  });
}

/** Runs in the page. */
async function join({ tag, host, own }: BareRoom & { readonly own: string }): Promise<number> {
  const startedMs = performance.now();
  const socket = new WebSocket(`ws://${location.host}/sig/${tag}/peerjs?key=peerjs&id=${tag}-${own}&token=control`);
  const connection = new RTCPeerConnection();
  const channel = connection.createDataChannel('chat');
  const open = new Promise<void>((resolve) => socket.addEventListener('open', () => resolve(), { once: true }));
  const send = async (signal: Signal): Promise<void> => {
    await open;
    socket.send(JSON.stringify({ type: 'OFFER', dst: `${tag}-${host}`, payload: btoa(JSON.stringify(signal)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') }));
  };
  const ready = new Promise<number>((resolve) => channel.addEventListener('open', () => resolve(performance.now() - startedMs), { once: true }));
  let steps = Promise.resolve();
  const handle = (signal: Signal): Promise<void> => ('candidate' in signal ? connection.addIceCandidate(signal.candidate) : connection.setRemoteDescription(signal.description));
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const message = JSON.parse(data) as { type: string; payload: string };
    if (message.type === 'OFFER') steps = steps.then(() => handle(JSON.parse(atob(message.payload.replaceAll('-', '+').replaceAll('_', '/'))) as Signal));
  });
  const queued: Promise<void>[] = [];
  const offered = connection.setLocalDescription();
  connection.addEventListener('icecandidate', ({ candidate }) => candidate && queued.push(offered.then(() => send({ candidate: candidate.toJSON() }))));
  await offered;
  if (connection.localDescription) await send({ description: connection.localDescription.toJSON() });
  return ready;
}
