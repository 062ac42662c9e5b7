/** Conversations in whole rooms: how far words come, over links, logs and the exchange between them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../src/core/message';
import { FakeNetwork } from '../../support/fake-network';
import { beginVisits, burn, comeBy, endVisits, meet, openRoom, textsOf, together, until, type FakeVisit } from '../../support/fake-rooms';

beforeEach(beginVisits);
afterEach(endVisits);

function lastIn({ room }: FakeVisit): ChatMessage {
  const message = room.conversation.timeline.value.messages.at(-1);
  if (!message) throw new Error('nothing was said');
  return message;
}

describe('a message', () => {
  it('waits while its author is alone with it, is delivered, and is read', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob, carol] = guests;
    burn(network, bob);
    burn(network, carol);
    alice.room.conversation.send('hello');
    await until(() => expect(lastIn(alice).delivery).toEqual({ kind: 'waiting' }));

    const bobAgain = await comeBy(network, bob.device, alice.code);
    await until(() => expect(textsOf(bobAgain)).toEqual(['hello']));
    await until(() => expect(lastIn(alice).delivery).toEqual({ kind: 'delivered', count: 1, of: 2 }));
    expect(bobAgain.room.conversation.unreadCount.value).toBe(1);
    bobAgain.room.conversation.markRead(lastIn(bobAgain).id);
    await until(() => expect(lastIn(alice).delivery).toEqual({ kind: 'read', count: 1, of: 2, readCount: 1 }));
    expect(bobAgain.room.conversation.unreadCount.value).toBe(0);
  });

  it('comes from whoever has it, when its author has gone', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob', 'Carol');
    const [bob, carol] = guests;
    burn(network, carol);
    alice.room.conversation.send('hello');
    await until(() => expect(textsOf(bob)).toEqual(['hello']));
    burn(network, alice);
    const again = await comeBy(network, carol.device, alice.code);
    await until(() => expect(textsOf(again)).toEqual(['hello']));
    expect(lastIn(again).authorName).toBe('Alice');
  });

  it('is edited, answered, and taken back for everybody', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    alice.room.conversation.send('helo');
    await until(() => expect(textsOf(bob)).toEqual(['helo']));
    const { id } = lastIn(bob);
    bob.room.conversation.react(id, '👍');
    bob.room.conversation.send('what?', { replyTo: id });
    alice.room.conversation.edit(id, 'hello');
    await until(() => expect(lastIn(alice).replyTo?.excerpt).toBe('hello'));
    await until(() => expect(textsOf(bob)).toEqual(['hello', 'what?']));
    await until(() => expect(alice.room.conversation.timeline.value.messages[0]?.reactions).toEqual([{ emoji: '👍', own: false, devices: [bob.device.identity.deviceId] }]));
    alice.room.conversation.remove(id);
    await until(() => expect(bob.room.conversation.timeline.value.messages[0]).toMatchObject({ state: 'deleted', body: '', authorName: 'Alice' }));
    expect(lastIn(bob).replyTo?.state).toBe('deleted');
  });

  it('shows that it is being written', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    alice.room.conversation.noteTyping();
    await until(() => expect(bob.room.conversation.typing.value).toEqual([alice.device.identity.deviceId]));
    alice.room.conversation.send('done');
    await until(() => expect(bob.room.conversation.typing.value).toEqual([]));
  });
});

describe('a room that is opened again', () => {
  it('has everything, and a line above what is unread', async () => {
    const network = new FakeNetwork();
    const { alice, guests } = await meet(network, 'Bob');
    const [bob] = guests;
    alice.room.conversation.send('one');
    await until(() => expect(textsOf(bob)).toEqual(['one']));
    bob.room.conversation.markRead(lastIn(bob).id);
    await until(() => expect(bob.room.conversation.unreadCount.value).toBe(0));
    alice.room.conversation.send('two');
    await until(() => expect(textsOf(bob)).toEqual(['one', 'two']));
    await until(async () => expect((await bob.device.rooms.byAlias(bob.room.alias))?.unreadCount).toBe(1));
    burn(network, bob);

    const record = await bob.device.rooms.byAlias(bob.room.alias);
    if (!record) throw new Error('not kept');
    const again = await openRoom(network, bob.device, record);
    expect(textsOf(again)).toEqual(['one', 'two']);
    expect(again.room.conversation.timeline.value.unreadFrom).toBe(lastIn(again).id);
    await together(alice, again);
  });
});
