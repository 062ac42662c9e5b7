import { expect } from 'chai';
import '../../../src/ui/mm-app';
import type { MmApp } from '../../../src/ui/mm-app';
import type { FileOffer } from '../../../src/session/files/files-face';
import { manifest, offer } from '../../support/fake-files';
import { bob, carol, FakeApplication, FakeRoom, person } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, key, make, nameOf, press, show, textOf, until } from './harness';

async function open(...offers: readonly FileOffer[]): Promise<{ app: MmApp; application: FakeApplication; room: FakeRoom }> {
  const room = new FakeRoom().withPeople(person(bob), person(carol, 'Carol', { presence: 'connecting' }));
  room.files.offers.set(offers);
  const application = new FakeApplication({ kind: 'room', room });
  const app = await show(make('mm-app', { application }), { width: 1000, height: 800 });
  await until('the room', () => inside(app, 'textarea').length > 0);
  await until('the cards', () => cards(app).length === offers.length);
  return { app, application, room };
}

function cards(app: MmApp): readonly HTMLElement[] {
  return inside(app, 'mm-offers').flatMap((element) => inside(element, 'li'));
}

function texts(app: MmApp): readonly string[] {
  return cards(app).map((card) => textOf(card.querySelector('p')));
}

function details(app: MmApp): readonly string[] {
  return cards(app).flatMap((card) => [...card.querySelectorAll('.detail')].map(textOf));
}

function buttons(card: HTMLElement | undefined): readonly string[] {
  return [...(card?.querySelectorAll('button') ?? [])].map(nameOf);
}

function change(room: FakeRoom, at: number, changed: Partial<FileOffer>): void {
  room.files.offers.update((offers) => offers.map((each, index) => (index === at ? { ...each, ...changed } : each)));
}

