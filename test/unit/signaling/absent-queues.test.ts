/** Waiting messages, by the numbers. */
import { expect, test } from 'vitest';
import { AbsentQueues } from '../../../signaling/absent-queues';

const limits = { absentMessages: 3, absentBytes: 20, absentTotalMessages: 5, absentTotalBytes: 40, absentMs: 1000 };

test('an id is kept so many messages and no more', () => {
  const queues = new AbsentQueues(limits);
  expect(['1', '2', '3', '4'].map((frame) => queues.add('a', frame, 0))).toEqual([true, true, true, false]);
  expect(queues.take('a', 0)).toEqual(['1', '2', '3']);
  expect(queues.take('a', 0)).toEqual([]);
  expect(queues.held).toEqual({ messages: 0, bytes: 0 });
});

test('an id is kept so many bytes and no more', () => {
  const queues = new AbsentQueues(limits);
  expect(queues.add('a', 'x'.repeat(15), 0)).toBe(true);
  expect(queues.add('a', 'x'.repeat(6), 0)).toBe(false);
  expect(queues.add('a', 'x'.repeat(5), 0)).toBe(true);
});

test('all ids together are kept so many messages and bytes and no more', () => {
  const many = new AbsentQueues(limits);
  expect([...'abcdef'].map((id) => many.add(id, 'x', 0))).toEqual([true, true, true, true, true, false]);
  const long = new AbsentQueues(limits);
  expect([...'abc'].map((id) => long.add(id, 'x'.repeat(18), 0))).toEqual([true, true, false]);
});

test('a message that waited too long is gone, a later one is not', () => {
  const queues = new AbsentQueues(limits);
  queues.add('a', 'old', 0);
  queues.add('b', 'other', 100);
  queues.add('a', 'young', 900);
  queues.sweep(1050);
  expect(queues.held).toEqual({ messages: 2, bytes: 10 });
  expect(queues.take('a', 1100)).toEqual(['young']);
  expect(queues.take('b', 1100)).toEqual([]);
  expect(queues.held).toEqual({ messages: 0, bytes: 0 });
});
