import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/config';
import { AppError } from '../../../src/core/app-error';
import type { DeviceId, FeedId } from '../../../src/core/ids';
import { messageIdOf, placeOfMessage, type StoredEvent } from '../../../src/core/log-event';
import type { ChatMessage } from '../../../src/core/message';
import type { Frame } from '../../../src/protocol/frames';
import { runOf } from '../../../src/protocol/run';
import type { FakeLink } from '../../support/fake-link';
import { SignedFeed } from '../../support/signed-feed';
import { newKeys, openTalk, talkScope, TalkClock, Writer, type Talk } from '../../support/talk';
import { MemoryLogStore } from '../../../src/storage/memory-log-store';

/** Alice's conversation, and Bob, who writes into the same room. */
async function aliceAndBob() {
  const clock = new TalkClock();
  const [talk, bob] = await Promise.all([openTalk({ clock }), Writer.make('Bob', clock)]);
  return { ...talk, bob, clock };
}

/** All that is on the disk, as a copied profile has it. */
async function copyOf({ store }: Writer): Promise<MemoryLogStore> {
  const copy = new MemoryLogStore();
  await copy.load('take');
  const { feeds, notes } = await store.load('read');
  await store.load('take');
  const events = await Promise.all(feeds.map(({ id }) => store.slice(id, { first: 1, last: Infinity })));
  await copy.write({ feeds, notes, events: events.flat() });
  return copy;
}

/** Of the release before the log: of a feed that is nobody's. */
async function oldMessage({ store, clock }: Writer, text: string, author: DeviceId): Promise<StoredEvent> {
  const body = new TextEncoder().encode(`${'0'.repeat(16)}${JSON.stringify({ kind: 'text', name: 'Bob of old', text, author })}`);
  const zeros = new Uint8Array(32);
  const place = { clock: { wallMs: clock.nowMs - 1_000_000, counter: 0 }, feed: 'A'.repeat(22) as FeedId, sequence: 1 };
  const event: StoredEvent = { ...place, kind: 'message', lifetimeS: 0, paceMs: 65_535, previous: zeros, bodyHash: zeros, hash: zeros, signature: undefined, body, gone: undefined };
  await store.write({ events: [event] });
  return event;
}

const messageIn = ({ conversation }: Pick<Talk, 'conversation'>, body: string): ChatMessage => {
  const message = conversation.timeline.value.messages.find((each) => each.body === body);
  if (!message) throw new Error(`“${body}” is not there`);
  return message;
};
const sent = <Kind extends Frame['kind']>(link: FakeLink, kind: Kind) => link.sent.filter((frame): frame is Extract<Frame, { kind: Kind }> => frame.kind === kind);

describe('writing', () => {
  it('shows a message at once as saving, and as waiting when it is on the disk', async () => {
    const { conversation, texts } = await openTalk();
    expect(conversation.send('  hello  ')).toEqual({ kind: 'sent' });
    expect(texts()).toEqual(['hello']);
    expect(conversation.timeline.value.messages[0]?.delivery).toEqual({ kind: 'saving' });
    await vi.waitFor(() => expect(conversation.timeline.value.messages[0]?.delivery).toEqual({ kind: 'waiting' }));
  });

  it('empties the draft, on the disk only when the message is there', async () => {
    const { conversation, drafts } = await openTalk({ draft: 'hello' });
    conversation.send('hello');
    expect(conversation.draft.value).toBe('');
    expect(drafts).toEqual([]);
    await vi.waitFor(() => expect(drafts).toEqual(['']));
  });

  it('gives the text back as the draft when it could not be kept', async () => {
    const { conversation, me, texts } = await openTalk({ draft: 'hello' });
    await me.log.look();
    conversation.send('hello');
    await vi.waitFor(() => expect(conversation.draft.value).toBe('hello'));
    expect(texts()).toEqual([]);
  });

  it('gives back both of two texts that could not be kept, also that of an edit', async () => {
    const { conversation, me } = await openTalk();
    const said = await me.say('as it was');
    await vi.waitFor(() => expect(conversation.timeline.value.messages).toHaveLength(1));
    vi.spyOn(me.store, 'write').mockRejectedValue(new AppError('storage-taken'));
    conversation.send('first');
    conversation.edit(said, 'as it should be');
    conversation.send('second');
    await vi.waitFor(() => expect(conversation.draft.value.split('\n\n').toSorted()).toEqual(['as it should be', 'first', 'second']));
  });

  it('refuses nothing at all and too much, and keeps the draft', async () => {
    const { conversation, texts } = await openTalk({ draft: 'draft' });
    expect(conversation.send(' \n ')).toEqual({ kind: 'empty' });
    const tooLong = '😀'.repeat(limits.messageBytes / 4 + 1);
    expect(conversation.send(tooLong)).toEqual({ kind: 'too-long', bytes: limits.messageBytes + 4, maximum: limits.messageBytes });
    expect(conversation.draft.value).toBe('draft');
    expect(texts()).toEqual([]);
  });

  it('takes a text of exactly the limit', async () => {
    const { conversation } = await openTalk();
    expect(conversation.send('😀'.repeat(limits.messageBytes / 4))).toEqual({ kind: 'sent' });
  });

  it('refuses the message that would be void for everybody, and says how long to wait', async () => {
    const { conversation, texts, me } = await openTalk({ draft: 'one more' });
    for (let at = 0; at < limits.eventsInPace; at++) {
      me.clock.nowMs += 10;
      expect(conversation.send(`message ${at}`)).toEqual({ kind: 'sent' });
    }
    expect(conversation.send('one more')).toMatchObject({ kind: 'too-fast' });
    expect(texts()).toHaveLength(limits.eventsInPace);
    me.clock.nowMs += 10_000;
    expect(conversation.send('one more')).toEqual({ kind: 'sent' });
  });
});

