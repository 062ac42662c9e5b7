import { expect } from 'chai';
import { limits } from '../../../src/config';
import type { FileEntry, FileManifest } from '../../../src/core/file';
import type { FileState } from '../../../src/session/files/files-face';
import '../../../src/ui/mm-conversation';
import type { Panel } from '../../../src/ui/events';
import type { MmConversation } from '../../../src/ui/mm-conversation';
import type { MmMessage } from '../../../src/ui/mm-message';
import { draw } from '../../support/drawn-picture';
import { FakeFiles, manifest } from '../../support/fake-files';
import { alice, bob, FakeConversation, message, quote } from '../../support/fake-room';
import { button, expectAccessible, frame, hitAt, inBothLanguages, inside, key, make, nameOf, press, show, textOf, until } from './harness';

const here: FileState = { kind: 'here', sending: undefined };

interface Shown {
  readonly element: MmConversation;
  readonly files: FakeFiles;
  readonly conversation: FakeConversation;
}

/** A conversation whose last message, of Bob, has those files. */
async function shown(entries: readonly FileEntry[], caption = '', files = new FakeFiles(), width = 600): Promise<Shown> {
  const conversation = new FakeConversation([message(caption, bob, Date.now(), 'Bob', { files: entries })]);
  const element = await show(make('mm-conversation', { conversation, files }), { width, height: 700 });
  await until('the files', () => entries.length === 0 || inside(element, 'mm-picture, mm-file-card, mm-player, mm-voice').length > 0);
  await settled();
  return { element, files, conversation };
}

async function settled(): Promise<void> {
  await frame();
  await frame();
}

async function picture(files: FakeFiles, name: string, width = 800, height = 600): Promise<FileManifest> {
  const { content, look } = await draw(width, height, 200);
  const file = manifest(name, look, { type: 'image/jpeg', sizeBytes: 3_400_000 });
  files.put(file, content, { kind: 'picture', content, width, height });
  return file;
}

function row(element: MmConversation): MmMessage {
  const [found] = inside(element, 'mm-message');
  if (!found) throw new Error('no message');
  return found as MmMessage;
}

function images(element: HTMLElement, name: string): HTMLImageElement[] {
  return inside(element, 'img').filter((each): each is HTMLImageElement => each instanceof HTMLImageElement && each.alt === name);
}

function buttons(element: MmConversation): string[] {
  return inside(row(element), 'button').map(nameOf);
}

/** As the system says it, until it is disposed of. */
function setReducedMotion(wantsLess: boolean): Disposable {
  const { matchMedia } = globalThis;
  globalThis.matchMedia = (query) => matchMedia(query === '(prefers-reduced-motion: reduce)' ? (wantsLess ? 'all' : 'not all') : query);
  return { [Symbol.dispose]: () => void (globalThis.matchMedia = matchMedia) };
}

