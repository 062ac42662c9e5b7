/** The vectors stand in docs/protocol.md; they were computed by a second implementation, in Python. */
import { beforeAll, describe, expect, it } from 'vitest';
import { protocolVersion } from '../../../src/config';
import { encodeBase64Url } from '../../../src/core/base64url';
import type { InviteCode, SessionId } from '../../../src/core/ids';
import {
  authenticate,
  codeOf,
  commit,
  encodeRefusal,
  Handshake,
  handshakeFrameBytes,
  handshakeTranscript,
  parseRefusal,
  signedBytes,
  type HandshakeOptions,
  type HandshakeSelf,
  type Step,
} from '../../../src/protocol/handshake';
import { deriveDeviceId } from '../../../src/protocol/invite';
import { isActiveSide } from '../../../src/protocol/packet';
import { deriveRoomKeys } from '../../../src/protocol/room-keys';
import { deriveSessionId } from '../../../src/protocol/session-key';
import { sign } from '../../../src/protocol/transcript';

const room = (await deriveRoomKeys('De38aiFQ4A22WxUy7' as InviteCode)).handshake;

const count = (from: number, length: number) => Uint8Array.from({ length }, (_, at) => from + at);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

interface Person {
  readonly self: HandshakeSelf;
  readonly fingerprint: Uint8Array<ArrayBuffer>;
}

async function person(name: string): Promise<Person> {
  const fingerprint = crypto.getRandomValues(new Uint8Array(32));
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const deviceKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { self: { session: await deriveSessionId(fingerprint), deviceKey, name: () => name, sign: (bytes) => sign(pair.privateKey, bytes) }, fingerprint };
}

function handshake(own: Person, other: Person, change: Partial<HandshakeOptions> = {}): Handshake {
  return new Handshake({ keys: room, self: own.self, fingerprint: own.fingerprint, remoteSession: other.self.session, remoteFingerprint: Promise.resolve(other.fingerprint), ...change });
}

/** The text that a step says; fails for any other step. */
async function said(step: Promise<Step>): Promise<string> {
  const result = await step;
  if (result.kind !== 'say') throw new Error(`nothing was said, but ${JSON.stringify(result)}`);
  return result.text;
}

interface Ending {
  readonly step: Exclude<Step, { kind: 'say' }>;
  /** What this side said, in order. */
  readonly texts: readonly string[];
}

/** Both sides' words cross until each is through, or refuses. */
async function converse(a: Handshake, b: Handshake): Promise<[Ending, Ending]> {
  const texts: [string[], string[]] = [[], []];
  let steps = await Promise.all([a.opening, b.opening]);
  const ends: [Ending['step'] | undefined, Ending['step'] | undefined] = [undefined, undefined];
  while (!ends[0] || !ends[1]) {
    for (const at of [0, 1] as const) {
      const step = steps[at];
      if (step.kind === 'say') texts[at].push(step.text);
      else ends[at] = step;
    }
    const spoken = steps.map((step) => (step.kind === 'say' ? step.text : step.kind === 'refused' ? encodeRefusal(step.reason) : undefined));
    const next = async (listener: Handshake, text: string | undefined, before: Step) => (text === undefined || before.kind !== 'say' ? before : listener.receive(text));
    steps = await Promise.all([next(a, spoken[1], steps[0]), next(b, spoken[0], steps[1])]);
  }
  return [
    { step: ends[0], texts: texts[0] },
    { step: ends[1], texts: texts[1] },
  ];
}

const refusedByUs = (reason: string) => ({ kind: 'refused', reason, by: 'us' });

let alice: Person;
let bob: Person;
beforeAll(async () => {
  [alice, bob] = await Promise.all([person('Alice'), person('Bob')]);
});