describe('what others write', () => {
  it('is shown in the one order of the conversation, late words at their place', async () => {
    const { bob, me, conversation, texts } = await aliceAndBob();
    await bob.say('first');
    await me.say('second');
    await bob.say('third');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts()).toEqual(['first', 'second', 'third']));
    expect(conversation.timeline.value.messages.map(({ authorName }) => authorName)).toEqual(['Bob', 'Alice', 'Bob']);
  });

  it('is edited by its author alone', async () => {
    const { bob, me, conversation, texts, clock } = await aliceAndBob();
    const mallory = await Writer.make('Mallory', clock);
    const id = await bob.say('helo');
    await bob.write({ kind: 'edit', target: id, text: 'hello' });
    await mallory.write({ kind: 'edit', target: id, text: 'words put into a mouth' });
    await Promise.all([bob.tell(me.log), mallory.tell(me.log)]);
    await vi.waitFor(() => expect(texts()).toEqual(['hello']));
    expect(conversation.timeline.value.messages[0]?.editCount).toBe(1);
    expect((await conversation.versions(id)).map(({ text }) => text)).toEqual(['helo', 'hello']);
  });

  it('is deleted by its author alone, with all its versions', async () => {
    const { bob, me, conversation, texts, clock } = await aliceAndBob();
    const mallory = await Writer.make('Mallory', clock);
    const kept = await bob.say('kept');
    const gone = await bob.say('gone');
    await bob.write({ kind: 'edit', target: gone, text: 'gone, too' });
    await mallory.write({ kind: 'delete', target: kept });
    await bob.write({ kind: 'delete', target: gone });
    await Promise.all([bob.tell(me.log), mallory.tell(me.log)]);
    await vi.waitFor(() => expect(texts()).toEqual(['kept', '']));
    expect(conversation.timeline.value.messages[1]).toMatchObject({ state: 'deleted', authorName: 'Somebody', reactions: [] });
    expect(await conversation.versions(gone)).toEqual([]);
  });

  it('stays as it is when only the window is told anew', async () => {
    const { bob, me, conversation, texts } = await aliceAndBob();
    await bob.say('one');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts()).toEqual(['one']));
    const before = conversation.timeline.value;
    await bob.tell(me.log);
    await me.say('two');
    await vi.waitFor(() => expect(texts()).toEqual(['one', 'two']));
    expect(conversation.timeline.value.messages[0]).toBe(before.messages[0]);
  });
});

