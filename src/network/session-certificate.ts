/** The DTLS certificate of a page load, and the session id that names it. */
import type { SessionId } from '../core/ids';
import { readCredentials } from '../protocol/packet';
import { deriveSessionId } from '../protocol/session-key';

export interface SessionCertificate {
  readonly certificate: RTCCertificate;
  /** 32 bytes, SHA-256. */
  readonly fingerprint: Uint8Array<ArrayBuffer>;
  readonly session: SessionId;
}

export async function createSessionCertificate(): Promise<SessionCertificate> {
  const algorithm: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' };
  const certificate = await RTCPeerConnection.generateCertificate(algorithm);
  const fingerprint = await readFingerprint(certificate);
  return { certificate, fingerprint, session: await deriveSessionId(fingerprint) };
}

async function readFingerprint(certificate: RTCCertificate): Promise<Uint8Array<ArrayBuffer>> {
  // Not every browser has RTCCertificate.getFingerprints (WebRTC 1.0 §4.9.2); what stands in an offer is the same value.
  const connection = new RTCPeerConnection({ certificates: [certificate] });
  try {
    connection.createDataChannel('fingerprint');
    const offer = await connection.createOffer();
    return readCredentials(offer.sdp ?? '').fingerprint;
  } finally {
    connection.close();
  }
}
