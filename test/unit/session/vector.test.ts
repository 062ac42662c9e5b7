import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/config';
import { encodeBase64Url } from '../../../src/core/base64url';
import type { DeviceId, FeedId } from '../../../src/core/ids';
import type { FeedRecord, StoredEvent } from '../../../src/core/log-event';
import type { Ranges } from '../../../src/core/ranges';
import { channels } from '../../../src/protocol/frames';
import { parseJson, toJson } from '../../../src/protocol/schema';
import { digestOf, vectorFrames, Vectors } from '../../../src/session/vector';
import { MemoryLogStore } from '../../../src/storage/memory-log-store';

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);

function eventOf(feed: FeedId, sequence: number): StoredEvent {
  const clock = { wallMs: 1_000 * sequence, counter: 0 };
  return { feed, sequence, clock, kind: 'message', lifetimeS: 0, paceMs: 65_535, previous: bytes(32, 0), bodyHash: bytes(32, 1), hash: bytes(32, sequence), signature: undefined, body: bytes(20, 1), gone: undefined };
}

function recordOf(id: string, ranges: Ranges): FeedRecord {
  const last = ranges.at(-1)?.last ?? 0;
  const head = { sequence: last, hash: bytes(32, last), clock: { wallMs: 1_000 * last, counter: 0 } };
  return { id: id.repeat(22) as FeedId, device: 'a'.repeat(26) as DeviceId, key: bytes(65, 4), incarnation: bytes(16, 5), ranges, head, forked: false };
}

/** A log of these feeds, event n of each at n seconds. */
async function logOf(records: readonly FeedRecord[], capOf: (record: FeedRecord) => number = () => Infinity) {
  const store = new MemoryLogStore();
  await store.load('take');
  const hold = (record: FeedRecord): Promise<void> =>
    store.write({ feeds: [record], events: record.ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => eventOf(record.id, first + at))) });
  for (const record of records) await hold(record);
  const log = { store, feeds: new Map(records.map((record) => [record.id, record])), version: 1, capOf };
  const change = async (record: FeedRecord): Promise<void> => {
    await hold(record);
    log.feeds.set(record.id, record);
    log.version += 1;
  };
  return { vectors: new Vectors(log), change };
}

const rangesOf = async (vectors: Vectors, sinceMs: number): Promise<readonly Ranges[]> => (await vectors.visible(sinceMs)).map(({ ranges }) => ranges);

