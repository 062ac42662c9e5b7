/** Feeds and marks as the log keeps them: JSON, sealed. */
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { DeviceId, FeedId } from '../core/ids';
import type { Bytes, FeedHead, FeedRecord, SequenceRange } from '../core/log-event';
import type { Mark } from '../core/marks';
import { fieldsOf, isCount, isText } from './row';

/** Bytes as base64url. */
export function rowOfFeed({ id, device, key, incarnation, ranges, head, forked }: FeedRecord): unknown {
  const { sequence, hash, clock } = head ?? {};
  return { id, device, key: encodeBase64Url(key), incarnation: encodeBase64Url(incarnation), ranges, ...(hash && { head: { sequence, hash: encodeBase64Url(hash), clock } }), forked };
}

export function parseFeed(row: unknown): FeedRecord | undefined {
  const { id, device, key, incarnation, ranges, head, forked } = fieldsOf(row) ?? {};
  const [keyBytes, incarnationBytes] = [parseBytes(key), parseBytes(incarnation)];
  if (!isText(id) || !isText(device) || !keyBytes || !incarnationBytes || !Array.isArray(ranges) || !ranges.every(isRange)) return undefined;
  return { id: id as FeedId, device: device as DeviceId, key: keyBytes, incarnation: incarnationBytes, ranges, head: parseHead(head), forked: forked === true };
}

/** Only we write them, and the seal says so; this tells an older release's from another's. */
export function parseMark(row: unknown): Mark | undefined {
  const { target, deletedBy, editions, reactions, pin } = fieldsOf(row) ?? {};
  if (!isText(target) || !Array.isArray(deletedBy) || !Array.isArray(editions) || !Array.isArray(reactions)) return undefined;
  return { target, deletedBy, editions, reactions, pin } as unknown as Mark;
}

function parseHead(row: unknown): FeedHead | undefined {
  const { sequence, hash, clock } = fieldsOf(row) ?? {};
  const { wallMs, counter } = fieldsOf(clock) ?? {};
  const bytes = parseBytes(hash);
  return isCount(sequence) && bytes && isCount(wallMs) && isCount(counter) ? { sequence, hash: bytes, clock: { wallMs, counter } } : undefined;
}

function parseBytes(value: unknown): Bytes | undefined {
  return isText(value) ? decodeBase64Url(value) : undefined;
}

function isRange(value: unknown): value is SequenceRange {
  const { first, last } = fieldsOf(value) ?? {};
  return isCount(first) && isCount(last) && first <= last;
}