describe('saying something of a message', () => {
  it('changes what stands in the window', async () => {
    const { conversation, bob, me, clock } = await aliceAndBob();
    const mine = await me.say('mine');
    const theirs = await bob.say('theirs');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(messageIn({ conversation }, 'theirs').id).toBe(theirs));
    clock.nowMs += 1_000;
    expect(conversation.react(theirs, '👍')).toEqual({ kind: 'sent' });
    expect(conversation.pin(theirs, true)).toEqual({ kind: 'sent' });
    expect(conversation.edit(mine, ' mine, changed ')).toEqual({ kind: 'sent' });
    await vi.waitFor(() => expect(messageIn({ conversation }, 'theirs')).toMatchObject({ pinned: true, reactions: [{ emoji: '👍', own: true, devices: [me.device] }] }));
    await vi.waitFor(() => expect(messageIn({ conversation }, 'mine, changed').editCount).toBe(1));
    expect(conversation.remove(mine)).toEqual({ kind: 'sent' });
    await vi.waitFor(() => expect(conversation.timeline.value.messages[0]?.state).toBe('deleted'));
  });

  it('groups the same reactions of several people, and lets each take theirs back', async () => {
    const { conversation, bob, me } = await aliceAndBob();
    const id = await me.say('mine');
    await bob.write({ kind: 'reaction', target: id, emoji: '🙏' });
    await bob.write({ kind: 'reaction', target: id, emoji: '👍' });
    await bob.tell(me.log);
    conversation.react(id, '👍');
    await vi.waitFor(() => expect(messageIn({ conversation }, 'mine').reactions).toEqual([{ emoji: '👍', own: true, devices: [bob.device, me.device] }]));
    conversation.react(id, '');
    await vi.waitFor(() => expect(messageIn({ conversation }, 'mine').reactions).toEqual([{ emoji: '👍', own: false, devices: [bob.device] }]));
  });

  it('is refused where it would mean nothing', async () => {
    const { conversation, bob, me, texts } = await aliceAndBob();
    const theirs = await bob.say('theirs');
    expect(conversation.react(theirs, '👍')).toEqual({ kind: 'gone' });
    await bob.write({ kind: 'delete', target: await bob.say('gone') });
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts()).toEqual(['theirs', '']));
    expect(conversation.edit(theirs, 'changed')).toEqual({ kind: 'gone' });
    expect(conversation.remove(theirs)).toEqual({ kind: 'gone' });
    expect(conversation.edit(theirs, '')).toEqual({ kind: 'empty' });
    const [, gone] = conversation.timeline.value.messages;
    if (!gone) throw new Error('not there');
    expect(conversation.react(gone.id, '👍')).toEqual({ kind: 'gone' });
  });

  it('pins in the order of the pins, newest first, until they are unpinned or deleted', async () => {
    const { conversation, bob, me, texts } = await aliceAndBob();
    const [one, two] = [await bob.say('one'), await bob.say('**two**')];
    await bob.write({ kind: 'pin', target: two, on: true });
    await bob.write({ kind: 'pin', target: one, on: true });
    await bob.tell(me.log);
    const pinned = () => conversation.pinned.value.map(({ body }) => body);
    await vi.waitFor(() => expect(pinned()).toEqual(['one', '**two**']));
    expect(texts()).toHaveLength(2);
    conversation.pin(one, false);
    await vi.waitFor(() => expect(pinned()).toEqual(['**two**']));
    await bob.write({ kind: 'delete', target: two });
    await bob.tell(me.log);
    await vi.waitFor(() => expect(pinned()).toEqual([]));
  });
});

describe('pins', () => {
  it('of messages that are not here hide none that is', async () => {
    const { conversation, bob, me } = await aliceAndBob();
    const mine = await me.say('mine');
    await me.write({ kind: 'pin', target: mine, on: true });
    const mallory = await SignedFeed.make(talkScope);
    for (let at = 0; at < 60; at++) {
      const target = messageIdOf({ feed: 'z'.repeat(22) as FeedId, sequence: at + 1 });
      await mallory.say({ kind: 'pin', target, on: true }, { clock: { wallMs: me.clock.nowMs + 1_000 * at, counter: 0 } });
    }
    await me.log.ingest([runOf(mallory.feed, mallory.events)]);
    const theirs = await bob.say('theirs');
    await bob.write({ kind: 'pin', target: theirs, on: true });
    await bob.tell(me.log);
    await vi.waitFor(() => expect(conversation.pinned.value.map(({ body }) => body).toSorted()).toEqual(['mine', 'theirs']));
  });
});

