import { expect } from 'chai';
import '../../../src/ui/mm-conversation';
import type { MmConversation } from '../../../src/ui/mm-conversation';
import type { MmMessage } from '../../../src/ui/mm-message';
import type { Panel } from '../../../src/ui/events';
import { alice, bob, FakeConversation, message } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, key, make, nameOf, press, show, textOf, until } from './harness';

interface Opened {
  readonly element: MmConversation;
  readonly conversation: FakeConversation;
  readonly panels: Panel[];
}

async function open(closed = false): Promise<Opened> {
  const conversation = new FakeConversation([message('first', bob), message('second', alice), message('third', bob)]);
  const element = await show(make('mm-conversation', { conversation, closed }));
  const panels: Panel[] = [];
  element.addEventListener('mm-open', ({ detail }) => panels.push(detail));
  return { element, conversation, panels };
}

function row(element: MmConversation, words: string): MmMessage {
  const found = inside(element, 'mm-message').find((each) => textOf(each).includes(words));
  if (!found) throw new Error(`no message ${words}`);
  return found as MmMessage;
}

/** The keyboard is on the message, and its actions are there. */
async function on(element: MmConversation, words: string): Promise<MmMessage> {
  const found = row(element, words);
  found.focus();
  await until('the actions', () => inside(found, '[role=toolbar]').length > 0);
  return found;
}

function pressKey(target: HTMLElement, name: string): void {
  key(target, name);
}

function items(element: HTMLElement): string[] {
  return inside(element, '[role=menuitem]').map(nameOf);
}

