/** What is read of a log: pages of the conversation, parts of feeds, bodies whose time is over. */
import type { FeedId } from '../core/ids';
import { comparePlaces, type SequenceRange, type StoredEvent } from '../core/log-event';
import { partsOf, type FeedPart } from './directory';
import type { LogState, ReadBlocks } from './log-plan';
import { isMessage, type LogStore, type PageQuery } from './log-store';
import { dueOf, earlier, pageOf } from './ordered-events';

export async function readPage(state: LogState, query: PageQuery, read: ReadBlocks): Promise<readonly StoredEvent[]> {
  return query.after ? pageForwards(state, query, read) : pageBackwards(state, query, read);
}

async function pageBackwards({ directory, hot }: LogState, { before, limit }: PageQuery, read: ReadBlocks): Promise<readonly StoredEvent[]> {
  const place = before && { before };
  let page = pageOf(hot, { ...place, limit });
  for (let at = before ? directory.positionOf(before) : directory.blocks.length - 1; at >= 0 && page.length < limit; at--) {
    const block = directory.blocks[at];
    if (!block || block.messageCount === 0) continue;
    page = [...pageOf((await read([block])).get(block) ?? [], { ...place, limit: limit - page.length }), ...page];
  }
  return page;
}

async function pageForwards({ directory, hot }: LogState, { after, before, limit }: PageQuery, read: ReadBlocks): Promise<readonly StoredEvent[]> {
  const place = { ...(after && { after }), ...(before && { before }) };
  const page: StoredEvent[] = [];
  for (let at = after ? Math.max(0, directory.positionOf(after)) : 0; at < directory.blocks.length && page.length < limit; at++) {
    const block = directory.blocks[at];
    if (!block || block.messageCount === 0) continue;
    if (before && comparePlaces(block.first, before) >= 0) return page;
    page.push(...pageOf((await read([block])).get(block) ?? [], { ...place, limit: limit - page.length }));
  }
  return [...page, ...pageOf(hot, { ...place, limit: limit - page.length })];
}

export async function readSlice({ directory, hot }: LogState, feed: FeedId, { first, last }: SequenceRange, read: ReadBlocks): Promise<readonly StoredEvent[]> {
  const blocks = directory.blocks.filter(({ parts }) => parts.some((part) => part.feed === feed && part.first <= last && part.last >= first));
  const older = blocks.length > 0 ? [...(await read(blocks)).values()].flat() : [];
  const events = [...older, ...hot];
  return events.filter((event) => event.feed === feed && event.sequence >= first && event.sequence <= last).sort((a, b) => a.sequence - b.sequence);
}

export async function readDue({ directory, hot }: LogState, nowMs: number, limit: number, read: ReadBlocks): ReturnType<LogStore['due']> {
  let { ids, nextMs } = dueOf(hot, nowMs, limit);
  for (const block of directory.blocks) {
    if (block.dueMs === undefined) continue;
    const isDue = block.dueMs <= nowMs && ids.length < limit;
    const due = isDue ? dueOf((await read([block])).get(block) ?? [], nowMs, limit - ids.length) : { ids: [], nextMs: block.dueMs };
    ids = [...ids, ...due.ids];
    nextMs = earlier(nextMs, due.nextMs);
  }
  return { ids, nextMs };
}

export function countMessages({ directory, hot }: LogState): number {
  return directory.blocks.reduce((sum, { messageCount }) => sum + messageCount, hot.filter(isMessage).length);
}

/** Of all feeds, in no order. */
export function heldParts({ directory, hot }: LogState): readonly FeedPart[] {
  return [...directory.blocks.flatMap(({ parts }) => parts), ...partsOf(hot)];
}
