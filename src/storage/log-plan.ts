/**
 * What a change makes of a log: the newest events (hot) lie a row each, so that a word costs one row; the older ones in blocks of at most 256, so that a hundred
 * thousand cost a few hundred. Every block is older than all hot events, and no two blocks overlap in the order of the conversation. Late events go into the block they
 * belong to, which is split when it grows too large; what comes in bulk makes blocks at once.
 */
import type { FeedId, MessageId } from '../core/ids';
import { comparePlaces, messageIdOf, placeOfMessage, type GoneReason, type SequenceRange, type StoredEvent } from '../core/log-event';
import { blockOf, type Block, type Directory } from './directory';
import { keptOf, withoutBody, type LogChange } from './log-store';
import { inOrder, mergeOrdered, positionOf, type OrderedEvents } from './ordered-events';

/** What is in memory of a log. Never changed, so that a write that fails leaves it as it was. */
export interface LogState {
  readonly directory: Directory;
  readonly hot: OrderedEvents;
  /** Ids of blocks are not used twice. */
  readonly nextBlockId: number;
}

/** What has to be written so that the disk is as `state`. */
export interface LogPlan {
  readonly state: LogState;
  readonly writtenBlocks: ReadonlyMap<Block, OrderedEvents>;
  readonly removedBlocks: readonly Block[];
  readonly writtenRows: OrderedEvents;
  readonly removedRows: OrderedEvents;
}

const blockEvents = 256;
/** Bodies of a block: a page should not wait for megabytes. */
const blockBytes = 256 * 1024;
const hotEvents = 512;
const hotBytes = 512 * 1024;
/** So many new events side by side make a block, instead of rows or a part of another block. */
const bulkEvents = 128;

/** Gives the events of blocks that are in the state; throws when it can't. */
export type ReadBlocks = (blocks: readonly Block[]) => Promise<ReadonlyMap<Block, OrderedEvents>>;

export async function planChange(state: LogState, change: LogChange, read: ReadBlocks): Promise<LogPlan> {
  const draft = new PlanDraft(state, read);
  await draft.truncate(change.truncate ?? []);
  await draft.add(change.events ?? []);
  await draft.erase(change.erase ?? []);
  return draft.finish();
}

class PlanDraft {
  readonly #before: LogState;
  readonly #read: ReadBlocks;
  /** Of blocks of the state before, and as they shall be. */
  readonly #changed = new Map<Block, OrderedEvents>();
  #hot: OrderedEvents;
  /** Whole blocks of late events, before and after the block that they stand beside. */
  readonly #inserted = new Map<Block, { readonly before: OrderedEvents; readonly after: OrderedEvents }>();
  /** Older than the hot ones, newer than all blocks. */
  #appended: OrderedEvents = [];

  constructor(before: LogState, read: ReadBlocks) {
    this.#before = before;
    this.#read = read;
    this.#hot = before.hot;
  }

