import { expect } from 'chai';
import '../../../src/ui/mm-avatar';
import '../../../src/ui/mm-before-room';
import '../../../src/ui/mm-settings';
import '../../../src/ui/mm-storage';
import { limits } from '../../../src/config';
import type { MmSettings } from '../../../src/ui/mm-settings';
import { shrinkPicture } from '../../../src/ui/picture';
import { alice, bob, FakeApplication } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, make, press, show, textOf, type, until } from './harness';

/** Every pixel another colour: the worst that a small file can be asked for. */
async function noisyFile(width: number, height: number): Promise<File> {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  const image = pen.createImageData(width, height);
  for (let at = 0; at < image.data.length; at++) image.data[at] = at % 4 === 3 ? 255 : (at * 7_919 + (at >> 3) * 104_729) % 256;
  pen.putImageData(image, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (!blob) throw new Error('no file');
  return new File([blob], 'noise.png', { type: 'image/png' });
}

async function choose(element: MmSettings, file: File): Promise<void> {
  const [field] = inside(element, 'input[type=file]');
  if (!(field instanceof HTMLInputElement)) throw new Error('no field');
  const files = new DataTransfer();
  files.items.add(file);
  field.files = files.files;
  field.dispatchEvent(new Event('change'));
  await until('the file to be taken', () => field.value === '');
}

async function openSettings(): Promise<{ element: MmSettings; application: FakeApplication }> {
  const application = new FakeApplication();
  return { element: await show(make('mm-settings', { application })), application };
}

describe('a picture', () => {
  it('becomes small and square, whatever it was', async () => {
    const picture = await shrinkPicture(await noisyFile(600, 200));
    if (!picture) throw new Error('no picture');
    expect(picture.byteLength).to.be.at.most(limits.pictureBytes);
    const bitmap = await createImageBitmap(new Blob([picture]));
    expect([bitmap.width, bitmap.height]).to.deep.equal([96, 96]);
    // RIFF....WEBP
    expect(new TextDecoder().decode(picture.subarray(8, 12))).to.equal('WEBP');
  });

  it('is none when the browser cannot read it', async () => {
    expect(await shrinkPicture(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>']))).to.equal(undefined);
    expect(await shrinkPicture(new Blob([]))).to.equal(undefined);
  });
});

describe('Settings', () => {
  it('say by what name one is known, and take a colour', async () => {
    const { element, application } = await openSettings();
    expect(textOf(element)).to.include('You are known as Alice');
    const tints = inside(element, 'input[name=tint]') as HTMLInputElement[];
    expect(tints.map((each) => each.ariaLabel)).to.deep.equal(['Pine', 'Rust', 'Violet', 'Blue', 'Rose', 'Moss', 'Ochre', 'Slate']);
    expect(tints.filter((each) => each.checked)).to.have.length(1);
    tints[3]?.click();
    expect(application.profile.value.tint).to.equal(3);
    await until('the colour', () => inside(element, 'mm-avatar')[0]?.getAttribute('tint') === '3');
    application.rename('Alícia');
    await until('the name', () => textOf(element).includes('You are known as Alícia'));
  });

  it('take a picture and let it go again', async () => {
    const { element, application } = await openSettings();
    expect(button(element, 'Remove picture')).to.equal(undefined);
    await choose(element, await noisyFile(100, 100));
    expect(application.profile.value.picture).to.be.instanceOf(Uint8Array);
    await until('the picture', () => inside(element, 'img')[0]?.checkVisibility());
    await press(element, 'Remove picture');
    expect(application.profile.value.picture).to.equal(undefined);
    await until('no picture', () => inside(element, 'img').length === 0);
  });

  it('say so when a file is no picture, and keep what was chosen before', async () => {
    const { element, application } = await openSettings();
    await choose(element, await noisyFile(100, 100));
    const before = application.profile.value.picture;
    await choose(element, new File(['not a picture'], 'notes.png', { type: 'image/png' }));
    await until('the sentence', () => inside(element, '[role=alert]').some((each) => textOf(each) === "The browser can't read this file as a picture."));
    expect(application.profile.value.picture).to.equal(before);
  });

  it('tell others what one has read and that one is typing, or not, and what that costs', async () => {
    const { element, application } = await openSettings();
    const switches = inside(element, 'input[role=switch]') as HTMLInputElement[];
    expect(switches.map((each) => [textOf(each.labels?.[0] ?? null), each.checked])).to.deep.equal([
      ['Tell others what I have read', true],
      ['Tell others that I am typing', true],
    ]);
    expect(textOf(element)).to.include("Off, you don't see what they have read, either.").and.include("Off, you don't see that they are typing, either.");
    switches[0]?.click();
    expect(application.preferences.value).to.deep.equal({ tellsRead: false, tellsTyping: true });
    switches[0]?.click();
    switches[1]?.click();
    expect(application.preferences.value).to.deep.equal({ tellsRead: true, tellsTyping: false });
  });

  it('say how much is stored, and ask the browser to keep it', async () => {
    const { element } = await openSettings();
    await until('the facts', () => textOf(element).includes('12 MB of 1 GB used') && textOf(element).includes('The browser may delete it'));
    await press(element, 'Keep it');
    await until('the promise', () => textOf(element).includes('The browser keeps it until you delete it.'));
    expect(button(element, 'Keep it')).to.equal(undefined);
    await until('the focus near it', () => inside(element, 'section:focus').length === 1);
  });

  it('say so when the browser does not agree to keep it', async () => {
    const { element, application } = await openSettings();
    application.storage.grants = false;
    await press(element, 'Keep it');
    await until('the sentence', () => textOf(element).includes('The browser did not agree.'));
    expect(button(element, 'Keep it')).to.not.equal(undefined);
  });

  for (const [view, sentence] of [
    [{ usedBytes: 960, quotaBytes: 1_000, persisted: true }, 'Hardly any space is left.'],
    [{ usedBytes: 0, quotaBytes: 0, persisted: false }, "This browser doesn't allow storage: rooms and messages are gone when the page is closed."],
    [{ usedBytes: undefined, quotaBytes: undefined, persisted: false }, "This browser doesn't say how much space is used."],
  ] as const) {
    it(`say of the storage: ${sentence}`, async () => {
      const application = new FakeApplication();
      application.storage.view = view;
      const element = await show(make('mm-storage', { storage: application.storage }));
      await until('the sentence', () => textOf(element).includes(sentence));
    });
  }

  inBothLanguages(() => {
    it('are accessible', async () => {
      const { element } = await openSettings();
      await until('the facts', () => inside(element, 'mm-storage p').length > 0 || inside(element, 'p[role=status]').length > 0);
      await expectAccessible(element);
    });
  });
});

describe('an avatar', () => {
  function pattern(element: HTMLElement): string | null | undefined {
    return element.shadowRoot?.querySelector('path')?.getAttribute('d');
  }

  it('is drawn from the key unless a colour was chosen', async () => {
    const first = await show(make('mm-avatar', { person: alice, name: 'Alice' }));
    const again = await show(make('mm-avatar', { person: alice, name: 'Bob' }));
    const other = await show(make('mm-avatar', { person: bob, name: 'Alice' }));
    expect(pattern(again)).to.equal(pattern(first));
    expect(pattern(other)).to.not.equal(pattern(first));
    const drawn = first.getAttribute('tint');
    first.tint = (Number(drawn) + 1) % limits.tints;
    await first.updateComplete;
    expect(first.getAttribute('tint')).to.not.equal(drawn);
    expect(pattern(again)).to.equal(pattern(first));
  });

  it('lets the address of a picture go when the picture does', async () => {
    const live = new Set<string>();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob: Blob) => {
      const url = createObjectURL.call(URL, blob);
      live.add(url);
      return url;
    };
    URL.revokeObjectURL = (url: string) => {
      live.delete(url);
      revokeObjectURL.call(URL, url);
    };
    try {
      const picture = await shrinkPicture(await noisyFile(96, 96));
      const element = await show(make('mm-avatar', { person: alice, name: 'Alice', picture }));
      const image = () => element.shadowRoot?.querySelector('img');
      await until('the picture', () => image()?.naturalWidth === 96);
      expect(live.size).to.equal(1);
      element.picture = await shrinkPicture(await noisyFile(50, 50));
      await element.updateComplete;
      expect(live.size).to.equal(1);
      const { parentElement } = element;
      element.remove();
      expect(live.size).to.equal(0);
      parentElement?.append(element);
      await until('the picture again', () => image()?.complete && image()?.naturalWidth === 96 && live.size === 1);
      element.picture = undefined;
      await element.updateComplete;
      expect([live.size, image()]).to.deep.equal([0, null]);
    } finally {
      Object.assign(URL, { createObjectURL, revokeObjectURL });
    }
  });

  it('shows the initial instead of what is no picture', async () => {
    const element = await show(make('mm-avatar', { person: bob, name: 'Bob', picture: new TextEncoder().encode('<svg/>') }));
    await until('no picture', () => element.shadowRoot?.querySelector('img')?.hidden);
    expect(textOf(element.shadowRoot)).to.equal('B');
  });
});

describe('before a room that is known by name', () => {
  it('one’s own name is asked', async () => {
    const application = new FakeApplication();
    const gone: string[] = [];
    const element = await show(make('mm-before-room', { application, view: { kind: 'name-first', roomName: 'Book club', go: () => gone.push(application.profile.value.name) } }));
    const [field] = inside(element, 'input');
    if (!(field instanceof HTMLInputElement)) throw new Error('no field');
    expect([textOf(field.labels?.[0] ?? null), field.value]).to.deep.equal(['Your name', 'Alice']);
    await until('the focus', () => field.matches(':focus'));
    type(field, 'Dora');
    await press(element, 'Continue');
    expect(gone).to.deep.equal(['Dora']);
    await expectAccessible(element);
  });

  it('the page says that its key is computed', async () => {
    const element = await show(make('mm-before-room', { application: new FakeApplication(), view: { kind: 'deriving', name: 'Book club' } }));
    const [progress] = inside(element, 'progress');
    expect([progress?.ariaLabel, textOf(inside(element, 'h1')[0] ?? null)]).to.deep.equal(['Opening the room…', 'Opening the room…']);
    await expectAccessible(element);
  });
});
