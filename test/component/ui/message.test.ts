import { expect } from 'chai';
import '../../../src/ui/mm-message';
import type { MmMessage } from '../../../src/ui/mm-message';
import { renderMarkdown } from '../../../src/ui/markdown';
import { needsMarkdown, plainParts } from '../../../src/ui/plain-text';
import { alice, bob, carol, message, quote } from '../../support/fake-room';
import { trap, xssVectors } from '../../support/xss-vectors';
import type { ChatMessage } from '../../../src/core/message';
import type { MessageIntent } from '../../../src/ui/message-intent';
import { button, expectAccessible, frame, inBothLanguages, inside, make, nameOf, press, show, textOf, until } from './harness';

async function body(text: string): Promise<HTMLElement> {
  const element: MmMessage = await show(make('mm-message', { message: message(text), time: '09:05', first: true }));
  const [found] = inside(element, '.body');
  if (!found) throw new Error('no body');
  if (needsMarkdown(text)) await until('the Markdown', () => !found.classList.contains('plain'));
  return found;
}

function markup(fragment: DocumentFragment | undefined): string {
  const holder = document.createElement('div');
  if (fragment) holder.append(fragment);
  return holder.innerHTML.trim();
}

async function rendered(text: string): Promise<string> {
  return markup(await renderMarkdown(text));
}

describe('a message without Markdown', () => {
  it('is shown as it was written', async () => {
    const found = await body('Hello,\nhow are you?  Fine (I hope)!');
    expect(found.textContent).to.equal('Hello,\nhow are you?  Fine (I hope)!');
  });

  it('has links for addresses, without the punctuation that follows', async () => {
    const found = await body('See https://example.org/a_b?c=1, please.');
    const link = found.querySelector('a');
    expect(link?.href).to.equal('https://example.org/a_b?c=1');
    expect(link?.rel).to.equal('noopener noreferrer');
    expect(link?.target).to.equal('_blank');
    expect(found.textContent).to.equal('See https://example.org/a_b?c=1, please.');
  });

  it('is told from one with Markdown', () => {
    for (const text of ['Hi!', 'a-b', '3 - 2', "it's 5:30 (pm)", 'https://example.org/a_b_c', 'C + D', 'Olá, tudo bem?', 'x = 1', '👍🏽']) expect(needsMarkdown(text), text).to.equal(false);
    for (const text of ['*a*', '_a_', '`a`', '~~a~~', '# a', '> a', '- a', '1. a', '<b>a</b>', '[a](b)', 'a\n---', '| a |', '&amp;', 'www.example.org', 'a@example.org', '\\*']) expect(needsMarkdown(text), text).to.equal(true);
    expect(plainParts('a http://[broken b')).to.deep.equal([{ text: 'a http://[broken b', url: undefined }]);
  });
});

