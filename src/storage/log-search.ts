/** Looking for words through the sealed blocks, newest first: only their folded texts are read, until one has the words. No index is held in memory. */
import type { Place, StoredEvent } from '../core/log-event';
import { foldForSearch, searchTextOf, textSeparator } from './body-text';
import type { Block, Directory } from './directory';
import type { LogState } from './log-plan';
import type { OrderedEvents } from './ordered-events';

export interface SearchedLog {
  /** Runs between writes. */
  look<T>(work: (state: LogState) => Promise<T>): Promise<T>;
  readTexts(blocks: readonly Block[]): Promise<readonly (string | undefined)[]>;
  readBlocks(blocks: readonly Block[]): Promise<ReadonlyMap<Block, OrderedEvents>>;
}

/** Blocks looked through in one go: few at first, so that what is common is found at once, then as many as make the disk's answers cheap. */
const firstStep = 2;
const lastStep = 64;

export async function* searchLog(log: SearchedLog, words: string, signal: AbortSignal): AsyncIterable<readonly StoredEvent[]> {
  const wanted = foldForSearch(words);
  if (wanted === '' || signal.aborted) return;
  let older: Place | undefined;
  const newest = await log.look(async ({ hot }) => {
    older = hot[0];
    return eventsWith(hot, hot.map(({ body }) => searchTextOf(body)), wanted);
  });
  if (newest.length > 0) yield newest;
  let ahead: ReadTexts | undefined;
  for (let step = firstStep; !signal.aborted; step = Math.min(2 * step, lastStep)) {
    const found = await log.look(async ({ directory }) => {
      const blocks = blocksBefore(directory, older, step);
      const oldest = blocks.at(-1);
      if (!oldest) return undefined;
      const texts = ahead && isSame(ahead.blocks, blocks) ? ahead.texts : log.readTexts(blocks);
      // The disk brings the next ones while these are looked through.
      const next = blocksBefore(directory, oldest.first, Math.min(2 * step, lastStep));
      ahead = { blocks: next, texts: log.readTexts(next) };
      ahead.texts.catch(() => undefined);
      const hits = await hitsIn(log, blocks, await texts, wanted);
      older = oldest.first;
      return hits;
    });
    if (!found) return;
    for (const hits of found) yield hits;
  }
}

interface ReadTexts {
  readonly blocks: readonly Block[];
  readonly texts: Promise<readonly (string | undefined)[]>;
}

/** Newest first. */
function blocksBefore(directory: Directory, place: Place | undefined, count: number): readonly Block[] {
  const end = place ? directory.countBefore(place) : directory.blocks.length;
  return directory.blocks.slice(Math.max(0, end - count), end).reverse();
}

function isSame(a: readonly Block[], b: readonly Block[]): boolean {
  return a.length === b.length && a.every((block, index) => block === b[index]);
}

/** A list for each block that has some. */
async function hitsIn(log: SearchedLog, blocks: readonly Block[], texts: readonly (string | undefined)[], wanted: string): Promise<readonly (readonly StoredEvent[])[]> {
  // Those whose texts are lost, or not made yet, are looked through as they are.
  const candidates = blocks.flatMap((block, index) => (texts[index]?.includes(wanted) === false ? [] : [{ block, text: texts[index] }]));
  if (candidates.length === 0) return [];
  const events = await log.readBlocks(candidates.map(({ block }) => block));
  return candidates
    .map(({ block, text }) => {
      const held = events.get(block) ?? [];
      const parts = text?.split(textSeparator);
      return eventsWith(held, parts?.length === held.length ? parts : held.map(({ body }) => searchTextOf(body)), wanted);
    })
    .filter(({ length }) => length > 0);
}

/** Newest first. */
function eventsWith(events: OrderedEvents, texts: readonly string[], wanted: string): readonly StoredEvent[] {
  return events.filter((event, index) => event.body && texts[index]?.includes(wanted)).reverse();
}
