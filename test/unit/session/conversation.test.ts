import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/config';
import type { DeviceId, MessageId, SessionId } from '../../../src/core/ids';
import type { ChatMessage } from '../../../src/core/message';
import { State } from '../../../src/core/observable';
import type { Frame } from '../../../src/protocol/frames';
import { Conversation } from '../../../src/session/conversation';
import type { Profile } from '../../../src/session/faces';
import type { Member } from '../../../src/session/roster';
import { MemoryHistoryStore } from '../../../src/storage/memory-history-store';
import { FakeLink } from '../../support/fake-link';

const alice = 'a'.repeat(26) as DeviceId;
const bob = 'b'.repeat(26) as DeviceId;

async function conversation(history = new MemoryHistoryStore()) {
  const members = new State<readonly Member[]>([]);
  const drafts: string[] = [];
  let now = 1_000;
  const made = await Conversation.load(history, 'draft', { profile: new State<Profile>({ name: 'Alice', deviceId: alice, tint: undefined, picture: undefined }), members, now: () => now, saveDraft: (text) => drafts.push(text) });
  const join = (sinceMs = 0) => {
    const link = FakeLink.member();
    const member: Member = { device: bob, session: 's'.repeat(26) as SessionId, name: 'Bob', link, sinceMs };
    members.set([member]);
    made.greet(member);
    return link;
  };
  return { made, history, drafts, join, bodies: () => made.messages.value.map(({ body }) => body), at: (nowMs: number) => (now = nowMs) };
}

const message = (id: string, body: string, author = bob, wallMs = 1_000): ChatMessage => ({ id: id.padEnd(22, '0') as MessageId, author, authorName: 'x', clock: { wallMs, counter: 0 }, body });
const sent = <Kind extends Frame['kind']>(link: FakeLink, kind: Kind) => link.sent.filter((frame): frame is Extract<Frame, { kind: Kind }> => frame.kind === kind);

describe('sending', () => {
  it('keeps the message first, then shows and sends it, and empties the draft', async () => {
    const { made, history, join, bodies, drafts } = await conversation();
    const link = join();
    const kept = vi.spyOn(history, 'add');
    expect(made.send('  hello  ')).toEqual({ kind: 'sent' });
    expect(bodies()).toEqual([]);
    await vi.waitFor(() => expect(bodies()).toEqual(['hello']));
    expect(kept).toHaveBeenCalledWith([expect.objectContaining({ body: 'hello' })], 'strict');
    expect(sent(link, 'message')).toHaveLength(1);
    expect(made.draft.value).toBe('');
    expect(drafts).toEqual(['']);
  });

  it('refuses nothing at all and too much, and keeps the draft', async () => {
    const { made, bodies } = await conversation();
    expect(made.send(' \n ')).toEqual({ kind: 'empty' });
    const tooLong = '😀'.repeat(limits.messageCharacters + 1);
    expect(made.send(tooLong)).toEqual({ kind: 'too-long', characters: limits.messageCharacters + 1, maximum: limits.messageCharacters });
    expect(made.draft.value).toBe('draft');
    expect(bodies()).toEqual([]);
  });

  it('stamps each message after all that was seen, even by a clock that goes back', async () => {
    const { made, join, bodies, at } = await conversation();
    const link = join();
    link.hear({ kind: 'message', message: message('x', 'from the future', bob, 5_000) });
    at(10);
    made.send('answer');
    await vi.waitFor(() => expect(bodies()).toEqual(['from the future', 'answer']));
  });

  it('does not follow a clock two days ahead', async () => {
    const { made, join } = await conversation();
    const link = join();
    link.hear({ kind: 'message', message: message('x', 'from far away', bob, 1_000 + 49 * 3_600_000) });
    made.send('now');
    await vi.waitFor(() => expect(made.messages.value.find(({ body }) => body === 'now')?.clock.wallMs).toBe(1_000));
  });
});

describe('a peer', () => {
  it('speaks for itself alone', async () => {
    const { join, bodies } = await conversation();
    const link = join();
    link.hear({ kind: 'message', message: message('x', 'words put into my mouth', alice) });
    link.hear({ kind: 'messages', messages: [message('y', 'forged', alice), message('z', 'honest')] });
    expect(bodies()).toEqual(['honest']);
  });

  it('is told which of its messages are here, and gets those of ours that it lacks', async () => {
    const history = new MemoryHistoryStore();
    await history.add([message('1', 'mine, known', alice, 1), message('2', 'mine, missed', alice, 2), message('3', 'theirs', bob, 3)]);
    const { join } = await conversation(history);
    const link = join();
    expect(sent(link, 'have')).toEqual([{ kind: 'have', ids: [message('3', '').id] }]);
    link.hear({ kind: 'have', ids: [message('1', '').id] });
    expect(sent(link, 'messages').flatMap(({ messages }) => messages.map(({ body }) => body))).toEqual(['mine, missed']);
  });

  it('gets nothing from before it was let in', async () => {
    const history = new MemoryHistoryStore();
    await history.add([message('1', 'before', alice, 1), message('2', 'after', alice, 20)]);
    const { join } = await conversation(history);
    const link = join(10);
    link.hear({ kind: 'have', ids: [] });
    expect(sent(link, 'messages').flatMap(({ messages }) => messages.map(({ body }) => body))).toEqual(['after']);
  });

  it('that missed much gets it in frames that fit', async () => {
    const history = new MemoryHistoryStore();
    await history.add(Array.from({ length: 40 }, (_, at) => message(String(at + 100), '\u0001'.repeat(limits.messageCharacters), alice, at + 1)));
    const { join } = await conversation(history);
    const link = join();
    link.hear({ kind: 'have', ids: [] });
    const frames = sent(link, 'messages');
    expect(frames.flatMap(({ messages }) => messages)).toHaveLength(40);
    for (const frame of frames) expect(JSON.stringify(frame).length).toBeLessThanOrEqual(limits.controlFrameBytes);
  });

  it('that repeats a message changes nothing', async () => {
    const { join, made } = await conversation();
    const link = join();
    link.hear({ kind: 'message', message: message('1', 'once') });
    const before = made.messages.value;
    link.hear({ kind: 'message', message: message('1', 'twice') });
    expect(made.messages.value).toBe(before);
  });
});

describe('coming back', () => {
  it('shows what was kept, and the draft', async () => {
    const history = new MemoryHistoryStore();
    await history.add([message('1', 'kept')]);
    const { made, bodies } = await conversation(history);
    expect(bodies()).toEqual(['kept']);
    expect(made.draft.value).toBe('draft');
  });
});
