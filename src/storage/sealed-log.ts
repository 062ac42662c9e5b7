/**
 * The rows of one room's log in IndexedDB, sealed (sealing.ts), and what is in them. In clear stands, beside lengths: the room's alias and epoch, the feed and sequence of
 * each newest event and of each message that has marks, which of those are pinned, the ids of feeds and the names of notes; the numbers of blocks say their age.
 *
 *   logState  [alias, epoch, 'feed', FEED] FeedRecord · [alias, epoch, 'leaf', NUMBER] a leaf of the directory · [alias, epoch, 'note', NAME] JSON
 *   logRows   [alias, epoch, FEED.SEQUENCE] one of the newest events: length of the head (u32), head, body (event-codec.ts)
 *   logHeads, logBodies, logTexts   [alias, epoch, NUMBER] a block's: heads, bodies (event-codec.ts), and its texts folded for the search, one after another
 *   logMarks  [alias, epoch, FEED.SEQUENCE] { sealed, pinnedIn: [alias, epoch] of one that has or had a pin }
 *   logAside  [alias, epoch, SET_ASIDE_MS, …key of before] what could not be read, as it was
 */
import { concatBytes } from '../core/bytes';
import type { MessageId, RoomAlias } from '../core/ids';
import type { Bytes, FeedRecord, StoredEvent } from '../core/log-event';
import { messageIdOf } from '../core/log-event';
import type { Mark } from '../core/marks';
import { searchTextOf, textSeparator } from './body-text';
import type { Database, LogRowKey, LogStoreName } from './database';
import { blockOf, Directory, type Block, type Leaf } from './directory';
import { decodeEvents, encodeBodies, encodeHeads } from './event-codec';
import { parseFeed, parseMark, rowOfFeed } from './feed-row';
import { decodeLeaf, encodeLeaf } from './leaf-codec';
import type { LogPlan, LogState } from './log-plan';
import type { LogChange } from './log-store';
import { inOrder, type OrderedEvents } from './ordered-events';
import { fieldsOf } from './row';
import type { Sealer } from './sealing';

/** A row to write; `value` undefined: one to delete. */
export interface RowChange {
  readonly store: LogStoreName;
  readonly key: LogRowKey;
  readonly value: unknown;
}

export interface LoadedLog {
  readonly state: LogState;
  readonly feeds: readonly FeedRecord[];
  readonly notes: Readonly<Record<string, unknown>>;
  readonly pins: readonly Mark[];
  /** Rows that can't be read, and those that replace what was in them, as far as it is known. */
  readonly damaged: readonly Omit<RowChange, 'value'>[];
  readonly repaired: readonly RowChange[];
}

/** Blocks that are not there, or can't be read. */
export class UnreadableBlocks extends Error {
  readonly blocks: readonly Block[];

