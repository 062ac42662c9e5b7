import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import type { EventId, FeedId } from '../../../src/core/ids';
import { defaultRule, defaultSettings, type LinkChange } from '../../../src/core/membership';
import { checkLink, countMaximum, feedsInRemoval, idOf, peekIssuer, readEvent, readGenesis, signEvent, signGenesis, upToMaximum, type EventFields } from '../../../src/protocol/admission-token';
import { deriveDeviceId, deriveInviteCode } from '../../../src/protocol/invite';
import { makeDevice } from '../../support/signing-device';

const [alice, bob] = await Promise.all([makeDevice(), makeDevice()]);
const salt = Uint8Array.from({ length: 16 }, (_, at) => at);
const { token: genesisToken, genesis } = await signGenesis(alice.privateKey, alice.publicKey, salt, defaultRule);
const someId = 'A'.repeat(22) as EventId;
const someFeed = `${'F'.repeat(21)}A` as FeedId;

const issued = { issuer: alice.deviceId, by: undefined, sequence: 1, previous: undefined };
const later = { issuer: alice.deviceId, by: someId, sequence: 7, previous: someId };
const pass: EventFields = { ...issued, kind: 'pass', subject: bob.deviceId, subjectKey: bob.publicKey, role: 'member', sinceMs: 0, under: undefined, cites: [] };
const settings: EventFields = { ...issued, kind: 'settings', version: 1, settings: { ...defaultSettings, title: 'Tea' } };
const fields: readonly EventFields[] = [
  pass,
  { ...later, kind: 'pass', subject: bob.deviceId, subjectKey: bob.publicKey, role: 'host', sinceMs: 1_700_000_000_000, under: someId, cites: [someId] },
  { ...issued, kind: 'removal', subject: bob.deviceId, last: undefined, feeds: [] },
  { ...later, kind: 'removal', subject: bob.deviceId, last: someId, feeds: [[someFeed, 7], [someFeed, 0xffff_ffff]] },
  { ...later, kind: 'policy', version: 3, rule: { policy: 'open', standIn: false }, upTo: [[bob.deviceId, someId]] },
  { ...later, kind: 'settings', version: 2, settings: { title: 'Chá das 5', locked: true, history: 'everything', lifetimeS: 300, gate: 'A'.repeat(43), oneOff: true, closed: true } },
  { ...later, kind: 'link', version: 1, salt },
];

/** Claims under Alice's good signature, whatever they are. */
async function signed(claims: unknown, head: unknown = { alg: 'ES256', typ: 'JWT' }): Promise<string> {
  const text = [head, claims].map((part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')).join('.');
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, alice.privateKey, Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}

const claimsIn = (token: string): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
const read = (token: string) => readEvent(token, genesis.id, alice.publicKey);

/** The other signature of the same content, which needs no key: (r, n − s). */
function twinOf(token: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const at = token.lastIndexOf('.') + 1;
  const signature = Buffer.from(token.slice(at), 'base64url');
  const s = order - BigInt(`0x${signature.subarray(32).toString('hex')}`);
  return token.slice(0, at) + Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]).toString('base64url');
}

describe('a genesis', () => {
  it('is read by anybody, and names its owner by the key inside', async () => {
    expect(await readGenesis(genesisToken)).toEqual(genesis);
    expect(genesis).toMatchObject({ owner: alice.deviceId, ownerKey: alice.publicKey, salt, rule: defaultRule });
    expect(peekIssuer(genesisToken)).toEqual({ kind: 'genesis', issuer: alice.deviceId, room: undefined, by: undefined });
  });

  it('that is made again names the same room', async () => {
    const again = await signGenesis(alice.privateKey, alice.publicKey, salt, defaultRule);
    expect(again.token).not.toBe(genesisToken);
    expect(again.genesis.id).toBe(genesis.id);
  });

  it('of another key, or under the name of another, is refused', async () => {
    const claims = claimsIn(genesisToken);
    expect(await readGenesis(await signed({ ...claims, key: Buffer.from(bob.publicKey).toString('base64url') }))).toBeUndefined();
    expect(await readGenesis(await signed({ ...claims, iss: bob.deviceId }))).toBeUndefined();
    const stolen = await signGenesis(bob.privateKey, alice.publicKey, salt, defaultRule);
    expect(await readGenesis(stolen.token)).toBeUndefined();
  });

  it('belongs to the link that is made of its key and salt, or of a change of the salt, and to no other', async () => {
    const newSalt = salt.map((byte) => byte + 1);
    const [code, newCode] = await Promise.all([deriveInviteCode(alice.publicKey, salt), deriveInviteCode(alice.publicKey, newSalt)]);
    const change: LinkChange = { ...issued, id: someId, kind: 'link', version: 1, salt: newSalt };
    expect(await checkLink(code, genesis)).toBe(true);
    expect(await checkLink(newCode, genesis)).toBe(false);
    expect(await checkLink(newCode, genesis, change)).toBe(true);
    expect(await checkLink(code, { ...genesis, ownerKey: bob.publicKey }, change)).toBe(false);
  });
});

