import { expect } from 'chai';
import '../../../src/ui/mm-composer';
import type { MmComposer } from '../../../src/ui/mm-composer';
import { limits } from '../../../src/config';
import type { Attachment } from '../../../src/session/files/files-face';
import { pastedFiles } from '../../../src/ui/pasted-files';
import { attachment, FakeFiles } from '../../support/fake-files';
import { bob, FakeConversation, message, person } from '../../support/fake-room';
import { button, expectAccessible, frame, inBothLanguages, inside, key, make, nameOf, press, show, textOf, type, until } from './harness';

interface Opened {
  readonly composer: MmComposer;
  readonly conversation: FakeConversation;
  readonly files: FakeFiles;
  readonly field: HTMLTextAreaElement;
}

async function open(change: Partial<MmComposer> = {}, width = 800): Promise<Opened> {
  const conversation = new FakeConversation();
  const files = new FakeFiles();
  conversation.files = files;
  const composer = await show(make('mm-composer', { conversation, files, people: [person(bob)], ...change }), { width, height: 600 });
  composer.style.alignSelf = 'end';
  // What stands beside the field comes after it.
  await composer.attach([]);
  await frame();
  const [field] = inside(composer, 'textarea');
  if (!(field instanceof HTMLTextAreaElement)) throw new Error('no field');
  field.blur();
  return { composer, conversation, files, field };
}

const report = new File(['%PDF'], 'report.pdf', { type: 'application/pdf' });
const photo = new File([Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (each) => each.charCodeAt(0))], 'photo.png', { type: 'image/png' });

function transferOf(files: readonly File[], texts: Readonly<Record<string, string>> = {}): DataTransfer {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  for (const [kind, text] of Object.entries(texts)) transfer.setData(kind, text);
  return transfer;
}

/** As the browser's dialog does. */
function choose(composer: MmComposer, ...files: readonly File[]): void {
  const input = inside(composer, 'input[type=file]')[0] as HTMLInputElement;
  input.files = transferOf(files).files;
  input.dispatchEvent(new Event('change'));
}

/** True when the page let the browser do what it does with it. */
function paste(target: EventTarget, clipboardData: DataTransfer): boolean {
  return target.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true, cancelable: true }));
}

function rows(composer: MmComposer): readonly HTMLElement[] {
  return inside(composer, '[role=list]').flatMap((list) => (nameOf(list) === 'Attachments' ? ([...list.children] as HTMLElement[]) : []));
}

function names(composer: MmComposer): readonly string[] {
  return rows(composer).map((row) => textOf(row.querySelector('.name')));
}

function problem(composer: MmComposer): string {
  return textOf(inside(composer, '#problem')[0] ?? null);
}

