/**
 * Links between members who are both linked to a third: the words of such an introduction go through that neighbour, so the signaling server carries no more of
 * them however many are in the room.
 *
 *     one      approach   its packet with addresses, sealed to the other's session key
 *     other    meet       the answer
 *
 * Mesh (mesh.ts) decides who approaches whom and when. The neighbour in between sees sealed envelopes; what it says about others is only believed as far as the
 * handshake and the admission set bear it out.
 */
import { limits } from '../config';
import { equalBytes } from '../core/bytes';
import type { DeviceId, SessionId } from '../core/ids';
import { watch, type Observable } from '../core/observable';
import { TokenBucket } from '../core/token-bucket';
import type { Link } from '../network/link';
import type { ControlFrame } from '../protocol/frames';
import type { Reply } from '../protocol/introduction';
import type { Introductions, ReceivedReply } from './introductions';
import { Mesh, type MeshPeer } from './mesh';
import type { SlotNumber } from './rendezvous';
import type { Member } from './roster';

export interface NeighbourhoodRoom {
  readonly session: SessionId;
  random(): number;
  mayLink(device: DeviceId): boolean;
  /** Whom new words are sealed through: another one after the room's link has changed. */
  introductions(): Introductions | undefined;
  members: Observable<readonly Member[]>;
  expect(link: Link, device: DeviceId): void;
}

interface Relayed {
  readonly from: SessionId;
  readonly envelope: string;
  readonly via: SessionId;
}

interface Attempt {
  readonly link: Link;
  readonly peer: MeshPeer;
  readonly via: SessionId;
}

export class Neighbourhood {
  readonly #room: NeighbourhoodRoom;
  readonly #mesh: Mesh;
  readonly #attemptsBySession = new Map<SessionId, Attempt>();
  /** What words to a session are sealed to: known from its knock, its accept, or a neighbour. */
  readonly #keysBySession = new Map<SessionId, Uint8Array<ArrayBuffer>>();
  readonly #relaysBySession = new Map<SessionId, TokenBucket>();
  #unopened: readonly Relayed[] = [];
  #linked: readonly Member[] = [];