describe('an event', () => {
  it('of each kind is read as it was written', async () => {
    for (const content of fields) {
      const { token, event } = await signEvent(alice.privateKey, genesis.id, content);
      expect(await read(token), content.kind).toEqual(event);
      expect(event.id).toBe(await idOf(token));
      expect(peekIssuer(token)).toEqual({ kind: content.kind, issuer: alice.deviceId, room: genesis.id, by: content.by });
    }
  });

  it('is a JWT by ES256, as any library reads it', async () => {
    const { token } = await signEvent(alice.privateKey, genesis.id, pass);
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toEqual({ alg: 'ES256', typ: 'JWT' });
    expect(claimsIn(token)).toEqual({ kind: 'pass', iss: alice.deviceId, aud: genesis.id, seq: 1, key: Buffer.from(bob.publicKey).toString('base64url'), role: 'member', since: 0, cites: [] });
  });

  it('keeps its id when somebody turns its signature about', async () => {
    const { token, event } = await signEvent(alice.privateKey, genesis.id, pass);
    const twin = twinOf(token);
    expect(twin).not.toBe(token);
    expect(await read(twin)).toEqual(event);
  });

  it('of another room, or checked with another key, is none', async () => {
    const { token } = await signEvent(alice.privateKey, genesis.id, pass);
    expect(await readEvent(token, someId, alice.publicKey)).toBeUndefined();
    expect(await readEvent(token, genesis.id, bob.publicKey)).toBeUndefined();
  });

  it('signed by another than it names is refused', async () => {
    const { token } = await signEvent(bob.privateKey, genesis.id, pass);
    expect(await read(token)).toBeUndefined();
    expect(await readEvent(token, genesis.id, bob.publicKey)).toBeUndefined();
  });

  it('whose claims were changed is refused, and so is any other flipped character', async () => {
    const { token } = await signEvent(alice.privateKey, genesis.id, pass);
    const [head, , signature] = token.split('.');
    const changed = Buffer.from(JSON.stringify({ ...claimsIn(token), role: 'host' })).toString('base64url');
    expect(await read(`${head}.${changed}.${signature}`)).toBeUndefined();
    for (let at = 0; at < token.length; at += 7) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(await read(token.slice(0, at) + other + token.slice(at + 1)), `character ${at}`).toBeUndefined();
    }
  });

  it('with another header is refused, however well it is signed', async () => {
    const claims = claimsIn((await signEvent(alice.privateKey, genesis.id, pass)).token);
    expect(await read(await signed(claims))).toBeDefined();
    for (const head of [{ alg: 'none' }, { alg: 'none', typ: 'JWT' }, { alg: 'HS256', typ: 'JWT' }, { typ: 'JWT', alg: 'ES256' }, { alg: 'ES256', typ: 'JWT', crit: ['exp'] }, '']) {
      expect(await read(await signed(claims, head)), JSON.stringify(head)).toBeUndefined();
    }
    const [head, body] = (await signed(claims, { alg: 'none' })).split('.');
    expect(await read(`${head}.${body}.`)).toBeUndefined();
  });

  it('is taken in one spelling only', async () => {
    const { token } = await signEvent(alice.privateKey, genesis.id, pass);
    const [head = '', body = '', signature = ''] = token.split('.');
    const standard = Buffer.from(signature, 'base64url').toString('base64');
    // The last character of 86 has four spare bits; a decoder that ignores them takes sixteen spellings.
    const spare = signature.slice(0, -1) + String.fromCodePoint((signature.codePointAt(85) ?? 0) + 1);
    const spellings = [`${token}.`, `${token}.${signature}`, `.${token}`, ` ${token}`, `${token}\n`, `${token}=`, `${head}..${signature}`, `${head}.${body}=.${signature}`, `${head}.${body}.${standard}`, `${head}.${body}.${spare}`, '..', ''];
    for (const other of spellings) {
      expect(await read(other), other).toBeUndefined();
      expect(peekIssuer(other) === undefined || other.endsWith(spare)).toBe(true);
    }
  });

  it('with claims that no honest device makes is refused, though its signature is good', async () => {
    const [passClaims, removal, policy, titled, link] = await Promise.all(
      [pass, fields[3], fields[4], settings, fields[6]].map(async (content) => claimsIn((await signEvent(alice.privateKey, genesis.id, content ?? pass)).token)),
    );
    const bad: readonly [string, unknown][] = [
      ['no object', []],
      ['no JSON', '{'],
      ['an unknown kind', { ...passClaims, kind: 'decree' }],
      ['sequence 0', { ...passClaims, seq: 0 }],
      ['a broken sequence', { ...passClaims, seq: 1.5 }],
      ['a sequence beyond all', { ...passClaims, seq: countMaximum + 1 }],
      ['a sequence that JSON reads as infinite', JSON.stringify(passClaims).replace('"seq":1', '"seq":1e999')],
      ['a sequence in words', { ...passClaims, seq: '1' }],
      ['an id that is none', { ...passClaims, by: 'short' }],
      ['null for none', { ...passClaims, by: null }],
      ['another role', { ...passClaims, role: 'owner' }],
      ['a time before all', { ...passClaims, since: -1 }],
      ['a time after all', { ...passClaims, since: 9e15 }],
      ['a key that is too short', { ...passClaims, key: 'BAAA' }],
      ['too many citations', { ...passClaims, cites: Array.from({ length: 33 }, () => someId) }],
      ['a subject that is none', { ...removal, sub: 'bob' }],
      ['no feeds', { ...removal, feeds: undefined }],
      ['a feed that is none', { ...removal, feeds: [['feed', 1]] }],
      ['a feed that ends before it begins', { ...removal, feeds: [[someFeed, 0]] }],
      ['too many feeds', { ...removal, feeds: Array.from({ length: feedsInRemoval + 1 }, () => [someFeed, 1]) }],
      ['another policy', { ...policy, policy: 'anarchy' }],
      ['too many devices', { ...policy, upTo: Array.from({ length: upToMaximum + 1 }, () => [bob.deviceId, someId]) }],
      ['a version beyond all', { ...policy, version: 2 ** 53 }],
      ['a long title', { ...titled, title: 'x'.repeat(limits.titleCharacters + 1) }],
      ['a lifetime of more than 30 days', { ...titled, lifetimeS: 30 * 86_400 + 1 }],
      ['a lifetime that is over before it began', { ...titled, lifetimeS: -1 }],
      ['a password key of another length', { ...titled, gate: 'AAAA' }],
      ['a salt of another length', { ...link, salt: 'AAAA' }],
    ];
    for (const [what, claims] of bad) expect(await read(await signed(claims)), what).toBeUndefined();
  });

  it('has a title that can stand in a sentence', async () => {
    const claims = claimsIn((await signEvent(alice.privateKey, genesis.id, settings)).token);
    const titleOf = async (title: string) => {
      const event = await read(await signed({ ...claims, title }));
      return event?.kind === 'settings' ? event.settings.title : undefined;
    };
    expect(await titleOf(' Tea\u202E\u0007  at\nfive ')).toBe('Tea at five');
    expect(await titleOf('\u3164')).toBe('');
    expect(await titleOf('😀'.repeat(limits.titleCharacters))).toBe('😀'.repeat(limits.titleCharacters));
  });

  it('is never longer than what others take', async () => {
    const sequence = countMaximum;
    const full: readonly EventFields[] = [
      { ...later, sequence, kind: 'pass', subject: bob.deviceId, subjectKey: bob.publicKey, role: 'member', sinceMs: 8.64e15, under: someId, cites: Array.from({ length: 32 }, () => someId) },
      { ...later, sequence, kind: 'removal', subject: bob.deviceId, last: someId, feeds: Array.from({ length: feedsInRemoval }, () => [someFeed, 0xffff_ffff] as const) },
      { ...later, sequence, kind: 'policy', version: countMaximum, rule: { policy: 'members', standIn: false }, upTo: Array.from({ length: upToMaximum }, () => [bob.deviceId, someId]) },
      { ...later, sequence, kind: 'settings', version: countMaximum, settings: { ...defaultSettings, title: '👩'.repeat(limits.titleCharacters), gate: 'A'.repeat(43) } },
    ];
    for (const content of full) {
      const { token } = await signEvent(alice.privateKey, genesis.id, content);
      expect(token.length).toBeLessThanOrEqual(limits.tokenCharacters);
      expect(await read(token), content.kind).toBeDefined();
    }
    const padded = { ...claimsIn((await signEvent(alice.privateKey, genesis.id, pass)).token), more: 'x'.repeat(limits.tokenCharacters) };
    expect(await read(await signed(padded))).toBeUndefined();
    const endless: EventFields = { ...pass, cites: Array.from({ length: 80 }, () => someId) };
    await expect(signEvent(alice.privateKey, genesis.id, endless)).rejects.toThrow(RangeError);
  });

  it('names the subject of a pass by its key, so that the two can’t disagree', async () => {
    const { token } = await signEvent(alice.privateKey, genesis.id, { ...pass, subject: alice.deviceId });
    expect(await read(token)).toMatchObject({ subject: await deriveDeviceId(bob.publicKey) });
  });
});
