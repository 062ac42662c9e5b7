import { expect } from 'chai';
import { limits } from '../../../src/config';
import '../../../src/ui/mm-conversation';
import type { MmConversation } from '../../../src/ui/mm-conversation';
import type { MmMessage } from '../../../src/ui/mm-message';
import type { ChatMessage } from '../../../src/core/message';
import { alice, bob, carol, FakeConversation, message } from '../../support/fake-room';
import { button, expectAccessible, frame, inBothLanguages, inside, key, make, nameOf, press, show, textOf, until } from './harness';

const startMs = new Date(2026, 2, 1, 8).getTime();

/** Of many lengths; some are rendered late. */
function history(count: number): ChatMessage[] {
  return Array.from({ length: count }, (_, index) => message(`Message ${index}. ${'More of it. '.repeat(index % 9)}${index % 4 ? '' : '\n\n- **one**\n- two'}`, [alice, bob, carol][index % 3], startMs + index * 600_000));
}

interface Opened {
  readonly element: MmConversation;
  readonly log: HTMLElement;
}

async function open(conversation: FakeConversation, width = 800): Promise<Opened> {
  const element = await show(make('mm-conversation', { conversation }), { width, height: 700 });
  const [log] = inside(element, '[role=log]');
  if (!log) throw new Error('no log');
  await until('the end', () => fromEnd(log) < 2);
  await still(log);
  return { element, log };
}

function fromEnd(log: HTMLElement): number {
  return log.scrollHeight - log.scrollTop - log.clientHeight;
}

function rows(element: MmConversation): MmMessage[] {
  return [...(element.renderRoot.querySelector('mm-messages')?.renderRoot.querySelectorAll('mm-message') ?? [])];
}

function row(element: MmConversation, words: string): MmMessage | undefined {
  return rows(element).find((each) => textOf(each).includes(words));
}

/** Measured where nothing changes any more before the frame is painted: in an observer that was made after the list's own. */
function asPainted<T>(element: HTMLElement, measure: () => T): Promise<T> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const observer = new ResizeObserver(() => {
        observer.disconnect();
        resolve(measure());
      });
      observer.observe(element);
    });
  });
}

/** Nothing has moved for some frames, and all texts are rendered. */
async function still(log: HTMLElement): Promise<void> {
  let frames = 0;
  let height = -1;
  await until('rest', () => {
    frames = height === log.scrollHeight ? frames + 1 : 0;
    height = log.scrollHeight;
    return frames > 8;
  });
}

/** The first row that is wholly in sight, and where it stands there. */
function inSight(element: MmConversation, log: HTMLElement): { readonly id: string; readonly top: number } {
  const top = log.getBoundingClientRect().top;
  const found = rows(element).find((each) => each.getBoundingClientRect().top >= top);
  return { id: found?.message?.id ?? '', top: (found?.getBoundingClientRect().top ?? 0) - top };
}

function where(element: MmConversation, log: HTMLElement, id: string): number | undefined {
  const found = rows(element).find((each) => each.message?.id === id);
  return found && found.getBoundingClientRect().top - log.getBoundingClientRect().top;
}

