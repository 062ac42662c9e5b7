/**
 * The door, from inside: hears knocks at the slots that this device holds, lets in who has standing, and brings the others' rings to whoever may let them in.
 *
 *     knock of a member               → accept
 *     knock of a stranger, open room  → a pass, accept
 *                          otherwise  → cards: at the hosts; when none answers within a second, at those who stand in → Accept → a pass, accept
 *     knock, while we are only a guest who holds a slot → doorbell
 *
 * Nothing of the room, and no address, leaves before somebody with the right to do so let the knocker in; then the answer to the knock carries both.
 */
import { limits, protocolVersion, timing } from '../config';
import { encodeBase64Url } from '../core/base64url';
import { equalBytes } from '../core/bytes';
import type { DeviceId, SessionId } from '../core/ids';
import type { Observable } from '../core/observable';
import { TokenBucket } from '../core/token-bucket';
import type { Link } from '../network/link';
import { deriveDeviceId } from '../protocol/invite';
import type { Knock, Reply } from '../protocol/introduction';
import { provenBy } from '../protocol/transcript';
import type { RingId, RingQueue } from './faces';
import type { HeardKnock, Introductions, PreparedAccept, ReceivedReply } from './introductions';
import type { SlotNumber } from './rendezvous';
import type { RingDesk, RingEntry } from './ring-desk';
import type { Standing } from './roster';

/** Who decides on a stranger. `us`: this device's person may. `others`: those here who may, with or without us. */
export interface Deciders {
  readonly us: boolean;
  readonly others: readonly SessionId[];
}

/** What the door needs of the room behind it. */
export interface DoorRoom {
  readonly ownDevice: DeviceId;
  now(): number;
  /** False for a guest who waits: then the door is only a doorbell. */
  isInside(): boolean;
  standing(device: DeviceId): Standing;
  /** Everybody who knows name and password, or everybody with the link, comes in without asking. */
  isOpen(): boolean;
  /** Whether rings are heard at all. */
  state(): 'open' | 'locked' | 'closed';
  /** Whether `device` finds a place; `onTheWay` counts with those who are here. */
  hasPlace(device: DeviceId, onTheWay: readonly DeviceId[]): boolean;
  /** Who decides on this stranger. `standIn`: no host has answered. */
  deciders(device: DeviceId, standIn: boolean): Deciders;
  /** Key of the room's password, if it has one. */
  gate(): Uint8Array<ArrayBuffer> | undefined;
  /** What that key is derived with, 16 bytes; the same whatever the room's link. */
  gateSalt(): Promise<Uint8Array<ArrayBuffer>>;
  /** At a link that the room no longer has: strangers hear nothing. */
  readonly membersOnly: boolean;
  /** Whether a member needs the password as well: in rooms known by name, where it is all there is. */
  readonly gateForAll: boolean;
  /** Gives the device a pass and tells everybody. Resolves to false when we may not. */
  grant(deviceKey: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** What proves the standing of these devices. */
  proof(devices: readonly DeviceId[]): readonly string[];
  /** What proves that the room has ended. */
  proofOfClosing(): readonly string[];
  /** Whether the tokens, with what is known, make `device` a member. */
  trusts(device: DeviceId, tokens: readonly string[]): Promise<boolean>;
  /** What shows that devices named in the tokens were removed. */
  contradict(tokens: readonly string[]): Promise<readonly string[]>;
  expect(link: Link, device: DeviceId, session: SessionId, sessionKey: Uint8Array<ArrayBuffer>): void;
  /** A good link to this session stands. */
  isLinked(session: SessionId): boolean;
  /** Our own knock is out, or its answer on the way. */
  isArriving(): boolean;
  answerDelayMs(slot: SlotNumber): number;
  heardKnock(): void;
  yieldSlots(): void;
  send(to: readonly SessionId[] | 'everybody', frame: DoorFrame): void;
  /** A new card is on the screen, and the bell has been quiet for a while. */
  onRing(): void;
  /** Somebody was let in by hand for whom there is no place. */
  onFull(): void;
  /** Somebody was let in by hand, and is on the way. */
  onAccept(): void;
  /** Another one answered a ring that had a card here. */
  onAnswered(name: string, by: SessionId, outcome: 'accepted' | 'refused'): void;
}

export type DoorFrame =
  | { readonly kind: 'handled' | 'ring-seen'; readonly session: SessionId }
  | { readonly kind: 'ring'; readonly knock: Knock; readonly standIn: boolean }
  | { readonly kind: 'ring-over'; readonly device: DeviceId; readonly outcome: 'accepted' | 'refused' | 'withdrawn' };

/** The answer that was given to a knock: repeated in the same words when the knock is. */
interface Answer {
  readonly device: DeviceId;
  readonly knock: HeardKnock;
  readonly made: Promise<{ readonly link: Link; readonly prepared: PreparedAccept }>;
}

/** Answers on their way to one device: an honest one reloads, a replayed knock of its must not hold the place of the next. */
const answersADevice = 2;
/** How long a neighbour's "handled" keeps this device from answering the same knocker, in milliseconds. */
const handledMs = 3_000;
/** How long this device tells nobody again of the same knocker, in milliseconds. */
const againMs = 1_000;
/** Strangers whom an open room takes in at once, and a second: each is a pass that everybody keeps. */
const openBurst = 12;
const openASecond = 0.5;

export class Door {
  readonly #introductions: Introductions;
  readonly #room: DoorRoom;
  readonly #signal: AbortSignal;
  readonly #desk: RingDesk;
  readonly #answersBySession = new Map<SessionId, Answer>();
  readonly #handledAtMs = new Map<SessionId, number>();
  /** Rings that were brought to hosts, until one of them has it on the screen. */
  readonly #unseen = new Map<SessionId, { readonly device: DeviceId; readonly timer: ReturnType<typeof setTimeout> }>();
  /** Knocks of other members while ours was out: theirs, or ours, is answered first, never both at once. */
  readonly #deferred = new Set<SessionId>();
  /** Accepted by hand a moment ago: their pass is being made. The place is theirs already. */
  readonly #welcoming = new Set<DeviceId>();
  /** Who knocked and was not let in at once, latest last. */
  readonly #knockers = new Map<SessionId, HeardKnock>();
  readonly #wrongPasswords: TokenBucket;
  readonly #opened: TokenBucket;
  #rangAtMs = -Infinity;