describe('the actions on a message', () => {
  it('come with the pointer, and go with it', async () => {
    const { element } = await open();
    const found = row(element, 'first');
    found.dispatchEvent(new PointerEvent('pointerenter', { pointerType: 'mouse' }));
    const bar = await until('the actions', () => inside(found, '[role=toolbar]')[0]);
    expect(nameOf(bar)).to.equal('Message actions');
    expect(inside(bar, 'button').map(nameOf)).to.deep.equal(['React', 'Reply', 'More actions']);
    found.dispatchEvent(new PointerEvent('pointerleave', { pointerType: 'mouse' }));
    await until('no actions', () => inside(found, '[role=toolbar]').length === 0);
  });

  it('are reached by Enter, gone through by arrow keys, and left by Escape', async () => {
    const { element } = await open();
    const found = await on(element, 'first');
    pressKey(found, 'Enter');
    const focused = () => inside(found, 'button').find((each) => each.matches(':focus'));
    await until('the first', () => focused()?.ariaLabel === 'React');
    pressKey(focused() ?? found, 'ArrowRight');
    expect(focused()?.ariaLabel).to.equal('Reply');
    pressKey(focused() ?? found, 'End');
    expect(focused()?.ariaLabel).to.equal('More actions');
    pressKey(focused() ?? found, 'Escape');
    expect(found.matches(':focus')).to.equal(true);
    expect(focused()).to.equal(undefined);
  });

  it('offers for a message of somebody else what one may do with it', async () => {
    const { element } = await open();
    const found = await on(element, 'first');
    await press(found, 'More actions');
    await until('the menu', () => items(found).length > 0);
    expect(items(found)).to.deep.equal(['Copy text', 'Pin', 'Select']);
  });

  it('opens after a long press', async () => {
    const { element } = await open();
    const found = row(element, 'first');
    found.dispatchEvent(new PointerEvent('pointerdown', { pointerType: 'touch', isPrimary: true }));
    await until('the menu', () => items(found).length > 0);
  });

  it('stays closed while a finger scrolls', async () => {
    const { element } = await open();
    const [scrolled, pressed] = [row(element, 'first'), row(element, 'third')];
    scrolled.dispatchEvent(new PointerEvent('pointerdown', { pointerType: 'touch', isPrimary: true }));
    scrolled.dispatchEvent(new PointerEvent('pointermove', { pointerType: 'touch', isPrimary: true, clientY: 40 }));
    pressed.dispatchEvent(new PointerEvent('pointerdown', { pointerType: 'touch', isPrimary: true }));
    await until('the menu of the other', () => items(pressed).length > 0);
    expect(items(scrolled)).to.have.length(0);
  });

  it('reacts with one of six at hand, and takes it back', async () => {
    const { element, conversation } = await open();
    const found = await on(element, 'first');
    pressKey(found, '+');
    await press(found, '👍');
    expect(conversation.asked).to.include('react 👍 to first');
    await until('the reaction', () => button(found, '👍 1: you'));
    pressKey(await on(element, 'first'), '+');
    const quick = await until('the pressed one', () => inside(found, '.row button').find((each) => each.ariaPressed === 'true'));
    quick.click();
    expect(conversation.asked).to.include('react  to first');
  });

  it('reacts with any other emoji', async () => {
    const { element, conversation } = await open();
    const found = await on(element, 'first');
    await press(found, 'React');
    await press(found, 'More emoji');
    const picker = await until('the picker', () => inside(found, 'mm-emoji-picker')[0]);
    picker.dispatchEvent(new CustomEvent('emoji-chosen', { detail: { emoji: '🦉' }, bubbles: true, composed: true }));
    expect(conversation.asked).to.include('react 🦉 to first');
  });

  it('answers by button and by key, with the message in the composer', async () => {
    const { element } = await open();
    await press(await on(element, 'first'), 'Reply');
    await until('the composer', () => element.renderRoot.querySelector('mm-composer')?.replying?.body === 'first');
    await until('the field', () => inside(element, 'textarea')[0]?.matches(':focus'));
    pressKey(await on(element, 'third'), 'r');
    await until('the other', () => element.renderRoot.querySelector('mm-composer')?.replying?.body === 'third');
    element.renderRoot.querySelector('mm-composer')?.dispatchEvent(new CustomEvent('composer-cancel'));
    await until('no answer', () => element.renderRoot.querySelector('mm-composer')?.replying === undefined);
  });

  it('edits own messages by menu, by key, and the last one from the composer', async () => {
    const { element } = await open();
    const composer = element.renderRoot.querySelector('mm-composer');
    await press(await on(element, 'second'), 'More actions');
    await press(element, 'Edit');
    await until('the composer', () => composer?.editing?.body === 'second');
    composer?.dispatchEvent(new CustomEvent('composer-done'));
    await until('nothing to edit', () => composer?.editing === undefined);
    pressKey(await on(element, 'first'), 'e');
    pressKey(await on(element, 'second'), 'e');
    await until('the own one', () => composer?.editing?.body === 'second');
    composer?.dispatchEvent(new CustomEvent('composer-done'));
    composer?.dispatchEvent(new CustomEvent('edit-last'));
    await until('the last own one', () => composer?.editing?.body === 'second');
  });

  it('stops answering a message that its author deletes meanwhile', async () => {
    const { element, conversation } = await open();
    pressKey(await on(element, 'first'), 'r');
    await until('the composer', () => element.renderRoot.querySelector('mm-composer')?.replying);
    conversation.remove(conversation.all[0]?.id ?? message('').id);
    await until('no answer', () => element.renderRoot.querySelector('mm-composer')?.replying === undefined);
  });

  it('deletes for everyone only after it has asked, and keeps the keyboard on the message', async () => {
    const { element, conversation } = await open();
    const found = await on(element, 'second');
    pressKey(found, 'Delete');
    await until('the question', () => button(found, 'Delete for everyone'));
    expect(textOf(found)).to.include('The text goes from the devices of everybody in the room.');
    await press(found, 'Cancel');
    expect(conversation.asked.join()).not.to.include('remove');
    await press(await on(element, 'second'), 'More actions');
    await press(found, 'Delete for everyone');
    await until('the question again', () => button(found, 'Cancel'));
    await press(found, 'Delete for everyone');
    expect(conversation.asked).to.include('remove second');
    await until('the end of it', () => textOf(found).includes('Message deleted'));
    await until('the focus', () => found.matches(':focus'));
  });

  it('pins and unpins, and shows above the list what is pinned, the newest first', async () => {
    const { element, conversation } = await open();
    await press(await on(element, 'first'), 'More actions');
    await press(element, 'Pin');
    await until('what is pinned', () => button(element, 'Bob first'));
    conversation.pin(conversation.all[2]?.id ?? message('').id, true);
    await press(element, 'Bob third');
    await until('the message', () => row(element, 'third').hasAttribute('highlighted'));
    await press(element, 'Bob first');
    await until('the older message', () => row(element, 'first').hasAttribute('highlighted'));
    expect(inside(element, 'section').map(nameOf)).to.deep.equal(['Pinned messages']);
    expect(textOf(inside(element, 'mm-pinned')[0] ?? null)).to.include('1 of 2');
    await press(inside(element, 'mm-pinned')[0] ?? element, 'Unpin');
    expect(conversation.asked).to.include('unpin third');
  });

  it('copies the text', async () => {
    const { element } = await open();
    await press(await on(element, 'first'), 'More actions');
    await press(element, 'Copy text');
    await until('the word for it', () => inside(element, '[role=status]').some((each) => textOf(each) === 'Copied'));
    expect(await navigator.clipboard.readText()).to.equal('first');
  });

  it('says why nothing comes of it when one is too fast', async () => {
    const { element, conversation } = await open();
    conversation.outcome = { kind: 'too-fast', waitMs: 2_400 };
    pressKey(await on(element, 'first'), '+');
    await press(element, '👍');
    await until('the sentence', () => inside(element, '[role=status]').some((each) => textOf(each) === 'You are sending too fast. Wait 3 seconds.'));
  });

  it('asks for the versions of a message', async () => {
    const { element, conversation, panels } = await open();
    const second = conversation.all[1];
    if (!second) throw new Error('no message');
    conversation.edit(second.id, 'changed');
    await press(element, 'Edited');
    expect(panels).to.deep.equal([{ kind: 'versions', message: second.id }]);
  });

  it('leaves what is only to be read as it is', async () => {
    const { element } = await open(true);
    const found = await on(element, 'second');
    expect(inside(found, '[role=toolbar] button').map(nameOf)).to.deep.equal(['More actions']);
    await press(found, 'More actions');
    await until('the menu', () => items(found).length > 0);
    expect(items(found)).to.deep.equal(['Copy text', 'Select']);
  });
});

