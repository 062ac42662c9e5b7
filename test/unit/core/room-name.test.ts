import { describe, expect, it } from 'vitest';
import { encodeInviteCode } from '../../../src/core/invite-code';
import { readFragment, readRoomText } from '../../../src/core/room-address';
import { cleanRoomName, namedRoomCode, readNamedRoomCode } from '../../../src/core/room-name';

describe('the name of a room', () => {
  it.each([
    ['Book Club', 'book club'],
    ['  book \t\n club  ', 'book club'],
    ['book\u00A0club', 'book club'],
    ['ＢＯＯＫ ｃｌｕｂ', 'book club'],
    ['cafe\u0301', 'caf\u00E9'],
    ['CAFÉ', 'café'],
    ['ﬁlm', 'film'],
    ['Straße', 'straße'],
    ['İstanbul', 'i\u0307stanbul'],
    ['book\u200Bclub', 'bookclub'],
    ['book \u200B club', 'book club'],
    ['so\u00ADft', 'soft'],
    ['❤\uFE0F', '❤'],
    ['book\u202Eclub\u2066', 'bookclub'],
    ['\uD800book\u0000', 'book'],
    ['e\u0316\u0316\u0316\u0316', 'e\u0316\u0316'],
    ['ОТДЕЛ', 'отдел'],
    ['読書会', '読書会'],
  ])('%j is %j', (raw, name) => {
    expect(cleanRoomName(raw)).toBe(name);
  });

  it.each(['', '   ', '\u200B\u2060', '\u3164', '\u2800', '\u0301', '\u202E'])('is nothing when nothing shows: %j', (raw) => {
    expect(cleanRoomName(raw)).toBe('');
  });

  it('stays as it is when it is cleaned again, whatever it was made of', () => {
    // Every character of the basic plane beside letters that it may join with, and beside marks; many at once, since each call takes its time.
    for (let block = 0; block <= 0xff; block++) {
      const raw = Array.from({ length: 256 }, (_, at) => String.fromCharCode(256 * block + at)).map((character) => `Aı${character}\u0307\u0323 ${character}Σ`).join('');
      const name = cleanRoomName(raw);
      expect(cleanRoomName(name)).toBe(name);
    }
  });
});

describe('the address of a room that is known by name', () => {
  it.each([
    ['book club', '/rooms/book%20club'],
    ['café', '/rooms/caf%C3%A9'],
    ['a/b?c#d%', '/rooms/a%2Fb%3Fc%23d%25'],
    ["what's up (here)!", '/rooms/what%27s%20up%20%28here%29%21'],
    ['v1.', '/rooms/v1%2E'],
    ['v1.5', '/rooms/v1.5'],
    ['under_', '/rooms/under%5F'],
  ])('of %j is %s, without what chat programs cut off, and leads back', (name, code) => {
    expect(namedRoomCode(name)).toBe(code);
    expect(readNamedRoomCode(code)).toBe(name);
  });

  it.each([
    ['/rooms/Book%20Club', 'book club'],
    ['/rooms/book club', 'book club'],
    ['/rooms/book/', 'book'],
    ['/rooms/', ''],
    ['/rooms/%20', ''],
    ['/rooms/caf%C3', undefined],
    ['/rooms/100%', undefined],
    ['/room', undefined],
    ['rooms/book', undefined],
  ])('%s is read as %j', (text, name) => {
    expect(readNamedRoomCode(text)).toBe(name);
  });
});

describe('what is typed, pasted or opened', () => {
  const code = encodeInviteCode(Uint8Array.from({ length: 16 }, (_, at) => at * 17));
  const link = { kind: 'room', code, name: undefined };
  const bookClub = { kind: 'room', code: '/rooms/book%20club', name: 'book club' };
  const incomplete = { kind: 'broken', reason: 'incomplete' };
  const mistyped = { kind: 'broken', reason: 'mistyped' };

  it.each([
    [`https://meet.example/#${code}`, link],
    [`  meet.example/#${code}  `, link],
    [code, link],
    [`https://meet.example/#${code.slice(3)}`, incomplete],
    [`https://meet.example/`, incomplete],
    [`${code.slice(0, 16)}${code.endsWith('1') ? '2' : '1'}`, mistyped],
    ['', { kind: 'empty' }],
    ['   ', { kind: 'empty' }],
    ['\u200B', { kind: 'empty' }],
    ['Book  Club', bookClub],
    ['Book-Club-of-Lisbon', { kind: 'room', code: '/rooms/book-club-of-lisbon', name: 'book-club-of-lisbon' }],
    ['https://meet.example/#/rooms/book%20club', bookClub],
    ['https://meet.example/rooms/Book%20Club?utm=1', bookClub],
    ['localhost:8080/rooms/book%20club', bookClub],
    ['/rooms/book%20club', bookClub],
    ['#/rooms/book%20club', bookClub],
    ['https://meet.example/#/rooms/', incomplete],
    ['https://meet.example/rooms/caf%C3', mistyped],
    ['#/elsewhere', mistyped],
  ])('%j is read', (text, expected) => {
    expect(readRoomText(text)).toEqual(expected);
  });

  it.each([
    [code, link],
    ['/rooms/Book%20Club', bookClub],
    ['', incomplete],
    ['/', mistyped],
  ])('%j behind # is read', (fragment, expected) => {
    expect(readFragment(fragment)).toEqual(expected);
  });
});
