import { describe, expect, it, vi } from 'vitest';
import type { ReadingNote } from '../../../src/session/reading-note';
import type { MessageId } from '../../../src/core/ids';
import { placeOfMessage } from '../../../src/core/log-event';
import { runOf } from '../../../src/protocol/run';
import { openTalk, TalkClock, Writer, type Talk, type TalkOptions } from '../../support/talk';

async function aliceAndBob(options: TalkOptions = {}) {
  const clock = new TalkClock();
  const [talk, bob] = await Promise.all([openTalk({ clock, ...options }), Writer.make('Bob', clock)]);
  return { ...talk, bob, clock };
}

const lineIn = ({ conversation }: Pick<Talk, 'conversation'>): string | undefined => {
  const { messages, unreadFrom } = conversation.timeline.value;
  return messages.find(({ id }) => id === unreadFrom)?.body;
};

describe('what is unread', () => {
  it('is what others wrote since this device came into the room', async () => {
    const clock = new TalkClock();
    const bob = await Writer.make('Bob', clock);
    await bob.say('before Alice came');
    clock.nowMs += 1_000;
    const { conversation, me, texts } = await openTalk({ clock });
    await me.say('own');
    await bob.say('one');
    await bob.say('two');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts()).toHaveLength(4));
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(2));
  });

  it('is read up to the message that was on the screen', async () => {
    const { conversation, bob, me, texts, unreadCounts } = await aliceAndBob();
    const [one] = [await bob.say('one'), await bob.say('two'), await bob.say('three')];
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts()).toHaveLength(3));
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(3));
    conversation.markRead(one);
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(2));
    expect(unreadCounts.at(-1)).toBe(2);
  });

  it('counts late words, too, though they stand above what was read', async () => {
    const { conversation, bob, me, texts, clock, looking } = await aliceAndBob();
    const carla = await Writer.make('Carla', clock);
    await carla.say('from offline');
    await bob.say('now');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts()).toEqual(['now']));
    conversation.markRead(conversation.timeline.value.messages[0]?.id ?? ('' as MessageId));
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(0));
    looking.set(false);
    await carla.tell(me.log);
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(1));
    expect(lineIn({ conversation })).toBe('from offline');
    conversation.markRead(conversation.timeline.value.messages[1]?.id ?? ('' as MessageId));
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(0));
  });

  it('is counted on from what is known, without reading it again', async () => {
    const { conversation, bob, me } = await aliceAndBob();
    await bob.say('one');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(1));
    const page = vi.spyOn(me.store, 'page');
    for (let count = 2; count <= 5; count++) {
      await bob.say(String(count));
      await bob.tell(me.log);
      await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(count));
    }
    const read = await Promise.all(page.mock.results.map(({ value }) => value as ReturnType<typeof me.store.page>));
    expect(read.flat()).toEqual([]);
  });

  it('does not count what was deleted', async () => {
    const { conversation, bob, me } = await aliceAndBob();
    const one = await bob.say('one');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(1));
    await bob.write({ kind: 'delete', target: one });
    await bob.tell(me.log);
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(0));
  });

  it('is remembered over a reload, and a line stands above it', async () => {
    const { conversation, bob, me, texts, close, clock } = await aliceAndBob();
    const one = await bob.say('one');
    await bob.say('two');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts()).toHaveLength(2));
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(2));
    conversation.markRead(one);
    await vi.waitFor(() => expect((me.log.notes['reading'] as ReadingNote).upTo.sequence).toBe(1));
    close();
    const again = await openTalk({ clock, me });
    expect(again.conversation.unreadCount.value).toBe(1);
    expect(lineIn(again)).toBe('two');
    expect(await again.conversation.jumpTo('unread')).toBe(again.conversation.timeline.value.unreadFrom);
  });

  it('is remembered even when nothing was read before the tab could write', async () => {
    const clock = new TalkClock();
    const bob = await Writer.make('Bob', clock);
    const me = await Writer.make('Alice', clock);
    await me.log.look();
    const { conversation, close } = await openTalk({ clock, me });
    await me.log.take();
    await conversation.reload();
    await bob.say('one');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(me.log.notes['reading']).toBeDefined());
    close();
    clock.nowMs += 60_000;
    await me.log.take();
    expect((await openTalk({ clock, me })).conversation.unreadCount.value).toBe(1);
  });

  it('is told to the others, now and when they come, unless its person does not want that', async () => {
    const { conversation, bob, me, join, preferences } = await aliceAndBob();
    const link = join(bob.device);
    expect(link.sent).toEqual([]);
    const [one, two] = [await bob.say('one'), await bob.say('two')];
    await bob.tell(me.log);
    await vi.waitFor(() => expect(conversation.timeline.value.messages).toHaveLength(2));
    conversation.markRead(one);
    const upToOne = [{ kind: 'read', heads: [[placeOfMessage(one).feed, 1]] }];
    await vi.waitFor(() => expect(link.sent).toEqual(upToOne));
    expect(join(bob.device).sent).toEqual(upToOne);
    // Whose messages those are alone: nobody else shows ticks for them.
    expect(join('c'.repeat(26) as typeof bob.device).sent).toEqual([]);
    preferences.set({ tellsRead: false, tellsTyping: true });
    conversation.markRead(two);
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(0));
    expect(join(bob.device).sent).toEqual([]);
  });

  it('is told without what came late, until that was read, too', async () => {
    const { conversation, bob, me, join, clock, texts } = await aliceAndBob();
    const carla = await Writer.make('Carla', clock);
    const link = join(carla.device);
    const [early, late] = [await carla.say('early'), await carla.say('from offline')];
    await bob.say('now');
    const [carlas] = carla.log.feeds.values();
    if (!carlas) throw new Error('nothing was said');
    await me.log.ingest([runOf(carlas, await carla.store.slice(carlas.id, { first: 1, last: 1 }))]);
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts()).toEqual(['early', 'now']));
    conversation.markRead(conversation.timeline.value.messages[1]?.id ?? early);
    const readUpTo = (sequence: number) => ({ kind: 'read', heads: [[carlas.id, sequence]] });
    await vi.waitFor(() => expect(link.sent).toEqual([readUpTo(1)]));
    await carla.tell(me.log);
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(1));
    await vi.waitFor(() => expect(texts()).toContain('from offline'));
    expect(join(carla.device).sent).toEqual([readUpTo(1)]);
    conversation.markRead(late);
    await vi.waitFor(() => expect(link.sent).toEqual([readUpTo(1), readUpTo(2)]));
  });
});

