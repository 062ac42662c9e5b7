import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../../src/config';
import { chunkBytes, chunkCount } from '../../../../src/core/file';
import type { Bytes } from '../../../../src/core/log-event';
import { encodeFilePiece, hashListChunk } from '../../../../src/protocol/file-piece';
import type { FileFrame, Frame } from '../../../../src/protocol/frames';
import type { FileLineEnd } from '../../../support/file-line';
import { FileWorld, type FilePerson } from '../../../support/file-world';
import { useCheapCrypto } from '../../../support/log-simulation/cheap-crypto';
import type { PlainFile } from '../../../support/plain-file-store';
import { SeededRandom } from '../../../support/simulation/seeded-random';

const megabyte = 1024 ** 2;
const slow = { delayMs: 20, bytesPerSecond: megabyte, windowBytes: megabyte };
const quick = { delayMs: 5, bytesPerSecond: 64 * megabyte, windowBytes: 4 * megabyte };

let restore: () => void;
beforeEach(() => {
  restore = useCheapCrypto(new SeededRandom(1));
});
afterEach(() => restore());

/** What a stranger says it has, and sends instead of the hashes and the chunks of a file; `undefined`: nothing. */
interface Lies {
  readonly list?: Bytes;
  readonly chunk?: (chunk: number) => Bytes | undefined;
}

/** Mallory answers like a source that has all of it. */
function pretend(mallory: FileLineEnd, file: PlainFile, { list = file.hashes, chunk = (at) => file.content.slice(at * chunkBytes, (at + 1) * chunkBytes) }: Lies): { asked: number } {
  const count = { asked: 0 };
  const give = (ticket: number, at: number, bytes: Bytes | undefined): void => {
    if (!bytes) return;
    for (let offset = 0; offset < bytes.length; offset += limits.filePieceBytes) {
      void mallory.files.send(encodeFilePiece({ ticket, chunk: at, offset, bytes: bytes.slice(offset, offset + limits.filePieceBytes) }));
    }
  };
  mallory.listen((frame) => {
    if ('id' in frame && frame.id !== file.id) return;
    if (frame.kind === 'file-ask') mallory.send({ kind: 'file-have', id: frame.id, whole: true });
    if (frame.kind === 'file-list') give(frame.ticket, hashListChunk, list);
    if (frame.kind === 'file-list' || frame.kind === 'file-get') count.asked += 1;
    if (frame.kind === 'file-get') for (const at of frame.chunks) give(frame.ticket, at, chunk(at));
  });
  return count;
}

function noes(end: FileLineEnd): readonly Extract<FileFrame, { kind: 'file-no' }>[] {
  return end.sent.filter((frame: Frame) => frame.kind === 'file-no');
}

/** As an honest peer does before it wants anything. */
async function askAbout(world: FileWorld, stranger: FileLineEnd, ...files: readonly PlainFile[]): Promise<void> {
  for (const { id } of files) stranger.send({ kind: 'file-ask', id });
  await world.clock.runFor(100);
}

async function give(person: FilePerson, world: FileWorld, sizeBytes: number): Promise<PlainFile> {
  const file = await person.store.put(world.content(sizeBytes));
  person.transfers.held(file);
  return file;
}

/** Bob, and a file that Alice has; he hasn't met her yet. */
async function bobAlone(sizeBytes: number) {
  const world = new FileWorld();
  const [alice, bob] = [world.person('Alice'), world.person('Bob')];
  return { world, alice, bob, file: await give(alice, world, sizeBytes) };
}

