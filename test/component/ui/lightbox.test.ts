import { expect } from 'chai';
import type { FileManifest } from '../../../src/core/file';
import '../../../src/ui/mm-app';
import '../../../src/ui/mm-overlay';
import '../../../src/ui/mm-lightbox';
import type { MmApp } from '../../../src/ui/mm-app';
import type { MmSlide } from '../../../src/ui/mm-slide';
import { fitting, largest, moveBy, zoomBy, type ZoomSizes } from '../../../src/ui/zoom';
import { draw } from '../../support/drawn-picture';
import { manifest } from '../../support/fake-files';
import { alice, bob, FakeApplication, FakeRoom, message, person, ring } from '../../support/fake-room';
import { button, expectAccessible, frame, inBothLanguages, inside, key, make, nameOf, press, show, textOf, until } from './harness';

interface Opened {
  readonly app: MmApp;
  readonly room: FakeRoom;
  readonly dialog: HTMLElement;
}

/** A room with three messages: a picture of Bob, a text, and two pictures and a file of Alice. The viewer is open at the `first`. */
async function open(first = 1): Promise<Opened> {
  const room = new FakeRoom().withPeople(person(bob));
  const pictures = await Promise.all([10, 100, 200].map((hue, index) => picture(room, `${index + 1}.jpg`, hue)));
  const at = new Date().setHours(9, 5, 0, 0);
  const [one, two, three] = pictures as [FileManifest, FileManifest, FileManifest];
  room.conversation.add(message('Look', bob, at, 'Bob', { files: [one] }), message('Nice', alice, at), message('', alice, at, 'Alice', { files: [two, manifest('notes.txt'), three] }));
  const application = new FakeApplication({ kind: 'room', room });
  const app = await show(make('mm-app', { application }), { width: 800, height: 600 });
  // The composer takes the focus when a room is entered.
  await until('the room', () => inside(app, 'textarea:focus').length > 0);
  const opener = await until('the pictures', () => inside(app, 'mm-picture .open, .open')[first - 1]);
  opener.focus();
  await frame();
  opener.click();
  const dialog = await until('the viewer', () => inside(app, '[role=dialog]').find((each) => nameOf(each) === 'Picture viewer' || nameOf(each) === 'Visualizador de imagens'));
  await until('the picture', () => current(dialog)?.picture);
  return { app, room, dialog };
}

async function picture(room: FakeRoom, name: string, hue: number): Promise<FileManifest> {
  const { content, look } = await draw(1_600, 1_200, hue);
  const file = manifest(name, look, { type: 'image/jpeg' });
  room.files.put(file, content, { kind: 'picture', content, width: 1_600, height: 1_200 });
  return file;
}

function current(dialog: HTMLElement): MmSlide | undefined {
  return inside(dialog, 'mm-slide[current]')[0] as MmSlide | undefined;
}

function place(dialog: HTMLElement): string {
  return textOf(inside(dialog, '.words [role=status]')[0] ?? null);
}

function scale(dialog: HTMLElement): number {
  return Number(current(dialog)?.picture?.style.getPropertyValue('--scale'));
}

function pointer(stage: HTMLElement, type: string, x: number, y: number, pointerId = 1, pointerType = 'touch'): void {
  const { left, top, width, height } = stage.getBoundingClientRect();
  stage.dispatchEvent(new PointerEvent(type, { pointerId, pointerType, clientX: left + width / 2 + x, clientY: top + height / 2 + y, isPrimary: pointerId === 1, bubbles: true, composed: true, cancelable: true }));
}

/** Made by hand, pointers can't be captured. */
const { setPointerCapture } = Element.prototype;
before(() => {
  Element.prototype.setPointerCapture = () => undefined;
});
after(() => {
  Element.prototype.setPointerCapture = setPointerCapture;
});

function stageOf(dialog: HTMLElement): HTMLElement {
  const [stage] = inside(dialog, '.stage');
  if (!stage) throw new Error('no stage');
  return stage;
}

function swipe(dialog: HTMLElement, x: number, y: number): void {
  const stage = stageOf(dialog);
  pointer(stage, 'pointerdown', 0, 0);
  pointer(stage, 'pointermove', x / 2, y / 2);
  pointer(stage, 'pointermove', x, y);
  pointer(stage, 'pointerup', x, y);
}

