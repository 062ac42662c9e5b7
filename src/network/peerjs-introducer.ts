/** An Introducer over the PeerJS server: one socket for the session, one for each slot held. Ids there are `<tag>-<id>`, since the server knows no rooms. */
import { isBase32Id } from '../core/base32';
import type { RoomTag, SessionId, SlotId } from '../core/ids';
import { State, watch, type Observable } from '../core/observable';
import type { ClaimState, Delivery, Introducer } from './introducer';
import { PeerjsSocket, type SignalingAddress } from './peerjs-socket';

export class PeerjsIntroducer implements Introducer {
  readonly #tag: RoomTag;
  readonly #address: SignalingAddress;
  readonly #session: PeerjsSocket;
  readonly #reachable = new State(false);
  readonly #listeners = new Set<(delivery: Delivery) => void>();

  /** `origin`: of the page, as `location.origin`. Lives until `signal` aborts. */
  constructor(origin: string, tag: RoomTag, session: SessionId, signal: AbortSignal) {
    const url = new URL(origin);
    const secure = url.protocol === 'https:';
    this.#tag = tag;
    this.#address = { hostname: url.hostname, port: Number(url.port) || (secure ? 443 : 80), secure, path: `/sig/${tag}/` };
    this.#session = this.#register(session, signal);
    watch(this.#session.state, signal, (state) => this.#reachable.set(state === 'held'));
  }

  get reachable(): Observable<boolean> {
    return this.#reachable;
  }

  send(to: SessionId | SlotId, envelope: Uint8Array<ArrayBuffer>): void {
    this.#session.send(`${this.#tag}-${to}`, envelope);
  }

  claim(slot: SlotId, signal: AbortSignal): Observable<ClaimState> {
    const over = new AbortController();
    const state = this.#register(slot, AbortSignal.any([signal, over.signal])).state;
    state.subscribe((now) => now === 'taken' && over.abort());
    return state;
  }

  listen(listener: (delivery: Delivery) => void, signal: AbortSignal): void {
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  #register(id: SessionId | SlotId, signal: AbortSignal): PeerjsSocket {
    return new PeerjsSocket(`${this.#tag}-${id}`, this.#address, (from, envelope) => this.#deliver(id, from, envelope), signal);
  }

  #deliver(to: SessionId | SlotId, source: string, envelope: Uint8Array<ArrayBuffer>): void {
    const from = source.slice(this.#tag.length + 1);
    if (!source.startsWith(`${this.#tag}-`) || !isBase32Id(from)) return;
    for (const listener of [...this.#listeners]) listener({ from: from as SessionId, to, envelope });
  }
}