describe('a file from person to person', () => {
  it('that is offered can be received, comes, and is saved', async () => {
    const { app, room } = await open(offer('report.pdf', bob));
    expect(inside(app, 'section').map(nameOf)).to.contain('Files from person to person');
    expect([texts(app), buttons(cards(app)[0])]).to.deep.equal([['Bob wants to send you report.pdf (3 MB)'], ['Decline report.pdf', 'Receive report.pdf']]);
    const file = manifest('report.pdf', { kind: 'plain' }, { sizeBytes: 3_000_000 });
    change(room, 0, { file });
    await press(app, 'Receive report.pdf');
    room.files.set(file, { kind: 'coming', receivedBytes: 1_200_000, bytesPerSecond: 500_000, secondsLeft: 4 });
    await until('its progress', () => texts(app)[0] === 'report.pdf from Bob: 40%');
    expect(details(app)).to.deep.equal(['1.2 MB of 3 MB · 500 kB/s · 4 s left']);
    const bar = inside(app, 'progress')[0] as HTMLProgressElement;
    expect([nameOf(bar), bar.value, bar.max, buttons(cards(app)[0])]).to.deep.equal(['report.pdf', 40, 100, ['Cancel report.pdf']]);
    room.files.set(file, { kind: 'paused', receivedBytes: 1_200_000, reason: 'disk-full' });
    await until('what keeps it', () => details(app)[0] === 'No space left on this device');
    room.files.put(file, new Blob(['report']));
    change(room, 0, { state: 'done' });
    await until('the end', () => texts(app)[0] === 'report.pdf from Bob is here');
    expect(inside(app, '[role=status]').map(textOf)).to.contain('report.pdf from Bob is here');
    expect(buttons(cards(app)[0])).to.deep.equal(['Save report.pdf', 'Put away report.pdf']);
    await press(app, 'Put away report.pdf');
    await until('no card', () => inside(app, 'mm-offers').length === 0);
    expect(room.files.asked).to.deep.equal(['accept report.pdf', 'dismiss report.pdf']);
  });

  it('is saved as its bytes are, wherever the person wants it', async () => {
    const file = manifest('report.pdf');
    const { app, room } = await open(offer('report.pdf', bob, { file, state: 'done' }));
    room.files.put(file, new Blob(['what it says']));
    const written: string[] = [];
    const into = new WritableStream<Uint8Array>({ write: (bytes) => void written.push(new TextDecoder().decode(bytes)) });
    const picker = globalThis as { showSaveFilePicker?: unknown };
    const { showSaveFilePicker } = picker;
    const names: string[] = [];
    picker.showSaveFilePicker = ({ suggestedName }: { readonly suggestedName: string }) => {
      names.push(suggestedName);
      return Promise.resolve({ createWritable: () => Promise.resolve(into) });
    };
    try {
      await press(app, 'Save report.pdf');
      await until('the bytes', () => written.length === 1);
      expect([names, written]).to.deep.equal([['report.pdf'], ['what it says']]);
      room.files.bytes = () => Promise.resolve(undefined);
      await press(app, 'Save report.pdf');
      await until('the sentence', () => inside(app, '[role=status]').some((each) => textOf(each) === 'report.pdf could not be saved'));
    } finally {
      picker.showSaveFilePicker = showSaveFilePicker;
    }
  });

  it('that is sent says how far it is, and can be taken back', async () => {
    const { app, room } = await open(offer('plan.odt', bob, { direction: 'to', state: 'preparing' }));
    const seen: string[] = [];
    for (const state of ['preparing', 'asking', 'accepted', 'done', 'declined', 'withdrawn', 'failed'] as const) {
      change(room, 0, { state, sentBytes: 1_200_000 });
      await until(state, () => texts(app)[0] !== seen.at(-1)?.split(' | ')[0]);
      seen.push(`${texts(app)[0]} | ${buttons(cards(app)[0]).join(', ')}`);
    }
    expect(seen).to.deep.equal([
      'Preparing plan.odt for Bob | Cancel plan.odt',
      'Waiting for Bob to take plan.odt | Cancel plan.odt',
      'Sending plan.odt to Bob: 40% | Cancel plan.odt',
      'Bob has plan.odt | Put away plan.odt',
      "Bob doesn't want plan.odt | Put away plan.odt",
      'You took plan.odt back | Put away plan.odt',
      "plan.odt couldn't be sent: it can't be read any more, or Bob has gone | Put away plan.odt",
    ]);
  });

  it('that does not arrive says so', async () => {
    const { app, room } = await open(offer('report.pdf', bob));
    for (const [state, sentence] of [
      ['withdrawn', 'Bob took report.pdf back'],
      ['declined', 'You declined report.pdf from Bob'],
      ['failed', "report.pdf didn't arrive: it can't be read any more, or Bob has gone"],
    ] as const) {
      change(room, 0, { state });
      await until(state, () => texts(app)[0] === sentence);
      expect(inside(app, '[role=status]').map(textOf)).to.contain(sentence);
    }
  });

  it('takes no focus when it comes, and keeps that of a button that is pressed', async () => {
    const { app, room } = await open();
    const field = inside(app, 'textarea')[0]!;
    field.focus();
    room.files.offers.set([offer('one', bob), offer('two', bob)]);
    await until('the cards', () => cards(app).length === 2);
    expect(field.matches(':focus')).to.equal(true);
    const act = async (name: string) => {
      const found = await until(name, () => button(app, name));
      found.focus();
      found.click();
    };
    await act('Receive one');
    await until('the next button of the card', () => button(app, 'Cancel one')?.matches(':focus'));
    await act('Cancel one');
    await until('the next card', () => button(app, 'Decline two')?.matches(':focus'));
    await act('Decline two');
    await until('the same card', () => button(app, 'Put away two')?.matches(':focus'));
    await act('Put away two');
    await until('the field', () => field.matches(':focus'));
  });

  it('is offered by a toast as well', async () => {
    const { app, application } = await open();
    application.notices.show({ kind: 'offered', name: 'Bob', fileName: 'report.pdf' });
    await until('the toast', () => inside(app, '.toast').some((each) => textOf(each) === 'Bob wants to send you report.pdf'));
  });

  it('is sent from the dialog about a person, who has to be here', async () => {
    const { app, room } = await open();
    inside(app, '.person')[1]?.click();
    await until('the button', () => button(app, 'Send a file to Bob'));
    const input = inside(app, 'mm-person').flatMap((each) => inside(each, 'input[type=file]'))[0] as HTMLInputElement;
    const choose = (file: File) => {
      const transfer = new DataTransfer();
      transfer.items.add(file);
      input.files = transfer.files;
      input.dispatchEvent(new Event('change'));
    };
    room.files.refused = [{ name: 'nothing.txt', reason: 'empty' }];
    choose(new File([], 'nothing.txt'));
    await until('the sentence', () => inside(app, '[role=alert]').some((each) => textOf(each) === 'nothing.txt is empty.'));
    room.files.refused = [];
    choose(new File(['a'], 'plan.odt'));
    await until('no dialog', () => inside(app, '[role=dialog]').length === 0);
    await until('the card', () => texts(app)[0] === 'Preparing plan.odt for Bob');
    inside(app, '.person')[2]?.click();
    const dialog = await until('the dialog', () => inside(app, '[role=dialog]')[0]);
    expect([nameOf(dialog), button(app, 'Send a file to Carol')]).to.deep.equal(['Carol', undefined]);
    key(dialog, 'Escape');
  });

  it('has a hostile name without harm', async () => {
    const { app } = await open(offer(`${'W'.repeat(76)}.pdf`, bob), offer('<img src=x onerror=alert(1)>', bob));
    expect(inside(app, 'mm-offers img')).to.have.length(0);
    for (const card of cards(app)) expect(card.scrollWidth).to.be.at.most(card.clientWidth);
  });

  inBothLanguages(() => {
    it('is accessible in each state', async () => {
      const file = manifest('c.txt');
      const { app } = await open(
        offer('a.txt', bob),
        offer('b.txt', bob, { direction: 'to', state: 'accepted', sentBytes: 1 }),
        offer('c.txt', bob, { file, state: 'accepted' }),
        offer('d.txt', bob, { state: 'done', file: manifest('d.txt') }),
        offer('e.txt', bob, { direction: 'to', state: 'failed' }),
      );
      await expectAccessible(app);
      inside(app, '.person')[1]?.click();
      await until('the dialog', () => inside(app, '[role=dialog]')[0]);
      await expectAccessible(app);
    });
  });
});
