/**
 * The owner's side of the door: hears knocks at the slot, shows rings, lets people in, and lets those come back who were in before.
 *
 * Nothing of the room, and no address, leaves before somebody pressed Accept; then the answer to the knock carries both.
 */
import { limits, protocolVersion, timing } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import { equalBytes } from '../core/bytes';
import type { DeviceId, SessionId } from '../core/ids';
import type { Observable } from '../core/observable';
import type { Link } from '../network/link';
import { deriveDeviceId } from '../protocol/invite';
import type { Accept, Knock, Reply } from '../protocol/introduction';
import { provenBy, type Transcript } from '../protocol/transcript';
import type { ReturnGrant } from '../storage/room-store';
import type { RingId, RingQueue } from './faces';
import type { HeardKnock, Introductions, ReceivedReply } from './introductions';
import { RingDesk, type RingEntry } from './ring-desk';
import type { Roster } from './roster';

/** What the reception needs of the room behind it. */
export interface ReceptionRoom {
  readonly deviceId: DeviceId;
  /** What the link was made of, with the device's key. */
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly roster: Roster;
  grants(): Promise<readonly ReturnGrant[]>;
  saveGrant(grant: ReturnGrant): Promise<void>;
  now(): number;
  /** A new card is on the screen, and the bell has been quiet for a while. */
  onRing(): void;
  /** Somebody was let in by hand for whom there is no place. */
  onFull(): void;
  /** Somebody was let in by hand, and is on the way. */
  onAccept(name: string): void;
}

/** The answer that was given to a knock: repeated in the same words when the knock is. */
interface Answer {
  readonly device: DeviceId;
  readonly transcript: Transcript;
  /** The guest's session key: what else it says must be sealed by the same. */
  readonly guestKey: string;
  readonly made: Promise<{ readonly link: Link; readonly accept: Accept }>;
}

export class Reception {
  readonly #introductions: Introductions;
  readonly #room: ReceptionRoom;
  readonly #signal: AbortSignal;
  readonly #desk = new RingDesk();
  readonly #answersBySession = new Map<SessionId, Answer>();

  readonly #onTheWay = new Set<DeviceId>();
  #rangAtMs = -Infinity;

  /** Claims the slot, and answers until `signal` aborts. */
  constructor(introductions: Introductions, room: ReceptionRoom, signal: AbortSignal) {
    this.#introductions = introductions;
    this.#room = room;
    this.#signal = signal;
    introductions.onKnock((knock) => void this.#hear(knock));
    introductions.onReply((received) => void this.#hearReply(received));
    introductions.claimFrontDoor();
    const timer = setInterval(() => this.#desk.expire(room.now()), timing.ringRepeatMs / 2);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  get rings(): Observable<RingQueue> {
    return this.#desk.queue;
  }

  async accept(id: RingId): Promise<void> {
    const entry = this.#desk.take(id);
    if (!entry) return;
    this.#desk.forgive(entry.device);
    if (!this.#hasPlace(entry.device)) {
      this.#room.onFull();
      return this.#reply(entry.knock, { kind: 'full' });
    }
    // From here on the place is taken, though others may be let in before this one arrives.
    this.#onTheWay.add(entry.device);
    try {
      await this.#welcome(entry);
    } finally {
      this.#onTheWay.delete(entry.device);
    }
  }

  async #welcome(entry: RingEntry): Promise<void> {
    const grants = await this.#room.grants();
    const returnToken = crypto.getRandomValues(new Uint8Array(16));
    const grant: ReturnGrant = { deviceId: entry.device, token: encodeBase64Url(returnToken), sinceMs: this.#sinceMs(entry.device, grants) };
    await this.#room.saveGrant(grant);
    this.#room.onAccept(entry.ring.name);
    await this.#letIn(entry.knock, grant, returnToken);
  }

  /** Whoever is let in first may read what was written while waiting for them; later ones see what is said from now on; who was in before, from then on. */
  #sinceMs(device: DeviceId, grants: readonly ReturnGrant[]): number {
    if (grants.length === 0) return 0;
    return grants.find(({ deviceId }) => deviceId === device)?.sinceMs ?? this.#room.now();
  }

  async notNow(id: RingId): Promise<void> {
    const entry = this.#desk.refuse(id);
    if (entry) await this.#reply(entry.knock, { kind: 'not-now' });
  }

  async #hear(knock: HeardKnock): Promise<void> {
    if (knock.version !== protocolVersion) return this.#reply(knock, { kind: 'version', version: protocolVersion });
    const device = await deriveDeviceId(knock.deviceKey);
    // A copy of this browser profile elsewhere: two of the same can't be in one room.
    if (device === this.#room.deviceId) return;
    const given = this.#answerTo(knock);
    if (given) return this.#repeat(given, knock);
    if (!this.#hasPlace(device, false)) {
      // It stops knocking when it hears so; its card would only mislead.
      this.#desk.withdraw(knock.session, encodeBase64Url(knock.sessionKey));
      return this.#reply(knock, { kind: 'full' });
    }
    const grant = await this.#grantOf(device, knock);
    if (grant && this.#hasPlace(device)) return this.#letIn(knock, grant);
    const heard = this.#desk.hear(knock, device, this.#room.now());
    if (heard === 'new') this.#announce();
    await this.#reply(knock, { kind: heard === 'quiet' ? 'not-now' : 'presence' });
  }

  async #hearReply({ reply, from, senderKey }: ReceivedReply): Promise<void> {
    const guestKey = encodeBase64Url(senderKey);
    if (reply.kind === 'withdraw') this.#desk.withdraw(from, guestKey);
    if (reply.kind !== 'candidates') return;
    const answer = this.#answersBySession.get(from);
    // Only who was let in: the session id names the certificate, and the key came with the knock.
    if (answer?.guestKey === guestKey) await (await answer.made).link.addCandidates(reply.candidates);
  }

  /** One bell for those who come together. */
  #announce(): void {
    const nowMs = this.#room.now();
    if (nowMs - this.#rangAtMs < timing.bellMs) return;
    this.#rangAtMs = nowMs;
    this.#room.onRing();
  }

  /** The very same knock, that is: its session may have been left, and taken up by somebody else. */
  #answerTo(knock: HeardKnock): Answer | undefined {
    const answer = this.#answersBySession.get(knock.session);
    return answer && equalBytes(answer.transcript, knock.transcript) ? answer : undefined;
  }

  async #repeat(answer: Answer, knock: HeardKnock): Promise<void> {
    await this.#reply(knock, (await answer.made).accept);
  }

