/** What every FileStore must do, wherever it keeps the files. */
import { expect } from 'chai';
import { AppError } from '../../src/core/app-error';
import { chunkBytes, chunkCount, chunkHashBytes } from '../../src/core/file';
import type { FileId } from '../../src/core/ids';
import type { Bytes } from '../../src/core/log-event';
import { deriveFileId } from '../../src/protocol/file-id';
import type { FileStore, StoredFile, TakeOptions } from '../../src/storage/file-store';
import type { It } from './it';

export interface FileRoom {
  readonly files: FileStore;
  /** From now on nothing more fits, or again all. */
  setFull(isFull: boolean): Promise<void>;
}

/** `openRoom` gives the store of a new room. */
export function fileStoreSuite(it: It, openRoom: () => Promise<FileRoom>): void {
  const openFiles = async (): Promise<FileStore> => (await openRoom()).files;

  it('has nothing at first', async () => {
    const files = await openFiles();
    expect(await files.list()).to.deep.equal([]);
    expect(await files.usedBytes()).to.equal(0);
    expect(await files.open((await sample(1)).id)).to.equal(undefined);
  });

  it('takes chunks out of order and in pieces, and is whole when the last one is there', async () => {
    const files = await openFiles();
    const { id, sizeBytes, hashes, bytes } = await sample(2.5);
    const file = await files.create(id, sizeBytes, hashes);
    expect([file.id, file.sizeBytes, file.chunks.size, file.chunks.isFull]).to.deep.equal([id, sizeBytes, 0, false]);
    expect(file.hashes).to.deep.equal(hashes);
    for (const chunk of [2, 0]) expect(await file.write(chunk, piecesOf(bytes, chunk))).to.equal('kept');
    expect([0, 1, 2].map((chunk) => file.chunks.has(chunk))).to.deep.equal([true, false, true]);
    expect(await file.blob('text/plain')).to.equal(undefined);
    expect(await file.read(1)).to.equal('damaged');
    expect(await files.list()).to.deep.equal([{ id, sizeBytes, keptBytes: 1.5 * chunkBytes, whole: false, reasons: [] }]);
    expect(await files.usedBytes()).to.equal(1.5 * chunkBytes);

    expect(await file.write(1, piecesOf(bytes, 1))).to.equal('kept');
    expect(file.chunks.isFull).to.equal(true);
    for (const chunk of [0, 1, 2]) expect(await textOf(file.read(chunk))).to.equal(await textOf(partOf(bytes, chunk)));
    const blob = await file.blob('image/png');
    expect([blob?.type, blob?.size]).to.deep.equal(['image/png', sizeBytes]);
    expect(await textOf(blob)).to.equal(await textOf(bytes));
    expect(await files.list()).to.deep.equal([{ id, sizeBytes, keptBytes: sizeBytes, whole: true, reasons: [] }]);
  });

  it('keeps a file of one byte, and one that ends with a chunk', async () => {
    const files = await openFiles();
    for (const chunks of [1 / chunkBytes, 2]) {
      const one = await sample(chunks, 5);
      const file = await writeAll(files, one);
      expect(await textOf(file.blob(''))).to.equal(await textOf(one.bytes));
    }
    expect(await files.usedBytes()).to.equal(2 * chunkBytes + 1);
  });

  it('takes pieces that are views of one buffer', async () => {
    const { id, sizeBytes, hashes, bytes } = await sample(0.75);
    const file = await (await openFiles()).create(id, sizeBytes, hashes);
    const frame = new Uint8Array(sizeBytes + 20);
    frame.set(bytes, 10);
    expect(await file.write(0, [frame.subarray(10, 1_000), frame.subarray(1_000, sizeBytes + 10)])).to.equal('kept');
    expect(await textOf(file.blob(''))).to.equal(await textOf(bytes));
  });

  it('keeps nothing that is not the chunk', async () => {
    const files = await openFiles();
    const { id, sizeBytes, hashes, bytes } = await sample(2.5);
    const file = await files.create(id, sizeBytes, hashes);
    const flipped = partOf(bytes, 0);
    flipped[1_000]! ^= 1;
    expect(await file.write(0, [flipped])).to.equal('wrong');
    expect(await file.write(0, piecesOf(bytes, 1))).to.equal('wrong');
    expect(await file.write(0, [partOf(bytes, 0).slice(1)])).to.equal('wrong');
    expect(await file.write(0, [...piecesOf(bytes, 0), new Uint8Array(1)])).to.equal('wrong');
    expect(await file.write(0, [])).to.equal('wrong');
    expect(await file.write(2, piecesOf(bytes, 1))).to.equal('wrong');
    for (const chunk of [3, -1, 0.5, NaN]) expect(await file.write(chunk, piecesOf(bytes, 2))).to.equal('wrong');
    expect(file.chunks.size).to.equal(0);
    expect(await files.usedBytes()).to.equal(0);
    expect(await file.write(0, piecesOf(bytes, 0))).to.equal('kept');
  });

  it('counts a chunk once that comes twice', async () => {
    const files = await openFiles();
    const { id, sizeBytes, hashes, bytes } = await sample(2);
    const file = await files.create(id, sizeBytes, hashes);
    expect(await Promise.all([0, 0].map((chunk) => file.write(chunk, piecesOf(bytes, chunk))))).to.deep.equal(['kept', 'kept']);
    expect(file.chunks.size).to.equal(1);
    expect(await files.usedBytes()).to.equal(chunkBytes);
  });

  it('gives the same object to all who ask for a file', async () => {
    const files = await openFiles();
    const { id, sizeBytes, hashes } = await sample(1);
    const [one, other] = await Promise.all([files.create(id, sizeBytes, hashes), files.create(id, sizeBytes, hashes)]);
    expect(other).to.equal(one);
    expect(await files.open(id)).to.equal(one);
  });

  it('keeps two files apart that come at once', async () => {
    const files = await openFiles();
    const [a, b] = [await sample(3, 1), await sample(2.25, 2)];
    const [first, second] = [await files.create(a.id, a.sizeBytes, a.hashes), await files.create(b.id, b.sizeBytes, b.hashes)];
    await Promise.all([2, 1, 0].flatMap((chunk) => [first.write(chunk, piecesOf(a.bytes, chunk)), second.write(chunk, piecesOf(b.bytes, chunk))]));
    expect(await textOf(first.blob(''))).to.equal(await textOf(a.bytes));
    expect(await textOf(second.blob(''))).to.equal(await textOf(b.bytes));
    expect((await files.list()).map(({ id }) => id).toSorted()).to.deep.equal([a.id, b.id].toSorted());
  });

  it('goes on with a file that was closed', async () => {
    const files = await openFiles();
    const { id, sizeBytes, hashes, bytes } = await sample(3);
    const file = await files.create(id, sizeBytes, hashes);
    await file.write(1, piecesOf(bytes, 1));
    await file.close();
    expect(await files.usedBytes()).to.equal(chunkBytes);
    const again = await openKept(files, id);
    expect([0, 1, 2].map((chunk) => again.chunks.has(chunk))).to.deep.equal([false, true, false]);
    for (const chunk of [0, 2]) expect(await again.write(chunk, piecesOf(bytes, chunk))).to.equal('kept');
    expect(await textOf(again.blob(''))).to.equal(await textOf(bytes));
  });

  it('remembers what a file is kept for', async () => {
    const files = await openFiles();
    const one = await sample(1);
    const file = await writeAll(files, one);
    await file.setReasons(['message 1', 'message 2']);
    await file.setReasons(['olá']);
    await file.close();
    expect(await files.list()).to.deep.equal([{ id: one.id, sizeBytes: one.sizeBytes, keptBytes: one.sizeBytes, whole: true, reasons: ['olá'] }]);
    const again = await openKept(files, one.id);
    expect(again.reasons).to.deep.equal(['olá']);
    await again.setReasons([]);
    expect((await openKept(files, one.id)).reasons).to.deep.equal([]);
  });

  it('refuses a file without chunks, and a list that is not that of the file', async () => {
    const files = await openFiles();
    const { id, hashes } = await sample(2);
    for (const [sizeBytes, list] of [[0, new Uint8Array()], [-1, new Uint8Array()], [chunkBytes, hashes], [3 * chunkBytes, hashes], [chunkBytes, hashes.slice(1, 1 + chunkHashBytes - 1)]] as const) {
      expect(await failureOf((async () => files.create(id, sizeBytes, list))())).to.be.instanceOf(RangeError);
    }
    expect(await files.list()).to.deep.equal([]);
  });

  it('removes a file that is being written and read, and can begin it anew', async () => {
    const files = await openFiles();
    const one = await sample(4);
    const file = await files.create(one.id, one.sizeBytes, one.hashes);
    await file.write(0, piecesOf(one.bytes, 0));
    const under = [outcomeOf(file.write(1, piecesOf(one.bytes, 1))), outcomeOf(file.read(0)), outcomeOf(file.write(2, piecesOf(one.bytes, 2)))];
    await files.remove(one.id);
    for (const outcome of await Promise.all(under)) expect(outcome instanceof ArrayBuffer || ['kept', 'damaged', 'storage-taken'].includes(outcome as string)).to.equal(true);
    expect(await outcomeOf(file.write(3, piecesOf(one.bytes, 3)))).to.equal('storage-taken');
    expect(await file.read(0)).to.equal('damaged');
    expect(await file.blob('')).to.equal(undefined);
    expect(await files.open(one.id)).to.equal(undefined);
    expect(await files.list()).to.deep.equal([]);
    expect(await textOf((await writeAll(files, one)).blob(''))).to.equal(await textOf(one.bytes));
  });

  it('is cleared while it is written to', async () => {
    const files = await openFiles();
    const [a, b] = [await sample(3, 1), await sample(1, 2)];
    const file = await files.create(a.id, a.sizeBytes, a.hashes);
    await (await writeAll(files, b)).close();
    const under = outcomeOf(file.write(0, piecesOf(a.bytes, 0)));
    await files.clear();
    expect(await under).to.be.oneOf(['kept', 'storage-taken']);
    expect(await outcomeOf(file.write(1, piecesOf(a.bytes, 1)))).to.equal('storage-taken');
    expect(await files.list()).to.deep.equal([]);
    expect(await files.usedBytes()).to.equal(0);
    expect(await files.open(b.id)).to.equal(undefined);
    await files.remove(b.id);
  });

  it('says that the disk is full, keeps what is there, and goes on when there is room', async () => {
    const { files, setFull } = await openRoom();
    const { id, sizeBytes, hashes, bytes } = await sample(2.5);
    const file = await files.create(id, sizeBytes, hashes);
    await file.write(0, piecesOf(bytes, 0));
    await setFull(true);
    expect(await failureOf(file.write(1, piecesOf(bytes, 1)))).to.be.instanceOf(AppError).with.property('code', 'storage-full');
    expect([file.chunks.has(0), file.chunks.has(1)]).to.deep.equal([true, false]);
    expect(await textOf(file.read(0))).to.equal(await textOf(partOf(bytes, 0)));
    expect(await files.usedBytes()).to.equal(chunkBytes);
    await setFull(false);
    for (const chunk of [1, 2]) expect(await file.write(chunk, piecesOf(bytes, chunk))).to.equal('kept');
    expect(await textOf(file.blob(''))).to.equal(await textOf(bytes));
  });

  for (const copy of [true, false]) {
    it(`hashes a person's file${copy ? ' and copies it' : ''}, and has it whole by the name it is given`, async () => {
      const files = await openFiles();
      const { id, bytes, hashes, sizeBytes } = await sample(3.25);
      const told: number[] = [];
      const taken = await files.take(new Blob([bytes]), takeOptions({ copy, progress: (count) => told.push(count) }));
      expect([taken.sizeBytes, taken.hashes]).to.deep.equal([sizeBytes, hashes]);
      expect(told.at(-1)).to.equal(sizeBytes);
      expect(told).to.deep.equal(told.toSorted((a, b) => a - b));
      const file = await taken.keep(id);
      expect([file.id, file.sizeBytes, file.chunks.isFull]).to.deep.equal([id, sizeBytes, true]);
      expect(await textOf(file.read(3))).to.equal(await textOf(partOf(bytes, 3)));
      expect(await textOf(file.blob('video/mp4'))).to.equal(await textOf(bytes));
      expect(await files.open(id)).to.equal(file);
      await file.setReasons(['1']);
      expect(file.reasons).to.deep.equal(['1']);
      await files.remove(id);
      expect(await files.open(id)).to.equal(undefined);
      expect(await file.read(0)).to.be.oneOf(['damaged', 'vanished']);
    });
  }

  it('keeps nothing of a file that is not copied, but reads it, also when it was closed', async () => {
    const files = await openFiles();
    const { id, bytes } = await sample(1.5);
    const file = await (await files.take(new Blob([bytes]), takeOptions({ copy: false }))).keep(id);
    await file.close();
    expect(await files.list()).to.deep.equal([]);
    expect(await files.usedBytes()).to.equal(0);
    expect(await textOf((await openKept(files, id)).read(1))).to.equal(await textOf(partOf(bytes, 1)));
  });

  it('takes no empty file', async () => {
    expect(await outcomeOf((await openFiles()).take(new Blob([]), takeOptions({ copy: true })))).to.equal('file-unreadable');
  });

  it('ends taking a file when nobody wants it any more', async () => {
    const files = await openFiles();
    const { bytes } = await sample(8);
    const before = new AbortController();
    before.abort(new Error('not wanted'));
    expect(await failureOf(files.take(new Blob([bytes]), takeOptions({ copy: true, signal: before.signal })))).to.equal(before.signal.reason);
    const during = new AbortController();
    const taking = failureOf(files.take(new Blob([bytes]), takeOptions({ copy: true, signal: during.signal })));
    during.abort(new Error('not wanted'));
    expect(await taking).to.equal(during.signal.reason);
    expect(await files.usedBytes()).to.equal(0);
  });

  it('leaves nothing of a taken file that is discarded', async () => {
    const files = await openFiles();
    const { id, bytes } = await sample(1);
    const taken = await files.take(new Blob([bytes]), takeOptions({ copy: true }));
    await taken.discard();
    expect(await files.usedBytes()).to.equal(0);
    expect(await files.open(id)).to.equal(undefined);
  });

  it('goes on with what is kept when the same file is taken again', async () => {
    const files = await openFiles();
    const one = await sample(1.5);
    const kept = await writeAll(files, one);
    const taken = await files.take(new Blob([one.bytes]), takeOptions({ copy: true }));
    expect(await taken.keep(one.id)).to.equal(kept);
    expect(await files.usedBytes()).to.equal(one.sizeBytes);
  });

  for (const copy of [true, false]) {
    it(`makes a file whole that was here in part when its person takes it, ${copy ? 'copied' : 'not copied'}`, async () => {
      const files = await openFiles();
      const { id, sizeBytes, hashes, bytes } = await sample(3);
      const part = await files.create(id, sizeBytes, hashes);
      await part.write(1, piecesOf(bytes, 1));
      const file = await (await files.take(new Blob([bytes]), takeOptions({ copy }))).keep(id);
      expect(file.chunks.isFull).to.equal(true);
      expect(await textOf(file.blob(''))).to.equal(await textOf(bytes));
      expect(await openKept(files, id)).to.equal(file);
    });
  }
}

