import { expect } from 'chai';
import '../../../src/ui/mm-message';
import type { MmMessage } from '../../../src/ui/mm-message';
import { renderMarkdown } from '../../../src/ui/markdown';
import { needsMarkdown, plainParts } from '../../../src/ui/plain-text';
import { message } from '../../support/fake-room';
import { frame, inside, make, show, textOf, until } from './harness';

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
    const trap = 'http://127.0.0.1:9/trap';
    const attacks = [
      `![a](${trap})`,
      `![a][r]\n\n[r]: ${trap}`,
      `<img src="${trap}" onerror="window.hit=1">`,
      `<img srcset="${trap} 1x">`,
      `<picture><source srcset="${trap}"><img></picture>`,
      `<video src="${trap}" poster="${trap}" autoplay></video>`,
      `<audio src="${trap}" autoplay></audio>`,
      `<b style="background:url(${trap})">a</b>`,
      `<style>@import "${trap}"; * { background: url(${trap}) }</style>`,
      `<link rel="stylesheet" href="${trap}"><link rel="prefetch" href="${trap}"><link rel="dns-prefetch" href="${trap}">`,
      `<svg><image href="${trap}"/><use href="${trap}#a"/><script>window.hit=1</script></svg>`,
      `<svg onload="window.hit=1"></svg>`,
      `<math><mi xlink:href="${trap}">a</mi></math>`,
      `<iframe src="${trap}" srcdoc="<script>parent.hit=1</script>"></iframe>`,
      `<object data="${trap}"></object><embed src="${trap}">`,
      `<form action="${trap}"><input type="image" src="${trap}"><button formaction="${trap}">a</button></form>`,
      `<base href="${trap}"><meta http-equiv="refresh" content="0;url=${trap}">`,
      `<table background="${trap}"><td background="${trap}">a</td></table>`,
      `<body background="${trap}" onload="window.hit=1">`,
      `<details open ontoggle="window.hit=1"><summary>a</summary></details>`,
      `<details><summary>a</summary><img src="${trap}"></details>`,
      `<input autofocus onfocus="window.hit=1">`,
      `<a href="javascript:window.hit=1" ping="${trap}">a</a>`,
      `<template><img src="${trap}"></template>`,
      `<noscript><p title="</noscript><img src=${trap} onerror=window.hit=1>"></noscript>`,
      `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=${trap} onerror=window.hit=1&gt;">`,
      `<b\n><img src=${trap}>`,
      `<b><!-- --><img src=${trap}>`,
      `<<b>img src=${trap}>`,
      `<sub/onclick=window.hit=1>`,
      '```"><img src=x onerror=window.hit=1>\na\n```',
      `[a](https://example.org "\\"><img src=${trap} onerror=window.hit=1>")`,
      `![<img src=${trap}>](x"onerror="window.hit=1)`,
      `<https://example.org/"><img src=${trap}>`,
    ];
    const before = performance.getEntriesByType('resource').length;
    for (const attack of attacks) {
      const found = await body(`${attack}\n\n*end*`);
      const elements = [...found.querySelectorAll('*')];
      for (const element of elements) {
        expect(element.localName, attack).to.match(/^(a|b|blockquote|br|code|del|details|em|h[1-6]|hr|i|kbd|li|ol|p|pre|s|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul)$/);
        for (const { name } of element.attributes) expect(['href', 'rel', 'target', 'start'], `${attack}: ${name}`).to.include(name);
      }
    }
    await frame();
    const fetched = performance.getEntriesByType('resource').slice(before);
    expect(fetched.filter(({ name }) => name.includes('trap'))).to.deep.equal([]);
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
