import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../../src/config';
import { chunkBytes, chunkCount } from '../../../../src/core/file';
import type { FileState } from '../../../../src/session/files/files-face';
import { FileWorld, type FilePerson } from '../../../support/file-world';
import { useCheapCrypto } from '../../../support/log-simulation/cheap-crypto';
import type { PlainFile } from '../../../support/plain-file-store';
import { SeededRandom } from '../../../support/simulation/seeded-random';

const megabyte = 1024 ** 2;
const slow = { delayMs: 20, bytesPerSecond: megabyte, windowBytes: megabyte };

let restore: () => void;
beforeEach(() => {
  restore = useCheapCrypto(new SeededRandom(1));
});
afterEach(() => restore());

async function give(person: FilePerson, world: FileWorld, sizeBytes: number): Promise<PlainFile> {
  const file = await person.store.put(world.content(sizeBytes));
  person.transfers.held(file);
  return file;
}

/** Alice has a file, Bob has met her. */
async function aliceAndBob(sizeBytes: number, conditions = slow) {
  const world = new FileWorld();
  const [alice, bob] = [world.person('Alice'), world.person('Bob')];
  const file = await give(alice, world, sizeBytes);
  const [, bobsEnd] = alice.meet(bob, conditions);
  return { world, alice, bob, file, bobsEnd };
}

function kept(person: FilePerson, file: PlainFile): number {
  return person.store.files.get(file.id)?.chunks.size ?? 0;
}

describe('a file that one member has', () => {
  it('comes whole, each chunk once', async () => {
    const { world, bob, file } = await aliceAndBob(5 * megabyte + 5);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
    expect(bob.store.writtenBytes).toBe(file.sizeBytes);
    expect(bob.kept).toHaveLength(chunkCount(file.sizeBytes));
  });

  it('of one byte comes within two round trips after it was asked who has it', async () => {
    const { world, bob, file } = await aliceAndBob(1, { ...slow, delayMs: 50 });
    const startMs = world.clock.nowMs;
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
    expect(world.clock.nowMs - startMs).toBeLessThan(230);
  });

  it('fills a long line that is not slow', async () => {
    const { world, bob, file } = await aliceAndBob(24 * megabyte, { delayMs: 50, bytesPerSecond: 8 * megabyte, windowBytes: megabyte / 8 });
    const startMs = world.clock.nowMs;
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    const bytesPerSecond = (1_000 * file.sizeBytes) / (world.clock.nowMs - startMs);
    // One connection would carry 1.25 MiB a second.
    expect(bytesPerSecond).toBeGreaterThan(4 * 1.25 * megabyte);
  });

  it('is told of: how much is here, how fast it comes, how long it takes yet', async () => {
    const { world, bob, file } = await aliceAndBob(8 * megabyte);
    const states: FileState[] = [];
    bob.transfers.state(file).subscribe((state) => states.push(state));
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 12);
    const state = bob.state(file);
    expect(state).toMatchObject({ kind: 'coming' });
    if (state.kind !== 'coming') return;
    expect(state.receivedBytes).toBeGreaterThan(10 * chunkBytes);
    expect(state.bytesPerSecond).toBeGreaterThan(0.7 * megabyte);
    expect(state.bytesPerSecond).toBeLessThan(1.2 * megabyte);
    expect(state.secondsLeft).toBeGreaterThan(3.5);
    expect(state.secondsLeft).toBeLessThan(8);
    const startMs = world.clock.nowMs;
    states.length = 0;
    await world.until(() => bob.isHere(file));
    // At most four times a second, and at the end.
    expect(states.length).toBeLessThanOrEqual(4 * Math.ceil((world.clock.nowMs - startMs) / 1_000) + 2);
  });

  it('is known to be had before it is fetched, without a byte of it', async () => {
    const { world, bob, file, bobsEnd } = await aliceAndBob(megabyte);
    const state = bob.transfers.state(file);
    await world.until(() => state.value.kind === 'away' && state.value.sources === 1);
    expect(bobsEnd.files.cameBytes).toBe(0);
  });

  it('shows its sender to whom it goes, and how far it is', async () => {
    const { world, alice, bob, file } = await aliceAndBob(4 * megabyte);
    const sent = alice.transfers.sentTo(bob.device, file.id);
    bob.transfers.fetch(file);
    await world.until(() => sent.value >= megabyte);
    expect(alice.state(file)).toMatchObject({ kind: 'here', sending: { people: [bob.device] } });
    await world.until(() => sent.value === file.sizeBytes);
    await world.clock.runFor(5_000);
    expect(alice.state(file)).toEqual({ kind: 'here', sending: undefined });
  });

  it('that another page has written down meanwhile is here as soon as it is wanted, and asked about no more', async () => {
    const { world, bob, file, bobsEnd } = await aliceAndBob(3 * megabyte);
    await world.clock.runFor(100);
    const own = await bob.store.put(file.content);
    bob.transfers.fetch(own);
    await world.until(() => bob.isHere(own));
    await world.clock.runFor(10_000);
    expect(bob.store.writtenBytes).toBe(0);
    expect(bobsEnd.sent.at(-1)).toEqual({ kind: 'file-unask', id: own.id });
  });

  it('comes however many others are asked for at once', async () => {
    const world = new FileWorld();
    const [alice, bob] = [world.person('Alice'), world.person('Bob')];
    const files: PlainFile[] = [];
    for (let count = 0; count < 4 * limits.filesAsked; count += 1) files.push(await give(alice, world, 100 + count));
    alice.meet(bob, { delayMs: 1, bytesPerSecond: 64 * megabyte, windowBytes: megabyte });
    for (const file of files) bob.transfers.fetch(file);
    await world.until(() => files.every((file) => bob.isHere(file)));
    expect(alice.misbehaved).toEqual([]);
  });

  it('is given to nobody while it can’t be known who may have it', async () => {
    const { world, alice, bob, file } = await aliceAndBob(megabyte);
    alice.isLogBlocked = true;
    bob.transfers.fetch(file);
    await world.until(() => bob.state(file).kind === 'paused');
    expect(bob.state(file)).toMatchObject({ reason: 'no-source' });
  });

  it('leaves no clock running when all is done', async () => {
    const { world, alice, bob, file } = await aliceAndBob(4 * megabyte);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    expect(alice.timerCount).toBeGreaterThan(0);
    await world.clock.runFor(10_000);
    expect([alice.timerCount, bob.timerCount]).toEqual([0, 0]);
  });

  it('goes by the link when it is small, and by lanes when it is not', async () => {
    const small = await aliceAndBob(limits.autoFileBytes);
    small.bob.transfers.fetch(small.file);
    await small.world.until(() => small.bob.isHere(small.file));
    expect(small.bobsEnd.files.wishes).toEqual([]);
    const large = await aliceAndBob(8 * megabyte);
    large.bob.transfers.fetch(large.file);
    await large.world.until(() => large.bob.isHere(large.file));
    await large.world.clock.runFor(1_000);
    expect(Math.max(...large.bobsEnd.files.wishes)).toBeGreaterThan(0);
    expect(large.bobsEnd.files.wishes.at(-1)).toBe(0);
  });
});

