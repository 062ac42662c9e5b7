/**
 * Sets of sequences as ranges: what a device holds of a feed, what it lacks, what it asks for. Ascending, and apart from each other by at least one; every function
 * takes and gives them like that. Nothing here grows with how long a range is.
 */
import type { SequenceRange } from './log-event';

export type Ranges = readonly SequenceRange[];

/** What is in either. */
export function unionRanges(a: Ranges, b: Ranges): Ranges {
  const joined: SequenceRange[] = [];
  for (const range of [...a, ...b].sort((one, other) => one.first - other.first)) {
    const before = joined.at(-1);
    if (!before || range.first > before.last + 1) joined.push(range);
    else if (range.last > before.last) joined[joined.length - 1] = { first: before.first, last: range.last };
  }
  return joined;
}

/** What is in `a` and not in `b`. */
export function subtractRanges(a: Ranges, b: Ranges): Ranges {
  const left: SequenceRange[] = [];
  let next = 0;
  for (const { first, last } of a) {
    let from = first;
    while (next < b.length && (b[next]?.last ?? 0) < first) next++;
    // The last one looked at may reach into the next range of `a`, so `next` stays at it.
    for (let at = next; from <= last; at++) {
      const taken = b[at];
      if (!taken || taken.first > last) break;
      if (taken.first > from) left.push({ first: from, last: taken.first - 1 });
      from = taken.last + 1;
    }
    if (from <= last) left.push({ first: from, last });
  }
  return left;
}

/** What is in both. */
export function intersectRanges(a: Ranges, b: Ranges): Ranges {
  return subtractRanges(a, subtractRanges(a, b));
}

export function rangesContain(ranges: Ranges, sequence: number): boolean {
  return ranges.some(({ first, last }) => first <= sequence && sequence <= last);
}

/** How many sequences they are. */
export function countSequences(ranges: Ranges): number {
  return ranges.reduce((count, { first, last }) => count + last - first + 1, 0);
}