describe('two who have the room’s key', () => {
  it('get through, know each other and see the same code', async () => {
    const [atAlice, atBob] = await converse(handshake(alice, bob), handshake(bob, alice));
    expect(atAlice.step).toMatchObject({ kind: 'through', peer: { session: bob.self.session, device: await deriveDeviceId(bob.self.deviceKey), deviceKey: bob.self.deviceKey, name: 'Bob' } });
    expect(atBob.step).toMatchObject({ kind: 'through', peer: { session: alice.self.session, name: 'Alice' } });
    if (atAlice.step.kind !== 'through' || atBob.step.kind !== 'through') return expect.unreachable();
    expect(atAlice.step.peer.code).toEqual(atBob.step.peer.code);
    expect(atAlice.step.peer.code).toHaveLength(7);
    expect(atAlice.step.peer.code.every((number) => Number.isInteger(number) && number >= 0 && number < 64)).toBe(true);
  });

  it('say hello, reveal and proof once each, none of them long', async () => {
    for (const { texts } of await converse(handshake(alice, bob), handshake(bob, alice))) {
      expect(texts.map((text) => (JSON.parse(text) as { kind: string }).kind)).toEqual(['hello', 'reveal', 'proof']);
      expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(400);
    }
  });

  it('see another code each time they meet', async () => {
    const codes = await Promise.all(Array.from({ length: 3 }, async () => JSON.stringify((await converse(handshake(alice, bob), handshake(bob, alice)))[0].step)));
    expect(new Set(codes).size).toBe(3);
  });

  it('are answered in order when everything comes at once', async () => {
    const bobs = handshake(bob, alice);
    const alices = handshake(alice, bob);
    const hello = await said(bobs.opening);
    const reveal = await said(bobs.receive(await said(alices.opening)));
    const answers = await Promise.all([alices.receive(hello), alices.receive(reveal)].map(said));
    expect(answers.map((text) => (JSON.parse(text) as { kind: string }).kind)).toEqual(['reveal', 'proof']);
  });

  it('know when nothing more belongs to the handshake', async () => {
    const [a, b] = [handshake(alice, bob), handshake(bob, alice)];
    const reveals = await Promise.all([said(a.receive(await said(b.opening))), said(b.receive(await said(a.opening)))]);
    const [, proof] = await Promise.all([said(a.receive(reveals[1])), said(b.receive(reveals[0]))]);
    expect(a.complete).toBe(false);
    const last = a.receive(proof);
    expect(a.complete).toBe(true);
    expect(await last).toMatchObject({ kind: 'through' });
  });
});

describe('a nonce', () => {
  it('is not shown before the other’s commitment is there', async () => {
    const nonce = count(0, 32);
    const made = handshake(alice, bob, { nonce });
    const hello = await said(made.opening);
    expect(hello).not.toContain(encodeBase64Url(nonce));
    expect(await said(made.receive(await said(handshake(bob, alice).opening)))).toContain(encodeBase64Url(nonce));
  });

  it('that does not fit its commitment is refused, and nothing is proven to its sender', async () => {
    const made = handshake(alice, bob);
    const other = handshake(bob, alice);
    await made.receive(await said(other.opening));
    expect(await made.receive(JSON.stringify({ kind: 'reveal', nonce: encodeBase64Url(count(1, 32)) }))).toEqual(refusedByUs('malformed'));
  });
});

