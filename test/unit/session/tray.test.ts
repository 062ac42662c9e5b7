import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import type { FileManifest } from '../../../src/core/file';
import type { FileId } from '../../../src/core/ids';
import type { ChatMessage } from '../../../src/core/message';
import type { Attachment } from '../../../src/session/files/files-face';
import { Tray } from '../../../src/session/files/tray';
import { openTalk, TalkClock, Writer, type Talk } from '../../support/talk';
import { beginVisits, endVisits, until } from '../../support/fake-rooms';

beforeEach(beginVisits);
afterEach(endVisits);

const report = new File(['What we agreed'], 'report.pdf', { type: 'application/pdf' });
const beach = new File(['beach'], 'beach.jpg', { type: 'image/jpeg' });
const manifest = (name: string): FileManifest => ({ id: name.replace(/[^a-z]/gu, '').padEnd(26, 'a').slice(0, 26) as FileId, name, type: '', sizeBytes: 9, look: { kind: 'plain' } });

function attached(tray: Tray, name: string): Attachment {
  const attachment = tray.attachments.value.find((each) => each.name === name);
  if (!attachment) throw new Error(`${name} is not in the tray`);
  return attachment;
}

/** As preparing.ts does. */
const makeReady = (tray: Tray, ...names: readonly string[]): void => {
  for (const name of names) tray.note(attached(tray, name).id, { state: { kind: 'ready' } }, manifest(name));
};
const makeFail = (tray: Tray, name: string): void => tray.note(attached(tray, name).id, { state: { kind: 'failed', reason: 'unreadable' } });
const namesIn = (tray: Tray): readonly string[] => tray.attachments.value.map(({ name }) => name);
const namesOf = ({ files }: ChatMessage): readonly string[] => files.map((file) => (file === 'broken' ? file : file.name));
const messages = (talk: Talk): readonly ChatMessage[] => talk.conversation.timeline.value.messages;

describe('what is put into the tray', () => {
  it('stands there in order, being prepared, as what it will be called', () => {
    const tray = new Tray();
    expect(tray.add([report, new File(['x'], '../ph\u202eoto.png', { type: 'image/png' })])).toEqual({ refused: [] });
    expect(tray.attachments.value).toMatchObject([
      { name: 'report.pdf', sizeBytes: 14, kind: 'plain', state: { kind: 'preparing', share: 0 } },
      { name: 'photo.png', kind: 'picture', sending: false },
    ]);
  });

  it('is refused by name when it is empty, too large, or too many', () => {
    const tray = new Tray();
    const large = Object.defineProperty(new File(['x'], 'film.mkv'), 'size', { value: limits.fileBytes + 1 });
    const many = Array.from({ length: limits.filesAMessage }, (_, at) => new File(['x'], `${at}.txt`));
    expect(tray.add([new File([], 'empty.txt'), large, ...many, report]).refused).toEqual([
      { name: 'empty.txt', reason: 'empty' },
      { name: 'film.mkv', reason: 'too-large' },
      { name: 'report.pdf', reason: 'too-many' },
    ]);
    expect(tray.attachments.value).toHaveLength(limits.filesAMessage);
    expect(tray.add([report]).refused).toEqual([{ name: 'report.pdf', reason: 'too-many' }]);
  });

  it('has room again once what is in it is on its way', () => {
    const tray = new Tray();
    tray.add(Array.from({ length: limits.filesAMessage }, (_, at) => new File(['x'], `${at}.txt`)));
    tray.take();
    expect(tray.add([report])).toEqual({ refused: [] });
  });

  it('is prepared anew when it is wanted otherwise, and not while it is on its way', () => {
    const tray = new Tray();
    tray.add([beach]);
    makeReady(tray, 'beach.jpg');
    tray.setOriginal(attached(tray, 'beach.jpg').id, true);
    expect(tray.entries.value).toMatchObject([{ manifest: undefined, attachment: { original: true, state: { kind: 'preparing' } } }]);
    makeReady(tray, 'beach.jpg');
    tray.take();
    tray.setOriginal(attached(tray, 'beach.jpg').id, false);
    expect(attached(tray, 'beach.jpg')).toMatchObject({ original: true, state: { kind: 'ready' } });
  });
});

