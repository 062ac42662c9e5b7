/** One data channel between two pages and nothing else: what a line can carry, and how late, without us. */
import type { Page } from '@playwright/test';

declare global {
  interface Window {
    bareConnection?: RTCPeerConnection;
    bareChannel?: RTCDataChannel;
    /** Milliseconds since 1970 at which each numbered text came, by its number; see `listenForNumbers`. */
    bareArrivals?: Map<number, number>;
  }
}

interface Side {
  readonly sdp: string;
  readonly candidates: readonly RTCIceCandidateInit[];
}

/** Resolves when it is open on both sides. Ordered and reliable, as a data channel is when nothing else is said. */
export async function openBareChannel(caller: Page, callee: Page): Promise<void> {
  const offer = await caller.evaluate(describe, undefined);
  const answer = await callee.evaluate(describe, offer);
  await caller.evaluate(accept, answer);
  await Promise.all([caller, callee].map((page) => page.evaluate(untilOpen)));
}

/** Sends so many bytes in messages of 64 KiB, as fast as the channel takes them; milliseconds until the last one has come. */
export async function sendRaw(from: Page, to: Page, bytes: number): Promise<number> {
  const arrived = to.evaluate(receiveBytes, bytes);
  const startedMs = await from.evaluate(sendBytes, bytes);
  return (await arrived) - startedMs;
}

/** Texts of `sizeBytes`, each with a number, one every `everyMs`; the delay of each in milliseconds, in order; `patienceMs`, by which all are waited for after the last, for one that never came. */
export async function sendNumbers(from: Page, to: Page, schedule: { readonly count: number; readonly everyMs: number; readonly sizeBytes: number; readonly patienceMs: number }): Promise<readonly number[]> {
  await to.evaluate(listenForNumbers);
  const sentAtMs = await from.evaluate(sayNumbers, schedule);
  const arrivals = new Map(await to.evaluate(arrivedNumbers, schedule));
  return sentAtMs.map((atMs, number) => Math.min(schedule.patienceMs, (arrivals.get(number) ?? Infinity) - atMs));
}

/** Runs in the page: the own description, and the addresses that were found for it. */
async function describe(remote: Side | undefined): Promise<Side> {
  const connection = new RTCPeerConnection();
  window.bareConnection = connection;
  window.bareChannel = connection.createDataChannel('bare', { negotiated: true, id: 0 });
  window.bareChannel.binaryType = 'arraybuffer';
  const candidates: RTCIceCandidateInit[] = [];
  const gathered = new Promise<void>((resolve) => connection.addEventListener('icecandidate', ({ candidate }) => (candidate ? candidates.push(candidate.toJSON()) : resolve())));
  if (remote) await connection.setRemoteDescription({ type: 'offer', sdp: remote.sdp });
  await connection.setLocalDescription();
  const sdp = connection.localDescription?.sdp ?? '';
  for (const candidate of remote?.candidates ?? []) await connection.addIceCandidate(candidate);
  await gathered;
  return { sdp, candidates };
}

/** Runs in the page. */
async function accept({ sdp, candidates }: Side): Promise<void> {
  await window.bareConnection?.setRemoteDescription({ type: 'answer', sdp });
  for (const candidate of candidates) await window.bareConnection?.addIceCandidate(candidate);
}

/** Runs in the page. */
async function untilOpen(): Promise<void> {
  const channel = window.bareChannel;
  if (channel && channel.readyState !== 'open') await new Promise((resolve) => channel.addEventListener('open', resolve, { once: true }));
}

/** Runs in the page; returns when the last byte came, in milliseconds since 1970. */
function receiveBytes(bytes: number): Promise<number> {
  return new Promise((resolve) => {
    let received = 0;
    window.bareChannel?.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
      received += data.byteLength;
      if (received >= bytes) resolve(performance.timeOrigin + performance.now());
    });
  });
}

/** Runs in the page; returns when it began, in milliseconds since 1970. */
async function sendBytes(bytes: number): Promise<number> {
  const channel = window.bareChannel;
  if (!channel) throw new Error('no channel');
  const startedMs = performance.timeOrigin + performance.now();
  channel.bufferedAmountLowThreshold = 256 * 1024;
  for (let rest = bytes; rest > 0; rest -= 64 * 1024) {
    if (channel.bufferedAmount > 1024 * 1024) await new Promise((resolve) => channel.addEventListener('bufferedamountlow', resolve, { once: true }));
    channel.send(new Uint8Array(Math.min(rest, 64 * 1024)));
  }
  return startedMs;
}

/** Runs in the page. */
function listenForNumbers(): void {
  const arrivals = new Map<number, number>();
  window.bareArrivals = arrivals;
  window.bareChannel?.addEventListener('message', ({ data }: MessageEvent<string>) => arrivals.set(Number.parseInt(data, 10), performance.timeOrigin + performance.now()));
}

/** Runs in the page; returns when each was sent. */
async function sayNumbers({ count, everyMs, sizeBytes }: { readonly count: number; readonly everyMs: number; readonly sizeBytes: number }): Promise<readonly number[]> {
  const sentAtMs: number[] = [];
  const startedMs = performance.now();
  for (let number = 0; number < count; number++) {
    await new Promise((resolve) => setTimeout(resolve, startedMs + number * everyMs - performance.now()));
    sentAtMs.push(performance.timeOrigin + performance.now());
    window.bareChannel?.send(`${number} `.padEnd(sizeBytes, '-'));
  }
  return sentAtMs;
}

/** Runs in the page. */
async function arrivedNumbers({ count, patienceMs }: { readonly count: number; readonly patienceMs: number }): Promise<readonly (readonly [number, number])[]> {
  const arrivals = window.bareArrivals ?? new Map<number, number>();
  const untilMs = performance.now() + patienceMs;
  while (arrivals.size < count && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20));
  return [...arrivals];
}
