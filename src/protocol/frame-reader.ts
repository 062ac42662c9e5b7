/**
 * The one gate between a peer's bytes and the room. Which kinds pass depends on how far the link has come:
 *
 *     opening    nothing: what comes on control is the handshake's (handshake.ts)
 *     waiting    the peer is who it says, admission is being decided: holds, events, admitted, ping, pong, bye, and a late refusal of the handshake
 *     admitting  we have admitted it, and its own `admitted` is on the way: the same, and what overtook that on another channel is kept for later
 *     member     everything
 *
 * Text is JSON; bytes are events of the log, which sync and live carry, or pieces of files, which file carries and nobody reads here. A frame that doesn't belong
 * closes the link; it never throws past it.
 */
import { limits } from '../config';
import { TokenBucket } from '../core/token-bucket';
import { filePieceMaximum } from './file-piece';
import { channels, type ChannelName, type Frame, type RunsFrame } from './frames';
import { parseRefusal, type RefusalReason } from './handshake';
import { decodeRuns, runEventBytes } from './run';
import { parseJson } from './schema';

export type ReaderState = 'opening' | 'waiting' | 'admitting' | 'member';

const beforeMembership: ReadonlySet<Frame['kind']> = new Set(['holds', 'events', 'admitted', 'ping', 'pong', 'bye']);

/** Whether a frame may cross before both sides have admitted each other. */
export function isForWaiting(kind: Frame['kind']): boolean {
  return beforeMembership.has(kind);
}

export type ReadResult =
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** A piece of a file (file-piece.ts), unread: who asked for it knows what to make of it. */
  | { readonly kind: 'piece'; readonly bytes: ArrayBuffer }
  /** A text of the handshake, unread. */
  | { readonly kind: 'handshake'; readonly text: string }
  /** The peer's answer to our proof: no. */
  | { readonly kind: 'refusal'; readonly reason: RefusalReason }
  /** Has overtaken the word that allows it: read it again when the link is further. */
  | { readonly kind: 'early' }
  /** Arrived before its time on a channel that loses frames anyway. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'violation'; readonly reason: ViolationReason };

export type ViolationReason = 'binary' | 'too-large' | 'malformed' | 'too-early' | 'flood';

/** What a channel carries that has nothing but pieces of files: a lane. */
export function readPiece(data: unknown): Extract<ReadResult, { kind: 'piece' | 'violation' }> {
  if (!(data instanceof ArrayBuffer)) return violation('malformed');
  return data.byteLength <= filePieceMaximum ? { kind: 'piece', bytes: data } : violation('too-large');
}

/** One a link. Time is passed in, in milliseconds. */
export class FrameReader {
  #state: ReaderState = 'opening';
  readonly #rate: TokenBucket;

  constructor(nowMs: number) {
    // A burst of a whole handful of seconds: a phone that wakes delivers at once what queued up.
    this.#rate = new TokenBucket(5 * limits.framesASecond, limits.framesASecond, nowMs);
  }

  get state(): ReaderState {
    return this.#state;
  }

  /** Only ever forward: opening, waiting, admitting, member. */
  advance(state: Exclude<ReaderState, 'opening'>): void {
    this.#state = state;
  }

  read(channel: ChannelName, data: unknown, nowMs: number): ReadResult {
    if (channel === 'file' && data instanceof ArrayBuffer) return this.#readPiece(data);
    if (!this.#rate.take(nowMs)) return violation('flood');
    if (data instanceof ArrayBuffer) return this.#readBytes(channel, data);
    if (typeof data !== 'string') return violation('binary');
    // UTF-16 units never outnumber UTF-8 bytes, so this refuses late rather than early, and costs nothing.
    if (data.length > channels[channel].textBytes) return violation('too-large');
    if (this.#state !== 'member' && channel !== 'control') return this.#postpone(channel);
    if (this.#state === 'opening') return { kind: 'handshake', text: data };
    const frame = parseJson(channels[channel].schema, data);
    if (!frame) return this.#misfit(data);
    return this.#state === 'member' || isForWaiting(frame.kind) ? { kind: 'frame', frame } : violation('too-early');
  }

  /** Not counted: a file has hundreds of them a second, and whoever asked for it notices what it didn't ask for. */
  #readPiece(data: ArrayBuffer): ReadResult {
    const piece = readPiece(data);
    return piece.kind === 'violation' || this.#state === 'member' ? piece : this.#postpone('file');
  }

  #readBytes(channel: ChannelName, data: ArrayBuffer): ReadResult {
    if (channel === 'control' || channel === 'file') return violation('binary');
    if (data.byteLength > channels[channel].runsBytes) return violation('too-large');
    if (this.#state !== 'member') return this.#postpone(channel);
    const runs = decodeRuns(new Uint8Array(data));
    if (!runs) return violation('malformed');
    const frame: RunsFrame = { kind: 'runs', channel, ...runs };
    return channel === 'sync' || isSmall(frame) ? { kind: 'frame', frame } : violation('malformed');
  }

  /** Channels have no order among them: a member's first frame on one may come before its `admitted` on another, but never before ours has reached it. */
  #postpone(channel: Exclude<ChannelName, 'control'>): ReadResult {
    if (channel === 'live') return { kind: 'ignored' };
    return this.#state === 'admitting' ? { kind: 'early' } : violation('too-early');
  }

  #misfit(text: string): ReadResult {
    const reason = this.#state === 'member' ? undefined : parseRefusal(text);
    return reason ? { kind: 'refusal', reason } : violation('malformed');
  }
}

/** What live carries: a few events of one feed, each small enough, that nobody asked for. */
function isSmall({ want, runs: [run, ...others] }: RunsFrame): boolean {
  const events = run?.events ?? [];
  return want === 0 && others.length === 0 && events.length > 0 && events.length <= limits.liveEvents && events.every((event) => runEventBytes(event) <= limits.liveEventBytes);
}

function violation(reason: ViolationReason): Extract<ReadResult, { kind: 'violation' }> {
  return { kind: 'violation', reason };
}
