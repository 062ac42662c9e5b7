import { describe, expect, it } from 'vitest';
import type { EventContent } from '../../../src/core/event-content';
import type { DeviceId, FeedId, MessageId } from '../../../src/core/ids';
import type { StoredEvent } from '../../../src/core/log-event';
import { markOf, mergeMarks, type Mark } from '../../../src/core/marks';
import { encodeBody } from '../../../src/protocol/event-body';
import { articleOf, messageOf, type Viewer } from '../../../src/session/message-view';

const feed = 'f'.repeat(22) as FeedId;
const [alice, bob] = ['a'.repeat(26) as DeviceId, 'b'.repeat(26) as DeviceId];
const feeds = new Map([[feed, { device: bob }]]);
const viewer: Viewer = { ownId: alice, now: () => 2_000, nameOf: () => 'Bob now', deliveryOf: () => ({ kind: 'waiting' }) };
const zeros = new Uint8Array(32);

function event(content: EventContent | undefined, change: Partial<StoredEvent> = {}): StoredEvent {
  const body = content && encodeBody(content, new Uint8Array(16));
  return { clock: { wallMs: 1_000, counter: 0 }, feed, sequence: 1, kind: 'message', lifetimeS: 0, paceMs: 65_535, previous: zeros, bodyHash: zeros, hash: zeros, signature: undefined, gone: undefined, body, ...change };
}

const text: EventContent = { kind: 'text', name: 'Bob then', text: 'hello' };
const shown = (stored: StoredEvent, mark?: Mark) => messageOf({ article: articleOf(stored, feeds), mark }, undefined, viewer);

describe('a message', () => {
  it('is what its author wrote, under the name of then', () => {
    expect(shown(event(text))).toMatchObject({ author: bob, authorName: 'Bob then', state: 'there', body: 'hello', delivery: undefined, expiresMs: undefined });
  });

  it('is called by the name of now where that of then is gone with the text', () => {
    expect(shown(event(undefined, { gone: 'deleted' }))).toMatchObject({ state: 'deleted', authorName: 'Bob now', body: '' });
    expect(shown(event(undefined))).toMatchObject({ state: 'missing', authorName: 'Bob now' });
  });

  it('has expired when its time is over, erased or not', () => {
    expect(shown(event(text, { lifetimeS: 1 }))).toMatchObject({ state: 'expired', body: '', expiresMs: 2_000 });
    expect(shown(event(text, { lifetimeS: 2 }))).toMatchObject({ state: 'there', expiresMs: 3_000 });
  });

  it('is deleted as soon as its author says so, even before its text is', () => {
    const id = `${feed}.1` as MessageId;
    const at = (sequence: number) => ({ clock: { wallMs: sequence, counter: 0 }, feed, sequence });
    const byAlice = markOf({ kind: 'delete', target: id }, at(2), alice);
    expect(shown(event(text), byAlice)?.state).toBe('there');
    expect(shown(event(text), mergeMarks(byAlice, markOf({ kind: 'delete', target: id }, at(3), bob)))?.state).toBe('deleted');
  });

  it('of a kind that a later release adds, or that cannot be read, is not shown', () => {
    expect(shown(event({ kind: 'poll', question: '?' } as never))).toBeUndefined();
    expect(shown(event({ kind: 'edit', target: `${feed}.9` as MessageId, text: 'no message' }))).toBeUndefined();
    expect(shown(event(text, { body: Uint8Array.of(1, 2, 3) }))).toBeUndefined();
  });
});
