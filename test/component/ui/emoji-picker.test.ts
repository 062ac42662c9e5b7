import { expect } from 'chai';
import '../../../src/ui/mm-emoji-picker';
import '../../../src/ui/mm-help';
import type { MmEmojiPicker } from '../../../src/ui/mm-emoji-picker';
import { button, expectAccessible, inBothLanguages, inside, key, make, nameOf, show, textOf, type, until } from './harness';

async function open(): Promise<MmEmojiPicker> {
  const picker = await show(make('mm-emoji-picker', {}), { width: 400, height: 416 });
  await until('the emoji', () => inside(picker, '[role=gridcell]').length > 1_500);
  return picker;
}

function focused(picker: MmEmojiPicker): string {
  return picker.shadowRoot?.activeElement?.getAttribute('aria-label') ?? '';
}

function search(picker: MmEmojiPicker): HTMLElement {
  return inside(picker, 'input[type=search]')[0]!;
}

function chosen(picker: MmEmojiPicker): string[] {
  const emoji: string[] = [];
  picker.addEventListener('emoji-chosen', ({ detail }) => emoji.push(detail.emoji));
  return emoji;
}

describe('mm-emoji-picker', () => {
  afterEach(() => {
    for (const name of ['recent-emoji', 'skin-tone']) localStorage.removeItem(`mindmeet.${name}`);
  });

  it('shows all in groups with headings', async () => {
    const picker = await open();
    expect(inside(picker, 'h2').map(textOf)).to.deep.equal(['Smileys and emotions', 'People and body', 'Animals and nature', 'Food and drink', 'Travel and places', 'Activities', 'Objects', 'Symbols', 'Flags']);
    expect(nameOf(inside(picker, '[role=grid]')[0]!)).to.equal('Smileys and emotions');
  });

  it('says which one was chosen', async () => {
    const picker = await open();
    const emoji = chosen(picker);
    button(picker, 'grinning face')?.click();
    expect(emoji).to.deep.equal(['😀']);
  });

  it('finds by name, and chooses the first on Enter', async () => {
    const picker = await open();
    const emoji = chosen(picker);
    type(search(picker), 'red heart');
    await until('few', () => inside(picker, '[role=gridcell]').length < 10);
    key(search(picker), 'Enter');
    expect(emoji).to.deep.equal(['❤️']);
  });

  it('says when nothing is found', async () => {
    const picker = await open();
    type(search(picker), 'qqqq');
    await until('the sentence', () => textOf(inside(picker, '[role=status]')[0]!) === 'No emoji found');
  });

  it('is one stop, and arrow keys go from emoji to emoji, from group to group', async () => {
    const picker = await open();
    key(search(picker), 'ArrowDown');
    await until('the first', () => focused(picker) === 'grinning face');
    const press = (name: string, options?: KeyboardEventInit) => key(picker.shadowRoot!.activeElement!, name, options);
    press('ArrowRight');
    await until('the second', () => focused(picker) === 'grinning face with big eyes');
    press('ArrowDown');
    await until('the row below', () => picker.shadowRoot?.activeElement?.closest('[role=row]') === inside(picker, '[role=row]')[1]);
    press('End', { ctrlKey: true });
    await until('the last group', () => picker.shadowRoot?.activeElement?.closest('section')?.querySelector('h2')?.textContent === 'Flags');
    expect(inside(picker, '[role=row] [tabindex="0"]')).to.have.length(1);
  });

  it('puts those chosen last first, the next time', async () => {
    const first = await open();
    button(first, 'grinning face')?.click();
    button(first, 'thumbs up')?.click();
    button(first, 'grinning face')?.click();
    expect(inside(first, 'h2').map(textOf)).not.to.include('Recently used');
    const picker = await open();
    expect(textOf(inside(picker, 'h2')[0]!)).to.equal('Recently used');
    expect(inside(inside(picker, 'section')[0]!, 'button').map(textOf)).to.deep.equal(['😀', '👍']);
  });

  it('takes nothing for an emoji that is none', async () => {
    localStorage.setItem('mindmeet.recent-emoji', '<b> 👍 hello');
    const picker = await open();
    expect(inside(inside(picker, 'section')[0]!, 'button').map(textOf)).to.deep.equal(['👍']);
  });

  it('gives the chosen skin tone, also the next time', async () => {
    const first = await open();
    const [select] = inside(first, 'select');
    if (!(select instanceof HTMLSelectElement)) throw new Error('no choice');
    expect(nameOf(select)).to.equal('Skin tone');
    select.value = '4';
    select.dispatchEvent(new Event('change'));
    await until('the tone', () => textOf(button(first, 'thumbs up') ?? null) === '👍🏾');
    const picker = await open();
    const emoji = chosen(picker);
    button(picker, 'thumbs up')?.click();
    expect(emoji).to.deep.equal(['👍🏾']);
  });

  inBothLanguages((language) => {
    it('is accessible, and names the emoji in the language', async () => {
      const picker = await open();
      const name = language === 'en' ? 'grinning face' : 'rosto risonho';
      expect(button(picker, name), name).not.to.equal(undefined);
      type(search(picker), language === 'en' ? 'cat' : 'gato');
      await until('what was found', () => inside(picker, '[role=gridcell]').length < 100 && inside(picker, '[role=gridcell]').length > 3);
      await expectAccessible(picker);
    });

    it('has a help beside it that is accessible', async () => {
      const help = await show(make('mm-help', {}), { height: 900 });
      await until('the commands', () => textOf(help.shadowRoot).includes('/shrug'));
      await expectAccessible(help);
    });
  });
});
