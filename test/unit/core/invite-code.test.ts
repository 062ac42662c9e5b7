import { describe, expect, it } from 'vitest';
import { encodeInviteCode, inviteCodeLength, parseInviteCode } from '../../../src/core/invite-code';

const code = encodeInviteCode(Uint8Array.from({ length: 16 }, (_, at) => at * 17));
const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

describe('an invite code', () => {
  it('has 17 base58 characters, padded on the left with 1', () => {
    const smallest = encodeInviteCode(new Uint8Array(16));
    expect(smallest).toBe('11111111111111111');
    expect(encodeInviteCode(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 58)).slice(0, 16)).toBe('1111111111111121');
    expect(code).toHaveLength(inviteCodeLength);
  });

  it('is taken back as it was written', () => {
    expect(parseInviteCode(code)).toEqual({ kind: 'invite', code });
  });

  it('notices every single wrong character', () => {
    for (let at = 0; at < inviteCodeLength; at++)
      for (const wrong of alphabet) {
        if (wrong === code.charAt(at)) continue;
        expect(parseInviteCode(code.slice(0, at) + wrong + code.slice(at + 1))).toEqual({ kind: 'broken', reason: 'mistyped' });
      }
  });

  it('notices two characters changed about, unless they lie exactly 29 apart in the alphabet', () => {
    const distance = (a: number, b: number) => Math.abs(alphabet.indexOf(code.charAt(a)) - alphabet.indexOf(code.charAt(b)));
    for (let a = 0; a < 16; a++)
      for (let b = a + 1; b < 16; b++) {
        if (distance(a, b) === 0 || distance(a, b) === 29) continue;
        const letters = [...code];
        [letters[a], letters[b]] = [letters[b] ?? '', letters[a] ?? ''];
        expect(parseInviteCode(letters.join('')).kind).toBe('broken');
      }
  });

  it('tells a cut link from a mistyped one', () => {
    expect(parseInviteCode(code.slice(0, -1))).toEqual({ kind: 'broken', reason: 'incomplete' });
    expect(parseInviteCode(`${code}1`)).toEqual({ kind: 'broken', reason: 'incomplete' });
    expect(parseInviteCode(`${code.slice(0, 5)}0${code.slice(6)}`)).toEqual({ kind: 'broken', reason: 'mistyped' });
    expect(parseInviteCode('')).toEqual({ kind: 'broken', reason: 'incomplete' });
  });
});
