import { expect } from 'chai';
import '../../../src/ui/mm-composer';
import { limits } from '../../../src/config';
import type { MmComposer } from '../../../src/ui/mm-composer';
import { FakeFiles } from '../../support/fake-files';
import { bob, FakeConversation, message, person } from '../../support/fake-room';
import { button, expectAccessible, frame, inBothLanguages, inside, key, make, press, show, textOf, type, until } from './harness';

interface Opened {
  readonly composer: MmComposer;
  readonly files: FakeFiles;
  readonly field: HTMLTextAreaElement;
}

async function open(change: Partial<MmComposer> = {}, width = 800): Promise<Opened> {
  const conversation = new FakeConversation();
  const files = new FakeFiles();
  const composer = await show(make('mm-composer', { conversation, files, people: [person(bob)], ...change }), { width });
  // What stands beside the field comes after it.
  await composer.attach([]);
  await frame();
  const [field] = inside(composer, 'textarea');
  if (!(field instanceof HTMLTextAreaElement)) throw new Error('no field');
  field.blur();
  return { composer, files, field };
}

/** A finger, which is put down on the button and moves from there. */
class Finger {
  readonly #button: HTMLElement;
  readonly #x: number;
  readonly #y: number;

  constructor(composer: MmComposer) {
    const found = button(composer, 'Record voice message');
    if (!found) throw new Error('no button');
    const { left, top, width, height } = found.getBoundingClientRect();
    this.#button = found;
    this.#x = left + width / 2;
    this.#y = top + height / 2;
    this.#send('pointerdown');
  }

  move(right: number, down: number): void {
    this.#send('pointermove', right, down);
  }

  /** What a browser makes of it: the click comes behind. */
  lift(): void {
    this.#send('pointerup');
    this.#button.dispatchEvent(new MouseEvent('click', { detail: 1, bubbles: true, composed: true }));
  }

  lose(): void {
    this.#send('pointercancel');
  }

  #send(type: string, right = 0, down = 0): void {
    this.#button.dispatchEvent(new PointerEvent(type, { pointerId: 7, pointerType: 'touch', clientX: this.#x + right, clientY: this.#y + down, bubbles: true, composed: true }));
  }
}

function time(composer: MmComposer): string {
  return textOf(inside(composer, '[role=timer]')[0] ?? null);
}

function problem(composer: MmComposer): string {
  return textOf(inside(composer, '#problem')[0] ?? null);
}

async function held(opened: Opened): Promise<Finger> {
  const finger = new Finger(opened.composer);
  await until('the recording', () => time(opened.composer) === '0:00');
  opened.files.recording.elapsedMs.set(2_300);
  await until('the time', () => time(opened.composer) === '0:02');
  return finger;
}

