/** What every HistoryStore must do, wherever it keeps the messages. */
import { expect } from 'chai';
import type { DeviceId, MessageId } from '../../src/core/ids';
import type { ChatMessage } from '../../src/core/message';
import type { HistoryStore } from '../../src/storage/history-store';
import type { It } from './it';

/** `openRoom` gives the empty store of a new room. */
export function historyStoreSuite(it: It, openRoom: () => Promise<HistoryStore>): void {
  it('is empty at first', async () => {
    const history = await openRoom();
    expect(await history.latest(10)).to.deep.equal([]);
  });

  it('gives back the latest messages in the order of the conversation, whatever the order they came in', async () => {
    const history = await openRoom();
    await history.add([message('d', { wallMs: 30 }), message('a', { wallMs: 10 })]);
    await history.add([message('c', { wallMs: 20, counter: 1 }), message('b', { wallMs: 20, counter: 0 })]);
    expect(bodiesOf(await history.latest(10))).to.deep.equal(['a', 'b', 'c', 'd']);
    expect(bodiesOf(await history.latest(2))).to.deep.equal(['c', 'd']);
    expect(await history.latest(0)).to.deep.equal([]);
  });

  it('orders messages of one instant by author, then id', async () => {
    const history = await openRoom();
    await history.add([message('2', { author: 'bob' }), message('1', { author: 'bob' }), message('3', { author: 'alice' })]);
    expect(bodiesOf(await history.latest(10))).to.deep.equal(['3', '1', '2']);
  });

  it('gives back each message whole', async () => {
    const history = await openRoom();
    const written = message('whole', { body: '**Olá** 👋 \u0000 \ud800', authorName: 'Ana', wallMs: 1_790_000_000_000, counter: 7 });
    await history.add([written], 'strict');
    expect(await history.latest(1)).to.deep.equal([written]);
  });

  it('keeps the first content of an id, and its place', async () => {
    const history = await openRoom();
    await history.add([message('1', { body: 'first', wallMs: 10 }), message('2', { wallMs: 20 })]);
    await history.add([message('1', { body: 'second', wallMs: 99, authorName: 'Mallory' })]);
    expect(bodiesOf(await history.latest(10))).to.deep.equal(['first', '2']);
  });

  it('keeps the first content also when one batch brings an id twice', async () => {
    const history = await openRoom();
    await history.add([message('1', { body: 'first' }), message('1', { body: 'second' })]);
    expect(bodiesOf(await history.latest(10))).to.deep.equal(['first']);
  });

  it('loses none of several batches added at the same time', async () => {
    const history = await openRoom();
    const batches = Array.from({ length: 5 }, (_, batch) => Array.from({ length: 20 }, (_, index) => message(`${batch}-${index}`, { wallMs: index * 5 + batch })));
    await Promise.all(batches.map((batch) => history.add(batch)));
    expect(await history.latest(1_000)).to.have.length(100);
  });

  it('takes an empty batch', async () => {
    const history = await openRoom();
    await history.add([]);
    expect(await history.latest(10)).to.deep.equal([]);
  });

  it('forgets its own room only', async () => {
    const [history, other] = [await openRoom(), await openRoom()];
    await history.add([message('mine')]);
    await other.add([message('mine'), message('other')]);
    await history.clear();
    expect(await history.latest(10)).to.deep.equal([]);
    expect(bodiesOf(await other.latest(10))).to.deep.equal(['mine', 'other']);
  });
}

/** A message whose body is its id unless told otherwise. */
export function message(id: string, { author = 'alice', authorName = 'Alice', wallMs = 1, counter = 0, body = id }: MessageParts = {}): ChatMessage {
  return { id: id as MessageId, author: author as DeviceId, authorName, clock: { wallMs, counter }, body };
}

interface MessageParts {
  readonly author?: string;
  readonly authorName?: string;
  readonly wallMs?: number;
  readonly counter?: number;
  readonly body?: string;
}

export function bodiesOf(messages: readonly ChatMessage[]): string[] {
  return messages.map(({ body }) => body);
}
