import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/config';
import { AppError } from '../../../src/core/app-error';
import type { FileManifest } from '../../../src/core/file';
import type { DeviceId, FileId } from '../../../src/core/ids';
import type { ChatMessage } from '../../../src/core/message';
import type { Inspection } from '../../../src/media/file-media';
import { writeEntry } from '../../../src/protocol/file-manifest';
import { toJson } from '../../../src/protocol/schema';
import type { FileOffer, FileState } from '../../../src/session/files/files-face';
import type { StoredFile } from '../../../src/storage/file-store';
import { beginVisits, comeBack, endVisits, fakeDevice, makeRoom, meet, noticesOf, personIn, until, type FakeVisit } from '../../support/fake-rooms';
import { FakeNetwork } from '../../support/fake-network';

beforeEach(beginVisits);
afterEach(endVisits);

const fileOf = (name: string, bytes = 40, type = 'text/plain'): File => new File([name.padEnd(bytes, '.').slice(0, bytes)], name, { type });
/** More than comes by itself. */
const large = limits.autoFileBytes + 5;
const personGone = 'g'.repeat(26) as DeviceId;
const messagesOf = ({ room }: FakeVisit): readonly ChatMessage[] => room.conversation.timeline.value.messages;
const stateOf = ({ room }: FakeVisit, file: FileManifest): FileState['kind'] => room.files.state(file).value.kind;
const keptBy = async ({ device, room }: FakeVisit) => device.filesOf(room.alias).list();
const textOf = async ({ room }: FakeVisit, file: FileManifest): Promise<string | undefined> => (await room.files.bytes(file))?.text();

function send(visit: FakeVisit, text: string, ...files: readonly File[]): void {
  expect(visit.room.files.attach(files)).toEqual({ refused: [] });
  expect(visit.room.conversation.send(text, { withTray: true })).toEqual({ kind: 'sent' });
}

/** The first file of the message that says `text`, once it is there. */
async function fileIn(visit: FakeVisit, text: string): Promise<FileManifest> {
  await until(() => expect(messagesOf(visit).map(({ body }) => body)).toContain(text));
  const [file] = messagesOf(visit).find(({ body }) => body === text)?.files ?? [];
  if (!file || file === 'broken') throw new Error('the message has no file');
  return file;
}

async function isHere(visit: FakeVisit, file: FileManifest): Promise<void> {
  await until(() => expect(stateOf(visit, file)).toBe('here'));
}

/** What is there of all that anybody sent or offered from here, the person's own files included, which no list names. */
async function openIn({ device, room }: FakeVisit): Promise<readonly StoredFile[]> {
  const store = device.filesOf(room.alias);
  const files = await Promise.all([...device.takenIds].map((id) => store.open(id)));
  return files.filter((file) => file !== undefined);
}

/** Whether anything of it is there, the person's own file included. */
async function heldBy({ device, room }: FakeVisit, file: FileManifest): Promise<boolean> {
  return (await device.filesOf(room.alias).open(file.id)) !== undefined;
}

function give(from: FakeVisit, to: string | DeviceId, ...files: readonly File[]): void {
  const person = to === personGone ? personGone : personIn(from, to).id;
  expect(from.room.files.offer(person, files)).toEqual({ refused: [] });
}

/** The last one. */
function offerIn({ room }: FakeVisit): FileOffer {
  const offer = room.files.offers.value.at(-1);
  if (!offer) throw new Error('no offer');
  return offer;
}

function offersOf({ room }: FakeVisit): readonly Pick<FileOffer, 'name' | 'direction' | 'state'>[] {
  return room.files.offers.value.map(({ name, direction, state }) => ({ name, direction, state }));
}

