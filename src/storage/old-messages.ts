/**
 * Messages of releases before version 3: unsigned, a row each in `messages`. They become events of a feed that stands for no device and is never exchanged: it has no
 * FeedRecord, so nobody is told of it, and its events are only read here. Their authors stand in their bodies.
 */
import { compareTimestamps, counterMaximum, type Timestamp } from '../core/clock';
import type { FeedId, RoomAlias } from '../core/ids';
import type { Bytes, StoredEvent } from '../core/log-event';
import { keysOfRoom, type ReadableStore } from './database';
import { fieldsOf, isCount, isText } from './row';

/** 16 zeros: no hash of a device's key will be that. Body: 16 zeros, then `{ kind: 'text', name, text, author }` with the author's DeviceId. */
export const localFeed = 'AAAAAAAAAAAAAAAAAAAAAA' as FeedId;

interface OldMessage {
  readonly id: string;
  readonly author: string;
  readonly authorName: string;
  readonly clock: Timestamp;
  readonly body: string;
}

/** As events after the feed's `last`. Rows that are no messages are passed over. */
export async function readOldMessages(store: ReadableStore<'messages'>, alias: RoomAlias, last: number): Promise<readonly StoredEvent[]> {
  const rows = await store.getAll(keysOfRoom(alias));
  const messages = rows.flatMap((row) => parseMessage(row) ?? []).sort(compareMessages);
  return messages.map((message, index) => eventOf(message, last + 1 + index));
}

const encoder = new TextEncoder();
const zeros: Bytes = new Uint8Array(32);
const saltBytes = 16;
const wallMaximum = 2 ** 48 - 1;

function eventOf({ author, authorName, clock, body }: OldMessage, sequence: number): StoredEvent {
  return {
    feed: localFeed,
    sequence,
    kind: 'message',
    clock,
    lifetimeS: 0,
    paceMs: 65_535,
    previous: zeros,
    bodyHash: zeros,
    hash: zeros,
    signature: undefined,
    gone: undefined,
    body: new Uint8Array([...zeros.subarray(0, saltBytes), ...encoder.encode(JSON.stringify({ kind: 'text', name: authorName, text: body, author }))]),
  };
}

/** As that release ordered them. */
function compareMessages(a: OldMessage, b: OldMessage): number {
  return compareTimestamps(a.clock, b.clock) || compareText(a.author, b.author) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function parseMessage(row: unknown): OldMessage | undefined {
  const { id, author, authorName, wallMs, counter, body } = fieldsOf(row) ?? {};
  if (!isText(id) || !isText(author) || !isText(authorName) || !isCount(wallMs) || !isCount(counter) || !isText(body)) return undefined;
  return { id, author, authorName, clock: { wallMs: Math.min(wallMs, wallMaximum), counter: Math.min(counter, counterMaximum) }, body };
}
