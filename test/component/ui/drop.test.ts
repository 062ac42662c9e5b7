import { expect } from 'chai';
import '../../../src/ui/mm-room';
import type { MmRoom } from '../../../src/ui/mm-room';
import { bob, carol, FakeApplication, FakeRoom, participant, person } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, key, make, nameOf, show, textOf, until } from './harness';

async function open(room = new FakeRoom().withPeople(person(bob), person(carol, 'Carol', { presence: 'reconnecting' })), width = 1000): Promise<{ element: MmRoom; room: FakeRoom }> {
  const { profile } = new FakeApplication();
  const element = await show(make('mm-room', { room, profile }), { width });
  await until('the people', () => inside(element, 'li').length > 0);
  await until('its code, which comes after it', () => !drag('dragover', document.body));
  return { element, room };
}

const report = new File(['%PDF'], 'report.pdf', { type: 'application/pdf' });

function transferOf(...contents: readonly (File | string)[]): DataTransfer {
  const transfer = new DataTransfer();
  for (const content of contents) if (typeof content === 'string') transfer.setData('text/plain', content);
    else transfer.items.add(content);
  return transfer;
}

/** True when the browser may do what it does with it: for files, open them in place of the page. */
function drag(kind: 'dragenter' | 'dragover' | 'dragleave' | 'drop' | 'dragstart' | 'dragend', target: EventTarget, dataTransfer = transferOf(report)): boolean {
  return target.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
}

function log(element: MmRoom): HTMLElement {
  return inside(element, '[role=log]')[0]!;
}

function itemOf(element: MmRoom, name: string): HTMLElement {
  return inside(element, 'li').find((each) => textOf(each).includes(name))!;
}

function zone(element: MmRoom): HTMLElement | undefined {
  return inside(element, 'mm-drop-zone')[0];
}