describe('the picture viewer', () => {
  it('shows the pictures of the conversation in order, with who, when and what', async () => {
    const { dialog } = await open();
    expect(place(dialog)).to.equal('1 of 3');
    expect(textOf(inside(dialog, '.words')[0] ?? null)).to.equal('Bob 1 of 3 · Today, 09:05 · 1.jpg');
    expect(button(dialog, 'Previous picture')).to.equal(undefined);
    await press(dialog, 'Next picture');
    await until('the second', () => place(dialog) === '2 of 3');
    expect(textOf(inside(dialog, '.words')[0] ?? null)).to.equal('Alice 2 of 3 · Today, 09:05 · 2.jpg');
    await press(dialog, 'Next picture');
    await until('the last', () => place(dialog) === '3 of 3');
    expect(button(dialog, 'Next picture')).to.equal(undefined);
    await until('the focus stays', () => inside(dialog, ':focus').length > 0 || dialog.matches(':focus'));
    await press(dialog, 'Previous picture');
    await until('the second', () => place(dialog) === '2 of 3');
  });

  it('has those beside the one that is looked at ready', async () => {
    const { dialog } = await open(2);
    await until('all three', () => inside(dialog, 'img').filter((each) => (each as HTMLImageElement).naturalWidth === 1_600).length === 3);
    expect(inside(dialog, 'mm-slide').filter((each) => each.checkVisibility({ visibilityProperty: true }))).to.have.length(1);
  });

  it('is led by keys', async () => {
    const { app, dialog } = await open();
    key(dialog, 'ArrowRight');
    await until('the second', () => place(dialog) === '2 of 3');
    key(dialog, 'End');
    await until('the last', () => place(dialog) === '3 of 3');
    key(dialog, 'ArrowLeft');
    await until('the second', () => place(dialog) === '2 of 3');
    key(dialog, 'Home');
    await until('the first', () => place(dialog) === '1 of 3');
    key(dialog, '+');
    await until('it larger', () => scale(dialog) === 1.5);
    key(dialog, '-');
    await until('it as before', () => scale(dialog) === 1);
    key(dialog, '+');
    key(dialog, '+');
    await until('it larger', () => scale(dialog) > 2);
    key(dialog, '0');
    await until('it as it fits', () => scale(dialog) === 1);
    key(dialog, 'Escape');
    await until('the end', () => inside(app, 'mm-lightbox').length === 0);
    await until('the focus where it was', () => inside(app, ':focus').some((each) => nameOf(each) === 'Open picture 1.jpg'));
  });

  it('is led by fingers: along, closer and away', async () => {
    const { app, dialog } = await open();
    swipe(dialog, -120, 10);
    await until('the second', () => place(dialog) === '2 of 3');
    swipe(dialog, 120, 10);
    await until('the first', () => place(dialog) === '1 of 3');
    swipe(dialog, -20, 0);
    await frame();
    expect(place(dialog)).to.equal('1 of 3');
    const stage = stageOf(dialog);
    pointer(stage, 'pointerdown', -50, 0, 1);
    pointer(stage, 'pointerdown', 50, 0, 2);
    pointer(stage, 'pointermove', -100, 0, 1);
    pointer(stage, 'pointermove', 100, 0, 2);
    pointer(stage, 'pointerup', -100, 0, 1);
    pointer(stage, 'pointerup', 100, 0, 2);
    await until('it twice as large', () => Math.abs(scale(dialog) - 2) < 0.01);
    swipe(dialog, -120, 10);
    await frame();
    expect(place(dialog)).to.equal('1 of 3');
    key(dialog, '0');
    await until('it as it fits', () => scale(dialog) === 1);
    swipe(dialog, 10, 200);
    await until('the end', () => inside(app, 'mm-lightbox').length === 0);
  });

  it('comes closer by the wheel and by two taps, to where they are', async () => {
    const { dialog } = await open();
    const stage = stageOf(dialog);
    const { left, top } = stage.getBoundingClientRect();
    stage.dispatchEvent(new WheelEvent('wheel', { deltaY: -300, clientX: left, clientY: top, cancelable: true }));
    await until('it larger', () => scale(dialog) > 1.5);
    expect(Number.parseFloat(current(dialog)?.picture?.style.getPropertyValue('--x') ?? '0')).to.be.greaterThan(50);
    for (const count of [0, 1]) {
      pointer(stage, 'pointerdown', 5 * count, 0, 1, 'mouse');
      pointer(stage, 'pointerup', 5 * count, 0, 1, 'mouse');
    }
    await until('it as it fits', () => scale(dialog) === 1);
  });

  it('zooms by buttons, as far as there is to see', async () => {
    const { dialog } = await open();
    expect(button(dialog, 'Zoom out')?.matches(':disabled')).to.equal(true);
    for (let steps = 0; steps < 8; steps++) {
      await press(dialog, 'Zoom in');
      await frame();
    }
    await until('the most', () => scale(dialog) === largest);
    expect(button(dialog, 'Zoom in')?.matches(':disabled')).to.equal(true);
  });

  it('offers to download what isn’t here, and to save only what is', async () => {
    const { dialog, room } = await open();
    const [, , third] = room.conversation.all;
    const file = third?.files[0] as FileManifest;
    room.files.set(file, { kind: 'away', sources: 1 });
    key(dialog, 'ArrowRight');
    await press(dialog, 'Download 2.jpg');
    expect(room.files.asked).to.deep.equal(['fetch 2.jpg']);
    expect(button(dialog, 'Save')?.matches(':disabled')).to.equal(true);
    room.files.set(file, { kind: 'here', sending: undefined });
    await until('the way to save it', () => button(dialog, 'Save')?.matches(':enabled'));
    await until('the word', () => textOf(inside(dialog, '.said')[0] ?? null) === '2.jpg is here');
  });

  it('leads to the message of a picture', async () => {
    const { app, dialog } = await open();
    await press(dialog, 'Show in chat');
    await until('the end', () => inside(app, 'mm-lightbox').length === 0);
    await until('the message', () => inside(app, 'mm-message[highlighted]').some((each) => textOf(each).includes('Look')));
  });

  it('shows the next one when a picture is deleted, and goes with the last', async () => {
    const { app, dialog, room } = await open();
    const [first, , third] = room.conversation.all;
    if (!first || !third) throw new Error('no messages');
    room.conversation.change(first.id, { state: 'deleted', files: [] });
    await until('the next', () => place(dialog) === '1 of 2');
    room.conversation.change(third.id, { state: 'deleted', files: [] });
    await until('the end', () => inside(app, 'mm-lightbox').length === 0);
  });

  it('does not keep a ring from being answered', async () => {
    const { app, room } = await open();
    room.rings.set({ shown: [ring('Carol')], furtherCount: 0 });
    await press(app, 'Accept');
    expect(room.asked).to.have.length(1);
    expect(inside(app, 'mm-lightbox')).to.have.length(1);
  });

  inBothLanguages(() => {
    it('is accessible', async () => {
      const { dialog } = await open(2);
      await expectAccessible(dialog);
    });
  });
});

