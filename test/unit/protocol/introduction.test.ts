import { describe, expect, it } from 'vitest';
import { limits, protocolVersion } from '../../../src/config';
import type { RoomTag, SessionId } from '../../../src/core/ids';
import { encodeIntroduction, parseKnock, parseReply, type Accept, type Knock, type Reply } from '../../../src/protocol/introduction';
import { acceptTranscript, knockTranscript, prove, provenBy, sign, verify } from '../../../src/protocol/transcript';

const session = 'a'.repeat(26) as SessionId;
const knock: Knock = {
  kind: 'knock',
  version: protocolVersion,
  session,
  sessionKey: new Uint8Array(65).fill(4),
  deviceKey: new Uint8Array(65).fill(5),
  name: 'Bob',
  credentials: { ufrag: 'EsAw', pwd: 'P2uYro0UCOQ4zxjKXaWCBui1', fingerprint: new Uint8Array(32).fill(7) },
  signature: new Uint8Array(64).fill(8),
};
const accept: Accept = {
  kind: 'accept',
  answers: 'EsAw',
  deviceKey: knock.deviceKey,
  tokens: ['eyJ.eyJ.c2ln'],
  credentials: knock.credentials,
  candidates: [],
  signature: knock.signature,
};

/** As JSON, with some of it exchanged. */
const changed = (message: Knock | Reply, change: object): string => JSON.stringify({ ...(JSON.parse(encodeIntroduction(message)) as object), ...change });

