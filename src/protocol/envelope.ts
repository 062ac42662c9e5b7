/**
 * Envelopes: all that ever crosses the signaling server. It can drop, delay or repeat them, but neither read nor write one.
 *
 *     knock    0x01 ‖ nonce 12 ‖ AES-256-GCM(knock key, padded text, aad = 0x01 ‖ tag)
 *     sealed   0x02 ‖ sender's session key 65 ‖ counter 8 ‖ AES-256-GCM(pair key, padded text, aad = the 74 bytes before)
 *
 *     pair key = HKDF-SHA-256(ECDH(sender, recipient), salt = the room's seal salt, info = "mindmeet/envelope/1" ‖ sender ‖ recipient)
 *     nonce of a sealed one = 4 zero bytes ‖ counter; a sender's counter never repeats, and the key differs by direction
 *     padded text = length 2 ‖ UTF-8 ‖ zeros, so that the envelope is a multiple of 512 bytes, 4,096 at most
 *
 * Knocks go to slots, are readable by everybody with the link, and change no state. Whatever has an address or a token is sealed to one session.
 */
import { concatBytes } from '../core/bytes';
import { ReplayWindow } from '../core/replay-window';
import { limits } from '../config';
import type { RoomKeys } from './room-keys';
import type { SessionKey } from './session-key';

const utf8 = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true });

const knockType = 1;
const sealedType = 2;
const publicKeyBytes = 65;
const counterBytes = 8;
const nonceBytes = 12;
const gcmTagBytes = 16;
const sealedHeaderBytes = 1 + publicKeyBytes + counterBytes;

/** What an envelope held: its text, and for a sealed one the session key that sealed it. */
export type OpenedEnvelope = { readonly kind: 'knock'; readonly text: string } | { readonly kind: 'sealed'; readonly text: string; readonly senderKey: Uint8Array<ArrayBuffer> };

/** Of one session key, for as long as it lives: a number that was used twice under one key would undo the seal (NIST SP 800-38D §8). */
export class SealCounter {
  #last = 0;

  next(): number {
    return ++this.#last;
  }
}

/** Seals and opens for one session in one room. Holds the own counter and a replay window a sender. */
export class EnvelopeSealer {
  readonly #room: RoomKeys;
  readonly #own: SessionKey;
  readonly #windowsBySender = new Map<string, ReplayWindow>();
  readonly #pairKeys = new Map<string, Promise<CryptoKey>>();
  readonly #counter: SealCounter;

  /** Two sealers with the same session key share a counter. */
  constructor(room: RoomKeys, own: SessionKey, counter = new SealCounter()) {
    this.#room = room;
    this.#own = own;
    this.#counter = counter;
  }

  /** Readable by whoever has the link. Throws RangeError when `text` doesn't fit. */
  async knock(text: string): Promise<Uint8Array<ArrayBuffer>> {
    const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
    const padded = pad(text, 1 + nonceBytes + gcmTagBytes);
    const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: this.#knockContext() }, this.#room.knockKey, padded);
    return concatBytes(Uint8Array.of(knockType), nonce, new Uint8Array(box));
  }

