/** Files on the disk, in a real browser: what survives, what another tab sees, what damage and a full disk do. A page is a worker of its own here. */
import { expect } from 'chai';
import { AppError } from '../../../src/core/app-error';
import { chunkBytes } from '../../../src/core/file';
import type { FileId, RoomAlias } from '../../../src/core/ids';
import type { Bytes } from '../../../src/core/log-event';
import type { Database } from '../../../src/storage/database';
import { eraseFiles, sweepFiles } from '../../../src/storage/erase-files';
import { placesIn } from '../../../src/storage/file-index';
import type { FileStore } from '../../../src/storage/file-store';
import { reachFileWork } from '../../../src/storage/file-work';
import { MemoryFileStore } from '../../../src/storage/memory-file-store';
import { openFileStore } from '../../../src/storage/open-file-store';
import { openStorage } from '../../../src/storage/open-storage';
import { OpfsFileStore } from '../../../src/storage/opfs-file-store';
import { fileStoreSuite, openKept, outcomeOf, partOf, piecesOf, sample, takeOptions, textOf, writeAll, type Sample } from '../../suites/file-store-suite';
import { room } from '../../suites/room-store-suite';
import type { DiskMode } from './disk/disk-mode';
import workerUrl from './disk/failing-disk.worker.ts?worker&url';
import { FreshDatabase, putRaw } from './fresh-database';

let alias: RoomAlias;
let pages: Page[] = [];
let undo: (() => unknown)[] = [];
beforeEach(() => (alias = crypto.randomUUID() as string as RoomAlias));
afterEach(async () => {
  for (const page of pages) page.end();
  pages = [];
  for (const restore of undo) await restore();
  undo = [];
  await eraseFiles(alias);
});

/** Those that openFileStore has started, the last one last: it keeps them to itself. */
const ownWorkers: Worker[] = [];
globalThis.Worker = class extends globalThis.Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    if (options?.name === 'file-store') ownWorkers.push(this);
  }
};

/** One page's worker, with the store of the room. */
class Page {
  readonly files: FileStore;
  readonly #worker: Worker;
  readonly #channel: BroadcastChannel;

