import { describe, expect, it } from 'vitest';
import type { SessionId } from '../../../src/core/ids';
import { encodeIntroduction, parseKnock, parseReply, proveReturn, verifyReturn, type Knock } from '../../../src/protocol/introduction';

const session = 'a'.repeat(26) as SessionId;
const knock: Knock = {
  kind: 'knock',
  version: 1,
  session,
  sessionKey: new Uint8Array(65).fill(4),
  deviceKey: new Uint8Array(65).fill(5),
  name: 'Bob',
  credentials: { ufrag: 'EsAw', pwd: 'P2uYro0UCOQ4zxjKXaWCBui1', fingerprint: new Uint8Array(32).fill(7) },
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
    const accept = { kind: 'accept', answers: 'EsAw', deviceKey: knock.deviceKey, credentials: knock.credentials, candidates: [], returnToken: new Uint8Array(16).fill(9) } as const;
    expect(parseReply(encodeIntroduction({ ...accept, candidates: [] }))).toEqual(accept);
    expect(parseReply(encodeIntroduction({ kind: 'presence' }))).toEqual({ kind: 'presence' });
  });

  it('of an unknown kind, or without its parts, is nothing', () => {
    for (const text of ['{"kind":"leave"}', '{"kind":"accept"}', '[]', '{}']) expect(parseReply(text)).toBeUndefined();
  });
});

describe('the proof of a return token', () => {
  const token = new Uint8Array(16).fill(1);

  it('holds for the session and certificate it was made for', async () => {
    const proof = await proveReturn(token, session, knock.credentials.fingerprint);
    expect(await verifyReturn(token, { ...knock, proof })).toBe(true);
  });

  it('fails for another token, session or certificate, or when there is none', async () => {
    const proof = await proveReturn(token, session, knock.credentials.fingerprint);
    expect(await verifyReturn(new Uint8Array(16).fill(2), { ...knock, proof })).toBe(false);
    expect(await verifyReturn(token, { ...knock, session: 'b'.repeat(26) as SessionId, proof })).toBe(false);
    expect(await verifyReturn(token, { ...knock, credentials: { ...knock.credentials, fingerprint: new Uint8Array(32) }, proof })).toBe(false);
    expect(await verifyReturn(token, knock)).toBe(false);
  });
});