describe('a source', () => {
  it('whose list of hashes is not that of the file is asked no more, and the file comes from another', async () => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    const asked = pretend(bob.meetStranger('Mallory', quick), file, { list: world.content(file.hashes.length) });
    bob.transfers.fetch(file);
    await world.clock.runFor(2_000);
    const before = asked.asked;
    expect(before).toBeGreaterThan(0);
    alice.meet(bob, quick);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
    expect(asked.asked).toBe(before);
  });

  it('whose list is of another length is asked no more', async () => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    pretend(bob.meetStranger('Mallory', quick), file, { list: world.content(2 * file.hashes.length) });
    bob.transfers.fetch(file);
    await world.clock.runFor(1_000);
    alice.meet(bob, quick);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
  });

  it('that gives no list keeps nobody from getting it elsewhere', async () => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    bob.meetStranger('Mallory', quick).listen((frame) => {
      if (frame.kind === 'file-ask') bob.endTo({ device: malloryDevice }).hear({ kind: 'file-have', id: frame.id, whole: true });
    });
    bob.transfers.fetch(file);
    await world.clock.runFor(100);
    alice.meet(bob, quick);
    await world.until(() => bob.isHere(file), 20_000);
  });

  it('that sends a wrong chunk is set aside, and the chunk comes from another; after two its link is closed', async () => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    const mallory = bob.meetStranger('Mallory', quick);
    pretend(mallory, file, { chunk: (at) => (at === 3 ? world.content(chunkBytes) : file.content.slice(at * chunkBytes, (at + 1) * chunkBytes)) });
    bob.transfers.fetch(file);
    await world.until(() => bob.state(file).kind === 'paused');
    expect(bob.misbehaved).toEqual([]);
    alice.meet(bob, quick);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);

    const other = await give(alice, world, 2 * megabyte);
    pretend(mallory, other, { chunk: () => world.content(chunkBytes) });
    bob.transfers.fetch(other);
    await world.until(() => bob.isHere(other));
    expect(bob.has(other)).toBe(true);
    expect(bob.misbehaved).toEqual([malloryDevice]);
  });

  it('that goes while what it sent is still being checked costs nobody anything', async () => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    const carol = world.person('Carol');
    carol.transfers.held(await carol.store.put(file.content));
    bob.store.delay = () => new Promise((resolve) => void world.clock.setTimer(400, resolve));
    const mallory = bob.meetStranger('Mallory', quick);
    pretend(mallory, file, { chunk: () => world.content(chunkBytes) });
    bob.transfers.fetch(file);
    await world.until(() => bob.store.mostWrites > 0);
    mallory.cut();
    alice.meet(bob, quick);
    carol.meet(bob, quick);
    await world.until(() => bob.isHere(file), 20_000);
    expect(bob.has(file)).toBe(true);
  });

  it('that says it has all and sends nothing is waited for, but not counted upon', async () => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    pretend(bob.meetStranger('Mallory', quick), file, { chunk: () => undefined });
    bob.transfers.fetch(file);
    await world.until(() => bob.state(file).kind === 'paused');
    expect(bob.state(file)).toMatchObject({ reason: 'no-source' });
    alice.meet(bob, quick);
    await world.until(() => bob.isHere(file), 5_000);
    expect(bob.has(file)).toBe(true);
  });

  it('that sends a little now and then delays nobody who has a better one', async () => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    const mallory = bob.meetStranger('Mallory', { ...quick, bytesPerSecond: 20_000 });
    pretend(mallory, file, {});
    alice.meet(bob, quick);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file), 15_000);
    expect(bob.has(file)).toBe(true);
  });

  it('may send pieces that nobody can use, which change nothing; beyond a measure its link is closed', async () => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    const mallory = bob.meetStranger('Mallory', quick);
    const junk = world.content(limits.filePieceBytes);
    mallory.listen((frame) => {
      if (frame.kind === 'file-ask') mallory.send({ kind: 'file-have', id: frame.id, whole: true });
      if (frame.kind === 'file-list') void mallory.files.send(encodeFilePiece({ ticket: frame.ticket, chunk: hashListChunk, offset: 0, bytes: file.hashes }));
      if (frame.kind !== 'file-get') return;
      const { ticket, chunks } = frame;
      const [chunk = 0] = chunks;
      for (const piece of [
        { ticket: ticket + 7, chunk, offset: 0, bytes: junk },
        { ticket, chunk: 65_000, offset: 0, bytes: junk },
        { ticket, chunk, offset: 64 * limits.filePieceBytes, bytes: junk },
        { ticket, chunk, offset: 0, bytes: junk.slice(1) },
      ]) {
        void mallory.files.send(encodeFilePiece(piece));
      }
    });
    bob.transfers.fetch(file);
    await world.clock.runFor(1_000);
    expect(bob.misbehaved).toEqual([]);
    alice.meet(bob, quick);
    await world.until(() => bob.isHere(file), 20_000);
    expect(bob.has(file)).toBe(true);
    for (let bytes = 0; bytes <= limits.unaskedFileBytes + 8 * megabyte && bob.misbehaved.length === 0; bytes += junk.length) {
      bob.endTo({ device: malloryDevice }).files.hear(encodeFilePiece({ ticket: 9, chunk: 0, offset: 0, bytes: junk }).buffer);
    }
    expect(bob.misbehaved).toEqual([malloryDevice]);
  });

  it('that sends the smallest pieces without end is let go of before that is much work', async () => {
    const { bob } = await bobAlone(megabyte);
    bob.meetStranger('Mallory', quick);
    const junk = encodeFilePiece({ ticket: 9, chunk: 0, offset: 0, bytes: new Uint8Array(1) });
    for (let pieces = 0; pieces < 10_000 && bob.misbehaved.length === 0; pieces += 1) bob.endTo({ device: malloryDevice }).files.hear(junk.slice().buffer);
    expect(bob.misbehaved).toEqual([malloryDevice]);
  });

  it('may say what it likes of files, tickets and chunks that nobody asked about', async () => {
    const { world, alice, bob, file } = await bobAlone(megabyte);
    const mallory = bob.meetStranger('Mallory', quick);
    const other = await world.person('Eve').store.put(world.content(100));
    for (const frame of [
      { kind: 'file-have', id: other.id, whole: true },
      { kind: 'file-have', id: file.id, whole: false, bits: 'A'.repeat(10_000) },
      { kind: 'file-no', ticket: 1, reason: 'vanished' },
      { kind: 'file-no', ticket: 4_000_000_000, chunk: 65_535, reason: 'busy' },
      { kind: 'file-stop', ticket: 3 },
      { kind: 'file-unask', id: other.id },
    ] as const) {
      mallory.send(frame);
    }
    bob.transfers.fetch(file);
    mallory.listen((frame) => {
      // No base64url: a length that can't be.
      if (frame.kind === 'file-ask') mallory.send({ kind: 'file-have', id: frame.id, whole: false, bits: 'AAAAA' });
    });
    await world.clock.runFor(500);
    alice.meet(bob, quick);
    await world.until(() => bob.isHere(file));
    expect(bob.misbehaved).toEqual([]);
  });
});

