import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import { encodeBase64Url } from '../../../src/core/base64url';
import { encodeFilePiece, filePieceMaximum } from '../../../src/protocol/file-piece';
import type { ControlFrame, FileFrame, Frame, LiveFrame, SyncFrame } from '../../../src/protocol/frames';
import { FrameReader, isForWaiting, readPiece, type ReaderState } from '../../../src/protocol/frame-reader';
import { encodeRefusal } from '../../../src/protocol/handshake';
import { encodeRuns, type Run, type RunEvent } from '../../../src/protocol/run';

const person = { session: 'a'.repeat(26), device: 'b'.repeat(26) };
const key = encodeBase64Url(Uint8Array.from({ length: 65 }, () => 4));
const token = 'e30.e30.AAAA';
const feed = 'A'.repeat(22);
const file = 'c'.repeat(26);
const hash = 'A'.repeat(43);
const read = (...upTo: readonly unknown[]) => JSON.stringify({ kind: 'read', heads: upTo.map((sequence) => [feed, sequence]) });
const knock = {
  kind: 'knock',
  version: 2,
  session: person.session,
  sessionKey: key,
  deviceKey: key,
  name: 'Bob',
  credentials: { ufrag: 'uuuu', pwd: 'p'.repeat(22), fingerprint: 'A'.repeat(43) },
  signature: 'A'.repeat(86),
};

function reader(state: ReaderState): FrameReader {
  const made = new FrameReader(0);
  if (state !== 'opening') made.advance(state);
  return made;
}

/** What admission itself needs. */
const forWaiting = {
  holds: JSON.stringify({ kind: 'holds', ids: ['A'.repeat(22)] }),
  events: JSON.stringify({ kind: 'events', tokens: [token] }),
  admitted: '{"kind":"admitted"}',
  ping: '{"kind":"ping","id":1}',
  pong: '{"kind":"pong","id":1}',
  bye: '{"kind":"bye","reason":"leaving"}',
} satisfies Partial<Record<ControlFrame['kind'], string>>;

/** Every other kind: a new one doesn't typecheck until it is decided here who may send it. */
const forMembers: Record<Exclude<ControlFrame['kind'], keyof typeof forWaiting>, string> = {
  peers: JSON.stringify({ kind: 'peers', peers: [{ ...person, sessionKey: key, name: 'Bob' }], slots: [0, 2] }),
  relay: JSON.stringify({ kind: 'relay', to: person.session, from: person.session, envelope: 'AAAA' }),
  handled: JSON.stringify({ kind: 'handled', session: person.session }),
  ring: JSON.stringify({ kind: 'ring', knock, standIn: false }),
  'ring-seen': JSON.stringify({ kind: 'ring-seen', session: person.session }),
  'ring-over': JSON.stringify({ kind: 'ring-over', device: person.device, outcome: 'accepted' }),
  profile: '{"kind":"profile","name":"Bob"}',
  read: read(1),
  call: '{"kind":"call","inCall":true,"microphoneOn":true,"cameraOn":false}',
  description: '{"kind":"description","type":"offer","sdp":"v=0"}',
  candidate: '{"kind":"candidate","candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host","mid":"0"}',
  offer: JSON.stringify({ kind: 'offer', offer: 'A'.repeat(22), file: { id: file, name: 'report.pdf', type: 'application/pdf', sizeBytes: 1, look: { kind: 'plain' } } }),
  'offer-answer': JSON.stringify({ kind: 'offer-answer', offer: 'A'.repeat(22), answer: 'accepted' }),
  lane: JSON.stringify({ kind: 'lane', lane: 1, ufrag: 'uuuu', pwd: 'p'.repeat(22), candidates: ['candidate:1 1 udp 1 192.0.2.1 9 typ host'] }),
  'lane-end': '{"kind":"lane-end","lane":1}',
  'lanes-wished': '{"kind":"lanes-wished","count":8}',
};

