/**
 * Connection packets: what one side of an RTCPeerConnection must know of the other, without SDP.
 *
 * Each side makes an offer of its own and applies the other's packet as the *answer* to it, so both may start at the same moment and nobody waits for
 * a role. The smaller session id is the active DTLS side (RFC 8842 §5). ICE settles the doubled controlling role by its tie-breaker (RFC 8445 §7.3.1.1).
 */
import * as v from 'valibot';
import type { SessionId } from '../core/ids';
import { bytesSchema } from './schema';

/** A UDP candidate as a line of SDP without `a=` (RFC 8839 §5.1), rebuilt from its parts: nothing else a peer writes gets into our SDP. */
export type Candidate = string & { readonly candidate: unique symbol };

/** Candidates of one batch; Chromium on a laptop with VPN and IPv6 gathers about 8. */
export const candidatesMaximum = 16;

const candidatePattern =
  /^candidate:([A-Za-z0-9+/]{1,32}) 1 udp (\d{1,10}) ([0-9A-Fa-f.:]{2,45}|[0-9a-f-]{36}\.local) (\d{1,5}) typ (host|srflx|relay)(?: |$)/iu;

/** undefined for what we don't use: TCP, the RTCP component, names other than mDNS ones, malformed lines. The related address is withheld: it tells the local network. */
export function normalizeCandidate(line: string): Candidate | undefined {
  const match = candidatePattern.exec(line.slice(0, 300));
  if (!match) return undefined;
  const [, foundation, priority, address, port, type] = match;
  if (Number(port) < 1 || Number(port) > 65_535 || Number(priority) > 0xffffffff) return undefined;
  const related = type === 'host' ? '' : ' raddr 0.0.0.0 rport 0';
  return `candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}${related}` as Candidate;
}

export const candidateSchema = v.pipe(
  v.string(),
  v.maxLength(300),
  v.transform(normalizeCandidate),
  v.check((candidate) => candidate !== undefined),
  v.transform((candidate) => candidate as Candidate),
);

export const candidatesSchema = v.pipe(v.array(candidateSchema), v.maxLength(candidatesMaximum));

/** RFC 8839 §5.4: ice-char, 4 to 256 of them in a fragment, 22 to 256 in a password; no browser uses more than 32. */
export const iceCredentials = {
  ufrag: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{4,32}$/u)),
  pwd: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{22,64}$/u)),
};

export const credentialsSchema = v.object({
  ...iceCredentials,
  /** SHA-256 of the DTLS certificate. */
  fingerprint: bytesSchema(32),
});

export type Credentials = v.InferOutput<typeof credentialsSchema>;

/** Reads the credentials out of the own offer. Throws when the browser wrote none: that is a bug, not a peer's doing. */
export function readCredentials(sdp: string): Credentials {
  const value = (name: string) => {
    const found = new RegExp(`^a=${name}:(.+?)\\s*$`, 'mu').exec(sdp)?.[1];
    if (found === undefined) throw new Error(`no ${name} in the own offer`);
    return found;
  };
  const [algorithm, hex] = value('fingerprint').split(' ');
  if (algorithm?.toLowerCase() !== 'sha-256' || !hex) throw new Error('the own certificate has no SHA-256 fingerprint');
  return { ufrag: value('ice-ufrag'), pwd: value('ice-pwd'), fingerprint: Uint8Array.from(hex.split(':'), (pair) => Number.parseInt(pair, 16)) };
}

/** True for the side that starts DTLS, and later adds the media sections. */
export function isActiveSide(own: SessionId, other: SessionId): boolean {
  return own < other;
}

/** The other's packet as the answer to our data-channel offer. `active`: whether the *other* starts DTLS. */
export function buildAnswer(remote: Credentials, active: boolean): string {
  const fingerprint = [...remote.fingerprint].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    `a=ice-ufrag:${remote.ufrag}`,
    `a=ice-pwd:${remote.pwd}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${active ? 'active' : 'passive'}`,
    'a=sctp-port:5000',
    'a=max-message-size:262144',
    '',
  ].join('\r\n');
}