describe('a description with a size that the file has not', () => {
  it('leads nowhere, and leaves the true one alone', async () => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    const lies = [
      { id: file.id, sizeBytes: file.sizeBytes + 1 },
      { id: file.id, sizeBytes: 10 },
      { id: file.id, sizeBytes: limits.fileBytes },
    ];
    alice.meet(bob, quick);
    for (const lie of lies) bob.transfers.fetch(lie);
    await world.until(() => lies.every((lie) => bob.state(lie).kind === 'paused'), 20_000);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
    expect(lies.map((lie) => bob.state(lie).kind)).not.toContain('here');
    expect(bob.misbehaved).toEqual([]);
  });
});

describe("a sender's own file", () => {
  it.each(['changed', 'vanished'] as const)('that has %s is told of as lost, and comes from another who has it', async (fault) => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    alice.meet(bob, slow);
    bob.transfers.fetch(file);
    await world.until(() => (bob.store.files.get(file.id)?.chunks.size ?? 0) > 2);
    file.fault = fault;
    await world.until(() => bob.state(file).kind === 'paused');
    expect(alice.state(file)).toEqual({ kind: 'lost', reason: fault });
    expect(bob.state(file)).toMatchObject({ reason: 'no-source' });
    const carol = world.person('Carol');
    carol.transfers.held(await carol.store.put(file.content));
    carol.meet(bob, slow);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
  });

  it('that is damaged on the disk is mended from another, who has it', async () => {
    const { world, alice, bob, file } = await bobAlone(3 * megabyte);
    alice.meet(bob, quick);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    const carol = world.person('Carol');
    carol.meet(alice, quick);
    file.fault = 'damaged';
    carol.transfers.fetch(file);
    await world.until(() => alice.state(file).kind !== 'here');
    file.fault = undefined;
    await world.until(() => carol.isHere(file) && alice.isHere(file), 30_000);
    expect(carol.has(file)).toBe(true);
  });
});