/** What crosses the other channels as text. */
const onSync: Record<SyncFrame['kind'], string> = {
  digest: JSON.stringify({ kind: 'digest', digest: hash }),
  vector: JSON.stringify({ kind: 'vector', feeds: [{ key, incarnation: feed, ranges: [{ first: 1, last: 7 }], hash }], answer: false }),
  want: JSON.stringify({ kind: 'want', want: 1, parts: [{ feed, range: { first: 1, last: 0xffff_ffff } }], credit: 8 }),
  credit: '{"kind":"credit","want":1,"frames":8}',
  served: '{"kind":"served","want":1}',
  enough: '{"kind":"enough","want":1}',
  got: JSON.stringify({ kind: 'got', heads: [[feed, 7]] }),
};
const onLive: Record<LiveFrame['kind'], string> = {
  speaking: '{"kind":"speaking","on":true}',
  typing: '{"kind":"typing","on":true}',
  heard: JSON.stringify({ kind: 'heard', feed, sequence: 7 }),
};
const onFile: Record<FileFrame['kind'], string> = {
  'file-ask': JSON.stringify({ kind: 'file-ask', id: file }),
  'file-unask': JSON.stringify({ kind: 'file-unask', id: file }),
  'file-have': JSON.stringify({ kind: 'file-have', id: file, whole: false, bits: 'gA' }),
  'file-list': JSON.stringify({ kind: 'file-list', ticket: 1, id: file }),
  'file-get': JSON.stringify({ kind: 'file-get', ticket: 1, id: file, chunks: [0, 61_035] }),
  'file-no': '{"kind":"file-no","ticket":1,"chunk":0,"reason":"lacking"}',
  'file-stop': '{"kind":"file-stop","ticket":1}',
};
const { digest } = onSync;
const { speaking } = onLive;
const ask = onFile['file-ask'];
const piece = encodeFilePiece({ ticket: 1, chunk: 0, offset: 0, bytes: new Uint8Array(limits.filePieceBytes) }).buffer;

const event: RunEvent = { kind: 'message', clock: { wallMs: 1, counter: 0 }, lifetimeS: 0, paceMs: 0, signature: new Uint8Array(64), body: new Uint8Array(80), bodyHash: undefined };
const runWith = (...events: readonly RunEvent[]): Run => ({ key: new Uint8Array(65), incarnation: new Uint8Array(16), first: 1, previous: new Uint8Array(32), events });
const run = runWith(event);
const bytesOf = (want: number, ...runs: readonly Run[]) => encodeRuns(want, runs).buffer;
const runs = bytesOf(0, run);

describe('before the handshake is through', () => {
  it.each(['{', '{"kind":"hello"}', ...Object.values(forMembers)])('what comes on control is the handshake’s, unread: %s', (text) => {
    expect(reader('opening').read('control', text, 0)).toEqual({ kind: 'handshake', text });
  });

  it.each([digest, runs])('the log closes the link', (data) => {
    expect(reader('opening').read('sync', data, 0)).toEqual({ kind: 'violation', reason: 'too-early' });
  });

  it.each([ask, piece])('what is of files closes the link', (data) => {
    expect(reader('opening').read('file', data, 0)).toEqual({ kind: 'violation', reason: 'too-early' });
  });

  it('bytes close the link', () => {
    expect(reader('opening').read('control', new ArrayBuffer(8), 0)).toEqual({ kind: 'violation', reason: 'binary' });
  });

  it.each([speaking, runs])('what live carries, and may overtake, is passed over', (data) => {
    expect(reader('opening').read('live', data, 0)).toEqual({ kind: 'ignored' });
  });
});

