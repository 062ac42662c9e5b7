/**
 * Events as they lie on disk, in order: heads and bodies apart, so that bodies can be erased. Big endian.
 *
 *   heads   version 1 (u8), count of feeds (u16), each: length (u8), id as UTF-8; count of events (u16), each:
 *           feed (u16, its place in the list), sequence (u32), wallMs (u48), counter (u16), flags (u8), lifetimeS (u32), paceMs (u16), bodyHash (32), hash (32),
 *           previous (32, unless it is the hash of the feed's event before it in this list), signature (64, if there is one)
 *   bodies  a length each (u32; 0: none), then the bodies one after another
 *
 * Flags: 1 annotation, 2 signature, 4 previous; 8, 16, 24: gone because deleted, expired, void.
 */
import type { FeedId } from '../core/ids';
import type { Bytes, GoneReason, StoredEvent } from '../core/log-event';
import type { OrderedEvents } from './ordered-events';

const version = 1;
const annotationFlag = 1;
const signatureFlag = 2;
const previousFlag = 4;
const goneShift = 3;
const goneReasons: readonly (GoneReason | undefined)[] = [undefined, 'deleted', 'expired', 'void'];
/** Up to the first hash. */
const fixedBytes = 21;
const hashBytes = 32;
const signatureBytes = 64;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeHeads(events: OrderedEvents): Bytes {
  const feeds = [...new Set(events.map(({ feed }) => feed))];
  const feedNumbers = new Map(feeds.map((feed, number) => [feed, number]));
  const names = feeds.map((feed) => encoder.encode(feed));
  const bytes = new Uint8Array(5 + names.reduce((sum, { length }) => sum + 1 + length, 0) + events.length * (fixedBytes + 3 * hashBytes + signatureBytes));
  const view = new DataView(bytes.buffer);
  bytes[0] = version;
  view.setUint16(1, feeds.length);
  let at = 3;
  const put = (part: Uint8Array): void => {
    bytes.set(part, at);
    at += part.length;
  };
  for (const name of names) {
    bytes[at++] = name.length;
    put(name);
  }
  view.setUint16(at, events.length);
  at += 2;
  const hashes = new Map<FeedId, Bytes>();
  for (const { feed, sequence, clock, kind, lifetimeS, paceMs, bodyHash, hash, previous, signature, gone } of events) {
    const chained = isSame(hashes.get(feed), previous);
    hashes.set(feed, hash);
    view.setUint16(at, feedNumbers.get(feed) ?? 0);
    view.setUint32(at + 2, sequence);
    view.setUint16(at + 6, clock.wallMs / 2 ** 32);
    view.setUint32(at + 8, clock.wallMs % 2 ** 32);
    view.setUint16(at + 12, clock.counter);
    bytes[at + 14] = (kind === 'annotation' ? annotationFlag : 0) | (signature ? signatureFlag : 0) | (chained ? 0 : previousFlag) | (goneReasons.indexOf(gone) << goneShift);
    view.setUint32(at + 15, lifetimeS);
    view.setUint16(at + 19, paceMs);
    at += fixedBytes;
    put(bodyHash);
    put(hash);
    if (!chained) put(previous);
    if (signature) put(signature);
  }
  return bytes.subarray(0, at);
}

export function encodeBodies(events: OrderedEvents): Bytes {
  const bytes = new Uint8Array(events.reduce((sum, { body }) => sum + 4 + (body?.length ?? 0), 0));
  const view = new DataView(bytes.buffer);
  let at = events.length * 4;
  for (const [index, { body }] of events.entries()) {
    if (!body) continue;
    view.setUint32(index * 4, body.length);
    bytes.set(body, at);
    at += body.length;
  }
  return bytes;
}

/** Undefined for anything that the functions above don't make. The events' bytes are parts of these two, not copies. */
export function decodeEvents(heads: Bytes, bodies: Bytes): OrderedEvents | undefined {
  try {
    return readHeads(heads, readBodies(bodies));
  } catch (cause) {
    // A read beyond the end.
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

function readHeads(bytes: Bytes, bodyOf: (index: number, count: number) => Bytes | undefined): OrderedEvents | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== version) return undefined;
  let at = 3;
  const take = (length: number): Bytes => {
    if (at + length > bytes.length) throw new RangeError('cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const feeds = Array.from({ length: view.getUint16(1) }, () => decoder.decode(take(take(1)[0] ?? 0)) as FeedId);
  const count = view.getUint16(at);
  at += 2;
  const hashes = new Map<FeedId, Bytes>();
  const events: StoredEvent[] = [];
  for (let index = 0; index < count; index++) {
    const start = at;
    const feed = feeds[view.getUint16(start)];
    const flags = view.getUint8(start + 14);
    at += fixedBytes;
    const bodyHash = take(hashBytes);
    const hash = take(hashBytes);
    const previous = flags & previousFlag ? take(hashBytes) : feed && hashes.get(feed);
    if (feed === undefined || !previous) return undefined;
    hashes.set(feed, hash);
    events.push({
      feed,
      sequence: view.getUint32(start + 2),
      clock: { wallMs: view.getUint16(start + 6) * 2 ** 32 + view.getUint32(start + 8), counter: view.getUint16(start + 12) },
      kind: flags & annotationFlag ? 'annotation' : 'message',
      lifetimeS: view.getUint32(start + 15),
      paceMs: view.getUint16(start + 19),
      previous,
      bodyHash,
      hash,
      signature: flags & signatureFlag ? take(signatureBytes) : undefined,
      body: bodyOf(index, count),
      gone: goneReasons[(flags >> goneShift) & 3],
    });
  }
  return at === bytes.length ? events : undefined;
}

/** Gives them in turn, from the first on. */
function readBodies(bytes: Bytes): (index: number, count: number) => Bytes | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return (index, count) => {
    const length = view.getUint32(index * 4);
    if (length === 0) return undefined;
    if (at === 0) at = count * 4;
    if (at + length > bytes.length) throw new RangeError('cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  if (!a || a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