  async truncate(cuts: readonly { readonly feed: FeedId; readonly from: number }[]): Promise<void> {
    if (cuts.length === 0) return;
    const stays = ({ feed, sequence }: StoredEvent): boolean => !cuts.some((cut) => cut.feed === feed && sequence >= cut.from);
    this.#hot = this.#hot.filter(stays);
    const blocks = this.#before.directory.blocks.filter(({ parts }) => parts.some(({ feed, last }) => cuts.some((cut) => cut.feed === feed && last >= cut.from)));
    for (const [block, events] of await this.#eventsOf(blocks)) this.#changed.set(block, events.filter(stays));
  }

  async add(events: readonly StoredEvent[]): Promise<void> {
    const coming = new Coming(events);
    if (events.length === 0) return;
    this.#hot = coming.meet(this.#hot);
    for (const [block, held] of await this.#eventsOf(this.#holdersOf(coming.eventsByFeed))) {
      const met = coming.meet(held);
      if (met !== held) this.#changed.set(block, met);
    }
    const fresh = inOrder(coming.rest());
    const boundary = this.#before.directory.blocks.at(-1)?.last;
    const late = boundary ? fresh.filter((event) => comparePlaces(event, boundary) < 0) : [];
    await this.#addLate(late);
    await this.#addNewest(fresh.slice(late.length));
  }

  async erase(erased: readonly { readonly id: MessageId; readonly reason: GoneReason }[]): Promise<void> {
    if (erased.length === 0) return;
    const reasons = new Map(erased.map(({ id, reason }) => [id, reason]));
    const sequences = new Map<FeedId, Set<number>>();
    for (const { feed, sequence } of erased.map(({ id }) => placeOfMessage(id))) sequences.set(feed, (sequences.get(feed) ?? new Set<number>()).add(sequence));
    const clean = (events: OrderedEvents): OrderedEvents => {
      const cleaned = events.map((event) => {
        const reason = event.gone ? undefined : reasons.get(messageIdOf(event));
        return reason ? withoutBody(event, reason) : event;
      });
      return cleaned.some((event, index) => event !== events[index]) ? cleaned : events;
    };
    this.#hot = clean(this.#hot);
    this.#appended = clean(this.#appended);
    for (const [block, events] of this.#changed) this.#changed.set(block, clean(events));
    for (const [block, { before, after }] of this.#inserted) this.#inserted.set(block, { before: clean(before), after: clean(after) });
    for (const [block, events] of await this.#eventsOf(this.#holdersOf(sequences))) {
      const cleaned = clean(events);
      if (cleaned !== events) this.#changed.set(block, cleaned);
    }
  }

  finish(): LogPlan {
    let { directory, nextBlockId } = this.#before;
    const writtenBlocks = new Map<Block, OrderedEvents>();
    const removedBlocks: Block[] = [];
    const make = (chunks: readonly OrderedEvents[], firstId?: number): readonly Block[] =>
      chunks.map((events, index) => {
        const block = blockOf(index === 0 && firstId !== undefined ? firstId : nextBlockId++, events);
        writtenBlocks.set(block, events);
        return block;
      });
    for (const [block, events] of this.#changed) {
      const chunks = splitEvenly(events);
      // One that is split gets other ids, so that a tab which only looks finds that it is gone, not half of it.
      const made = make(chunks, chunks.length === 1 ? block.id : undefined);
      if (chunks.length !== 1) removedBlocks.push(block);
      directory = directory.replace(block, this.#withInserted(block, made, make));
    }
    for (const block of this.#inserted.keys()) if (!this.#changed.has(block)) directory = directory.replace(block, this.#withInserted(block, [block], make));
    directory = directory.extend('end', make(splitFull(this.#appended)));
    const before = new Set(this.#before.hot);
    const rows = new Map(this.#hot.map((event) => [messageIdOf(event), event]));
    return {
      state: { directory, hot: this.#hot, nextBlockId },
      writtenBlocks,
      removedBlocks,
      writtenRows: this.#hot.filter((event) => !before.has(event)),
      removedRows: this.#before.hot.filter((event) => !rows.has(messageIdOf(event))),
    };
  }

  #withInserted(block: Block, made: readonly Block[], make: (chunks: readonly OrderedEvents[]) => readonly Block[]): readonly Block[] {
    const { before = [], after = [] } = this.#inserted.get(block) ?? {};
    return [...make(splitFull(before)), ...made, ...make(splitFull(after))];
  }

  /** Each to the block that it belongs to, or beside it; those older than all to the first. */
  async #addLate(late: OrderedEvents): Promise<void> {
    const { directory } = this.#before;
    const lateByBlock = new Map<Block, StoredEvent[]>();
    for (const event of late) {
      const block = directory.blocks[Math.max(0, directory.positionOf(event))];
      if (!block) throw new Error('late events come after a block');
      const those = lateByBlock.get(block);
      if (those) those.push(event);
      else lateByBlock.set(block, [event]);
    }
    for (const [block, events] of lateByBlock) {
      const start = positionOf(events, block.first);
      const end = positionOf(events, block.last);
      const before = start >= bulkEvents ? events.splice(0, start) : [];
      const after = events.length + before.length - end >= bulkEvents ? events.splice(end - before.length) : [];
      if (before.length + after.length > 0) this.#inserted.set(block, { before, after });
      if (events.length === 0) lateByBlock.delete(block);
    }
    for (const [block, events] of await this.#eventsOf([...lateByBlock.keys()])) this.#changed.set(block, mergeOrdered(events, lateByBlock.get(block) ?? []));
  }

  async #addNewest(newest: OrderedEvents): Promise<void> {
    const hot = mergeOrdered(this.#hot, newest);
    if (newest.length >= bulkEvents) {
      this.#appended = hot;
      this.#hot = [];
      await this.#fillLast();
    } else if (hot.length > hotEvents || bytesOf(hot) > hotBytes) {
      const [oldest = []] = splitFull(hot);
      this.#appended = oldest;
      this.#hot = hot.slice(oldest.length);
    } else {
      this.#hot = hot;
    }
  }

  /** Bulk that comes in small parts must not leave small blocks behind. */
  async #fillLast(): Promise<void> {
    const last = this.#before.directory.blocks.at(-1);
    if (!last || last.eventCount > blockEvents / 2) return;
    for (const [block, events] of await this.#eventsOf([last])) {
      const missing = this.#appended.slice(0, Math.max(0, blockEvents - events.length));
      this.#appended = this.#appended.slice(missing.length);
      this.#changed.set(block, [...events, ...missing]);
    }
  }

  #holdersOf(sequencesByFeed: ReadonlyMap<FeedId, Sequences>): readonly Block[] {
    return this.#before.directory.blocks.filter(({ parts }) => parts.some((part) => overlaps(sequencesByFeed.get(part.feed), part)));
  }

  async #eventsOf(blocks: readonly Block[]): Promise<ReadonlyMap<Block, OrderedEvents>> {
    const unread = blocks.filter((block) => !this.#changed.has(block));
    const read = unread.length === 0 ? undefined : await this.#read(unread);
    return new Map(blocks.map((block) => [block, this.#changed.get(block) ?? read?.get(block) ?? []]));
  }
}

/** Events that are to be added, until it is known what of them is held. */
class Coming {
  readonly eventsByFeed = new Map<FeedId, Map<number, StoredEvent>>();

  constructor(events: readonly StoredEvent[]) {
    for (const event of events) {
      let feed = this.eventsByFeed.get(event.feed);
      if (!feed) this.eventsByFeed.set(event.feed, (feed = new Map<number, StoredEvent>()));
      const known = feed.get(event.sequence);
      feed.set(event.sequence, keptOf(known, event));
    }
  }

  /** `held` as it is after these came; those it has are not coming any more. */
  meet(held: OrderedEvents): OrderedEvents {
    let changed = false;
    const met = held.map((event) => {
      const feed = this.eventsByFeed.get(event.feed);
      const coming = feed?.get(event.sequence);
      if (!feed || !coming) return event;
      feed.delete(event.sequence);
      const kept = keptOf(event, coming);
      changed ||= kept !== event;
      return kept;
    });
    return changed ? met : held;
  }

  rest(): StoredEvent[] {
    return [...this.eventsByFeed.values()].flatMap((events) => [...events.values()]);
  }
}

/** A set of them, or a map by them. */
interface Sequences {
  readonly size: number;
  has(sequence: number): boolean;
  keys(): Iterable<number>;
}

function overlaps(sequences: Sequences | undefined, { first, last }: SequenceRange): boolean {
  if (!sequences) return false;
  if (last - first < sequences.size) {
    for (let sequence = first; sequence <= last; sequence++) if (sequences.has(sequence)) return true;
    return false;
  }
  for (const sequence of sequences.keys()) if (sequence >= first && sequence <= last) return true;
  return false;
}

/** Full ones, then what is left. */
function splitFull(events: OrderedEvents): readonly OrderedEvents[] {
  return split(events, blockEvents, blockBytes);
}

/** As many as are needed, of one size: whoever adds in the middle again must find room. */
function splitEvenly(events: OrderedEvents): readonly OrderedEvents[] {
  const count = Math.max(Math.ceil(events.length / blockEvents), Math.ceil(bytesOf(events) / blockBytes));
  return count <= 1 ? splitFull(events) : split(events, Math.ceil(events.length / count), blockBytes);
}

function split(events: OrderedEvents, most: number, mostBytes: number): readonly OrderedEvents[] {
  const chunks: OrderedEvents[] = [];
  let start = 0;
  let bytes = 0;
  for (const [at, { body }] of events.entries()) {
    bytes += body?.length ?? 0;
    if (at === start || (at - start < most && bytes <= mostBytes)) continue;
    chunks.push(events.slice(start, at));
    start = at;
    bytes = body?.length ?? 0;
  }
  if (start < events.length) chunks.push(events.slice(start));
  return chunks;
}

function bytesOf(events: OrderedEvents): number {
  return events.reduce((sum, { body }) => sum + (body?.length ?? 0), 0);
}