describe('zooming', () => {
  const sizes: ZoomSizes = { stage: { width: 400, height: 400 }, picture: { width: 400, height: 200 } };

  it('keeps what is under the finger there', () => {
    const point = { x: 100, y: 40 };
    const once = zoomBy(fitting, 4, point, sizes);
    expect(once.scale).to.equal(4);
    expect(once.x).to.equal(-300);
    expect(once.y).to.equal(-120);
    const twice = zoomBy(once, 1.5, point, sizes);
    expect((point.x - twice.x) / twice.scale).to.be.closeTo((point.x - once.x) / once.scale, 1e-9);
  });

  it('does not draw the edges into the stage, and keeps in the middle what is smaller', () => {
    const closer = zoomBy(fitting, 2, { x: 0, y: 0 }, sizes);
    expect(moveBy(closer, { x: 9_999, y: 9_999 }, sizes)).to.deep.equal({ scale: 2, x: 200, y: 0 });
    expect(moveBy(closer, { x: -9_999, y: -9_999 }, sizes)).to.deep.equal({ scale: 2, x: -200, y: -0 });
    expect(moveBy(fitting, { x: 50, y: 50 }, sizes)).to.deep.equal(fitting);
  });

  it('has a smallest and a largest', () => {
    expect(zoomBy(fitting, 0.1, { x: 50, y: 50 }, sizes)).to.deep.equal(fitting);
    expect(zoomBy(fitting, 100, { x: 0, y: 0 }, sizes).scale).to.equal(largest);
  });
});