  /** Ends with `signal`. */
  constructor(room: NeighbourhoodRoom, signal: AbortSignal) {
    this.#room = room;
    this.#mesh = new Mesh({
      session: room.session,
      setTimer(afterMs, action) {
        const timer = setTimeout(action, afterMs);
        return () => clearTimeout(timer);
      },
      random: () => room.random(),
      mayLink: (device) => room.mayLink(device),
      tell: (neighbour, peers, slots) => {
        this.#linkTo(neighbour)?.send({ kind: 'peers', peers: [...peers], slots: [...slots] });
      },
      approach: (peer, via) => void this.#approach(peer, via),
    });
    signal.addEventListener('abort', () => this.#stop(), { once: true });
    watch(room.members, signal, (members) => this.#followMembers(members));
  }

  /** Our component, for Rendezvous. */
  get neighbours(): Observable<readonly { readonly session: SessionId; readonly slots: readonly SlotNumber[] }[]> {
    return this.#mesh.neighbours;
  }

  /** Known through others, and not linked yet. */
  get connecting(): Observable<readonly MeshPeer[]> {
    return this.#mesh.connecting;
  }

  /** The session key of a peer that we are about to be linked with. */
  learn(session: SessionId, sessionKey: Uint8Array<ArrayBuffer>): void {
    if (this.#keysBySession.size >= limits.ringsRemembered) for (const known of this.#keysBySession.keys()) if (!this.#linkTo(known)) this.#keysBySession.delete(known);
    this.#keysBySession.set(session, sessionKey);
  }

  setOwnSlots(slots: readonly SlotNumber[]): void {
    this.#mesh.setOwnSlots(slots);
  }

  membershipChanged(): void {
    this.#mesh.membershipChanged();
  }

  /** Hears what comes by way of neighbours; once for each Introductions. */
  attach(introductions: Introductions): void {
    introductions.onReply((received) => void this.#hearReply(introductions, received));
  }

  /** The room has a new link: what was sealed for it before we had it is opened now, and what we said in the old one's words is said anew. */
  moveTo(introductions: Introductions): void {
    this.attach(introductions);
    const unopened = this.#unopened;
    this.#unopened = [];
    for (const { from, envelope, via } of unopened) void introductions.takeRelayed(from, envelope, via);
    for (const { link } of [...this.#attemptsBySession.values()]) if (link.state.value.kind === 'prepared') link.close('leaving');
  }

  hear(member: Member, frame: ControlFrame): void {
    if (frame.kind === 'peers') this.#mesh.heard(member.session, frame.peers, frame.slots);
    else if (frame.kind === 'relay') this.#hearRelay(member, frame);
  }

  /** Puts an envelope on the link to `via`. */
  relay(via: SessionId, to: SessionId, envelope: string): void {
    this.#linkTo(via)?.send({ kind: 'relay', to, from: this.#room.session, envelope });
  }

  #hearRelay(member: Member, { to, from, envelope }: Extract<ControlFrame, { kind: 'relay' }>): void {
    if (to === this.#room.session) void this.#open({ from, envelope, via: member.session });
    // One hop, and nobody speaks for another.
    else if (from === member.session && this.#relayed(from)) this.#linkTo(to)?.send({ kind: 'relay', to, from, envelope });
  }

  /** What one neighbour sends counts against us at the next: a handful for each of the others, and no more. */
  #relayed(from: SessionId): boolean {
    const nowMs = performance.now();
    const bucket = this.#relaysBySession.get(from) ?? new TokenBucket(relayBurst, relaysASecond, nowMs);
    this.#relaysBySession.set(from, bucket);
    return bucket.take(nowMs);
  }

  /** Whoever has moved to the room's new link before us seals by its keys: kept for the moment until we have them, too. */
  async #open(relayed: Relayed): Promise<void> {
    const opened = await this.#room.introductions()?.takeRelayed(relayed.from, relayed.envelope, relayed.via);
    if (!opened) this.#unopened = [...this.#unopened, relayed].slice(-limits.peersTold);
  }

  async #approach(peer: MeshPeer, via: SessionId): Promise<void> {
    const introductions = this.#room.introductions();
    const link = await introductions?.prepareLink().catch(() => undefined);
    if (!introductions || !link) return this.#mesh.attemptEnded(peer.session);
    this.#begin({ link, peer, via });
    const candidates = [...(await link.firstCandidates())];
    await this.#say(introductions, { link, peer, via }, { kind: 'approach', credentials: link.credentials, candidates });
    // An approach that nobody answers must end, too.
    const timer = setTimeout(() => link.state.value.kind === 'prepared' && link.close('leaving'), unansweredMs);
    link.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  async #hearReply(introductions: Introductions, received: ReceivedReply): Promise<void> {
    const { reply, from, senderKey, via } = received;
    if (!via) return;
    const attempt = this.#attemptsBySession.get(from);
    if (reply.kind === 'approach') return this.#answer(introductions, received, reply);
    if (!attempt || !equalBytes(attempt.peer.sessionKey, senderKey)) return;
    if (reply.kind === 'meet' && reply.answers === attempt.link.credentials.ufrag) {
      await attempt.link.connect({ session: from, credentials: reply.credentials, candidates: reply.candidates });
      await this.#sendLater(introductions, attempt);
    } else if (reply.kind === 'candidates') await attempt.link.addCandidates(reply.candidates);
  }

  /** Only from somebody of whom the neighbour that carries the words has told, with this very key, and who has standing: the handshake proves the rest. */
  async #answer(introductions: Introductions, { from, senderKey, via }: ReceivedReply, approach: Extract<Reply, { kind: 'approach' }>): Promise<void> {
    const peer = via && this.#mesh.toldBy(via, from);
    if (!peer || this.#linkTo(from) || !equalBytes(peer.sessionKey, senderKey) || !this.#room.mayLink(peer.device)) return;
    const own = this.#attemptsBySession.get(from);
    // Both approached at once: the smaller session's stands.
    if (own && own.link.state.value.kind === 'prepared' && this.#room.session < from) return;
    this.#mesh.approached(from);
    const link = await introductions.prepareLink().catch(() => undefined);
    if (!link) return this.#mesh.attemptEnded(from);
    const attempt: Attempt = { link, peer, via };
    this.#begin(attempt);
    await link.connect({ session: from, credentials: approach.credentials, candidates: approach.candidates });
    const candidates = [...(await link.firstCandidates())];
    await this.#say(introductions, attempt, { kind: 'meet', answers: approach.credentials.ufrag, credentials: link.credentials, candidates });
    await this.#sendLater(introductions, attempt);
  }

  /** One attempt a peer: a newer one takes the place of the older. */
  #begin(attempt: Attempt): void {
    const { link, peer } = attempt;
    const old = this.#attemptsBySession.get(peer.session);
    this.#attemptsBySession.set(peer.session, attempt);
    // What it knocked with itself, or accepted with, is surer than what a neighbour says.
    if (!this.#keysBySession.has(peer.session)) this.learn(peer.session, peer.sessionKey);
    old?.link.close('replaced');
    link.signal.addEventListener(
      'abort',
      () => {
        if (this.#attemptsBySession.get(peer.session)?.link !== link) return;
        this.#attemptsBySession.delete(peer.session);
        this.#mesh.attemptEnded(peer.session);
      },
      { once: true },
    );
    this.#room.expect(link, peer.device);
  }

  async #sendLater(introductions: Introductions, attempt: Attempt): Promise<void> {
    const later = [...(await attempt.link.laterCandidates())];
    if (later.length > 0 && !attempt.link.signal.aborted) await this.#say(introductions, attempt, { kind: 'candidates', candidates: later });
  }

  async #say(introductions: Introductions, { link, peer, via }: Attempt, reply: Reply): Promise<void> {
    // A key that a neighbour made up is no key: then there is nobody to talk to.
    await introductions.reply(peer.session, peer.sessionKey, reply, via).catch(() => link.close('leaving'));
  }

  #followMembers(members: readonly Member[]): void {
    const before = this.#linked;
    this.#linked = members;
    for (const { session } of before) {
      if (members.some((member) => member.session === session)) continue;
      this.#relaysBySession.delete(session);
      this.#mesh.unlinked(session);
    }
    for (const { session, device, name } of members) {
      const sessionKey = this.#keysBySession.get(session);
      if (!sessionKey || before.some((member) => member.session === session && member.name === name)) continue;
      this.#mesh.linked({ session, sessionKey, device, name });
    }
  }

  #linkTo(session: SessionId): Link | undefined {
    return this.#linked.find((member) => member.session === session)?.link;
  }

  #stop(): void {
    this.#mesh.stop();
    for (const { link } of [...this.#attemptsBySession.values()]) link.close('leaving');
    this.#attemptsBySession.clear();
  }
}

/** Envelopes that one neighbour has carried for it at once, and a second. */
const relayBurst = 100;
const relaysASecond = 10;
/** Two seconds for two hops and the other's first candidates, and three times as much again, in milliseconds. */
const unansweredMs = 6_000;
