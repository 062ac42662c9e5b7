/** The disk fails at its edge here: a store whose methods reject as a full or a blocked disk makes them. */
import { expect } from 'chai';
import { describe, it } from 'vitest';
import { limits } from '../../../src/config';
import { AppError, type AppErrorCode } from '../../../src/core/app-error';
import type { AdmissionStore } from '../../../src/storage/admission-store';
import type { DeviceStore } from '../../../src/storage/device-store';
import { withFallback } from '../../../src/storage/fallback';
import { FallbackLogStore } from '../../../src/storage/fallback-log-store';
import { MemoryLogStore } from '../../../src/storage/memory-log-store';
import { MemoryAdmissionStore, MemoryPeopleStore } from '../../../src/storage/memory-room-stores';
import { MemoryDeviceStore, MemoryRoomStore } from '../../../src/storage/memory-stores';
import type { PeopleStore } from '../../../src/storage/people-store';
import type { RoomStore } from '../../../src/storage/room-store';
import { admissionStoreSuite } from '../../suites/admission-store-suite';
import { deviceStoreSuite } from '../../suites/device-store-suite';
import { alice, bodyOf, event, failureOf, feedOf, foundIn, idOf, idsOf, logStoreSuite, pinOf, textsOf } from '../../suites/log-store-suite';
import { peopleStoreSuite } from '../../suites/people-store-suite';
import { room, roomStoreSuite } from '../../suites/room-store-suite';

describe('a log whose disk works', () => logStoreSuite(it, async () => new FallbackLogStore(new MemoryLogStore(), unexpected)));
describe('rooms whose disk works', () => roomStoreSuite(it, async () => withFallback<RoomStore>(new MemoryRoomStore(), neverNeeded, unexpected)));
describe('a device whose disk works', () => deviceStoreSuite(it, async () => withFallback<DeviceStore>(new MemoryDeviceStore(), neverNeeded, unexpected)));
describe('a log whose disk never worked', () => logStoreSuite(it, async () => new FallbackLogStore(new Disk(new MemoryLogStore(), 'storage-blocked').store, ignored)));
describe('rooms whose disk never worked', () => roomStoreSuite(it, async () => withFallback<RoomStore>(new Disk(new MemoryRoomStore(), 'storage-blocked').store, async () => new MemoryRoomStore(), ignored)));
describe('a device whose disk never worked', () =>
  deviceStoreSuite(it, async () => withFallback<DeviceStore>(new Disk(new MemoryDeviceStore(), 'storage-blocked').store, async () => new MemoryDeviceStore(), ignored)));

describe('admission whose disk never worked', () =>
  admissionStoreSuite(it, async () => withFallback<AdmissionStore>(new Disk(new MemoryAdmissionStore(), 'storage-blocked').store, async () => new MemoryAdmissionStore(), ignored)));
describe('people whose disk never worked', () =>
  peopleStoreSuite(it, async () => withFallback<PeopleStore>(new Disk(new MemoryPeopleStore(), 'storage-blocked').store, async () => new MemoryPeopleStore(), ignored)));