describe('a message with Markdown', () => {
  it('is shown as it was written until it is rendered', async () => {
    const element = await show(make('mm-message', { message: message('**a** and `b`'), time: '09:05' }));
    const [found] = inside(element, '.body');
    expect(found?.textContent).to.equal('**a** and `b`');
    await until('the Markdown', () => found?.textContent.trim() === 'a and b');
  });

  it('keeps emphasis, code, lists, quotes, tables and line breaks', async () => {
    expect(await rendered('**a** _b_ ~~c~~ `d`\ne')).to.equal('<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code><br>e</p>');
    expect(await rendered('- a\n- [x] b')).to.include('<li>a</li>');
    expect(await rendered('> a')).to.include('<blockquote>');
    expect(await rendered('```js\nlet a;\n```')).to.equal('<pre><code>let a;\n</code></pre>');
    expect(await rendered('|a|\n|-|\n|b|')).to.include('<td>b</td>');
    expect(await rendered('3. a')).to.include('<ol start="3">');
  });

  it('keeps the listed inline HTML and shows any other as text', async () => {
    const kept = '<b>a</b> <i>a</i> <u>a</u> <s>a</s> <sub>a</sub> <sup>a</sup> <kbd>a</kbd> <code>a</code>';
    expect(await rendered(`${kept}<br>b`)).to.equal(`<p>${kept}<br>b</p>`);
    expect(await rendered('<details><summary>a</summary>b</details>')).to.equal('<details><summary>a</summary>b</details>');
    expect(textOf(await body('<marquee>a</marquee> <b onclick="x">b</b> <script>c</script>'))).to.equal('<marquee>a</marquee> <b onclick="x">b <script>c</script>');
  });

  it('lets links go to web and mail addresses only', async () => {
    const links = (await renderMarkdown('[a](https://example.org) [b](http://example.org) [c](mailto:a@example.org) <d@example.org> www.example.org'))?.querySelectorAll('a');
    expect([...(links ?? [])].map((link) => link.getAttribute('href'))).to.deep.equal(['https://example.org', 'http://example.org', 'mailto:a@example.org', 'mailto:d@example.org', 'http://www.example.org']);
    for (const link of links ?? []) expect([link.rel, link.target]).to.deep.equal(['noopener noreferrer', '_blank']);
    for (const address of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\tscript:alert(1)', '&#106;avascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'blob:https://a/b', '//example.org', '/sig', '#abc', 'room']) {
      const fragment = await renderMarkdown(`[text](${address}) *mark*`);
      for (const link of fragment?.querySelectorAll('a') ?? []) expect(link.hasAttribute('href'), address).to.equal(false);
    }
  });

  it('fetches nothing and runs nothing, whatever is written', async () => {
    const before = performance.getEntriesByType('resource').length;
    for (const attack of xssVectors) {
      const found = await body(`${attack}\n\n*end*`);
      // What the app adds to a block of code is its own.
      for (const own of found.querySelectorAll('.code')) own.replaceWith(own.querySelector('pre') ?? '');
      for (const element of found.querySelectorAll('*')) {
        expect(element.localName, attack).to.match(/^(a|b|blockquote|br|code|del|details|em|h[1-6]|hr|i|kbd|li|ol|p|pre|s|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul)$/);
        for (const { name } of element.attributes) expect(['href', 'rel', 'target', 'start', 'tabindex'], `${attack}: ${name}`).to.include(name);
      }
    }
    await frame();
    const fetched = performance.getEntriesByType('resource').slice(before);
    expect(fetched.filter(({ name }) => name.startsWith(trap))).to.deep.equal([]);
    expect('hit' in window).to.equal(false);
  });

  it('gives up on a text that takes too long or nests too deep, shows it plain, and renders the next one', async () => {
    expect(await renderMarkdown('_a*'.repeat(2_600))).to.equal(undefined);
    expect(await renderMarkdown('>'.repeat(4_000) + ' a')).to.equal(undefined);
    expect(await renderMarkdown('> '.repeat(40) + 'a')).to.equal(undefined);
    expect(await renderMarkdown('*'.repeat(20_000))).to.equal(undefined);
    expect(await rendered('*after*')).to.equal('<p><em>after</em></p>');
  });
});

/** A message with something about it, and what was wished of it. */
async function shown(change: Partial<ChatMessage>, own = false): Promise<{ readonly element: MmMessage; readonly wishes: MessageIntent[] }> {
  const names = new Map<string, string>([
    [bob, 'Bob'],
    [carol, 'Carol'],
  ]);
  const written = message('hello', own ? alice : bob, Date.now(), own ? 'Alice' : 'Bob', change);
  const element = await show(make('mm-message', { message: written, time: '09:05', first: true, own, ownId: alice, names }));
  const wishes: MessageIntent[] = [];
  element.addEventListener('message-intent', ({ detail }) => wishes.push(detail));
  return { element, wishes };
}

