import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import { encodeBase64Url } from '../../../src/core/base64url';
import type { ControlFrame, Frame } from '../../../src/protocol/frames';
import { FrameReader, isForWaiting, type ReaderState } from '../../../src/protocol/frame-reader';
import { encodeRefusal } from '../../../src/protocol/handshake';

const person = { session: 'a'.repeat(26), device: 'b'.repeat(26) };
const key = encodeBase64Url(Uint8Array.from({ length: 65 }, () => 4));
const token = 'e30.e30.AAAA';
const message = (body: string) =>
  JSON.stringify({ kind: 'message', message: { id: 'A'.repeat(22), author: person.device, authorName: 'Bob', clock: { wallMs: 1, counter: 0 }, body } });
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
  message: message('hi'),
  have: '{"kind":"have","ids":[]}',
  call: '{"kind":"call","inCall":true,"microphoneOn":true,"cameraOn":false}',
  description: '{"kind":"description","type":"offer","sdp":"v=0"}',
  candidate: '{"kind":"candidate","candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host","mid":"0"}',
};

const history = '{"kind":"messages","messages":[]}';
const speaking = '{"kind":"speaking","on":true}';

describe('before the handshake is through', () => {
  it.each(['{', '{"kind":"hello"}', ...Object.values(forMembers)])('what comes on control is the handshake’s, unread: %s', (text) => {
    expect(reader('opening').read('control', text, 0)).toEqual({ kind: 'handshake', text });
  });

  it('history closes the link', () => {
    expect(reader('opening').read('sync', history, 0)).toEqual({ kind: 'violation', reason: 'too-early' });
  });

  it('bytes close the link', () => {
    expect(reader('opening').read('control', new ArrayBuffer(8), 0)).toEqual({ kind: 'violation', reason: 'binary' });
  });

  it('speaking, which may overtake, is passed over', () => {
    expect(reader('opening').read('live', speaking, 0)).toEqual({ kind: 'ignored' });
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

  it('speaking is passed over', () => {
    expect(reader(state).read('live', speaking, 0)).toEqual({ kind: 'ignored' });
  });
});

describe('history from a peer that we', () => {
  it('have not admitted closes the link', () => {
    expect(reader('waiting').read('sync', history, 0)).toEqual({ kind: 'violation', reason: 'too-early' });
  });

  it('have admitted may overtake its own word on it', () => {
    expect(reader('admitting').read('sync', history, 0)).toEqual({ kind: 'early' });
  });
});

describe('what a link may say to one that waits', () => {
  it.each([...Object.keys(forMembers), 'messages', 'speaking'] as Frame['kind'][])('is not %s', (kind) => {
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

  it('history and speaking pass, each on its channel', () => {
    expect(reader('member').read('sync', history, 0)).toMatchObject({ kind: 'frame' });
    expect(reader('member').read('live', speaking, 0)).toMatchObject({ kind: 'frame' });
  });

  it.each([
    ['binary', new ArrayBuffer(8), 'binary'],
    ['no JSON', '{', 'malformed'],
    ['an unknown kind', '{"kind":"file"}', 'malformed'],
    ['a frame of another channel', speaking, 'malformed'],
    ['a word of the handshake', encodeRefusal('key'), 'malformed'],
    ['an empty message', message(''), 'malformed'],
    ['a message over the limit', message('x'.repeat(limits.messageCharacters + 1)), 'malformed'],
    ['a frame over the limit', message('x'.repeat(limits.controlFrameBytes)), 'too-large'],
    ['a clock that is no number', message('hi').replace('"wallMs":1', '"wallMs":"1"'), 'malformed'],
    ['a clock beyond all dates', message('hi').replace('"wallMs":1', '"wallMs":9e15'), 'malformed'],
    ['a prototype', '{"kind":"ping","id":1,"__proto__":{"id":2},"constructor":1}', undefined],
  ])('%s', (_what, data, reason) => {
    const result = reader('member').read('control', data, 0);
    expect(result).toMatchObject(reason ? { kind: 'violation', reason } : { kind: 'frame', frame: { kind: 'ping', id: 1 } });
  });

  it('a message of exactly the limit passes, counted in letters', () => {
    expect(reader('member').read('control', message('😀'.repeat(limits.messageCharacters)), 0).kind).toBe('frame');
  });

  it('a flood closes the link, a burst does not', () => {
    const made = reader('member');
    const results = Array.from({ length: 5 * limits.framesASecond + 1 }, () => made.read('control', '{"kind":"ping","id":1}', 0).kind);
    expect(results.slice(0, -1).every((kind) => kind === 'frame')).toBe(true);
    expect(results.at(-1)).toBe('violation');
  });
});