describe('the line for unread messages', () => {
  it('stays when they were read, and goes when one writes', async () => {
    const { bob, me, close, clock } = await aliceAndBob();
    await bob.say('one');
    await bob.tell(me.log);
    close();
    const again = await openTalk({ clock, me });
    const { conversation } = again;
    await vi.waitFor(() => expect(lineIn(again)).toBe('one'));
    conversation.markRead(conversation.timeline.value.unreadFrom ?? ('' as MessageId));
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(0));
    expect(lineIn(again)).toBe('one');
    conversation.send('answer');
    expect(conversation.timeline.value.unreadFrom).toBeUndefined();
  });

  it('stands where the reader went away, and goes when they come back to nothing new', async () => {
    const { conversation, bob, me, looking, texts } = await aliceAndBob();
    looking.set(false);
    await bob.say('one');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(lineIn({ conversation })).toBe('one'));
    await bob.say('two');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts()).toHaveLength(2));
    looking.set(true);
    expect(lineIn({ conversation })).toBe('one');
    conversation.markRead(conversation.timeline.value.messages[1]?.id ?? ('' as MessageId));
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(0));
    looking.set(false);
    looking.set(true);
    expect(conversation.timeline.value.unreadFrom).toBeUndefined();
  });

  it('is not drawn before the eyes of a reader', async () => {
    const { conversation, bob, me } = await aliceAndBob();
    await bob.say('one');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(1));
    expect(conversation.timeline.value.unreadFrom).toBeUndefined();
  });
});