describe('files that are dragged over a room', () => {
  it('may be dropped anywhere in it, which it says', async () => {
    const { element, room } = await open();
    expect(drag('dragenter', log(element))).to.equal(false);
    await until('the words', () => textOf(zone(element) ?? null) === 'Drop files to attach Or drop them on a person, to send them to that person alone.');
    expect(drag('dragover', log(element))).to.equal(false);
    expect(drag('drop', log(element))).to.equal(false);
    await until('the file in the tray', () => room.files.tray.value.length === 1);
    expect(room.files.asked).to.deep.equal(['attach report.pdf']);
    await until('no words', () => !zone(element));
  });

  it('leave nothing behind when they are taken away again, or with Escape', async () => {
    const { element, room } = await open();
    for (const leave of [() => drag('dragleave', inside(element, 'header')[0]!), () => key(document.body, 'Escape')]) {
      drag('dragenter', log(element));
      await until('the words', () => zone(element));
      // The next one is entered before the last one is left.
      drag('dragenter', inside(element, 'header')[0]!);
      drag('dragleave', log(element));
      expect(zone(element)).not.to.equal(undefined);
      leave();
      await until('no words', () => !zone(element));
    }
    expect(room.files.asked).to.deep.equal([]);
  });

  it('are not texts, nor pictures of the page itself', async () => {
    const { element, room } = await open();
    expect(drag('dragenter', log(element), transferOf('words'))).to.equal(true);
    expect(drag('drop', log(element), transferOf('words'))).to.equal(true);
    drag('dragstart', log(element));
    expect(drag('dragenter', log(element))).to.equal(true);
    drag('drop', log(element));
    drag('dragend', log(element));
    await element.updateComplete;
    expect([zone(element), room.files.asked.length]).to.deep.equal([undefined, 0]);
    drag('drop', log(element));
    await until('the file', () => room.files.asked.length === 1);
  });

  it('are refused beside the room, and by a room one is not in, but never opened in place of the page', async () => {
    const { element, room } = await open();
    const transfer = transferOf(report);
    expect(drag('dragover', document.body, transfer)).to.equal(false);
    expect(drag('drop', document.body)).to.equal(false);
    room.phase.set('waiting');
    await element.updateComplete;
    expect(drag('dragover', element)).to.equal(false);
    expect(drag('drop', element)).to.equal(false);
    expect([zone(element), room.files.asked.length]).to.deep.equal([undefined, 0]);
  });

  it('are no folders', async () => {
    const { element, room } = await open();
    const folder = { kind: 'file', webkitGetAsEntry: () => ({ isDirectory: true }), getAsFile: () => new File([], 'holidays') };
    const file = { kind: 'file', webkitGetAsEntry: () => ({ isDirectory: false }), getAsFile: () => report };
    const dropped = new DragEvent('drop', { bubbles: true, composed: true, cancelable: true });
    Object.defineProperty(dropped, 'dataTransfer', { value: { types: ['Files'], items: [folder, file] } });
    log(element).dispatchEvent(dropped);
    await until('the sentence', () => inside(element, '[role=alert]').some((each) => textOf(each) === 'holidays is a folder: choose the files in it.'));
    expect(room.files.asked).to.deep.equal(['attach report.pdf']);
  });

  it('bring the chat out when a call has hidden it', async () => {
    const { element, room } = await open();
    room.call.set({ phase: 'in', running: true, onStage: true, others: [participant(bob)] });
    await until('the stage', () => inside(element, 'mm-call').length === 1);
    if (button(element, 'Hide chat')) button(element, 'Hide chat')?.click();
    await until('no chat', () => !inside(element, 'textarea')[0]?.checkVisibility());
    drag('drop', inside(element, 'mm-call')[0]!);
    await until('the chat, with its tray', () => inside(element, 'mm-tray')[0]?.checkVisibility());
  });

  it('go to the person they are dropped on, which their place in the list says', async () => {
    const { element, room } = await open();
    drag('dragenter', itemOf(element, 'Bob'));
    await until('the name', () => textOf(itemOf(element, 'Bob')).includes('Send to Bob'));
    expect(itemOf(element, 'Bob').className).to.equal('target');
    drag('dragenter', log(element));
    await until('the plain name', () => !textOf(itemOf(element, 'Bob')).includes('Send to'));
    drag('drop', itemOf(element, 'Bob'));
    await until('the offer', () => room.files.offers.value.length === 1);
    expect([room.files.asked, room.files.offers.value[0]?.person]).to.deep.equal([['offer report.pdf'], bob]);
  });

  it('do not go to somebody who is not here, nor what can’t be sent, and a sentence says so', async () => {
    const { element, room } = await open();
    const said = () => textOf(inside(element, 'mm-people [role=alert], [role=alert]').find((each) => each.closest('.problem')) ?? null);
    drag('dragenter', itemOf(element, 'Carol'));
    await element.updateComplete;
    expect(textOf(itemOf(element, 'Carol'))).not.to.contain('Send to');
    drag('drop', itemOf(element, 'Carol'));
    await until('the sentence', () => said() === 'Carol is not here at the moment.');
    expect(room.files.asked).to.deep.equal([]);
    room.files.refused = [
      { name: 'nothing.txt', reason: 'empty' },
      { name: 'more.txt', reason: 'too-many' },
    ];
    drag('drop', itemOf(element, 'Bob'));
    await until('the other', () => said() === 'nothing.txt is empty. At most 20 files at once to one person: 1 was left out.');
    inside(element, '.problem button')[0]?.click();
    await until('silence', () => said() === '');
  });

  inBothLanguages(() => {
    it('leave the room accessible', async () => {
      const { element } = await open();
      drag('dragenter', itemOf(element, 'Bob'));
      await until('the words', () => zone(element));
      await expectAccessible(element);
      drag('drop', itemOf(element, 'Carol'));
      await until('the sentence', () => inside(element, '.problem').length > 0);
      await expectAccessible(element);
      expect(nameOf(inside(element, '[role=list]')[0]!)).not.to.equal('');
    });
  });
});