describe('a peer is refused', () => {
  it('with the key of another room, by each side', async () => {
    const keys = (await deriveRoomKeys('11111111111111111' as InviteCode)).handshake;
    const ends = await converse(handshake(alice, bob), handshake(bob, alice, { keys }));
    expect(ends.map(({ step }) => step)).toEqual([refusedByUs('key'), refusedByUs('key')]);
  });

  it('with another password, by each side', async () => {
    const base = count(0, 32);
    const [right, wrong] = await Promise.all([deriveRoomKeys(base, count(32, 32)), deriveRoomKeys(base, count(33, 32))]);
    const ends = await converse(handshake(alice, bob, { keys: right.handshake }), handshake(bob, alice, { keys: wrong.handshake }));
    expect(ends.map(({ step }) => step)).toEqual([refusedByUs('key'), refusedByUs('key')]);
  });

  it.each([
    ['an old version, whatever else its hello says', { kind: 'hello', version: 1, session: 'a'.repeat(26), device: 'b'.repeat(26), name: 'Bob' }],
    ['a newer version', { kind: 'hello', version: protocolVersion + 1, keys: ['…'] }],
  ])('that speaks %s', async (_what, hello) => {
    expect(await handshake(alice, bob).receive(JSON.stringify(hello))).toEqual(refusedByUs('version'));
  });

  it('whose certificate is not the one that its session names', async () => {
    const made = handshake(alice, bob, { remoteFingerprint: Promise.resolve(alice.fingerprint) });
    expect(await made.opening).toEqual(refusedByUs('fingerprint'));
    expect(await made.receive(await said(handshake(bob, alice).opening))).toEqual(refusedByUs('fingerprint'));
  });

  it('whose certificate is not the one that its description names', async () => {
    expect(await handshake(alice, bob, { remoteFingerprint: Promise.resolve(undefined) }).opening).toEqual(refusedByUs('fingerprint'));
  });

  it('that saw another certificate of ours than we have, by each side', async () => {
    const ends = await converse(handshake(alice, bob), handshake(bob, alice, { fingerprint: count(0, 32) }));
    expect(ends.map(({ step }) => step)).toEqual([refusedByUs('key'), refusedByUs('key')]);
  });

  it('that comes under our own session', async () => {
    expect(await handshake(alice, alice).opening).toEqual(refusedByUs('identity'));
  });

  it('that sends our own hello back', async () => {
    const made = handshake(alice, bob);
    expect(await made.receive(await said(made.opening))).toEqual(refusedByUs('identity'));
  });

  it('that sends our own reveal back', async () => {
    const made = handshake(alice, bob);
    const reveal = await said(made.receive(await said(handshake(bob, alice).opening)));
    expect(await made.receive(reveal)).toEqual(refusedByUs('malformed'));
  });

  it('that sends our own proof back', async () => {
    const [made, other] = [handshake(alice, bob), handshake(bob, alice)];
    const reveal = await said(other.receive(await said(made.opening)));
    await made.receive(await said(other.opening));
    expect(await made.receive(await said(made.receive(reveal)))).toEqual(refusedByUs('key'));
  });

  it('that repeats what it said the last time', async () => {
    const [, before] = await converse(handshake(alice, bob), handshake(bob, alice));
    const made = handshake(alice, bob);
    const steps: Step[] = [];
    for (const text of before.texts) steps.push(await made.receive(text));
    expect(steps.map(({ kind }) => kind)).toEqual(['say', 'say', 'refused']);
    expect(steps[2]).toEqual(refusedByUs('key'));
  });

  it.each(['hello', 'reveal', 'proof'])('that repeats its last %s alone', async (kind) => {
    const [, before] = await converse(handshake(alice, bob), handshake(bob, alice));
    const old = before.texts.find((text) => text.includes(`"${kind}"`)) ?? '';
    const [a, b] = [handshake(alice, bob), handshake(bob, alice)];
    const replaced = (text: string) => (text.includes(`"kind":"${kind}"`) ? old : text);
    const reveal = await said(b.receive(await said(a.opening)));
    await a.receive(replaced(await said(b.opening)));
    const afterReveal = await a.receive(replaced(reveal));
    if (afterReveal.kind !== 'say') return expect(afterReveal).toEqual(refusedByUs('malformed'));
    expect(await a.receive(old)).toEqual(refusedByUs('key'));
  });

  it('that has the room’s key, but signs with another key than it names', async () => {
    const stranger = await person('Eve');
    const ends = await converse(handshake(alice, bob), handshake({ ...bob, self: { ...bob.self, sign: (bytes) => stranger.self.sign(bytes) } }, alice));
    expect(ends[0].step).toEqual(refusedByUs('identity'));
  });

  it('that has the room’s key, but names a key that is none', async () => {
    const ends = await converse(handshake(alice, bob), handshake({ ...bob, self: { ...bob.self, deviceKey: new Uint8Array(65).fill(4) } }, alice));
    expect(ends[0].step).toEqual(refusedByUs('identity'));
  });

  it('that authenticates itself with the key of the other direction', async () => {
    const keys = { ...room, fromSmaller: room.fromLarger, fromLarger: room.fromSmaller };
    const ends = await converse(handshake(alice, bob), handshake(bob, alice, { keys }));
    expect(ends.map(({ step }) => step)).toEqual([refusedByUs('key'), refusedByUs('key')]);
  });
});

