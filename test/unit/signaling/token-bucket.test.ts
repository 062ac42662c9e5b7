/** Rate limits, with a clock of their own. */
import { expect, test } from 'vitest';
import { BucketsBySender, TokenBucket } from '../../../signaling/token-bucket';

test('a bucket gives its burst at once, then so many a second, and never more than its burst', () => {
  const bucket = new TokenBucket(2, 3, 0);
  expect([0, 0, 0, 0].map((nowMs) => bucket.take(nowMs))).toEqual([true, true, true, false]);
  expect([500, 500].map((nowMs) => bucket.take(nowMs))).toEqual([true, false]);
  expect([60_000, 60_000, 60_000, 60_000].map((nowMs) => bucket.take(nowMs))).toEqual([true, true, true, false]);
});

test('senders have a bucket each', () => {
  const buckets = new BucketsBySender(1, 1, 10);
  expect([buckets.take('a', 0), buckets.take('a', 0), buckets.take('b', 0)]).toEqual([true, false, true]);
});

test('so many senders are remembered and no more, those heard of last', () => {
  const buckets = new BucketsBySender(1, 1, 2);
  buckets.take('a', 0);
  buckets.take('b', 0);
  buckets.take('a', 0);
  buckets.take('c', 0);
  expect(buckets.size).toBe(2);
  expect(buckets.take('a', 0)).toBe(false);
});