describe('a file in a message', () => {
  it('comes by itself when it is small, and is what it was', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    send(alice, 'Our notes', fileOf('notes.txt'));
    const file = await fileIn(bob, 'Our notes');
    expect(file).toMatchObject({ name: 'notes.txt', type: 'text/plain', sizeBytes: 40, look: { kind: 'plain' } });
    await isHere(bob, file);
    expect(await textOf(bob, file)).toBe('notes.txt'.padEnd(40, '.'));
    for (const { room } of [alice, bob]) await until(() => expect(room.files.usage.value).toMatchObject({ usedBytes: 40, count: 1 }));
  });

  it('comes on a tap when it is large', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    send(alice, 'Both', fileOf('film.bin', large), fileOf('notes.txt'));
    const film = await fileIn(bob, 'Both');
    const [, notes] = messagesOf(bob)[0]?.files ?? [];
    await isHere(bob, notes as FileManifest);
    await until(() => expect(bob.room.files.state(film).value).toEqual({ kind: 'away', sources: 1 }));
    bob.room.files.fetch(film);
    await isHere(bob, film);
    expect((await bob.room.files.bytes(film))?.size).toBe(large);
  });

  it('comes from another who has it when its sender has gone', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob, carol] } = await meet(network, 'Bob', 'Carol');
    send(alice, 'The film', fileOf('film.bin', large));
    const film = await fileIn(carol, 'The film');
    await fileIn(bob, 'The film');
    bob.room.files.fetch(film);
    await isHere(bob, film);
    alice.room.close();
    await until(() => expect(carol.room.people.value.map(({ name }) => name)).toEqual(['Bob']));
    carol.room.files.fetch(film);
    await isHere(carol, film);
  });

  it('that nobody here has is waited for, and comes when somebody does', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    send(alice, 'The film', fileOf('film.bin', large));
    const film = await fileIn(bob, 'The film');
    await until(() => expect(messagesOf(alice)[0]?.delivery?.kind).not.toBe('saving'));
    alice.room.close();
    await until(() => expect(bob.room.people.value).toEqual([]));
    bob.room.files.fetch(film);
    await until(() => expect(bob.room.files.state(film).value).toMatchObject({ kind: 'paused', reason: 'no-source' }));
    const again = await comeBack(network, alice);
    await isHere(bob, film);
    await isHere(again, film);
  });

  it('is here after the page was loaded anew', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    send(alice, 'Our notes', fileOf('notes.txt'));
    await isHere(bob, await fileIn(bob, 'Our notes'));
    bob.room.close();
    const again = await comeBack(network, bob);
    const file = await fileIn(again, 'Our notes');
    await isHere(again, file);
    expect(await textOf(again, file)).toContain('notes.txt');
  });

  it('goes with it when that is deleted, everywhere', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    send(alice, 'Our notes', fileOf('notes.txt'));
    const file = await fileIn(bob, 'Our notes');
    await isHere(bob, file);
    const [message] = messagesOf(alice);
    if (message) alice.room.conversation.remove(message.id);
    for (const visit of [alice, bob]) {
      await until(async () => expect(await heldBy(visit, file)).toBe(false));
      expect(stateOf(visit, file)).toBe('away');
    }
  });

  it('stays as long as another message has it', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    send(alice, 'Our notes', fileOf('notes.txt'));
    await isHere(bob, await fileIn(bob, 'Our notes'));
    send(alice, 'Once more', fileOf('notes.txt'));
    const file = await fileIn(bob, 'Once more');
    const remove = (text: string): void => {
      const message = messagesOf(alice).find(({ body }) => body === text);
      if (message) alice.room.conversation.remove(message.id);
    };
    remove('Our notes');
    await until(() => expect(messagesOf(bob)[0]?.state).toBe('deleted'));
    await until(async () => expect((await keptBy(bob))[0]?.reasons).toHaveLength(1));
    remove('Once more');
    await until(async () => expect(await keptBy(bob)).toEqual([]));
    expect(await heldBy(bob, file)).toBe(false);
  });

  it('stays when its page went before it was written down which message it stands in', async () => {
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'));
    send(alice, 'Our notes', fileOf('notes.txt'));
    const file = await fileIn(alice, 'Our notes');
    await until(async () => expect((await keptBy(alice))[0]?.reasons).toEqual(messagesOf(alice).map(({ id }) => id)));
    alice.room.close();
    const store = alice.device.filesOf(alice.room.alias);
    await (await store.open(file.id))?.setReasons(['tray:1']);
    const again = await comeBack(network, alice);
    await isHere(again, file);
    await until(async () => expect((await keptBy(again))[0]?.reasons).toEqual(messagesOf(again).map(({ id }) => id)));
    expect(await textOf(again, file)).toContain('notes.txt');
  });

  it('that is being fetched when it is deleted is fetched no more, and leaves nothing', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    send(alice, 'The film', fileOf('film.bin', large));
    const film = await fileIn(bob, 'The film');
    for (const link of network.linksOf(alice.session)) link.files.block();
    bob.room.files.fetch(film);
    await until(() => expect(stateOf(bob, film)).toBe('coming'));
    const [message] = messagesOf(alice);
    if (message) alice.room.conversation.remove(message.id);
    await until(() => expect(stateOf(bob, film)).toBe('away'));
    for (const link of network.linksOf(alice.session)) link.files.unblock();
    send(alice, 'Something else', fileOf('notes.txt'));
    await isHere(bob, await fileIn(bob, 'Something else'));
    expect((await keptBy(bob)).map(({ sizeBytes }) => sizeBytes)).toEqual([40]);
  });

  it('that was deleted while the page was closed goes when it is back', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    send(alice, 'Our notes', fileOf('notes.txt'));
    await isHere(bob, await fileIn(bob, 'Our notes'));
    await until(async () => expect((await keptBy(bob))[0]?.reasons).toHaveLength(1));
    bob.room.close();
    const [message] = messagesOf(alice);
    if (message) alice.room.conversation.remove(message.id);
    const again = await comeBack(network, bob);
    await until(() => expect(messagesOf(again)).toMatchObject([{ state: 'deleted' }]));
    await until(async () => expect(await keptBy(bob)).toEqual([]));
  });

  it('goes when its time is over', async () => {
    let movedMs = 0;
    const now = (): number => Date.now() + movedMs;
    const network = new FakeNetwork();
    const alice = await makeRoom(network, await fakeDevice('Alice'), now);
    await alice.room.changeSettings({ lifetimeS: 60 });
    send(alice, 'Soon gone', fileOf('notes.txt'));
    const file = await fileIn(alice, 'Soon gone');
    await isHere(alice, file);
    await until(() => expect(messagesOf(alice)).toMatchObject([{ delivery: { kind: 'waiting' } }]));
    alice.device.looking.set(false);
    movedMs = 61_000;
    alice.device.looking.set(true);
    await until(() => expect(messagesOf(alice)).toMatchObject([{ state: 'expired', files: [] }]));
    await until(async () => expect(await keptBy(alice)).toEqual([]));
  });

  it('leaves nothing behind that no message has any more', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    send(alice, 'Our notes', fileOf('notes.txt'));
    await isHere(bob, await fileIn(bob, 'Our notes'));
    bob.room.close();
    const store = bob.device.filesOf(bob.room.alias);
    for (const [letter, reasons] of [['x', []], ['y', [`${'A'.repeat(22)}.7`]], ['z', ['tray:1', 'offer:1', 'paused']]] as const) {
      const taken = await store.take(new Blob([letter]), { copy: true, signal: new AbortController().signal, progress: () => undefined });
      await (await taken.keep(letter.repeat(26) as FileId)).setReasons(reasons);
    }
    expect(await keptBy(bob)).toHaveLength(4);
    const again = await comeBack(network, bob);
    await until(() => expect(again.room.files.usage.value.count).toBe(1));
    expect(await keptBy(bob)).toMatchObject([{ sizeBytes: 40 }]);
  });

  it('whose description can’t be read leaves the rest of the message as it is', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    alice.device.fileMedia.prepared = (file) => (file.name === 'evil.bin' ? { name: `${'\u202e'.repeat(9_000)}../evil.bin`, look: { kind: 'picture', width: 0, height: 1e9 }, type: 'text/<html>' } : {});
    send(alice, 'Two', fileOf('evil.bin'), fileOf('notes.txt'));
    await until(() => expect(messagesOf(bob)).toMatchObject([{ body: 'Two', files: [{ name: 'evil.bin', type: '', look: { kind: 'plain' } }, { name: 'notes.txt' }] }]));
  });

  it('that lies about its size never comes, and the room goes on', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    const store = alice.device.filesOf(alice.room.alias);
    const take = store.take.bind(store);
    store.take = async (source, options) => ({ ...(await take(source, options)), sizeBytes: source.size + 7 });
    send(alice, 'Liar', fileOf('liar.bin'));
    const liar = await fileIn(bob, 'Liar');
    expect(liar.sizeBytes).toBe(47);
    store.take = take;
    send(alice, 'Honest', fileOf('notes.txt'));
    await isHere(bob, await fileIn(bob, 'Honest'));
    expect(stateOf(bob, liar)).not.toBe('here');
    expect(await bob.room.files.bytes(liar)).toBeUndefined();
  });
});

