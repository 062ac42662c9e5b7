/** Which DTLS certificate is at the other end of a connection. */

/**
 * SHA-256 of the other side's certificate, 32 bytes, once DTLS is up. Where the browser shows the certificate itself (`getRemoteCertificates`, WebRTC 1.0 §5.5:
 * Chromium 156 and Firefox 153 do), it must be the one that the description names; where not, DTLS has compared the two (RFC 8122 §5). undefined when they
 * differ, or when the description doesn't name exactly one.
 */
export async function readRemoteFingerprint(connection: RTCPeerConnection): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [named, ...others] = fingerprintsIn(connection.remoteDescription?.sdp ?? '');
  if (named === undefined || others.length > 0) return undefined;
  const transport: Partial<RTCDtlsTransport> | undefined = connection.sctp?.transport;
  const certificate = transport?.getRemoteCertificates?.()[0];
  if (certificate && toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', certificate))) !== named) return undefined;
  return Uint8Array.from(named.split(':'), (pair) => Number.parseInt(pair, 16));
}

/** Every SHA-256 fingerprint that a description names, in lower case with colons (RFC 8122 §5), each once; one of another algorithm stands for itself. */
export function fingerprintsIn(sdp: string): ReadonlySet<string> {
  const lines = sdp.toLowerCase().matchAll(/^a=fingerprint:(?:sha-256 )?([^\r\n]*?)\s*$/gmu);
  return new Set(Array.from(lines, ([, value]) => value ?? ''));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
