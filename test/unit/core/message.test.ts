import { describe, expect, it } from 'vitest';
import type { DeviceId, MessageId } from '../../../src/core/ids';
import { mergeMessages, type ChatMessage } from '../../../src/core/message';

const message = (id: string, wallMs: number, author = 'alice', body = id): ChatMessage => ({
  id: id as MessageId,
  author: author as DeviceId,
  authorName: author,
  clock: { wallMs, counter: 0 },
  body,
});

describe('merging messages', () => {
  it('gives every device the same order, whoever arrives first', () => {
    const all = [message('c', 3), message('a', 1, 'bob'), message('b', 1), message('d', 1, 'bob')];
    const expected = ['b', 'a', 'd', 'c'];
    expect(mergeMessages([], all).map(({ id }) => id)).toEqual(expected);
    expect(mergeMessages(mergeMessages([], all.slice(2)), all.slice(0, 2)).map(({ id }) => id)).toEqual(expected);
  });

  it('counts an id once and keeps the content that was shown', () => {
    const merged = mergeMessages([message('a', 1, 'alice', 'first')], [message('a', 1, 'alice', 'forged'), message('b', 2)]);
    expect(merged.map(({ body }) => body)).toEqual(['first', 'b']);
  });

  it('returns the very same list when nothing is new', () => {
    const known = mergeMessages([], [message('a', 1)]);
    expect(mergeMessages(known, [message('a', 1)])).toBe(known);
  });
});