describe('whoever stands in the middle', () => {
  /** Eve is introduced to each as herself, so that both have a DTLS connection with her. */
  it('and has not the room’s key is refused by both when she passes their words on', async () => {
    const [toAlice, toBob] = await Promise.all([person('Eve'), person('Eve')]);
    const ends = await converse(handshake(alice, toAlice), handshake(bob, toBob));
    expect(ends.map(({ step }) => step)).toEqual([refusedByUs('malformed'), refusedByUs('malformed')]);
  });

  it('and has it gets through as herself, and the codes differ', async () => {
    const eve = await person('Eve');
    const [[atAlice], [atBob]] = await Promise.all([converse(handshake(alice, eve), handshake(eve, alice)), converse(handshake(bob, eve), handshake(eve, bob))]);
    if (atAlice.step.kind !== 'through' || atBob.step.kind !== 'through') return expect.unreachable();
    expect(atAlice.step.peer.code).not.toEqual(atBob.step.peer.code);
    expect(atAlice.step.peer.deviceKey).toEqual(eve.self.deviceKey);
  });

  it('and claims their sessions is refused, having other certificates', async () => {
    const eve = await person('Eve');
    expect(await handshake(alice, bob, { remoteFingerprint: Promise.resolve(eve.fingerprint) }).opening).toEqual(refusedByUs('fingerprint'));
    expect(await handshake(bob, alice, { remoteFingerprint: Promise.resolve(eve.fingerprint) }).opening).toEqual(refusedByUs('fingerprint'));
  });
});