describe('attaching files', () => {
  it('opens the dialog of the browser by the button, for any number of any type', async () => {
    const { composer } = await open();
    const input = inside(composer, 'input[type=file]')[0] as HTMLInputElement;
    expect([input.multiple, input.accept, inside(composer, 'input[type=file]').length]).to.deep.equal([true, '', 1]);
    let opened = 0;
    input.addEventListener('click', (event) => {
      event.preventDefault();
      opened += 1;
    });
    await press(composer, 'Attach files');
    expect(opened).to.equal(1);
  });

  it('asks on a phone whether it is to be a new photo', async () => {
    const { matchMedia } = globalThis;
    // A finger is all there is.
    globalThis.matchMedia = (query) => matchMedia(query === '(pointer: coarse)' ? 'all' : query);
    try {
      const { composer } = await open();
      const opened: string[] = [];
      for (const input of inside(composer, 'input[type=file]') as HTMLInputElement[]) {
        input.addEventListener('click', (event) => {
          event.preventDefault();
          opened.push(`${input.accept} ${input.getAttribute('capture') ?? ''}`.trim());
        });
      }
      for (const choice of ['Photos and files', 'Take a photo']) {
        await press(composer, 'Attach files');
        await until('the menu', () => inside(composer, '[role=menuitem]').map(textOf).join() === 'Photos and files,Take a photo');
        const before = opened.length;
        await press(composer, choice);
        await until('the dialog', () => opened.length > before);
      }
      expect(opened).to.deep.equal(['', 'image/*,video/* environment']);
    } finally {
      globalThis.matchMedia = matchMedia;
    }
  });

  it('lists what was chosen, and sends it without a word', async () => {
    const { composer, conversation, files } = await open();
    expect(button(composer, 'Send')?.ariaDisabled).to.equal('true');
    choose(composer, report, photo);
    await until('the list', () => rows(composer).length === 2);
    expect(names(composer)).to.deep.equal(['report.pdf', 'photo.png']);
    expect(files.asked).to.deep.equal(['attach report.pdf, photo.png']);
    await until('a button to send', () => button(composer, 'Send')?.ariaDisabled === 'false');
    await press(composer, 'Send');
    await until('the message', () => conversation.asked.includes('send  with report.pdf, photo.png'));
    await until('an empty tray', () => rows(composer).length === 0);
    expect(button(composer, 'Send')?.ariaDisabled).to.equal('true');
  });

  it('sends a text along as its caption, and the answer as one', async () => {
    const question = message('Where is it?', bob);
    const { composer, conversation, field } = await open({ replying: question });
    conversation.add(question);
    choose(composer, report);
    await until('the list', () => rows(composer).length === 1);
    await until('the focus in the field', () => field.matches(':focus'));
    type(field, 'Here');
    key(field, 'Enter');
    await until('the message', () => conversation.asked.includes('send Here to Where is it? with report.pdf'));
  });

  it('takes the same file again after it was taken out', async () => {
    const { composer, files } = await open();
    choose(composer, report);
    await until('the list', () => rows(composer).length === 1);
    await press(composer, 'Remove report.pdf');
    await until('none', () => rows(composer).length === 0);
    expect((inside(composer, 'input[type=file]')[0] as HTMLInputElement).value).to.equal('');
    choose(composer, report);
    await until('the list', () => rows(composer).length === 1);
    expect(files.asked).to.deep.equal(['attach report.pdf', 'detach report.pdf', 'attach report.pdf']);
  });

  it('says of each file that is refused why, with the limit, and takes the others', async () => {
    const { composer, files } = await open();
    files.refused = [
      { name: 'nothing.txt', reason: 'empty' },
      { name: 'disk.img', reason: 'too-large' },
      { name: 'a.png', reason: 'too-many' },
      { name: 'b.png', reason: 'too-many' },
    ];
    choose(composer, report);
    await until('the sentences', () => problem(composer) === 'nothing.txt is empty. disk.img is larger than 16 GB. At most 10 files in one message: 2 were left out.');
    expect(names(composer)).to.deep.equal(['report.pdf']);
    expect(limits.fileBytes / 1e9).to.equal(16);
    files.refused = [];
    choose(composer, photo);
    await until('silence', () => problem(composer) === '');
  });

  it('says that folders can’t be sent', async () => {
    const { composer, files } = await open();
    await composer.attach([], ['holidays']);
    await until('the sentence', () => problem(composer) === 'holidays is a folder: choose the files in it.');
    await composer.attach([report], ['holidays', 'work']);
    await until('the other', () => problem(composer) === 'holidays and work are folders: choose the files in them.');
    expect(files.asked).to.deep.equal(['attach report.pdf']);
  });
});

describe('pasting', () => {
  it('takes a picture into the tray, wherever the keyboard is, but for other fields', async () => {
    const { composer, field } = await open();
    field.focus();
    expect(paste(field, transferOf([photo]))).to.equal(false);
    await until('the picture', () => names(composer)[0] === 'photo.png');
    field.blur();
    expect(paste(document.body, transferOf([report]))).to.equal(false);
    await until('both', () => names(composer).length === 2);
    const other = document.createElement('input');
    document.body.append(other);
    other.focus();
    expect(paste(other, transferOf([report]))).to.equal(true);
    other.remove();
    expect(names(composer)).to.have.length(2);
  });

  it('leaves a text to the field', async () => {
    const { composer, field } = await open();
    field.focus();
    expect(paste(field, transferOf([], { 'text/plain': 'words' }))).to.equal(true);
    expect(rows(composer)).to.have.length(0);
  });

  it('takes the words of a document rather than a picture of them, and a picture rather than the page it stood in', () => {
    expect(pastedFiles(transferOf([photo], { 'text/html': '<b>words</b>', 'text/plain': 'words' }))).to.deep.equal([]);
    expect(pastedFiles(transferOf([photo], { 'text/html': '<img src="photo.png">' }))).to.have.length(1);
    expect(pastedFiles(transferOf([photo, report], { 'text/plain': 'photo.png\nreport.pdf' }))).to.have.length(2);
    expect(pastedFiles(null)).to.deep.equal([]);
  });
});

