import { expect } from 'chai';
import '../../../src/ui/mm-composer';
import type { MmComposer } from '../../../src/ui/mm-composer';
import type { SearchWish } from '../../../src/ui/search-wish';
import { bob, carol, FakeConversation, message, person } from '../../support/fake-room';
import { button, expectAccessible, frame, inBothLanguages, inside, key, make, nameOf, press, show, textOf, type, until } from './harness';

interface Opened {
  readonly composer: MmComposer;
  readonly conversation: FakeConversation;
  readonly field: HTMLTextAreaElement;
}

async function open(draft = '', change: Partial<MmComposer> = {}): Promise<Opened> {
  const conversation = new FakeConversation();
  conversation.setDraft(draft);
  const composer = await show(make('mm-composer', { conversation, people: [person(bob), person(carol)], ...change }), { height: 600 });
  // As in a room: at the foot of the page, with room above it.
  composer.style.alignSelf = 'end';
  const [field] = inside(composer, 'textarea');
  if (!(field instanceof HTMLTextAreaElement)) throw new Error('no field');
  return { composer, conversation, field };
}

function problem(composer: MmComposer): string {
  return textOf(inside(composer, '[role=alert]')[0] ?? null);
}

function options(composer: MmComposer): readonly string[] {
  return inside(composer, '[role=option] > bdi').map(textOf);
}

function selectedOption(composer: MmComposer): string {
  return textOf(inside(composer, '[role=option][aria-selected=true]')[0] ?? null);
}

/** Opens the list by writing, and waits for its options. */
async function begin({ composer, field }: Opened, text: string): Promise<void> {
  type(field, text);
  await until('the list', () => options(composer).length > 0);
  await until('the first option to be active', () => field.getAttribute('aria-activedescendant') === 'suggestion-0');
}

function heard(composer: MmComposer, name: string): Event[] {
  const events: Event[] = [];
  composer.addEventListener(name, (event) => events.push(event));
  return events;
}