describe.each(['waiting', 'admitting'] as const)('before both sides have admitted each other (%s)', (state) => {
  it.each(Object.entries(forMembers))('%s closes the link', (_kind, text) => {
    expect(reader(state).read('control', text, 0)).toEqual({ kind: 'violation', reason: 'too-early' });
  });

  it.each(Object.entries(forWaiting))('%s passes', (kind, text) => {
    expect(reader(state).read('control', text, 0)).toMatchObject({ kind: 'frame', frame: { kind } });
  });

  it('a refusal of our proof passes', () => {
    expect(reader(state).read('control', encodeRefusal('key'), 0)).toEqual({ kind: 'refusal', reason: 'key' });
  });

  it('what is no frame closes the link', () => {
    expect(reader(state).read('control', '{"kind":"hello"}', 0)).toEqual({ kind: 'violation', reason: 'malformed' });
  });

  it.each([speaking, runs])('what live carries is passed over', (data) => {
    expect(reader(state).read('live', data, 0)).toEqual({ kind: 'ignored' });
  });
});

describe('the log from a peer that we', () => {
  it.each([digest, runs])('have not admitted closes the link', (data) => {
    expect(reader('waiting').read('sync', data, 0)).toEqual({ kind: 'violation', reason: 'too-early' });
  });

  it.each([digest, runs])('have admitted may overtake its own word on it', (data) => {
    expect(reader('admitting').read('sync', data, 0)).toEqual({ kind: 'early' });
  });
});

describe('what is of files from a peer that we', () => {
  it.each([ask, piece])('have not admitted closes the link', (data) => {
    expect(reader('waiting').read('file', data, 0)).toEqual({ kind: 'violation', reason: 'too-early' });
  });

  it.each([ask, piece])('have admitted may overtake its own word on it', (data) => {
    expect(reader('admitting').read('file', data, 0)).toEqual({ kind: 'early' });
  });

  it('have admitted closes the link at once when it is too long to be a piece', () => {
    expect(reader('admitting').read('file', new ArrayBuffer(filePieceMaximum + 1), 0)).toEqual({ kind: 'violation', reason: 'too-large' });
  });
});

describe('what a link may say to one that waits', () => {
  it.each([...Object.keys({ ...forMembers, ...onSync, ...onFile, ...onLive }), 'runs'] as Frame['kind'][])('is not %s', (kind) => {
    expect(isForWaiting(kind)).toBe(false);
  });

  it.each(Object.keys(forWaiting) as Frame['kind'][])('is %s', (kind) => {
    expect(isForWaiting(kind)).toBe(true);
  });
});

