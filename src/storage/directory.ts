/**
 * Where the sealed blocks of a log are: which part of the conversation each holds, and which parts of feeds. All of it is in memory (some 3 MB at a million
 * messages), so that a page or a part of a feed is found without looking at the disk. On disk it lies in leaves of up to 128 blocks (leaf-codec.ts), so that it loads
 * with few rows, and a changed block costs one small row.
 */
import type { FeedId } from '../core/ids';
import { comparePlaces, type Place, type SequenceRange, type StoredEvent } from '../core/log-event';
import { unionRanges } from '../core/ranges';
import { isMessage } from './log-store';
import { dueMsOf, earlier, type OrderedEvents } from './ordered-events';

export interface Block {
  /** Its key on disk. */
  readonly id: number;
  readonly first: Place;
  readonly last: Place;
  readonly eventCount: number;
  readonly messageCount: number;
  /** When the first of its bodies has to go, in milliseconds since 1970. */
  readonly dueMs: number | undefined;
  readonly parts: readonly FeedPart[];
}

export interface FeedPart extends SequenceRange {
  readonly feed: FeedId;
}

/** Never changed: a changed one is another object, and goes to disk again. */
export interface Leaf {
  readonly id: number;
  /** In the order of the conversation, as the leaves are; no two overlap. */
  readonly blocks: readonly Block[];
}

const leafBlocks = 128;

export class Directory {
  readonly leaves: readonly Leaf[];
  readonly blocks: readonly Block[];

  /** `leaves` as they were read, in any order. */
  static of(leaves: readonly Leaf[]): Directory {
    return new Directory(leaves.filter(({ blocks }) => blocks.length > 0).sort((a, b) => compareFirst(a.blocks[0], b.blocks[0])));
  }

  /** Of `blocks` in any order, in new leaves: none that is in `before`. */
  static ofBlocks(blocks: readonly Block[], before: Directory): Directory {
    const leaf = { id: before.#nextLeafId(), blocks: [...blocks].sort(compareFirst) };
    return new Directory(splitLeaf(leaf, leaf.id + 1));
  }

  private constructor(leaves: readonly Leaf[]) {
    this.leaves = leaves;
    this.blocks = leaves.flatMap(({ blocks }) => blocks);
  }

  /** Position of the block that holds `place`, or would: the last one that doesn't begin after it; -1: before all. */
  positionOf(place: Place): number {
    let [low, high] = [0, this.blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePlaces((this.blocks[middle] as Block).first, place) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** How many blocks begin before `place`. */
  countBefore(place: Place): number {
    const position = this.positionOf(place);
    const block = this.blocks[position];
    return block && comparePlaces(block.first, place) === 0 ? position : position + 1;
  }

  /** With other blocks in the place of `old`. */
  replace(old: Block, blocks: readonly Block[]): Directory {
    const at = this.leaves.findIndex((leaf) => leaf.blocks.includes(old));
    const leaf = this.leaves[at];
    if (!leaf) throw new Error('a block that is not in the directory can not be replaced');
    return this.#withLeaf(at, { ...leaf, blocks: leaf.blocks.flatMap((block) => (block === old ? blocks : block)) });
  }

  /** With `blocks` before all others, or after them. */
  extend(side: 'start' | 'end', blocks: readonly Block[]): Directory {
    if (blocks.length === 0) return this;
    const at = side === 'start' ? 0 : Math.max(0, this.leaves.length - 1);
    const leaf = this.leaves[at] ?? { id: this.#nextLeafId(), blocks: [] };
    return this.#withLeaf(at, { ...leaf, blocks: side === 'start' ? [...blocks, ...leaf.blocks] : [...leaf.blocks, ...blocks] });
  }

  #withLeaf(at: number, leaf: Leaf): Directory {
    return new Directory([...this.leaves.slice(0, at), ...splitLeaf(leaf, Math.max(leaf.id + 1, this.#nextLeafId())), ...this.leaves.slice(at + 1)]);
  }

  #nextLeafId(): number {
    return this.leaves.reduce((highest, { id }) => Math.max(highest, id), 0) + 1;
  }
}

/** Into leaves of one size, none for no blocks; all but the first get ids from `nextId` on. */
function splitLeaf(leaf: Leaf, nextId: number): readonly Leaf[] {
  const { length } = leaf.blocks;
  if (length <= leafBlocks) return length === 0 ? [] : [leaf];
  const count = Math.ceil(length / leafBlocks);
  const size = Math.ceil(length / count);
  return Array.from({ length: count }, (_, index) => ({ id: index === 0 ? leaf.id : nextId + index - 1, blocks: leaf.blocks.slice(index * size, (index + 1) * size) }));
}

export function blockOf(id: number, events: OrderedEvents): Block {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new Error('a block holds at least one event');
  return {
    id,
    first: placeOf(first),
    last: placeOf(last),
    eventCount: events.length,
    messageCount: events.filter(isMessage).length,
    dueMs: events.map(dueMsOf).reduce(earlier, undefined),
    parts: partsOf(events),
  };
}

/** What of each feed is among `events`. */
export function partsOf(events: Iterable<Pick<StoredEvent, 'feed' | 'sequence'>>): readonly FeedPart[] {
  const rangesByFeed = new Map<FeedId, SequenceRange[]>();
  for (const { feed, sequence } of events) {
    const ranges = rangesByFeed.get(feed) ?? [];
    const last = ranges.at(-1);
    if (last && sequence === last.last + 1) ranges[ranges.length - 1] = { first: last.first, last: sequence };
    else rangesByFeed.set(feed, ranges).get(feed)?.push({ first: sequence, last: sequence });
  }
  // A feed's clocks may run back, so that its events are not in their own order here.
  return [...rangesByFeed].flatMap(([feed, ranges]) => (ranges.length === 1 ? ranges : unionRanges([], ranges)).map((range) => ({ feed, ...range })));
}

function placeOf({ clock, feed, sequence }: Place): Place {
  return { clock, feed, sequence };
}

function compareFirst(a: Block | undefined, b: Block | undefined): number {
  return a && b ? comparePlaces(a.first, b.first) : 0;
}
