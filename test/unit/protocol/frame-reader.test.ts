import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import type { ControlFrame } from '../../../src/protocol/frames';
import { FrameReader } from '../../../src/protocol/frame-reader';

const hello = JSON.stringify({ kind: 'hello', version: 1, session: 'a'.repeat(26), device: 'b'.repeat(26), name: 'Bob' });
const message = (body: string) =>
  JSON.stringify({ kind: 'message', message: { id: 'A'.repeat(22), author: 'b'.repeat(26), authorName: 'Bob', clock: { wallMs: 1, counter: 0 }, body } });

function reader(state: 'opening' | 'waiting' | 'member') {
  const made = new FrameReader(0);
  if (state !== 'opening') made.advance('waiting');
  if (state === 'member') made.advance('member');
  return made;
}

const afterHello: Record<Exclude<ControlFrame['kind'], 'hello'>, string> = {
  profile: '{"kind":"profile","name":"Bob"}',
  message: message('hi'),
  have: '{"kind":"have","ids":[]}',
  call: '{"kind":"call","inCall":true,"microphoneOn":true,"cameraOn":false}',
  description: '{"kind":"description","type":"offer","sdp":"v=0"}',
  candidate: '{"kind":"candidate","candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host","mid":"0"}',
  ping: '{"kind":"ping","id":1}',
  pong: '{"kind":"pong","id":1}',
  bye: '{"kind":"bye","reason":"leaving"}',
};

describe('before the hello', () => {
  it.each(Object.entries(afterHello))('%s closes the link', (_kind, text) => {
    expect(reader('opening').read('control', text, 0)).toEqual({ kind: 'violation', reason: 'too-early' });
  });

  it('history closes the link', () => {
    expect(reader('opening').read('sync', '{"kind":"messages","messages":[]}', 0)).toEqual({ kind: 'violation', reason: 'too-early' });
  });

  it('nothing longer than 2 KiB is parsed', () => {
    expect(reader('opening').read('control', hello.replace('Bob', 'x'.repeat(2_048)), 0)).toEqual({ kind: 'violation', reason: 'too-large' });
  });

  it('speaking, which may overtake, is passed over', () => {
    expect(reader('opening').read('live', '{"kind":"speaking","on":true}', 0)).toEqual({ kind: 'ignored' });
  });

  it('hello passes', () => {
    expect(reader('opening').read('control', hello, 0)).toMatchObject({ kind: 'frame', frame: { kind: 'hello', name: 'Bob' } });
  });
});

describe('while admission is decided', () => {
  it.each(Object.entries(afterHello))('%s passes only if it says nothing of the room', (kind, text) => {
    const passes = ['ping', 'pong', 'bye'].includes(kind);
    expect(reader('waiting').read('control', text, 0).kind).toBe(passes ? 'frame' : 'violation');
  });
});

describe('from a member', () => {
  it.each(Object.entries(afterHello))('%s passes', (kind, text) => {
    expect(reader('member').read('control', text, 0)).toMatchObject({ kind: 'frame', frame: { kind } });
  });

  it('a second hello closes the link', () => {
    expect(reader('member').read('control', hello, 0)).toEqual({ kind: 'violation', reason: 'second-hello' });
  });

  it.each([
    ['binary', new ArrayBuffer(8), 'binary'],
    ['no JSON', '{', 'malformed'],
    ['an unknown kind', '{"kind":"file"}', 'malformed'],
    ['a frame of another channel', '{"kind":"speaking","on":true}', 'malformed'],
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
    const results = Array.from({ length: 5 * limits.framesASecond + 1 }, () => made.read('control', afterHello.ping, 0).kind);
    expect(results.slice(0, -1).every((kind) => kind === 'frame')).toBe(true);
    expect(results.at(-1)).toBe('violation');
  });
});