describe('mm-composer', () => {
  afterEach(() => {
    for (const name of ['formatting', 'recent-emoji', 'skin-tone']) localStorage.removeItem(`mindmeet.${name}`);
  });

  it('sends on Enter and is empty again', async () => {
    const { conversation, field } = await open();
    type(field, 'hello');
    key(field, 'Enter');
    await until('the message', () => conversation.all.length === 1);
    expect(conversation.all[0]?.body).to.equal('hello');
    await until('an empty field', () => field.value === '');
  });

  it('sends by the button and keeps the focus in the field', async () => {
    const { composer, conversation, field } = await open();
    type(field, 'hello');
    button(composer, 'Send')?.click();
    await until('the message', () => conversation.all.length === 1);
    expect(composer.shadowRoot?.activeElement).to.equal(field);
  });

  it('leaves Shift+Enter to the field', async () => {
    const { conversation, field } = await open();
    type(field, 'one');
    expect(key(field, 'Enter', { shiftKey: true })).to.equal(true);
    expect(conversation.all).to.have.length(0);
  });

  it('leaves Enter to an input method that is composing', async () => {
    const { conversation, field } = await open();
    type(field, 'に');
    expect(key(field, 'Enter', { isComposing: true })).to.equal(true);
    // oxlint-disable-next-line typescript/no-deprecated
    expect(key(field, 'Enter', { keyCode: 229 })).to.equal(true);
    expect(conversation.all).to.have.length(0);
  });

  it('says that somebody types, but not that they have cleared the field', async () => {
    const { conversation, field } = await open();
    type(field, 'h');
    expect(conversation.asked).to.deep.equal(['noteTyping']);
    type(field, '');
    expect(conversation.asked).to.deep.equal(['noteTyping']);
  });

  describe('refuses', () => {
    it('an empty message, by key and by click', async () => {
      const { composer, field } = await open();
      expect(button(composer, 'Send')?.getAttribute('aria-disabled')).to.equal('true');
      key(field, 'Enter');
      await until('the sentence', () => problem(composer) === 'Write a message first');
      type(field, ' ');
      await until('silence', () => problem(composer) === '');
      button(composer, 'Send')?.click();
      await until('the sentence again', () => problem(composer) === 'Write a message first');
    });

    it('a text of more bytes than a message may have, and keeps it', async () => {
      const { composer, conversation, field } = await open();
      const long = 'é'.repeat(8 * 1024 + 1);
      type(field, long);
      await until('the count', () => textOf(composer.shadowRoot).includes('16.1 of 16 KB'));
      key(field, 'Enter');
      await until('the sentence', () => problem(composer) === 'This message has 16.1 KB; 16 KB is the most. Your text stays here.');
      expect(field.value).to.equal(long);
      expect(conversation.draft.value).to.equal(long);
      expect(conversation.all).to.have.length(0);
    });

    it('to lose a long text that is pasted, and names the limit at once', async () => {
      const { composer, conversation, field } = await open();
      const long = 'a'.repeat(200_000);
      field.value = long;
      field.dispatchEvent(new InputEvent('input', { inputType: 'insertFromPaste', bubbles: true }));
      await until('the sentence', () => problem(composer).startsWith('This message has 195.4 KB; 16 KB is the most.'));
      expect(conversation.draft.value).to.equal(long);
    });

    it('to send too fast, and says how long to wait', async () => {
      const { composer, conversation, field } = await open();
      type(field, 'again');
      conversation.outcome = { kind: 'too-fast', waitMs: 3_200 };
      key(field, 'Enter');
      await until('the sentence', () => problem(composer) === 'You are sending too fast. Wait 4 seconds.');
      expect(field.value).to.equal('again');
      conversation.outcome = undefined;
      key(field, 'Enter');
      await until('the message', () => conversation.all.length === 1);
      expect(problem(composer)).to.equal('');
    });
  });

  it('shows from nine tenths on how much of the limit is taken', async () => {
    const { composer, field } = await open();
    type(field, 'a'.repeat(14 * 1024));
    await composer.updateComplete;
    expect(textOf(composer.shadowRoot)).not.to.contain('of 16 KB');
    type(field, 'a'.repeat(15.25 * 1024));
    await until('the count', () => textOf(composer.shadowRoot).includes('15.2 of 16 KB'));
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

  describe('the toolbar', () => {
    it('marks what is selected and leaves the focus in the field', async () => {
      const { composer, conversation, field } = await open('a word');
      await press(composer, 'Formatting');
      await until('the toolbar', () => button(composer, 'Bold'));
      field.focus();
      field.setSelectionRange(2, 6);
      await press(composer, 'Bold');
      await until('the marks', () => field.value === 'a **word**');
      expect(conversation.draft.value).to.equal('a **word**');
      expect(field.value.slice(field.selectionStart, field.selectionEnd)).to.equal('word');
      expect(composer.shadowRoot?.activeElement).to.equal(field);
    });

    it('makes changes that Undo takes back', async () => {
      const { composer, field } = await open('a word');
      field.focus();
      field.setSelectionRange(2, 6);
      key(field, 'b', { ctrlKey: true });
      await until('the marks', () => field.value === 'a **word**');
      // oxlint-disable-next-line typescript/no-deprecated
      document.execCommand('undo');
      await until('the text as it was', () => field.value === 'a word');
      await until('the draft as it was', () => composer.conversation?.draft.value === 'a word');
    });

    it('is there again the next time', async () => {
      const first = await open();
      await press(first.composer, 'Formatting');
      const { composer } = await open();
      await until('the toolbar', () => button(composer, 'Italic'));
      expect(button(composer, 'Formatting')?.getAttribute('aria-expanded')).to.equal('true');
      await press(composer, 'Formatting');
      await until('no toolbar', () => !button(composer, 'Italic'));
      const third = await open();
      expect(button(third.composer, 'Formatting')?.getAttribute('aria-expanded')).to.equal('false');
    });

    it('is one stop, with arrow keys between its buttons', async () => {
      const { composer } = await open();
      await press(composer, 'Formatting');
      const bold = await until('the toolbar', () => button(composer, 'Bold'));
      bold.focus();
      key(bold, 'ArrowRight');
      const toolbar = composer.shadowRoot?.querySelector('mm-formatting')?.shadowRoot;
      await until('the next one', () => toolbar?.activeElement?.getAttribute('aria-label') === 'Italic');
      key(toolbar!.activeElement!, 'End');
      await until('the last one', () => toolbar?.activeElement?.getAttribute('aria-label') === 'List');
      expect(toolbar?.querySelectorAll('[tabindex="0"]')).to.have.length(1);
    });
  });

  describe('commands', () => {
    it('are listed at the start of a message, and fewer with each letter', async () => {
      const opened = await open();
      await begin(opened, '/');
      expect(options(opened.composer)).to.deep.equal(['/help', '/me', '/shrug', '/code', '/quote', '/search', '/date']);
      expect(nameOf(inside(opened.composer, '[role=listbox]')[0]!)).to.equal('Commands');
      type(opened.field, '/s');
      await until('two', () => options(opened.composer).length === 2);
      type(opened.field, '/usr/bin');
      await until('none', () => options(opened.composer).length === 0 && !opened.field.hasAttribute('aria-activedescendant'));
    });

    it('are chosen by arrow keys and Enter, which then sends nothing', async () => {
      const opened = await open();
      await begin(opened, '/');
      key(opened.field, 'ArrowDown');
      await until('the second', () => selectedOption(opened.composer).startsWith('/me'));
      expect(opened.field.getAttribute('aria-activedescendant')).to.equal('suggestion-1');
      expect(key(opened.field, 'Enter')).to.equal(false);
      await until('the command', () => opened.field.value === '/me ');
      await until('a closed list', () => options(opened.composer).length === 0);
      expect(opened.conversation.all).to.have.length(0);
    });

    it('go away on Escape until something else is begun', async () => {
      const opened = await open();
      await begin(opened, '/');
      key(opened.field, 'Escape');
      await until('a closed list', () => options(opened.composer).length === 0);
      type(opened.field, '/h');
      await opened.composer.updateComplete;
      expect(options(opened.composer)).to.have.length(0);
      type(opened.field, '');
      await opened.composer.updateComplete;
      await begin(opened, '/h');
    });

    it('are sent as what they stand for', async () => {
      const { conversation, field } = await open();
      for (const text of ['/me waves', '/shrug', '/quote so be it', '/code x = 1', '/usr/bin/env', '/mean it', ' /me']) {
        type(field, text);
        key(field, 'Escape');
        key(field, 'Enter');
        await until('an empty field', () => field.value === '');
      }
      expect(conversation.all.map(({ body }) => body)).to.deep.equal(['_waves_', '¯\\\\\\_(ツ)\\_/¯', '> so be it', '```\nx = 1\n```', '/usr/bin/env', '/mean it', '/me']);
    });

    it('open the help, the search and the search by date, and leave an empty field', async () => {
      const { composer, field } = await open();
      const panels = heard(composer, 'mm-open');
      const searches = heard(composer, 'open-search');
      for (const text of ['/help', '/search the plan', '/date']) {
        type(field, text);
        key(field, 'Escape');
        key(field, 'Enter');
        await until('an empty field', () => field.value === '');
      }
      expect(panels.map((event) => (event as CustomEvent<unknown>).detail)).to.deep.equal([{ kind: 'help' }]);
      expect(searches.map((event) => (event as CustomEvent<SearchWish>).detail)).to.deep.equal([
        { text: 'the plan', date: false },
        { text: '', date: true },
      ]);
    });

    it('begin a block in the field when they come without words', async () => {
      const { field } = await open();
      type(field, '/code ');
      key(field, 'Enter');
      await until('the block', () => field.value === '```\n\n```');
      await until('the caret in it', () => field.selectionStart === 4);
    });
  });

  describe('people', () => {
    it('are listed behind an at sign and named in the message', async () => {
      const opened = await open();
      await begin(opened, 'hi @');
      expect(options(opened.composer)).to.deep.equal(['Bob', 'Carol']);
      expect(nameOf(inside(opened.composer, '[role=listbox]')[0]!)).to.equal('People');
      type(opened.field, 'hi @car');
      await until('Carol alone', () => options(opened.composer).length === 1);
      key(opened.field, 'Enter');
      await until('her name', () => opened.field.value === 'hi @Carol ');
      await until('a closed list', () => options(opened.composer).length === 0);
      key(opened.field, 'Enter');
      await until('the message', () => opened.conversation.all.length === 1);
      expect(opened.conversation.all[0]?.mentions).to.deep.equal([{ device: carol, name: 'Carol' }]);
    });

    it('are not mentioned when their name was taken out again', async () => {
      const opened = await open();
      await begin(opened, '@bo');
      key(opened.field, 'Tab');
      await until('the name', () => opened.field.value === '@Bob ');
      type(opened.field, 'nobody');
      key(opened.field, 'Enter');
      await until('the message', () => opened.conversation.all.length === 1);
      expect(opened.conversation.all[0]?.mentions).to.deep.equal([]);
    });

    it('may be chosen by a click, which leaves the focus in the field', async () => {
      const opened = await open();
      await begin(opened, '@');
      const [option] = inside(opened.composer, '[role=option]');
      expect(option?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, composed: true, cancelable: true }))).to.equal(false);
      option?.click();
      await until('the name', () => opened.field.value === '@Bob ');
      expect(opened.composer.shadowRoot?.activeElement).to.equal(opened.field);
    });
  });

  describe('emoji', () => {
    it('are chosen from the dialog and stand where the caret was', async () => {
      const { composer, conversation, field } = await open('so  it is');
      field.focus();
      field.setSelectionRange(3, 3);
      await press(composer, 'Emoji');
      const grinning = await until('the emoji', () => button(composer, 'grinning face'));
      grinning.click();
      await until('it in the text', () => field.value === 'so 😀 it is');
      expect(conversation.draft.value).to.equal('so 😀 it is');
      expect(inside(composer, '[role=dialog]')).to.have.length(0);
      expect(composer.shadowRoot?.activeElement).to.equal(field);
    });

    it('go away on Escape, with the focus back in the field', async () => {
      const { composer, field } = await open();
      const chosen = heard(composer, 'emoji-chosen');
      await press(composer, 'Emoji');
      const search = await until('the search', () => inside(composer, 'input[type=search]')[0]);
      await until('the focus there', () => composer.shadowRoot?.activeElement?.tagName === 'MM-EMOJI-BUTTON');
      expect(key(search, 'Escape')).to.equal(false);
      await until('no dialog', () => inside(composer, '[role=dialog]').length === 0);
      expect(composer.shadowRoot?.activeElement).to.equal(field);
      expect(chosen).to.have.length(0);
    });

    it('go away when somebody presses beside them, not when they press among them', async () => {
      const { composer } = await open();
      await press(composer, 'Emoji');
      const search = await until('the search', () => inside(composer, 'input[type=search]')[0]);
      search.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
      await composer.updateComplete;
      expect(inside(composer, '[role=dialog]')).to.have.length(1);
      document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
      await until('no dialog', () => inside(composer, '[role=dialog]').length === 0);
    });

    it('are suggested behind a colon by their name', async () => {
      const opened = await open();
      await begin(opened, 'yes :thumbs');
      expect(selectedOption(opened.composer)).to.contain('thumbs up');
      key(opened.field, 'Enter');
      await until('it in the text', () => opened.field.value === 'yes 👍');
    });
  });

  describe('a reply', () => {
    it('says to whom, and is sent as one', async () => {
      const { composer, conversation, field } = await open();
      const question = message('Shall we?', bob);
      conversation.add(question);
      const done = heard(composer, 'composer-done');
      composer.replying = question;
      await until('the bar', () => textOf(composer.shadowRoot).includes('Replying to Bob Shall we?'));
      expect(composer.shadowRoot?.activeElement).to.equal(field);
      type(field, 'Yes');
      key(field, 'Enter');
      await until('the message', () => conversation.all.length === 2);
      expect(conversation.all[1]?.replyTo?.id).to.equal(question.id);
      await until('the end of it', () => done.length === 1);
    });

    it('is given up by its button and by Escape, with the text left', async () => {
      const { composer, field } = await open('Hm', { replying: message('Shall we?', bob) });
      const cancelled = heard(composer, 'composer-cancel');
      await press(composer, 'Cancel reply');
      key(field, 'Escape');
      expect(cancelled).to.have.length(2);
      expect(field.value).to.equal('Hm');
    });
  });

  describe('an edit', () => {
    async function edit(draft: string): Promise<Opened & { readonly done: readonly Event[] }> {
      const opened = await open(draft);
      const own = message('Helo @Bob', opened.conversation.ownId, undefined, 'Alice', { mentions: [{ device: bob, name: 'Bob' }] });
      opened.conversation.add(own);
      const done = heard(opened.composer, 'composer-done');
      opened.composer.editing = own;
      await until('the text of the message', () => opened.field.value === 'Helo @Bob');
      return { ...opened, done };
    }

    it('changes the message, and the draft that stood before is back', async () => {
      const { composer, conversation, field, done } = await edit('half a thought');
      expect(textOf(composer.shadowRoot)).to.contain('Editing');
      type(field, 'Hello @Bob');
      expect(conversation.draft.value).to.equal('half a thought');
      key(field, 'Enter');
      await until('the change', () => conversation.all[0]?.body === 'Hello @Bob');
      await until('the end of it', () => done.length === 1);
      composer.editing = undefined;
      await until('the draft', () => field.value === 'half a thought');
      expect(conversation.all).to.have.length(1);
    });

    it('is given up by its button and by Escape, and the draft is back', async () => {
      const { composer, field } = await edit('half a thought');
      const cancelled = heard(composer, 'composer-cancel');
      await press(composer, 'Cancel edit');
      key(field, 'Escape');
      expect(cancelled).to.have.length(2);
      composer.editing = undefined;
      await until('the draft', () => field.value === 'half a thought');
    });

    it('takes what looks like a command as a text', async () => {
      const { conversation, field } = await edit('');
      type(field, '/me waves');
      key(field, 'Enter');
      await until('the change', () => conversation.all[0]?.body === '/me waves');
    });

    it('says when the message is gone, and keeps the text', async () => {
      const { composer, conversation, field } = await edit('');
      conversation.outcome = { kind: 'gone' };
      key(field, 'Enter');
      await until('the sentence', () => problem(composer) === 'This message is no longer there.');
      expect(field.value).to.equal('Helo @Bob');
    });

    it('of the last message is asked for by the arrow up, in an empty field alone', async () => {
      const { composer, field } = await open();
      const asked = heard(composer, 'edit-last');
      type(field, 'a');
      expect(key(field, 'ArrowUp')).to.equal(true);
      type(field, '');
      await composer.updateComplete;
      expect(key(field, 'ArrowUp')).to.equal(false);
      expect(asked).to.have.length(1);
    });
  });

  it('says who is writing, without moving anything', async () => {
    const { composer, conversation, field } = await open();
    const top = field.getBoundingClientRect().top;
    conversation.typing.set([bob]);
    await until('Bob', () => textOf(composer.shadowRoot).includes('Bob is typing…'));
    conversation.typing.set([bob, carol]);
    await until('both', () => textOf(composer.shadowRoot).includes('Bob and Carol are typing…'));
    expect(field.getBoundingClientRect().top).to.equal(top);
    conversation.typing.set([]);
    await until('nobody', () => !textOf(composer.shadowRoot).includes('typing'));
  });

  it('fits a narrow screen with everything open', async () => {
    const conversation = new FakeConversation();
    const composer = await show(make('mm-composer', { conversation, people: [person(bob)], replying: message('a'.repeat(300), bob) }), { width: 320 });
    await press(composer, 'Formatting');
    await until('the toolbar', () => button(composer, 'List'));
    await frame();
    const { right } = composer.getBoundingClientRect();
    for (const name of ['List', 'Send', 'Emoji', 'Cancel reply']) expect(button(composer, name)?.getBoundingClientRect().right, name).to.be.at.most(right);
    expect(composer.scrollWidth).to.be.at.most(composer.clientWidth);
  });

  inBothLanguages((language) => {
    it('is accessible, also with its problem shown', async () => {
      const { composer, field } = await open();
      await expectAccessible(composer);
      key(field, 'Enter');
      await until('the sentence', () => problem(composer) === (language === 'en' ? 'Write a message first' : 'Escreva uma mensagem primeiro'));
      await expectAccessible(composer);
    });

    it('is accessible with toolbar, list and reply', async () => {
      localStorage.setItem('mindmeet.formatting', 'shown');
      const opened = await open('', { replying: message('Shall we?', bob) });
      await begin(opened, '/');
      await until('the toolbar', () => inside(opened.composer, '[role=toolbar]')[0]);
      await expectAccessible(opened.composer);
      await begin(opened, '@');
      await expectAccessible(opened.composer);
    });
  });
});