describe('what is told of the log', () => {
  it('is all of it to one who may see everything', async () => {
    const { vectors } = await logOf([recordOf('b', [{ first: 1, last: 9 }]), recordOf('a', [{ first: 3, last: 4 }, { first: 6, last: 7 }])]);
    expect((await vectors.visible(0)).map(({ id, hash }) => [id[0], hash[0]])).toEqual([['a', 7], ['b', 9]]);
    expect(await rangesOf(vectors, 0)).toEqual([[{ first: 3, last: 4 }, { first: 6, last: 7 }], [{ first: 1, last: 9 }]]);
  });

  it('begins for a newcomer where it may see', async () => {
    const { vectors, change } = await logOf([recordOf('a', [{ first: 1, last: 3 }, { first: 7, last: 20 }])]);
    expect(await rangesOf(vectors, 5_000)).toEqual([[{ first: 7, last: 20 }]]);
    expect(await rangesOf(vectors, 9_500)).toEqual([[{ first: 10, last: 20 }]]);
    expect(await rangesOf(vectors, 2_000)).toEqual([[{ first: 2, last: 3 }, { first: 7, last: 20 }]]);
    expect(await rangesOf(vectors, 20_001)).toEqual([]);
    // History comes in below, and news above.
    await change(recordOf('a', [{ first: 1, last: 22 }]));
    expect(await rangesOf(vectors, 5_000)).toEqual([[{ first: 5, last: 22 }]]);
    expect(await rangesOf(vectors, 20_001)).toEqual([[{ first: 21, last: 22 }]]);
  });

  it('ends where a removal has ended the feed', async () => {
    const { vectors } = await logOf([recordOf('a', [{ first: 1, last: 9 }]), recordOf('b', [{ first: 1, last: 9 }])], ({ id }) => (id.startsWith('a') ? 5 : 0));
    expect(await vectors.visible(0)).toMatchObject([{ ranges: [{ first: 1, last: 5 }], hash: bytes(32, 5) }]);
  });

  it('has the same digest for the same, and another for anything else', async () => {
    const one = await logOf([recordOf('a', [{ first: 1, last: 9 }])]);
    const same = await logOf([recordOf('a', [{ first: 1, last: 9 }])]);
    const digest = encodeBase64Url(await one.vectors.digest(0));
    expect(encodeBase64Url(await same.vectors.digest(0))).toBe(digest);
    for (const ranges of [[{ first: 2, last: 9 }], [{ first: 1, last: 8 }], [{ first: 1, last: 4 }, { first: 6, last: 9 }]]) {
      const other = await logOf([recordOf('a', ranges)]);
      expect(encodeBase64Url(await other.vectors.digest(0))).not.toBe(digest);
    }
    await one.change(recordOf('a', [{ first: 1, last: 10 }]));
    expect(encodeBase64Url(await one.vectors.digest(0))).not.toBe(digest);
  });

  it('leaves out the feeds of strangers first, whatever their clocks say', async () => {
    const honest = { ...recordOf('a', [{ first: 1, last: 3 }]), device: 'b'.repeat(26) as DeviceId };
    const many = Array.from({ length: limits.feedsTold }, (_, at): FeedRecord => ({ ...recordOf('z', [{ first: 9, last: 9 }]), id: `${at}`.padStart(22, 'x') as FeedId }));
    const log = { store: new MemoryLogStore(), feeds: new Map([...many, honest].map((record) => [record.id, record])), version: 1, capOf: () => Infinity };
    const told = await new Vectors(log, (device) => (device === honest.device ? 0 : 1)).visible(0);
    expect(told).toHaveLength(limits.feedsTold);
    expect(told.map(({ id }) => id)).toContain(honest.id);
  });

  it('is read again after a disk has failed to tell', async () => {
    const store = new MemoryLogStore();
    const record = recordOf('a', [{ first: 1, last: 3 }]);
    await store.load('take');
    await store.write({ feeds: [record], events: [1, 2, 3].map((sequence) => eventOf(record.id, sequence)) });
    const slice = vi.spyOn(store, 'slice').mockRejectedValueOnce(new Error('no disk'));
    const vectors = new Vectors({ store, feeds: new Map([[record.id, record]]), version: 1, capOf: () => Infinity });
    await expect(vectors.visible(2_000)).rejects.toThrow('no disk');
    await expect(vectors.visible(2_000)).resolves.toMatchObject([{ ranges: [{ first: 2, last: 3 }] }]);
    expect(slice).toHaveBeenCalled();
  });

  it('has a digest that others can compute', async () => {
    expect(encodeBase64Url(await digestOf([{ id: 'a'.repeat(22) as FeedId, key: bytes(65, 4), incarnation: bytes(16, 5), hash: bytes(32, 9), ranges: [{ first: 1, last: 9 }] }]))).toBe('aH98iPOyhQah--xe_l9cti_vxLLAyU3ahBFQggPfi64');
  });

  it('fits frames that a link takes, however many feeds there are', async () => {
    const many = Array.from({ length: limits.feedsTold }, (_, at) => ({ id: `${at}`.padStart(22, 'x') as FeedId, key: bytes(65, 4), incarnation: bytes(16, 5), hash: bytes(32, 9), ranges: [{ first: 4_000_000_000, last: 4_000_000_001 }] }));
    const frames = vectorFrames(many, false);
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.flatMap(({ feeds }) => feeds)).toHaveLength(limits.feedsTold);
    expect(frames.map(({ answer }) => answer)).toEqual([...frames.slice(1).map(() => true), false]);
    for (const frame of frames) {
      expect(toJson(frame).length).toBeLessThan(limits.controlFrameBytes);
      expect(parseJson(channels.sync.schema, toJson(frame))).toEqual(frame);
    }
    expect(vectorFrames([], true)).toEqual([{ kind: 'vector', feeds: [], answer: true }]);
  });
});
