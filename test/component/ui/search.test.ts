import { expect } from 'chai';
import '../../../src/ui/mm-search';
import '../../../src/ui/mm-search-rooms';
import { excerptOf } from '../../../src/ui/excerpt';
import type { MessageId } from '../../../src/core/ids';
import type { MmSearch } from '../../../src/ui/mm-search';
import type { MmSearchRooms } from '../../../src/ui/mm-search-rooms';
import { alice, bob, FakeConversation, FakeHome, keptRoom, message } from '../../support/fake-room';
import { expectAccessible, inBothLanguages, inside, key, make, nameOf, press, show, textOf, type, until } from './harness';

interface Open {
  readonly element: MmSearch;
  readonly conversation: FakeConversation;
  readonly jumps: MessageId[];
  readonly closed: () => number;
}

const day = (date: number, hour = 12) => new Date(2026, 2, date, hour, 15).getTime();
const talk = () => [message('The draft of the **letter**', bob, day(1)), message('Draft two', alice, day(2)), message('lunch?', bob, day(2, 13)), message('last DRAFT, I promise', bob, day(3))];

async function open(conversation = new FakeConversation(talk()), change: Partial<MmSearch> = {}): Promise<Open> {
  const element = make('mm-search', { conversation, ...change });
  const jumps: MessageId[] = [];
  let closed = 0;
  element.addEventListener('mm-show-message', (event) => jumps.push(event.detail));
  element.addEventListener('mm-close', () => (closed += 1));
  await show(element, { width: 360 });
  return { element, conversation, jumps, closed: () => closed };
}

function field(element: HTMLElement, kind: 'search' | 'date'): HTMLInputElement {
  const found = inside(element, `input[type=${kind}]`)[0];
  if (!(found instanceof HTMLInputElement)) throw new Error(`no ${kind}`);
  return found;
}

function status(element: HTMLElement): string {
  return textOf(inside(element, '[role=status]')[0] ?? null);
}

function results(element: HTMLElement): HTMLElement[] {
  return inside(element, '.found');
}

async function look(element: HTMLElement, text: string, said: string): Promise<void> {
  type(field(element, 'search'), text);
  await until(said, () => status(element) === said);
}

