import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSequences, intersectRanges, rangesContain, subtractRanges, unionRanges, type Ranges } from '../../../src/core/ranges';

const maximum = 40;
const all = Array.from({ length: maximum }, (_, at) => at + 1);

/** The plain set that ranges stand for. */
const setOf = (ranges: Ranges) => new Set(ranges.flatMap(({ first, last }) => all.filter((sequence) => first <= sequence && sequence <= last)));

function rangesOf(sequences: ReadonlySet<number>): Ranges {
  const ranges: { first: number; last: number }[] = [];
  for (const sequence of all.filter((each) => sequences.has(each))) {
    const before = ranges.at(-1);
    if (before?.last === sequence - 1) before.last = sequence;
    else ranges.push({ first: sequence, last: sequence });
  }
  return ranges;
}

const anySet = fc.array(fc.integer({ min: 1, max: maximum })).map((sequences) => new Set(sequences));

describe('ranges are to sets of sequences', () => {
  it.each([
    ['their union', unionRanges, (a: Set<number>, b: Set<number>) => all.filter((each) => a.has(each) || b.has(each))],
    ['their difference', subtractRanges, (a: Set<number>, b: Set<number>) => all.filter((each) => a.has(each) && !b.has(each))],
    ['what they share', intersectRanges, (a: Set<number>, b: Set<number>) => all.filter((each) => a.has(each) && b.has(each))],
  ])('%s', (_what, combine, expected) => {
    fc.assert(
      fc.property(anySet, anySet, (a, b) => {
        expect(combine(rangesOf(a), rangesOf(b))).toEqual(rangesOf(new Set(expected(a, b))));
      }),
      { numRuns: 500 },
    );
  });

  it('what they hold, and how many', () => {
    fc.assert(
      fc.property(anySet, (sequences) => {
        const ranges = rangesOf(sequences);
        expect(setOf(ranges)).toEqual(sequences);
        expect(all.filter((sequence) => rangesContain(ranges, sequence))).toEqual(all.filter((sequence) => sequences.has(sequence)));
        expect(countSequences(ranges)).toBe(sequences.size);
      }),
    );
  });

  it('of whatever length: the longest costs no more than the shortest', () => {
    const whole = [{ first: 1, last: 0xffff_ffff }];
    expect(countSequences(subtractRanges(whole, [{ first: 7, last: 7 }]))).toBe(0xffff_fffe);
    expect(unionRanges(whole, [{ first: 7, last: 9 }])).toEqual(whole);
  });

  it('and take what touches together', () => {
    expect(unionRanges([{ first: 1, last: 3 }], [{ first: 4, last: 6 }])).toEqual([{ first: 1, last: 6 }]);
    expect(unionRanges([{ first: 1, last: 3 }], [{ first: 5, last: 6 }])).toEqual([{ first: 1, last: 3 }, { first: 5, last: 6 }]);
  });
});
