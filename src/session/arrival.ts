/**
 * Our own knocks, and what comes of them: the way in for a guest, and the way back to the others for a member. Rendezvous says when and where to knock.
 *
 *     knock → presence            a guest waits: its ring is heard
 *           → presence            a member shows its passes, and is let in
 *           → accept              its chain is checked against the link; then our addresses go, and the link is on its way
 *           → not-now, full, …    silent until "Ring again"
 */
import { limits, timing } from '../config';
import type { DeviceId, SessionId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import type { Link } from '../network/link';
import { deriveDeviceId } from '../protocol/invite';
import type { Accept } from '../protocol/introduction';
import type { HeardKnock, Introductions, ReceivedReply } from './introductions';
import type { SlotNumber } from './rendezvous';

export type ArrivalState =
  | 'idle'
  | 'knocking'
  /** Heard by somebody who may let us in, or who may not. */
  | 'waiting'
  | 'waiting-for-host'
  | 'refused'
  | 'full'
  | 'locked'
  | 'closed'
  | 'password'
  | 'wrong-password'
  | 'version'
  | 'accepted';

type Refusal = Extract<ArrivalState, 'refused' | 'full' | 'locked' | 'closed' | 'password' | 'wrong-password' | 'version'>;

/** A no takes effect after so long, in milliseconds, unless somebody says yes. */
const refusalMs = 300;

export interface ArrivalRoom {
  /** Key of the password, if one was entered. */
  gate(): Uint8Array<ArrayBuffer> | undefined;
  /** In rooms known by name, whoever lets us in has to know the password. */
  readonly gateForAll: boolean;
  /** What the room's password is to be derived with. */
  keepGateSalt(salt: Uint8Array<ArrayBuffer>): void;
  /** What proves our own standing; empty for a guest, and in a named room. */
  ownProof(): readonly string[];
  /** Takes the events of an accept; whether they, with what was known, let `device` admit people. Always true in a named room. */
  trusts(device: DeviceId, tokens: readonly string[]): Promise<boolean>;
  /** What shows that devices named in the tokens were removed. */
  contradict(tokens: readonly string[]): Promise<readonly string[]>;
  /** Takes events that came without an accept. */
  learn(tokens: readonly string[]): Promise<void>;
  /** A link that was accepted, the device that it must turn out to be, and what its words are sealed to. */
  expect(link: Link, device: DeviceId, session: SessionId, sessionKey: Uint8Array<ArrayBuffer>): void;
  /** A good link to this session stands. */
  isLinked(session: SessionId): boolean;
  /** For Rendezvous. */
  heard(kind: 'presence' | 'doorbell' | 'come' | 'refusal' | 'accept'): void;
  now(): number;
}

interface Attempt {
  readonly link: Link;
  readonly madeAtMs: number;
  /** What it says, each time in the same words. */
  readonly knock: HeardKnock;
  answered: boolean;
}

export class Arrival {
  readonly #introductions: Introductions;
  readonly #room: ArrivalRoom;
  readonly #signal: AbortSignal;
  readonly #state = new State<ArrivalState>('idle');
  #attempt: Attempt | undefined;
  #knockedAtMs = -Infinity;
  #refusing: ReturnType<typeof setTimeout> | undefined;
  #preparing: Promise<Attempt | undefined> | undefined;
  #heard: { readonly session: SessionId; readonly key: Uint8Array<ArrayBuffer> } | undefined;
  /** Tokens that came ahead of an accept, by sender. */
  readonly #aheadBySession = new Map<SessionId, readonly string[]>();

  constructor(introductions: Introductions, room: ArrivalRoom, signal: AbortSignal) {
    this.#introductions = introductions;
    this.#room = room;
    this.#signal = signal;
    introductions.onReply((received) => void this.#hear(received));
    signal.addEventListener('abort', () => this.#drop(), { once: true });
  }

  get state(): Observable<ArrivalState> {
    return this.#state;
  }

  /** A knock of ours is just out, or its answer's link on the way: whoever knocks at us at the same time may be the one it reaches. */
  get pending(): boolean {
    return this.#comingIn() || (this.#attempt?.answered === false && this.#room.now() - this.#knockedAtMs < timing.knockReplyMs);
  }

  /** One attempt serves many knocks: they all say the same, so any answer will do. Nothing is knocked while a link is on its way. */
  async knock(slots: readonly SlotNumber[]): Promise<void> {
    if (this.#comingIn()) return;
    const attempt = await this.#ready();
    if (!attempt || attempt.answered || this.#signal.aborted) return;
    if (this.#state.value === 'idle' || this.#state.value === 'accepted') this.#state.set('knocking');
    this.#knockedAtMs = this.#room.now();
    await this.#introductions.knock(attempt.knock, slots);
  }

  /** Before a new round that a person asked for: what was said last no longer stands. */
  restart(): void {
    if (this.#comingIn()) return;
    this.#drop();
    this.#state.set('idle');
  }

  /** Tells whoever shows our card that it may go, if anybody does; resolves when that is said. */
  withdraw(): Promise<void> | undefined {
    if (!this.#heard || !isWaiting(this.#state.value)) return undefined;
    return this.#introductions.reply(this.#heard.session, this.#heard.key, { kind: 'withdraw' });
  }

  /** Somebody has answered, and the link is on its way. */
  #comingIn(): boolean {
    const state = this.#attempt?.answered ? this.#attempt.link.state.value.kind : undefined;
    return state === 'prepared' || state === 'opening' || state === 'waiting';
  }

  /** An offer that is fresh enough: the addresses behind an old one may be those of another network by now, and one that was answered is used up. */
  async #ready(): Promise<Attempt | undefined> {
    const attempt = this.#attempt;
    const usable = attempt && !attempt.answered && !attempt.link.signal.aborted && this.#room.now() - attempt.madeAtMs <= timing.offerFreshMs;
    if (usable) return attempt;
    this.#preparing ??= this.#prepare().finally(() => (this.#preparing = undefined));
    return this.#preparing;
  }

  async #prepare(): Promise<Attempt | undefined> {
    const link = await this.#introductions.prepareLink();
    const knock = await this.#introductions.prepareKnock(link, this.#room.gate());
    if (this.#signal.aborted) {
      link.close('leaving');
      return undefined;
    }
    if (this.#attempt && !this.#attempt.answered) this.#attempt.link.close('leaving');
    return (this.#attempt = { link, knock, madeAtMs: this.#room.now(), answered: false });
  }

  async #hear({ reply, from, senderKey, via }: ReceivedReply): Promise<void> {
    const attempt = this.#attempt;
    if (!attempt || via) return;
    if (reply.kind === 'candidates' && attempt.answered && from === this.#heard?.session) return attempt.link.addCandidates(reply.candidates);
    if (attempt.answered) return;
    switch (reply.kind) {
      case 'presence':
        return this.#wait(reply.canAdmit, from, senderKey);
      case 'doorbell':
      case 'come':
        return this.#room.heard(reply.kind);
      case 'pass':
        return this.#keepAhead(from, reply.tokens);
      case 'not-now':
        return this.#hearRefusal('refused');
      case 'password':
        this.#room.keepGateSalt(reply.salt);
        return this.#hearRefusal(reply.wrong ? 'wrong-password' : 'password');
      case 'closed':
        await this.#room.learn(this.#aheadBySession.get(from) ?? []);
        return this.#hearRefusal('closed');
      case 'full':
      case 'locked':
      case 'version':
        return this.#hearRefusal(reply.kind);
      case 'accept':
        if (reply.answers === attempt.link.credentials.ufrag) await this.#comeIn(attempt, reply, from, senderKey);
        return;
      default:
        return;
    }
  }

  #wait(canAdmit: boolean, from: SessionId, senderKey: Uint8Array<ArrayBuffer>): void {
    this.#heard = { session: from, key: senderKey };
    this.#state.set(canAdmit ? 'waiting' : 'waiting-for-host');
    this.#room.heard('presence');
    // Whoever answered doesn't know yet that we were let in before.
    void this.#introductions.showProof(from, senderKey, this.#room.ownProof());
  }

  #keepAhead(from: SessionId, tokens: readonly string[]): void {
    // Three slots, so no honest room answers from more sessions than a few.
    if (this.#aheadBySession.size >= 8) this.#aheadBySession.clear();
    const all = new Set([...(this.#aheadBySession.get(from) ?? []), ...tokens]);
    // The longest honest proof comes in a few parts.
    this.#aheadBySession.set(from, [...all].slice(-4 * limits.tokensInProof));
  }

  async #comeIn(attempt: Attempt, accept: Accept, from: SessionId, senderKey: Uint8Array<ArrayBuffer>): Promise<void> {
    const { link, knock } = attempt;
    // Elsewhere the tokens prove the right to let us in, and the password may have been taken away meanwhile.
    if (!(await this.#introductions.isSigned(accept, from, knock.transcript, this.#room.gateForAll ? this.#room.gate() : undefined))) return;
    const device = await deriveDeviceId(accept.deviceKey);
    const tokens = [...(this.#aheadBySession.get(from) ?? []), ...accept.tokens];
    // Whoever else has the link may stand at the door, but not let anybody in.
    if (!(await this.#room.trusts(device, tokens))) return this.#contradict(from, senderKey, tokens);
    if (attempt.answered || this.#attempt !== attempt || this.#room.isLinked(from)) return;
    attempt.answered = true;
    this.#aheadBySession.clear();
    this.#heard = { session: from, key: senderKey };
    if (this.#signal.aborted) return link.close('leaving');
    this.#room.expect(link, device, from, senderKey);
    this.#state.set('accepted');
    this.#room.heard('accept');
    await link.connect({ session: from, credentials: accept.credentials, candidates: accept.candidates });
    for (const batch of [link.firstCandidates(), link.laterCandidates()]) {
      const candidates = [...(await batch)];
      if (candidates.length > 0 && !link.signal.aborted) await this.#introductions.reply(from, senderKey, { kind: 'candidates', candidates });
    }
  }

  /** Somebody whose right rests on one who was removed can't know it, or it wouldn't have answered: it learns from the signed events. */
  async #contradict(from: SessionId, senderKey: Uint8Array<ArrayBuffer>, tokens: readonly string[]): Promise<void> {
    await this.#introductions.showProof(from, senderKey, await this.#room.contradict(tokens));
  }

  /**
   * Whoever has the link can say no; so a yes that comes in the same moment counts more, and a member is kept out by nothing but a full room: what ends its place
   * are signed events.
   */
  #hearRefusal(state: Refusal): void {
    const member = this.#room.ownProof().length > 0;
    if (this.#refusing !== undefined || (member && state !== 'full' && state !== 'version')) return;
    const attempt = this.#attempt;
    this.#refusing = setTimeout(() => {
      this.#refusing = undefined;
      if (attempt && attempt === this.#attempt && !attempt.answered) this.#giveUp(state);
    }, refusalMs);
  }

  #giveUp(state: Refusal): void {
    this.#drop();
    this.#state.set(state);
    this.#room.heard('refusal');
  }

  #drop(): void {
    clearTimeout(this.#refusing);
    this.#refusing = undefined;
    const attempt = this.#attempt;
    this.#attempt = undefined;
    if (attempt && !attempt.answered) attempt.link.close('leaving');
  }
}

function isWaiting(state: ArrivalState): boolean {
  return state === 'waiting' || state === 'waiting-for-host';
}