describe('a voice message', () => {
  it('is offered where there is nothing else to send', async () => {
    const { composer, field } = await open();
    expect(button(composer, 'Record voice message')).not.to.equal(undefined);
    type(field, 'a');
    await until('no button', () => !button(composer, 'Record voice message'));
    type(field, '');
    await until('the button', () => button(composer, 'Record voice message'));
    await composer.attach([new File(['a'], 'a.txt')]);
    await until('no button again', () => !button(composer, 'Record voice message'));
  });

  it('is recorded by the keyboard, and sent by a button, with the focus going along', async () => {
    const question = message('When?', bob);
    const { composer, files } = await open({ replying: question });
    let done = 0;
    composer.addEventListener('composer-done', () => (done += 1));
    const microphone = button(composer, 'Record voice message');
    microphone?.focus();
    microphone?.click();
    const send = await until('the button', () => button(composer, 'Send voice message'));
    await until('the focus on it', () => send.matches(':focus'));
    expect([button(composer, 'Send'), button(composer, 'Attach files'), button(composer, 'Record voice message')]).to.deep.equal([undefined, undefined, undefined]);
    files.recording.level.set(0.5);
    files.recording.elapsedMs.set(61_000);
    await until('the time', () => time(composer) === '1:01');
    expect((inside(composer, '.level i')[0] as HTMLElement).style.transform).to.equal('scaleX(0.5)');
    send.click();
    await until('it to be sent', () => files.asked.includes(`sendVoice in answer to ${question.id}`));
    await until('the focus back on the button', () => button(composer, 'Record voice message')?.matches(':focus'));
    expect([done, files.recording.asked]).to.deep.equal([1, ['finish']]);
  });

  it('is cancelled by its button and by Escape, without a trace', async () => {
    const { composer, files } = await open();
    for (const cancel of [() => press(composer, 'Cancel recording'), () => Promise.resolve(key(document.body, 'Escape'))]) {
      await press(composer, 'Record voice message');
      await until('the recording', () => button(composer, 'Send voice message'));
      await cancel();
      await until('the button', () => button(composer, 'Record voice message'));
    }
    expect(files.recording.asked).to.deep.equal(['cancel', 'cancel']);
    expect(files.asked).to.deep.equal(['recordVoice', 'recordVoice']);
  });

  it('is held, and sent when it is let go', async () => {
    const opened = await open();
    const finger = await held(opened);
    expect(button(opened.composer, 'Send voice message')).to.equal(undefined);
    finger.lift();
    await until('it to be sent', () => opened.files.asked.includes('sendVoice'));
    await until('the field', () => opened.field.checkVisibility());
    expect(opened.files.asked).to.deep.equal(['recordVoice', 'sendVoice']);
  });

  it('is dropped by sliding away, also in a language that is written the other way', async () => {
    for (const direction of ['ltr', 'rtl'] as const) {
      const opened = await open();
      opened.composer.dir = direction;
      const finger = await held(opened);
      const away = direction === 'ltr' ? -1 : 1;
      finger.move(60 * away, 0);
      finger.move(-200 * away, 0);
      expect(opened.files.recording.asked).to.deep.equal([]);
      finger.move(100 * away, 0);
      await until('the field', () => opened.field.checkVisibility());
      finger.lift();
      expect(opened.files.recording.asked).to.deep.equal(['cancel']);
      expect(opened.files.asked).to.deep.equal(['recordVoice']);
    }
  });

  it('goes on by itself after sliding up, after a short press, and when the system takes the finger', async () => {
    for (const end of [(finger: Finger) => finger.move(0, -80), (finger: Finger) => finger.lose()]) {
      const opened = await open();
      const finger = await held(opened);
      end(finger);
      await until('the buttons', () => button(opened.composer, 'Send voice message') && button(opened.composer, 'Cancel recording'));
      finger.lift();
      expect(opened.files.asked).to.deep.equal(['recordVoice']);
    }
    const opened = await open();
    const finger = new Finger(opened.composer);
    finger.lift();
    await until('the buttons', () => button(opened.composer, 'Send voice message'));
    expect(opened.files.asked).to.deep.equal(['recordVoice']);
  });

  it('says why there is none', async () => {
    for (const [reason, sentence] of [
      ['denied', 'This app requires Camera/Microphone permission. Refresh the page and provide access.'],
      ['missing', 'No microphone was found. You can listen and write.'],
      ['busy', 'Another program is using the microphone.'],
    ] as const) {
      const { composer, files } = await open();
      files.microphone = reason;
      await press(composer, 'Record voice message');
      await until('the sentence', () => problem(composer) === sentence);
      expect(button(composer, 'Record voice message')).not.to.equal(undefined);
    }
  });

  it('ends with the room', async () => {
    const { composer, files } = await open();
    await press(composer, 'Record voice message');
    await until('the recording', () => button(composer, 'Send voice message'));
    composer.remove();
    expect(files.recording.asked).to.deep.equal(['cancel']);
  });

  it('that begins only when the room was left is cancelled at once', async () => {
    const { composer, files } = await open();
    let give = (): void => undefined;
    files.recordVoice = () => new Promise((resolve) => (give = () => resolve({ kind: 'recording', recording: files.recording })));
    await press(composer, 'Record voice message');
    await until('the question', () => textOf(composer).includes('Waiting for the microphone…'));
    composer.remove();
    give();
    await until('the end', () => files.recording.asked.length === 1);
    expect(files.recording.asked).to.deep.equal(['cancel']);
  });

  it('says when it can be no longer', async () => {
    const { composer, files } = await open();
    await press(composer, 'Record voice message');
    await until('the recording', () => button(composer, 'Send voice message'));
    files.recording.elapsedMs.set(limits.voiceMs);
    await until('the sentence', () => textOf(composer).includes('15 minutes is the most. Send it, or cancel.'));
  });

  it('that can’t be sent is told', async () => {
    const { composer, files } = await open();
    files.sendVoice = () => Promise.reject(new Error('no'));
    const told: unknown[] = [];
    composer.addEventListener('mm-notify', ({ detail }) => told.push(detail));
    await press(composer, 'Record voice message');
    await press(composer, 'Send voice message');
    await until('the toast', () => told.length === 1);
    expect(told).to.deep.equal([{ kind: 'oops' }]);
  });

  it('fits a narrow screen', async () => {
    const { composer, files } = await open({}, 320);
    await press(composer, 'Record voice message');
    await until('the recording', () => button(composer, 'Send voice message'));
    files.recording.elapsedMs.set(limits.voiceMs);
    await until('the sentence', () => textOf(composer).includes('is the most'));
    expect(composer.scrollWidth).to.be.at.most(composer.clientWidth);
    expect(button(composer, 'Send voice message')?.getBoundingClientRect().right).to.be.at.most(composer.getBoundingClientRect().right);
  });

  inBothLanguages((language) => {
    it('is accessible', async () => {
      const { composer } = await open();
      await press(composer, language === 'en' ? 'Record voice message' : 'Gravar mensagem de voz');
      await until('the recording', () => button(composer, language === 'en' ? 'Send voice message' : 'Enviar mensagem de voz'));
      await expectAccessible(composer);
    });
  });
});
