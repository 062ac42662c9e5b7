import { describe, expect, it, vi } from 'vitest';
import type { RoomAlias } from '../../../src/core/ids';
import type { Conversation } from '../../../src/session/conversation';
import { newRoom } from '../../../src/session/new-room';
import { searchRooms } from '../../../src/session/room-search';
import { MemoryLogStore } from '../../../src/storage/memory-log-store';
import { MemoryRoomStore } from '../../../src/storage/memory-stores';
import type { InviteCode } from '../../../src/core/ids';
import { openTalk, TalkClock, Writer } from '../../support/talk';

async function found(conversation: Pick<Conversation, 'search'>, words: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const messages of conversation.search(words, new AbortController().signal)) texts.push(...messages.map(({ body }) => body));
  return texts;
}

describe('a search in a room', () => {
  it('finds words whatever their case and accents, newest first', async () => {
    const { conversation, me } = await openTalk();
    for (const text of ['São Paulo', 'sao jorge', 'nothing']) await me.say(text);
    expect(await found(conversation, ' SAO ')).toEqual(['sao jorge', 'São Paulo']);
    expect(await found(conversation, 'elsewhere')).toEqual([]);
    expect(await found(conversation, ' ')).toEqual([]);
  });

  it('finds an edited message by what stands in it now alone, once', async () => {
    const { conversation, me } = await openTalk();
    const id = await me.say('apples');
    await me.write({ kind: 'edit', target: id, text: 'pears' });
    await me.write({ kind: 'edit', target: id, text: 'more pears' });
    expect(await found(conversation, 'apples')).toEqual([]);
    expect(await found(conversation, 'pears')).toEqual(['more pears']);
  });

  it('is not led to a message by what another says that it says', async () => {
    const clock = new TalkClock();
    const [{ conversation, me }, mallory] = await Promise.all([openTalk({ clock }), Writer.make('Mallory', clock)]);
    const id = await me.say('apples');
    await mallory.write({ kind: 'edit', target: id, text: 'pears' });
    await mallory.tell(me.log);
    expect(await found(conversation, 'pears')).toEqual([]);
    expect(await found(conversation, 'apples')).toEqual(['apples']);
  });

  it('never finds what was deleted or has disappeared', async () => {
    const { conversation, me } = await openTalk();
    const id = await me.say('apples, deleted');
    await me.write({ kind: 'edit', target: id, text: 'apples, changed' });
    await me.write({ kind: 'delete', target: id });
    await me.say('apples, gone', {}, 60);
    await me.say('apples');
    me.clock.nowMs += 60_000;
    expect(await found(conversation, 'apples')).toEqual(['apples']);
  });

  it('ends when nobody wants to know any more', async () => {
    const { conversation, me } = await openTalk();
    await me.say('apples');
    const abort = new AbortController();
    abort.abort();
    let count = 0;
    for await (const messages of conversation.search('apples', abort.signal)) count += messages.length;
    expect(count).toBe(0);
  });
});

describe('a search in all rooms', () => {
  it('looks into each kept room without taking it, the last visited first', async () => {
    const clock = new TalkClock();
    const rooms = new MemoryRoomStore();
    const storesByRoom = new Map<RoomAlias, MemoryLogStore>();
    for (const [at, state] of (['kept', 'kept', 'pending'] as const).entries()) {
      const store = new MemoryLogStore();
      const writer = await Writer.make('Alice', clock, store);
      await writer.say(`apples ${at}`);
      const record = await rooms.ensureByCode({ ...newRoom(`code${at}` as InviteCode, at), state });
      storesByRoom.set(record.alias, store);
    }
    const loads = [...storesByRoom.values()].map((store) => vi.spyOn(store, 'load'));
    const texts: string[] = [];
    const logOf = (alias: RoomAlias) => storesByRoom.get(alias) ?? new MemoryLogStore();
    for await (const hits of searchRooms({ rooms, ownId: 'a'.repeat(26) as never, now: () => clock.nowMs, logOf }, 'apples', new AbortController().signal)) texts.push(...hits.map(({ message }) => message.body));
    expect(texts).toEqual(['apples 1', 'apples 0']);
    expect(loads.flatMap((load) => load.mock.calls)).toEqual([['read'], ['read']]);
  });
});