describe('selecting messages', () => {
  async function select(): Promise<Opened> {
    const opened = await open();
    await press(await on(opened.element, 'first'), 'More actions');
    await press(opened.element, 'Select');
    await until('the toolbar', () => textOf(opened.element).includes('1 selected'));
    return opened;
  }

  it('counts them, and copies them in order', async () => {
    const { element } = await select();
    const boxes = inside(element, 'input[type=checkbox]');
    expect(boxes).to.have.length(3);
    boxes[1]?.click();
    await until('both', () => textOf(element).includes('2 selected'));
    expect(inside(element, '[role=toolbar]').map(nameOf)).to.deep.equal(['Selection']);
    await press(element, 'Copy');
    await until('the end of it', () => inside(element, 'mm-selection').length === 0);
    expect(await navigator.clipboard.readText()).to.match(/^\[.+ \d\d:\d\d\] Bob: first\n\[.+ \d\d:\d\d\] Alice: second$/);
  });

  it('hands them to the export', async () => {
    const { element, conversation, panels } = await select();
    await press(element, 'Export');
    expect(panels).to.deep.equal([{ kind: 'export', messages: [conversation.all[0]?.id] }]);
  });

  it('takes a press anywhere on a message for its check box', async () => {
    const { element } = await select();
    inside(row(element, 'third'), '.bubble')[0]?.click();
    await until('both', () => textOf(element).includes('2 selected'));
    inside(row(element, 'third'), '.bubble')[0]?.click();
    await until('one', () => textOf(element).includes('1 selected'));
  });

  it('goes by keyboard: Space chooses, Escape ends', async () => {
    const { element } = await select();
    const third = row(element, 'third');
    third.focus();
    pressKey(third, ' ');
    await until('both', () => textOf(element).includes('2 selected'));
    pressKey(third, 'Escape');
    await until('the end of it', () => inside(element, 'mm-selection').length === 0);
    expect(inside(element, 'input[type=checkbox]')).to.have.length(0);
  });

  it('lets go of a message that is deleted meanwhile', async () => {
    const { element, conversation } = await select();
    conversation.remove(conversation.all[0]?.id ?? message('').id);
    await until('none', () => textOf(element).includes('0 selected'));
    expect(inside(inside(element, 'mm-selection')[0] ?? element, 'button:not(:disabled)').map(textOf)).to.deep.equal(['Cancel']);
  });

  inBothLanguages((language) => {
    it('is accessible, as the menu and the question are', async () => {
      const { element } = await open();
      const list = () => inside(element, 'mm-messages')[0] ?? element;
      const found = await on(element, 'second');
      pressKey(found, 'Enter');
      inside(found, '[role=toolbar] button').at(-1)?.click();
      await until('the menu', () => items(found).length > 0);
      await expectAccessible(list());
      inside(found, '[role=menuitem]').at(-1)?.click();
      await until('the question', () => inside(found, '.danger').length > 0);
      await expectAccessible(list());
      inside(found, '.cancel')[0]?.click();
      await until('the end of the menu', () => inside(found, 'mm-message-menu').length === 0);
      inside(found, '[role=toolbar] button').at(-1)?.click();
      (await until('Select', () => inside(found, '[role=menuitem].select')[0])).click();
      const bar = await until('the toolbar', () => inside(element, 'mm-selection')[0]);
      await until('its words', () => textOf(bar).includes(language === 'en' ? '1 selected' : '1 selecionada'));
      await expectAccessible(list());
      await expectAccessible(bar);
    });
  });
});