export interface Sample {
  readonly id: FileId;
  readonly sizeBytes: number;
  readonly hashes: Bytes;
  readonly bytes: Bytes;
}

/** A file of so many chunks; `seed` makes it another one. */
export async function sample(chunks: number, seed = 0): Promise<Sample> {
  const sizeBytes = Math.round(chunks * chunkBytes);
  const bytes = new Uint8Array(sizeBytes);
  let state = 12_345 + seed;
  for (let at = 0; at < sizeBytes; at += 1) bytes[at] = (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16;
  const hashes = new Uint8Array(chunkCount(sizeBytes) * chunkHashBytes);
  for (let chunk = 0; chunk < chunkCount(sizeBytes); chunk += 1) {
    hashes.set(new Uint8Array(await crypto.subtle.digest('SHA-256', partOf(bytes, chunk))), chunk * chunkHashBytes);
  }
  return { id: await deriveFileId(sizeBytes, hashes), sizeBytes, hashes, bytes };
}

export function partOf(bytes: Bytes, chunk: number): Bytes {
  return bytes.slice(chunk * chunkBytes, (chunk + 1) * chunkBytes);
}

/** The chunk as it comes from a peer. */
export function piecesOf(bytes: Bytes, chunk: number): Bytes[] {
  const part = partOf(bytes, chunk);
  return Array.from({ length: Math.ceil(part.length / 65_536) }, (_, index) => part.slice(index * 65_536, (index + 1) * 65_536));
}

export async function writeAll(files: FileStore, { id, sizeBytes, hashes, bytes }: Sample): Promise<StoredFile> {
  const file = await files.create(id, sizeBytes, hashes);
  for (let chunk = 0; chunk < file.chunks.count; chunk += 1) expect(await file.write(chunk, piecesOf(bytes, chunk))).to.equal('kept');
  return file;
}

export async function openKept(files: FileStore, id: FileId): Promise<StoredFile> {
  const file = await files.open(id);
  if (!file) throw new Error('the file is not kept');
  return file;
}

export function takeOptions(options: Partial<TakeOptions> & { readonly copy: boolean }): TakeOptions {
  return { signal: new AbortController().signal, progress: () => undefined, ...options };
}

/** Bytes as a short text that only they have; what are none, as it is. */
export async function textOf(value: unknown): Promise<unknown> {
  const found = await value;
  const bytes = found instanceof Blob ? await found.arrayBuffer() : found;
  if (!(bytes instanceof ArrayBuffer) && !(bytes instanceof Uint8Array)) return bytes;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Bytes));
  return `${bytes.byteLength}: ${[...digest.subarray(0, 8)].map((byte) => byte.toString(16)).join(' ')}`;
}

export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (cause: unknown) => cause);
}

/** What a promise gives, or the code of the AppError that it rejects with. */
export async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((cause: unknown) => (cause instanceof AppError ? cause.code : Promise.reject(cause)));
}