describe('a cut', () => {
  it('costs a chunk at most when the receiver comes back, and nothing of what was kept', async () => {
    const { world, alice, bob, file, bobsEnd } = await aliceAndBob(6 * megabyte, { ...slow, windowBytes: 2 * megabyte });
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 10);
    bob.leave();
    const keptBefore = kept(bob, file);
    const cameBefore = bobsEnd.files.cameBytes;
    const again = world.person('Bob', bob.store);
    const [, end] = alice.meet(again, slow);
    await world.until(() => again.state(file).kind === 'paused');
    expect(again.state(file)).toMatchObject({ receivedBytes: keptBefore * chunkBytes });
    again.transfers.fetch(file);
    await world.until(() => again.isHere(file));
    expect(again.has(file)).toBe(true);
    const heads = 1.01;
    expect(cameBefore + end.files.cameBytes).toBeLessThan(heads * file.sizeBytes + chunkBytes);
  });

  it('by which a lane takes along what is on it is made good by the others', async () => {
    const { world, alice, bob, file } = await aliceAndBob(24 * megabyte, { delayMs: 25, bytesPerSecond: 4 * megabyte, windowBytes: megabyte / 16 });
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 30);
    alice.endTo(bob).files.killLane();
    await world.until(() => bob.isHere(file), 30_000);
    expect(bob.has(file)).toBe(true);
    expect(bob.store.writtenBytes).toBe(file.sizeBytes);
  });

  it('of the only source lets it wait, and it goes on by itself with whoever comes and has it', async () => {
    const { world, alice, bob, file } = await aliceAndBob(6 * megabyte);
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 6);
    alice.leave();
    await world.until(() => bob.state(file).kind === 'paused');
    expect(bob.state(file)).toMatchObject({ reason: 'no-source' });
    const carol = world.person('Carol');
    carol.transfers.held(await carol.store.put(file.content));
    carol.meet(bob, slow);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
  });

  it('of one of two sources is made good by the other at once', async () => {
    const { world, alice, bob, file } = await aliceAndBob(8 * megabyte);
    const carol = world.person('Carol');
    carol.transfers.held(await carol.store.put(file.content));
    carol.meet(bob, slow);
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 8);
    alice.leave();
    const startMs = world.clock.nowMs;
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
    expect(world.clock.nowMs - startMs).toBeLessThan(8_000);
  });

  it('that a silent source makes is made good by the other before the link is given up', async () => {
    const { world, alice, bob, file } = await aliceAndBob(8 * megabyte);
    const carol = world.person('Carol');
    carol.transfers.held(await carol.store.put(file.content));
    carol.meet(bob, slow);
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 8);
    alice.endTo(bob).files.isBlack = true;
    await world.until(() => bob.isHere(file), 20_000);
    expect(bob.has(file)).toBe(true);
  });
});