  /** Answers until `signal` aborts. `desk` outlives it: cards stay when the room gets a new link. */
  constructor(introductions: Introductions, room: DoorRoom, desk: RingDesk, signal: AbortSignal) {
    this.#introductions = introductions;
    this.#room = room;
    this.#desk = desk;
    this.#signal = signal;
    this.#wrongPasswords = new TokenBucket(limits.wrongPasswordsAMinute, limits.wrongPasswordsAMinute / 60, room.now());
    this.#opened = new TokenBucket(openBurst, openASecond, room.now());
    introductions.onKnock((knock, slot) => void this.#hear(knock, slot));
    introductions.onReply((received) => void this.#hearReply(received));
    const timer = setInterval(() => desk.expire(room.now()), timing.ringRepeatMs / 2);
    signal.addEventListener('abort', () => this.#stop(timer), { once: true });
  }

  get rings(): Observable<RingQueue> {
    return this.#desk.queue;
  }

  /** Devices that were let in and have no open link yet. */
  get onTheWay(): readonly DeviceId[] {
    return [...this.#welcoming, ...[...this.#answersBySession.values()].map(({ device }) => device)];
  }

  async accept(id: RingId): Promise<void> {
    const entry = this.#desk.take(id);
    if (!entry) return;
    this.#desk.forgive(entry.device);
    if (!this.#room.hasPlace(entry.device, this.onTheWay)) {
      this.#room.onFull();
      this.#tell({ kind: 'ring-over', device: entry.device, outcome: 'refused' });
      return this.#reply(entry.knock, { kind: 'full' });
    }
    await this.#welcome(entry);
  }

  async notNow(id: RingId): Promise<void> {
    const entry = this.#desk.refuse(id);
    if (!entry) return;
    this.#tell({ kind: 'ring-over', device: entry.device, outcome: 'refused' });
    await this.#reply(entry.knock, { kind: 'not-now' });
  }

  /** What a neighbour tells of knocks. */
  async hearFrame(from: SessionId, frame: DoorFrame): Promise<void> {
    switch (frame.kind) {
      case 'handled':
        return this.#noteHandled(frame.session);
      case 'ring':
        return this.#hearForwarded(from, frame.knock, frame.standIn);
      case 'ring-seen':
        // A word of anybody else could keep a ring from everybody.
        return this.#asked(frame.session).includes(from) ? this.#seen(frame.session) : undefined;
      case 'ring-over':
        return this.#over(from, frame.device, frame.outcome);
    }
  }

  async #welcome(entry: RingEntry): Promise<void> {
    this.#welcoming.add(entry.device);
    try {
      if (!(await this.#room.grant(entry.knock.deviceKey))) return;
      this.#tell({ kind: 'ring-over', device: entry.device, outcome: 'accepted' });
      this.#room.onAccept();
      await this.#letIn(entry.knock, entry.device);
    } finally {
      this.#welcoming.delete(entry.device);
    }
  }

  async #hear(knock: HeardKnock, slot: SlotNumber): Promise<void> {
    if (!this.#room.isInside()) return this.#ringDoorbell(knock);
    const delayMs = this.#room.answerDelayMs(slot);
    if (delayMs > 0) await wait(delayMs, this.#signal);
    if (this.#signal.aborted || (delayMs > 0 && this.#handledWithin(knock.session, handledMs))) return;
    const device = await deriveDeviceId(knock.deviceKey);
    // A copy of this browser profile elsewhere: two of the same can't be in one room.
    if (device === this.#room.ownDevice) return;
    // No honest knock is repeated sooner; one that a server plays again and again must not become frames to everybody.
    const again = this.#handledWithin(knock.session, againMs);
    if (!again) {
      this.#noteHandled(knock.session);
      this.#tell({ kind: 'handled', session: knock.session });
    }
    await this.#answerKnock(knock, device, again);
  }

  async #answerKnock(knock: HeardKnock, device: DeviceId, again: boolean): Promise<void> {
    const member = this.#room.standing(device) === 'member';
    if (!member && this.#room.membersOnly) return;
    if (knock.version !== protocolVersion) return this.#reply(knock, { kind: 'version', version: protocolVersion });
    const given = this.#answerTo(knock);
    if (given) return this.#repeat(given, knock);
    // It doesn't know yet which slots we hold, or knocked before our link stood: a second link would only take the place of a good one.
    if (this.#room.isLinked(knock.session)) return;
    const state = this.#room.state();
    if (state === 'closed') return this.#sayClosed(knock, member);
    if ((!member || this.#room.gateForAll) && !(await this.#passesGate(knock))) return;
    if (!this.#room.hasPlace(device, [])) return this.#sayFull(knock);
    if (member) return this.#letMemberIn(knock, device);
    if (state === 'locked') return this.#reply(knock, { kind: 'locked' });
    if (this.#room.isOpen() && this.#opened.take(this.#room.now()) && (await this.#room.grant(knock.deviceKey))) return this.#letIn(knock, device);
    await this.#ring(knock, device, again);
  }

  /** A member who was away when the room ended gets the proof of it. */
  async #sayClosed(knock: HeardKnock, member: boolean): Promise<void> {
    const tokens = member ? this.#room.proofOfClosing() : [];
    await this.#introductions.showProof(knock.session, knock.sessionKey, tokens);
    await this.#reply(knock, { kind: 'closed' });
  }

  /** True when no password is wanted, or the right one was given; else the knocker has been told. */
  async #passesGate(knock: HeardKnock): Promise<boolean> {
    const gate = this.#room.gate();
    if (!gate && (!knock.gate || !this.#room.gateForAll)) return true;
    if (gate && knock.gate && (await provenBy(gate, knock.gate, knock.transcript))) return true;
    // Without an answer there is nothing to guess by; keys are free, so the limit is the room's, not the device's.
    if (!knock.gate || this.#wrongPasswords.take(this.#room.now())) {
      await this.#reply(knock, { kind: 'password', wrong: knock.gate !== undefined, salt: await this.#room.gateSalt() });
    }
    return false;
  }

  /** Both may knock at each other at once: the smaller session's knock is the one that is answered, unless that doesn't reach anybody. */
  async #letMemberIn(knock: HeardKnock, device: DeviceId): Promise<void> {
    if (this.#room.isArriving() && this.#introductions.session < knock.session && !this.#deferred.has(knock.session)) {
      if (this.#deferred.size >= limits.ringsRemembered) this.#deferred.clear();
      this.#deferred.add(knock.session);
      return;
    }
    this.#deferred.delete(knock.session);
    await this.#letIn(knock, device);
  }

  async #ring(knock: HeardKnock, device: DeviceId, again: boolean): Promise<void> {
    this.#remember(knock);
    const first = this.#room.deciders(device, false);
    const standIns = this.#room.deciders(device, true);
    const canAdmit = first.us || first.others.length > 0 || standIns.us || standIns.others.length > 0;
    const standIn = !first.us && first.others.length === 0;
    const heard = this.#show(knock, device, standIn);
    if (heard === 'quiet') return this.#reply(knock, { kind: 'not-now' });
    if (!again) this.#forward(knock, device, standIn);
    await this.#reply(knock, { kind: 'presence', canAdmit });
  }

  /** Brings a ring to those who decide. A host that is linked may be gone all the same: when none has it on the screen within a second, those who stand in get it too. */
  #forward(knock: HeardKnock, device: DeviceId, standIn: boolean): void {
    const { us, others } = this.#room.deciders(device, standIn);
    if (others.length > 0) this.#room.send(others, { kind: 'ring', knock: withoutTranscript(knock), standIn });
    if (us || standIn || this.#unseen.has(knock.session) || this.#unseen.size >= limits.ringsRemembered) return;
    this.#unseen.set(knock.session, { device, timer: setTimeout(() => this.#escalate(knock, device), timing.ringSeenMs) });
  }

  #escalate(knock: HeardKnock, device: DeviceId): void {
    this.#unseen.delete(knock.session);
    if (this.#signal.aborted) return;
    this.#show(knock, device, true);
    this.#forward(knock, device, true);
  }

  /** Puts a card up if this device's person may decide. */
  #show(knock: HeardKnock, device: DeviceId, standIn: boolean): 'new' | 'known' | 'quiet' | 'not-ours' {
    // Its pass may have come while the knock was being looked at.
    if (!this.#room.deciders(device, standIn).us || this.#room.standing(device) === 'member') return 'not-ours';
    const heard = this.#desk.hear(knock, device, this.#room.now());
    if (heard === 'new') this.#announce();
    return heard;
  }

  async #hearForwarded(from: SessionId, knock: Knock, standIn: boolean): Promise<void> {
    const heard = await this.#introductions.check(knock);
    if (!heard || this.#signal.aborted || this.#room.state() !== 'open') return;
    const device = await deriveDeviceId(heard.deviceKey);
    if (this.#room.standing(device) === 'member' || device === this.#room.ownDevice) return;
    const shown = this.#show(heard, device, standIn);
    if (shown === 'new' || shown === 'known') this.#room.send([from], { kind: 'ring-seen', session: knock.session });
    else if (shown === 'quiet') await this.#reply(heard, { kind: 'not-now' });
  }

  #seen(session: SessionId): void {
    clearTimeout(this.#unseen.get(session)?.timer);
    this.#unseen.delete(session);
  }

  /** Those whom a ring was brought to. */
  #asked(session: SessionId): readonly SessionId[] {
    const unseen = this.#unseen.get(session);
    return unseen ? this.#room.deciders(unseen.device, false).others : [];
  }

  #over(from: SessionId, device: DeviceId, outcome: 'accepted' | 'refused' | 'withdrawn'): void {
    if (outcome !== 'withdrawn' && !this.#mayAnswer(from, device)) return;
    const entry = this.#desk.take(device as string as RingId) ?? this.#desk.takeGone(device);
    if (entry && outcome !== 'withdrawn') this.#room.onAnswered(entry.ring.name, from, outcome);
    if (entry) this.#seen(entry.knock.session);
    // Two who accept at once: the guest takes the first, and this one's link is for nothing.
    if (outcome !== 'accepted') return;
    for (const [session, answer] of this.#answersBySession) if (answer.device === device && from < this.#introductions.session) void this.#dropUnanswered(session, answer);
  }

  /** What hosts are asked is for hosts to answer; whom a stand-in lets in all the same, the pass tells of. A withdrawal that is none lasts until the next knock. */
  #mayAnswer(session: SessionId, device: DeviceId): boolean {
    const first = this.#room.deciders(device, false);
    return (first.us ? first : this.#room.deciders(device, true)).others.includes(session);
  }

  async #dropUnanswered(session: SessionId, answer: Answer): Promise<void> {
    const { link } = await answer.made;
    if (link.state.value.kind !== 'opening') return;
    this.#forget(session, answer);
    // It may be ours that the guest took: then the handshake comes, and this does nothing.
  }

  async #hearReply({ reply, from, senderKey, via }: ReceivedReply): Promise<void> {
    if (via) return;
    switch (reply.kind) {
      case 'withdraw': {
        const gone = this.#desk.withdraw(from, encodeBase64Url(senderKey));
        if (gone) this.#tell({ kind: 'ring-over', device: gone.device, outcome: 'withdrawn' });
        return;
      }
      case 'candidates': {
        const answer = this.#answersBySession.get(from);
        // Only who was let in: the session id names the certificate, and the key came with the knock.
        if (answer && equalBytes(answer.knock.sessionKey, senderKey)) await (await answer.made).link.addCandidates(reply.candidates);
        return;
      }
      case 'pass':
        return this.#hearPass(from, senderKey, reply.tokens);
      case 'doorbell':
        return this.#greetDoorbell(from, senderKey, reply.earlier);
      default:
        return;
    }
  }

  /** Somebody shows standing that we didn't know of: a returning member is let in; to one of them a doorbell gives way. */
  async #hearPass(from: SessionId, senderKey: Uint8Array<ArrayBuffer>, tokens: readonly string[]): Promise<void> {
    const knock = this.#knockers.get(from) ?? this.#answersBySession.get(from)?.knock;
    if (!knock || !equalBytes(knock.sessionKey, senderKey)) return;
    const device = await deriveDeviceId(knock.deviceKey);
    if (!(await this.#room.trusts(device, tokens))) {
      // It may rest its standing on somebody who was removed since, and is told so.
      if (this.#room.isInside()) await this.#introductions.showProof(from, senderKey, await this.#room.contradict(tokens));
      return;
    }
    if (!this.#room.isInside()) return this.#room.yieldSlots();
    // Two who let each other in would otherwise answer answers without end: a long proof goes ahead of an accept in words like these.
    if (this.#answerTo(knock)) return;
    this.#desk.take(device as string as RingId);
    this.#tell({ kind: 'ring-over', device, outcome: 'withdrawn' });
    if (this.#room.hasPlace(device, [])) await this.#letIn(knock, device);
  }

  /** We are inside, and a guest holds the slot that we knocked at: it gets our proof, and those who knocked before us learn that somebody is here. */
  async #greetDoorbell(from: SessionId, senderKey: Uint8Array<ArrayBuffer>, earlier: readonly { readonly session: SessionId; readonly sessionKey: Uint8Array<ArrayBuffer> }[]): Promise<void> {
    // Only in answer to a knock of ours: else anybody with the link could make us talk.
    if (!this.#room.isInside() || !this.#room.isArriving()) return;
    await this.#introductions.showProof(from, senderKey, this.#room.proof([this.#room.ownDevice]));
    for (const { session, sessionKey } of earlier) {
      // A key that is none belongs to nobody who could be told.
      if (session !== this.#introductions.session) await this.#introductions.reply(session, sessionKey, { kind: 'come' }).catch(() => undefined);
    }
  }

  async #ringDoorbell(knock: HeardKnock): Promise<void> {
    this.#remember(knock);
    const earlier = [...this.#knockers.values()].filter(({ session }) => session !== knock.session).map(({ session, sessionKey }) => ({ session, sessionKey }));
    await this.#reply(knock, { kind: 'doorbell', earlier: earlier.slice(-limits.doorbellKnockers) });
    this.#room.heardKnock();
  }

  #remember(knock: HeardKnock): void {
    this.#knockers.delete(knock.session);
    this.#knockers.set(knock.session, knock);
    const [oldest] = this.#knockers.keys();
    if (oldest !== undefined && this.#knockers.size > limits.ringsRemembered) this.#knockers.delete(oldest);
  }

  /** One bell for those who come together. */
  #announce(): void {
    const nowMs = this.#room.now();
    if (nowMs - this.#rangAtMs < timing.bellMs) return;
    this.#rangAtMs = nowMs;
    this.#room.onRing();
  }

  async #sayFull(knock: HeardKnock): Promise<void> {
    // It stops knocking when it hears so; its card would only mislead.
    const gone = this.#desk.withdraw(knock.session, encodeBase64Url(knock.sessionKey));
    if (gone) this.#tell({ kind: 'ring-over', device: gone.device, outcome: 'withdrawn' });
    this.#room.onFull();
    await this.#reply(knock, { kind: 'full' });
  }

  /** The very same knock, that is: its session may have been left, and taken up by somebody else. */
  #answerTo(knock: HeardKnock): Answer | undefined {
    const answer = this.#answersBySession.get(knock.session);
    return answer && equalBytes(answer.knock.transcript, knock.transcript) ? answer : undefined;
  }

  async #repeat(answer: Answer, knock: HeardKnock): Promise<void> {
    const { ahead, accept } = (await answer.made).prepared;
    for (const pass of ahead) await this.#reply(knock, pass);
    await this.#reply(knock, accept);
  }

  async #letIn(knock: HeardKnock, device: DeviceId): Promise<void> {
    // No wait between looking and writing: two copies of one knock must not make two links.
    const given = this.#answerTo(knock);
    if (given) return this.#repeat(given, knock);
    const pending = [...this.#answersBySession.values()].filter((answer) => answer.device === device);
    if (pending.length >= answersADevice || this.#answersBySession.size >= 2 * limits.peopleInRoom) return;
    const answer: Answer = { device, knock, made: this.#answer(knock, device) };
    this.#answersBySession.set(knock.session, answer);
    // One that can't be made must not keep the place, nor be waited for by the next knock.
    answer.made.catch(() => this.#forget(knock.session, answer));
    const { link } = await answer.made;
    link.signal.addEventListener('abort', () => this.#forget(knock.session, answer), { once: true });
    link.state.subscribe((state) => state.kind === 'member' && this.#forget(knock.session, answer));
    await this.#repeat(answer, knock);
    const later = await link.laterCandidates();
    if (later.length > 0 && !link.signal.aborted) await this.#reply(knock, { kind: 'candidates', candidates: [...later] });
  }

  async #answer(knock: HeardKnock, device: DeviceId): Answer['made'] {
    const link = await this.#introductions.prepareLink();
    if (this.#signal.aborted) link.close('leaving');
    this.#room.expect(link, device, knock.session, knock.sessionKey);
    await link.connect({ session: knock.session, credentials: knock.credentials, candidates: [] });
    const gate = knock.gate && this.#room.gate();
    return { link, prepared: await this.#introductions.accept(knock, link, this.#room.proof([this.#room.ownDevice, device]), gate) };
  }

  #forget(session: SessionId, answer: Answer): void {
    if (this.#answersBySession.get(session) === answer) this.#answersBySession.delete(session);
  }

  #handledWithin(session: SessionId, ms: number): boolean {
    return this.#room.now() - (this.#handledAtMs.get(session) ?? -Infinity) < ms;
  }

  #noteHandled(session: SessionId): void {
    if (this.#handledAtMs.size >= limits.ringsRemembered) this.#handledAtMs.clear();
    this.#handledAtMs.set(session, this.#room.now());
  }

  #tell(frame: DoorFrame): void {
    this.#room.send('everybody', frame);
  }

  #reply(knock: Knock, reply: Reply): Promise<void> {
    return this.#introductions.reply(knock.session, knock.sessionKey, reply);
  }

  #stop(timer: ReturnType<typeof setInterval>): void {
    clearInterval(timer);
    for (const { timer: unseen } of this.#unseen.values()) clearTimeout(unseen);
    this.#unseen.clear();
  }
}

function withoutTranscript({ transcript: _transcript, ...knock }: HeardKnock): Knock {
  return knock;
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
