/**
 * The owner's side of the door: hears knocks at the slot, shows rings, lets people in, and lets those come back who were in before.
 *
 * Nothing of the room, and no address, leaves before somebody pressed Accept; then the answer to the knock carries both.
 */
import { limits, protocolVersion, timing } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { DeviceId, SessionId } from '../core/ids';
import type { Observable } from '../core/observable';
import type { Link } from '../network/link';
import { deriveDeviceId } from '../protocol/invite';
import { verifyReturn, type Accept, type Knock, type Reply } from '../protocol/introduction';
import type { ReturnGrant } from '../storage/room-store';
import type { RingId, RingQueue } from './faces';
import type { Introductions, ReceivedReply } from './introductions';
import { RingDesk } from './ring-desk';
import type { Roster } from './roster';

/** What the reception needs of the room behind it. */
export interface ReceptionRoom {
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly roster: Roster;
  grants(): Promise<readonly ReturnGrant[]>;
  saveGrant(grant: ReturnGrant): Promise<void>;
  now(): number;
  /** A new card is on the screen. */
  onRing(): void;
  /** Somebody was let in by hand, and is on the way. */
  onAccept(name: string): void;
}

/** The answer that was given to a knock: repeated in the same words when the knock is. */
interface Answer {
  readonly ufrag: string;
  /** The guest's session key: what else it says must be sealed by the same. */
  readonly guestKey: string;
  readonly made: Promise<{ readonly link: Link; readonly accept: Accept }>;
}

export class Reception {
  readonly #introductions: Introductions;
  readonly #room: ReceptionRoom;
  readonly #desk = new RingDesk();
  readonly #answersBySession = new Map<SessionId, Answer>();

  /** Claims the slot, and answers until `signal` aborts. */
  constructor(introductions: Introductions, room: ReceptionRoom, signal: AbortSignal) {
    this.#introductions = introductions;
    this.#room = room;
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
    if (this.#isFull(entry.device)) return this.#reply(entry.knock, { kind: 'full' });
    const grants = await this.#room.grants();
    // Whoever is let in first may read what was written while waiting for them; later ones see what is said from now on.
    const sinceMs = grants.length === 0 ? 0 : this.#room.now();
    const token = encodeBase64Url(crypto.getRandomValues(new Uint8Array(16)));
    const grant: ReturnGrant = grants.find(({ deviceId }) => deviceId === entry.device) ?? { deviceId: entry.device, token, sinceMs };
    await this.#room.saveGrant(grant);
    this.#room.onAccept(entry.ring.name);
    await this.#letIn(entry.knock, grant);
  }

  async notNow(id: RingId): Promise<void> {
    const entry = this.#desk.refuse(id);
    if (entry) await this.#reply(entry.knock, { kind: 'not-now' });
  }

  async #hear(knock: Knock): Promise<void> {
    if (knock.version !== protocolVersion) return this.#reply(knock, { kind: 'version', version: protocolVersion });
    const device = await deriveDeviceId(knock.deviceKey);
    if (this.#answersBySession.get(knock.session)?.ufrag === knock.credentials.ufrag) return this.#repeatAnswer(knock);
    if (this.#isFull(device)) return this.#reply(knock, { kind: 'full' });
    const grant = await this.#grantOf(device, knock);
    if (grant) return this.#letIn(knock, grant);
    const heard = this.#desk.hear(knock, device, this.#room.now());
    if (heard === 'new') this.#room.onRing();
    await this.#reply(knock, { kind: heard === 'quiet' ? 'not-now' : 'presence' });
  }

  async #hearReply({ reply, from, senderKey }: ReceivedReply): Promise<void> {
    if (reply.kind === 'withdraw') this.#desk.withdraw(from);
    if (reply.kind !== 'candidates') return;
    const answer = this.#answersBySession.get(from);
    // Only who was let in: the session id names the certificate, and the key came with the knock.
    if (answer?.guestKey === senderKey.join()) await (await answer.made).link.addCandidates(reply.candidates);
  }

  async #repeatAnswer(knock: Knock): Promise<void> {
    const answer = this.#answersBySession.get(knock.session);
    if (answer) await this.#reply(knock, (await answer.made).accept);
  }

  async #letIn(knock: Knock, grant: ReturnGrant): Promise<void> {
    const { ufrag } = knock.credentials;
    // No wait between looking and writing: two copies of one knock must not make two links.
    if (this.#answersBySession.get(knock.session)?.ufrag === ufrag) return this.#repeatAnswer(knock);
    const answer: Answer = { ufrag, guestKey: knock.sessionKey.join(), made: this.#answer(knock, grant) };
    this.#answersBySession.set(knock.session, answer);
    const { link, accept } = await answer.made;
    link.signal.addEventListener('abort', () => this.#forget(knock.session, answer), { once: true });
    await this.#reply(knock, accept);
    const later = await link.laterCandidates();
    if (later.length > 0 && !link.signal.aborted) await this.#reply(knock, { kind: 'candidates', candidates: [...later] });
  }

  async #answer(knock: Knock, grant: ReturnGrant): Answer['made'] {
    const link = await this.#introductions.prepareLink();
    this.#room.roster.expect(link, grant.deviceId, grant.sinceMs);
    await link.connect({ session: knock.session, credentials: knock.credentials, candidates: [] });
    const accept: Accept = {
      kind: 'accept',
      answers: knock.credentials.ufrag,
      deviceKey: this.#room.publicKey,
      credentials: link.credentials,
      candidates: [...(await link.firstCandidates())],
      returnToken: tokenBytes(grant),
    };
    return { link, accept };
  }

  #forget(session: SessionId, answer: Answer): void {
    if (this.#answersBySession.get(session) === answer) this.#answersBySession.delete(session);
  }

  async #grantOf(device: DeviceId, knock: Knock): Promise<ReturnGrant | undefined> {
    if (!knock.proof) return undefined;
    const grant = (await this.#room.grants()).find(({ deviceId }) => deviceId === device);
    return grant && (await verifyReturn(tokenBytes(grant), knock)) ? grant : undefined;
  }

  /** A device that is in already doesn't need another place. */
  #isFull(device: DeviceId): boolean {
    const people = this.#room.roster.people.value;
    return people.length >= limits.peopleInRoom - 1 && !people.some(({ id }) => id === device);
  }

  #reply(knock: Knock, reply: Reply): Promise<void> {
    return this.#introductions.reply(knock.session, knock.sessionKey, reply);
  }
}

function tokenBytes(grant: ReturnGrant): Uint8Array<ArrayBuffer> {
  return decodeBase64Url(grant.token) ?? new Uint8Array(16);
}
