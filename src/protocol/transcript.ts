/**
 * What is signed, and what a password proves: every field that an introduction rests on, in one order, so that none can be exchanged for another.
 *
 *     knock    "mindmeet/knock/1" ‖ tag ‖ session ‖ session key ‖ device key ‖ fingerprint ‖ ufrag ‖ 0 ‖ pwd
 *     accept   "mindmeet/accept/2" ‖ SHA-256(knock) ‖ device key ‖ session ‖ fingerprint ‖ ufrag ‖ 0 ‖ pwd
 *
 * Signatures are ES256 (ECDSA on P-256 with SHA-256, 64 bytes r ‖ s). Proofs are HMAC-SHA-256 under the key of the password. The tokens of an accept are signed
 * each by itself, and name device keys: they need no place in the transcript.
 */
import { concatBytes, equalBytes } from '../core/bytes';
import type { RoomTag, SessionId } from '../core/ids';
import type { Accept, Knock } from './introduction';
import type { Credentials } from './packet';

const utf8 = new TextEncoder();
const algorithm = { name: 'ECDSA', hash: 'SHA-256' };

export type Transcript = Uint8Array<ArrayBuffer>;

export function knockTranscript(tag: RoomTag, knock: Pick<Knock, 'session' | 'sessionKey' | 'deviceKey' | 'credentials'>): Transcript {
  return concatBytes(utf8.encode(`mindmeet/knock/1${tag}${knock.session}`), knock.sessionKey, knock.deviceKey, packCredentials(knock.credentials));
}

/** `knock` is the transcript of the knock that is answered, `session` the accepting one. */
export async function acceptTranscript(knock: Transcript, session: SessionId, accept: Pick<Accept, 'deviceKey' | 'credentials'>): Promise<Transcript> {
  const answered = new Uint8Array(await crypto.subtle.digest('SHA-256', knock));
  return concatBytes(utf8.encode('mindmeet/accept/2'), answered, accept.deviceKey, utf8.encode(session), packCredentials(accept.credentials));
}

export async function sign(key: CryptoKey, transcript: Transcript): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, transcript));
}

/** False for a wrong signature, and for a key that is no point of the curve. */
export async function verify(publicKey: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>, transcript: Transcript): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', publicKey, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    return await crypto.subtle.verify(algorithm, key, signature, transcript);
  } catch {
    return false; // Not a key at all: as good as a wrong one.
  }
}

/** Shows that one has the password's key, without showing it, and for this transcript only. */
export async function prove(gate: Uint8Array<ArrayBuffer>, transcript: Transcript): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', gate, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, transcript));
}

export async function provenBy(gate: Uint8Array<ArrayBuffer>, proof: Uint8Array, transcript: Transcript): Promise<boolean> {
  return equalBytes(proof, await prove(gate, transcript));
}

function packCredentials({ fingerprint, ufrag, pwd }: Credentials): Uint8Array {
  return concatBytes(fingerprint, utf8.encode(`${ufrag}\0${pwd}`));
}
