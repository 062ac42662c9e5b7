import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/core/log-event';
import { deriveFeedId, feedIdToBytes, feedOf } from '../../../src/protocol/feed';
import { deriveDeviceId } from '../../../src/protocol/invite';

const filled = (length: number, value: number): Bytes => new Uint8Array(length).fill(value);
const room = 'A'.repeat(22);
const key = filled(65, 4);
const incarnation = filled(16, 1);

describe('a feed', () => {
  it('has another name in another room, of another device, and after its store was new', async () => {
    const ids = await Promise.all([
      deriveFeedId(room, key, incarnation),
      deriveFeedId('B'.repeat(22), key, incarnation),
      deriveFeedId(room, filled(65, 5), incarnation),
      deriveFeedId(room, key, filled(16, 2)),
    ]);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/u);
  });

  it('is known with its device, and the same object each time', async () => {
    const feed = await feedOf(room, key, incarnation);
    expect(feed).toEqual({ id: await deriveFeedId(room, key, incarnation), device: await deriveDeviceId(key), key, incarnation });
    expect(await feedOf(room, Uint8Array.from(key), Uint8Array.from(incarnation))).toBe(feed);
    expect(await feedOf(room, key, filled(16, 2))).not.toBe(feed);
  });

  it('is made anew, and no other, when very many others were asked for meanwhile', async () => {
    const before = await feedOf(room, key, incarnation);
    await Promise.all(Array.from({ length: 2_000 }, (_, at) => feedOf(room, key, Uint8Array.from({ length: 16 }, (_each, byte) => (byte < 2 ? (at >>> (8 * byte)) & 255 : 9)))));
    const after = await feedOf(room, key, incarnation);
    expect(after).not.toBe(before);
    expect(after).toEqual(before);
  });

  it('has 16 bytes for a name in what is signed', () => {
    expect(feedIdToBytes('_____________________w' as Parameters<typeof feedIdToBytes>[0])).toEqual(filled(16, 255));
    expect(() => feedIdToBytes('local' as Parameters<typeof feedIdToBytes>[0])).toThrow(RangeError);
  });
});