for (const width of [390, 1280]) {
  describe(`the list of messages, ${width} pixels wide`, () => {
    it('keeps the place while older messages come in above', async () => {
      const conversation = new FakeConversation(history(400));
      const { element, log } = await open(conversation, width);
      let release = () => {};
      conversation.loading = new Promise((resolve) => (release = resolve));
      log.scrollTop = 0;
      await until('the question for older ones', () => conversation.asked.includes('loadOlder'));
      await until('"Loading…"', () => textOf(log).includes('Loading…'));
      await still(log);
      const before = inSight(element, log);
      release();
      await until('older messages', () => rows(element).length > limits.messagesAPage);
      for (let frames = 0; frames < 20; frames++) expect(await asPainted(log, () => where(element, log, before.id)), `in frame ${frames}`).to.be.closeTo(before.top, 1.5);
      expect(log.scrollTop).to.be.greaterThan(500);
    });

    it('leads from the newest message to the oldest and back, with few rows, none missed, none twice', async () => {
      const conversation = new FakeConversation(history(200));
      const { element, log } = await open(conversation, width);
      const seen = new Set<string>();
      const gather = () => {
        const ids = rows(element).map(({ message: each }) => each?.id ?? '');
        for (const id of ids) seen.add(id);
        expect(new Set(ids).size).to.equal(ids.length);
        expect(ids.length).to.be.at.most(150);
      };
      const wander = async (step: number, arrived: () => boolean) => {
        for (let steps = 0; !arrived() && steps < 2_000; steps++) {
          log.scrollBy(0, step);
          await frame();
          gather();
        }
        expect(arrived()).to.equal(true);
      };
      const isDrawn = () => rows(element).length === conversation.timeline.value.messages.length;
      await wander(-1_000, () => conversation.timeline.value.atStart && isDrawn() && log.scrollTop < 1);
      expect(seen.size).to.equal(200);
      seen.clear();
      await wander(1_000, () => conversation.timeline.value.atEnd && isDrawn() && fromEnd(log) < 1);
      expect(seen.size).to.equal(200);
    });

    it('keeps the place when something above changes its height', async () => {
      const conversation = new FakeConversation(history(30));
      const { element, log } = await open(conversation, width);
      log.scrollTop = 900;
      await frame();
      await frame();
      const before = inSight(element, log);
      const [first] = conversation.all;
      if (!first) throw new Error('no message');
      conversation.change(first.id, { body: 'Longer. '.repeat(300) });
      await until('the longer text', () => row(element, 'Longer. Longer.'));
      await still(log);
      expect(where(element, log, before.id)).to.be.closeTo(before.top, 1.5);
    });

    it('shows an own message whole that comes while what stood above the field goes, as files do that were attached', async () => {
      const conversation = new FakeConversation(history(40));
      const { element, log } = await open(conversation, width);
      element.style.blockSize = '450px';
      await until('the end again', () => fromEnd(log) < 2 && log.clientHeight < 450);
      await still(log);
      element.style.blockSize = '';
      // Laid out in between, as whoever measures something does.
      expect(fromEnd(log)).to.be.lessThan(2);
      conversation.add(message('Mine. '.repeat(400), alice, startMs + 41 * 600_000));
      await until('the own message', () => row(element, 'Mine.'));
      await still(log);
      expect(fromEnd(log)).to.be.lessThan(2);
    });

    it('comes to rest: what moves the window by itself does not move it again', async () => {
      const conversation = new FakeConversation(history(600));
      const { log } = await open(conversation, width);
      log.scrollTop = 0;
      await until('older ones', () => conversation.asked.includes('loadOlder'));
      await still(log);
      const asked = conversation.asked.filter((each) => each.startsWith('load')).length;
      for (let frames = 0; frames < 30; frames++) await frame();
      expect(conversation.asked.filter((each) => each.startsWith('load')).length).to.equal(asked);
    });
  });
}

