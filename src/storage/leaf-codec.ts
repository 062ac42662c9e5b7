/**
 * A leaf of the directory (directory.ts) as it lies on disk. Big endian:
 *
 *   version 1 (u8), count of feeds (u16), each: length (u8), id as UTF-8; count of blocks (u16), each: id (u32), first and last place (wallMs u48, counter u16,
 *   feed u16, sequence u32), events (u16), messages (u16), dueMs (u48, 0: never), count of parts (u16), each: feed (u16), first (u32), last (u32)
 */
import type { FeedId } from '../core/ids';
import type { Bytes, Place } from '../core/log-event';
import type { Block, FeedPart, Leaf } from './directory';

const version = 1;
const placeBytes = 14;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeLeaf({ blocks }: Leaf): Bytes {
  const feeds = [...new Set(blocks.flatMap(({ parts }) => parts.map(({ feed }) => feed)))];
  const feedNumbers = new Map(feeds.map((feed, number) => [feed, number]));
  const names = feeds.map((feed) => encoder.encode(feed));
  const namesBytes = names.reduce((sum, { length }) => sum + 1 + length, 0);
  const bytes = new Uint8Array(5 + namesBytes + blocks.reduce((sum, { parts }) => sum + 16 + 2 * placeBytes + 10 * parts.length, 0));
  const view = new DataView(bytes.buffer);
  bytes[0] = version;
  view.setUint16(1, feeds.length);
  let at = 3;
  for (const name of names) {
    bytes[at] = name.length;
    bytes.set(name, at + 1);
    at += 1 + name.length;
  }
  view.setUint16(at, blocks.length);
  at += 2;
  for (const { id, first, last, eventCount, messageCount, dueMs, parts } of blocks) {
    view.setUint32(at, id);
    at += 4;
    for (const { clock, feed, sequence } of [first, last]) {
      setUint48(view, at, clock.wallMs);
      view.setUint16(at + 6, clock.counter);
      view.setUint16(at + 8, feedNumbers.get(feed) ?? 0);
      view.setUint32(at + 10, sequence);
      at += placeBytes;
    }
    view.setUint16(at, eventCount);
    view.setUint16(at + 2, messageCount);
    setUint48(view, at + 4, Math.min(dueMs ?? 0, 2 ** 48 - 1));
    view.setUint16(at + 10, parts.length);
    at += 12;
    for (const part of parts) {
      view.setUint16(at, feedNumbers.get(part.feed) ?? 0);
      view.setUint32(at + 2, part.first);
      view.setUint32(at + 6, part.last);
      at += 10;
    }
  }
  return bytes;
}

/** Undefined for anything that encodeLeaf doesn't make. */
export function decodeLeaf(id: number, bytes: Bytes): Leaf | undefined {
  try {
    return readLeaf(id, bytes);
  } catch (cause) {
    // A read beyond the end.
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

function readLeaf(id: number, bytes: Bytes): Leaf | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== version) return undefined;
  let at = 3;
  const feeds = Array.from({ length: view.getUint16(1) }, () => {
    const end = at + 1 + view.getUint8(at);
    const name = decoder.decode(bytes.subarray(at + 1, end));
    at = end;
    return name as FeedId;
  });
  const feedAt = (offset: number): FeedId => {
    const feed = feeds[view.getUint16(offset)];
    if (feed === undefined) throw new RangeError('no such feed');
    return feed;
  };
  const takePlace = (): Place => {
    at += placeBytes;
    return { clock: { wallMs: getUint48(view, at - 14), counter: view.getUint16(at - 8) }, feed: feedAt(at - 6), sequence: view.getUint32(at - 4) };
  };
  const blockCount = view.getUint16(at);
  at += 2;
  const blocks = Array.from({ length: blockCount }, (): Block => {
    const blockId = view.getUint32(at);
    at += 4;
    const [first, last] = [takePlace(), takePlace()];
    const [eventCount, messageCount, dueMs, partCount] = [view.getUint16(at), view.getUint16(at + 2), getUint48(view, at + 4), view.getUint16(at + 10)];
    at += 12;
    const parts = Array.from({ length: partCount }, (): FeedPart => {
      at += 10;
      return { feed: feedAt(at - 10), first: view.getUint32(at - 8), last: view.getUint32(at - 4) };
    });
    return { id: blockId, first, last, eventCount, messageCount, dueMs: dueMs === 0 ? undefined : dueMs, parts };
  });
  return at === bytes.length ? { id, blocks } : undefined;
}

function setUint48(view: DataView, at: number, value: number): void {
  view.setUint16(at, value / 2 ** 32);
  view.setUint32(at + 2, value % 2 ** 32);
}

function getUint48(view: DataView, at: number): number {
  return view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2);
}