describe('an answer', () => {
  it('quotes what it answers to, as that is now', async () => {
    const { conversation, bob, me } = await aliceAndBob();
    const question = await bob.say('# Where\n- **is** [it](https://example.org)?');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(conversation.timeline.value.messages).toHaveLength(1));
    conversation.send('here', { replyTo: question });
    expect(messageIn({ conversation }, 'here').replyTo).toEqual({ id: question, state: 'there', author: bob.device, authorName: 'Bob', excerpt: 'Where is it?' });
    await bob.write({ kind: 'edit', target: question, text: 'When?' });
    await bob.tell(me.log);
    await vi.waitFor(() => expect(messageIn({ conversation }, 'here').replyTo?.excerpt).toBe('When?'));
    await bob.write({ kind: 'delete', target: question });
    await bob.tell(me.log);
    await vi.waitFor(() => expect(messageIn({ conversation }, 'here').replyTo).toMatchObject({ state: 'deleted', excerpt: '' }));
  });

  it('to what is not here says so, until it comes', async () => {
    const { conversation, bob, me, clock } = await aliceAndBob();
    const carla = await Writer.make('Carla', clock);
    const question = await carla.say('Where?');
    await bob.say('here', { replyTo: question });
    await bob.tell(me.log);
    await vi.waitFor(() => expect(messageIn({ conversation }, 'here').replyTo).toEqual({ id: question, state: 'unknown', author: undefined, authorName: '', excerpt: '' }));
    await carla.tell(me.log);
    await vi.waitFor(() => expect(messageIn({ conversation }, 'here').replyTo).toMatchObject({ state: 'there', excerpt: 'Where?' }));
  });
});

describe('delivery', () => {
  it('counts who holds it and who has read it, of those who may see it', async () => {
    const { conversation, me, bob, sync, join, recipients, clock } = await aliceAndBob();
    const link = join(bob.device);
    const later = 'c'.repeat(26) as typeof bob.device;
    recipients.update((before) => [...before, { device: later, sinceMs: clock.nowMs + 60_000 }]);
    const id = await me.say('mine');
    await vi.waitFor(() => expect(messageIn({ conversation }, 'mine').delivery).toEqual({ kind: 'waiting' }));
    sync.hold(later, id);
    sync.hold(bob.device, id);
    await vi.waitFor(() => expect(messageIn({ conversation }, 'mine').delivery).toEqual({ kind: 'delivered', count: 1, of: 1 }));
    link.hear({ kind: 'read', heads: [[placeOfMessage(id).feed, 1]] });
    await vi.waitFor(() => expect(messageIn({ conversation }, 'mine').delivery).toEqual({ kind: 'read', count: 1, of: 1, readCount: 1 }));
  });

  it('does not show what others have read to one who does not tell either', async () => {
    const { conversation, me, bob, sync, join, preferences } = await aliceAndBob();
    const link = join(bob.device);
    const id = await me.say('mine');
    sync.hold(bob.device, id);
    link.hear({ kind: 'read', heads: [[placeOfMessage(id).feed, 1]] });
    await vi.waitFor(() => expect(messageIn({ conversation }, 'mine').delivery?.kind).toBe('read'));
    preferences.set({ tellsRead: false, tellsTyping: true });
    await vi.waitFor(() => expect(messageIn({ conversation }, 'mine').delivery?.kind).toBe('delivered'));
  });

  it('takes nothing for read that was not there yet when somebody said what they had read', async () => {
    const { conversation, me, bob, sync, join } = await aliceAndBob();
    const link = join(bob.device);
    const one = await me.say('one');
    link.hear({ kind: 'read', heads: [[placeOfMessage(one).feed, 1_000]] });
    const two = await me.say('two');
    for (const id of [one, two]) sync.hold(bob.device, id);
    await vi.waitFor(() => expect(messageIn({ conversation }, 'one').delivery?.kind).toBe('read'));
    expect(messageIn({ conversation }, 'two').delivery?.kind).toBe('delivered');
  });

  it('is not told of what others wrote', async () => {
    const { conversation, me, bob } = await aliceAndBob();
    await bob.say('theirs');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(messageIn({ conversation }, 'theirs').delivery).toBeUndefined());
  });
});