describe('the list of messages', () => {
  it('fills a screen that a page does not fill', async () => {
    const conversation = new FakeConversation(Array.from({ length: 200 }, (_, index) => message(`${index}`, bob, startMs + index)));
    const element = await show(make('mm-conversation', { conversation }), { height: 2_600 });
    await until('more rows', () => rows(element).length >= 2 * limits.messagesAPage);
  });

  it('takes a page of history in by steps, so that no frame waits for all of it', async () => {
    const { element, log } = await open(new FakeConversation(history(400)));
    const counts = [rows(element).length];
    log.scrollTop = 0;
    await until('older messages', () => {
      counts.push(rows(element).length);
      return rows(element).length === 2 * limits.messagesAPage;
    });
    const steps = counts.slice(1).map((count, at) => count - (counts[at] ?? 0));
    expect(Math.max(...steps)).to.be.within(1, limits.messagesAPage / 2);
  });

  it('offers the way to the newest message from wherever its reader is', async () => {
    const conversation = new FakeConversation(history(600));
    const { element, log } = await open(conversation);
    const first = conversation.all[100];
    if (!first) throw new Error('no message');
    await element.show(first.id);
    await press(element, 'Go to newest');
    await until('the newest', () => row(element, 'Message 599.') && fromEnd(log) < 2);
    await until('no button', () => !button(element, 'Go to newest'));
    expect(conversation.asked).to.include('jumpTo end');
  });

  it('shows a message from far away in the middle, lights it up, and gives it the keyboard', async () => {
    const conversation = new FakeConversation(history(600));
    const { element, log } = await open(conversation);
    const wanted = conversation.all[100];
    if (!wanted) throw new Error('no message');
    await element.show(wanted.id);
    const found = await until('the row', () => row(element, 'Message 100.'));
    await still(log);
    const { top, bottom } = found.getBoundingClientRect();
    const box = log.getBoundingClientRect();
    expect((top + bottom) / 2).to.be.closeTo((box.top + box.bottom) / 2, 40);
    expect(found.hasAttribute('highlighted')).to.equal(true);
    expect(found.matches(':focus')).to.equal(true);
  });

  it('says so when the message is not there', async () => {
    const conversation = new FakeConversation(history(10));
    const { element } = await open(conversation);
    await element.show(message('never sent').id);
    await until('the sentence', () => inside(element, '[role=status]').some((each) => textOf(each) === 'Message not available'));
  });

  it('has a line above what is unread, and begins there', async () => {
    const conversation = new FakeConversation(history(38));
    conversation.setUnreadFrom(conversation.all[12]?.id);
    const element = await show(make('mm-conversation', { conversation }), { height: 500 });
    const [log] = inside(element, '[role=log]');
    if (!log) throw new Error('no log');
    const line = await until('the line', () => inside(element, '[role=separator]')[0]);
    expect(nameOf(line)).to.equal('New messages');
    expect(textOf(line.nextElementSibling)).to.include('Message 12.');
    await still(log);
    const { top } = line.getBoundingClientRect();
    expect(top).to.be.greaterThan(log.getBoundingClientRect().top);
    expect(top).to.be.lessThan(log.getBoundingClientRect().top + 250);
  });

  it('reads no further than its reader sees, and on as they scroll', async () => {
    const conversation = new FakeConversation(history(38));
    conversation.setUnreadFrom(conversation.all[12]?.id);
    const element = await show(make('mm-conversation', { conversation }), { height: 500 });
    const [log] = inside(element, '[role=log]');
    if (!log) throw new Error('no log');
    const read = () => conversation.asked.filter((each) => each.startsWith('markRead')).map((each) => Number(/Message (\d+)/.exec(each)?.[1]));
    await until('something to be read', () => read().length > 0);
    await still(log);
    expect(Math.max(...read())).to.be.within(11, 30);
    log.scrollTop = log.scrollHeight;
    await until('the last to be read', () => read().at(-1) === 37);
    expect(read()).to.deep.equal([...read()].sort((a, b) => a - b));
  });

  it('says each new message of others once, many as a number, and no history', async () => {
    const conversation = new FakeConversation(history(300));
    const { element, log } = await open(conversation);
    const said = () => inside(element, '[aria-live=polite] p').map(textOf);
    expect(log.getAttribute('aria-live')).to.equal('off');
    conversation.add(message('mine', alice));
    conversation.add(message('**hello**', bob));
    await until('the words', () => said().length > 0);
    conversation.add(message('**hello**', bob));
    await until('the same words', () => said().length > 1);
    expect(said()).to.deep.equal(['Bob: hello', 'Bob: hello']);
    conversation.add(...Array.from({ length: 12 }, (_, index) => message(`flood ${index}`, carol)));
    await until('the number', () => said().length > 2);
    expect(said().at(-1)).to.equal('12 new messages');
    log.scrollTop = 0;
    await until('older ones', () => rows(element).length > 2 * limits.messagesAPage);
    expect(said()).to.have.length(3);
  });

  it('is one stop of the Tab key, and led through by arrow keys', async () => {
    const conversation = new FakeConversation(history(20));
    const { element } = await open(conversation);
    const stops = () => rows(element).filter((each) => each.tabIndex === 0);
    expect(stops().map((each) => textOf(each).includes('Message 19.'))).to.deep.equal([true]);
    stops()[0]?.focus();
    const on = () => textOf(rows(element).find((each) => each.matches(':focus')) ?? null);
    const press = (name: string) => key(rows(element).find((each) => each.matches(':focus')) ?? element, name);
    expect(press('ArrowUp')).to.equal(false);
    expect(on()).to.include('Message 18.');
    press('Home');
    expect(on()).to.include('Message 0.');
    press('ArrowDown');
    expect(on()).to.include('Message 1.');
    await element.updateComplete;
    await until('one stop', () => stops().length === 1 && textOf(stops()[0] ?? null).includes('Message 1.'));
    press('End');
    expect(on()).to.include('Message 19.');
    press('Escape');
    await until('the field', () => inside(element, 'textarea')[0]?.matches(':focus'));
  });

  it('says how much is on its way', async () => {
    const conversation = new FakeConversation(history(5));
    const { element } = await open(conversation);
    conversation.missing.set(1_200);
    await until('the line', () => textOf(element).includes('Fetching 1,200 messages'));
    conversation.missing.set(0);
    await until('no line', () => !textOf(element).includes('Fetching'));
  });

  it('lets names and texts neither turn nor draw over what stands around them', async () => {
    const conversation = new FakeConversation([message('\u202Egnp.exe \u2067 and so on', bob, startMs, '\u202Eecila'), message(`Z${'\u0337\u0321\u0345\u0301'.repeat(120)}`, carol, startMs + 1, `C${'\u0337\u0321'.repeat(80)}`)]);
    const { element } = await open(conversation);
    for (const each of rows(element)) {
      const [bubble] = inside(each, '.bubble');
      const [time] = inside(each, 'time');
      if (!bubble || !time) throw new Error('no bubble');
      expect(getComputedStyle(bubble).overflow).to.equal('clip');
      // The time stands at the end of the bubble, as in any other.
      expect(bubble.getBoundingClientRect().right - time.getBoundingClientRect().right).to.be.within(0, 20);
      expect(textOf(time)).to.match(/^\d\d:\d\d$/);
    }
  });

  inBothLanguages(() => {
    it('is accessible with everything in it', async () => {
      const conversation = new FakeConversation(history(12));
      conversation.setUnreadFrom(conversation.all[8]?.id);
      conversation.missing.set(3);
      const { element } = await open(conversation, 390);
      rows(element).at(-1)?.focus();
      await until('the actions', () => inside(element, '[role=toolbar]').length > 0);
      await expectAccessible(element.renderRoot.querySelector<HTMLElement>('mm-messages') ?? element);
    });
  });
});