describe('a file that several have', () => {
  it('is asked of each in parts: a small one comes once, too', async () => {
    const { world, alice, bob, file } = await aliceAndBob(2 * megabyte);
    const carol = world.person('Carol');
    carol.transfers.held(await carol.store.put(file.content));
    carol.meet(bob, slow);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    await world.clock.runFor(5_000);
    const came = bob.endTo(alice).files.cameBytes + bob.endTo(carol).files.cameBytes;
    expect(came).toBeLessThan(1.01 * file.sizeBytes);
  });

  it('comes from all of them at once', async () => {
    const world = new FileWorld();
    const bob = world.person('Bob');
    const content = world.content(12 * megabyte);
    const ends = [];
    for (const name of ['Alice', 'Carol', 'Dave']) {
      const person = world.person(name);
      person.transfers.held(await person.store.put(content));
      ends.push(person.meet(bob, slow)[1]);
    }
    const [file] = [await world.person('Eve').store.put(content)];
    const startMs = world.clock.nowMs;
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
    for (const end of ends) expect(end.files.cameBytes).toBeGreaterThan(2 * megabyte);
    // 12 seconds from one.
    expect(world.clock.nowMs - startMs).toBeLessThan(6_500);
    expect(bob.store.writtenBytes).toBe(file.sizeBytes);
  });

  it('does not wait for the slowest at its end', async () => {
    const world = new FileWorld();
    const bob = world.person('Bob');
    const [alice, carol] = [world.person('Alice'), world.person('Carol')];
    const file = await give(alice, world, 6 * megabyte);
    carol.transfers.held(await carol.store.put(file.content));
    alice.meet(bob, { ...slow, bytesPerSecond: 2 * megabyte });
    carol.meet(bob, { ...slow, bytesPerSecond: megabyte / 16 });
    const startMs = world.clock.nowMs;
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    // Carol's first four chunks alone would take her 16 seconds.
    expect(world.clock.nowMs - startMs).toBeLessThan(7_000);
  });

  it('comes from one who has only half of it and is fetching the rest', async () => {
    const world = new FileWorld();
    const [alice, bob, carol] = [world.person('Alice'), world.person('Bob'), world.person('Carol')];
    const file = await give(alice, world, 6 * megabyte);
    alice.meet(bob, slow);
    bob.meet(carol, { ...slow, bytesPerSecond: 4 * megabyte });
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 10);
    carol.transfers.fetch(file);
    await world.until(() => carol.isHere(file));
    expect(carol.has(file)).toBe(true);
  });

  it('is exchanged among those who fetch it at the same time', async () => {
    const world = new FileWorld();
    const [alice, bob, carol] = [world.person('Alice'), world.person('Bob'), world.person('Carol')];
    const file = await give(alice, world, 16 * megabyte);
    alice.meet(bob, slow);
    alice.meet(carol, slow);
    bob.meet(carol, slow);
    bob.transfers.fetch(file);
    carol.transfers.fetch(file);
    await world.until(() => bob.isHere(file) && carol.isHere(file));
    expect(bob.endTo(carol).files.cameBytes + carol.endTo(bob).files.cameBytes).toBeGreaterThan(4 * megabyte);
  });
});

