import { expect } from 'chai';
import { strFromU8, unzipSync } from 'fflate';
import { Marked } from 'marked';
import '../../../src/ui/mm-history';
import { limits } from '../../../src/config';
import type { ChatMessage } from '../../../src/core/message';
import { jsonOf } from '../../../src/ui/json-export';
import { markdownOf } from '../../../src/ui/markdown-export';
import type { MmHistory } from '../../../src/ui/mm-history';
import { alice, bob, FakeRoom, message, person, quote } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, make, nameOf, press, show, textOf, until } from './harness';

const at = (hour: number) => new Date(2026, 2, 1, hour, 5).getTime();

async function open(room = new FakeRoom([message('Hi Alice', bob, at(9)), message('Hi', alice, at(10))]).withPeople(person(bob)), change: Partial<MmHistory> = {}): Promise<{ readonly element: MmHistory; readonly room: FakeRoom }> {
  const element = await show(make('mm-history', { room, ...change }));
  await until('the dialog', () => button(element, 'Export') ?? button(element, 'Exportar'));
  return { element, room };
}

interface Saved {
  readonly name: string;
  readonly content: Promise<Blob>;
}

/** Files that the page hands to the browser, which keeps them. */
const saved: Saved[] = [];
const { click } = HTMLAnchorElement.prototype;

before(() => {
  HTMLAnchorElement.prototype.click = function () {
    saved.push({ name: this.download, content: fetch(this.href).then((response) => response.blob()) });
  };
});

beforeEach(() => {
  saved.length = 0;
});

after(() => {
  HTMLAnchorElement.prototype.click = click;
});

async function save(element: MmHistory, format: string): Promise<Saved> {
  inside(element, 'input[type=radio]').find((each) => nameOf(each) === format)?.click();
  await press(element, 'Export');
  const file = await until('the file', () => saved[0]);
  await until('the sentence', () => textOf(inside(element, 'mm-export [role=status], .result')[0] ?? null) === `Saved as ${file.name}`);
  return file;
}

async function* pages(...messages: readonly ChatMessage[]): AsyncIterable<readonly ChatMessage[]> {
  yield messages;
}

