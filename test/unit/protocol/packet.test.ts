import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { SessionId } from '../../../src/core/ids';
import { buildAnswer, candidatesSchema, credentialsSchema, isActiveSide, normalizeCandidate, readCredentials } from '../../../src/protocol/packet';

const fingerprint = Uint8Array.from({ length: 32 }, (_, at) => at * 8);
const hex = [...fingerprint].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
const credentials = { ufrag: 'EsAw', pwd: 'P2uYro0UCOQ4zxjKXaWCBui1', fingerprint };

describe('candidates', () => {
  it.each([
    ['candidate:1 1 udp 2122260223 192.168.1.7 51000 typ host generation 0 ufrag EsAw network-id 1', 'candidate:1 1 udp 2122260223 192.168.1.7 51000 typ host'],
    ['candidate:2 1 UDP 2122252543 2001:db8::7 51001 typ host', 'candidate:2 1 udp 2122252543 2001:db8::7 51001 typ host'],
    ['candidate:0 1 udp 2122260223 4f3b6c1e-0b57-4a8e-9d8a-6f0e6a3c9b11.local 40000 typ host', 'candidate:0 1 udp 2122260223 4f3b6c1e-0b57-4a8e-9d8a-6f0e6a3c9b11.local 40000 typ host'],
    ['candidate:3 1 udp 1686052607 203.0.113.9 61000 typ srflx raddr 192.168.1.7 rport 51000', 'candidate:3 1 udp 1686052607 203.0.113.9 61000 typ srflx raddr 0.0.0.0 rport 0'],
  ])('are rebuilt from their parts: %s', (line, expected) => {
    expect(normalizeCandidate(line)).toBe(expected);
  });

  it.each([
    'candidate:1 1 tcp 1518280447 192.168.1.7 9 typ host tcptype active',
    'candidate:1 2 udp 2122260222 192.168.1.7 51001 typ host',
    'candidate:1 1 udp 2122260223 evil.example 51000 typ host',
    'candidate:1 1 udp 99999999999 192.168.1.7 51000 typ host',
    'candidate:1 1 udp 2122260223 192.168.1.7 0 typ host',
    'candidate:1 1 udp 2122260223 192.168.1.7 70000 typ host',
    'candidate:1 1 udp 2122260223 192.168.1.7 51000 typ hostile',
    'candidate:1 1 udp 2122260223 192.168.1.7\r\na=x 51000 typ host',
    '',
  ])('that we have no use for are left out: %s', (line) => {
    expect(normalizeCandidate(line)).toBeUndefined();
  });

  it('are refused as a whole when one is malformed or there are too many', () => {
    const good = 'candidate:1 1 udp 2122260223 192.168.1.7 51000 typ host';
    expect(v.is(candidatesSchema, [good])).toBe(true);
    expect(v.is(candidatesSchema, [good, 'nonsense'])).toBe(false);
    expect(v.is(candidatesSchema, Array.from({ length: 17 }, () => good))).toBe(false);
  });
});

describe('credentials', () => {
  it('are read out of an offer', () => {
    const sdp = `v=0\r\na=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\na=fingerprint:sha-256 ${hex}\r\n`;
    expect(readCredentials(sdp)).toEqual(credentials);
  });

  it('that could break out of their line are refused', () => {
    const wire = { ufrag: 'EsAw', pwd: credentials.pwd, fingerprint: Buffer.from(fingerprint).toString('base64url') };
    expect(v.is(credentialsSchema, wire)).toBe(true);
    for (const bad of [{ ufrag: 'a\r\na=x' }, { ufrag: 'abc' }, { pwd: 'short' }, { pwd: `${credentials.pwd}\n` }, { fingerprint: 'AAAA' }, { fingerprint: undefined }])
      expect(v.is(credentialsSchema, { ...wire, ...bad }), JSON.stringify(bad)).toBe(false);
  });
});

describe('the answer to the own offer', () => {
  it('names the other side’s certificate and DTLS role', () => {
    const sdp = buildAnswer(credentials, true);
    expect(sdp).toContain(`a=fingerprint:sha-256 ${hex}\r\n`);
    expect(sdp).toContain('a=setup:active\r\n');
    expect(buildAnswer(credentials, false)).toContain('a=setup:passive\r\n');
  });

  it('gives the two sides opposite roles', () => {
    const [a, b] = ['aaa' as SessionId, 'bbb' as SessionId];
    expect([isActiveSide(a, b), isActiveSide(b, a)]).toEqual([true, false]);
  });
});
