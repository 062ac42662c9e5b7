/**
 * The one gate between a peer's bytes and the room. Which kinds pass depends on how far the link has come:
 *
 *     opening   hello alone, 2 KiB at most: nothing else of a stranger is parsed
 *     waiting   hello was good, admission is being decided: ping, pong, bye
 *     member    everything but a second hello
 *
 * The handshake of keys belongs between opening and waiting. A frame that doesn't belong closes the link; it never throws past it.
 */
import { limits } from '../config';
import { TokenBucket } from '../core/token-bucket';
import { channels, type ChannelName, type Frame } from './frames';
import { parseJson } from './schema';

export type ReaderState = 'opening' | 'waiting' | 'member';

/** Bytes of anything said before the handshake is through. */
const openingFrameBytes = 2_048;

const allowedWhileWaiting: ReadonlySet<Frame['kind']> = new Set(['ping', 'pong', 'bye']);

export type ReadResult =
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** Arrived before its time on a channel without order, or is nothing that hurts: passed over. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'violation'; readonly reason: ViolationReason };

export type ViolationReason = 'binary' | 'too-large' | 'malformed' | 'too-early' | 'second-hello' | 'flood';

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

  /** Only ever forward: opening, waiting, member. */
  advance(state: 'waiting' | 'member'): void {
    this.#state = state;
  }

  read(channel: ChannelName, data: unknown, nowMs: number): ReadResult {
    if (!this.#rate.take(nowMs)) return violation('flood');
    if (typeof data !== 'string') return violation('binary');
    const maximum = this.#state === 'opening' ? openingFrameBytes : channels[channel].frameBytes;
    // UTF-16 units never outnumber UTF-8 bytes, so this refuses late rather than early, and costs nothing.
    if (data.length > maximum) return violation('too-large');
    // The unordered channel may overtake the handshake: what it brings too early is lost, as it may be anyway.
    if (channel === 'live' && this.#state !== 'member') return { kind: 'ignored' };
    const frame = parseJson(channels[channel].schema, data);
    if (!frame) return violation('malformed');
    return this.#admit(frame);
  }

  #admit(frame: Frame): ReadResult {
    const isHello = frame.kind === 'hello';
    if (this.#state === 'opening') return isHello ? { kind: 'frame', frame } : violation('too-early');
    if (isHello) return violation('second-hello');
    if (this.#state === 'waiting' && !allowedWhileWaiting.has(frame.kind)) return violation('too-early');
    return { kind: 'frame', frame };
  }
}

function violation(reason: ViolationReason): ReadResult {
  return { kind: 'violation', reason };
}
