/**
 * The session's end of the introducer: who I am on this page, and the sealing, opening and sorting of what strangers, members and I say to each other before there
 * is a link between us. Words go through the signaling server, or through a member who is linked to both.
 */
import { limits, protocolVersion } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { SessionId, SlotId } from '../core/ids';
import { watch, type Observable } from '../core/observable';
import type { ClaimState, Delivery, Introducer } from '../network/introducer';
import type { Link } from '../network/link';
import type { SessionCertificate } from '../network/session-certificate';
import { EnvelopeSealer, SealCounter } from '../protocol/envelope';
import { encodeIntroduction, parseKnock, parseReply, type Accept, type Knock, type Reply } from '../protocol/introduction';
import type { RoomKeys } from '../protocol/room-keys';
import { deriveSessionId, generateSessionKey, type SessionKey } from '../protocol/session-key';
import { acceptTranscript, knockTranscript, prove, provenBy, sign, verify, type Transcript } from '../protocol/transcript';
import type { SlotNumber } from './rendezvous';
import type { RoomParts } from './room-parts';

/** Who this page is, for as long as it holds the room, whatever the room's link. */
export interface SessionSelf {
  readonly certificate: SessionCertificate;
  readonly sessionKey: SessionKey;
  /** Goes on from one link of the room to the next, as the session key does. */
  readonly sealed: SealCounter;
}

export async function createSessionSelf(parts: RoomParts): Promise<SessionSelf> {
  const [certificate, sessionKey] = await Promise.all([parts.network.createCertificate(), generateSessionKey()]);
  return { certificate, sessionKey, sealed: new SealCounter() };
}

/** The member that words go through; undefined: the signaling server. */
export type Carrier = SessionId | undefined;

/** A reply that could only come from somebody with the link. `senderKey` is what an answer is sealed to, `via` the way back. */
export interface ReceivedReply {
  readonly reply: Reply;
  readonly from: SessionId;
  readonly senderKey: Uint8Array<ArrayBuffer>;
  readonly via: Carrier;
}

export type HeardKnock = Knock & { readonly transcript: Transcript };

/** An accept that carries its tokens, and those that have to go ahead of it. */
export interface PreparedAccept {
  readonly ahead: readonly Extract<Reply, { kind: 'pass' }>[];
  readonly accept: Accept;
}

export interface IntroductionsOptions {
  readonly parts: RoomParts;
  readonly keys: RoomKeys;
  readonly self: SessionSelf;
  /** Puts an envelope on the link to `via`. */
  readonly relay: (via: SessionId, to: SessionId, envelope: string) => void;
}

/** Characters of a reply's JSON that fit an envelope beside its header, with room to spare. */
const replyCharacters = limits.envelopeBytes - 300;

export class Introductions {
  readonly #options: IntroductionsOptions;
  readonly #sealer: EnvelopeSealer;
  readonly #introducer: Introducer;
  readonly #signal: AbortSignal;
  readonly #replyListeners: ((received: ReceivedReply) => void)[] = [];

