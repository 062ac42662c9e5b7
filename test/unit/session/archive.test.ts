import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/config';
import type { Conversation } from '../../../src/session/conversation';
import { openTalk, TalkClock, Writer } from '../../support/talk';

const never = new AbortController().signal;

async function backUp(conversation: Conversation, signal = never): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of conversation.backUp(signal)) pieces.push(piece);
  return pieces.join('');
}

/** Alice and Bob have talked; `count` messages each. */
async function talked(count = 3) {
  const clock = new TalkClock();
  const [talk, bob] = await Promise.all([openTalk({ clock }), Writer.make('Bob', clock)]);
  for (let at = 0; at < count; at++) {
    await talk.me.say(`mine ${at}`);
    await bob.say(`theirs ${at}`);
  }
  await bob.tell(talk.me.log);
  await vi.waitFor(() => expect(talk.texts()).toHaveLength(Math.min(2 * count, limits.messagesInList)));
  return { ...talk, bob, clock };
}

describe('a backup', () => {
  it('brings everything back to a device that had lost it: texts, edits, reactions, deletions', async () => {
    const { me, bob, conversation, texts, clock } = await talked();
    const [first, second] = conversation.timeline.value.messages;
    if (!first || !second) throw new Error('not there');
    await me.write({ kind: 'edit', target: first.id, text: 'changed' });
    await bob.write({ kind: 'delete', target: second.id });
    await bob.write({ kind: 'reaction', target: first.id, emoji: '👍' });
    await bob.tell(me.log);
    await vi.waitFor(() => expect(texts().slice(0, 2)).toEqual(['changed', '']));
    const text = await backUp(conversation);
    const anew = await openTalk({ clock, me: await Writer.make('Alice', clock) });
    expect(await anew.conversation.restore(text)).toEqual({ kind: 'restored', count: 9 });
    await vi.waitFor(() => expect(anew.texts()).toEqual(texts()));
    expect(anew.conversation.timeline.value.messages[0]).toMatchObject({ authorName: 'Alice', editCount: 1, reactions: [{ emoji: '👍' }] });
    expect(anew.conversation.timeline.value.messages[1]).toMatchObject({ state: 'deleted' });
  });

  it('of much is restored though only the last event of a feed was signed for the reader', async () => {
    const { conversation, clock } = await talked(400);
    const text = await backUp(conversation);
    const anew = await openTalk({ clock });
    expect(await anew.conversation.restore(text)).toEqual({ kind: 'restored', count: 800 });
    const again = await backUp(anew.conversation);
    const third = await openTalk({ clock });
    expect(await third.conversation.restore(again)).toEqual({ kind: 'restored', count: 800 });
  });

  it('changes nothing where all of it is', async () => {
    const { conversation, texts } = await talked();
    const before = texts();
    expect(await conversation.restore(await backUp(conversation))).toEqual({ kind: 'restored', count: 0 });
    expect(texts()).toEqual(before);
  });

  it('can be read by people and programs', async () => {
    const { conversation, me, clock } = await talked(1);
    const archive = JSON.parse(await backUp(conversation)) as Record<string, unknown>;
    expect(archive).toMatchObject({ format: 'mindmeet/conversation', version: 1, exportedAt: new Date(clock.nowMs).toISOString() });
    expect(archive['messages']).toMatchObject([{ author: me.device, authorName: 'Alice', text: 'mine 0', state: 'there' }, { authorName: 'Bob', text: 'theirs 0' }]);
  });

  it('of an empty conversation is one, too', async () => {
    const { conversation } = await openTalk();
    expect(await conversation.restore(await backUp(conversation))).toEqual({ kind: 'restored', count: 0 });
  });

  it('of another room is not taken', async () => {
    const { conversation, clock } = await talked();
    const other = await openTalk({ clock, scope: 'another'.padEnd(22, 'r') });
    expect(await other.conversation.restore(await backUp(conversation))).toEqual({ kind: 'other-room' });
  });

  it('that is no backup, or not whole, changes nothing', async () => {
    const { conversation, clock } = await talked();
    const text = await backUp(conversation);
    const [runs = ''] = (JSON.parse(text) as { readonly runs: readonly string[] }).runs;
    const broken = ['', '{}', 'null', '[]', '{"format":"mindmeet/conversation"}', text.slice(0, -4), text.replace('"version":1', '"version":2'), text.replace(runs, runs.slice(0, -8)), text.replace(runs, 'no base64'), ' '.repeat(limits.backupBytes + 1)];
    const anew = await openTalk({ clock });
    for (const each of broken) expect(await anew.conversation.restore(each)).toEqual({ kind: 'broken' });
    expect(anew.texts()).toEqual([]);
  });

  it('with another’s words put into it brings none of those', async () => {
    const { conversation, clock } = await talked(1);
    const archive = JSON.parse(await backUp(conversation)) as { readonly runs: readonly string[] };
    const forged = archive.runs.map((frame) => {
      const bytes = Buffer.from(frame, 'base64url');
      const at = bytes.indexOf('mine 0');
      if (at >= 0) bytes.write('fake 0', at);
      return bytes.toString('base64url');
    });
    const anew = await openTalk({ clock });
    expect(await anew.conversation.restore(JSON.stringify({ ...archive, runs: forged }))).toEqual({ kind: 'restored', count: 1 });
    await vi.waitFor(() => expect(anew.texts()).toEqual(['theirs 0']));
  });

  it('ends when nobody wants it any more', async () => {
    const { conversation } = await talked();
    const abort = new AbortController();
    abort.abort();
    const text = await backUp(conversation, abort.signal);
    expect(text).not.toContain('theirs 0');
  });
});
