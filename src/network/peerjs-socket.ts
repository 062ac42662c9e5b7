/**
 * One id at the PeerJS server, kept there. The only file that knows PeerJS.
 *
 * PeerJS is used as a socket with manners: the id, the heartbeat, the errors. Its connections are never used, and nothing that a stranger can cause
 * reaches its handlers: they would answer with our addresses.
 */
import { Peer } from 'peerjs';
import { encodeBase64Url, decodeBase64Url } from '../core/base64url';
import { limits, signalingBackoff, timing } from '../config';
import { backoffMs, jittered } from '../core/wait';
import { State, type Observable } from '../core/observable';
import type { ClaimState } from './introducer';

/** Where the signaling server is: the page's own origin. `path` ends with a slash. */
export interface SignalingAddress {
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
  readonly path: string;
}

/** The one wire type of all envelopes: the server relays it, and learns nothing from it. */
const envelopeType = 'OFFER';
/** Types that concern the own registration; a server may send any other, PeerJS hears none of them. */
const registrationTypes: ReadonlySet<unknown> = new Set(['OPEN', 'ID-TAKEN', 'ERROR', 'INVALID-KEY']);

/** A socket without OPEN by then is given up: the server may still hold our old one, or something in between swallows answers. */
const openTimeoutMs = 5_000;
/** The server watches over the WebSocket's own pong (RFC 6455 §5.5.3); PeerJS's heartbeat only keeps proxies from closing an idle line. */
const heartbeatMs = 30_000;
/** A page that was out of sight this long may have slept; the server gives a silent socket up after about 20 s. */
const doubtAfterMs = 20_000;
/** While the id isn't there yet; older envelopes are repeated by whoever wrote them. */
const queueLength = 16;

export class PeerjsSocket {
  readonly #id: string;
  readonly #address: SignalingAddress;
  readonly #receive: (from: string, envelope: Uint8Array<ArrayBuffer>) => void;
  readonly #signal: AbortSignal;
  // One a page load: with it the server lets a reconnect replace the old socket, and nobody else take the id.
  readonly #token = encodeBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  readonly #state = new State<ClaimState>('trying');
  #queue: { readonly to: string; readonly envelope: Uint8Array }[] = [];
  #peer: Peer | undefined;
  #attempt = 0;
  #hiddenAtMs = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Connects at once, and stays until `signal` aborts. `receive` gets what others sent to this id. */
  constructor(id: string, address: SignalingAddress, receive: (from: string, envelope: Uint8Array<ArrayBuffer>) => void, signal: AbortSignal) {
    this.#id = id;
    this.#address = address;
    this.#receive = receive;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#withdraw(), { once: true });
    // A socket can be dead for minutes before the page hears of it: on a new network, or after sleep, a new one is surer than a look at the old.
    addEventListener('online', () => this.#renew(), { signal });
    // Network Information API: not in every browser, nor in TypeScript's types.
    if ('connection' in navigator && navigator.connection instanceof EventTarget) navigator.connection.addEventListener('change', () => this.#renew(), { signal });
    document.addEventListener('visibilitychange', () => this.#followVisibility(), { signal });
    this.#connect();
  }

  /** Whether the server holds the id for us now. After `taken` it goes on trying, unless it is aborted. */
  get state(): Observable<ClaimState> {
    return this.#state;
  }

  send(to: string, envelope: Uint8Array): void {
    if (this.#state.value !== 'held') {
      this.#queue = [...this.#queue, { to, envelope }].slice(-queueLength);
      return;
    }
    this.#peer?.socket.send({ type: envelopeType, dst: to, payload: encodeBase64Url(envelope) });
  }

  #connect(): void {
    if (this.#signal.aborted) return;
    const { hostname, port, secure, path } = this.#address;
    const peer = new Peer(this.#id, { host: hostname, port, secure, path, token: this.#token, pingInterval: heartbeatMs, config: { iceServers: [] }, debug: 0 });
    this.#peer = peer;
    this.#intercept(peer);
    peer.on('open', () => this.#opened());
    peer.on('error', ({ type }) => {
      if (peer === this.#peer && type === 'unavailable-id') this.#state.set('taken');
      this.#retry(peer);
    });
    peer.on('disconnected', () => this.#retry(peer));
    this.#timer = setTimeout(() => this.#retry(peer), openTimeoutMs);
  }

  #opened(): void {
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#state.set('held');
    const queued = this.#queue;
    this.#queue = [];
    for (const { to, envelope } of queued) this.send(to, envelope);
  }

  /** Every failure takes the same way: drop the Peer, wait, make another under the same id and token. */
  #retry(peer: Peer): void {
    if (peer !== this.#peer || this.#signal.aborted) return;
    this.#drop();
    const waitMs = jittered(backoffMs(this.#attempt++, signalingBackoff), timing.jitter, Math.random());
    this.#timer = setTimeout(() => this.#connect(), waitMs);
  }

  /** The server lets the same id and token replace the socket that it may still hold. */
  #renew(): void {
    this.#drop();
    this.#attempt = 0;
    this.#connect();
  }

  #followVisibility(): void {
    if (document.visibilityState === 'hidden') this.#hiddenAtMs = performance.now();
    else if (performance.now() - this.#hiddenAtMs > doubtAfterMs) this.#renew();
  }

  #drop(): void {
    this.#release()?.destroy();
  }

  /** At the end. A socket that is closed while it opens leaves a warning in the console, so one that is about to open does so first. */
  #withdraw(): void {
    const peer = this.#release();
    if (!peer || peer.open) return peer?.destroy();
    for (const event of ['open', 'error', 'disconnected'] as const) peer.once(event, () => peer.destroy());
  }

  #release(): Peer | undefined {
    clearTimeout(this.#timer);
    const peer = this.#peer;
    this.#peer = undefined;
    if (this.#state.value === 'held') this.#state.set('trying');
    peer?.removeAllListeners();
    return peer;
  }

  /** Puts us between the socket and PeerJS's own handler, which hears of the registration alone. */
  #intercept(peer: Peer): void {
    const handlers = peer.socket.listeners('message');
    peer.socket.removeAllListeners('message');
    peer.socket.on('message', (message: unknown) => {
      if (typeof message !== 'object' || message === null || !('type' in message)) return;
      // The type alone: PeerJS reads the payload of an ERROR without asking whether there is one, and throws.
      if (registrationTypes.has(message.type)) for (const handle of handlers) handle.call(peer.socket, { type: message.type, payload: { msg: '' } });
      else if (message.type === envelopeType) this.#deliver(message);
    });
  }

  #deliver(message: object): void {
    if (!('src' in message) || !('payload' in message)) return;
    const { src, payload } = message;
    if (typeof src !== 'string' || typeof payload !== 'string' || payload.length > 2 * limits.envelopeBytes) return;
    const envelope = decodeBase64Url(payload);
    if (envelope) this.#receive(src, envelope);
  }
}
