/** Who I am for as long as this page lives: an id that names the DTLS certificate, and a key that envelopes are sealed to. */
import { encodeBase32, idLength } from '../core/base32';
import { concatBytes } from '../core/bytes';
import type { SessionId } from '../core/ids';

/** ECDH on P-256, made anew each page load; the private half can't be exported. */
export interface SessionKey {
  readonly privateKey: CryptoKey;
  /** 65-byte uncompressed point. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

export async function generateSessionKey(): Promise<SessionKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  return { privateKey: pair.privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
}

/** `fingerprint`: the 32 bytes of the DTLS certificate's SHA-256. An id can't be claimed for another certificate. */
export async function deriveSessionId(fingerprint: Uint8Array): Promise<SessionId> {
  const hash = await crypto.subtle.digest('SHA-256', concatBytes(new TextEncoder().encode('mindmeet/session'), fingerprint));
  return encodeBase32(new Uint8Array(hash), idLength) as SessionId;
}