describe('typing', () => {
  it('is told at once, then once in a while, and that it has ended', async () => {
    const { conversation, bob, join, clock } = await aliceAndBob();
    const link = join(bob.device);
    conversation.noteTyping();
    conversation.noteTyping();
    expect(sent(link, 'typing')).toEqual([{ kind: 'typing', on: true }]);
    clock.nowMs += 3_000;
    conversation.noteTyping();
    expect(sent(link, 'typing')).toHaveLength(2);
    conversation.send('done');
    expect(sent(link, 'typing').at(-1)).toEqual({ kind: 'typing', on: false });
  });

  it('of others is believed until their words come, or for a while', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { conversation, bob, join } = await aliceAndBob();
      const link = join(bob.device);
      link.hear({ kind: 'typing', on: true });
      expect(conversation.typing.value).toEqual([bob.device]);
      await vi.advanceTimersByTimeAsync(5_001);
      expect(conversation.typing.value).toEqual([]);
      link.hear({ kind: 'typing', on: true });
      link.hear({ kind: 'typing', on: false });
      expect(conversation.typing.value).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends with the message that was being written', async () => {
    const { conversation, bob, me, join } = await aliceAndBob();
    const link = join(bob.device);
    link.hear({ kind: 'typing', on: true });
    await bob.say('done');
    await bob.tell(me.log);
    await vi.waitFor(() => expect(conversation.typing.value).toEqual([]));
  });

  it('is neither told nor shown when its person wants none of it', async () => {
    const { conversation, bob, join, preferences } = await aliceAndBob();
    const link = join(bob.device);
    link.hear({ kind: 'typing', on: true });
    preferences.set({ tellsRead: true, tellsTyping: false });
    expect(conversation.typing.value).toEqual([]);
    link.hear({ kind: 'typing', on: true });
    conversation.noteTyping();
    expect(conversation.typing.value).toEqual([]);
    expect(sent(link, 'typing')).toEqual([]);
  });
});

describe('a mention', () => {
  it('is noticed when the message is not on the screen', async () => {
    const { bob, me, notices, looking } = await aliceAndBob();
    looking.set(false);
    await bob.say('nobody');
    const id = await bob.say('@Alice, look', { mentions: [{ device: me.device, name: 'Alice' }] });
    await bob.tell(me.log);
    await vi.waitFor(() => expect(notices).toEqual([{ kind: 'mentioned', name: 'Bob', message: id }]));
  });

  it('is not noticed when its reader looks at the end of the conversation', async () => {
    const { bob, me, notices, conversation, texts } = await aliceAndBob();
    conversation.markRead(await me.say('mine'));
    await vi.waitFor(() => expect(texts()).toEqual(['mine']));
    conversation.markRead(messageIn({ conversation }, 'mine').id);
    await bob.say('@Alice, look', { mentions: [{ device: me.device, name: 'Alice' }] });
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts()).toHaveLength(2));
    expect(notices).toEqual([]);
  });
});

describe('what an earlier release had kept', () => {
  it('is shown with its author, and is nothing that anybody could name', async () => {
    const { conversation, me, bob, texts } = await aliceAndBob();
    const long = 'x'.repeat(limits.messageBytes + 1);
    const local = await oldMessage(me, long, bob.device);
    await bob.write({ kind: 'edit', target: messageIdOf(local), text: 'changed' });
    await bob.say('an answer', { replyTo: messageIdOf(local) });
    await bob.tell(me.log);
    await conversation.reload();
    expect(texts()).toEqual([long, 'an answer']);
    expect(conversation.timeline.value.messages[0]).toMatchObject({ author: bob.device, authorName: 'Bob of old', editCount: 0, delivery: undefined });
    expect(messageIn({ conversation }, 'an answer').replyTo?.state).toBe('unknown');
    expect(conversation.react(messageIdOf(local), '👍')).toEqual({ kind: 'gone' });
    expect(conversation.pin(messageIdOf(local), true)).toEqual({ kind: 'gone' });
    conversation.send('mine', { replyTo: messageIdOf(local) });
    expect(messageIn({ conversation }, 'mine').replyTo).toBeUndefined();
    expect(conversation.unreadCount.value).toBe(1);
  });
});

describe('a device that signs two histories', () => {
  it('is told of', async () => {
    const { me, notices, clock } = await openTalk().then((talk) => ({ ...talk, clock: talk.me.clock }));
    const keys = newKeys();
    const bob = await Writer.make('Bob', clock, new MemoryLogStore(), keys);
    await bob.say('said');
    const copy = await Writer.make('Bob', clock, await copyOf(bob), keys);
    await bob.say('one');
    await copy.say('other');
    await bob.tell(me.log);
    await copy.tell(me.log);
    await vi.waitFor(() => expect(notices).toEqual([{ kind: 'forked', name: 'Somebody' }]));
  });
});
