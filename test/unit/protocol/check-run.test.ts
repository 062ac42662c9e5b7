import { beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import type { Bytes, LogEvent } from '../../../src/core/log-event';
import { checkRun, noHash, sealEvent } from '../../../src/protocol/check-run';
import { encodeBody } from '../../../src/protocol/event-body';
import { deriveFeedId, feedOf } from '../../../src/protocol/feed';
import { decodeRuns, encodeRuns, runOf, type Run, type RunEvent } from '../../../src/protocol/run';
import { SignedFeed } from '../../support/signed-feed';

const room = 'A'.repeat(22);
let alice: SignedFeed;
let bob: SignedFeed;

beforeAll(async () => {
  [alice, bob] = await Promise.all([SignedFeed.make(room), SignedFeed.make(room)]);
  await Promise.all([alice.talk(5), bob.talk(5)]);
});

const whole = (): Run => runOf(alice.feed, alice.events);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const unhex = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'hex'));
const counting = (length: number, from = 0): Bytes => Uint8Array.from({ length }, (_, at) => (from + at) % 256);

function changed(run: Run, at: number, change: Partial<RunEvent>): Run {
  return { ...run, events: run.events.map((event, each) => (each === at ? { ...event, ...change } : event)) };
}


function flipped(bytes: Bytes | undefined): Bytes {
  const copy = Uint8Array.from(bytes ?? []);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

const withoutSignature = (event: LogEvent): LogEvent => ({ ...event, signature: undefined });

describe('a run', () => {
  it('that holds gives the events that were signed, with the one signature that was checked', async () => {
    const events = await checkRun(alice.feed, whole());
    expect(events).toEqual([...alice.events.slice(0, -1).map(withoutSignature), alice.events.at(-1)]);
  });

  it('may be any part of the feed', async () => {
    const events = await checkRun(alice.feed, runOf(alice.feed, alice.events.slice(1, 3)));
    expect(events?.map(({ sequence, hash }) => [sequence, hash])).toEqual(alice.events.slice(1, 3).map(({ sequence, hash }) => [sequence, hash]));
  });

  it('holds without bodies, which stay unknown', async () => {
    const bare = runOf(alice.feed, alice.events.map((event) => ({ ...event, body: undefined })));
    const events = await checkRun(alice.feed, bare);
    expect(events?.map(({ hash, body }) => ({ hash, body }))).toEqual(alice.events.map(({ hash }) => ({ hash, body: undefined })));
  });

  it('needs no signature when its end is known from elsewhere, and none is taken for checked', async () => {
    const unsigned = runOf(alice.feed, alice.events.slice(0, 3).map(withoutSignature));
    expect(await checkRun(alice.feed, unsigned)).toBeUndefined();
    const anchor = alice.events[3]?.previous;
    expect(await checkRun(alice.feed, unsigned, anchor)).toEqual(alice.events.slice(0, 3).map(withoutSignature));
    expect(await checkRun(alice.feed, runOf(alice.feed, alice.events.slice(0, 3)), anchor)).toEqual(alice.events.slice(0, 3).map(withoutSignature));
  });

  it('that ends otherwise than is known is refused, though it is signed', async () => {
    expect(await checkRun(alice.feed, whole(), noHash)).toBeUndefined();
    expect(await checkRun(alice.feed, whole(), alice.events[3]?.hash)).toBeUndefined();
  });

  it('of the longest that is honest is taken', async () => {
    const carol = await SignedFeed.make(room);
    await carol.talk(256);
    expect((await checkRun(carol.feed, runOf(carol.feed, carol.events)))?.length).toBe(256);
  });
});

describe('refused is a run', () => {
  it.each<[string, () => Run]>([
    ['with a text that its author did not write', () => changed(whole(), 2, { body: flipped(alice.events[2]?.body) })],
    ['with the text of another event', () => changed(changed(whole(), 1, { body: alice.events[2]?.body }), 2, { body: alice.events[1]?.body })],
    ['with a hash that is not its body’s', () => changed(whole(), 2, { body: undefined, bodyHash: flipped(alice.events[2]?.bodyHash) })],
    ['with another clock', () => changed(whole(), 0, { clock: { wallMs: 1, counter: 0 } })],
    ['with another counter', () => changed(whole(), 0, { clock: { wallMs: 1_700_000_001_000, counter: 1 } })],
    ['with another lifetime', () => changed(whole(), 4, { lifetimeS: 1 })],
    ['with another pace', () => changed(whole(), 4, { paceMs: 10_000 })],
    ['with another kind', () => changed(whole(), 3, { kind: 'annotation' })],
    ['with a forged signature', () => changed(whole(), 4, { signature: flipped(alice.events[4]?.signature) })],
    ['without a signature', () => changed(whole(), 4, { signature: undefined })],
    ['signed in the middle alone', () => changed(whole(), 4, { signature: alice.events[3]?.signature })],
    ['from which an event was taken', () => ({ ...whole(), events: whole().events.filter((_, at) => at !== 2) })],
    ['whose events changed places', () => ({ ...whole(), events: [0, 2, 1, 3, 4].flatMap((at) => whole().events[at] ?? []) })],
    ['from which the beginning was taken', () => ({ ...whole(), events: whole().events.slice(1) })],
    ['that says to begin elsewhere', () => ({ ...whole(), first: 2 })],
    ['that hangs on another event', () => ({ ...runOf(alice.feed, alice.events.slice(2)), previous: counting(32) })],
    ['whose first event has one before it', () => ({ ...whole(), previous: counting(32) })],
    ['of no events', () => ({ ...whole(), events: [] })],
    ['beyond the last sequence', () => ({ ...whole(), first: 0xffff_fffe })],
    ['that begins before the first', () => ({ ...whole(), first: 0 })],
    ['of another device', () => runOf(bob.feed, bob.events)],
    ['of another device in this one’s name', () => ({ ...runOf(bob.feed, bob.events), key: alice.feed.key, incarnation: alice.feed.incarnation })],
    ['of another incarnation', () => ({ ...whole(), incarnation: flipped(alice.feed.incarnation) })],
    ['with a body shorter than its salt', () => changed(whole(), 4, { body: new Uint8Array(15) })],
    ['with a body over the limit', () => changed(whole(), 4, { body: new Uint8Array(limits.eventBodyBytes + 1) })],
    ['with neither body nor hash', () => changed(whole(), 4, { body: undefined })],
  ])('%s', async (_what, make) => {
    expect(await checkRun(alice.feed, make())).toBeUndefined();
  });

  it('of another room, though everything else is the same', async () => {
    const { key, incarnation } = alice.feed;
    expect(await checkRun(await feedOf('B'.repeat(22), key, incarnation), whole())).toBeUndefined();
  });

  it.each<[string, Partial<RunEvent>]>([
    ['wallMs', { clock: { wallMs: 1_700_000_005_000 + 2 ** 48, counter: 0 } }],
    ['counter', { clock: { wallMs: 1_700_000_005_000, counter: 65_536 } }],
    ['lifetimeS', { lifetimeS: 2 ** 32 }],
    ['paceMs', { paceMs: 65_535 + 65_536 }],
    ['fraction', { paceMs: 65_535.5 }],
  ])('with a number that would be signed as another one: %s', async (_field, change) => {
    expect(await checkRun(alice.feed, whole())).toBeDefined();
    expect(await checkRun(alice.feed, changed(whole(), 4, change))).toBeUndefined();
  });
});

describe('the test vectors of docs/protocol.md', () => {
  const scope = 'EhH0NpJ9VuyDv3vZWfUncg';
  // The key pair of RFC 6979 §A.2.5.
  const d = 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721';
  const x = '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6';
  const y = '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299';
  const body = unhex('101112131415161718191a1b1c1d1e1f7b226b696e64223a2274657874222c226e616d65223a22416c696365222c2274657874223a2248656c6c6f227d');
  const header = unhex(
    ['01', '00', 'ad530e6ae4e479393590a72f9bb7d701', '00000001', '00'.repeat(32), '018bcfe56800', '0002', '00000e10', 'ffff', 'c7e5578652e26a0019060b941c9258d8f526a1702d1477f27c169361a48bd01a'].join(''),
  );
  const hash = 'a81adced6cf846c26d5986a76cfe94835b6d548075fb0c67f377bf3538b85e52';
  const signature = unhex('80c6bd6572cf72452393f3d41d7f05654cb5c516877ee5646e952c4c13bed888af666ebcd8f94ac5085597a0e818088f42ce9779380caeecfc151a5b25ff51c2');
  const fields = { sequence: 1, kind: 'message', clock: { wallMs: 1_700_000_000_000, counter: 2 }, lifetimeS: 3_600, paceMs: 65_535, previous: noHash } as const;
  const key = unhex(`04${x}${y}`);
  const base64url = (text: string) => Buffer.from(text, 'hex').toString('base64url');

  it('name the feed', async () => {
    expect(await deriveFeedId(scope, key, counting(16))).toBe('rVMOauTkeTk1kKcvm7fXAQ');
    expect((await feedOf(scope, key, counting(16))).device).toBe('6sgsdto3ud5tpcqbamq2kueyhx');
  });

  it('are what signing gives, but for the signature, which is never the same twice', async () => {
    const privateKey = await crypto.subtle.importKey('jwk', { kty: 'EC', crv: 'P-256', d: base64url(d), x: base64url(x), y: base64url(y) }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const content = encodeBody({ kind: 'text', name: 'Alice', text: 'Hello' }, counting(16, 16));
    expect(content).toEqual(body);
    const event = await sealEvent(privateKey, await feedOf(scope, key, counting(16)), fields, content);
    expect(hex(event.hash)).toBe(hash);
    expect(hex(new Uint8Array(await crypto.subtle.digest('SHA-256', header)))).toBe(hash);
    expect(hex(event.bodyHash)).toBe(hex(header.subarray(68)));
  });

  it('hold as a frame', async () => {
    const frame = unhex(
      ['01', '00000007', '0001', hex(key), hex(counting(16)), '0001', '0000', '00000001', '00'.repeat(32), '0001', '06', '018bcfe56800', '0002', '00000e10', 'ffff', hex(signature), '00003d', hex(body)].join(''),
    );
    const decoded = decodeRuns(frame);
    expect(decoded?.want).toBe(7);
    const [run] = decoded?.runs ?? [];
    if (!run) throw new Error('no run in it');
    expect(encodeRuns(7, [run])).toEqual(frame);
    expect((await checkRun(await feedOf(scope, key, counting(16)), run))?.map((event) => hex(event.hash))).toEqual([hash]);
  });
});