describe('files of a message', () => {
  it('go with its text once they are ready, and are gone from the tray', async () => {
    const talk = await openTalk();
    talk.tray.add([report, beach]);
    makeReady(talk.tray, 'beach.jpg');
    expect(talk.conversation.send('Our beach', { withTray: true })).toEqual({ kind: 'sent' });
    expect(talk.tray.attachments.value).toMatchObject([{ sending: true }, { sending: true }]);
    expect(talk.texts()).toEqual([]);
    makeReady(talk.tray, 'report.pdf');
    await until(() => expect(messages(talk).map(namesOf)).toEqual([['report.pdf', 'beach.jpg']]));
    expect(talk.texts()).toEqual(['Our beach']);
    expect(namesIn(talk.tray)).toEqual([]);
    await until(() => expect(talk.tray.entries.value).toEqual([]));
  });

  it('go without a text, as they are in the log', async () => {
    const talk = await openTalk();
    talk.tray.add([report]);
    makeReady(talk.tray, 'report.pdf');
    expect(talk.conversation.send('  ', { withTray: true })).toEqual({ kind: 'sent' });
    await until(() => expect(messages(talk).map(({ delivery }) => delivery)).toEqual([{ kind: 'waiting' }]));
    expect(messages(talk)).toMatchObject([{ body: '', files: [manifest('report.pdf')] }]);
  });

  it('stay where they are when the text is sent alone, or is refused', async () => {
    const talk = await openTalk();
    talk.tray.add([report]);
    expect(talk.conversation.send('')).toEqual({ kind: 'empty' });
    expect(talk.conversation.send('Hello')).toEqual({ kind: 'sent' });
    const tooLong = 'x'.repeat(limits.messageBytes + 1);
    expect(talk.conversation.send(tooLong, { withTray: true })).toMatchObject({ kind: 'too-long' });
    expect(talk.tray.attachments.value).toMatchObject([{ name: 'report.pdf', sending: false }]);
  });

  it('are nothing to send when the tray is empty, or all in it has failed', async () => {
    const talk = await openTalk();
    expect(talk.conversation.send('', { withTray: true })).toEqual({ kind: 'empty' });
    talk.tray.add([report]);
    makeFail(talk.tray, 'report.pdf');
    expect(talk.conversation.send('', { withTray: true })).toEqual({ kind: 'empty' });
    expect(talk.conversation.send('Hello', { withTray: true })).toEqual({ kind: 'sent' });
    expect(namesIn(talk.tray)).toEqual(['report.pdf']);
  });

  it('come back with the text when one of them can’t be read', async () => {
    const talk = await openTalk();
    talk.tray.add([report, beach]);
    makeReady(talk.tray, 'beach.jpg');
    talk.conversation.send('Our beach', { withTray: true });
    talk.conversation.setDraft('What I wrote since');
    makeFail(talk.tray, 'report.pdf');
    await until(() => expect(talk.conversation.draft.value).toBe('What I wrote since\n\nOur beach'));
    expect(talk.tray.attachments.value).toMatchObject([
      { name: 'report.pdf', sending: false, state: { kind: 'failed', reason: 'unreadable' } },
      { name: 'beach.jpg', sending: false, state: { kind: 'ready' } },
    ]);
    expect(messages(talk)).toEqual([]);
  });

  it('that are taken out on the way leave the others, or the text alone', async () => {
    const talk = await openTalk();
    talk.tray.add([report, beach]);
    talk.conversation.send('Our beach', { withTray: true });
    talk.tray.remove(attached(talk.tray, 'report.pdf').id);
    talk.tray.remove(attached(talk.tray, 'beach.jpg').id);
    await until(() => expect(talk.texts()).toEqual(['Our beach']));
    expect(messages(talk).map(namesOf)).toEqual([[]]);
  });

  it('that are all taken out, of a message without a text, leave no message', async () => {
    const talk = await openTalk();
    talk.tray.add([report]);
    talk.conversation.send('', { withTray: true });
    talk.tray.remove(attached(talk.tray, 'report.pdf').id);
    talk.conversation.send('Next');
    await until(() => expect(messages(talk).map(({ delivery }) => delivery)).toEqual([{ kind: 'waiting' }]));
    expect(talk.texts()).toEqual(['Next']);
  });

  it('wait when too much was said before them', async () => {
    const clock = new TalkClock();
    const talk = await openTalk({ clock });
    talk.tray.add([report]);
    talk.conversation.send('With files', { withTray: true });
    for (let count = 0; count < limits.eventsInPace; count++) expect(talk.conversation.send(`${count}`)).toEqual({ kind: 'sent' });
    expect(talk.conversation.send('one more')).toMatchObject({ kind: 'too-fast' });
    clock.nowMs += 9_990;
    makeReady(talk.tray, 'report.pdf');
    await until(() => expect(messages(talk).at(-1)?.delivery).toEqual({ kind: 'waiting' }));
    expect(talk.tray.attachments.value).toMatchObject([{ sending: true }]);
    clock.nowMs += 10;
    await until(() => expect(talk.texts().at(-1)).toBe('With files'));
    expect(talk.texts()).toHaveLength(limits.eventsInPace + 1);
  });

  it('come back with the text when the disk refuses the message', async () => {
    const clock = new TalkClock();
    const alice = await Writer.make('Alice', clock);
    const talk = await openTalk({ clock, me: alice });
    talk.tray.add([report]);
    makeReady(talk.tray, 'report.pdf');
    // Another tab has the room.
    await alice.log.look();
    talk.conversation.send('Our report', { withTray: true });
    await until(() => expect(talk.conversation.draft.value).toBe('Our report'));
    expect(talk.tray.attachments.value).toMatchObject([{ name: 'report.pdf', sending: false, state: { kind: 'ready' } }]);
    expect(messages(talk)).toEqual([]);
  });

  it('keep them when their text is edited, and lose them when it is deleted', async () => {
    const talk = await openTalk();
    talk.tray.add([report]);
    makeReady(talk.tray, 'report.pdf');
    talk.conversation.send('Our reprot', { withTray: true });
    await until(() => expect(messages(talk)).toMatchObject([{ delivery: { kind: 'waiting' } }]));
    const { id } = messages(talk)[0] as ChatMessage;
    talk.conversation.edit(id, 'Our report');
    await until(() => expect(messages(talk)).toMatchObject([{ body: 'Our report', files: [manifest('report.pdf')] }]));
    talk.conversation.remove(id);
    await until(() => expect(messages(talk)).toMatchObject([{ state: 'deleted', files: [] }]));
  });
});