  /** Readable by the session with `recipientKey` alone. Throws RangeError when `text` doesn't fit. */
  async seal(recipientKey: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
    const counter = this.#counter.next();
    const header = concatBytes(Uint8Array.of(sealedType), this.#own.publicKey, encodeCounter(counter));
    const key = await this.#pairKey(recipientKey, this.#own.publicKey, recipientKey);
    const padded = pad(text, sealedHeaderBytes + gcmTagBytes);
    const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: counterNonce(header), additionalData: header }, key, padded);
    return concatBytes(header, new Uint8Array(box));
  }

  /** undefined for anything that isn't a fresh envelope for this session in this room; never throws. */
  async open(envelope: Uint8Array<ArrayBuffer>): Promise<OpenedEnvelope | undefined> {
    if (envelope.length > limits.envelopeBytes || envelope.length % limits.envelopeStepBytes !== 0) return undefined;
    try {
      if (envelope[0] === knockType) return await this.#openKnock(envelope);
      if (envelope[0] === sealedType) return await this.#openSealed(envelope);
    } catch {
      // WebCrypto says no more than "operation failed", and no more is of use: whatever can't be opened is not for us.
    }
    return undefined;
  }

  async #openKnock(envelope: Uint8Array<ArrayBuffer>): Promise<OpenedEnvelope | undefined> {
    const nonce = envelope.subarray(1, 1 + nonceBytes);
    const box = envelope.subarray(1 + nonceBytes);
    const padded = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData: this.#knockContext() }, this.#room.knockKey, box);
    const text = unpad(new Uint8Array(padded));
    return text === undefined ? undefined : { kind: 'knock', text };
  }

  async #openSealed(envelope: Uint8Array<ArrayBuffer>): Promise<OpenedEnvelope | undefined> {
    const header = envelope.subarray(0, sealedHeaderBytes);
    const senderKey = envelope.slice(1, 1 + publicKeyBytes);
    const key = await this.#pairKey(senderKey, senderKey, this.#own.publicKey);
    const padded = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: counterNonce(header), additionalData: header }, key, envelope.subarray(sealedHeaderBytes));
    // Only after the seal held: a forged envelope must neither move a window nor make one.
    if (!this.#windowFor(senderKey).accept(decodeCounter(header))) return undefined;
    const text = unpad(new Uint8Array(padded));
    return text === undefined ? undefined : { kind: 'sealed', text, senderKey };
  }

  /** One derivation a pair and direction. Bounded: senders without the link can make keys for nothing but their own garbage. */
  #pairKey(other: Uint8Array<ArrayBuffer>, sender: Uint8Array, recipient: Uint8Array): Promise<CryptoKey> {
    const name = `${sender.join()}>${recipient.join()}`;
    const known = this.#pairKeys.get(name);
    if (known) return known;
    if (this.#pairKeys.size >= limits.ringsRemembered) this.#pairKeys.clear();
    const made = this.#derivePairKey(other, sender, recipient);
    this.#pairKeys.set(name, made);
    return made;
  }

  async #derivePairKey(other: Uint8Array<ArrayBuffer>, sender: Uint8Array, recipient: Uint8Array): Promise<CryptoKey> {
    const otherKey = await crypto.subtle.importKey('raw', other, { name: 'ECDH', namedCurve: 'P-256' }, false, []);
    const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: otherKey }, this.#own.privateKey, 256);
    const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
    const info = concatBytes(utf8.encode('mindmeet/envelope/1'), sender, recipient);
    return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: this.#room.sealSalt, info }, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  }

  /** Senders that proved to have the link. The one heard least recently is forgotten when there are too many: what it said then changes nothing now. */
  #windowFor(senderKey: Uint8Array): ReplayWindow {
    const sender = senderKey.join();
    const window = this.#windowsBySender.get(sender) ?? new ReplayWindow();
    this.#windowsBySender.delete(sender);
    this.#windowsBySender.set(sender, window);
    const [oldest] = this.#windowsBySender.keys();
    if (oldest !== undefined && this.#windowsBySender.size > 2 * limits.ringsRemembered) this.#windowsBySender.delete(oldest);
    return window;
  }

  #knockContext(): Uint8Array<ArrayBuffer> {
    return concatBytes(Uint8Array.of(knockType), utf8.encode(this.#room.tag));
  }
}

function pad(text: string, overheadBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = utf8.encode(text);
  const step = limits.envelopeStepBytes;
  const total = Math.ceil((overheadBytes + 2 + bytes.length) / step) * step;
  if (total > limits.envelopeBytes) throw new RangeError('text too long for an envelope');
  const padded = new Uint8Array(total - overheadBytes);
  new DataView(padded.buffer).setUint16(0, bytes.length);
  padded.set(bytes, 2);
  return padded;
}

function unpad(padded: Uint8Array): string | undefined {
  const length = new DataView(padded.buffer, padded.byteOffset).getUint16(0);
  if (length > padded.length - 2) return undefined;
  return utf8Decoder.decode(padded.subarray(2, 2 + length));
}

function encodeCounter(counter: number): Uint8Array {
  const bytes = new Uint8Array(counterBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(counter));
  return bytes;
}

function decodeCounter(header: Uint8Array): number {
  return Number(new DataView(header.buffer, header.byteOffset + 1 + publicKeyBytes, counterBytes).getBigUint64(0));
}

function counterNonce(header: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(new Uint8Array(nonceBytes - counterBytes), header.subarray(1 + publicKeyBytes));
}
