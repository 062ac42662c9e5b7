import { expect } from 'chai';
import '../../../src/ui/mm-conversation';
import type { MmConversation } from '../../../src/ui/mm-conversation';
import { alice, bob, exampleLink, FakeConversation, message } from '../../support/fake-room';
import { button, expectAccessible, frame, inBothLanguages, inside, make, nameOf, press, show, textOf, until } from './harness';

const many = Array.from({ length: 60 }, (_, index) => message(`message number ${index}`, index % 3 ? bob : alice));

async function open(conversation: FakeConversation, alone = false): Promise<{ element: MmConversation; log: HTMLElement }> {
  const element = await show(make('mm-conversation', { conversation, link: exampleLink, alone }));
  const [log] = inside(element, '[role=log]');
  if (!log) throw new Error('no log');
  return { element, log };
}

function fromEnd(log: HTMLElement): number {
  return log.scrollHeight - log.scrollTop - log.clientHeight;
}

describe('mm-conversation', () => {
  it('is a log of articles, each named by author and time', async () => {
    const { element, log } = await open(new FakeConversation([message('hi', bob, new Date(2026, 4, 1, 9, 5).getTime()), message('hello', alice, new Date(2026, 4, 1, 15, 30).getTime())]));
    expect(nameOf(log)).to.equal('Messages');
    const articles = inside(element, '[role=article]');
    expect(articles.map(nameOf)).to.deep.equal(['Bob, 09:05', 'Alice, 15:30']);
    expect(articles.map(textOf)).to.deep.equal(['B Bob hi 09:05', 'Alice hello 15:30']);
  });

  it('tells own messages from others by side', async () => {
    const { element } = await open(new FakeConversation([message('theirs', bob), message('mine', alice)]));
    const [theirs, mine] = inside(element, '.bubble').map((bubble) => bubble.getBoundingClientRect());
    expect(mine?.right).to.be.greaterThan((theirs?.right ?? 0) + 100);
  });

  it('writes the date between days, and the author once a group', async () => {
    const today = Date.now();
    const { element } = await open(
      new FakeConversation([message('old', bob, new Date(2020, 0, 2, 12).getTime()), message('yesterday', bob, today - 24 * 3_600_000), message('one', bob, today), message('two', bob, today)]),
    );
    const [first, second, third] = inside(element, '.day').map(textOf);
    expect(first).to.equal('Thursday, January 2, 2020');
    expect([second, third]).to.deep.equal(['Yesterday', 'Today']);
    expect(inside(element, '.author')).to.have.length(3);
  });

  it('opens at the end and follows new messages there', async () => {
    const conversation = new FakeConversation(many);
    const { log } = await open(conversation);
    await until('the end', () => fromEnd(log) < 2);
    conversation.add(message('newest'));
    await until('the new end', () => textOf(log).includes('newest') && fromEnd(log) < 2);
  });

  it('leaves a reader further up where they are, and offers the way down', async () => {
    const conversation = new FakeConversation(many);
    const { element, log } = await open(conversation);
    await until('the end', () => fromEnd(log) < 2);
    log.scrollTop -= 300;
    const { scrollTop } = log;
    await frame();
    conversation.add(message('newest'));
    await until('the button', () => button(element, 'New messages'));
    expect(log.scrollTop).to.equal(scrollTop);
    await press(element, 'New messages');
    await until('the end', () => fromEnd(log) < 2);
    await until('no button', () => !button(element, 'New messages'));
  });

  it('goes to the end for an own message', async () => {
    const conversation = new FakeConversation(many);
    const { log } = await open(conversation);
    await until('the end', () => fromEnd(log) < 2);
    log.scrollTop = 0;
    await until('having scrolled', () => fromEnd(log) > 200);
    await frame();
    conversation.add(message('mine', alice));
    await until('the end', () => fromEnd(log) < 2);
  });

  it('stays at the end when its height changes', async () => {
    const { element, log } = await open(new FakeConversation(many));
    await until('the end', () => fromEnd(log) < 2);
    const frameElement = element.parentElement;
    if (frameElement) frameElement.style.blockSize = '300px';
    await until('the end of a smaller list', () => log.clientHeight < 300 && fromEnd(log) < 2);
  });

  it('shows the link to whoever is alone, and takes it away when somebody comes', async () => {
    const { element } = await open(new FakeConversation(), true);
    expect(textOf(element)).to.include("Looks like you're alone here. How about calling a friend to talk?");
    const [field] = inside(element, 'input');
    expect((field as HTMLInputElement | undefined)?.value).to.equal(exampleLink);
    await until('the QR code', () => inside(element, 'canvas[role=img]').some((canvas) => nameOf(canvas) === 'QR code of the room link'));
    element.alone = false;
    await element.updateComplete;
    expect(inside(element, 'mm-share-link')).to.have.length(0);
  });

  it('holds texts of any length and script within its width', async () => {
    const bodies = ['a'.repeat(3_000), `Z${'\u0337\u0321\u0345'.repeat(200)}`, '\u202Egnp.exe', 'مرحبا '.repeat(200), '🙂'.repeat(500), '```\n' + 'x'.repeat(2_000) + '\n```', `| ${'a | '.repeat(40)}\n|${'---|'.repeat(41)}`];
    const { element, log } = await open(new FakeConversation(bodies.map((body) => message(body, bob, Date.now(), 'W'.repeat(40)))));
    await until('the code block', () => inside(element, 'pre').length > 0);
    await frame();
    expect(log.scrollWidth).to.be.at.most(log.clientWidth);
    for (const bubble of inside(element, '.bubble')) expect(bubble.getBoundingClientRect().right).to.be.at.most(log.getBoundingClientRect().right);
  });

  inBothLanguages((language) => {
    it('is accessible', async () => {
      const { element } = await open(new FakeConversation([message('**hi**\n\n- one\n- two'), message('`hello` https://example.org', alice)]), true);
      await until('the Markdown', () => inside(element, 'strong').length > 0);
      expect(textOf(element)).to.include(language === 'en' ? 'How about calling a friend to talk?' : 'Parece que você está sozinho aqui, que tal chamar um amigo para conversar?');
      await expectAccessible(element);
    });
  });
});
