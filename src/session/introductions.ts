/** The session's end of the introducer: who I am on this page, and the sealing, opening and sorting of what strangers and I say to each other. */
import { protocolVersion } from '../config';
import type { InviteCode, SessionId, SlotId } from '../core/ids';
import { State, watch, type Observable } from '../core/observable';
import { EnvelopeSealer } from '../protocol/envelope';
import { encodeIntroduction, parseKnock, parseReply, type Accept, type Knock, type Reply } from '../protocol/introduction';
import { deriveInviteCode } from '../protocol/invite';
import { deriveRoomKeys, type RoomKeys } from '../protocol/room-keys';
import { deriveSessionId, generateSessionKey, type SessionKey } from '../protocol/session-key';
import { acceptTranscript, knockTranscript, prove, sign, verify, type Transcript } from '../protocol/transcript';
import type { Delivery, Introducer } from '../network/introducer';
import type { Link } from '../network/link';
import type { SessionCertificate } from '../network/session-certificate';
import type { RoomParts } from './room-parts';

/** A reply that could only come from somebody with the link. `senderKey` is what an answer is sealed to. */
export interface ReceivedReply {
  readonly reply: Reply;
  readonly from: SessionId;
  readonly senderKey: Uint8Array<ArrayBuffer>;
}

export type HeardKnock = Knock & { readonly transcript: Transcript };

export class Introductions {
  readonly #parts: RoomParts;
  readonly #code: InviteCode;
  readonly #keys: RoomKeys;
  readonly #certificate: SessionCertificate;
  readonly #sessionKey: SessionKey;
  readonly #sealer: EnvelopeSealer;
  readonly #introducer: Introducer;
  readonly #signal: AbortSignal;
  readonly #reachable = new State(false);
  #doorHeld: Observable<boolean> | undefined;

  /** A new session: certificate, key and id are made here, and forgotten when `signal` aborts. */
  static async open(parts: RoomParts, code: InviteCode, signal: AbortSignal): Promise<Introductions> {
    const [keys, certificate, sessionKey] = await Promise.all([deriveRoomKeys(code), parts.network.createCertificate(), generateSessionKey()]);
    return new Introductions(parts, code, keys, certificate, sessionKey, signal);
  }