describe('from a member', () => {
  it.each(Object.entries({ ...forMembers, ...forWaiting }))('%s passes', (kind, text) => {
    expect(reader('member').read('control', text, 0)).toMatchObject({ kind: 'frame', frame: { kind } });
  });

  it.each(Object.entries(onSync))('%s passes on sync alone', (kind, text) => {
    expect(reader('member').read('sync', text, 0)).toMatchObject({ kind: 'frame', frame: { kind } });
    for (const channel of ['control', 'file', 'live'] as const) expect(reader('member').read(channel, text, 0)).toEqual({ kind: 'violation', reason: 'malformed' });
  });

  it.each(Object.entries(onFile))('%s passes on file alone', (kind, text) => {
    expect(reader('member').read('file', text, 0)).toMatchObject({ kind: 'frame', frame: { kind } });
    for (const channel of ['control', 'sync', 'live'] as const) expect(reader('member').read(channel, text, 0)).toEqual({ kind: 'violation', reason: 'malformed' });
  });

  it('a piece of a file passes on file, unread', () => {
    expect(reader('member').read('file', piece, 0)).toEqual({ kind: 'piece', bytes: piece });
    expect(reader('member').read('file', new ArrayBuffer(filePieceMaximum), 0).kind).toBe('piece');
    expect(reader('member').read('file', new ArrayBuffer(filePieceMaximum + 1), 0)).toEqual({ kind: 'violation', reason: 'too-large' });
  });

  it.each(Object.entries(onLive))('%s passes on live alone', (kind, text) => {
    expect(reader('member').read('live', text, 0)).toMatchObject({ kind: 'frame', frame: { kind } });
    for (const channel of ['control', 'sync', 'file'] as const) expect(reader('member').read(channel, text, 0)).toEqual({ kind: 'violation', reason: 'malformed' });
  });

  it.each([
    ['binary', new ArrayBuffer(8), 'binary'],
    ['no JSON', '{', 'malformed'],
    ['an unknown kind', '{"kind":"file"}', 'malformed'],
    ['a frame of another channel', speaking, 'malformed'],
    ['a word of the handshake', encodeRefusal('key'), 'malformed'],
    ['bytes of the log', runs, 'binary'],
    ['bytes of another kind', new Uint8Array(8), 'binary'],
    ['a name over the limit', JSON.stringify({ kind: 'profile', name: 'x'.repeat(1_000) }), 'malformed'],
    ['a frame over the limit', JSON.stringify({ kind: 'profile', name: 'x'.repeat(limits.controlFrameBytes) }), 'too-large'],
    ['a sequence that is no number', read('1'), 'malformed'],
    ['a sequence beyond all', read(2 ** 32), 'malformed'],
    ['more feeds than are told of', read(...Array.from({ length: limits.feedsTold + 1 }, () => 1)), 'malformed'],
    ['a prototype', '{"kind":"ping","id":1,"__proto__":{"id":2},"constructor":1}', undefined],
  ])('%s', (_what, data, reason) => {
    const result = reader('member').read('control', data, 0);
    expect(result).toMatchObject(reason ? { kind: 'violation', reason } : { kind: 'frame', frame: { kind: 'ping', id: 1 } });
  });

  it('events of the log pass on sync, as many as fit', () => {
    const many = bytesOf(7, run, runWith(event, event), { ...run, key: new Uint8Array(65).fill(1) });
    expect(reader('member').read('sync', many, 0)).toMatchObject({ kind: 'frame', frame: { kind: 'runs', channel: 'sync', want: 7, runs: [{ events: [event] }, { events: [event, event] }, { events: [event] }] } });
    const longest = runWith({ ...event, body: new Uint8Array(limits.eventBodyBytes) });
    expect(reader('member').read('sync', bytesOf(0, longest), 0).kind).toBe('frame');
    expect(reader('member').read('sync', bytesOf(0, longest, longest), 0)).toEqual({ kind: 'violation', reason: 'too-large' });
  });

  it('a few small events of one feed pass on live', () => {
    const few = Array.from({ length: limits.liveEvents }, () => event);
    expect(reader('member').read('live', bytesOf(0, runWith(...few)), 0).kind).toBe('frame');
  });

  it('one small event passes on live', () => {
    expect(reader('member').read('live', runs, 0)).toEqual({ kind: 'frame', frame: { kind: 'runs', channel: 'live', want: 0, runs: [run] } });
    const largest = { ...event, body: new Uint8Array(limits.liveEventBytes - 82) };
    expect(reader('member').read('live', bytesOf(0, runWith(largest)), 0).kind).toBe('frame');
  });

  it.each([
    ['more events than a few', bytesOf(0, runWith(...Array.from({ length: limits.liveEvents + 1 }, () => event))), 'malformed'],
    ['two runs', bytesOf(0, run, run), 'malformed'],
    ['an event that somebody asked for', bytesOf(1, run), 'malformed'],
    ['an event that is too long for it', bytesOf(0, runWith({ ...event, body: new Uint8Array(limits.liveEventBytes - 81) })), 'malformed'],
    ['more than it carries', bytesOf(0, runWith({ ...event, body: new Uint8Array(limits.liveFrameBytes) })), 'too-large'],
    ['a text that is too long', JSON.stringify({ kind: 'typing', on: true, more: 'x'.repeat(limits.liveFrameBytes) }), 'too-large'],
    ['other bytes', new ArrayBuffer(8), 'malformed'],
  ])('%s on live closes the link', (_what, data, reason) => {
    expect(reader('member').read('live', data, 0)).toEqual({ kind: 'violation', reason });
  });

  it.each([
    ['bytes that are no run', new ArrayBuffer(8)],
    ['a range that ends before it begins', onSync.want.replace('"first":1', '"first":8').replace('4294967295', '7')],
    ['a part of no feed', onSync.want.replace(feed, 'feed')],
    ['no parts', '{"kind":"want","want":1,"parts":[],"credit":8}'],
    ['a want without a name', onSync.served.replace('1', '0')],
    ['endless credit', onSync.credit.replace('8', '65')],
    ['a digest of another length', JSON.stringify({ kind: 'digest', digest: 'AAAA' })],
    ['sequence 0', onSync.got.replace('7', '0')],
    ['a feed without ranges', onSync.vector.replace('{"first":1,"last":7}', '')],
  ])('%s on sync closes the link', (_what, data) => {
    expect(reader('member').read('sync', data, 0)).toEqual({ kind: 'violation', reason: 'malformed' });
  });

  it('as many feeds as may be told of pass in one frame, and no more', () => {
    const gotOf = (count: number) => JSON.stringify({ kind: 'got', heads: Array.from({ length: count }, () => [feed, 7]) });
    expect(reader('member').read('sync', gotOf(limits.feedsTold), 0).kind).toBe('frame');
    expect(reader('member').read('sync', gotOf(limits.feedsTold + 1), 0)).toEqual({ kind: 'violation', reason: 'malformed' });
    expect(reader('member').read('sync', gotOf(limits.controlFrameBytes / 8), 0)).toEqual({ kind: 'violation', reason: 'too-large' });
  });

  it('a flood closes the link, a burst does not', () => {
    const made = reader('member');
    const results = Array.from({ length: 5 * limits.framesASecond + 1 }, () => made.read('control', '{"kind":"ping","id":1}', 0).kind);
    expect(results.slice(0, -1).every((kind) => kind === 'frame')).toBe(true);
    expect(results.at(-1)).toBe('violation');
  });

  it('pieces of files are no flood, whatever they ask for in words is', () => {
    const made = reader('member');
    const read = (data: unknown) => Array.from({ length: 5 * limits.framesASecond + 1 }, () => made.read('file', data, 0).kind);
    expect(read(piece).every((kind) => kind === 'piece')).toBe(true);
    expect(read(ask).at(-1)).toBe('violation');
  });

  it.each([
    ['bytes that are no buffer', new Blob(['x']), 'binary'],
    ['a chunk beyond the largest file', onFile['file-get'].replace('61035', '61036'), 'malformed'],
    ['no chunks', onFile['file-get'].replace('0,61035', ''), 'malformed'],
    ['more chunks than may be asked for', JSON.stringify({ kind: 'file-get', ticket: 1, id: file, chunks: Array.from({ length: limits.chunksAsked + 1 }, (_, at) => at) }), 'malformed'],
    ['a file without a name', ask.replace(file, ''), 'malformed'],
    ['a frame over the limit', JSON.stringify({ kind: 'file-ask', id: file, more: 'x'.repeat(limits.controlFrameBytes) }), 'too-large'],
  ])('%s on file closes the link', (_what, data, reason) => {
    expect(reader('member').read('file', data, 0)).toEqual({ kind: 'violation', reason });
  });

  it.each([
    ['lane 0', forMembers['lane-end'].replace('1', '0')],
    ['more lanes than there may be', forMembers['lanes-wished'].replace('8', String(limits.fileLanes + 1))],
    ['a lane without a password', forMembers.lane.replace('p'.repeat(22), 'p')],
    ['a lane that leads where no address is', forMembers.lane.replace('192.0.2.1', 'example.org')],
  ])('%s closes the link', (_what, data) => {
    expect(reader('member').read('control', data, 0)).toEqual({ kind: 'violation', reason: 'malformed' });
  });
});

describe('from a lane', () => {
  it.each([
    ['a piece', piece, { kind: 'piece', bytes: piece }],
    ['too much for one', new ArrayBuffer(filePieceMaximum + 1), { kind: 'violation', reason: 'too-large' }],
    ['a text', ask, { kind: 'violation', reason: 'malformed' }],
    ['a blob', new Blob(['x']), { kind: 'violation', reason: 'malformed' }],
  ])('%s', (_what, data, result) => {
    expect(readPiece(data)).toEqual(result);
  });
});