describe('several files', () => {
  it('come the small ones first', async () => {
    const { world, alice, bob, file: large } = await aliceAndBob(12 * megabyte);
    bob.transfers.fetch(large);
    await world.until(() => kept(bob, large) >= 4);
    const small = await give(alice, world, 300_000);
    bob.transfers.fetch(small);
    const startMs = world.clock.nowMs;
    await world.until(() => bob.isHere(small));
    // What lies in the line already is before it.
    expect(world.clock.nowMs - startMs).toBeLessThan(4_500);
    expect(bob.isHere(large)).toBe(false);
  });

  it('share a line, three large ones at a time, and all come', async () => {
    const { world, alice, bob, file } = await aliceAndBob(3 * megabyte);
    const files = [file];
    for (let more = 0; more < 4; more++) files.push(await give(alice, world, 3 * megabyte));
    for (const one of files) bob.transfers.fetch(one);
    await world.until(() => files.filter((one) => kept(bob, one) > 0).length === 3);
    await world.clock.runFor(1_000);
    expect(files.map((one) => kept(bob, one) > 0)).toEqual([true, true, true, false, false]);
    const shares = files.slice(0, 3).map((one) => kept(bob, one));
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(4);
    await world.until(() => files.every((one) => bob.isHere(one)));
    for (const one of files) expect(bob.has(one)).toBe(true);
  });

  it('come in any number, those that nobody has keeping none of the others waiting', async () => {
    const { world, alice, bob, file } = await aliceAndBob(1_000);
    const nowhere = world.person('Nobody');
    for (let more = 0; more < 120; more++) bob.transfers.fetch(await nowhere.store.put(world.content(1_000 + more)));
    bob.transfers.fetch(file);
    const second = await give(alice, world, 2_000);
    bob.transfers.fetch(second);
    await world.until(() => bob.isHere(file) && bob.isHere(second), 30_000);
  });
});

describe('what a person does with a file on its way', () => {
  it('pausing stops it, and going on takes up what is here', async () => {
    const { world, bob, file, bobsEnd } = await aliceAndBob(6 * megabyte);
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 6);
    bob.transfers.pause(file.id);
    expect(bob.state(file)).toMatchObject({ kind: 'paused', reason: 'person' });
    await world.clock.runFor(5_000);
    const before = { kept: kept(bob, file), came: bobsEnd.files.cameBytes };
    await world.clock.runFor(20_000);
    expect({ kept: kept(bob, file), came: bobsEnd.files.cameBytes }).toEqual(before);
    expect(bob.misbehaved).toEqual([]);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
    expect(bob.store.writtenBytes).toBe(file.sizeBytes);
  });

  it.each(['at once', 'later'])('pausing throws nothing away that was under way, and going on %s asks for nothing twice', async (when) => {
    const { world, bob, file, bobsEnd } = await aliceAndBob(20 * megabyte, { delayMs: 50, bytesPerSecond: 8 * megabyte, windowBytes: 4 * megabyte });
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 20);
    bob.transfers.pause(file.id);
    if (when === 'later') await world.clock.runFor(20_000);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    // The hashes come with each new beginning.
    expect(bobsEnd.files.cameBytes).toBeLessThan(file.sizeBytes + 10_000);
  });

  it('pausing and going on many times is nothing that the sender could be blamed for', async () => {
    const { world, alice, bob, file } = await aliceAndBob(40 * megabyte, { delayMs: 20, bytesPerSecond: 16 * megabyte, windowBytes: 4 * megabyte });
    for (let times = 0; times < 12; times++) {
      const before = kept(bob, file);
      bob.transfers.fetch(file);
      await world.until(() => kept(bob, file) >= before + 5);
      bob.transfers.pause(file.id);
    }
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    expect([...bob.misbehaved, ...alice.misbehaved]).toEqual([]);
  });

  it('cancelling deletes what came', async () => {
    const { world, bob, file } = await aliceAndBob(6 * megabyte);
    bob.transfers.state(file);
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 6);
    await bob.transfers.cancel(file.id);
    await world.clock.runFor(5_000);
    expect(bob.store.files.has(file.id)).toBe(false);
    expect(bob.state(file)).toEqual({ kind: 'away', sources: 1 });
  });

  it('cancelling and wanting it again at once begins anew', async () => {
    const { world, bob, file } = await aliceAndBob(6 * megabyte);
    bob.store.delay = () => new Promise((resolve) => void world.clock.setTimer(300, resolve));
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 6);
    const cancelled = bob.transfers.cancel(file.id);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    await cancelled;
    expect(bob.has(file)).toBe(true);
    expect(bob.store.writtenBytes).toBeGreaterThan(file.sizeBytes);
  });

  it('pausing while the disk is slow, and going on at once, writes nothing twice', async () => {
    const { world, bob, file } = await aliceAndBob(6 * megabyte);
    bob.store.delay = () => new Promise((resolve) => void world.clock.setTimer(300, resolve));
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 6);
    bob.transfers.pause(file.id);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    expect(bob.store.writtenBytes).toBe(file.sizeBytes);
  });

  it('fetching from one device alone asks nobody else, and tells nobody else of it', async () => {
    const world = new FileWorld();
    const [alice, bob, carol] = [world.person('Alice'), world.person('Bob'), world.person('Carol')];
    const file = await give(alice, world, 100_000);
    const [, bobsEnd] = carol.meet(bob);
    bob.transfers.fetch(file, alice.device);
    bob.transfers.state(file);
    await world.clock.runFor(3_000);
    expect(bob.state(file)).toMatchObject({ kind: 'paused', reason: 'no-source' });
    alice.meet(bob);
    await world.until(() => bob.isHere(file));
    await bob.transfers.cancel(file.id);
    bob.transfers.state(file);
    await world.clock.runFor(1_000);
    expect(bobsEnd.sent).toEqual([]);
  });
});