describe('a knock', () => {
  it('survives the wire, with a proof of the password and without', () => {
    expect(parseKnock(encodeIntroduction(knock))).toEqual(knock);
    const gated = { ...knock, gate: new Uint8Array(32).fill(3) };
    expect(parseKnock(encodeIntroduction(gated))).toEqual(gated);
  });

  it('carries no address', () => {
    expect(encodeIntroduction(knock)).not.toMatch(/candidate|\d+\.\d+\.\d+\.\d+|\.local/u);
  });

  it.each([
    ['no JSON', 'knock'],
    ['another kind', changed(knock, { kind: 'accept' })],
    ['a foreign session id', encodeIntroduction({ ...knock, session: 'A'.repeat(26) as SessionId })],
    ['a short key', encodeIntroduction({ ...knock, sessionKey: new Uint8Array(64) })],
    ['a short signature', encodeIntroduction({ ...knock, signature: new Uint8Array(63) })],
    ['a name of ten thousand letters', encodeIntroduction({ ...knock, name: 'x'.repeat(10_000) })],
    ['a proof of the wrong length', encodeIntroduction({ ...knock, gate: new Uint8Array(31) })],
    ['a version that is no number', changed(knock, { version: '2' })],
    ['a version below 1', changed(knock, { version: 0 })],
    ['a fingerprint that is none', changed(knock, { credentials: { ufrag: 'EsAw', pwd: 'p'.repeat(22), fingerprint: 'AA' } })],
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
  const replies: readonly Reply[] = [
    accept,
    { ...accept, tokens: [], gate: new Uint8Array(32).fill(1) },
    { kind: 'presence', canAdmit: false },
    { kind: 'doorbell', earlier: [{ session, sessionKey: knock.sessionKey }] },
    { kind: 'pass', tokens: accept.tokens },
    ...(['come', 'not-now', 'full', 'locked', 'closed', 'withdraw'] as const).map((kind) => ({ kind })),
    { kind: 'password', wrong: true, salt: new Uint8Array(16).fill(2) },
    { kind: 'version', version: 1 },
    { kind: 'candidates', candidates: [] },
    { kind: 'approach', credentials: knock.credentials, candidates: [] },
    { kind: 'meet', answers: 'EsAw', credentials: knock.credentials, candidates: [] },
  ];

  it.each(replies.map((reply) => [reply.kind, reply] as const))('%s survives the wire', (_kind, reply) => {
    expect(parseReply(encodeIntroduction(reply))).toEqual(reply);
  });

  it.each(replies.map((reply) => [reply.kind, reply] as const))('%s is no knock', (_kind, reply) => {
    expect(parseKnock(encodeIntroduction(reply))).toBeUndefined();
  });

  it.each([
    ['an unknown kind', '{"kind":"leave"}'],
    ['its parts missing', '{"kind":"accept"}'],
    ['no kind', '{}'],
    ['a list', '[]'],
    ['a token with a fourth part', changed(accept, { tokens: ['a.b.c.d'] })],
    ['a token that is too long', changed(accept, { tokens: [`a.b.${'c'.repeat(limits.tokenCharacters)}`] })],
    ['more tokens than a proof has', changed(accept, { tokens: Array.from({ length: limits.tokensInProof + 1 }, () => 'a.b.c') })],
    ['more knockers than a doorbell tells of', changed({ kind: 'doorbell', earlier: [] }, { earlier: Array.from({ length: limits.doorbellKnockers + 1 }, () => ({ session, sessionKey: 'A'.repeat(87) })) })],
    ['a short salt', changed({ kind: 'password', wrong: true, salt: new Uint8Array(16) }, { salt: 'AAAA' })],
    ['a word instead of yes or no', changed({ kind: 'presence', canAdmit: true }, { canAdmit: 'yes' })],
  ])('with %s is nothing', (_what, text) => {
    expect(parseReply(text)).toBeUndefined();
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
    ['ICE password', { credentials: { ...knock.credentials, pwd: 'Q2uYro0UCOQ4zxjKXaWCBui1' } }],
  ];
  const keyPair = async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    return { privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)) };
  };
  const hexOf = async (bytes: Uint8Array<ArrayBuffer>) => Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');

  it('has the bytes that the documentation says', async () => {
    const asked = knockTranscript(tag, knock);
    expect(new TextDecoder().decode(asked.subarray(0, 68))).toBe(`mindmeet/knock/1${tag}${session}`);
    expect(asked.subarray(68)).toEqual(Uint8Array.from([...knock.sessionKey, ...knock.deviceKey, ...knock.credentials.fingerprint, ...new TextEncoder().encode('EsAw\0P2uYro0UCOQ4zxjKXaWCBui1')]));
    const answer = await acceptTranscript(asked, session, accept);
    expect(new TextDecoder().decode(answer.subarray(0, 17))).toBe('mindmeet/accept/2');
    expect(answer.subarray(17, 49)).toEqual(new Uint8Array(await crypto.subtle.digest('SHA-256', asked)));
    expect(answer.subarray(49, 114)).toEqual(accept.deviceKey);
    expect(new TextDecoder().decode(answer.subarray(114, 140))).toBe(session);
  });

  it('gives the test vectors of docs/protocol.md', async () => {
    const counting = (length: number, from = 0) => Uint8Array.from({ length }, (_, at) => from + at);
    const own = 'hgxxi2uu6qartwcbyoygtoe5jb' as SessionId;
    const said = {
      session: own,
      sessionKey: Uint8Array.of(4, ...counting(64, 1).reverse()),
      deviceKey: Uint8Array.of(4, ...counting(64, 1)),
      credentials: { ...knock.credentials, fingerprint: counting(32) },
    };
    const asked = knockTranscript('wbv7jvuynsjmw2oxqkdq24gu72' as RoomTag, said);
    expect(asked).toHaveLength(259);
    expect(await hexOf(asked)).toBe('c7192a5186288f552ef20ebbf05fa7a83514af8ba4750d5fcde4da728ece3351');
    const answer = await acceptTranscript(asked, own, said);
    expect(answer).toHaveLength(201);
    expect(await hexOf(answer)).toBe('264e6bbfff9a22478e714913f9fbd4bb47dbbd8f0734c8fef4a9049578100e3f');
    expect(Buffer.from(await prove(counting(32), asked)).toString('hex')).toBe('95c0bd7b9924521fd46a782b841f96da6e5e7d3626a4cc9d872fce4bcb78ad9b');
  });

  it.each(changes)('makes the proof of the password void when the %s is exchanged', async (_what, change) => {
    const gate = new Uint8Array(32).fill(1);
    const proof = await prove(gate, knockTranscript(tag, knock));
    expect(await provenBy(gate, proof, knockTranscript(tag, knock))).toBe(true);
    expect(await provenBy(gate, proof, knockTranscript(tag, { ...knock, ...change }))).toBe(false);
    expect(await provenBy(new Uint8Array(32), proof, knockTranscript(tag, knock))).toBe(false);
  });

  it.each(changes)('makes the answer’s signature void when the %s of the knock or the accept is exchanged', async (_what, change) => {
    const { privateKey, publicKey } = await keyPair();
    const said = { deviceKey: publicKey, credentials: knock.credentials };
    const answered = knockTranscript(tag, knock);
    const signature = await sign(privateKey, await acceptTranscript(answered, session, said));
    expect(await verify(publicKey, signature, await acceptTranscript(answered, session, said))).toBe(true);
    expect(await verify(publicKey, signature, await acceptTranscript(knockTranscript(tag, { ...knock, ...change }), session, said))).toBe(false);
    expect(await verify(publicKey, signature, await acceptTranscript(answered, 'c'.repeat(26) as SessionId, said))).toBe(false);
    if (change.credentials) expect(await verify(publicKey, signature, await acceptTranscript(answered, session, { ...said, credentials: change.credentials }))).toBe(false);
    if (change.deviceKey) expect(await verify(publicKey, signature, await acceptTranscript(answered, session, { ...said, deviceKey: change.deviceKey }))).toBe(false);
  });

  it('is another in each room', () => {
    expect(knockTranscript('u'.repeat(26) as RoomTag, knock)).not.toEqual(knockTranscript(tag, knock));
  });

  it('is no signature by a key that is none', async () => {
    expect(await verify(new Uint8Array(65), new Uint8Array(64), knockTranscript(tag, knock))).toBe(false);
  });
});