describe('what is sent', () => {
  it('is what was made of it, unless it is wanted as it was', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    alice.device.fileMedia.prepared = (_file, original) =>
      original ? { reducible: true, metadata: 'kept' } : { content: new Blob(['smaller']), name: 'beach.jpg', type: 'image/jpeg', look: { kind: 'picture', width: 4, height: 3 }, reducible: true };
    const { files } = alice.room;
    files.attach([fileOf('beach.png', 40, 'image/png')]);
    await until(() => expect(files.tray.value).toMatchObject([{ name: 'beach.jpg', kind: 'picture', sizeBytes: 7, reducible: true, tellsMetadata: false, state: { kind: 'ready' } }]));
    for (const { id } of files.tray.value) files.setOriginal(id, true);
    await until(() => expect(files.tray.value).toMatchObject([{ name: 'beach.png', sizeBytes: 40, original: true, tellsMetadata: true, state: { kind: 'ready' } }]));
    alice.room.conversation.send('Original', { withTray: true });
    await isHere(bob, await fileIn(bob, 'Original'));
    // What had been made of it first is not wanted any more.
    await until(async () => expect((await openIn(alice)).map(({ sizeBytes }) => sizeBytes)).toEqual([40]));
  });

  it('is kept for nothing once it is taken out of the tray', async () => {
    const { alice } = await meet(new FakeNetwork(), 'Bob');
    alice.room.files.attach([fileOf('notes.txt')]);
    await until(() => expect(alice.room.files.tray.value).toMatchObject([{ state: { kind: 'ready' } }]));
    expect(await openIn(alice)).toHaveLength(1);
    for (const { id } of alice.room.files.tray.value) alice.room.files.detach(id);
    await until(async () => expect(await openIn(alice)).toEqual([]));
  });

  it('may not be readable any more: it says so, and what was said with it comes back', async () => {
    const { alice } = await meet(new FakeNetwork(), 'Bob');
    alice.device.fileMedia.gate = Promise.reject(new AppError('file-unreadable'));
    alice.device.fileMedia.gate.catch(() => undefined);
    send(alice, 'Our notes', fileOf('notes.txt'));
    await until(() => expect(alice.room.conversation.draft.value).toBe('Our notes'));
    expect(alice.room.files.tray.value).toMatchObject([{ name: 'notes.txt', sending: false, state: { kind: 'failed', reason: 'unreadable' } }]);
    expect(messagesOf(alice)).toEqual([]);
  });

  it('stays where it is when there is no room for a copy', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    const store = alice.device.filesOf(alice.room.alias);
    const copies: boolean[] = [];
    const take = store.take.bind(store);
    store.take = (source, options) => {
      copies.push(options.copy);
      return options.copy && source.size === 41 ? Promise.reject(new AppError('storage-full')) : take(source, options);
    };
    send(alice, 'First', fileOf('notes.txt'));
    await isHere(bob, await fileIn(bob, 'First'));
    send(alice, 'Second', fileOf('more.txt', 41));
    await isHere(bob, await fileIn(bob, 'Second'));
    await alice.room.files.setQuota(10);
    send(alice, 'Third', fileOf('last.txt', 42));
    await isHere(bob, await fileIn(bob, 'Third'));
    expect(copies).toEqual([true, true, false, false]);
  });

  it('shares what room there is with those that are chosen with it', async () => {
    const alice = await makeRoom(new FakeNetwork(), await fakeDevice('Alice'));
    await alice.room.files.setQuota(100);
    send(alice, 'Both', fileOf('first.txt', 60), fileOf('second.txt', 61));
    await fileIn(alice, 'Both');
    expect(await openIn(alice)).toHaveLength(2);
    const store = alice.device.filesOf(alice.room.alias);
    expect(await store.usedBytes()).toBeLessThanOrEqual(100);
  });

  it('may be a recording, which shows what it sounds like', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    const outcome = await alice.room.files.recordVoice();
    if (outcome.kind !== 'recording') throw new Error('no recording');
    await alice.room.files.sendVoice(outcome.recording, undefined);
    await isHere(bob, await fileIn(bob, ''));
    expect(messagesOf(bob)).toMatchObject([{ body: '', files: [{ name: 'voice-message.webm', type: 'audio/webm', look: { kind: 'voice', durationMs: 1_200, waveform: [1, 9, 15] } }] }]);
    alice.device.fileMedia.recorded = undefined;
    await alice.room.files.sendVoice(outcome.recording, undefined);
    expect(alice.room.files.tray.value).toEqual([]);
  });
});