describe('a disk', () => {
  it('that is full half-way pauses the file, and what came is taken up when there is room', async () => {
    const { world, bob, file } = await aliceAndBob(4 * megabyte);
    bob.store.freeBytes = 2 * megabyte;
    bob.transfers.fetch(file);
    await world.until(() => bob.state(file).kind === 'paused');
    expect(bob.state(file)).toEqual({ kind: 'paused', receivedBytes: 2 * megabyte, reason: 'disk-full' });
    await world.clock.runFor(5_000);
    bob.store.freeBytes = Infinity;
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    expect(bob.has(file)).toBe(true);
  });

  it('whose room has no place for it is not written on', async () => {
    const { world, bob, file } = await aliceAndBob(4 * megabyte);
    bob.quotaBytes = 3 * megabyte;
    bob.transfers.fetch(file);
    await world.until(() => bob.state(file).kind === 'paused');
    expect(bob.state(file)).toEqual({ kind: 'paused', receivedBytes: 0, reason: 'room-full' });
    bob.quotaBytes = 5 * megabyte;
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
  });

  it('whose place another file is about to take is full, too', async () => {
    const { world, alice, bob, file } = await aliceAndBob(4 * megabyte);
    const other = await give(alice, world, 4 * megabyte);
    bob.quotaBytes = 6 * megabyte;
    bob.transfers.fetch(file);
    bob.transfers.fetch(other);
    await world.until(() => bob.isHere(file));
    expect(bob.state(other)).toMatchObject({ kind: 'paused', reason: 'room-full' });
  });

  it('that is slower than the line holds the line back: little waits in memory', async () => {
    const { world, bob, file } = await aliceAndBob(40 * megabyte, { delayMs: 1, bytesPerSecond: 64 * megabyte, windowBytes: 4 * megabyte });
    bob.store.delay = () => new Promise((resolve) => void world.clock.setTimer(1_000, resolve));
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file), 120_000);
    expect(bob.store.mostWrites).toBeLessThanOrEqual((16 * megabyte) / chunkBytes);
    expect(bob.has(file)).toBe(true);
  });
});

describe('a file that is not here any more', () => {
  it('is not said to be, and can be fetched again', async () => {
    const { world, bob, file } = await aliceAndBob(100_000);
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
    await bob.store.remove(file.id);
    bob.transfers.dropped(file.id);
    expect(bob.state(file).kind).toBe('away');
    bob.transfers.fetch(file);
    await world.until(() => bob.isHere(file));
  });
});

describe('a call', () => {
  it('makes files slow down as soon as the line has a queue, and speed up when there is none', async () => {
    const line = { delayMs: 20, bytesPerSecond: 4 * megabyte, windowBytes: 2 * megabyte };
    const { world, alice, bob, file } = await aliceAndBob(32 * megabyte, line);
    alice.inCallWith.add(bob.device);
    bob.inCallWith.add(alice.device);
    bob.transfers.fetch(file);
    await world.until(() => kept(bob, file) >= 4);
    const wire = alice.endTo(bob).files;
    wire.longestQueueMs = 0;
    const before = { ms: world.clock.nowMs, kept: kept(bob, file) };
    await world.until(() => bob.isHere(file), 120_000);
    const bytesPerSecond = (1_000 * (file.sizeBytes - before.kept * chunkBytes)) / (world.clock.nowMs - before.ms);
    expect(bytesPerSecond).toBeGreaterThan(line.bytesPerSecond / 3);
    // A connection's buffer is a quarter of a second.
    expect(wire.longestQueueMs).toBeLessThan(100);
    expect(Math.max(...bob.endTo(alice).files.wishes)).toBe(1);
  });
});