describe('a log whose disk is full', () => {
  it('shows old and new messages, says why they are not kept, and writes them when there is space again', async () => {
    const disk = new Disk(new MemoryLogStore());
    const reported: AppErrorCode[] = [];
    const log = new FallbackLogStore(disk.store, ({ code }) => reported.push(code));
    await log.load('take');
    await log.write({ events: [event(alice, 1), event(alice, 2)] });

    disk.failing = ['write'];
    expect(await failureOf(log.write({ events: [event(alice, 4)] }, 'strict'))).to.include({ code: 'storage-full' });
    await log.write({ events: [event(alice, 3)], notes: { read: 3 } }, 'strict');
    await log.write({ erase: [{ id: idOf(alice, 1), reason: 'deleted' }], truncate: [{ feed: alice, from: 2 }], events: [event(alice, 2, { body: bodyOf('other branch') })], marks: [pinOf(idOf(alice, 2), true)] });
    expect(reported).to.deep.equal(['storage-full', 'storage-full', 'storage-full']);
    expect((await log.page({ limit: 10 })).map(({ gone, body }) => gone ?? textsOf([{ ...event(alice, 1), body }])[0])).to.deep.equal(['deleted', 'other branch']);
    expect(await log.marks([idOf(alice, 2)])).to.deep.equal([pinOf(idOf(alice, 2), true)]);
    expect(await foundIn(log, 'alice')).to.deep.equal([]);
    expect(textsOf(await disk.real.page({ limit: 10 }))).to.deep.equal(['alice 1', 'alice 2']);

    disk.failing = [];
    await log.write({ events: [event(alice, 3)] });
    expect(idsOf(await disk.real.page({ limit: 10 }))).to.deep.equal([1, 2, 3].map((sequence) => idOf(alice, sequence)));
    expect(await disk.real.load('read')).to.deep.include({ notes: { read: 3 }, pins: [pinOf(idOf(alice, 2), true)] });
  });

  it('is read when it does not even take the room, and written to as soon as it does', async () => {
    const real = new MemoryLogStore();
    await real.load('take');
    await real.write({ events: [event(alice, 1)], feeds: [feedOf(alice)] });
    const store = new Disk(real);
    let isFull = true;
    const refusing = new Proxy(store.store, { get: (target, name) => (name === 'load' ? async (mode: 'read' | 'take') => { if (isFull && mode === 'take') throw new AppError('storage-full'); return real.load(mode); } : Reflect.get(target, name) as unknown) });
    const log = new FallbackLogStore(refusing, ignored);
    expect((await log.load('take')).feeds).to.deep.equal([feedOf(alice)]);
    await log.write({ events: [event(alice, 2)] });
    expect(textsOf(await log.page({ limit: 10 }))).to.deep.equal(['alice 1', 'alice 2']);
    isFull = false;
    await log.write({ events: [event(alice, 3)] });
    expect(textsOf(await real.page({ limit: 10 }))).to.deep.equal(['alice 1', 'alice 2', 'alice 3']);
  });

  it('holds only so many events in memory', async () => {
    const log = new FallbackLogStore(new Disk(new MemoryLogStore(), 'storage-full').store, ignored);
    await log.load('take');
    await log.write({ events: Array.from({ length: limits.eventsInMemory + 10 }, (_, index) => event(alice, index + 1, { body: undefined })) });
    expect(await log.count()).to.equal(limits.eventsInMemory);
    expect((await log.page({ limit: 1 }))[0]?.sequence).to.equal(limits.eventsInMemory + 10);
  });

  it('keeps what was written meanwhile when two changes cross', async () => {
    const log = new FallbackLogStore(new Disk(new MemoryLogStore(), 'storage-full').store, ignored);
    await log.load('take');
    await Promise.all([log.write({ events: [event(alice, 1)] }), log.write({ events: [event(alice, 2)] })]);
    expect(textsOf(await log.page({ limit: 10 }))).to.deep.equal(['alice 1', 'alice 2']);
  });

  it('is another thing than a room that another tab has', async () => {
    const disk = new Disk(new MemoryLogStore());
    const log = new FallbackLogStore(disk.store, unexpected);
    await log.load('take');
    await disk.real.load('read');
    expect(await failureOf(log.write({ events: [event(alice, 1)] }))).to.be.instanceOf(AppError).with.property('code', 'storage-taken');
  });
});

describe('a store whose disk fails', () => {
  it('repeats the call in memory, and stays there', async () => {
    const disk = new Disk(new MemoryRoomStore(), 'storage-full');
    const reported: AppErrorCode[] = [];
    const rooms = withFallback<RoomStore>(disk.store, async () => new MemoryRoomStore(), ({ code }) => reported.push(code));
    await rooms.ensurePending(room('a'));
    disk.failure = undefined;
    expect((await rooms.pending())?.alias).to.equal('a');
    expect(await disk.real.pending()).to.equal(undefined);
    expect(reported).to.deep.equal(['storage-full']);
  });

  it('makes one stand-in for calls that fail at the same time', async () => {
    const rooms = withFallback<RoomStore>(new Disk(new MemoryRoomStore(), 'storage-full').store, async () => new MemoryRoomStore(), ignored);
    const [one, other] = await Promise.all([rooms.ensurePending(room('a')), rooms.ensurePending(room('b'))]);
    expect(one).to.deep.equal(other);
  });

  it('lets a bug through, which is not the disk', async () => {
    const rooms = withFallback<RoomStore>(new MemoryRoomStore(), neverNeeded, unexpected);
    const { alias } = await rooms.ensurePending(room('a'));
    let thrown: unknown;
    await rooms.update(alias, () => { throw new TypeError('a bug'); }).catch((cause: unknown) => (thrown = cause));
    expect(thrown).to.be.instanceOf(TypeError);
  });

  it('can be handed over by a promise', async () => {
    const rooms = withFallback<RoomStore>(new MemoryRoomStore(), neverNeeded, unexpected);
    expect(await Promise.resolve(rooms)).to.equal(rooms);
  });
});

/** A store on a disk that may fail: `store` is its face, `real` what it holds. */
class Disk<Store extends object> {
  readonly real: Store;
  readonly store: Store;
  failure: 'storage-full' | 'storage-blocked' | undefined;
  /** Methods that fail because the disk is full. */
  failing: readonly (keyof Store)[] = [];

  constructor(real: Store, failure?: 'storage-full' | 'storage-blocked') {
    this.real = real;
    this.failure = failure;
    this.store = new Proxy(real, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        // What is iterated fails when it is.
        if (name === 'search' && this.failure) return () => failingIterable(new AppError(this.failure ?? 'storage-blocked'));
        if (name === 'search' || name === 'onDamage') return method.bind(target) as unknown;
        return async (...values: unknown[]): Promise<unknown> => {
          if (this.failure) throw new AppError(this.failure);
          if (this.failing.includes(name as keyof Store)) throw new AppError('storage-full');
          return method.apply(target, values) as unknown;
        };
      },
    });
  }
}

function failingIterable(failure: AppError): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure) }) };
}

function unexpected(failure: AppError): never {
  throw new Error('the disk was said to have failed', { cause: failure });
}

function neverNeeded(): Promise<never> {
  return Promise.reject(new Error('the disk works'));
}

function ignored(): void {}