describe('what is shown of a file', () => {
  it.each<[Inspection, object]>([
    [{ kind: 'picture', type: 'image/png', width: 4, height: 3 }, { kind: 'picture', width: 4, height: 3 }],
    [{ kind: 'video', type: 'video/mp4' }, { kind: 'video' }],
    [{ kind: 'too-many-pixels' }, { kind: 'none', why: 'too-many-pixels' }],
    [{ kind: 'other' }, { kind: 'none', why: 'type' }],
  ])('is what its bytes are, whatever it is called: %o', async (inspection, view) => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    send(alice, 'Look', fileOf('page.html', 40, 'text/html'));
    const file = await fileIn(bob, 'Look');
    await isHere(bob, file);
    bob.device.fileMedia.inspection = inspection;
    const shown = await bob.room.files.view(file);
    expect(shown).toMatchObject(view);
    if ('type' in inspection) expect('content' in shown && shown.content.type).toBe(inspection.type);
    expect((await bob.room.files.bytes(file))?.type).toBe('application/octet-stream');
  });

  it('is nothing before it is here', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    send(alice, 'The film', fileOf('film.bin', large));
    const film = await fileIn(bob, 'The film');
    expect(await bob.room.files.view(film)).toEqual({ kind: 'none', why: 'not-here' });
    expect(await bob.room.files.bytes(film)).toBeUndefined();
  });
});

