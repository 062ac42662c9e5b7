/** The disk fails at its edge here: a store whose methods reject as a full or a blocked disk makes them. */
import { expect } from 'chai';
import { describe, it } from 'vitest';
import { limits } from '../../../src/config';
import { AppError, type AppErrorCode } from '../../../src/core/app-error';
import type { AdmissionStore } from '../../../src/storage/admission-store';
import type { DeviceStore } from '../../../src/storage/device-store';
import { FallbackHistoryStore } from '../../../src/storage/fallback-history-store';
import { withFallback } from '../../../src/storage/fallback';
import { MemoryHistoryStore } from '../../../src/storage/memory-history-store';
import { MemoryAdmissionStore, MemoryPeopleStore } from '../../../src/storage/memory-room-stores';
import { MemoryDeviceStore, MemoryRoomStore } from '../../../src/storage/memory-stores';
import type { PeopleStore } from '../../../src/storage/people-store';
import type { RoomStore } from '../../../src/storage/room-store';
import { admissionStoreSuite } from '../../suites/admission-store-suite';
import { deviceStoreSuite } from '../../suites/device-store-suite';
import { bodiesOf, historyStoreSuite, message } from '../../suites/history-store-suite';
import { peopleStoreSuite } from '../../suites/people-store-suite';
import { room, roomStoreSuite } from '../../suites/room-store-suite';

describe('a history whose disk works', () => historyStoreSuite(it, async () => new FallbackHistoryStore(new MemoryHistoryStore(), unexpected)));
describe('rooms whose disk works', () => roomStoreSuite(it, async () => withFallback<RoomStore>(new MemoryRoomStore(), neverNeeded, unexpected)));
describe('a device whose disk works', () => deviceStoreSuite(it, async () => withFallback<DeviceStore>(new MemoryDeviceStore(), neverNeeded, unexpected)));
describe('a history whose disk never worked', () => historyStoreSuite(it, async () => new FallbackHistoryStore(new Disk(new MemoryHistoryStore(), 'storage-blocked').store, ignored)));
describe('rooms whose disk never worked', () => roomStoreSuite(it, async () => withFallback<RoomStore>(new Disk(new MemoryRoomStore(), 'storage-blocked').store, async () => new MemoryRoomStore(), ignored)));
describe('a device whose disk never worked', () =>
  deviceStoreSuite(it, async () => withFallback<DeviceStore>(new Disk(new MemoryDeviceStore(), 'storage-blocked').store, async () => new MemoryDeviceStore(), ignored)));

describe('admission whose disk never worked', () =>
  admissionStoreSuite(it, async () => withFallback<AdmissionStore>(new Disk(new MemoryAdmissionStore(), 'storage-blocked').store, async () => new MemoryAdmissionStore(), ignored)));
describe('people whose disk never worked', () =>
  peopleStoreSuite(it, async () => withFallback<PeopleStore>(new Disk(new MemoryPeopleStore(), 'storage-blocked').store, async () => new MemoryPeopleStore(), ignored)));

describe('a history whose disk is full', () => {
  it('shows old and new messages, says why they are not kept, and writes them when there is space again', async () => {
    const disk = new Disk(new MemoryHistoryStore());
    const reported: AppErrorCode[] = [];
    const history = new FallbackHistoryStore(disk.store, ({ code }) => reported.push(code));
    await history.add([message('1', { wallMs: 1 })]);

    disk.failure = 'storage-full';
    await history.add([message('2', { wallMs: 2 })], 'strict');
    expect(reported).to.deep.equal(['storage-full']);
    disk.failure = undefined;
    expect(bodiesOf(await history.latest(10))).to.deep.equal(['1', '2']);
    expect(bodiesOf(await disk.real.latest(10))).to.deep.equal(['1']);

    await history.add([message('3', { wallMs: 3 })]);
    expect(bodiesOf(await disk.real.latest(10))).to.deep.equal(['1', '2', '3']);
  });

  it('holds only so many messages in memory', async () => {
    const history = new FallbackHistoryStore(new Disk(new MemoryHistoryStore(), 'storage-full').store, ignored);
    await history.add(Array.from({ length: limits.recentMessages + 10 }, (_, index) => message(`${index}`, { wallMs: index })));
    expect(await history.latest(10_000)).to.have.length(limits.recentMessages);
  });

  it('shows what was written meanwhile when two batches cross', async () => {
    const disk = new Disk(new MemoryHistoryStore(), 'storage-full');
    const history = new FallbackHistoryStore(disk.store, ignored);
    await Promise.all([history.add([message('1', { wallMs: 1 })]), history.add([message('2', { wallMs: 2 })])]);
    expect(bodiesOf(await history.latest(10))).to.deep.equal(['1', '2']);
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

  constructor(real: Store, failure?: 'storage-full' | 'storage-blocked') {
    this.real = real;
    this.failure = failure;
    this.store = new Proxy(real, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return async (...values: unknown[]): Promise<unknown> => {
          if (this.failure) throw new AppError(this.failure);
          return method.apply(target, values) as unknown;
        };
      },
    });
  }
}

function unexpected(failure: AppError): never {
  throw new Error('the disk was said to have failed', { cause: failure });
}

function neverNeeded(): Promise<never> {
  return Promise.reject(new Error('the disk works'));
}

function ignored(): void {}
