/** The rules for what a client may say, without sockets. */
import { describe, expect, test } from 'vitest';
import { isIdOf, isTag, readClientFrame, readIdentity, urlForPeer } from '../../../signaling/guards';
import { idOf, otherTag, pathOf, tag } from './support';

describe('the identity in the address', () => {
  test('is read as PeerJS writes it', () => {
    expect(readIdentity(pathOf({}))).toEqual({ tag, id: idOf('a'), token: 'secret' });
  });

  test.each([
    ['a tag with capitals', pathOf({ room: tag.toUpperCase(), id: idOf('a', tag.toUpperCase()) })],
    ['a tag that is too short', pathOf({ room: 'abc', id: idOf('a', 'abc') })],
    ['digits beyond base32', pathOf({ id: `${tag}-${'1'.repeat(26)}` })],
    ['an id of another room', pathOf({ id: idOf('a', otherTag) })],
    ['an id without a session', pathOf({ id: `${tag}-` })],
    ['an id with more behind it', pathOf({ id: `${idOf('a')}%0A` })],
    ['no token', pathOf({ token: '' })],
    ['a token of another alphabet', pathOf({ token: '%00' })],
    ['an endless token', pathOf({ token: 'x'.repeat(65) })],
    ['another key', pathOf({}).replace('key=peerjs', 'key=other')],
    ['a path below', pathOf({}).replace('/peerjs?', '/peerjs/peers?')],
    ['a path above', pathOf({}).replace('/peerjs?', '?')],
    ['an id given twice', `${pathOf({})}&id=${idOf('b', otherTag)}`],
    ['a token given twice', `${pathOf({})}&token=other`],
    ['no URL at all', '//[' ],
  ])('is refused with %s', (_what, url) => {
    expect(readIdentity(url)).toBeUndefined();
  });

  test('goes on to peer without anything that was not checked', () => {
    const identity = readIdentity(`${pathOf({})}&extra=1`);
    expect(identity && urlForPeer(identity)).toBe(`/?key=peerjs&id=${idOf('a')}&token=secret`);
  });
});

describe('a frame', () => {
  test('may be a heartbeat', () => {
    expect(readClientFrame('{"type":"HEARTBEAT"}', tag, 100)).toEqual({ frame: { type: 'HEARTBEAT' } });
  });

  test('may be an offer within the room, and loses its src', () => {
    const text = JSON.stringify({ type: 'OFFER', src: 'whoever', dst: idOf('b'), payload: 'AZaz09-_' });
    expect(readClientFrame(text, tag, 100)).toEqual({ frame: { type: 'OFFER', dst: idOf('b'), payload: 'AZaz09-_' } });
  });

  test.each([
    ['garbage', '{', 1007],
    ['nothing', '', 1007],
    ['a number', '1', 1007],
    ['null', 'null', 1007],
    ['a list', '[]', 1007],
    ['no type', '{}', 1008],
    ['LEAVE', JSON.stringify({ type: 'LEAVE', dst: idOf('b') }), 1008],
    ['EXPIRE', JSON.stringify({ type: 'EXPIRE', dst: idOf('b') }), 1008],
    ['ANSWER', JSON.stringify({ type: 'ANSWER', dst: idOf('b'), payload: 'x' }), 1008],
    ['CANDIDATE', JSON.stringify({ type: 'CANDIDATE', dst: idOf('b'), payload: 'x' }), 1008],
    ['OPEN', '{"type":"OPEN"}', 1008],
    ['a type that is no text', '{"type":["OFFER"]}', 1008],
    ['a heartbeat with luggage', '{"type":"HEARTBEAT","payload":"x"}', 1008],
    ['an offer to nobody', '{"type":"OFFER","payload":"x"}', 1008],
    ['an offer to a list', JSON.stringify({ type: 'OFFER', dst: [idOf('b')], payload: 'x' }), 1008],
    ['an offer into another room', JSON.stringify({ type: 'OFFER', dst: idOf('b', otherTag), payload: 'x' }), 1008],
    ['an offer without a payload', JSON.stringify({ type: 'OFFER', dst: idOf('b') }), 1008],
    ['a payload that is an object', JSON.stringify({ type: 'OFFER', dst: idOf('b'), payload: {} }), 1008],
    ['a payload that is not base64url', JSON.stringify({ type: 'OFFER', dst: idOf('b'), payload: 'a+b=' }), 1008],
    ['an unknown field', JSON.stringify({ type: 'OFFER', dst: idOf('b'), payload: 'x', more: 1 }), 1008],
    ['a prototype', `{"type":"OFFER","dst":"${idOf('b')}","payload":"x","__proto__":{"a":1}}`, 1008],
    ['a payload too long', JSON.stringify({ type: 'OFFER', dst: idOf('b'), payload: 'x'.repeat(101) }), 1009],
  ])('is a violation with %s', (_what, text, code) => {
    expect(readClientFrame(text, tag, 100)).toMatchObject({ violation: { code } });
  });
});

test('tags and ids are base32 of fixed length', () => {
  expect(isTag(tag)).toBe(true);
  expect(isTag(`${tag}a`)).toBe(false);
  expect(isIdOf(tag, idOf('7'))).toBe(true);
  expect(isIdOf(otherTag, idOf('7'))).toBe(false);
});