describe('the place for files of a room', () => {
  it('is what its person grants, and stays so', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    expect(bob.room.files.usage.value.quotaBytes).toBe(limits.roomFilesBytes);
    await bob.room.files.setQuota(1_000_000);
    send(alice, 'The film', fileOf('film.bin', large));
    const film = await fileIn(bob, 'The film');
    bob.room.files.fetch(film);
    await until(() => expect(bob.room.files.state(film).value).toMatchObject({ kind: 'paused', reason: 'room-full' }));
    await bob.room.files.setQuota(10_000_000);
    bob.room.files.fetch(film);
    await isHere(bob, film);
    bob.room.close();
    expect((await comeBack(network, bob)).room.files.usage.value.quotaBytes).toBe(10_000_000);
  });

  it('is cleared without a word of what was said; what is wanted again comes again, and nothing else', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    send(alice, 'One', fileOf('one.txt'));
    send(alice, 'Two', fileOf('two.txt', 50));
    const [one, two] = [await fileIn(bob, 'One'), await fileIn(bob, 'Two')];
    for (const file of [one, two]) await isHere(bob, file);
    await bob.room.files.clear();
    expect(await keptBy(bob)).toEqual([]);
    expect(bob.room.files.usage.value).toMatchObject({ usedBytes: 0, count: 0 });
    bob.room.close();
    const again = await comeBack(network, bob);
    await until(() => expect(messagesOf(again)).toHaveLength(2));
    again.room.files.fetch(two);
    await isHere(again, two);
    expect(stateOf(again, one)).toBe('away');
  });

  it('keeps what waits to be sent when it is cleared', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    alice.room.files.attach([fileOf('notes.txt')]);
    await until(() => expect(alice.room.files.tray.value).toMatchObject([{ state: { kind: 'ready' } }]));
    await alice.room.files.clear();
    alice.room.conversation.send('Our notes', { withTray: true });
    await isHere(bob, await fileIn(bob, 'Our notes'));
  });
});