  constructor() {
    const name = crypto.randomUUID();
    this.#channel = new BroadcastChannel(name);
    this.#worker = new Worker(workerUrl, { type: 'module', name });
    this.files = new OpfsFileStore(alias, reachFileWork(this.#worker, new AbortController().signal));
    pages.push(this);
  }

  async setDisk(mode: DiskMode): Promise<void> {
    // It listens once it has answered something.
    await this.files.usedBytes();
    const done = new Promise((resolve) => this.#channel.addEventListener('message', resolve, { once: true }));
    this.#channel.postMessage(mode);
    await done;
  }

  /** As when the browser kills a tab. */
  end(): void {
    this.#worker.terminate();
    this.#channel.close();
  }
}

describe('files on the disk', () => {
  fileStoreSuite(it, async () => {
    const page = new Page();
    return { files: page.files, setFull: (isFull) => page.setDisk(isFull ? 'throws' : 'works') };
  });
});

describe('a file on the disk', () => {
  it('is there with all that was written when its page is killed', async () => {
    const one = await sample(4.5);
    const first = new Page();
    const file = await first.files.create(one.id, one.sizeBytes, one.hashes);
    await file.setReasons(['message']);
    for (const chunk of [4, 2, 0]) await file.write(chunk, piecesOf(one.bytes, chunk));
    first.end();

    const { files } = new Page();
    expect(await files.list()).to.deep.equal([{ id: one.id, sizeBytes: one.sizeBytes, keptBytes: 2.5 * chunkBytes, whole: false, reasons: ['message'] }]);
    const again = await openKept(files, one.id);
    expect([0, 1, 2, 3, 4].filter((chunk) => again.chunks.has(chunk))).to.deep.equal([0, 2, 4]);
    expect(again.hashes).to.deep.equal(one.hashes);
    for (const chunk of [1, 3]) expect(await again.write(chunk, piecesOf(one.bytes, chunk))).to.equal('kept');
    expect(await textOf(again.blob(''))).to.equal(await textOf(one.bytes));
  });

  it('goes to the tab that has the room now, with what the other one has written', async () => {
    const one = await sample(3);
    const before = new Page();
    const lost = await before.files.create(one.id, one.sizeBytes, one.hashes);
    await lost.write(0, piecesOf(one.bytes, 0));

    const file = await openKept(new Page().files, one.id);
    expect([0, 1, 2].filter((chunk) => file.chunks.has(chunk))).to.deep.equal([0]);
    for (const chunk of [1, 2]) expect(await file.write(chunk, piecesOf(one.bytes, chunk))).to.equal('kept');
    expect(await textOf(file.blob(''))).to.equal(await textOf(one.bytes));
  });

  it('is there for a tab that has the room again as the other one has left it', async () => {
    const [one, two] = [await sample(3), await sample(1.5)];
    const { files } = new Page();
    await writeAll(files, one);
    expect(await files.usedBytes()).to.equal(one.sizeBytes);
    await files.release();

    const other = new Page();
    await other.files.remove(one.id);
    await writeAll(other.files, two);
    await other.files.release();
    expect((await files.list()).map(({ id }) => id)).to.deep.equal([two.id]);
    expect(await files.open(one.id)).to.equal(undefined);
    expect(await textOf((await writeAll(files, one)).blob(''))).to.equal(await textOf(one.bytes));
  });

  it('is taken, as far as the store is concerned, while something else holds on to it', async () => {
    const one = await sample(2);
    const { files } = new Page();
    const file = await files.create(one.id, one.sizeBytes, one.hashes);
    const handle = await (await folderOf(one.id)).getFileHandle('data', { create: true });
    const writing = await handle.createWritable();
    expect(await outcomeOf(file.write(0, piecesOf(one.bytes, 0)))).to.equal('storage-taken');
    await writing.abort();
    expect(await file.write(0, piecesOf(one.bytes, 0))).to.equal('kept');
  });

  it('can be read by everybody once it is whole', async () => {
    const one = await sample(2);
    await writeAll(new Page().files, one);
    const [b, c] = [await openKept(new Page().files, one.id), await openKept(new Page().files, one.id)];
    for (const file of [b, c]) expect(await textOf(file.read(0))).to.equal(await textOf(partOf(one.bytes, 0)));
    const blob = await b.blob('');
    expect(await textOf(c.read(1))).to.equal(await textOf(partOf(one.bytes, 1)));
    expect(await textOf(blob)).to.equal(await textOf(one.bytes));
  });
});

describe('a damaged file on the disk', () => {
  const places = placesIn(2.5 * chunkBytes);
  for (const [title, change] of [
    ['is shorter', (bytes: Bytes) => bytes.slice(0, places.reasons - 1)],
    ['is empty', () => new Uint8Array()],
    ['begins in another way', (bytes: Bytes) => flip(bytes, 3)],
    ['has another size', (bytes: Bytes) => flip(bytes, 15)],
    ['has a size beyond all files', (bytes: Bytes) => flip(bytes, 8)],
    ['has another hash', (bytes: Bytes) => flip(bytes, places.hashes + 40)],
    ['is a picture', () => new TextEncoder().encode('\u0089PNG'.repeat(1_000))],
  ] as const) {
    it(`is not there when its index ${title}, and its folder goes when one looks`, async () => {
      const one = await keptSample();
      await changeRaw(one.id, 'index', change);
      const { files } = new Page();
      expect(await files.open(one.id)).to.equal(undefined);
      expect(await files.list()).to.deep.equal([]);
      expect(await namesIn(await roomFolder())).to.deep.equal([]);
      expect(await textOf((await writeAll(files, one)).blob(''))).to.equal(await textOf(one.bytes));
    });
  }

  it('is made anew when it is wanted again before one looks', async () => {
    const one = await keptSample();
    await (await folderOf(one.id)).removeEntry('index');
    expect(await textOf((await writeAll(new Page().files, one)).blob(''))).to.equal(await textOf(one.bytes));
  });

  it('has lost only what it is kept for when that can not be read', async () => {
    const one = await keptSample();
    await changeRaw(one.id, 'index', (bytes) => flip(bytes, places.reasons + 4));
    const { files } = new Page();
    expect(await files.list()).to.deep.equal([{ id: one.id, sizeBytes: one.sizeBytes, keptBytes: one.sizeBytes, whole: true, reasons: [] }]);
    expect((await openKept(files, one.id)).reasons).to.deep.equal([]);
  });

  it('wants a chunk again that is not what it was, and is whole with it', async () => {
    const one = await keptSample();
    await changeRaw(one.id, 'data', (bytes) => flip(bytes, chunkBytes + 7));
    const { files } = new Page();
    const file = await openKept(files, one.id);
    expect(await file.read(1)).to.equal('damaged');
    expect([0, 1, 2].filter((chunk) => file.chunks.has(chunk))).to.deep.equal([0, 2]);
    expect(await file.blob('')).to.equal(undefined);
    expect(await textOf(file.read(2))).to.equal(await textOf(partOf(one.bytes, 2)));
    expect(await files.usedBytes()).to.equal(1.5 * chunkBytes);

    const later = await openKept(new Page().files, one.id);
    expect(later.chunks.has(1)).to.equal(false);
    expect(await later.write(1, piecesOf(one.bytes, 1))).to.equal('kept');
    expect(await textOf(later.blob(''))).to.equal(await textOf(one.bytes));
  });

  it('wants again what its data has lost', async () => {
    const one = await keptSample();
    await changeRaw(one.id, 'data', (bytes) => bytes.slice(0, 2 * chunkBytes - 1));
    const file = await openKept(new Page().files, one.id);
    expect([0, 1, 2].filter((chunk) => file.chunks.has(chunk))).to.deep.equal([0]);
    await (await folderOf(one.id)).removeEntry('data');
    expect((await openKept(new Page().files, one.id)).chunks.size).to.equal(0);
  });

  it('wants again what was noted when the power failed, and had not reached the disk', async () => {
    const one = await keptSample();
    // Nothing is known to have reached it; chunk 1 has not.
    await changeRaw(one.id, 'index', (bytes) => flip(bytes, places.flushed, bytes[places.flushed]));
    await changeRaw(one.id, 'data', (bytes) => bytes.fill(0, chunkBytes, 2 * chunkBytes));
    const file = await openKept(new Page().files, one.id);
    expect([0, 1, 2].filter((chunk) => file.chunks.has(chunk))).to.deep.equal([0, 2]);
    expect(await file.write(1, piecesOf(one.bytes, 1))).to.equal('kept');
    expect(await textOf(file.blob(''))).to.equal(await textOf(one.bytes));
  });

  it('does not stand in the way of the others, and neither does what is no file', async () => {
    const one = await keptSample();
    const room = await roomFolder();
    await room.getFileHandle('stray', { create: true });
    await room.getDirectoryHandle(one.id.replaceAll(/./gu, 'a'), { create: true });
    await room.getDirectoryHandle('no id', { create: true });
    const { files } = new Page();
    expect((await files.list()).map(({ id }) => id)).to.deep.equal([one.id]);
    expect(await namesIn(room)).to.deep.equal([one.id]);
  });
});

describe('a full disk', () => {
  for (const mode of ['throws', 'writes less', 'says a length that is too large'] as const) {
    it(`that ${mode} in the middle of a chunk loses nothing, and takes the chunk later`, async () => {
      const one = await sample(3);
      const page = new Page();
      const file = await page.files.create(one.id, one.sizeBytes, one.hashes);
      await file.write(0, piecesOf(one.bytes, 0));
      await page.setDisk(mode);
      expect(await outcomeOf(file.write(1, piecesOf(one.bytes, 1)))).to.equal('storage-full');
      const other = await sample(1, 2);
      expect(await outcomeOf(page.files.create(other.id, other.sizeBytes, other.hashes))).to.equal('storage-full');
      page.end();

      const { files } = new Page();
      expect((await files.list()).map(({ id, keptBytes }) => [id, keptBytes])).to.deep.equal([[one.id, chunkBytes]]);
      const again = await openKept(files, one.id);
      for (const chunk of [1, 2]) expect(await again.write(chunk, piecesOf(one.bytes, chunk))).to.equal('kept');
      expect(await textOf(again.blob(''))).to.equal(await textOf(one.bytes));
    });
  }

  it('leaves a person\'s file where it is, and nothing of it on the disk', async () => {
    const one = await sample(2.5);
    const page = new Page();
    await page.setDisk('writes less');
    const file = await (await page.files.take(new Blob([one.bytes]), takeOptions({ copy: true }))).keep(one.id);
    expect(file.chunks.isFull).to.equal(true);
    expect(await textOf(file.read(2))).to.equal(await textOf(partOf(one.bytes, 2)));
    expect(await page.files.list()).to.deep.equal([]);
    expect(await namesIn(await (await roomFolder()).getDirectoryHandle('new'))).to.deep.equal([]);
  });
});

describe('a file of this device\'s person', () => {
  it('is there after a reload when it was copied', async () => {
    const one = await sample(2.5);
    const first = new Page();
    const file = await (await first.files.take(new Blob([one.bytes]), takeOptions({ copy: true }))).keep(one.id);
    await file.setReasons(['1']);
    first.end();
    const { files } = new Page();
    expect(await files.list()).to.deep.equal([{ id: one.id, sizeBytes: one.sizeBytes, keptBytes: one.sizeBytes, whole: true, reasons: ['1'] }]);
    expect(await textOf((await openKept(files, one.id)).blob(''))).to.equal(await textOf(one.bytes));
  });

  it('leaves nothing when the page is killed while it is copied', async () => {
    const one = await sample(2);
    const first = new Page();
    await first.files.take(new Blob([one.bytes]), takeOptions({ copy: true }));
    first.end();
    expect(await new Page().files.list()).to.deep.equal([]);
    expect(await namesIn(await roomFolder())).to.deep.equal([]);
  });

  it('is said to have changed, or to have vanished, when it is read where it was', async () => {
    const one = await sample(3);
    const { files } = new Page();
    const place = await (await navigator.storage.getDirectory()).getDirectoryHandle(`own-${alias}`, { create: true });
    undo.push(async () => (await navigator.storage.getDirectory()).removeEntry(`own-${alias}`, { recursive: true }));
    const handle = await place.getFileHandle('holiday.mp4', { create: true });
    await overwrite(handle, one.bytes);
    const file = await (await files.take(await handle.getFile(), takeOptions({ copy: false }))).keep(one.id);
    expect(await textOf(file.read(1))).to.equal(await textOf(partOf(one.bytes, 1)));
    await overwrite(handle, one.bytes.slice(0, chunkBytes));
    expect(await file.read(1)).to.equal('changed');
    await place.removeEntry('holiday.mp4');
    expect(await file.read(1)).to.equal('vanished');
  });

  it('can not be taken when it is changed, or goes, before it was read to its end', async () => {
    const one = await sample(3);
    const { files } = new Page();
    const handle = await (await roomFolder()).getFileHandle('own', { create: true });
    await overwrite(handle, one.bytes);
    const before = await handle.getFile();
    await overwrite(handle, one.bytes.slice(0, 5));
    for (const copy of [true, false]) expect(await outcomeOf(files.take(before, takeOptions({ copy })))).to.equal('file-unreadable');
    await (await roomFolder()).removeEntry('own');
    expect(await outcomeOf(files.take(before, takeOptions({ copy: true })))).to.equal('file-unreadable');
    expect(await files.usedBytes()).to.equal(0);
  });
});

describe('a room that is forgotten', () => {
  it('leaves no file on the disk, also while another tab writes to one', async () => {
    const [one, other] = [await sample(2, 1), await sample(2, 2)];
    const page = new Page();
    await writeAll(page.files, one);
    const file = await page.files.create(other.id, other.sizeBytes, other.hashes);
    await file.write(0, piecesOf(other.bytes, 0));
    await eraseFiles(alias);
    expect(await namesIn(await filesFolder())).not.to.include(alias);
    expect(await outcomeOf(file.write(1, piecesOf(other.bytes, 1)))).to.equal('storage-taken');
    expect(await namesIn(await filesFolder())).not.to.include(alias);
    await eraseFiles(alias);
  });

  it('is forgotten where there are no files, and where the database does not answer', async () => {
    const { eraseRoom } = await import('../../../src/storage/erase-room');
    await keptSample();
    const blocked: Pick<Database, 'writeAcross'> = { writeAcross: () => Promise.reject(new AppError('storage-blocked')) };
    expect(await outcomeOf(eraseRoom(blocked as Database, alias))).to.equal('storage-blocked');
    expect(await namesIn(await filesFolder())).not.to.include(alias);

    refuseDisk();
    const answering: Pick<Database, 'writeAcross'> = { writeAcross: async () => [] as never };
    await eraseRoom(answering as Database, alias);
  });

  it('has its files swept away later when it could not let go of them; those of other rooms stay', async () => {
    await keptSample();
    const folder = await filesFolder();
    await sweepFiles(async () => new Set(await namesIn(folder)));
    expect(await namesIn(folder)).to.include(alias);
    await sweepFiles(async () => new Set((await namesIn(folder)).filter((name) => name !== alias)));
    expect(await namesIn(folder)).not.to.include(alias);
    refuseDisk();
    await sweepFiles(async () => new Set());
  });
});

describe('the files of a room', () => {
  const itself = (url: string): string => url;

  it('are in memory where the browser gives no disk, or the worker does not start; else on the disk, by one worker a page', async () => {
    const restore = refuseDisk();
    expect(await openFileStore(alias, itself)).to.be.instanceOf(MemoryFileStore);
    restore();
    const broken = URL.createObjectURL(new Blob(['throw new Error("broken")'], { type: 'text/javascript' }));
    expect(await openFileStore(alias, () => broken)).to.be.instanceOf(MemoryFileStore);
    URL.revokeObjectURL(broken);

    const one = await sample(1);
    const file = await writeAll(await openFileStore(alias, itself), one);
    await file.close();
    const again = await openFileStore(alias, () => { throw new Error('there is one already'); });
    for (const files of [again, new Page().files]) expect((await files.list()).map(({ id }) => id)).to.deep.equal([one.id]);
  });
});

describe('a worker that the browser ends without a word', () => {
  it('leaves nobody waiting, and the next room has another one', async () => {
    const files = await openFileStore(alias, (url) => url);
    const one = await sample(1);
    await files.create(one.id, one.sizeBytes, one.hashes);
    const asked = files.usedBytes().then(
      () => 'answered',
      (failure: unknown) => (failure instanceof AppError ? failure.code : 'something else'),
    );
    ownWorkers.at(-1)?.terminate();
    expect(await asked).to.equal('storage-blocked');
    expect(await files.list().catch((failure: AppError) => failure.code)).to.equal('storage-blocked');
    const again = await openFileStore(alias, (url) => url);
    expect(again).to.be.instanceOf(OpfsFileStore);
    expect((await again.list()).map(({ id }) => id)).to.deep.equal([one.id]);
  });
});

describe('files beside the other things that are kept of rooms', () => {
  const itself = (url: string): string => url;
  let fresh: FreshDatabase;
  beforeEach(() => (fresh = new FreshDatabase()));
  afterEach(() => fresh.clean());

  it('are in one store a room, on the disk, without those of rooms that nobody knows any more', async () => {
    await keptSample();
    const { rooms, roomStores } = await openStorage(fresh.name);
    const other = await rooms.ensureByCode(room(crypto.randomUUID(), { state: 'kept' }));
    const stores = await roomStores();
    const files = await stores.filesOf(other.alias, itself);
    expect(await stores.filesOf(other.alias, itself)).to.equal(files);
    expect(await stores.filesOf(alias, itself)).not.to.equal(files);
    expect(files).to.be.instanceOf(OpfsFileStore);
    await until(async () => !(await namesIn(await filesFolder())).includes(alias));

    await writeAll(files, await sample(1));
    await rooms.remove(other.alias);
    expect(await namesIn(await filesFolder())).not.to.include(other.alias);
  });

  it('are in memory where there is no database, since the room would not be found again', async () => {
    Object.defineProperty(indexedDB, 'open', { configurable: true, value: () => { throw new DOMException('refused', 'SecurityError'); } });
    undo.push(() => Reflect.deleteProperty(indexedDB, 'open'));
    const stores = await (await openStorage(fresh.name)).roomStores();
    const files = await stores.filesOf(alias, itself);
    expect(files).to.be.instanceOf(MemoryFileStore);
    expect(await stores.filesOf(alias, itself)).to.equal(files);
    // Before the database is cleaned up.
    Reflect.deleteProperty(indexedDB, 'open');
  });

  it('have the quota of their room, if its person chose one', async () => {
    const { rooms } = await openStorage(fresh.name);
    await rooms.ensureByCode(room('a', { filesQuotaBytes: 5_000_000_000 }));
    const again = (await openStorage(fresh.name)).rooms;
    expect((await again.byAlias(room('a').alias))?.filesQuotaBytes).to.equal(5_000_000_000);
    for (const damaged of [-1, 0.5, 'much', null]) {
      await putRaw(fresh.name, 'rooms', room('a', { filesQuotaBytes: damaged as number }));
      expect(await (await openStorage(fresh.name)).rooms.byAlias(room('a').alias)).to.deep.equal(room('a'));
    }
  });
});

/** A whole file of two and a half chunks, which no page has open. */
async function keptSample(): Promise<Sample> {
  const one = await sample(2.5);
  const file = await writeAll(new Page().files, one);
  await file.setReasons(['message']);
  await file.close();
  return one;
}

async function filesFolder(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle('files', { create: true });
}

async function roomFolder(): Promise<FileSystemDirectoryHandle> {
  return (await filesFolder()).getDirectoryHandle(alias, { create: true });
}

async function folderOf(id: FileId): Promise<FileSystemDirectoryHandle> {
  return (await roomFolder()).getDirectoryHandle(id);
}

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names.toSorted();
}

/** Past all our code. */
async function changeRaw(id: FileId, name: string, change: (bytes: Bytes) => Bytes): Promise<void> {
  const handle = await (await folderOf(id)).getFileHandle(name);
  await overwrite(handle, change(new Uint8Array(await (await handle.getFile()).arrayBuffer())));
}

async function overwrite(handle: FileSystemFileHandle, bytes: Bytes): Promise<void> {
  const writing = await handle.createWritable();
  await writing.write(bytes);
  await writing.close();
}

/** The sweep is nobody's to wait for. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(requestAnimationFrame);
}

function flip(bytes: Bytes, at: number, mask = 1): Bytes {
  bytes[at] = (bytes[at] ?? 0) ^ mask;
  return bytes;
}

/** As a private window of Firefox does. */
function refuseDisk(): () => void {
  Object.defineProperty(navigator.storage, 'getDirectory', { configurable: true, value: () => Promise.reject(new DOMException('refused', 'SecurityError')) });
  // The real one is the prototype's.
  const restore = (): boolean => Reflect.deleteProperty(navigator.storage, 'getDirectory');
  undo.push(restore);
  return restore;
}