describe('a picture in a message', () => {
  it('shows its small one at once and then itself, in a place that does not change', async () => {
    const files = new FakeFiles();
    const file = await picture(files, 'beach.jpg', 800, 600);
    files.set(file, { kind: 'away', sources: 1 });
    const { element } = await shown([file], '', files);
    const [small] = images(element, 'Picture beach.jpg');
    await until('the small one', () => small?.complete && small.naturalWidth === 96);
    const [tile] = inside(element, 'mm-picture');
    const before = tile?.getBoundingClientRect();
    expect((before?.width ?? 0) / (before?.height ?? 1)).to.be.closeTo(800 / 600, 0.01);
    files.set(file, here);
    await until('itself', () => images(element, 'Picture beach.jpg').some(({ naturalWidth, checkVisibility }) => naturalWidth === 800 && checkVisibility));
    await until('the small one gone', () => inside(element, 'img').length === 1);
    const after = tile?.getBoundingClientRect();
    expect([after?.width, after?.height]).to.deep.equal([before?.width, before?.height]);
  });

  it('stands still where less motion is wanted, and is itself where it is not', async () => {
    const canvas = new OffscreenCanvas(40, 30);
    canvas.getContext('2d')?.fillRect(0, 0, 40, 30);
    const content = await canvas.convertToBlob({ type: 'image/png' });
    const file = manifest('cat.png', { kind: 'picture', width: 40, height: 30 }, { type: 'image/png' });
    for (const wantsLess of [true, false]) {
      using _motion = setReducedMotion(wantsLess);
      const files = new FakeFiles();
      files.put(file, content, { kind: 'picture', content, width: 40, height: 30 });
      const { element } = await shown([file], '', files);
      await until('the picture', () => inside(element, '.real.loaded').length === 1);
      const [real] = inside(element, '.real');
      expect(real instanceof HTMLCanvasElement).to.equal(wantsLess);
      if (real instanceof HTMLCanvasElement) {
        expect([real.width, real.height, real.role, real.ariaLabel]).to.deep.equal([40, 30, 'img', 'Picture cat.png']);
        expect([...(real.getContext('2d')?.getImageData(1, 1, 1, 1).data ?? [])]).to.deep.equal([0, 0, 0, 255]);
        await expectAccessible(element);
      }
    }
  });

  it('that stands still takes no more memory than its place, however large it is', async () => {
    using _motion = setReducedMotion(true);
    const files = new FakeFiles();
    const wide = new OffscreenCanvas(4_096, 8);
    wide.getContext('2d')?.fillRect(0, 0, 4_096, 8);
    const content = await wide.convertToBlob({ type: 'image/png' });
    const file = manifest('wide.png', { kind: 'picture', width: 4_096, height: 8 }, { type: 'image/png' });
    files.put(file, content, { kind: 'picture', content, width: 4_096, height: 8 });
    const { element } = await shown([file], '', files);
    await until('the picture', () => inside(element, '.real.loaded').length === 1);
    const [real] = inside(element, '.real');
    expect(real instanceof HTMLCanvasElement && [real.width, real.height]).to.deep.equal([1_024, 2]);
  });

  it('is fetched on a press beside which its size stands, paused, continued and cancelled', async () => {
    const files = new FakeFiles();
    const file = await picture(files, 'beach.jpg');
    files.set(file, { kind: 'away', sources: 1 });
    const { element } = await shown([file], '', files);
    expect(textOf(inside(element, 'mm-picture')[0] ?? null)).to.equal('3.4 MB');
    await press(element, 'Download beach.jpg');
    files.set(file, { kind: 'coming', receivedBytes: 1_530_000, bytesPerSecond: 1_000_000, secondsLeft: 2 });
    const bar = await until('the progress', () => inside(element, '[role=progressbar]')[0]);
    expect([nameOf(bar), bar.getAttribute('aria-valuenow')]).to.deep.equal(['beach.jpg', '45']);
    await press(element, 'Pause beach.jpg');
    files.set(file, { kind: 'paused', receivedBytes: 1_530_000, reason: 'person' });
    await press(element, 'Continue beach.jpg');
    files.set(file, { kind: 'coming', receivedBytes: 3_399_999, bytesPerSecond: 1_000_000, secondsLeft: 1 });
    await until('nearly all', () => inside(element, '[role=progressbar]')[0]?.getAttribute('aria-valuenow') === '99');
    await press(element, 'Cancel beach.jpg');
    expect(files.asked).to.deep.equal(['fetch beach.jpg', 'pause beach.jpg', 'fetch beach.jpg', 'cancel beach.jpg']);
  });

  it('says why it does not come', async () => {
    const files = new FakeFiles();
    const file = await picture(files, 'beach.jpg');
    const { element } = await shown([file], '', files);
    for (const [state, sentence, goesOn] of [
      [{ kind: 'away', sources: 0 }, 'Nobody who has it is here', false],
      [{ kind: 'paused', receivedBytes: 9, reason: 'no-source' }, 'Nobody who has it is here', false],
      [{ kind: 'paused', receivedBytes: 9, reason: 'disk-full' }, 'No space left on this device', true],
      [{ kind: 'paused', receivedBytes: 9, reason: 'room-full' }, 'No space left for files of this room', true],
      [{ kind: 'lost', reason: 'changed' }, "The file was changed on this device, and can't be sent any more", false],
      [{ kind: 'lost', reason: 'vanished' }, 'The file is no longer on this device', false],
    ] as const) {
      files.set(file, state);
      await until(sentence, () => inside(row(element), '.acts').some((each) => textOf(each).includes(sentence)));
      expect(button(element, 'Continue beach.jpg') !== undefined).to.equal(goesOn);
    }
  });

  it('is seen large when it is pressed', async () => {
    const files = new FakeFiles();
    const file = await picture(files, 'beach.jpg');
    const { element, conversation } = await shown([file], '', files);
    const asked: Panel[] = [];
    element.addEventListener('mm-open', ({ detail }) => asked.push(detail));
    const opener = await until('the button', () => button(element, 'Open picture beach.jpg'));
    expect(hitAt(opener)).to.equal(opener);
    opener.click();
    expect(asked).to.deep.equal([{ kind: 'viewer', message: conversation.all[0]?.id, file: file.id }]);
  });

  it('stands with others in a grid, and what does not fit is counted on the last one', async () => {
    const files = new FakeFiles();
    const all = await Promise.all(Array.from({ length: 7 }, (_, index) => picture(files, `${index + 1}.jpg`)));
    for (const count of [2, 3, 4, 7]) {
      const { element } = await shown(all.slice(0, count), '', files);
      const tiles = inside(element, 'mm-picture').map((tile) => tile.getBoundingClientRect());
      expect(tiles).to.have.length(Math.min(4, count));
      for (const [index, { width, height }] of tiles.entries()) expect(Math.min(width, height), `tile ${index} of ${count}`).to.be.greaterThan(90);
      expect(textOf(inside(element, 'mm-picture').at(-1) ?? null)).to.equal(count === 7 ? '+3' : '');
      element.remove();
    }
  });

  it('that has to be fetched does not hide those behind it', async () => {
    const files = new FakeFiles();
    const all = await Promise.all(Array.from({ length: 5 }, (_, index) => picture(files, `${index + 1}.jpg`)));
    for (const file of all) files.set(file, { kind: 'away', sources: 1 });
    const { element } = await shown(all, '', files);
    expect(button(element, 'Open picture 4.jpg')).to.not.equal(undefined);
  });

  it('says to whom it goes', async () => {
    const files = new FakeFiles();
    const file = await picture(files, 'beach.jpg');
    files.set(file, { kind: 'here', sending: { people: [alice, bob], bytesPerSecond: 3_100_000 } });
    const { element } = await shown([file], '', files);
    expect(textOf(inside(element, 'mm-picture')[0] ?? null)).to.include('Sending to 2 · 3.1 MB/s');
  });

  it('lets go of its bytes when it leaves the page', async () => {
    const { createObjectURL, revokeObjectURL } = URL;
    const held = new Set<string>();
    URL.createObjectURL = (source) => {
      const url = createObjectURL.call(URL, source);
      held.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      held.delete(url);
      revokeObjectURL.call(URL, url);
    };
    try {
      const files = new FakeFiles();
      const file = await picture(files, 'beach.jpg');
      const { element } = await shown([file], '', files);
      await until('itself', () => images(element, 'Picture beach.jpg').some(({ naturalWidth }) => naturalWidth === 800));
      expect(held.size).to.be.greaterThan(0);
      element.remove();
      await until('all let go', () => held.size === 0);
    } finally {
      Object.assign(URL, { createObjectURL, revokeObjectURL });
    }
  });
});