  constructor(blocks: readonly Block[]) {
    super('blocks of the log can not be read');
    this.blocks = blocks;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class SealedLog {
  readonly #database: Database;
  readonly #sealer: Sealer;
  readonly #prefix: readonly [RoomAlias, number];
  readonly #cache = new BlockCache();

  constructor(database: Database, sealer: Sealer, alias: RoomAlias, epoch: number) {
    this.#database = database;
    this.#sealer = sealer;
    this.#prefix = [alias, epoch];
  }

  async load(): Promise<LoadedLog> {
    const range = IDBKeyRange.bound([...this.#prefix], [...this.#prefix, []]);
    const found = await this.#database.readAcross(['logState', 'logRows', 'logMarks', 'logHeads'], async (storeOf) => {
      const pins = storeOf('logMarks').index('byPin');
      const [stateKeys, stateRows, rowKeys, rows, pinKeys, pinRows, blockCount] = await Promise.all([
        storeOf('logState').getAllKeys(range), storeOf('logState').getAll(range), storeOf('logRows').getAllKeys(range), storeOf('logRows').getAll(range),
        pins.getAllKeys([...this.#prefix]), pins.getAll([...this.#prefix]), storeOf('logHeads').count(range),
      ]);
      return { state: zip(stateKeys, stateRows), rows: zip(rowKeys, rows), pins: zip(pinKeys, pinRows), blockCount };
    });
    const damaged: Omit<RowChange, 'value'>[] = [];
    const read = async <Value>(store: LogStoreName, entries: readonly Entry[], parse: (place: string, value: unknown, key: LogRowKey) => Promise<Value | undefined>): Promise<Value[]> => {
      const values = await Promise.all(entries.map(({ key, value }) => parse(placeOf(store, key), value, key)));
      return values.filter((value, index) => {
        if (value === undefined) damaged.push({ store, key: entries[index]?.key ?? [] });
        return value !== undefined;
      }) as Value[];
    };
    const ofKind = (kind: string): readonly Entry[] => found.state.filter(({ key }) => key[2] === kind);
    const [feeds, leaves, notes, events, pins] = await Promise.all([
      read('logState', ofKind('feed'), async (place, value) => parseFeed(await this.#sealer.openJson(place, value))),
      read('logState', ofKind('leaf'), async (place, value, key) => this.#openLeaf(place, value, Number(key[3]))),
      read('logState', ofKind('note'), async (place, value, key) => this.#openNote(place, value, String(key[3]))),
      read('logRows', found.rows, (place, value) => this.#openRow(place, value)),
      read('logMarks', found.pins, (place, value) => this.#openMark(place, value)),
    ]);
    const directory = Directory.of(leaves);
    const known = { directory, hot: inOrder(events), nextBlockId: 1 + directory.blocks.reduce((highest, { id }) => Math.max(highest, id), 0) };
    const whole = directory.blocks.length === found.blockCount;
    const state = whole ? known : await this.#findBlocks(known);
    const left = new Set(state.directory.blocks);
    damaged.push(...known.directory.blocks.filter((block) => !left.has(block)).flatMap(({ id }) => this.blockKeys(id)));
    return { state, feeds, notes: Object.fromEntries(notes), pins, damaged, repaired: whole ? [] : await this.leafChanges(known.directory, state.directory) };
  }

  /** Throws UnreadableBlocks. Those read last stay in memory for a while. */
  async readBlocks(blocks: readonly Block[]): Promise<ReadonlyMap<Block, OrderedEvents>> {
    const unread = blocks.filter(({ id }) => !this.#cache.get(id));
    const opened = await this.#openBlocks(unread.map(({ id }) => id));
    const missing = unread.filter((_, index) => !opened[index]);
    if (missing.length > 0) throw new UnreadableBlocks(missing);
    const eventsOf = (block: Block): OrderedEvents => this.#cache.get(block.id) ?? opened[unread.indexOf(block)] ?? [];
    const events = new Map(blocks.map((block) => [block, eventsOf(block)]));
    for (const [block, read] of events) this.#cache.put(block.id, read);
    return events;
  }

  /** Folded; each block's texts with `textSeparator` between them. Undefined for one that has none (yet), or whose can't be read. */
  async readTexts(blocks: readonly Block[]): Promise<readonly (string | undefined)[]> {
    if (blocks.length === 0) return [];
    const rows = await this.#database.read('logTexts', async (store) => {
      const ids = blocks.map(({ id }) => id);
      const [lowest, highest] = [Math.min(...ids), Math.max(...ids)];
      // Neighbours in time nearly always lie together, and one request for all costs a fraction of one for each.
      if (highest - lowest > 2 * ids.length) return Promise.all(ids.map((id) => store.get(this.#key(id))));
      const range = IDBKeyRange.bound(this.#key(lowest), this.#key(highest));
      const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
      const valuesById = new Map(keys.map((key, index) => [key[2], values[index]]));
      return ids.map((id) => valuesById.get(id));
    });
    const opened = await Promise.all(rows.map((row, index) => this.#sealer.open(placeOf('logTexts', this.#key(blocks[index]?.id ?? 0)), row)));
    return opened.map((bytes) => (bytes ? decoder.decode(bytes) : undefined));
  }

  /** Blocks that have no texts, of those with the ids. */
  async idsWithoutTexts(blocks: readonly Block[]): Promise<readonly number[]> {
    const keys = await this.#database.read('logTexts', (store) => store.getAllKeys(IDBKeyRange.bound([...this.#prefix], [...this.#prefix, []])));
    const known = new Set(keys.map((key) => key[2]));
    return blocks.map(({ id }) => id).filter((id) => !known.has(id));
  }

  async sealTexts(id: number, events: OrderedEvents): Promise<RowChange> {
    return this.#sealed('logTexts', [id], encoder.encode(events.map(({ body }) => searchTextOf(body)).join(textSeparator)));
  }

  async readMarks(targets: readonly MessageId[]): Promise<readonly Mark[]> {
    const rows = await this.#database.read('logMarks', (store) => Promise.all(targets.map((target) => store.get(this.#key(target)))));
    const marks = await Promise.all(rows.map((row, index) => this.#openMark(placeOf('logMarks', this.#key(targets[index] ?? '')), row)));
    return marks.filter((mark) => mark !== undefined);
  }

  /** The rows that make the disk as the change wants it. */
  async seal(before: LogState, plan: LogPlan, { feeds = [], marks = [], notes = {} }: LogChange): Promise<readonly RowChange[]> {
    const changes = await Promise.all([
      ...[...plan.writtenBlocks].map(([{ id }, events]) => this.#blockChanges(id, events, id >= before.nextBlockId)),
      ...plan.writtenRows.map(async (event) => [await this.#sealed('logRows', [messageIdOf(event)], rowBytesOf(event))]),
      ...feeds.map(async (feed) => [await this.#sealed('logState', ['feed', feed.id], jsonBytes(rowOfFeed(feed)))]),
      ...marks.map(async (mark) => [await this.#markChange(mark)]),
      ...Object.entries(notes).map(async ([name, value]) => [value === undefined ? this.#deleted('logState', ['note', name]) : await this.#sealed('logState', ['note', name], jsonBytes(value))]),
      this.leafChanges(before.directory, plan.state.directory),
    ]);
    return [
      ...changes.flat(),
      ...plan.removedBlocks.flatMap(({ id }) => this.blockKeys(id).map(({ store, key }) => ({ store, key, value: undefined }))),
      ...plan.removedRows.map((event) => this.#deleted('logRows', [messageIdOf(event)])),
    ];
  }

  /** To be called when the plan is on the disk. */
  remember({ writtenBlocks, removedBlocks }: LogPlan): void {
    for (const { id } of removedBlocks) this.#cache.delete(id);
    for (const [{ id }, events] of writtenBlocks) this.#cache.put(id, events);
  }

  /** The rows that make the directory on disk another. */
  async leafChanges(before: Directory, after: Directory): Promise<readonly RowChange[]> {
    const known = new Set(before.leaves);
    const kept = new Set(after.leaves.map(({ id }) => id));
    const written = after.leaves.filter((leaf) => !known.has(leaf)).map((leaf) => this.#sealed('logState', ['leaf', leaf.id], encodeLeaf(leaf)));
    return [...(await Promise.all(written)), ...before.leaves.filter(({ id }) => !kept.has(id)).map(({ id }) => this.#deleted('logState', ['leaf', id]))];
  }

  blockKeys(id: number): readonly { readonly store: LogStoreName; readonly key: LogRowKey }[] {
    return blockStores.map((store) => ({ store, key: this.#key(id) }));
  }

  /** The directory was damaged: finds the blocks that it doesn't name. */
  async #findBlocks(known: LogState): Promise<LogState> {
    const keys = await this.#database.read('logHeads', (store) => store.getAllKeys(IDBKeyRange.bound([...this.#prefix], [...this.#prefix, []])));
    const ids = keys.map((key) => Number(key[2]));
    const named = new Map(known.directory.blocks.map((block) => [block.id, block]));
    const blocks: Block[] = [];
    for (const id of ids) {
      const [events] = named.has(id) ? [] : await this.#openBlocks([id]);
      const block = named.get(id) ?? (events?.length ? blockOf(id, events) : undefined);
      if (block) blocks.push(block);
    }
    return { ...known, directory: Directory.ofBlocks(blocks, known.directory), nextBlockId: 1 + Math.max(0, ...ids) };
  }

  async #openBlocks(ids: readonly number[]): Promise<readonly (OrderedEvents | undefined)[]> {
    if (ids.length === 0) return [];
    const rows = await this.#database.readAcross(['logHeads', 'logBodies'], (storeOf) =>
      Promise.all(ids.map((id) => Promise.all([storeOf('logHeads').get(this.#key(id)), storeOf('logBodies').get(this.#key(id))]))),
    );
    return Promise.all(
      rows.map(async ([headsRow, bodiesRow], index) => {
        const key = this.#key(ids[index] ?? 0);
        const [heads, bodies] = await Promise.all([this.#sealer.open(placeOf('logHeads', key), headsRow), this.#sealer.open(placeOf('logBodies', key), bodiesRow)]);
        return heads && bodies && decodeEvents(heads, bodies);
      }),
    );
  }

  async #openLeaf(place: string, value: unknown, id: number): Promise<Leaf | undefined> {
    const bytes = await this.#sealer.open(place, value);
    return bytes && decodeLeaf(id, bytes);
  }

  async #openNote(place: string, value: unknown, name: string): Promise<readonly [string, unknown] | undefined> {
    const note = await this.#sealer.openJson(place, value);
    return note === undefined ? undefined : [name, note];
  }

  async #openRow(place: string, value: unknown): Promise<StoredEvent | undefined> {
    const bytes = await this.#sealer.open(place, value);
    if (!bytes || bytes.length < 4) return undefined;
    const end = 4 + new DataView(bytes.buffer).getUint32(0);
    return decodeEvents(bytes.subarray(4, end), bytes.subarray(end))?.[0];
  }

  async #openMark(place: string, value: unknown): Promise<Mark | undefined> {
    return parseMark(await this.#sealer.openJson(place, fieldsOf(value)?.['sealed']));
  }

  /** Without its texts, which take longer than all the rest: they are made when there is time (text-folder.ts), and the search does without until then. */
  async #blockChanges(id: number, events: OrderedEvents, isNew: boolean): Promise<readonly RowChange[]> {
    const changes = await Promise.all([this.#sealed('logHeads', [id], encodeHeads(events)), this.#sealed('logBodies', [id], encodeBodies(events))]);
    // What was erased must not be found any more.
    return isNew ? changes : [...changes, this.#deleted('logTexts', [id])];
  }

  async #markChange(mark: Mark): Promise<RowChange> {
    const { value: sealed, ...change } = await this.#sealed('logMarks', [mark.target], jsonBytes(mark));
    return { ...change, value: { sealed, ...(mark.pin && { pinnedIn: [...this.#prefix] }) } };
  }

  async #sealed(store: LogStoreName, rest: LogRowKey, bytes: Bytes): Promise<RowChange> {
    const key = this.#key(...rest);
    return { store, key, value: await this.#sealer.seal(placeOf(store, key), bytes) };
  }

  #deleted(store: LogStoreName, rest: LogRowKey): RowChange {
    return { store, key: this.#key(...rest), value: undefined };
  }

  #key(...rest: LogRowKey): LogRowKey {
    return [...this.#prefix, ...rest];
  }
}

const blockStores = ['logHeads', 'logBodies', 'logTexts'] as const;

/** Least recently used ones go. */
class BlockCache {
  /** Some 2 MB of usual messages. */
  static readonly #size = 32;
  readonly #events = new Map<number, OrderedEvents>();

  get(id: number): OrderedEvents | undefined {
    return this.#events.get(id);
  }

  put(id: number, events: OrderedEvents): void {
    this.#events.delete(id);
    this.#events.set(id, events);
    const [oldest] = this.#events.keys();
    if (this.#events.size > BlockCache.#size && oldest !== undefined) this.#events.delete(oldest);
  }

  delete(id: number): void {
    this.#events.delete(id);
  }
}

interface Entry {
  readonly key: LogRowKey;
  readonly value: unknown;
}

function zip(keys: readonly LogRowKey[], values: readonly unknown[]): readonly Entry[] {
  return keys.map((key, index) => ({ key, value: values[index] }));
}

/** What a row is sealed for, within its room and epoch. */
function placeOf(store: LogStoreName, [, , ...rest]: LogRowKey): string {
  return `${store} ${rest.join(' ')}`;
}

function rowBytesOf(event: StoredEvent): Bytes {
  const head = encodeHeads([event]);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length);
  return concatBytes(length, head, encodeBodies([event]));
}

function jsonBytes(value: unknown): Bytes {
  return encoder.encode(JSON.stringify(value));
}
