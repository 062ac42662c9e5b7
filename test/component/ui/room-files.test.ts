import { expect } from 'chai';
import '../../../src/ui/mm-history';
import { alice, bob, FakeRoom, message, person } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, make, nameOf, press, show, textOf, until } from './harness';
import type { MmHistory } from '../../../src/ui/mm-history';

async function open(): Promise<{ readonly element: MmHistory; readonly room: FakeRoom }> {
  const room = new FakeRoom([message('Hi', alice)]).withPeople(person(bob));
  room.files.usage.set({ usedBytes: 1_200_000_000, quotaBytes: 4_000_000_000, count: 12 });
  const element = await show(make('mm-history', { room }), { width: 390, height: 900 });
  await until('the files', () => inside(element, 'meter').length > 0);
  return { element, room };
}

function status(element: MmHistory): string {
  const [panel] = inside(element, 'mm-room-files');
  return textOf((panel && inside(panel, '[role=status]')[0]) ?? null);
}

function select(element: MmHistory): HTMLSelectElement {
  const found = inside(element, 'select').find((each): each is HTMLSelectElement => each instanceof HTMLSelectElement);
  if (!found) throw new Error('no choice');
  return found;
}

describe('the files of a room', () => {
  it('are counted, and what is used of their place is shown', async () => {
    const { element, room } = await open();
    const [meter] = inside(element, 'meter') as HTMLMeterElement[];
    expect(meter && nameOf(meter)).to.equal('Files of this room: 1.2 GB of 4 GB');
    expect([meter?.value, meter?.max]).to.deep.equal([1_200_000_000, 4_000_000_000]);
    room.files.usage.set({ usedBytes: 5_000_000_000, quotaBytes: 4_000_000_000, count: 13 });
    await until('the new sum', () => meter && nameOf(meter) === 'Files of this room: 5 GB of 4 GB');
    expect(meter?.value).to.equal(4_000_000_000);
  });

  it('get another limit', async () => {
    const { element, room } = await open();
    const choice = select(element);
    expect([...choice.options].map(({ text }) => text)).to.deep.equal(['500 MB', '2 GB', '4 GB', '8 GB', '16 GB']);
    expect(choice.selectedOptions[0]?.text).to.equal('4 GB');
    expect(textOf(choice.labels[0] ?? null)).to.equal('Limit');
    choice.value = '8000000000';
    choice.dispatchEvent(new Event('change'));
    await until('the new limit', () => textOf(element).includes('1.2 GB of 8 GB'));
    expect(room.files.asked).to.deep.equal(['setQuota 8000000000']);
  });

  it('have their limit among the choices, whatever it is', async () => {
    const { element, room } = await open();
    room.files.usage.set({ usedBytes: 0, quotaBytes: 3_000_000_000, count: 0 });
    await until('it', () => select(element).selectedOptions[0]?.text === '3 GB');
  });

  it('are deleted after a question', async () => {
    const { element, room } = await open();
    await press(element, 'Delete files from this device');
    await until('the question', () => textOf(element).includes('The messages stay. Others may still have the files'));
    await press(element, 'Cancel');
    expect(room.files.asked).to.deep.equal([]);
    await press(element, 'Delete files from this device');
    await until('the question', () => textOf(element).includes('The messages stay.'));
    await press(element, 'Delete files from this device');
    await until('the word', () => status(element) === 'The files were deleted from this device.');
    expect(room.files.asked).to.deep.equal(['clear']);
    expect(button(element, 'Delete files from this device')).to.equal(undefined);
  });

  it('that can’t be deleted are told', async () => {
    const { element, room } = await open();
    room.files.failure = new Error('locked');
    await press(element, 'Delete files from this device');
    await until('the question', () => textOf(element).includes('The messages stay.'));
    await press(element, 'Delete files from this device');
    await until('the sentence', () => status(element) === 'Not all files could be deleted. Please try again.');
  });

  inBothLanguages(() => {
    it('are accessible', async () => {
      const { element } = await open();
      await expectAccessible(element);
    });
  });
});