describe('Search', () => {
  it('finds while somebody types, newest first, and marks the words', async () => {
    const { element } = await open();
    expect([element.role, element.ariaLabel, field(element, 'search').ariaLabel]).to.deep.equal(['search', 'Search in this room', 'Search messages']);
    expect(field(element, 'search').matches(':focus')).to.equal(true);
    await look(element, ' draft ', '3 found');
    expect(nameOf(inside(element, '[role=list]')[0] ?? element)).to.equal('Results');
    expect(results(element).map(textOf)).to.deep.equal([
      'Bob Tuesday, March 3, 12:15 last DRAFT, I promise',
      'Alice Monday, March 2, 12:15 Draft two',
      'Bob Sunday, March 1, 12:15 The draft of the **letter**',
    ]);
    expect(inside(element, 'mark').map(textOf)).to.deep.equal(['DRAFT', 'Draft', 'draft']);
    await look(element, 'supper', 'Nothing found');
    expect(results(element)).to.have.length(0);
    await look(element, '', '');
  });

  it('gives up what was typed before', async () => {
    const { element, conversation } = await open();
    let go: () => void = () => undefined;
    conversation.loading = new Promise((resolve) => (go = resolve));
    type(field(element, 'search'), 'lunch');
    await until('the first search', () => conversation.asked.includes('search lunch'));
    type(field(element, 'search'), 'draft');
    await until('the second search', () => conversation.asked.includes('search draft'));
    go();
    await until('the second result', () => status(element) === '3 found');
    expect(textOf(element)).to.not.include('lunch');
  });

  it('shows what is there so far, and says when there is too much', async () => {
    const { element } = await open(new FakeConversation(Array.from({ length: 250 }, (_, index) => message(`draft ${index}`))));
    await look(element, 'draft', 'The newest 200 are shown. Add a word to find fewer.');
    expect(results(element)).to.have.length(200);
  });

  it('leads to a message by click, and by Enter from one to the next', async () => {
    const { element, conversation, jumps, closed } = await open();
    await look(element, 'draft', '3 found');
    results(element)[1]?.click();
    await until('the jump', () => jumps.length === 1);
    key(field(element, 'search'), 'Enter');
    await until('the next', () => jumps.length === 2);
    key(field(element, 'search'), 'Enter', { shiftKey: true });
    await until('the one before', () => jumps.length === 3);
    expect(jumps).to.deep.equal([conversation.all[1]?.id, conversation.all[0]?.id, conversation.all[1]?.id]);
    expect(results(element).map((each) => each.getAttribute('aria-current'))).to.deep.equal(['false', 'true', 'false']);
    expect(closed()).to.equal(0);
  });

  it('goes by arrow keys from the field into the list and back', async () => {
    const { element } = await open();
    await look(element, 'draft', '3 found');
    key(field(element, 'search'), 'ArrowDown');
    expect(results(element)[0]?.matches(':focus')).to.equal(true);
    key(results(element)[0] ?? element, 'ArrowDown');
    expect(results(element)[1]?.matches(':focus')).to.equal(true);
    key(results(element)[1] ?? element, 'ArrowUp');
    key(results(element)[0] ?? element, 'ArrowUp');
    expect(field(element, 'search').matches(':focus')).to.equal(true);
  });

  it('goes away after a jump where it hides the conversation, and leaves Enter to the keyboard there', async () => {
    const { element, jumps, closed } = await open(new FakeConversation(talk()), { covering: true });
    await look(element, 'draft', '3 found');
    key(field(element, 'search'), 'Enter');
    expect(field(element, 'search').matches(':focus')).to.equal(false);
    expect(jumps).to.have.length(0);
    results(element)[0]?.click();
    await until('the jump', () => jumps.length === 1);
    expect(closed()).to.equal(1);
  });

  it('goes to a day, and says when nothing was written from then on', async () => {
    const { element, conversation, jumps } = await open(new FakeConversation(talk()), { wish: { text: '', date: true } });
    const date = field(element, 'date');
    expect([textOf(date.labels?.[0] ?? null), date.matches(':focus')]).to.deep.equal(['Go to date', true]);
    for (const [value, count] of [
      ['2026-03-02', 1],
      // The year as it is while its first digit stands alone.
      ['0002-03-02', 1],
    ] as const) {
      date.value = value;
      date.dispatchEvent(new Event('change'));
      await until('the jump', () => jumps.length === count);
    }
    expect(jumps).to.deep.equal([conversation.all[1]?.id]);
    date.value = '2027-01-01';
    date.dispatchEvent(new Event('change'));
    await until('the sentence', () => status(element) === 'No message of that day, or later, is here.');
    expect(jumps).to.have.length(1);
  });

  it('is closed by Escape and by its button', async () => {
    const { element, closed } = await open();
    await look(element, 'draft', '3 found');
    expect(key(results(element)[0] ?? element, 'Escape')).to.equal(false);
    await press(element, 'Close search');
    expect(closed()).to.equal(2);
  });

  it('leaves the browser its own search', async () => {
    const { element } = await open();
    expect(key(field(element, 'search'), 'f', { ctrlKey: true })).to.equal(true);
  });

  it('says when what is kept could not be read', async () => {
    const conversation = new FakeConversation(talk());
    conversation.loading = Promise.reject(new Error('damaged'));
    conversation.loading.catch(() => undefined);
    const { element } = await open(conversation);
    await look(element, 'draft', 'The search came to no end: what is kept could not be read.');
  });

  it('shows what people wrote as text', async () => {
    const { element } = await open(new FakeConversation([message('<img src=x onerror=alert(1)> draft <b>bold</b>', bob, day(1), '<i>Bob</i>')]));
    await look(element, 'draft', '1 found');
    expect(inside(element, 'img, i, b')).to.have.length(0);
    expect(textOf(results(element)[0] ?? null)).to.include('<i>Bob</i>').and.include('<img src=x onerror=alert(1)> draft <b>bold</b>');
  });

  inBothLanguages((language) => {
    it('is accessible', async () => {
      const { element } = await open();
      await look(element, 'draft', language === 'en' ? '3 found' : 'Encontradas: 3');
      results(element)[0]?.click();
      await element.updateComplete;
      await expectAccessible(element);
    });
  });
});

