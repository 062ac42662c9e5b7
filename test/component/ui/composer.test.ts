import { expect } from 'chai';
import '../../../src/ui/mm-composer';
import type { MmComposer } from '../../../src/ui/mm-composer';
import { FakeConversation } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, key, make, show, textOf, type, until } from './harness';

async function open(draft = ''): Promise<{ composer: MmComposer; conversation: FakeConversation; field: HTMLTextAreaElement }> {
  const conversation = new FakeConversation();
  conversation.setDraft(draft);
  const composer = await show(make('mm-composer', { conversation }), { height: 120 });
  const [field] = inside(composer, 'textarea');
  if (!(field instanceof HTMLTextAreaElement)) throw new Error('no field');
  return { composer, conversation, field };
}

function problem(composer: MmComposer): string {
  return textOf(inside(composer, '[role=alert]')[0] ?? null);
}

describe('mm-composer', () => {
  it('sends on Enter and is empty again', async () => {
    const { conversation, field } = await open();
    type(field, 'hello');
    key(field, 'Enter');
    await until('the message', () => conversation.messages.value.length === 1);
    expect(conversation.messages.value[0]?.body).to.equal('hello');
    await until('an empty field', () => field.value === '');
  });

  it('sends by the button and keeps the focus in the field', async () => {
    const { composer, conversation, field } = await open();
    type(field, 'hello');
    button(composer, 'Send')?.click();
    await until('the message', () => conversation.messages.value.length === 1);
    expect(composer.shadowRoot?.activeElement).to.equal(field);
  });

  it('leaves Shift+Enter to the field', async () => {
    const { conversation, field } = await open();
    type(field, 'one');
    expect(key(field, 'Enter', { shiftKey: true })).to.equal(true);
    expect(conversation.messages.value).to.have.length(0);
  });

  it('leaves Enter to an input method that is composing', async () => {
    const { conversation, field } = await open();
    type(field, 'に');
    expect(key(field, 'Enter', { isComposing: true })).to.equal(true);
    // oxlint-disable-next-line typescript/no-deprecated
    expect(key(field, 'Enter', { keyCode: 229 })).to.equal(true);
    expect(conversation.messages.value).to.have.length(0);
  });

  it('says so when there is nothing to send, by key and by click', async () => {
    const { composer, field } = await open();
    expect(button(composer, 'Send')?.getAttribute('aria-disabled')).to.equal('true');
    key(field, 'Enter');
    await until('the sentence', () => problem(composer) === 'Write a message first');
    type(field, ' ');
    await until('silence', () => problem(composer) === '');
    button(composer, 'Send')?.click();
    await until('the sentence again', () => problem(composer) === 'Write a message first');
  });

  it('names the limit of a text that is too long, and keeps the text', async () => {
    const { composer, conversation, field } = await open();
    const long = 'a'.repeat(8_001);
    type(field, long);
    await until('the count', () => textOf(composer.shadowRoot).includes('8,001 / 8,000'));
    key(field, 'Enter');
    await until('the sentence', () => problem(composer).startsWith('This message has 8,001 characters; 8,000 is the most.'));
    expect(field.value).to.equal(long);
    expect(conversation.draft.value).to.equal(long);
    expect(conversation.messages.value).to.have.length(0);
  });

  it('shows the draft it finds, and writes each change into it', async () => {
    const { conversation, field } = await open('half a thou');
    expect(field.value).to.equal('half a thou');
    type(field, 'half a thought');
    expect(conversation.draft.value).to.equal('half a thought');
  });

  it('grows with the text, up to a limit', async () => {
    const { field } = await open();
    const low = field.clientHeight;
    type(field, 'line\n'.repeat(4));
    await until('a higher field', () => field.clientHeight > low + 40);
    type(field, 'line\n'.repeat(80));
    await until('a field that scrolls', () => field.scrollHeight > field.clientHeight);
  });

  inBothLanguages((language) => {
    it('is accessible, also with its problem shown', async () => {
      const { composer, field } = await open();
      await expectAccessible(composer);
      key(field, 'Enter');
      await until('the sentence', () => problem(composer) === (language === 'en' ? 'Write a message first' : 'Escreva uma mensagem primeiro'));
      await expectAccessible(composer);
    });
  });
});
