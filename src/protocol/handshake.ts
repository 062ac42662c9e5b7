/**
 * The first words on a new link, on the control channel, before anything else is parsed. A is the smaller session id.
 *
 *     both     hello    version, device key, and a commitment to a nonce
 *     both     reveal   the nonce, once the other's commitment is held
 *     both     proof    signature by the device key and MAC under the room's key, over the transcript of both sides; and the name
 *     either   refuse   why not, instead of any of these
 *
 *     commitment = SHA-256("mindmeet/commit/1" ‖ session ‖ device key ‖ nonce)
 *     transcript = "mindmeet/handshake/1" ‖ tag ‖ session A ‖ session B ‖ device key A ‖ device key B ‖ nonce A ‖ nonce B ‖ fingerprint A ‖ fingerprint B
 *     signature  = ES256("mindmeet/handshake/sign/1" ‖ "A" or "B" ‖ SHA-256(transcript))
 *     mac        = HMAC-SHA-256(the sender's direction key, SHA-256(transcript) ‖ signature)
 *     code       = first 42 bits of SHA-256("mindmeet/code/1" ‖ SHA-256(transcript)), seven numbers of six bits
 *
 * The fingerprints are those of the two DTLS certificates as each side sees them, so a third who stands between two DTLS connections has two transcripts.
 * Nobody can choose a nonce after seeing the other's, so nobody can try until two codes look alike.
 */
import * as v from 'valibot';
import { protocolVersion } from '../config';
import { concatBytes, equalBytes } from '../core/bytes';
import type { DeviceId, RoomTag, SessionId } from '../core/ids';
import { deriveDeviceId } from './invite';
import { isActiveSide } from './packet';
import { bytesSchema, nameSchema, parseJson, toJson } from './schema';
import { deriveSessionId } from './session-key';
import { verify } from './transcript';

/** HMAC-SHA-256 keys, one a direction, from the room's secret (room-keys.ts). */
export interface HandshakeKeys {
  readonly tag: RoomTag;
  readonly fromSmaller: CryptoKey;
  readonly fromLarger: CryptoKey;
}

/** Who is at the other end, proven. */
export interface PeerIdentity {
  readonly session: SessionId;
  readonly device: DeviceId;
  /** 65-byte uncompressed P-256 point. */
  readonly deviceKey: Uint8Array<ArrayBuffer>;
  readonly name: string;
  /** Seven numbers, 0 to 63. */
  readonly code: readonly number[];
}

/**
 * version: another protocol. key: the MAC is wrong, the peer has another room's key or password. identity: the signature is wrong, or the device isn't the one
 * expected. fingerprint: the session or the transcript names another certificate than the connection shows. malformed: anything that isn't the handshake.
 */
export type RefusalReason = 'version' | 'key' | 'identity' | 'fingerprint' | 'malformed';

/** Who this side is: its session, its device's public key, what it is called, and ES256 by the device key. */
export interface HandshakeSelf {
  readonly session: SessionId;
  readonly deviceKey: Uint8Array<ArrayBuffer>;
  readonly name: () => string;
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

export interface HandshakeOptions {
  readonly keys: HandshakeKeys;
  readonly self: HandshakeSelf;
  /** SHA-256 of the own DTLS certificate, 32 bytes. */
  readonly fingerprint: Uint8Array<ArrayBuffer>;
  /** The session that was introduced. */
  readonly remoteSession: SessionId;
  /** SHA-256 of the certificate that the connection shows; undefined when that is another than its description names. */
  readonly remoteFingerprint: Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** 32 random bytes; given in tests alone. */
  readonly nonce?: Uint8Array<ArrayBuffer>;
}

/** What to do next. After `through` and `refused` there is nothing more to do; who refuses tells the other (`encodeRefusal`). */
export type Step =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'through'; readonly peer: PeerIdentity }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly by: 'us' | 'them' };

/** Bytes of one frame of the handshake; an honest one has 400 at most. */
export const handshakeFrameBytes = 2_048;

const nonceBytes = 32;

const refusalReasons = ['version', 'key', 'identity', 'fingerprint', 'malformed'] as const satisfies readonly RefusalReason[];

/** All that every version must understand of a hello. */
const anyHelloSchema = v.object({ kind: v.literal('hello'), version: v.pipe(v.number(), v.integer()) });