async function textFrom(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

describe('History', () => {
  it('is saved as Markdown', async () => {
    const { element } = await open();
    expect(nameOf(inside(element, '[role=dialog]')[0] ?? element)).to.equal('History');
    const { name, content } = await save(element, 'Markdown');
    expect(name).to.equal(`Bob ${today()}.md`);
    const text = await (await content).text();
    expect(text).to.match(/^# Room\\: Bob\n\nExported on .+\n\n## Sunday, March 1, 2026\n\n\*\*Bob\*\* · 09:05\n\n> Hi Alice\n\n\*\*Alice\*\* · 10:05\n\n> Hi\n$/u);
  });

  it('is saved as JSON for other programs', async () => {
    const { element } = await open();
    const { name, content } = await save(element, 'JSON');
    expect(name).to.equal(`Bob ${today()}.json`);
    const parsed = JSON.parse(await (await content).text()) as { room: string; messages: { name: string; text: string; time: string }[] };
    expect(parsed.room).to.equal('Bob');
    expect(parsed.messages.map((each) => [each.name, each.text, each.time])).to.deep.equal([
      ['Bob', 'Hi Alice', new Date(at(9)).toISOString()],
      ['Alice', 'Hi', new Date(at(10)).toISOString()],
    ]);
  });

  it('is saved as a backup, and as all of them in one zip', async () => {
    const { element } = await open();
    const backup = await save(element, 'Backup');
    expect(backup.name).to.equal(`Bob ${today()} backup.json`);
    const backupText = await (await backup.content).text();
    expect(backupText).to.include('mindmeet-backup');
    saved.length = 0;
    const { name, content } = await save(element, 'Zip');
    expect(name).to.equal(`Bob ${today()}.zip`);
    const files = unzipSync(new Uint8Array(await (await content).arrayBuffer()));
    expect(Object.keys(files)).to.deep.equal([`Bob ${today()}.md`, `Bob ${today()}.json`, `Bob ${today()} backup.json`]);
    expect(strFromU8(files[backup.name] ?? new Uint8Array())).to.equal(backupText);
    expect(strFromU8(files[`Bob ${today()}.md`] ?? new Uint8Array())).to.include('> Hi Alice');
  });

  it('is packed whole when it is long', async () => {
    const texts = Array.from({ length: 3_000 }, (_, index) => `message ${index}`);
    const { element } = await open(new FakeRoom(texts.map((text) => message(text))));
    const { content } = await save(element, 'Zip');
    const json = Object.entries(unzipSync(new Uint8Array(await (await content).arrayBuffer()))).find(([name]) => name.endsWith(`${today()}.json`));
    const parsed = JSON.parse(strFromU8(json?.[1] ?? new Uint8Array())) as { messages: { text: string }[] };
    expect(parsed.messages.map(({ text }) => text)).to.deep.equal(texts);
  });

  it('has the selected messages alone in the dialog "Export", and no backup of them', async () => {
    const room = new FakeRoom([message('one'), message('two'), message('three')]);
    const { element } = await open(room, { messages: room.conversation.all.slice(1, 2).map(({ id }) => id) });
    expect(nameOf(inside(element, '[role=dialog]')[0] ?? element)).to.equal('Export');
    expect(inside(element, 'input[type=radio]').map(nameOf)).to.deep.equal(['Markdown', 'JSON', 'Zip']);
    expect(inside(element, 'input[type=file]')).to.have.length(0);
    const { content } = await save(element, 'JSON');
    expect((JSON.parse(await (await content).text()) as { messages: { text: string }[] }).messages.map(({ text }) => text)).to.deep.equal(['two']);
  });

  it('can be stopped while it is saved, and stops when the dialog is closed', async () => {
    const { element, room } = await open();
    let go: () => void = () => undefined;
    room.conversation.loading = new Promise((resolve) => (go = resolve));
    await press(element, 'Export');
    expect(await until('the progress', () => inside(element, 'progress')[0])).to.not.equal(undefined);
    await press(element, 'Cancel');
    go();
    await until('the way to begin again', () => button(element, 'Export'));
    room.conversation.loading = new Promise((resolve) => (go = resolve));
    await press(element, 'Export');
    await until('the progress', () => inside(element, 'progress')[0]);
    const [exporting] = inside(element, 'mm-export');
    element.remove();
    go();
    await until('its end', () => exporting?.shadowRoot?.querySelector('progress') === null || exporting?.isConnected === false);
    expect(saved).to.have.length(0);
  });

  it('says so when the messages can’t be read', async () => {
    const { element, room } = await open();
    room.conversation.loading = Promise.reject(new Error('damaged'));
    room.conversation.loading.catch(() => undefined);
    await press(element, 'Export');
    await until('the sentence', () => inside(element, '[role=alert]').some((each) => textOf(each) === 'The messages could not be read. Nothing was saved.'));
    expect(saved).to.have.length(0);
  });

  it('has a file name that every disk takes, and in which nothing hides', async () => {
    const room = new FakeRoom([message('hi')]);
    room.title.set(['../..\\etc:\u202Egnp*?"<>|CON\0 São 李小龙 '.repeat(8)]);
    const { element } = await open(room);
    const { name } = await save(element, 'Markdown');
    expect(name).to.match(/^etc gnp CON São 李小龙 [\p{L} ]+ \d{4}-\d\d-\d\d\.md$/u);
    expect([...name].length).to.be.at.most(75);
    saved.length = 0;
    room.title.set(['…']);
    expect((await save(element, 'Markdown')).name).to.equal(`Mindmeet ${today()}.md`);
  });

  inBothLanguages(() => {
    it('is accessible', async () => {
      const { element } = await open();
      await expectAccessible(element);
    });
  });
});

describe('Import', () => {
  async function choose(element: MmHistory, file: File): Promise<void> {
    const [input] = inside(element, 'input[type=file]');
    if (!(input instanceof HTMLInputElement)) throw new Error('no field');
    expect(textOf(input.labels?.[0] ?? null)).to.equal('Import a backup');
    const files = new DataTransfer();
    files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event('change'));
    await until('the end', () => input.files?.length === 0);
  }

  const sentence = (element: MmHistory, role: string) => inside(element, `[role=${role}]`).map(textOf).filter((each) => each !== '');

  it('says what came of it', async () => {
    const { element, room } = await open();
    const file = new File(['a backup'], 'backup.json');
    for (const [outcome, text, role] of [
      [{ kind: 'restored', count: 1_312 }, '1,312 messages restored', 'status'],
      [{ kind: 'restored', count: 1 }, '1 message restored', 'status'],
      [{ kind: 'restored', count: 0 }, 'Everything in this backup is here already', 'status'],
      [{ kind: 'broken' }, 'This file is broken or not a backup', 'alert'],
      [{ kind: 'other-room' }, 'This backup is of another room', 'alert'],
    ] as const) {
      room.conversation.restoreOutcome = outcome;
      await choose(element, file);
      await until(text, () => sentence(element, role).includes(text));
      expect([...sentence(element, 'status'), ...sentence(element, 'alert')]).to.deep.equal([text]);
    }
    expect(new Set(room.conversation.asked)).to.deep.equal(new Set(['restore a backup']));
  });

  it('names the size before anything is read, and does not read what is larger', async () => {
    const { element, room } = await open();
    expect(textOf(element)).to.include('A backup of this room, 64 MB at most.');
    await choose(element, new File([new Uint8Array(limits.backupBytes + 1)], 'backup.json'));
    await until('the sentence', () => sentence(element, 'alert')[0] === 'This file has 64 MB; 64 MB is the most.');
    expect(room.conversation.asked).to.deep.equal([]);
  });

  it('says so when it can’t be kept', async () => {
    const { element, room } = await open();
    room.conversation.loading = Promise.reject(new Error('full'));
    room.conversation.loading.catch(() => undefined);
    await choose(element, new File(['a backup'], 'backup.json'));
    await until('the sentence', () => sentence(element, 'alert')[0] === 'The backup could not be kept on this device. Please try again.');
  });
});

describe('exported Markdown', () => {
  const texts = [
    '<script>alert(1)</script>',
    '<img src=https://example.org/a onerror=alert(1)>',
    '![cat](https://example.org/cat.png)',
    '![cat][1]\n\n[1]: https://example.org/cat.png',
    '[click](javascript:alert(1))',
    'https://example.org/a and www.example.org',
    '```dataviewjs\nalert(1)\n```',
    '~~~\n<img src=x onerror=alert(1)>\n~~~\n<img src=x onerror=alert(1)>',
    '\t<b>\n  <i>',
    'a\r<u>b</u>\u2028<s>',
    '> a\n<b>bold</b>',
    '1. one\n2. two',
    '# heading',
    'a\n===',
    '$$x$$ :smile: @bob {{ x }}',
    '*'.repeat(300),
  ];

  it('gives nothing that people wrote a meaning', async () => {
    const hostile = texts.flatMap((text) => [message(text, bob, at(9), text), message('answer', alice, at(9), 'Alice', { replyTo: quote(message(text, bob, at(9), text)), reactions: [{ emoji: text, devices: [bob], own: false }] })]);
    const markdown = await textFrom(markdownOf(pages(...hostile), texts.join(' '), 'today'));
    const page = new DOMParser().parseFromString(await new Marked({ gfm: true }).parse(markdown, { async: true }), 'text/html');
    const tags = new Set([...page.body.querySelectorAll('*')].map(({ localName }) => localName));
    expect([...tags].toSorted()).to.deep.equal(['blockquote', 'code', 'h1', 'h2', 'p', 'pre', 'strong']);
    const read = page.body.textContent.replace(/\s+/gu, ' ');
    for (const text of texts) expect(read).to.include(text.replace(/\s+/gu, ' ').trim());
  });

  it('quotes what has no marks in it as lines that wrap', async () => {
    const markdown = await textFrom(markdownOf(pages(message('Hi Alice, is this right?\nYes (I think) 🙂 👍🏽\n\nSão well-known: 3 of 4.', bob, at(9))), 'Bob', 'today'));
    expect(markdown).to.include('\n> Hi Alice, is this right?\\\n> Yes (I think) 🙂 👍🏽\n>\n> São well-known: 3 of 4.\n');
  });

  it('tells of answers, changes, reactions, and of what is gone', async () => {
    const first = message('first', bob, at(9), 'Bob', { editCount: 1, reactions: [{ emoji: '👍', devices: [alice, bob], own: true }] });
    const gone = message('', bob, at(11), 'Bob', { state: 'deleted' });
    const markdown = await textFrom(markdownOf(pages(first, message('second', alice, at(10), 'Alice', { replyTo: quote(first) }), gone), 'Bob', 'today'));
    expect(markdown).to.include('**Bob** · 09:05 · edited\n\n> first\n\n👍 2\n');
    expect(markdown).to.include('**Alice** · 10:05\n\nIn answer to Bob:\n\n> first\n\n> second\n');
    expect(markdown).to.include('**Bob** · 11:05\n\n*Message deleted*\n');
  });
});

describe('exported JSON', () => {
  it('holds of each message what people see', async () => {
    const first = message('first', bob, at(9), 'Bob', { editCount: 2, pinned: true, reactions: [{ emoji: '👍', devices: [alice], own: true }] });
    const gone = message('', bob, at(11), 'Bob', { state: 'deleted' });
    const parsed = JSON.parse(await textFrom(jsonOf(pages(first, message('second', alice, at(10), 'Alice', { replyTo: quote(first), mentions: [{ device: bob, name: 'Bob' }] }), gone), 'Bob', new Date(at(12))))) as { readonly messages: unknown };
    expect(parsed).to.deep.include({ room: 'Bob', exportedAt: new Date(at(12)).toISOString() });
    expect(parsed.messages).to.deep.include.members([
      { id: first.id, author: bob, name: 'Bob', time: new Date(at(9)).toISOString(), state: 'there', text: 'first', editCount: 2, reactions: [{ emoji: '👍', devices: [alice] }], pinned: true },
      { id: gone.id, author: bob, name: 'Bob', time: new Date(at(11)).toISOString(), state: 'deleted' },
    ]);
  });

  it('is whole when there is nothing in it', async () => {
    expect(JSON.parse(await textFrom(jsonOf(pages(), 'Bob', new Date(at(12)))))).to.deep.include({ messages: [] });
  });
});
