import { beforeAll, describe, expect, it, vi } from 'vitest';
import { limits, timing } from '../../../src/config';
import type { MessageId } from '../../../src/core/ids';
import { runOf } from '../../../src/protocol/run';
import { SignedFeed } from '../../support/signed-feed';
import { openTalk, TalkClock, talkScope, Writer } from '../../support/talk';

const page = limits.messagesAPage;
const many = 300;

/** Bob has written `many` messages, `0` to `299`, a second apart; they are on Alice's disk. Signing takes a while, so it is done once. */
let bob: Writer;
let ids: readonly MessageId[];
let startMs: number;

beforeAll(async () => {
  const clock = new TalkClock();
  bob = await Writer.make('Bob', clock);
  startMs = clock.nowMs + 1_000;
  const written: MessageId[] = [];
  for (let at = 0; at < many; at++) written.push(await bob.say(String(at)));
  ids = written;
});

async function alicesWindow() {
  const { clock } = bob;
  const me = await Writer.make('Alice', clock);
  await bob.tell(me.log);
  const talk = await openTalk({ clock, me });
  const { timeline } = talk.conversation;
  const span = () => {
    const texts = timeline.value.messages.map(({ body }) => Number(body));
    return [texts[0], texts.at(-1), texts.length];
  };
  return { ...talk, timeline, span };
}

const idOf = (at: number): MessageId => ids[at] ?? ('' as MessageId);

describe('the window', () => {
  it('stands at the end first', async () => {
    const { span, timeline } = await alicesWindow();
    expect(span()).toEqual([many - page, many - 1, page]);
    expect(timeline.value).toMatchObject({ atStart: false, atEnd: true });
  });

  it('moves up by pages to the beginning, and lets go of what is far', async () => {
    const { span, timeline, conversation } = await alicesWindow();
    await conversation.loadOlder();
    await conversation.loadOlder();
    expect(span()).toEqual([many - 3 * page, many - 1, 3 * page]);
    expect(timeline.value.atEnd).toBe(true);
    await conversation.loadOlder();
    expect(span()).toEqual([many - 4 * page, many - page - 1, limits.messagesInList]);
    expect(timeline.value.atEnd).toBe(false);
    for (let step = 0; step < 6; step++) await conversation.loadOlder();
    expect(span()).toEqual([0, limits.messagesInList - 1, limits.messagesInList]);
    expect(timeline.value.atStart).toBe(true);
  });

  it('moves down again, without a gap, to the end', async () => {
    const { span, timeline, conversation } = await alicesWindow();
    await conversation.jumpTo({ message: idOf(0) });
    expect(timeline.value).toMatchObject({ atStart: true, atEnd: false });
    for (let step = 0; step < 10; step++) await conversation.loadNewer();
    expect(span()).toEqual([many - limits.messagesInList, many - 1, limits.messagesInList]);
    expect(timeline.value).toMatchObject({ atStart: false, atEnd: true });
    const texts = timeline.value.messages.map(({ body }) => Number(body));
    expect(texts.every((text, at) => at === 0 || text === (texts[at - 1] ?? 0) + 1)).toBe(true);
  });

  it('makes moves that were asked for at once one after the other', async () => {
    const { span, conversation } = await alicesWindow();
    await Promise.all([conversation.loadOlder(), conversation.loadOlder(), conversation.loadOlder(), conversation.loadNewer()]);
    expect(span()).toEqual([many - 3 * page, many - 1, limits.messagesInList]);
  });

  it('jumps to a message, a day, and the end', async () => {
    const { span, timeline, conversation } = await alicesWindow();
    expect(await conversation.jumpTo({ message: idOf(100) })).toBe(idOf(100));
    expect(span()).toEqual([100 - page / 2, 100 + page / 2, page + 1]);
    expect(timeline.value).toMatchObject({ atStart: false, atEnd: false });
    expect(await conversation.jumpTo('end')).toBe(idOf(many - 1));
    expect(timeline.value.atEnd).toBe(true);
    expect(await conversation.jumpTo({ dayMs: startMs })).toBe(idOf(0));
    expect(await conversation.jumpTo({ dayMs: startMs + 40 * 86_400_000 })).toBe(idOf(many - 1));
    expect(await conversation.jumpTo({ message: `${idOf(0).split('.')[0]}.999` as MessageId })).toBeUndefined();
  });

  it('takes in what comes at the end only while it stands there', async () => {
    const { conversation, me, texts } = await alicesWindow();
    const carla = await Writer.make('Carla', bob.clock);
    await carla.say('at the end');
    await carla.tell(me.log);
    await vi.waitFor(() => expect(texts().at(-1)).toBe('at the end'));
    await conversation.jumpTo({ message: idOf(10) });
    await carla.say('further on');
    await carla.tell(me.log);
    await conversation.loadOlder();
    expect(texts()).not.toContain('further on');
    await conversation.jumpTo('end');
    expect(texts().slice(-2)).toEqual(['at the end', 'further on']);
  });

  it('takes in late words where they belong, if that is inside', async () => {
    const past = new TalkClock(startMs + 280_500);
    const carla = await Writer.make('Carla', past);
    await carla.say('late');
    const before = await Writer.make('Dora', new TalkClock(startMs + 100_500));
    await before.say('long ago');
    const { me, texts } = await alicesWindow();
    await carla.tell(me.log);
    await before.tell(me.log);
    await vi.waitFor(() => expect(texts()).toContain('late'));
    expect(texts()[texts().indexOf('late') - 1]).toBe('281');
    expect(texts()).not.toContain('long ago');
  });

  it('goes to the end with an own message, wherever its writer was reading', async () => {
    const { conversation, timeline, texts } = await alicesWindow();
    await conversation.jumpTo({ message: idOf(10) });
    expect(conversation.send('mine')).toEqual({ kind: 'sent' });
    await vi.waitFor(() => expect(texts().at(-1)).toBe('mine'));
    expect(timeline.value.atEnd).toBe(true);
    expect(texts().at(-2)).toBe(String(many - 1));
    await vi.waitFor(() => expect(timeline.value.messages.at(-1)?.delivery).toEqual({ kind: 'waiting' }));
  });

  it('does not let go of what its reader is looking at', async () => {
    const { conversation, me, texts, timeline } = await alicesWindow();
    await conversation.loadOlder();
    await conversation.loadOlder();
    conversation.markRead(idOf(many - 3 * page + 5));
    const carla = await Writer.make('Carla', bob.clock);
    await carla.say('new');
    await carla.tell(me.log);
    await vi.waitFor(() => expect(timeline.value.atEnd).toBe(false));
    expect(texts()[0]).toBe(String(many - 3 * page));
    expect(texts()).toHaveLength(limits.messagesInList);
  });

  it('is told anew only a few times when history comes by hundreds', async () => {
    const me = await Writer.make('Alice', bob.clock);
    const talk = await openTalk({ clock: bob.clock, me });
    let changes = 0;
    talk.conversation.timeline.subscribe(() => (changes += 1));
    await bob.tell(me.log);
    await vi.waitFor(() => expect(talk.texts().at(-1)).toBe(String(many - 1)));
    expect(talk.texts()).toHaveLength(limits.messagesInList);
    expect(talk.conversation.timeline.value.atStart).toBe(false);
    expect(changes).toBeLessThan(5);
  });
});

