/**
 * Names of feeds (core/log-event.ts). The room is part of the name, so that no event can be carried from one room into another, and so is the incarnation, so that
 * a device which lost its store never signs two histories of one feed.
 *
 *     scope     a room's id; a named room's tag
 *     feed id   base64url of the first 16 bytes of SHA-256("mindmeet/feed/1" ‖ scope ‖ device key ‖ incarnation)
 */
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import { concatBytes } from '../core/bytes';
import type { FeedId } from '../core/ids';
import type { Bytes, Feed } from '../core/log-event';
import { deriveDeviceId } from './invite';

/** Random bytes of an incarnation. */
export const incarnationBytes = 16;

const feedIdBytes = 16;
/** Feeds remembered at once: some rooms full, and small. */
const cachedMaximum = 2_000;

const utf8 = new TextEncoder();
const feedsByParts = new Map<string, Promise<Feed>>();

/** `key`: 65-byte uncompressed P-256 point. `incarnation`: 16 bytes. */
export async function deriveFeedId(scope: string, key: Bytes, incarnation: Bytes): Promise<FeedId> {
  const hash = await crypto.subtle.digest('SHA-256', concatBytes(utf8.encode(`mindmeet/feed/1${scope}`), key, incarnation));
  return encodeBase64Url(new Uint8Array(hash, 0, feedIdBytes)) as FeedId;
}

/** The whole feed, whose id follows from the arguments. The same object for the same arguments, while it is remembered: a peer names its feeds again and again. */
export function feedOf(scope: string, key: Bytes, incarnation: Bytes): Promise<Feed> {
  const parts = `${scope} ${encodeBase64Url(key)} ${encodeBase64Url(incarnation)}`;
  const known = feedsByParts.get(parts);
  if (known) return known;
  const feed = makeFeed(scope, key, incarnation);
  // Keys are free, so a flood of them must not fill the memory.
  if (feedsByParts.size >= cachedMaximum) feedsByParts.clear();
  feedsByParts.set(parts, feed);
  return feed;
}

/** The 16 bytes that a feed id stands for, as an event's header has them. */
export function feedIdToBytes(id: FeedId): Bytes {
  const bytes = decodeBase64Url(id);
  if (bytes?.length !== feedIdBytes) throw new RangeError('not a feed id');
  return bytes;
}

async function makeFeed(scope: string, key: Bytes, incarnation: Bytes): Promise<Feed> {
  const [id, device] = await Promise.all([deriveFeedId(scope, key, incarnation), deriveDeviceId(key)]);
  return { id, device, key, incarnation };
}