  /** `returnToken`: a new one to hand over. */
  async #letIn(knock: HeardKnock, grant: ReturnGrant, returnToken?: Uint8Array<ArrayBuffer>): Promise<void> {
    // No wait between looking and writing: two copies of one knock must not make two links.
    const given = this.#answerTo(knock);
    if (given) return this.#repeat(given, knock);
    const answer: Answer = { device: grant.deviceId, transcript: knock.transcript, guestKey: encodeBase64Url(knock.sessionKey), made: this.#answer(knock, grant, returnToken) };
    this.#answersBySession.set(knock.session, answer);
    // One that can't be made must not keep the place, nor be waited for by the next knock.
    answer.made.catch(() => this.#forget(knock.session, answer));
    const { link, accept } = await answer.made;
    link.signal.addEventListener('abort', () => this.#forget(knock.session, answer), { once: true });
    await this.#reply(knock, accept);
    const later = await link.laterCandidates();
    if (later.length > 0 && !link.signal.aborted) await this.#reply(knock, { kind: 'candidates', candidates: [...later] });
  }

  async #answer(knock: HeardKnock, grant: ReturnGrant, returnToken: Uint8Array<ArrayBuffer> | undefined): Answer['made'] {
    const link = await this.#introductions.prepareLink();
    if (this.#signal.aborted) link.close('leaving');
    this.#room.roster.expect(link, grant.deviceId, grant.sinceMs);
    await link.connect({ session: knock.session, credentials: knock.credentials, candidates: [] });
    return { link, accept: await this.#introductions.accept(knock, link, this.#room.salt, returnToken) };
  }

  #forget(session: SessionId, answer: Answer): void {
    if (this.#answersBySession.get(session) === answer) this.#answersBySession.delete(session);
  }

  async #grantOf(device: DeviceId, knock: HeardKnock): Promise<ReturnGrant | undefined> {
    const grant = knock.proof && (await this.#room.grants()).find(({ deviceId }) => deviceId === device);
    const token = grant && decodeBase64Url(grant.token);
    return knock.proof && token?.length && (await provenBy(token, knock.proof, knock.transcript)) ? grant : undefined;
  }

  /** Whether one more may come in; a device that is in already needs no other place. Who is only on the way may never arrive, so that is no reason to send others away. */
  #hasPlace(device: DeviceId, countThoseOnTheWay = true): boolean {
    const others = new Set(this.#room.roster.people.value.map(({ id }) => id));
    if (countThoseOnTheWay) for (const id of [...this.#onTheWay, ...[...this.#answersBySession.values()].map((answer) => answer.device)]) others.add(id);
    others.delete(device);
    return others.size < limits.peopleInRoom - 1;
  }

  #reply(knock: Knock, reply: Reply): Promise<void> {
    return this.#introductions.reply(knock.session, knock.sessionKey, reply);
  }
}