describe('a file that is given to one person', () => {
  it('is offered, and comes when they want it; nobody else hears of it', async () => {
    const { alice, guests: [bob, carol] } = await meet(new FakeNetwork(), 'Bob', 'Carol');
    give(alice, 'Bob', fileOf('report.pdf', large));
    expect(offersOf(alice)).toEqual([{ name: 'report.pdf', direction: 'to', state: 'preparing' }]);
    await until(() => expect(offersOf(bob)).toEqual([{ name: 'report.pdf', direction: 'from', state: 'asking' }]));
    expect(bob.notices.shown.value.map(({ content }) => content)).toContainEqual({ kind: 'offered', name: 'Alice', fileName: 'report.pdf' });
    const { id, file: unknown } = offerIn(bob);
    // Nobody can ask others about a file that nobody but Alice is to know of.
    expect(unknown).toBeUndefined();
    bob.room.files.accept(id);
    const { file } = offerIn(bob);
    expect(noticesOf(bob)).not.toContain('offered');
    for (const visit of [alice, bob]) await until(() => expect(offersOf(visit)).toMatchObject([{ state: 'done' }]));
    expect(offerIn(alice).sentBytes).toBe(large);
    expect((await bob.room.files.bytes(file as FileManifest))?.size).toBe(large);
    // Put away, it is kept by nobody.
    await until(async () => expect(await openIn(alice)).toEqual([]));
    bob.room.files.dismiss(id);
    await until(async () => expect(await keptBy(bob)).toEqual([]));
    expect(offersOf(bob)).toEqual([]);
    expect(offersOf(carol)).toEqual([]);
    for (const visit of [alice, bob, carol]) expect(messagesOf(visit)).toEqual([]);
  });

  it('may be declined', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    give(alice, 'Bob', fileOf('report.pdf'));
    await until(() => expect(offersOf(bob)).toHaveLength(1));
    bob.room.files.decline(offerIn(bob).id);
    await until(() => expect(offersOf(alice)).toMatchObject([{ state: 'declined' }]));
    expect(offersOf(bob)).toEqual([]);
    await until(async () => expect(await openIn(alice)).toEqual([]));
  });

  it('may be taken back, before and while it comes', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    give(alice, 'Bob', fileOf('report.pdf'));
    await until(() => expect(offersOf(bob)).toHaveLength(1));
    alice.room.files.dismiss(offerIn(alice).id);
    await until(() => expect(offersOf(bob)).toMatchObject([{ state: 'withdrawn' }]));
    bob.room.files.accept(offerIn(bob).id);
    expect(offersOf(bob)).toMatchObject([{ state: 'withdrawn' }]);
    bob.room.files.dismiss(offerIn(bob).id);
    for (const link of network.linksOf(alice.session)) link.files.block();
    give(alice, 'Bob', fileOf('film.bin', large));
    await until(() => expect(offersOf(bob)).toMatchObject([{ state: 'asking' }]));
    bob.room.files.accept(offerIn(bob).id);
    await until(() => expect(offersOf(alice)).toMatchObject([{ state: 'accepted' }]));
    alice.room.files.dismiss(offerIn(alice).id);
    await until(() => expect(offersOf(bob)).toMatchObject([{ state: 'withdrawn' }]));
    await until(async () => expect(await keptBy(bob)).toEqual([]));
  });

  it('is given up by its receiver half-way', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    give(alice, 'Bob', fileOf('film.bin', large));
    await until(() => expect(offersOf(bob)).toMatchObject([{ state: 'asking' }]));
    for (const link of network.linksOf(alice.session)) link.files.block();
    bob.room.files.accept(offerIn(bob).id);
    await until(() => expect(offersOf(alice)).toMatchObject([{ state: 'accepted' }]));
    bob.room.files.dismiss(offerIn(bob).id);
    await until(() => expect(offersOf(alice)).toMatchObject([{ state: 'declined' }]));
    expect(offersOf(bob)).toEqual([]);
  });

  it('fails when one of the two has gone', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    give(alice, 'Bob', fileOf('report.pdf'));
    await until(() => expect(offersOf(bob)).toHaveLength(1));
    await alice.room.remove(bob.device.identity.deviceId, false);
    for (const visit of [alice, bob]) await until(() => expect(offersOf(visit)).toMatchObject([{ state: 'failed' }]));
    bob.room.files.accept(offerIn(bob).id);
    expect(offersOf(bob)).toMatchObject([{ state: 'failed' }]);
    give(alice, personGone, fileOf('more.pdf'));
    await until(() => expect(offersOf(alice)).toMatchObject([{ state: 'failed' }, { state: 'failed' }]));
  });

  it('is offered again when its receiver comes back', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    give(alice, 'Bob', fileOf('report.pdf'));
    await until(() => expect(offersOf(bob)).toHaveLength(1));
    bob.room.sayAway();
    bob.room.close();
    const again = await comeBack(network, bob);
    await until(() => expect(offersOf(again)).toMatchObject([{ name: 'report.pdf', state: 'asking' }]));
    again.room.files.accept(offerIn(again).id);
    for (const visit of [alice, again]) await until(() => expect(offersOf(visit)).toMatchObject([{ state: 'done' }]));
  });

  it('goes on after its receiver has loaded the page anew, and is kept until it is put away', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    give(alice, 'Bob', fileOf('film.bin', large));
    await until(() => expect(offersOf(bob)).toMatchObject([{ state: 'asking' }]));
    for (const link of network.linksOf(alice.session)) link.files.block();
    bob.room.files.accept(offerIn(bob).id);
    await until(() => expect(offersOf(alice)).toMatchObject([{ state: 'accepted' }]));
    bob.room.sayAway();
    bob.room.close();
    const again = await comeBack(network, bob);
    for (const visit of [alice, again]) await until(() => expect(offersOf(visit)).toMatchObject([{ name: 'film.bin', state: 'done' }]));
    alice.room.close();
    again.room.close();
    const later = await comeBack(network, again);
    await until(() => expect(later.room.files.usage.value).toMatchObject({ count: 1, usedBytes: large }));
    expect(offersOf(later)).toEqual([{ name: 'film.bin', direction: 'from', state: 'done' }]);
    later.room.files.dismiss(offerIn(later).id);
    await until(async () => expect(await keptBy(bob)).toEqual([]));
    later.room.close();
    const last = await comeBack(network, later);
    await until(() => expect(last.room.files.usage.value.count).toBe(0));
    expect(offersOf(last)).toEqual([]);
  });

  it('is asked of nobody but its giver', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob, carol] } = await meet(network, 'Bob', 'Carol');
    give(alice, 'Bob', fileOf('film.bin', large));
    await until(() => expect(offersOf(bob)).toMatchObject([{ state: 'asking' }]));
    bob.room.files.accept(offerIn(bob).id);
    const { file } = offerIn(bob);
    if (!file) throw new Error('it has no file');
    await isHere(bob, file);
    const saidToCarol = network.links.filter((link) => link.own !== carol.session && link.other?.own === carol.session).flatMap(({ said }) => said);
    expect(saidToCarol.filter((text) => text.includes(file.id))).toEqual([]);
  });

  it('is one of at most so many: more are refused here, and not heard there', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    const many = Array.from({ length: limits.offersAPerson + 1 }, (_, at) => fileOf(`${at}.txt`));
    expect(alice.room.files.offer(bob.device.identity.deviceId, many).refused).toEqual([{ name: `${limits.offersAPerson}.txt`, reason: 'too-many' }]);
    await until(() => expect(offersOf(bob)).toHaveLength(limits.offersAPerson));
    const { file } = offerIn(alice);
    const [link] = network.linksOf(alice.session);
    for (let at = 0; at < 100; at++) link?.inject('control', toJson({ kind: 'offer', offer: `x${at}`.padEnd(22, 'x'), file: file && writeEntry(file) }));
    alice.room.conversation.send('all said');
    await until(() => expect(messagesOf(bob)).toHaveLength(1));
    expect(offersOf(bob)).toHaveLength(limits.offersAPerson);
    expect(noticesOf(bob).filter((kind) => kind === 'offered')).toHaveLength(1);
  });

  it('that is offered and taken back without end fills no screen', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob] } = await meet(network, 'Bob');
    give(alice, 'Bob', fileOf('report.pdf'));
    await until(() => expect(offersOf(bob)).toHaveLength(1));
    const { file } = offerIn(alice);
    const [link] = network.linksOf(alice.session);
    for (let at = 0; at < 100; at++) {
      const offer = `x${at}`.padEnd(22, 'x');
      link?.inject('control', toJson({ kind: 'offer', offer, file: file && writeEntry(file) }));
      link?.inject('control', toJson({ kind: 'offer-answer', offer, answer: 'withdrawn' }));
    }
    alice.room.conversation.send('all said');
    await until(() => expect(messagesOf(bob)).toHaveLength(1));
    expect(offersOf(bob).length).toBeLessThanOrEqual(limits.offersAPerson);
    expect(offersOf(bob)).toContainEqual({ name: 'report.pdf', direction: 'from', state: 'asking' });
  });

  it('is answered by its receiver alone', async () => {
    const network = new FakeNetwork();
    const { alice, guests: [bob, carol] } = await meet(network, 'Bob', 'Carol');
    give(alice, 'Bob', fileOf('report.pdf'));
    await until(() => expect(offersOf(bob)).toHaveLength(1));
    const offer = offerIn(alice).id;
    for (const answer of ['accepted', 'done', 'declined', 'withdrawn']) for (const link of network.linksOf(carol.session)) link.inject('control', toJson({ kind: 'offer-answer', offer, answer }));
    carol.room.conversation.send('all said');
    for (const visit of [alice, bob]) {
      await until(() => expect(messagesOf(visit)).toHaveLength(1));
      expect(offersOf(visit)).toMatchObject([{ state: 'asking' }]);
    }
  });
});