describe('an excerpt', () => {
  const written = (text: string, words: string) =>
    excerptOf(text, words)
      .map((part) => (part.marked ? `[${part.text}]` : part.text))
      .join('');

  it('marks without regard to case and accents, whatever folding does to the length', () => {
    expect(written('Sa\u0303o João e SAO', 'sao')).to.equal('[Sa\u0303o] João e [SAO]');
    expect(written('ﬁne ½ Ação', 'acao')).to.equal('ﬁne ½ [Ação]');
    expect(written('👩‍👩‍👧 olá', 'OLA')).to.equal('👩‍👩‍👧 [olá]');
  });

  it('marks the whole of what was typed where it stands, else each word', () => {
    expect(written('red wine, red', 'red wine')).to.equal('[red wine], red');
    expect(written('wine that is red', 'red wine')).to.equal('[wine] that is [red]');
    expect(written('banana', 'an banana')).to.equal('[banana]');
  });

  it('is short, and begins near the first mark', () => {
    const text = `${'before '.repeat(500)}here it is${' after'.repeat(500)}`;
    const found = written(text, 'here');
    expect(found).to.match(/^…(?:before )+\[here\] it is after.*…$/u);
    expect(found.length).to.be.at.most(190);
    expect(written(`${'😀'.repeat(300)}x`, 'nothing')).to.equal(`${'😀'.repeat(90)}…`);
  });

  it('is one line', () => {
    expect(written(' a\n\n\tb ', 'a b')).to.equal('[a b]');
  });
});

describe('Search in your rooms', () => {
  async function openRooms(): Promise<{ readonly element: MmSearchRooms; readonly home: FakeHome }> {
    const home = new FakeHome();
    const [club, family] = [keptRoom('Book club'), keptRoom('', ['Bob', 'Carol'])];
    home.rooms.set([club, family]);
    home.found = Promise.resolve([
      [
        { alias: family.alias, message: message('the draft', bob, day(3)) },
        { alias: club.alias, message: message('a draft', alice, day(2)) },
      ],
      [{ alias: family.alias, message: message('no draft', bob, day(1)) }],
    ]);
    return { element: await show(make('mm-search-rooms', { home })), home };
  }

  it('lists what was found by room, and enters the room at the message', async () => {
    const { element, home } = await openRooms();
    const wanted: MessageId[] = [];
    element.addEventListener('mm-show-message', (event) => wanted.push(event.detail));
    expect(field(element, 'search').ariaLabel).to.equal('Search in your rooms');
    await look(element, 'draft', '3 found');
    const [list, ...rooms] = inside(element, '[role=list]');
    expect([list, ...rooms].map((each) => each && nameOf(each))).to.deep.equal(['Messages found', 'Bob and Carol', 'Book club']);
    expect(rooms.map((room) => [...room.children].length)).to.deep.equal([2, 1]);
    results(element)[2]?.click();
    expect(wanted).to.have.length(1);
    expect(home.asked).to.deep.equal(['search draft', `enterRoom Book club at ${wanted[0]}`]);
  });

  inBothLanguages((language) => {
    it('is accessible', async () => {
      const { element } = await openRooms();
      await look(element, 'draft', language === 'en' ? '3 found' : 'Encontradas: 3');
      await expectAccessible(element);
    });
  });
});
