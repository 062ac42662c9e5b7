import { describe, expect, it, vi } from 'vitest';
import { openTalk, TalkClock, Writer } from '../../support/talk';

describe('a message that disappears', () => {
  it('has the lifetime that the room had when it was written, and so has what it is changed to', async () => {
    const { conversation, me, room } = await openTalk();
    room.lifetimeS = 300;
    conversation.send('soon gone');
    await vi.waitFor(() => expect(conversation.timeline.value.messages[0]?.delivery).toEqual({ kind: 'waiting' }));
    room.lifetimeS = 0;
    const [message] = conversation.timeline.value.messages;
    if (!message) throw new Error('not there');
    expect(message.expiresMs).toBe(message.clock.wallMs + 300_000);
    me.clock.nowMs += 100_000;
    conversation.edit(message.id, 'soon gone, too');
    await vi.waitFor(() => expect(conversation.timeline.value.messages[0]?.body).toBe('soon gone, too'));
    const [feed] = me.log.feeds.values();
    const [, edit] = feed ? await me.store.slice(feed.id, { first: 1, last: 2 }) : [];
    expect(edit?.lifetimeS).toBeLessThanOrEqual(201);
    expect(edit?.lifetimeS).toBeGreaterThan(0);
  });

  it('goes when its time is over, though nobody does anything', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { conversation, me } = await openTalk();
      const id = await me.say('soon gone', {}, 60);
      await vi.advanceTimersByTimeAsync(0);
      me.clock.nowMs += 60_000;
      await vi.advanceTimersByTimeAsync(61_000);
      const [message] = conversation.timeline.value.messages;
      expect(message).toMatchObject({ id, state: 'expired', body: '' });
      const [feed] = me.log.feeds.values();
      const [event] = feed ? await me.store.slice(feed.id, { first: 1, last: 1 }) : [];
      expect(event).toMatchObject({ gone: 'expired', body: undefined });
    } finally {
      vi.useRealTimers();
    }
  });

  it('goes at once when the page comes back to the screen, or the room is opened, after its time', async () => {
    const { conversation, me, looking, close } = await openTalk();
    await me.say('one', {}, 60);
    await vi.waitFor(() => expect(conversation.timeline.value.messages[0]?.state).toBe('there'));
    looking.set(false);
    me.clock.nowMs += 60_000;
    looking.set(true);
    await vi.waitFor(() => expect(conversation.timeline.value.messages[0]?.state).toBe('expired'));
    close();
    await me.say('two', {}, 60);
    me.clock.nowMs += 60_000;
    const again = await openTalk({ me, clock: me.clock });
    expect(again.conversation.timeline.value.messages.map(({ state }) => state)).toEqual(['expired', 'expired']);
    await vi.waitFor(async () => expect((await me.store.due(me.clock.nowMs, 1)).ids).toEqual([]));
  });

  it('of others goes by their word', async () => {
    const clock = new TalkClock();
    const [{ conversation, me }, bob] = await Promise.all([openTalk({ clock }), Writer.make('Bob', clock)]);
    await bob.say('theirs', {}, 300);
    await bob.tell(me.log);
    await vi.waitFor(() => expect(conversation.timeline.value.messages[0]).toMatchObject({ state: 'there', expiresMs: clock.nowMs + 300_000 }));
  });
});
