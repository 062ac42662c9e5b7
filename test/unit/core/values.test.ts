import { describe, expect, it } from 'vitest';
import { encodeBase32, isBase32Id } from '../../../src/core/base32';
import { decodeBase64Url, encodeBase64Url } from '../../../src/core/base64url';
import { concatBytes, equalBytes } from '../../../src/core/bytes';
import { compareTimestamps, counterMaximum, nextTimestamp, observeTimestamp, zeroTimestamp } from '../../../src/core/clock';
import { State, watch } from '../../../src/core/observable';
import { cleanPersonName } from '../../../src/core/person-name';
import { ReplayWindow } from '../../../src/core/replay-window';
import { TokenBucket } from '../../../src/core/token-bucket';
import { backoffMs, jittered } from '../../../src/core/wait';

describe('base32', () => {
  it('writes the vectors of RFC 4648, lower case and without padding', () => {
    const bytes = new TextEncoder().encode('foobar');
    expect(encodeBase32(bytes, 9)).toBe('mzxw6ytbo');
  });

  it('takes no more bits than there are', () => {
    expect(() => encodeBase32(new Uint8Array(16), 26)).toThrow(RangeError);
    expect(isBase32Id(encodeBase32(new Uint8Array(17).fill(255), 26))).toBe(true);
    expect(isBase32Id('a'.repeat(25))).toBe(false);
    expect(isBase32Id(`${'a'.repeat(25)}1`)).toBe(false);
  });
});

describe('base64url', () => {
  it('agrees with Node for every length', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length) & 255);
      expect(encodeBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(decodeBase64Url(encodeBase64Url(bytes))).toEqual(bytes);
    }
  });

  it('refuses padding, foreign characters, impossible lengths and spare bits', () => {
    for (const bad of ['AA==', 'A', 'AAAAA', 'A+AA', 'A/AA', 'AB', 'é']) expect(decodeBase64Url(bad)).toBeUndefined();
  });
});

describe('bytes', () => {
  it('are equal only when every one is', () => {
    expect(equalBytes(Uint8Array.of(1, 2), concatBytes(Uint8Array.of(1), Uint8Array.of(2)))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
  });
});

describe('the hybrid clock', () => {
  it('never stamps an event before one already seen, even when the wall clock goes back', () => {
    const first = nextTimestamp(zeroTimestamp, 1_000);
    const second = nextTimestamp(first, 400);
    expect(compareTimestamps(first, second)).toBeLessThan(0);
    expect(second).toEqual({ wallMs: 1_000, counter: 1 });
  });

  it('goes on to the next millisecond when a counter is used up', () => {
    expect(nextTimestamp({ wallMs: 1_000, counter: counterMaximum }, 5)).toEqual({ wallMs: 1_001, counter: 0 });
  });

  it('follows a peer, but not one that lives too far in the future', () => {
    const own = { wallMs: 1_000, counter: 3 };
    expect(observeTimestamp(own, { wallMs: 1_500, counter: 0 }, 1_000, 60_000)).toEqual({ wallMs: 1_500, counter: 0 });
    expect(observeTimestamp(own, { wallMs: 900_000, counter: 0 }, 1_000, 60_000)).toBe(own);
    expect(observeTimestamp(own, { wallMs: 999, counter: 9 }, 1_000, 60_000)).toBe(own);
  });
});

describe('a person name', () => {
  it('loses what could reorder or break the sentence it stands in', () => {
    expect(cleanPersonName('  Ana\u202E\u0007  Lima\n')).toBe('Ana Lima');
    expect(cleanPersonName('\u200F\u2066\u0000')).toBe('');
    for (const invisible of ['\u200B', '\u3164', '\u2800\u2800', '\u0300']) expect(cleanPersonName(invisible)).toBe('');
    expect(cleanPersonName('👩\u200D🚀')).toBe('👩\u200D🚀');
  });

  it('is cut to 40 letters without cutting one in half', () => {
    expect([...cleanPersonName('😀'.repeat(100))]).toHaveLength(40);
  });

  it('keeps at most two stacked marks on a letter', () => {
    expect(cleanPersonName(`a${'\u0300'.repeat(30)}b`).length).toBeLessThanOrEqual(4);
    for (const joiner of ['\u200D', '\u200B', '\u2060', '\u{E0020}']) {
      const name = cleanPersonName(`Z${`\u0310${joiner}`.repeat(10)}algo`);
      expect(name.match(/\p{M}/gu)).toHaveLength(2);
      expect(cleanPersonName(name)).toBe(name);
    }
  });

  it('keeps the marks that scripts and emoji need', () => {
    for (const name of ['Việt Dũng', 'क्\u200Dष', 'נִקּוּד', '❤\uFE0F\u200D🔥', '1\uFE0F\u20E3']) expect(cleanPersonName(name)).toBe(name.normalize('NFC'));
  });

  it('is not turned around by what turns text around', () => {
    for (const turn of '\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069') expect(cleanPersonName(`gnp.${turn}exe`)).toBe('gnp.exe');
  });
});

describe('the replay window', () => {
  it('takes each counter once, in any order within 64', () => {
    const window = new ReplayWindow();
    expect([1, 3, 2, 3, 1, 66, 3, 4, 2].map((counter) => window.accept(counter))).toEqual([true, true, true, false, false, true, false, true, false]);
  });

  it('refuses what no counter can be', () => {
    const window = new ReplayWindow();
    for (const bad of [0, -1, 1.5, Number.NaN, 2 ** 53]) expect(window.accept(bad)).toBe(false);
    expect(window.accept(2 ** 53 - 1)).toBe(true);
    expect(window.accept(1)).toBe(false);
  });
});

describe('limits and waits', () => {
  it('lets a burst pass, then only the rate', () => {
    const bucket = new TokenBucket(2, 1, 0);
    expect([0, 0, 0, 999, 1_000, 1_000].map((nowMs) => bucket.take(nowMs))).toEqual([true, true, false, false, true, false]);
  });

  it('doubles waits up to the last, and spreads them', () => {
    const bounds = { firstMs: 500, lastMs: 15_000 };
    expect([0, 1, 2, 10, 1_000].map((attempt) => backoffMs(attempt, bounds))).toEqual([500, 1_000, 2_000, 15_000, 15_000]);
    expect(jittered(1_000, 0.25, 0)).toBe(750);
    expect(jittered(1_000, 0.25, 0.999)).toBeLessThan(1_250);
  });
});

describe('an observable value', () => {
  it('tells of changes, not of the same value again, and stops when asked', () => {
    const state = new State(1);
    const heard: number[] = [];
    const stop = state.subscribe((value) => heard.push(value));
    state.set(1);
    state.update((value) => value + 1);
    stop();
    state.set(3);
    expect(heard).toEqual([2]);
  });

  it('watches from the present value until the signal aborts', () => {
    const state = new State('a');
    const abort = new AbortController();
    const heard: string[] = [];
    watch(state, abort.signal, (value) => heard.push(value));
    state.set('b');
    abort.abort();
    state.set('c');
    watch(state, abort.signal, (value) => heard.push(value));
    expect(heard).toEqual(['a', 'b']);
  });
});
