/**
 * A guest's way in: knocks at the slot until somebody answers, and again whenever the link is lost.
 *
 *     looking  → no answer in 1.5 s → nobody, and knocks on
 *     presence → waiting  → not-now → refused, silent until "Ring again"
 *     accept   → its link → in
 *
 * With a return token the knock carries its proof and is answered by accept at once.
 */
import { timing } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { DeviceId, SessionId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import { jittered } from '../core/wait';
import type { Link } from '../network/link';
import { deriveDeviceId } from '../protocol/invite';
import type { Accept } from '../protocol/introduction';
import type { Transcript } from '../protocol/transcript';
import type { Introductions, ReceivedReply } from './introductions';

export type ArrivalState = 'looking' | 'nobody' | 'waiting' | 'refused' | 'full' | 'version' | 'accepted';

export interface ArrivalRoom {
  returnToken(): string | undefined;
  /** The token must be kept before anything else: without it the next reload rings again. */
  saveReturnToken(token: string): Promise<void>;
  /** A link that was accepted, and the device that it must turn out to be. */
  expect(link: Link, device: DeviceId): void;
  random(): number;
  now(): number;
}

interface Attempt {
  readonly link: Link;
  readonly madeAtMs: number;
  /** Of its knocks, which all say the same. */
  transcript?: Transcript;
  answered: boolean;
}

export class Arrival {
  readonly #introductions: Introductions;
  readonly #room: ArrivalRoom;
  readonly #signal: AbortSignal;
  readonly #state = new State<ArrivalState>('looking');
  #attempt: Attempt | undefined;
  #heard: { readonly session: SessionId; readonly key: Uint8Array<ArrayBuffer> } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Starts knocking, and stops for good when `signal` aborts. */
  constructor(introductions: Introductions, room: ArrivalRoom, signal: AbortSignal) {
    this.#introductions = introductions;
    this.#room = room;
    this.#signal = signal;
    introductions.onReply((received) => void this.#hear(received));
    signal.addEventListener('abort', () => this.#stop(), { once: true });
    // The first knock goes the moment the bus is there; later ones by the clock.
    introductions.reachable.subscribe((reachable) => reachable && this.#knocking() && void this.#knock());
    void this.#begin();
  }

  get state(): Observable<ArrivalState> {
    return this.#state;
  }

  /** After "not now", "full" or a lost link. */
  again(): void {
    if (this.#signal.aborted || this.#knocking() || this.#comingIn()) return;
    this.#state.set('looking');
    void this.#begin();
  }

  /** Tells whoever shows our card that it may go, if anybody does; resolves when that is said. */
  withdraw(): Promise<void> | undefined {
    if (!this.#heard || this.#state.value !== 'waiting') return undefined;
    return this.#introductions.reply(this.#heard.session, this.#heard.key, { kind: 'withdraw' });
  }

  #knocking(): boolean {
    return this.#attempt !== undefined && !this.#attempt.answered;
  }

  /** Somebody has answered, and the link is on its way. */
  #comingIn(): boolean {
    const state = this.#attempt?.answered ? this.#attempt.link.state.value.kind : undefined;
    return state === 'prepared' || state === 'opening' || state === 'waiting';
  }

  /** Each round has its own offer: an answer to an older one is told apart by its ufrag. */
  async #begin(): Promise<void> {
    const link = await this.#prepareLink();
    if (!link) return;
    if (this.#signal.aborted || this.#knocking()) return link.close('leaving');
    this.#attempt = { link, madeAtMs: this.#room.now(), answered: false };
    if (this.#introductions.reachable.value) await this.#knock();
  }

  /** Without a link (ICE servers that the browser refuses, too many connections) there is nothing to knock with; the fault is told, and it is tried again. */
  async #prepareLink(): Promise<Link | undefined> {
    try {
      return await this.#introductions.prepareLink();
    } catch (cause) {
      this.#schedule(timing.ringRepeatMs, () => void this.#begin());
      throw cause;
    }
  }

  async #knock(): Promise<void> {
    clearTimeout(this.#timer);
    const attempt = this.#attempt;
    if (!attempt || attempt.answered || this.#signal.aborted) return;
    const token = decodeBase64Url(this.#room.returnToken() ?? '');
    attempt.transcript = await this.#introductions.knock(attempt.link, token?.length ? token : undefined);
    if (this.#attempt === attempt && !attempt.answered) this.#schedule(timing.knockReplyMs, () => this.#unanswered());
  }

  #unanswered(): void {
    // Not reaching the introductions says nothing about who is there.
    if (this.#introductions.reachable.value) this.#state.set('nobody');
    this.#schedule(jittered(timing.knockRepeatMs, timing.jitter, this.#room.random()) - timing.knockReplyMs, () => this.#knockAgain());
  }

  #knockAgain(): void {
    if (!this.#introductions.reachable.value) return;
    const old = this.#attempt && this.#room.now() - this.#attempt.madeAtMs > timing.offerFreshMs;
    if (!old) return void this.#knock();
    this.#dropAttempt();
    void this.#begin();
  }

  async #hear({ reply, from, senderKey }: ReceivedReply): Promise<void> {
    const attempt = this.#attempt;
    if (!attempt) return;
    if (reply.kind === 'candidates' && attempt.answered && from === this.#heard?.session) return attempt.link.addCandidates(reply.candidates);
    if (attempt.answered) return;
    switch (reply.kind) {
      case 'presence':
        this.#heard = { session: from, key: senderKey };
        this.#state.set('waiting');
        return this.#schedule(timing.ringRepeatMs, () => this.#knockAgain());
      case 'not-now':
        return this.#giveUp('refused');
      case 'full':
        return this.#giveUp('full');
      case 'version':
        return this.#giveUp('version');
      case 'accept':
        if (reply.answers === attempt.link.credentials.ufrag) await this.#comeIn(attempt, reply, from, senderKey);
        return;
      default:
        return;
    }
  }

  async #comeIn(attempt: Attempt, accept: Accept, from: SessionId, senderKey: Uint8Array<ArrayBuffer>): Promise<void> {
    const { link, transcript } = attempt;
    // Whoever else has the link may stand at the door, but not let anybody in.
    if (!transcript || !(await this.#introductions.isOwners(accept, from, transcript))) return;
    if (attempt.answered || this.#attempt !== attempt) return;
    attempt.answered = true;
    clearTimeout(this.#timer);
    this.#heard = { session: from, key: senderKey };
    const { returnToken } = accept;
    const [device] = await Promise.all([deriveDeviceId(accept.deviceKey), returnToken && this.#room.saveReturnToken(encodeBase64Url(returnToken))]);
    if (this.#signal.aborted) return link.close('leaving');
    this.#room.expect(link, device);
    this.#state.set('accepted');
    await link.connect({ session: from, credentials: accept.credentials, candidates: accept.candidates });
    for (const batch of [link.firstCandidates(), link.laterCandidates()]) {
      const candidates = [...(await batch)];
      if (candidates.length > 0 && !link.signal.aborted) await this.#introductions.reply(from, senderKey, { kind: 'candidates', candidates });
    }
  }

  #giveUp(state: 'refused' | 'full' | 'version'): void {
    this.#dropAttempt();
    this.#state.set(state);
  }

  #stop(): void {
    const attempt = this.#attempt;
    if (attempt && !attempt.answered) this.#dropAttempt();
    clearTimeout(this.#timer);
  }

  #dropAttempt(): void {
    clearTimeout(this.#timer);
    this.#attempt?.link.close('leaving');
    this.#attempt = undefined;
  }

  #schedule(afterMs: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, Math.max(0, afterMs));
  }
}