describe('what is dated far ahead', () => {
  it('stands below nothing that is said now, and is shown when its time comes', async () => {
    const { conversation, me, texts } = await openTalk();
    const mallory = await SignedFeed.make(talkScope);
    const aheadMs = me.clock.nowMs + timing.clockAheadMs + 60_000;
    await mallory.say({ kind: 'text', name: 'Mallory', text: 'from the day after tomorrow' }, { clock: { wallMs: aheadMs, counter: 0 } });
    await me.log.ingest([runOf(mallory.feed, mallory.events)]);
    await me.say('now');
    await vi.waitFor(() => expect(texts()).toEqual(['now']));
    expect(conversation.timeline.value.atEnd).toBe(true);
    await conversation.reload();
    expect(texts()).toEqual(['now']);
    expect(conversation.unreadCount.value).toBe(0);

    me.clock.nowMs += 120_000;
    await me.say('later');
    await vi.waitFor(() => expect(texts()).toEqual(['now', 'later', 'from the day after tomorrow']));
    await vi.waitFor(() => expect(conversation.unreadCount.value).toBe(1));
  });

  it('is shown to its own author', async () => {
    const clock = new TalkClock();
    const { me, conversation, texts } = await openTalk({ clock });
    clock.nowMs += 30 * 86_400_000;
    await me.say('with a wrong clock');
    clock.nowMs -= 30 * 86_400_000;
    await me.say('with a right one');
    await conversation.reload();
    expect(texts()).toEqual(['with a wrong clock', 'with a right one']);
  });
});

describe('everything that was said', () => {
  it('is read in order, a part at a time, or what was chosen of it', async () => {
    const { conversation } = await alicesWindow();
    const { signal } = new AbortController();
    const parts: number[] = [];
    const texts: string[] = [];
    for await (const messages of conversation.read('all', signal)) {
      parts.push(messages.length);
      texts.push(...messages.map(({ body }) => body));
    }
    expect(texts).toEqual(Array.from({ length: many }, (_, at) => String(at)));
    expect(Math.max(...parts)).toBeLessThan(many);
    const chosen: string[] = [];
    for await (const messages of conversation.read([idOf(7), idOf(3), idOf(7)], signal)) chosen.push(...messages.map(({ body }) => body));
    expect(chosen).toEqual(['3', '7']);
  });

  it('is read no further when nobody wants it any more', async () => {
    const { conversation } = await alicesWindow();
    const abort = new AbortController();
    let count = 0;
    for await (const messages of conversation.read('all', abort.signal)) {
      count += messages.length;
      abort.abort();
    }
    expect(count).toBeLessThan(many);
  });
});