  private constructor(parts: RoomParts, code: InviteCode, keys: RoomKeys, certificate: SessionCertificate, sessionKey: SessionKey, signal: AbortSignal) {
    this.#parts = parts;
    this.#code = code;
    this.#keys = keys;
    this.#certificate = certificate;
    this.#sessionKey = sessionKey;
    this.#signal = signal;
    this.#sealer = new EnvelopeSealer(keys, sessionKey);
    this.#introducer = parts.network.createIntroducer(keys.tag, certificate.session, signal);
    watch(this.#introducer.reachable, signal, () => this.#refreshReachable());
  }

  get session(): SessionId {
    return this.#certificate.session;
  }

  /** Where newcomers knock. */
  get frontDoor(): SlotId {
    return this.#keys.slots[0];
  }

  /** Others can reach us: the session id is at the introducer, and so is the front door if it is ours to hold. */
  get reachable(): Observable<boolean> {
    return this.#reachable;
  }

  /** An own offer, ready to be answered. The certificate is the session's, so the session id names it. */
  async prepareLink(): Promise<Link> {
    const { identity, network } = this.#parts;
    return network.prepareLink({
      certificate: this.#certificate.certificate,
      iceServers: await network.iceServers(),
      self: { session: this.session, device: identity.deviceId, name: () => identity.profile.value.name },
    });
  }

  claimFrontDoor(): void {
    const held = this.#introducer.claim(this.frontDoor, this.#signal);
    this.#doorHeld = held;
    watch(held, this.#signal, () => this.#refreshReachable());
  }

  #refreshReachable(): void {
    this.#reachable.set(this.#introducer.reachable.value && (this.#doorHeld?.value ?? true));
  }

  /** `token`: of an earlier visit. Returns the transcript that an accept must answer. */
  async knock(link: Link, token: Uint8Array<ArrayBuffer> | undefined): Promise<Transcript> {
    const { identity } = this.#parts;
    const said = { session: this.session, sessionKey: this.#sessionKey.publicKey, deviceKey: identity.publicKey, credentials: link.credentials };
    const transcript = knockTranscript(this.#keys.tag, said);
    const [signature, proof] = await Promise.all([sign(identity.privateKey, transcript), token && prove(token, transcript)]);
    const knock: Knock = { kind: 'knock', version: protocolVersion, ...said, name: identity.profile.value.name, signature, ...(proof && { proof }) };
    const envelope = await this.#sealer.knock(encodeIntroduction(knock));
    if (!this.#signal.aborted) this.#introducer.send(this.frontDoor, envelope);
    return transcript;
  }

  /** The owner's answer, which nobody else could give. `salt` is what the link was made of, with the device's key. */
  async accept(knock: HeardKnock, link: Link, salt: Uint8Array<ArrayBuffer>, returnToken: Uint8Array<ArrayBuffer> | undefined): Promise<Accept> {
    const { identity } = this.#parts;
    const said = { deviceKey: identity.publicKey, salt, credentials: link.credentials };
    const transcript = await acceptTranscript(knock.transcript, this.session, said);
    const signature = await sign(identity.privateKey, transcript);
    const candidates = [...(await link.firstCandidates())];
    return { kind: 'accept', answers: knock.credentials.ufrag, ...said, candidates, signature, ...(returnToken && { returnToken }) };
  }

  /** Whether `accept` comes from the device that made the link, in answer to the knock of that transcript. */
  async isOwners(accept: Accept, from: SessionId, knock: Transcript): Promise<boolean> {
    if ((await deriveInviteCode(accept.deviceKey, accept.salt)) !== this.#code) return false;
    return verify(accept.deviceKey, accept.signature, await acceptTranscript(knock, from, accept));
  }

  async reply(to: SessionId, recipientKey: Uint8Array<ArrayBuffer>, reply: Reply): Promise<void> {
    const envelope = await this.#sealer.seal(recipientKey, encodeIntroduction(reply));
    if (!this.#signal.aborted) this.#introducer.send(to, envelope);
  }

  /** Knocks that are signed by the device they name, whose session id names the certificate they speak of, and is where they came from. */
  onKnock(listener: (knock: HeardKnock) => void): void {
    this.#listen(async (delivery) => {
      if (delivery.to === this.session) return;
      const opened = await this.#sealer.open(delivery.envelope);
      const knock = opened?.kind === 'knock' ? parseKnock(opened.text) : undefined;
      if (!knock || knock.session !== delivery.from) return;
      if ((await deriveSessionId(knock.credentials.fingerprint)) !== knock.session) return;
      if (!(await isPoint(knock.sessionKey))) return;
      const transcript = knockTranscript(this.#keys.tag, knock);
      if (await verify(knock.deviceKey, knock.signature, transcript)) listener({ ...knock, transcript });
    });
  }

  /** Replies sealed to this session; one that brings credentials names its sender's certificate too. */
  onReply(listener: (received: ReceivedReply) => void): void {
    this.#listen(async (delivery) => {
      if (delivery.to !== this.session) return;
      const opened = await this.#sealer.open(delivery.envelope);
      const reply = opened?.kind === 'sealed' ? parseReply(opened.text) : undefined;
      if (opened?.kind !== 'sealed' || !reply) return;
      if (reply.kind === 'accept' && (await deriveSessionId(reply.credentials.fingerprint)) !== delivery.from) return;
      listener({ reply, from: delivery.from, senderKey: opened.senderKey });
    });
  }

  #listen(handle: (delivery: Delivery) => Promise<void>): void {
    this.#introducer.listen((delivery) => {
      void handle(delivery);
    }, this.#signal);
  }
}

/** A key that isn't one would fail only when we answer. */
async function isPoint(key: Uint8Array<ArrayBuffer>): Promise<boolean> {
  return crypto.subtle.importKey('raw', key, { name: 'ECDH', namedCurve: 'P-256' }, false, []).then(
    () => true,
    () => false,
  );
}