  /** Registers the session id at once; all of it ends with `signal`. */
  constructor(options: IntroductionsOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#sealer = new EnvelopeSealer(options.keys, options.self.sessionKey, options.self.sealed);
    this.#introducer = options.parts.network.createIntroducer(options.keys.tag, this.session, signal);
    this.#listen(async ({ from, to, envelope }) => {
      if (to === this.session) await this.#openReply(from, envelope, undefined);
    });
  }

  get session(): SessionId {
    return this.#options.self.certificate.session;
  }

  get sessionKey(): Uint8Array<ArrayBuffer> {
    return this.#options.self.sessionKey.publicKey;
  }

  /** The server holds our session id. */
  get reachable(): Observable<boolean> {
    return this.#introducer.reachable;
  }

  /** Tries to hold a slot until `signal` aborts; a claim that is taken is over. */
  claim(slot: SlotNumber, signal: AbortSignal): Observable<ClaimState> {
    return this.#introducer.claim(this.#slotId(slot), signal);
  }

  /** An own offer, ready to be answered. The certificate is the session's, so the session id names it. */
  async prepareLink(): Promise<Link> {
    const { parts, keys, self } = this.#options;
    const { identity, network } = parts;
    return network.prepareLink({
      certificate: self.certificate.certificate,
      fingerprint: self.certificate.fingerprint,
      iceServers: await network.iceServers(),
      keys: keys.handshake,
      self: { session: this.session, deviceKey: identity.publicKey, name: () => identity.profile.value.name, sign: (bytes) => sign(identity.privateKey, bytes) },
    });
  }

  /** Signs a knock for `link`. `gate`: key of the password, if one was given. */
  async prepareKnock(link: Link, gate: Uint8Array<ArrayBuffer> | undefined): Promise<HeardKnock> {
    const { identity } = this.#options.parts;
    const said = { session: this.session, sessionKey: this.sessionKey, deviceKey: identity.publicKey, credentials: link.credentials };
    const transcript = knockTranscript(this.#options.keys.tag, said);
    const [signature, proof] = await Promise.all([sign(identity.privateKey, transcript), gate && prove(gate, transcript)]);
    return { kind: 'knock', version: protocolVersion, ...said, name: identity.profile.value.name, signature, ...(proof && { gate: proof }), transcript };
  }

  async knock({ transcript: _transcript, ...knock }: HeardKnock, slots: readonly SlotNumber[]): Promise<void> {
    const text = encodeIntroduction(knock);
    // An envelope each, so that the three differ.
    const envelopes = await Promise.all(slots.map(async (slot) => ({ slot, envelope: await this.#sealer.knock(text) })));
    if (this.#signal.aborted) return;
    for (const { slot, envelope } of envelopes) this.#introducer.send(this.#slotId(slot), envelope);
  }

  /** The answer to a knock. `tokens` prove this device's right, and are the guest's own standing from now on. */
  async accept(knock: HeardKnock, link: Link, tokens: readonly string[], gate: Uint8Array<ArrayBuffer> | undefined): Promise<PreparedAccept> {
    const { identity } = this.#options.parts;
    const said = { deviceKey: identity.publicKey, credentials: link.credentials };
    const transcript = await acceptTranscript(knock.transcript, this.session, said);
    const [signature, proof, candidates] = await Promise.all([sign(identity.privateKey, transcript), gate && prove(gate, transcript), link.firstCandidates()]);
    const accept: Accept = { kind: 'accept', answers: knock.credentials.ufrag, ...said, tokens: [...tokens], candidates: [...candidates], signature, ...(proof && { gate: proof }) };
    if (encodeIntroduction(accept).length <= replyCharacters) return { ahead: [], accept };
    return { ahead: inPasses(tokens), accept: { ...accept, tokens: [] } };
  }

  /** Shows what proves our standing; nothing, if there is nothing. */
  async showProof(to: SessionId, recipientKey: Uint8Array<ArrayBuffer>, tokens: readonly string[]): Promise<void> {
    for (const pass of inPasses(tokens)) await this.reply(to, recipientKey, pass);
  }

  /** Whether the accept is signed by the device that it names, in answer to the knock of that transcript, and by one who knows the password if we gave one. What the device may do, its tokens tell. */
  async isSigned(accept: Accept, from: SessionId, knock: Transcript, gate: Uint8Array<ArrayBuffer> | undefined): Promise<boolean> {
    const transcript = await acceptTranscript(knock, from, accept);
    if (gate && !(accept.gate && (await provenBy(gate, accept.gate, transcript)))) return false;
    return verify(accept.deviceKey, accept.signature, transcript);
  }

  async reply(to: SessionId, recipientKey: Uint8Array<ArrayBuffer>, reply: Reply, via?: Carrier): Promise<void> {
    const envelope = await this.#sealer.seal(recipientKey, encodeIntroduction(reply));
    if (this.#signal.aborted) return;
    if (via) this.#options.relay(via, to, encodeBase64Url(envelope));
    else this.#introducer.send(to, envelope);
  }

  /** Checked as `onKnock` checks those from the server: a knock that a neighbour passed on. */
  async check(knock: Knock): Promise<HeardKnock | undefined> {
    if ((await deriveSessionId(knock.credentials.fingerprint)) !== knock.session) return undefined;
    if (!(await isPoint(knock.sessionKey))) return undefined;
    const transcript = knockTranscript(this.#options.keys.tag, knock);
    return (await verify(knock.deviceKey, knock.signature, transcript)) ? { ...knock, transcript } : undefined;
  }

  /** Knocks at our slots that are signed by the device they name, whose session id names the certificate they speak of, and is where they came from. */
  onKnock(listener: (knock: HeardKnock, slot: SlotNumber) => void): void {
    this.#listen(async (delivery) => {
      const slot = this.#options.keys.slots.indexOf(delivery.to as SlotId);
      if (!isSlotNumber(slot)) return;
      const opened = await this.#sealer.open(delivery.envelope);
      const knock = opened?.kind === 'knock' ? parseKnock(opened.text) : undefined;
      // Our own comes back when we hold a slot that we knock at.
      if (!knock || knock.session !== delivery.from || knock.session === this.session) return;
      const heard = await this.check(knock);
      if (heard) listener(heard, slot);
    });
  }

  /** Replies sealed to this session; one that brings credentials names its sender's certificate too. */
  onReply(listener: (received: ReceivedReply) => void): void {
    this.#replyListeners.push(listener);
  }

  /** An envelope for us that a neighbour carried. False when it is sealed by another link's keys, or by none. */
  async takeRelayed(from: SessionId, envelope: string, via: SessionId): Promise<boolean> {
    const bytes = decodeBase64Url(envelope);
    return bytes !== undefined && (await this.#openReply(from, bytes, via));
  }

  /** True when it could be opened, whatever was in it. */
  async #openReply(from: SessionId, envelope: Uint8Array<ArrayBuffer>, via: Carrier): Promise<boolean> {
    const opened = await this.#sealer.open(envelope);
    if (opened?.kind !== 'sealed') return false;
    const reply = parseReply(opened.text);
    const honest = reply && (!('credentials' in reply) || (await deriveSessionId(reply.credentials.fingerprint)) === from);
    if (honest && !this.#signal.aborted) for (const listener of this.#replyListeners) listener({ reply, from, senderKey: opened.senderKey, via });
    return true;
  }

  #slotId(slot: SlotNumber): SlotId {
    return this.#options.keys.slots[slot];
  }

  #listen(handle: (delivery: Delivery) => Promise<void>): void {
    this.#introducer.listen((delivery) => {
      void handle(delivery);
    }, this.#signal);
  }
}

/** Follows the claim of a slot: what `Rendezvous.slotChanged` wants to hear. */
export function followClaim(state: Observable<ClaimState>, signal: AbortSignal, changed: (state: 'held' | 'taken' | 'lost') => void): void {
  let held = false;
  watch(state, signal, (now) => {
    if (now === 'trying' && held) changed('lost');
    else if (now !== 'trying') changed(now);
    held = now === 'held';
  });
}

function isSlotNumber(index: number): index is SlotNumber {
  return index === 0 || index === 1 || index === 2;
}

/** As many as it takes: where members let members in, a proof may be longer than an envelope. The order stays, so each is worth something by itself. */
function inPasses(tokens: readonly string[]): readonly Extract<Reply, { kind: 'pass' }>[] {
  const batches: string[][] = [];
  let characters = Infinity;
  for (const token of tokens) {
    characters += token.length + 3;
    if (characters > replyCharacters) {
      batches.push([]);
      characters = token.length;
    }
    batches.at(-1)?.push(token);
  }
  return batches.map((batch) => ({ kind: 'pass', tokens: batch }));
}

/** A key that isn't one would fail only when we answer. */
async function isPoint(key: Uint8Array<ArrayBuffer>): Promise<boolean> {
  return crypto.subtle.importKey('raw', key, { name: 'ECDH', namedCurve: 'P-256' }, false, []).then(
    () => true,
    () => false,
  );
}