describe('a recording', () => {
  it('goes by itself, whatever else is in the tray', async () => {
    const talk = await openTalk();
    talk.tray.add([report]);
    const look = { kind: 'voice', durationMs: 2_000, waveform: [1, 2] } as const;
    talk.conversation.sendParcel(talk.tray.takeRecorded(new File(['voice'], 'voice.webm', { type: 'audio/webm' }), look), undefined);
    expect(attached(talk.tray, 'voice.webm')).toMatchObject({ kind: 'voice', sending: true });
    makeReady(talk.tray, 'voice.webm');
    await until(() => expect(messages(talk).map(namesOf)).toEqual([['voice.webm']]));
    expect(talk.tray.attachments.value).toMatchObject([{ name: 'report.pdf', sending: false }]);
  });
});

describe('a message with files', () => {
  it('is quoted by their name where it has no text', async () => {
    const talk = await openTalk();
    const bob = await Writer.make('Bob', talk.me.clock);
    const photo: FileManifest = { ...manifest('beach.jpg'), look: { kind: 'picture', width: 4, height: 3 } };
    const bare = await bob.say('', { files: [photo] });
    const captioned = await bob.say('*Our* beach', { files: [photo] });
    const broken = await bob.say('', { files: ['broken'] });
    await bob.tell(talk.me.log);
    for (const replyTo of [bare, captioned, broken]) talk.conversation.send('Nice', { replyTo });
    await until(() => expect(messages(talk)).toHaveLength(6));
    expect(messages(talk).flatMap(({ replyTo }) => (replyTo ? [[replyTo.excerpt, replyTo.file]] : []))).toEqual([
      ['beach.jpg', 'picture'],
      ['Our beach', 'picture'],
      ['', 'file'],
    ]);
  });

  it('is found by their names, also when its text was changed', async () => {
    const talk = await openTalk();
    const bob = await Writer.make('Bob', talk.me.clock);
    const target = await bob.say('Look', { files: [manifest('Ata da Reunião.pdf'), 'broken'] });
    await bob.say('', { files: [manifest('beach.jpg')] });
    await bob.write({ kind: 'edit', target, text: 'Please look' });
    await bob.tell(talk.me.log);
    const find = async (words: string): Promise<readonly string[]> => {
      const found: string[] = [];
      for await (const page of talk.conversation.search(words, new AbortController().signal)) found.push(...page.map(({ body }) => body));
      return found;
    };
    expect(await find('REUNIAO')).toEqual(['Please look']);
    expect(await find('beach')).toEqual(['']);
    expect(await find('look')).toEqual(['Please look']);
    expect(await find('application')).toEqual([]);
  });
});