describe('what is not the next frame of the handshake', () => {
  const key = encodeBase64Url(count(4, 65));
  const bytes = encodeBase64Url(count(0, 32));
  const hello = JSON.stringify({ kind: 'hello', version: protocolVersion, deviceKey: key, commitment: bytes });
  const reveal = JSON.stringify({ kind: 'reveal', nonce: bytes });
  const proof = JSON.stringify({ kind: 'proof', signature: encodeBase64Url(count(0, 64)), mac: bytes, name: 'Bob' });

  it.each([
    ['a reveal', reveal],
    ['a proof', proof],
    ['a ping', '{"kind":"ping","id":1}'],
    ['a message', '{"kind":"message"}'],
    ['an unknown kind', '{"kind":"welcome"}'],
    ['no JSON', '{'],
    ['nothing', ''],
    ['a number', '1'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a hello without a key', JSON.stringify({ kind: 'hello', version: protocolVersion, commitment: bytes })],
    ['a hello with a short key', hello.replace(key, key.slice(4))],
    ['a hello with a short commitment', hello.replace(bytes, bytes.slice(4))],
    ['a hello whose version is a text', hello.replace(`"version":${protocolVersion}`, `"version":"${protocolVersion}"`)],
    ['a refusal without a reason', '{"kind":"refuse"}'],
    ['a refusal with a reason unknown', '{"kind":"refuse","reason":"mood"}'],
  ])('is refused at first: %s', async (_what, text) => {
    expect(await handshake(alice, bob).receive(text)).toEqual(refusedByUs('malformed'));
  });

  it.each([
    ['a second hello', hello],
    ['a hello of another version', hello.replace(`"version":${protocolVersion}`, '"version":1')],
    ['a proof', proof],
    ['a short nonce', reveal.replace(bytes, bytes.slice(4))],
  ])('is refused after the hello: %s', async (_what, text) => {
    const made = handshake(alice, bob);
    await made.receive(hello);
    expect(await made.receive(text)).toEqual(refusedByUs('malformed'));
  });

  it.each([
    ['a second hello', hello],
    ['a second reveal', reveal],
    ['a proof without a name', proof.replace('"name":"Bob"', '"nom":"Bob"')],
    ['a short signature', proof.replace(encodeBase64Url(count(0, 64)), encodeBase64Url(count(0, 63)))],
  ])('is refused after the reveal: %s', async (_what, text) => {
    const [made, other] = [handshake(alice, bob), handshake(bob, alice)];
    await made.receive(await said(other.opening));
    await said(made.receive(await said(other.receive(await said(made.opening)))));
    expect(await made.receive(text)).toEqual(refusedByUs('malformed'));
  });

  it('is refused when it is longer than 2,048 bytes, and not before', async () => {
    const padded = (length: number) => hello.replace('{', `{"more":"${'~'.repeat(length - hello.length - '"more":"",'.length)}",`);
    expect(padded(handshakeFrameBytes)).toHaveLength(2_048);
    expect(await handshake(alice, bob).receive(padded(2_048))).toMatchObject({ kind: 'say' });
    expect(await handshake(alice, bob).receive(padded(2_049))).toEqual(refusedByUs('malformed'));
    // Bytes count, not letters.
    expect(await handshake(alice, bob).receive(padded(1_000).replaceAll('~', 'ü'))).toMatchObject({ kind: 'say' });
    expect(await handshake(alice, bob).receive(padded(1_500).replaceAll('~', 'ü'))).toEqual(refusedByUs('malformed'));
  });

  it('ends it: the right frame afterwards changes nothing', async () => {
    const made = handshake(alice, bob);
    await made.receive(reveal);
    expect(await made.receive(await said(handshake(bob, alice).opening))).toEqual(refusedByUs('malformed'));
  });
});

describe('a refusal', () => {
  it.each(['version', 'key', 'identity', 'fingerprint', 'malformed'] as const)('by the other side is told with its reason: %s', async (reason) => {
    expect(await handshake(alice, bob).receive(encodeRefusal(reason))).toEqual({ kind: 'refused', reason, by: 'them' });
    expect(parseRefusal(encodeRefusal(reason))).toBe(reason);
  });

  it('is told from everything else', () => {
    expect(parseRefusal('{"kind":"ping","id":1}')).toBeUndefined();
    expect(parseRefusal(`${encodeRefusal('key')}${' '.repeat(handshakeFrameBytes)}`)).toBeUndefined();
  });
});

describe('the handshake in bytes', () => {
  const alicePart = { deviceKey: Uint8Array.of(4, ...count(1, 64)), nonce: count(64, 32), fingerprint: count(0, 32), session: 'hgxxi2uu6qartwcbyoygtoe5jb' as SessionId };
  const bobPart = { deviceKey: Uint8Array.of(4, ...count(65, 64)), nonce: count(96, 32), fingerprint: count(32, 32), session: 'a6oiyygecjm7dmykqytdcoeyaa' as SessionId };

  it('is the one written down (vector 4)', async () => {
    expect(await deriveSessionId(alicePart.fingerprint)).toBe(alicePart.session);
    expect(await deriveSessionId(bobPart.fingerprint)).toBe(bobPart.session);
    expect(isActiveSide(bobPart.session, alicePart.session)).toBe(true);
    expect(hex(await commit(bobPart.session, bobPart.deviceKey, bobPart.nonce))).toBe('f3f8a679595b18133b9ec88f385a85f1c4d21f747ddafd389475126ee6529f7d');
    expect(hex(await commit(alicePart.session, alicePart.deviceKey, alicePart.nonce))).toBe('f2867c9a9dda04d7f4ca572106aed5b26b8baa42568662d963e1f57b38980006');
    const transcript = handshakeTranscript(room.tag, bobPart, alicePart);
    expect(transcript).toHaveLength(356);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', transcript));
    expect(hex(hash)).toBe('9f93b797395070213acc70bd6fd79ce9301fac3cb7f76625ad843f6bba5a40cb');
    expect(Buffer.from(signedBytes('A', hash)).subarray(0, -32).toString()).toBe('mindmeet/handshake/sign/1A');
    expect(hex(await authenticate(room.fromSmaller, hash, count(0, 64)))).toBe('9f4ccef8e628841d348eda988ccd9efdc510f11dd2fc3cca801362e59b58d4b3');
    expect(hex(await authenticate(room.fromLarger, hash, count(0, 64)))).toBe('ed5ed4d93e976787a77917f8381b74e558cbaaee76d22567fbef23638e851926');
    expect(await codeOf(hash)).toEqual([34, 35, 51, 51, 14, 50, 23]);
  });

  it('is what both sides compute', async () => {
    const fixed = (own: typeof alicePart, other: typeof alicePart, signer: Person) =>
      new Handshake({
        keys: room,
        self: { ...own, name: () => 'somebody', sign: (bytes) => signer.self.sign(bytes) },
        fingerprint: own.fingerprint,
        remoteSession: other.session,
        remoteFingerprint: Promise.resolve(other.fingerprint),
        nonce: own.nonce,
      });
    const withKeys = [{ ...alicePart, deviceKey: alice.self.deviceKey }, { ...bobPart, deviceKey: bob.self.deviceKey }] as const;
    const [{ step }] = await converse(fixed(withKeys[0], withKeys[1], alice), fixed(withKeys[1], withKeys[0], bob));
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', handshakeTranscript(room.tag, withKeys[1], withKeys[0])));
    expect(step).toMatchObject({ kind: 'through', peer: { code: await codeOf(hash) } });
  });
});