const frameSchema = v.variant('kind', [
  v.object({ kind: v.literal('hello'), version: v.literal(protocolVersion), deviceKey: bytesSchema(65), commitment: bytesSchema(32) }),
  v.object({ kind: v.literal('reveal'), nonce: bytesSchema(nonceBytes) }),
  v.object({ kind: v.literal('proof'), signature: bytesSchema(64), mac: bytesSchema(32), name: nameSchema }),
  v.object({ kind: v.literal('refuse'), reason: v.picklist(refusalReasons) }),
]);

type HandshakeFrame = v.InferOutput<typeof frameSchema>;
type Hello = Extract<HandshakeFrame, { kind: 'hello' }>;
type Reveal = Extract<HandshakeFrame, { kind: 'reveal' }>;
type Proof = Extract<HandshakeFrame, { kind: 'proof' }>;

/** In the order in which they must come. */
const order = ['hello', 'reveal', 'proof'] as const;

const utf8 = new TextEncoder();

/** One side of one handshake. It has no socket: texts go in, and what to say comes out. */
export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #nonce: Uint8Array<ArrayBuffer>;
  /** Frames of the other side that were taken, in whatever state of being checked. */
  #taken = 0;
  #hello: Hello | undefined;
  #transcriptHash: Uint8Array<ArrayBuffer> | undefined;
  // Each frame is answered when the one before it was: WebCrypto keeps no order.
  #last: Promise<Step>;
  /** The first words, or why there is nothing to say to this peer. Needn't wait for the other's. */
  readonly opening: Promise<Step>;

  /** Begins at once. */
  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.#nonce = options.nonce ?? crypto.getRandomValues(new Uint8Array(nonceBytes));
    this.opening = this.#open();
    this.#last = this.opening;
  }

  /** All frames of the other side are here, though the last may still be checked: what comes now is none of the handshake's. */
  get complete(): boolean {
    return this.#taken === order.length;
  }

  /** Takes the other side's next text. Never rejects because of what it says; after a refusal each further one gives the same. */
  receive(text: string): Promise<Step> {
    // Read at once, so that order is that of arrival; answered in turn.
    const frame = readFrame(text, order[this.#taken]);
    if (typeof frame !== 'string') this.#taken += 1;
    this.#last = this.#last.then((before) => (before.kind === 'refused' ? before : this.#answer(frame)));
    return this.#last;
  }

  async #open(): Promise<Step> {
    const { self, remoteSession, remoteFingerprint } = this.#options;
    if (remoteSession === self.session) return refused('identity');
    const shown = await remoteFingerprint;
    if (!shown || (await deriveSessionId(shown)) !== remoteSession) return refused('fingerprint');
    const commitment = await commit(self.session, self.deviceKey, this.#nonce);
    return say({ kind: 'hello', version: protocolVersion, deviceKey: self.deviceKey, commitment });
  }

  async #answer(frame: HandshakeFrame | RefusalReason): Promise<Step> {
    if (typeof frame === 'string') return refused(frame);
    switch (frame.kind) {
      case 'hello':
        return this.#reveal(frame);
      case 'reveal':
        return this.#prove(frame);
      case 'proof':
        return this.#conclude(frame);
      case 'refuse':
        return { kind: 'refused', reason: frame.reason, by: 'them' };
    }
  }

  #reveal(hello: Hello): Step {
    // Whoever sends our own words back to us has none of its own.
    if (equalBytes(hello.deviceKey, this.#options.self.deviceKey)) return refused('identity');
    this.#hello = hello;
    return say({ kind: 'reveal', nonce: this.#nonce });
  }

  async #prove({ nonce }: Reveal): Promise<Step> {
    const { keys, self, fingerprint, remoteSession, remoteFingerprint } = this.#options;
    const [hello, shown] = [this.#hello, await remoteFingerprint];
    if (!hello || !shown) return refused('malformed');
    if (!equalBytes(hello.commitment, await commit(remoteSession, hello.deviceKey, nonce))) return refused('malformed');
    const own: HandshakeSide = { session: self.session, deviceKey: self.deviceKey, nonce: this.#nonce, fingerprint };
    const other: HandshakeSide = { session: remoteSession, deviceKey: hello.deviceKey, nonce, fingerprint: shown };
    const [a, b] = this.#isA ? [own, other] : [other, own];
    const hash = await sha256(handshakeTranscript(keys.tag, a, b));
    this.#transcriptHash = hash;
    const signature = await self.sign(signedBytes(this.#isA ? 'A' : 'B', hash));
    const mac = await authenticate(this.#isA ? keys.fromSmaller : keys.fromLarger, hash, signature);
    return say({ kind: 'proof', signature, mac, name: self.name() });
  }

  async #conclude({ signature, mac, name }: Proof): Promise<Step> {
    const { keys, remoteSession } = this.#options;
    const [hello, hash] = [this.#hello, this.#transcriptHash];
    if (!hello || !hash) return refused('malformed');
    const theirs = this.#isA ? keys.fromLarger : keys.fromSmaller;
    if (!(await crypto.subtle.verify('HMAC', theirs, mac, concatBytes(hash, signature)))) return refused('key');
    if (!(await verify(hello.deviceKey, signature, signedBytes(this.#isA ? 'B' : 'A', hash)))) return refused('identity');
    const [device, code] = await Promise.all([deriveDeviceId(hello.deviceKey), codeOf(hash)]);
    return { kind: 'through', peer: { session: remoteSession, device, deviceKey: hello.deviceKey, name, code } };
  }

  get #isA(): boolean {
    return isActiveSide(this.#options.self.session, this.#options.remoteSession);
  }
}

/** What one side brings into the transcript. */
export interface HandshakeSide {
  readonly session: SessionId;
  readonly deviceKey: Uint8Array;
  readonly nonce: Uint8Array;
  readonly fingerprint: Uint8Array;
}

/** `a` is the side with the smaller session id. All fields have fixed lengths, so none runs into the next. */
export function handshakeTranscript(tag: RoomTag, a: HandshakeSide, b: HandshakeSide): Uint8Array<ArrayBuffer> {
  return concatBytes(
    utf8.encode(`mindmeet/handshake/1${tag}${a.session}${b.session}`),
    ...[a.deviceKey, b.deviceKey, a.nonce, b.nonce, a.fingerprint, b.fingerprint],
  );
}

/** Binds a side to its nonce before it has seen the other's. 32 bytes. */
export function commit(session: SessionId, deviceKey: Uint8Array, nonce: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(concatBytes(utf8.encode(`mindmeet/commit/1${session}`), deviceKey, nonce));
}

/** What the device key of side A or B signs. */
export function signedBytes(side: 'A' | 'B', transcriptHash: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(utf8.encode(`mindmeet/handshake/sign/1${side}`), transcriptHash);
}

/** Shows that the sender has the room's key, and the password if there is one. 32 bytes. */
export async function authenticate(key: CryptoKey, transcriptHash: Uint8Array, signature: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, concatBytes(transcriptHash, signature)));
}

/** Seven numbers of six bits, for people to compare. `transcriptHash`: SHA-256 of the transcript. */
export async function codeOf(transcriptHash: Uint8Array): Promise<readonly number[]> {
  const hash = await sha256(concatBytes(utf8.encode('mindmeet/code/1'), transcriptHash));
  return Array.from({ length: 7 }, (_, at) => sixBits(hash, 6 * at));
}

/** Tells the other side why it is refused. */
export function encodeRefusal(reason: RefusalReason): string {
  return toJson({ kind: 'refuse', reason });
}

/** undefined for any other text. The other side's last word on our proof may come after we took its own. */
export function parseRefusal(text: string): RefusalReason | undefined {
  const frame = text.length <= handshakeFrameBytes ? parseJson(frameSchema, text) : undefined;
  return frame?.kind === 'refuse' ? frame.reason : undefined;
}

/** A refusal may come instead of any frame. */
function readFrame(text: string, expected: (typeof order)[number] | undefined): HandshakeFrame | RefusalReason {
  // The length first, which costs nothing: UTF-16 units never outnumber UTF-8 bytes.
  if (text.length > handshakeFrameBytes || utf8.encode(text).length > handshakeFrameBytes) return 'malformed';
  const hello = expected === 'hello' && parseJson(anyHelloSchema, text);
  if (hello && hello.version !== protocolVersion) return 'version';
  const frame = parseJson(frameSchema, text);
  return frame && (frame.kind === expected || frame.kind === 'refuse') ? frame : 'malformed';
}

function say(frame: HandshakeFrame): Step {
  return { kind: 'say', text: toJson(frame) };
}

function refused(reason: RefusalReason): Step {
  return { kind: 'refused', reason, by: 'us' };
}

/** Six bits from bit `at` on, the most significant first. */
function sixBits(bytes: Uint8Array, at: number): number {
  const pair = ((bytes[at >> 3] ?? 0) << 8) | (bytes[(at >> 3) + 1] ?? 0);
  return (pair >> (10 - (at & 7))) & 63;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