describe('a receiver', () => {
  it('that asks for everything for ever gets its share, then its link is closed; nobody else notices', async () => {
    const { world, alice, bob, file } = await bobAlone(10 * megabyte);
    const all = Array.from({ length: chunkCount(file.sizeBytes) }, (_, chunk) => chunk);
    const mallory = alice.meetStranger('Mallory', quick);
    await askAbout(world, mallory, file);
    let ticket = 1;
    const pester = (): void => {
      if (mallory.signal.aborted) return;
      mallory.send({ kind: 'file-get', ticket: ticket++, id: file.id, chunks: all });
      world.clock.setTimer(20, pester);
    };
    pester();
    alice.meet(bob, slow);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file), 15_000);
    expect(bob.has(file)).toBe(true);
    await world.until(() => alice.misbehaved.length > 0, 120_000);
    expect(alice.misbehaved).toEqual([malloryDevice]);
    expect(mallory.files.cameBytes).toBeLessThan(3.1 * file.sizeBytes);
    expect(noes(alice.endTo({ device: malloryDevice })).map(({ reason }) => reason)).toContain('busy');
  });

  it('that comes again and again gets no more for it', async () => {
    const { world, alice, file } = await bobAlone(4 * megabyte);
    const all = Array.from({ length: chunkCount(file.sizeBytes) }, (_, chunk) => chunk);
    let cameBytes = 0;
    for (let times = 0; times < 8; times++) {
      const mallory = alice.meetStranger('Mallory', quick);
      await askAbout(world, mallory, file);
      mallory.send({ kind: 'file-get', ticket: 1, id: file.id, chunks: all });
      await world.clock.runFor(2_000);
      cameBytes += mallory.files.cameBytes;
      mallory.cut();
    }
    expect(cameBytes).toBeGreaterThan(2 * file.sizeBytes);
    expect(cameBytes).toBeLessThan(3.1 * file.sizeBytes);
  });

  it('that may not have a file is told that it is not here, however it asks', async () => {
    const { world, alice, file } = await bobAlone(megabyte);
    alice.withheld.add(file.id);
    const mallory = alice.meetStranger('Mallory', quick);
    await askAbout(world, mallory, file);
    mallory.send({ kind: 'file-get', ticket: 1, id: file.id, chunks: [0] });
    mallory.send({ kind: 'file-list', ticket: 2, id: file.id });
    await world.clock.runFor(500);
    const { sent } = alice.endTo({ device: malloryDevice });
    expect(sent.filter(({ kind }) => kind === 'file-have')).toEqual([{ kind: 'file-have', id: file.id, whole: false }]);
    expect(noes(alice.endTo({ device: malloryDevice })).map(({ reason }) => reason)).toEqual(['lacking', 'lacking']);
    expect(mallory.files.cameBytes).toBe(0);
  });

  it('that asks for what is not here is told so', async () => {
    const { world, alice, file } = await bobAlone(megabyte);
    const unknown = await world.person('Eve').store.put(world.content(100));
    const mallory = alice.meetStranger('Mallory', quick);
    await askAbout(world, mallory, file);
    mallory.send({ kind: 'file-get', ticket: 1, id: unknown.id, chunks: [0] });
    mallory.send({ kind: 'file-list', ticket: 2, id: unknown.id });
    mallory.send({ kind: 'file-get', ticket: 3, id: file.id, chunks: [4] });
    await world.clock.runFor(500);
    const sent = noes(alice.endTo({ device: malloryDevice }));
    expect(sent).toEqual([1, 2, 3].map((ticket) => ({ kind: 'file-no', ticket, reason: 'lacking' })));
    expect(mallory.files.cameBytes).toBe(0);
  });

  it('that asks by one ticket for two files gets one of them', async () => {
    const { world, alice, file } = await bobAlone(3 * megabyte);
    const other = await give(alice, world, 3 * megabyte);
    const all = Array.from({ length: chunkCount(file.sizeBytes) }, (_, chunk) => chunk);
    const mallory = alice.meetStranger('Mallory', slow);
    await askAbout(world, mallory, file, other);
    mallory.send({ kind: 'file-get', ticket: 1, id: file.id, chunks: all });
    mallory.send({ kind: 'file-get', ticket: 1, id: other.id, chunks: all });
    await world.clock.runFor(10_000);
    expect(mallory.files.cameBytes).toBeLessThan(3.1 * megabyte);
    expect(noes(alice.endTo({ device: malloryDevice })).map(({ reason }) => reason)).toEqual(['busy']);
  });

  it('that asks about more files than it may is told of the last ones', async () => {
    const { world, alice } = await bobAlone(1_000);
    const files = [];
    for (let more = 0; more < limits.filesAsked + 20; more++) files.push(await give(alice, world, 1_000 + more));
    const mallory = alice.meetStranger('Mallory', quick);
    for (const { id } of files) mallory.send({ kind: 'file-ask', id });
    await world.clock.runFor(1_000);
    const end = alice.endTo({ device: malloryDevice });
    end.sent.length = 0;
    for (const { id } of files) alice.transfers.dropped(id);
    await world.clock.runFor(2_000);
    expect(end.sent.filter(({ kind }) => kind === 'file-have')).toHaveLength(limits.filesAsked);
  });
});

const malloryDevice = FileWorld.deviceOf('Mallory');