describe('what is not what it says', () => {
  it('is never shown as a picture, and can be saved', async () => {
    const files = new FakeFiles();
    const lie = manifest('drawing.png', { kind: 'picture', width: 400, height: 300 }, { type: 'image/png' });
    files.put(lie, new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>']), { kind: 'none', why: 'type' });
    const { element } = await shown([lie], '', files);
    await until('the sentence', () => textOf(row(element)).includes('It is not what it says, and can only be saved'));
    expect(inside(element, 'img')).to.have.length(0);
    expect(buttons(element)).to.include('Save drawing.png');
    expect(buttons(element)).to.not.include('Open picture drawing.png');
  });

  it('is a film as little when a picture was announced', async () => {
    const files = new FakeFiles();
    const lie = manifest('cat.gif', { kind: 'picture', width: 400, height: 300 });
    files.put(lie, new Blob(['film']), { kind: 'video', content: new Blob(['film'], { type: 'video/mp4' }) });
    const { element } = await shown([lie], '', files);
    await until('the sentence', () => textOf(row(element)).includes('It is not what it says'));
    expect(inside(element, 'img, video')).to.have.length(0);
  });

  it('is not decoded when it has more than 40 megapixels, whether that is said or found', async () => {
    const files = new FakeFiles();
    const said = manifest('poster.png', { kind: 'picture', width: 8_000, height: 5_001 });
    const found = manifest('bomb.png', { kind: 'picture', width: 400, height: 300 });
    files.put(said, new Blob(['x']));
    files.put(found, new Blob(['x']), { kind: 'none', why: 'too-many-pixels' });
    expect(8_000 * 5_001).to.be.greaterThan(limits.picturePixels);
    const { element } = await shown([said, found], '', files);
    await until('both sentences', () => textOf(row(element)).split('This picture is too large to be shown').length === 3);
    expect(inside(element, 'img')).to.have.length(0);
    expect(buttons(element)).to.include.members(['Save poster.png', 'Save bomb.png']);
  });

  it('is told when the bytes can’t be decoded', async () => {
    const files = new FakeFiles();
    const file = manifest('torn.png', { kind: 'picture', width: 400, height: 300 });
    const content = new Blob(['not a picture at all'], { type: 'image/png' });
    files.put(file, content, { kind: 'picture', content, width: 400, height: 300 });
    const { element } = await shown([file], '', files);
    await until('the sentence', () => textOf(row(element)).includes("This browser can't play it"));
    expect(buttons(element)).to.include('Save torn.png');
  });

  it('leaves the rest of a message whose one description is broken', async () => {
    const files = new FakeFiles();
    const file = manifest('notes.txt');
    const { element } = await shown(['broken', file], 'See these', files);
    expect(textOf(row(element))).to.include("This file came with a description that can't be read").and.include('notes.txt').and.include('See these');
  });
});

describe('a file in a message', () => {
  it('is a card with name, type and size, and says how it comes', async () => {
    const files = new FakeFiles();
    const file = manifest('minutes.pdf', undefined, { sizeBytes: 12_000_000 });
    const { element } = await shown([file], '', files);
    const card = await until('the card', () => inside(element, 'mm-file-card')[0]);
    expect(textOf(card)).to.equal('minutes.pdf PDF · 12 MB');
    await press(element, 'Download minutes.pdf');
    for (const [secondsLeft, words] of [
      [40, '3 MB · 2.4 MB/s · 40 s left'],
      [200, '3 MB · 2.4 MB/s · 3 min left'],
      [8_000, '3 MB · 2.4 MB/s · 2 h left'],
      [undefined, '3 MB · 2.4 MB/s'],
    ] as const) {
      files.set(file, { kind: 'coming', receivedBytes: 3_000_000, bytesPerSecond: 2_400_000, secondsLeft });
      await until(words, () => textOf(card) === `minutes.pdf PDF · 12 MB ${words}`);
    }
    const [bar] = inside(card, 'progress');
    expect(bar && [nameOf(bar), (bar as HTMLProgressElement).value]).to.deep.equal(['minutes.pdf', 25]);
    files.set(file, { kind: 'here', sending: { people: [alice], bytesPerSecond: 500_000 } });
    await until('the rate', () => textOf(card) === 'minutes.pdf Sending to 1 · 500 kB/s');
    expect(buttons(element)).to.include('Save minutes.pdf');
  });

  it('shows the beginning and the ending of a long name, and keeps letters of two directions apart', async () => {
    const long = `${'a very long story '.repeat(4)}about it.tar.gz`;
    const { element } = await shown([manifest(long), manifest('קובץ.pdf')]);
    const [first, second] = inside(element, 'mm-file-card bdi, .name bdi');
    expect(textOf(first ?? null)).to.equal('a very long story a very long…bout it.tar.gz');
    expect(first?.title).to.equal(long);
    expect(second && getComputedStyle(second).unicodeBidi).to.equal('isolate');
    expect(second?.getBoundingClientRect().left).to.equal(first?.getBoundingClientRect().left);
    expect([...textOf(first ?? null)].length).to.be.at.most(44);
  });

  it('counts few bytes in full words', async () => {
    const { element } = await shown([manifest('five.txt', undefined, { sizeBytes: 5 }), manifest('one.txt', undefined, { sizeBytes: 1 })]);
    await until('both sizes', () => inside(element, 'mm-file-card').map(textOf).join() === 'five.txt TXT · 5 bytes,one.txt TXT · 1 byte');
  });

  it('keeps its height on a phone, whatever there is to say on the way', async () => {
    const files = new FakeFiles();
    const file = manifest('minutes.pdf', undefined, { sizeBytes: 60_000_000 });
    const { element } = await shown([file], '', files, 390);
    const card = await until('the card', () => inside(element, 'mm-file-card')[0]);
    const heights = async (states: readonly FileState[]) => {
      const seen = [];
      for (const state of states) {
        files.set(file, state);
        await settled();
        seen.push(card.offsetHeight);
      }
      return new Set(seen);
    };
    const coming = (bytesPerSecond: number, secondsLeft: number | undefined): FileState => ({ kind: 'coming', receivedBytes: 13_600_000, bytesPerSecond, secondsLeft });
    expect(await heights([coming(0, undefined), coming(4_700_000, undefined), coming(14_700_000, 120), { kind: 'paused', receivedBytes: 13_600_000, reason: 'person' }])).to.have.property('size', 1);
    expect(await heights([{ kind: 'away', sources: 1 }, here, { kind: 'here', sending: { people: [alice], bytesPerSecond: 14_700_000 } }])).to.have.property('size', 1);
  });

  it('hands the focus on when the button that had it goes', async () => {
    const files = new FakeFiles();
    const file = manifest('minutes.pdf');
    const { element } = await shown([file], '', files);
    const download = await until('the button', () => button(element, 'Download minutes.pdf'));
    download.focus();
    download.click();
    files.set(file, { kind: 'coming', receivedBytes: 0, bytesPerSecond: 0, secondsLeft: undefined });
    await until('the next one', () => inside(element, ':focus').some((each) => nameOf(each) === 'Pause minutes.pdf'));
  });

  it('is reached by Tab only while its message has the focus', async () => {
    const { element } = await shown([manifest('minutes.pdf')]);
    const download = await until('the button', () => button(element, 'Download minutes.pdf'));
    expect(download.tabIndex).to.equal(-1);
    row(element).focus();
    await until('the way in', () => download.tabIndex === 0);
    download.focus();
    key(download, 'Escape');
    expect(element.shadowRoot?.activeElement?.shadowRoot?.activeElement).to.equal(row(element));
  });

  it('is told when it is here after it was asked for, and not on the way', async () => {
    const files = new FakeFiles();
    const [file, other] = [manifest('minutes.pdf'), manifest('small.txt')];
    const { element } = await shown([file, other], '', files);
    const told: string[] = [];
    const hint = inside(element, '.hint')[0];
    new MutationObserver(() => told.push(textOf(hint ?? null))).observe(hint ?? element, { childList: true, characterData: true, subtree: true });
    await press(element, 'Download minutes.pdf');
    for (const receivedBytes of [100_000, 400_000, 900_000]) {
      files.set(file, { kind: 'coming', receivedBytes, bytesPerSecond: 1, secondsLeft: 1 });
      await settled();
    }
    files.set(other, here);
    await settled();
    expect(told).to.deep.equal([]);
    files.set(file, here);
    await until('the word', () => told.at(-1) === 'minutes.pdf is here');
    expect(told).to.have.length(1);
  });

  it('tells why it stopped', async () => {
    const files = new FakeFiles();
    const file = manifest('minutes.pdf');
    const { element } = await shown([file], '', files);
    await press(element, 'Download minutes.pdf');
    files.set(file, { kind: 'paused', receivedBytes: 5, reason: 'disk-full' });
    await until('the word', () => textOf(inside(element, '.hint')[0] ?? null) === 'minutes.pdf: No space left on this device');
  });
});

describe('saving', () => {
  type Picker = (options: { readonly suggestedName: string }) => Promise<unknown>;
  const page = globalThis as { showSaveFilePicker?: Picker | undefined };
  const { showSaveFilePicker } = page;
  const { click } = HTMLAnchorElement.prototype;

  afterEach(() => {
    page.showSaveFilePicker = showSaveFilePicker;
    HTMLAnchorElement.prototype.click = click;
  });

  async function given(): Promise<Shown> {
    const files = new FakeFiles();
    const file = manifest('minutes.html');
    files.put(file, new Blob(['We agreed.'], { type: 'application/octet-stream' }));
    return shown([file], '', files);
  }

  it('writes it where its person chooses', async () => {
    const written: string[] = [];
    const names: string[] = [];
    page.showSaveFilePicker = ({ suggestedName }) => {
      names.push(suggestedName);
      const decoder = new TextDecoder();
      return Promise.resolve({ createWritable: () => Promise.resolve(new WritableStream<Uint8Array>({ write: (bytes) => void written.push(decoder.decode(bytes)), close: () => void written.push('closed') })) });
    };
    const { element } = await given();
    await press(element, 'Save minutes.html');
    await until('the end', () => written.at(-1) === 'closed');
    expect([names, written]).to.deep.equal([['minutes.html'], ['We agreed.', 'closed']]);
  });

  it('that was cancelled is no error, and nothing is read for it', async () => {
    let cancelled = false;
    page.showSaveFilePicker = () => {
      cancelled = true;
      return Promise.reject(new DOMException('cancelled', 'AbortError'));
    };
    const { element, files } = await given();
    await press(element, 'Save minutes.html');
    await until('the end', () => cancelled);
    await settled();
    expect(files.asked).to.deep.equal([]);
    expect(textOf(inside(element, '.hint')[0] ?? null)).to.equal('');
  });

  it('says so when it fails', async () => {
    page.showSaveFilePicker = () => Promise.resolve({ createWritable: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) });
    const { element } = await given();
    await press(element, 'Save minutes.html');
    await until('the sentence', () => textOf(inside(element, '.hint')[0] ?? null) === 'minutes.html could not be saved');
  });

  it('follows a link to it where the browser has no dialog, with bytes that no browser opens in the page', async () => {
    page.showSaveFilePicker = undefined;
    const saved: { readonly name: string; readonly content: Promise<Blob> }[] = [];
    HTMLAnchorElement.prototype.click = function () {
      saved.push({ name: this.download, content: fetch(this.href).then((response) => response.blob()) });
    };
    const { element } = await given();
    await press(element, 'Save minutes.html');
    const { name, content } = await until('the file', () => saved[0]);
    expect([name, (await content).type, await (await content).text()]).to.deep.equal(['minutes.html', 'application/octet-stream', 'We agreed.']);
  });
});

