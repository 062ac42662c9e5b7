/**
 * The only face of a client's WebSocket that `peer` gets to see: the events and methods it uses (on message, close, error; send, close),
 * with every rule of limits.ts and guards.ts in between. What breaks a rule closes the socket and never reaches `peer`.
 */
import { EventEmitter } from 'node:events';
import type { IClient } from 'peer';
import type { RawData, WebSocket } from 'ws';
import type { Counters } from './counters';
import { readClientFrame, type Identity } from './guards';
import type { Limits } from './limits';
import { TokenBucket } from './token-bucket';

/** Close codes beyond RFC 6455 §7.4.1, from the range for private use. */
export const closeCodes = {
  /** A newer socket with the same id and token took over. */
  replaced: 4001,
  goingAway: 1001,
  unsupportedData: 1003,
  policyViolation: 1008,
} as const;

export interface GuardedSocketParts {
  readonly socket: WebSocket;
  readonly identity: Identity;
  readonly limits: Limits;
  readonly counters: Counters;
  /** Milliseconds of a clock that never runs backwards. */
  readonly nowMs: () => number;
  /** Takes a message whose destination is absent; false hands it to `peer`. */
  readonly keepIfAbsent: (dst: string, frame: string) => boolean;
}

/** Emits `message` (a checked frame as text) and, once, `close`: then `peer` forgets the id, however long the closing handshake takes. */
export class GuardedSocket extends EventEmitter {
  readonly identity: Identity;
  /** Set once `peer` has given the id to this socket. */
  client: IClient | undefined;
  /** Resolves when the connection itself has ended, at most `closeGraceMs` after `close`. */
  readonly closed: Promise<void>;
  readonly #parts: GuardedSocketParts;
  readonly #bucket: TokenBucket;
  #unansweredPings = 0;
  #left = false;

  constructor(parts: GuardedSocketParts) {
    super();
    this.#parts = parts;
    this.identity = parts.identity;
    this.#bucket = new TokenBucket(parts.limits.framesPerSecond, parts.limits.framesBurst, parts.nowMs());
    const { socket, counters } = parts;
    // ws closes by itself after an error (a frame too long: 1009; broken framing: 1002); without a listener the process would end.
    socket.on('error', () => (counters.cuts += 1));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#leave();
        resolve();
      });
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('ping', () => this.#allowOneMore());
    socket.on('pong', () => this.#answered());
  }

  /** Sends a text frame. Called by `peer` with what it relays, and by us. A client that doesn't read is cut off. */
  send(text: string): void {
    const { socket, counters, limits } = this.#parts;
    if (this.#left) return;
    if (socket.bufferedAmount > limits.bufferedBytes) {
      this.#terminate();
      return;
    }
    counters.messagesOut += 1;
    socket.send(text);
  }

  /** Closes without a code, as `peer` does after ID-TAKEN or ERROR. `code` and `reason` as in RFC 6455 §7.4. */
  close(code?: number, reason?: string): void {
    if (this.#left) return;
    const { socket, limits } = this.#parts;
    socket.close(code, reason);
    const impatience = setTimeout(() => socket.terminate(), limits.closeGraceMs);
    socket.once('close', () => clearTimeout(impatience));
    this.#leave();
  }

  /** Sends a ping; a socket that left `pingsMissed` of them unanswered is terminated instead. */
  checkLife(): void {
    if (this.#left) return;
    if (this.#unansweredPings >= this.#parts.limits.pingsMissed) {
      this.#terminate();
      return;
    }
    this.#unansweredPings += 1;
    this.#parts.socket.ping();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#left || !this.#allowOneMore()) return;
    if (isBinary) {
      this.#cut(closeCodes.unsupportedData, 'text frames only');
      return;
    }
    const { identity, limits, counters, keepIfAbsent } = this.#parts;
    const checked = readClientFrame(textOf(data), identity.tag, limits.payloadCharacters);
    if ('violation' in checked) {
      this.#cut(checked.violation.code, checked.violation.reason);
      return;
    }
    const { frame } = checked;
    if (frame.type === 'HEARTBEAT') {
      counters.heartbeats += 1;
      this.emit('message', JSON.stringify(frame));
      return;
    }
    counters.messagesIn += 1;
    // Built anew, so that neither another `src` nor anything unchecked gets through.
    const relayed = JSON.stringify({ type: frame.type, src: identity.id, dst: frame.dst, payload: frame.payload });
    if (!keepIfAbsent(frame.dst, relayed)) this.emit('message', relayed);
  }

  /** Pings count like frames: each costs an answer. */
  #allowOneMore(): boolean {
    if (this.#bucket.take(this.#parts.nowMs())) return true;
    this.#cut(closeCodes.policyViolation, 'too many messages');
    return false;
  }

  #answered(): void {
    this.#unansweredPings = 0;
    // Hidden pages send their HEARTBEAT once a minute at best; without this `peer` takes them for dead.
    this.client?.setLastPing(Date.now());
  }

  #cut(code: number, reason: string): void {
    if (this.#left) return;
    this.#parts.counters.cuts += 1;
    this.close(code, reason);
  }

  #terminate(): void {
    this.#parts.counters.cuts += 1;
    this.#parts.socket.terminate();
    this.#leave();
  }

  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.emit('close');
  }
}

/** ws hands out Buffers unless told otherwise; anything else fails the check for JSON. */
function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : '';
}