describe('when another tab takes the room', () => {
  it('its files are let go of, and are here again with it', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    send(alice, 'Our notes', fileOf('notes.txt'));
    const file = await fileIn(bob, 'Our notes');
    await isHere(bob, file);
    bob.room.files.attach([fileOf('mine.txt')]);
    await until(() => expect(bob.room.files.tray.value).toMatchObject([{ state: { kind: 'ready' } }]));
    const release = vi.spyOn(bob.device.filesOf(bob.room.alias), 'release');
    bob.device.holds.at(-1)?.abort();
    expect(release).toHaveBeenCalledOnce();
    expect(stateOf(bob, file)).toBe('away');
    expect(await bob.room.files.bytes(file)).toBeUndefined();
    bob.room.useHere();
    await isHere(bob, file);
    // What waits to be sent does so still.
    bob.room.conversation.send('Mine', { withTray: true });
    await isHere(alice, await fileIn(alice, 'Mine'));
  });

  it('what waits to be sent is made ready anew, since to that tab it was nothing', async () => {
    const { alice, guests: [bob] } = await meet(new FakeNetwork(), 'Bob');
    bob.room.files.attach([fileOf('mine.txt')]);
    await until(() => expect(bob.room.files.tray.value).toMatchObject([{ state: { kind: 'ready' } }]));
    bob.device.holds.at(-1)?.abort();
    const store = bob.device.filesOf(bob.room.alias);
    for (const id of bob.device.takenIds) await store.remove(id);
    bob.room.useHere();
    await until(() => expect(bob.room.people.value).toMatchObject([{ name: 'Alice', presence: 'here' }]));
    bob.room.conversation.send('Mine', { withTray: true });
    await isHere(alice, await fileIn(alice, 'Mine'));
  });
});