describe('words for files', () => {
  it('are what a screen reader hears of a message, and what stands there until files can be shown', async () => {
    const { element } = await shown([
      manifest('a.jpg', { kind: 'picture', width: 10, height: 10 }),
      manifest('b.jpg', { kind: 'picture', width: 10, height: 10 }),
      manifest('voice-message.webm', { kind: 'voice', durationMs: 12_300, waveform: [1] }),
      manifest('report.pdf'),
      'broken',
    ], 'The **one** we spoke of');
    const words = "2 photos, voice message, 12 seconds, file report.pdf, a file that can't be read";
    expect(row(element).ariaDescription).to.equal(`${words}: The one we spoke of`);
    expect(inside(element, 'mm-message-files')[0]?.textContent).to.equal(words);
  });

  it('stand above an answer to one', async () => {
    const photo = message('', bob, Date.now(), 'Bob', { files: [manifest('a.jpg', { kind: 'picture', width: 10, height: 10 })] });
    const voice = message('', bob, Date.now(), 'Bob', { files: [manifest('voice-message.webm', { kind: 'voice', durationMs: 9, waveform: [] })] });
    const conversation = new FakeConversation([message('Where?', alice, Date.now(), 'Alice', { replyTo: quote(photo) }), message('Yes', alice, Date.now(), 'Alice', { replyTo: quote(voice) })]);
    const element = await show(make('mm-conversation', { conversation, files: new FakeFiles() }));
    await until('the quotes', () => inside(element, '.excerpt').length === 2);
    expect(inside(element, '.excerpt').map(textOf)).to.deep.equal(['Photo: a.jpg', 'Voice message']);
  });
});

describe('messages with files', () => {
  inBothLanguages(() => {
    it('are accessible, in whatever state they are', async () => {
      const files = new FakeFiles();
      const [first, second, third] = await Promise.all([picture(files, 'a.jpg'), picture(files, 'b.jpg'), picture(files, 'c.jpg')]);
      files.set(second, { kind: 'coming', receivedBytes: 9_000, bytesPerSecond: 5, secondsLeft: 9 });
      files.set(third, { kind: 'away', sources: 0 });
      const voice = manifest('voice-message.webm', { kind: 'voice', durationMs: 12_000, waveform: [1, 9, 15, 3] });
      const sound = manifest('song.mp3', { kind: 'sound', durationMs: 120_000 });
      const card = manifest('minutes.pdf');
      for (const file of [voice, sound]) files.set(file, here);
      files.set(card, { kind: 'paused', receivedBytes: 9_000, reason: 'person' });
      const { element } = await shown([first, second, third, voice, sound, card, 'broken'], 'All of it', files);
      await until('the picture', () => inside(element, 'img.loaded').length > 0);
      await expectAccessible(element);
    });
  });
});
