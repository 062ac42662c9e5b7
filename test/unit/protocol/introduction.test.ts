import { describe, expect, it } from 'vitest';
import type { RoomTag, SessionId } from '../../../src/core/ids';
import { encodeIntroduction, parseKnock, parseReply, type Knock } from '../../../src/protocol/introduction';
import { acceptTranscript, knockTranscript, prove, provenBy, sign, verify } from '../../../src/protocol/transcript';

const session = 'a'.repeat(26) as SessionId;
const knock: Knock = {
  kind: 'knock',
  version: 1,
  session,
  sessionKey: new Uint8Array(65).fill(4),
  deviceKey: new Uint8Array(65).fill(5),
  name: 'Bob',
  credentials: { ufrag: 'EsAw', pwd: 'P2uYro0UCOQ4zxjKXaWCBui1', fingerprint: new Uint8Array(32).fill(7) },
  signature: new Uint8Array(64).fill(8),
};

describe('a knock', () => {
  it('survives the wire', () => {
    expect(parseKnock(encodeIntroduction(knock))).toEqual(knock);
  });

  it('carries no address', () => {
    expect(encodeIntroduction(knock)).not.toMatch(/candidate|\d+\.\d+\.\d+\.\d+|\.local/u);
  });

  it.each([
    ['no JSON', 'knock'],
    ['another kind', JSON.stringify({ ...JSON.parse(encodeIntroduction(knock)), kind: 'accept' })],
    ['a foreign session id', encodeIntroduction({ ...knock, session: 'A'.repeat(26) as SessionId })],
    ['a short key', encodeIntroduction({ ...knock, sessionKey: new Uint8Array(64) })],
    ['a name of ten thousand letters', encodeIntroduction({ ...knock, name: 'x'.repeat(10_000) })],
    ['a proof of the wrong length', encodeIntroduction({ ...knock, proof: new Uint8Array(31) })],
    ['null', 'null'],
  ])('with %s is nothing', (_what, text) => {
    expect(parseKnock(text)).toBeUndefined();
  });

  it('has its name cleaned again on this side', () => {
    expect(parseKnock(encodeIntroduction({ ...knock, name: 'B\u202Eob\u0000 ' }))?.name).toBe('Bob');
    expect(parseKnock(encodeIntroduction({ ...knock, name: '\u202E' }))?.name).toBe('?');
  });
});

describe('a reply', () => {
  it('survives the wire', () => {
    const accept = { kind: 'accept', answers: 'EsAw', deviceKey: knock.deviceKey, salt: new Uint8Array(16), credentials: knock.credentials, candidates: [], signature: knock.signature, returnToken: new Uint8Array(16).fill(9) } as const;
    expect(parseReply(encodeIntroduction({ ...accept, candidates: [] }))).toEqual(accept);
    expect(parseReply(encodeIntroduction({ kind: 'presence' }))).toEqual({ kind: 'presence' });
  });

  it('of an unknown kind, or without its parts, is nothing', () => {
    for (const text of ['{"kind":"leave"}', '{"kind":"accept"}', '[]', '{}']) expect(parseReply(text)).toBeUndefined();
  });
});

describe('what an introduction rests on', () => {
  const tag = 't'.repeat(26) as RoomTag;
  const changes: [string, Partial<Knock>][] = [
    ['session', { session: 'b'.repeat(26) as SessionId }],
    ['session key', { sessionKey: new Uint8Array(65).fill(1) }],
    ['device key', { deviceKey: new Uint8Array(65).fill(1) }],
    ['fingerprint', { credentials: { ...knock.credentials, fingerprint: new Uint8Array(32) } }],
    ['ufrag', { credentials: { ...knock.credentials, ufrag: 'EsAx' } }],
    ['password', { credentials: { ...knock.credentials, pwd: 'Q2uYro0UCOQ4zxjKXaWCBui1' } }],
  ];

  it.each(changes)('makes the proof of a token void when the %s is exchanged', async (_what, change) => {
    const token = new Uint8Array(16).fill(1);
    const proof = await prove(token, knockTranscript(tag, knock));
    expect(await provenBy(token, proof, knockTranscript(tag, knock))).toBe(true);
    expect(await provenBy(token, proof, knockTranscript(tag, { ...knock, ...change }))).toBe(false);
    expect(await provenBy(new Uint8Array(16), proof, knockTranscript(tag, knock))).toBe(false);
  });

  it.each(changes)('makes the owner’s signature void when the %s of the knock or the accept is exchanged', async (_what, change) => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    const accept = { deviceKey: publicKey, salt: new Uint8Array(16), credentials: knock.credentials };
    const answered = knockTranscript(tag, knock);
    const signature = await sign(pair.privateKey, await acceptTranscript(answered, session, accept));
    expect(await verify(publicKey, signature, await acceptTranscript(answered, session, accept))).toBe(true);
    expect(await verify(publicKey, signature, await acceptTranscript(knockTranscript(tag, { ...knock, ...change }), session, accept))).toBe(false);
    if (change.credentials) expect(await verify(publicKey, signature, await acceptTranscript(answered, session, { ...accept, credentials: change.credentials }))).toBe(false);
  });

  it('is no signature by a key that is none', async () => {
    expect(await verify(new Uint8Array(65), new Uint8Array(64), knockTranscript(tag, knock))).toBe(false);
  });
});
