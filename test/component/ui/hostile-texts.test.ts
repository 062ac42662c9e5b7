import { expect } from 'chai';
import '../../../src/ui/mm-conversation';
import '../../../src/ui/mm-versions';
import type { ChatMessage, Quote } from '../../../src/core/message';
import { alice, bob, FakeConversation, message } from '../../support/fake-room';
import { trap, xssVectors } from '../../support/xss-vectors';
import { button, frame, inside, make, press, show, until } from './harness';

/** What the elements of the app put into their own templates is not asked about; what a text brought along would be one of these, or have one of those attributes. */
const suspects = 'script, img, iframe, object, embed, form, style, link, meta, base, video, audio, math, template, marquee, picture, source, image, foreignObject, animate, title, xmp, noscript';

function named(text: string): ChatMessage {
  const replyTo: Quote = { id: message('x').id, state: 'there', author: bob, authorName: text, excerpt: text, file: undefined };
  return message(text, bob, Date.now(), text, { replyTo, reactions: [{ emoji: text, devices: [bob], own: false }], mentions: [{ device: alice, name: text }], editCount: 1 });
}

/** Whatever was asked of the network or of the browser's policy since. */
function watchPage(): () => readonly string[] {
  const seen: string[] = [];
  const before = performance.getEntriesByType('resource').length;
  const onViolation = ({ violatedDirective }: SecurityPolicyViolationEvent) => seen.push(violatedDirective);
  document.addEventListener('securitypolicyviolation', onViolation);
  return () => {
    document.removeEventListener('securitypolicyviolation', onViolation);
    const asked = performance.getEntriesByType('resource').slice(before);
    return [...seen, ...asked.map(({ name }) => name).filter((name) => name.startsWith(trap)), ...('hit' in window ? ['something ran'] : [])];
  };
}

function expectOnlyText(shown: readonly HTMLElement[]): void {
  expect(shown).not.to.have.length(0);
  for (const found of shown.flatMap((element) => inside(element, suspects))) expect(found.outerHTML).to.equal('');
  for (const found of shown.flatMap((element) => inside(element, '*'))) {
    for (const { name, value } of found.attributes) {
      expect(name, found.outerHTML).not.to.match(/^on|^(?:srcdoc|ping|background|formaction|action|poster|srcset)$/);
      if (name === 'style') expect(value, found.outerHTML).not.to.include('url');
      if (name === 'href') expect(value).to.match(/^(?:https?:\/\/|mailto:)/i);
    }
  }
}

describe('hostile texts', () => {
  it('are only text in messages, names, quotes, reactions, mentions and what is pinned', async () => {
    const ended = watchPage();
    for (let at = 0; at < xssVectors.length; at += 20) {
      const conversation = new FakeConversation(xssVectors.slice(at, at + 20).map((vector) => named(vector)));
      const element = await show(make('mm-conversation', { conversation, people: [] }));
      conversation.pinned.set(conversation.all);
      await until('the Markdown', () => inside(element, '.body').filter((body) => body.querySelector('p, h1, pre, table')).length >= 10);
      await until('what is pinned', () => button(element, 'Unpin'));
      await frame();
      expectOnlyText(inside(element, 'mm-messages, mm-pinned'));
      element.parentElement?.remove();
    }
    expect(ended()).to.deep.equal([]);
  });

  it('are only text in the actions on a message', async () => {
    const ended = watchPage();
    const conversation = new FakeConversation([named(xssVectors[0] ?? '')]);
    const element = await show(make('mm-conversation', { conversation }));
    const [article] = inside(element, '[role=article]');
    article?.focus();
    await press(element, 'More actions');
    await until('the menu', () => button(element, 'Copy text'));
    expectOnlyText(inside(element, 'mm-messages'));
    expect(ended()).to.deep.equal([]);
  });

  it('are only text in the versions of a message', async () => {
    const ended = watchPage();
    const written = message('now');
    const conversation = new FakeConversation([written]);
    conversation.versionsById.set(
      written.id,
      xssVectors.map((text) => ({ text, writtenMs: 0 })),
    );
    const element = await show(make('mm-versions', { conversation, message: written.id }));
    await until('the versions', () => inside(element, 'li').length === xssVectors.length);
    expect(inside(element, '.text').map(({ textContent }) => textContent)).to.deep.equal(xssVectors);
    expectOnlyText([element]);
    expect(ended()).to.deep.equal([]);
  });
});