describe('the tray', () => {
  async function withTray(...tray: readonly Attachment[]): Promise<Opened> {
    const opened = await open();
    opened.files.tray.set(tray);
    await until('the list', () => rows(opened.composer).length === tray.length);
    return opened;
  }

  it('is there when its person comes back to the room', async () => {
    const files = new FakeFiles();
    files.tray.set([attachment('report.pdf')]);
    const { composer } = await open({ files });
    await until('the list', () => names(composer).join() === 'report.pdf');
  });

  it('says how far each file is, and what keeps it', async () => {
    const { composer, files } = await withTray(
      attachment('film.mp4', { kind: 'video', sizeBytes: 2_400_000, state: { kind: 'preparing', share: 0.409 } }),
      attachment('gone.txt', { state: { kind: 'failed', reason: 'unreadable' } }),
      attachment('big.bin', { state: { kind: 'failed', reason: 'no-space' } }),
      attachment('sent.pdf', { sending: true, state: { kind: 'preparing', share: 0.1 } }),
    );
    expect(rows(composer).map((row) => textOf(row.querySelector('.state')).replace(/^.*? · /u, ''))).to.deep.equal([
      'Preparing 40%',
      "It can't be read: it was moved or changed.",
      'This device has no space left for it.',
      'Sending when ready',
    ]);
    expect(textOf(rows(composer)[0]?.querySelector('.state') ?? null)).to.match(/^2\.4 MB/u);
    files.tray.update(([film, ...others]) => [{ ...film!, state: { kind: 'ready' } }, ...others]);
    await until('the size alone', () => textOf(rows(composer)[0]?.querySelector('.state') ?? null) === '2.4 MB');
  });

  it('does not send while a file can’t be, and says which', async () => {
    const { composer, conversation, field } = await withTray(attachment('ok.txt'), attachment('gone.txt', { state: { kind: 'failed', reason: 'unreadable' } }));
    type(field, 'Two of them');
    key(field, 'Enter');
    await until('the sentence', () => problem(composer) === "gone.txt can't be sent. Remove it, and the rest can go.");
    expect(field.value).to.equal('Two of them');
    await press(composer, 'Remove gone.txt');
    key(field, 'Enter');
    await until('the message', () => conversation.asked.includes('send Two of them with ok.txt'));
  });

  it('keeps what waits for its message in sight, and lets go of it, but doesn’t send it twice', async () => {
    const { composer, conversation, files, field } = await withTray(attachment('film.mp4', { sending: true, state: { kind: 'preparing', share: 0.2 } }));
    expect(button(composer, 'Send')?.ariaDisabled).to.equal('true');
    key(field, 'Enter');
    await until('the sentence', () => problem(composer) === 'Write a message first');
    expect(conversation.asked).to.deep.equal([]);
    await press(composer, 'Remove film.mp4');
    expect(files.asked).to.deep.equal(['detach film.mp4']);
  });

  it('lets a picture go as it was taken, and says what that tells', async () => {
    const { composer, files } = await withTray(
      attachment('beach.jpg', { kind: 'picture', source: photo, reducible: true }),
      attachment('plain.png', { kind: 'picture', source: photo }),
      attachment('raw.dng', { tellsMetadata: true }),
    );
    const [choice, ...others] = inside(composer, 'input[type=checkbox]') as HTMLInputElement[];
    expect([nameOf(choice!), choice?.checked, others.length]).to.deep.equal(['Original', false, 0]);
    expect(textOf(inside(composer, `#${choice?.getAttribute('aria-describedby')}`)[0] ?? null)).to.equal('Original with place and camera data, beach.jpg');
    expect(textOf(rows(composer)[2] ?? null)).to.contain('Place and camera data could not be taken out.');
    choice?.click();
    await until('the choice', () => files.tray.value[0]?.original === true);
    expect(files.asked).to.deep.equal(['original beach.jpg']);
    files.tray.update(([beach, ...rest]) => [{ ...beach!, tellsMetadata: true, sending: true }, ...rest]);
    await until('no choice any more, but what it tells', () => inside(composer, 'input[type=checkbox]').length === 0 && textOf(rows(composer)[0] ?? null).includes('with place and camera data'));
  });

  it('shows the person’s own pictures, and lets go of them', async () => {
    const revoked: string[] = [];
    const { revokeObjectURL } = URL;
    URL.revokeObjectURL = (url) => {
      revoked.push(url);
      revokeObjectURL.call(URL, url);
    };
    try {
      const { composer } = await withTray(attachment('beach.png', { kind: 'picture', source: photo }), attachment('odd.heic', { kind: 'picture' }), attachment('notes.txt'));
      const shown = await until('the picture, and signs for the others', () => inside(composer, '.look').map((look) => look.querySelector('img')).filter((image) => image !== null).length === 1 && (inside(composer, '.look img')[0] as HTMLImageElement));
      expect([shown.alt, shown.src.startsWith('blob:')]).to.deep.equal(['', true]);
      await press(composer, 'Remove beach.png');
      await until('its address to be gone', () => revoked.includes(shown.src));
      const before = revoked.length;
      composer.remove();
      expect(revoked.length).to.equal(before + 1);
    } finally {
      URL.revokeObjectURL = revokeObjectURL;
    }
  });

  it('keeps the focus in its list while files are taken out, and gives it to the field at the end', async () => {
    const { composer, field } = await withTray(attachment('one'), attachment('two'), attachment('three'));
    const take = async (name: string) => {
      const found = await until(name, () => button(composer, `Remove ${name}`));
      found.focus();
      found.click();
    };
    await take('two');
    await until('the next one', () => button(composer, 'Remove three')?.matches(':focus'));
    await take('three');
    await until('the one before', () => button(composer, 'Remove one')?.matches(':focus'));
    await take('one');
    await until('the field', () => field.matches(':focus'));
  });

  it('waits, hidden, while a message is edited, and whoever adds to it then is told', async () => {
    const { composer, conversation, field } = await withTray(attachment('report.pdf'));
    const own = message('Helo', conversation.ownId, undefined, 'Alice');
    conversation.add(own);
    composer.editing = own;
    await until('no tray', () => rows(composer).every((row) => !row.checkVisibility()));
    expect([button(composer, 'Attach files'), button(composer, 'Record voice message')]).to.deep.equal([undefined, undefined]);
    paste(field, transferOf([photo]));
    await until('the sentence', () => problem(composer) === 'The files wait until you are done editing.');
    type(field, 'Hello');
    key(field, 'Enter');
    await until('the change', () => conversation.all[0]?.body === 'Hello');
    composer.editing = undefined;
    await until('the tray', () => rows(composer).filter((row) => row.checkVisibility()).length === 2);
  });

  it('is announced', async () => {
    const { composer, files } = await withTray(attachment('one'));
    const said = () => inside(composer, 'mm-tray [role=status], [role=status]').map(textOf);
    expect(said()).to.contain('1 file is attached');
    files.tray.update((tray) => [...tray, attachment('two')]);
    await until('the number', () => said().includes('2 files are attached'));
  });

  it('isolates names, and scrolls when there are many', async () => {
    const many = Array.from({ length: limits.filesAMessage }, (_, index) => attachment(`${'W'.repeat(70)}${index}.jpg`, { reducible: true }));
    const { composer } = await open({}, 320);
    (composer.files as FakeFiles).tray.set([attachment('‫שלום‬.txt'), ...many.slice(1)]);
    await until('the list', () => rows(composer).length === many.length);
    expect(rows(composer).every((row) => row.querySelector('.name bdi'))).to.equal(true);
    const list = rows(composer)[0]?.parentElement;
    expect(list?.scrollHeight).to.be.above(list?.clientHeight ?? 0);
    expect(composer.scrollWidth).to.be.at.most(composer.clientWidth);
    expect(button(composer, 'Send')?.getBoundingClientRect().right).to.be.at.most(composer.getBoundingClientRect().right);
  });

  inBothLanguages(() => {
    it('is accessible', async () => {
      const { composer } = await open();
      (composer.files as FakeFiles).tray.set([
        attachment('beach.jpg', { kind: 'picture', source: photo, reducible: true }),
        attachment('raw.dng', { tellsMetadata: true }),
        attachment('gone.txt', { state: { kind: 'failed', reason: 'unreadable' } }),
        attachment('film.mp4', { sending: true, state: { kind: 'preparing', share: 0.2 } }),
      ]);
      await until('the list', () => inside(composer, 'li').length === 4);
      await expectAccessible(composer);
    });
  });
});