describe('what becomes of a message', () => {
  it('is said where its text was', async () => {
    for (const [state, words] of [
      ['deleted', 'Message deleted'],
      ['expired', 'Message disappeared'],
      ['missing', 'Message not here yet'],
    ] as const) {
      const { element } = await shown({ state, body: '' });
      expect(textOf(element)).to.equal(`Bob ${words} 09:05`);
      expect(element.ariaDescription).to.equal(words);
    }
  });

  it('shows that it was edited, and asks for its versions', async () => {
    const { element, wishes } = await shown({ editCount: 2 });
    await press(element, 'Edited');
    expect(wishes.map(({ kind }) => kind)).to.deep.equal(['versions']);
  });

  it('shows the later version of a text that was edited', async () => {
    const { element } = await shown({ body: '**one**' });
    await until('the Markdown', () => inside(element, 'strong').length > 0);
    const { message: before } = element;
    if (!before) throw new Error('no message');
    element.message = { ...before, body: '**two**', editCount: 1 };
    await until('the later one', () => textOf(inside(element, '.body')[0] ?? null) === 'two');
    element.message = { ...before, body: 'three', editCount: 2 };
    await until('the last one', () => textOf(inside(element, '.body')[0] ?? null) === 'three');
  });

  it('tells by ticks how far an own one has come', async () => {
    for (const [delivery, name] of [
      [{ kind: 'waiting' }, 'Waiting for somebody to be here'],
      [{ kind: 'delivered', count: 1, of: 2 }, 'Delivered to 1 of 2'],
      [{ kind: 'read', count: 2, of: 2, readCount: 1 }, 'Read by 1 of 2'],
    ] as const) {
      const { element } = await shown({ delivery }, true);
      expect(inside(element, '[role=img]').map(nameOf)).to.deep.equal([name]);
    }
  });

  it('quotes what it answers, and leads there', async () => {
    const answered = message('shall we?', carol);
    const { element, wishes } = await shown({ replyTo: quote(answered) });
    await press(element, 'Reply to Carol shall we?');
    expect(wishes).to.deep.equal([{ kind: 'jump', to: answered.id }]);
    const gone = await shown({ replyTo: { ...quote(answered), state: 'unknown', author: undefined, authorName: '', excerpt: '' } });
    expect(textOf(gone.element)).to.include('Message not available');
    expect(inside(gone.element, 'button')).to.have.length(0);
  });

  it('lets people named in it stand out, oneself more, with and without Markdown', async () => {
    const mentions = [
      { device: alice, name: 'Alice' },
      { device: carol, name: 'Carol Dias' },
      { device: bob, name: 'Carol' },
    ];
    for (const body of ['@Alice and @Carol Dias, not @Carola or @Dora', '*well*, @Alice and @Carol Dias, not `@Alice` or @Dora']) {
      const { element } = await shown({ body, mentions });
      if (body.startsWith('*')) await until('the Markdown', () => inside(element, 'em').length > 0);
      const marked = inside(element, '.mention').map(({ textContent }) => textContent);
      expect(marked.slice(0, 2)).to.deep.equal(['@Alice', '@Carol Dias']);
      expect(inside(element, '.me').map(({ textContent }) => textContent)).to.deep.equal(['@Alice']);
    }
  });

  it('shows who reacted, and takes an own reaction back', async () => {
    const { element, wishes } = await shown({
      reactions: [
        { emoji: '👍', devices: [alice, bob], own: true },
        { emoji: '🎉', devices: [carol], own: false },
      ],
    });
    expect(inside(element, '[role=group]').map(nameOf)).to.deep.equal(['Reactions']);
    expect(inside(element, '.reactions button').map((each) => [nameOf(each), each.ariaPressed, textOf(each)])).to.deep.equal([
      ['👍 2: you and Bob', 'true', '👍 2'],
      ['🎉 1: Carol', 'false', '🎉 1'],
    ]);
    await press(element, '👍 2: you and Bob');
    await press(element, '🎉 1: Carol');
    expect(wishes.map((wish) => (wish.kind === 'react' ? wish.emoji : undefined))).to.deep.equal(['', '🎉']);
  });

  it('shows some of a thousand kinds of reaction, and how many more there are', async () => {
    const { element } = await shown({ reactions: Array.from({ length: 1_000 }, (_, index) => ({ emoji: `${index}`, devices: Array.from({ length: 40 }, () => carol), own: false })) });
    expect(inside(element, '.reactions button')).to.have.length(12);
    expect(textOf(inside(element, '.reactions')[0] ?? null)).to.include('+988');
    expect(nameOf(inside(element, '.reactions button')[0] ?? element)).to.include('32 others');
  });

  it('has a button that copies its code', async () => {
    const { element } = await shown({ body: '```js\nlet a = 1;\n```' });
    await press(element, 'Copy code');
    await until('the word for it', () => button(element, 'Copied'));
    expect(await navigator.clipboard.readText()).to.equal('let a = 1;');
  });

  it('is no more than one stop of the Tab key until it has the focus', async () => {
    const { element } = await shown({ body: '**a** https://example.org', editCount: 1, reactions: [{ emoji: '👍', devices: [bob], own: false }] });
    await until('the Markdown', () => inside(element, 'strong').length > 0);
    const stops = () => inside(element, 'a, button').filter((each) => each.tabIndex === 0).length;
    expect(stops()).to.equal(0);
    element.tabIndex = 0;
    element.focus();
    await until('the stops', () => stops() >= 3);
  });

  inBothLanguages(() => {
    it('is accessible', async () => {
      const answered = message('shall we?', carol);
      const { element } = await shown({ body: '**a** @Alice https://example.org', mentions: [{ device: alice, name: 'Alice' }], editCount: 1, replyTo: quote(answered), reactions: [{ emoji: '👍', devices: [bob], own: false }], delivery: { kind: 'read', count: 1, of: 1, readCount: 1 } }, true);
      await until('the Markdown', () => inside(element, 'strong').length > 0);
      await expectAccessible(element);
    });
  });
});
