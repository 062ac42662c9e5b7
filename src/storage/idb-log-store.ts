/**
 * A room's log in IndexedDB, sealed. Its directory and newest events are in memory, a few blocks besides (log-plan.ts, directory.ts, sealed-log.ts).
 *
 * A write plans and seals everything first, then makes one transaction that checks the room's fence; only then does memory change. Reads and writes take turns, so that
 * no read sees half a change. What can't be read is set aside under another key, told of, and the rest goes on.
 */
import { AppError } from '../core/app-error';
import type { FeedId, MessageId, RoomAlias } from '../core/ids';
import type { FeedRecord, SequenceRange, StoredEvent } from '../core/log-event';
import type { Mark } from '../core/marks';
import { countSequences, intersectRanges, unionRanges } from '../core/ranges';
import { keysOfRoom, logStores, type Database, type Durability } from './database';
import { Directory, type Block } from './directory';
import { planChange, type LogState } from './log-plan';
import { checkHead, headKey, readHead, setAside, takeHead, type LogHead } from './log-head';
import { countMessages, heldParts, readDue, readPage, readSlice } from './log-reading';
import { searchLog } from './log-search';
import type { LogChange, LogContents, LogStore, PageQuery } from './log-store';
import { localFeed, readOldMessages } from './old-messages';
import type { OrderedEvents } from './ordered-events';
import { SealedLog, UnreadableBlocks, type LoadedLog, type RowChange } from './sealed-log';
import { openLogKey, Sealer, type LogKey } from './sealing';
import { TextFolder } from './text-folder';

type Lost = readonly { readonly feed: FeedId; readonly range: SequenceRange }[];

const emptyState: LogState = { directory: Directory.of([]), hot: [], nextBlockId: 1 };
const nothingLoaded: LoadedLog = { state: emptyState, feeds: [], notes: {}, pins: [], damaged: [], repaired: [] };

export class IdbLogStore implements LogStore {
  readonly #database: Database;
  readonly #alias: RoomAlias;
  readonly #listeners: ((lost: Lost) => void)[] = [];
  readonly #folder = new TextFolder({
    find: () => this.#inTurn(async () => (await this.#log?.idsWithoutTexts(this.#state.directory.blocks)) ?? []),
    fold: (ids) => this.#inTurn(() => this.#retrying(() => this.#foldTexts(ids))),
  });
  #turn: Promise<unknown> = Promise.resolve();
  #state = emptyState;
  /** Undefined while there is nothing to read. */
  #log: SealedLog | undefined;
  /** Undefined while this tab may not write. */
  #taken: LogHead | undefined;

  constructor(database: Database, alias: RoomAlias) {
    this.#database = database;
    this.#alias = alias;
  }

  load(mode: 'read' | 'take'): Promise<LogContents> {
    return this.#inTurn(() => this.#load(mode));
  }

  write(change: LogChange, durability: Durability = 'relaxed'): Promise<void> {
    return this.#inTurn(() => this.#retrying(() => this.#write(change, durability)));
  }

  slice(feed: FeedId, range: SequenceRange): Promise<readonly StoredEvent[]> {
    return this.#look((state) => readSlice(state, feed, range, this.#read));
  }

  page(query: PageQuery): Promise<readonly StoredEvent[]> {
    return this.#look((state) => readPage(state, query, this.#read));
  }

  async marks(targets: readonly MessageId[]): Promise<readonly Mark[]> {
    return (await this.#log?.readMarks(targets)) ?? [];
  }

  search(words: string, signal: AbortSignal): AsyncIterable<readonly StoredEvent[]> {
    return searchLog({ look: (work) => this.#look(work), readTexts: async (blocks) => (await this.#log?.readTexts(blocks)) ?? [], readBlocks: this.#read }, words, signal);
  }

  due(nowMs: number, limit: number): ReturnType<LogStore['due']> {
    return this.#look((state) => readDue(state, nowMs, limit, this.#read));
  }

  count(): Promise<number> {
    return this.#look(async (state) => countMessages(state));
  }

  onDamage(listener: (lost: Lost) => void): void {
    this.#listeners.push(listener);
  }

  clear(): Promise<void> {
    return this.#inTurn(async () => {
      const { head } = this.#toWrite();
      const names = [...logStores, 'messages'] as const;
      await this.#database.writeAcross(names, 'strict', async (storeOf) => {
        await checkHead(storeOf('logState'), this.#alias, head);
        await Promise.all(names.map((name) => storeOf(name).delete(keysOfRoom(this.#alias))));
        await storeOf('logState').put(head, headKey(this.#alias));
      });
      this.#state = emptyState;
      this.#folder.stop();
    });
  }

  /** One after another, also after one that failed. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #look<T>(work: (state: LogState) => Promise<T>): Promise<T> {
    return this.#inTurn(() => this.#retrying(() => work(this.#state)));
  }

  async #retrying<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (failure) {
      if (!(failure instanceof UnreadableBlocks)) throw failure;
      // A tab that only looks may have a directory that is old by now.
      if (!this.#taken) await this.#load('read');
      else await this.#tellLost(failure.blocks);
    }
    return this.#withoutDamaged(work, (blocks) => this.#tellLost(blocks));
  }

  /** Each time fewer blocks are left, so this ends. */
  async #withoutDamaged<T>(work: () => Promise<T>, lose: (blocks: readonly Block[]) => Promise<void>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (failure) {
        if (!(failure instanceof UnreadableBlocks)) throw failure;
        await lose(failure.blocks);
      }
    }
  }

  async #load(mode: 'read' | 'take'): Promise<LogContents> {
    this.#taken = undefined;
    this.#folder.stop();
    const [key, hasOldMessages] = await Promise.all([openLogKey(this.#database), this.#database.read('messages', async (store) => (await store.count(keysOfRoom(this.#alias))) > 0)]);
    const head = mode === 'take' ? await takeHead(this.#database, this.#alias, key.id) : await readHead(this.#database, this.#alias);
    if (!head && hasOldMessages) return this.#loadOldRoom();
    this.#log = head?.keyId === key.id ? this.#openLog(key, head.epoch) : undefined;
    const loaded = (await this.#log?.load()) ?? nothingLoaded;
    this.#state = loaded.state;
    if (mode === 'take') this.#taken = head;
    if (this.#taken && loaded.damaged.length + loaded.repaired.length > 0) await this.#commit(loaded.repaired, 'relaxed', { damaged: loaded.damaged });
    if (this.#taken && hasOldMessages) await this.#withoutDamaged(() => this.#moveOldMessages(), (blocks) => this.#lose(blocks));
    const contents = await this.#withoutDamaged(async () => ({ feeds: await this.#held(loaded.feeds), notes: loaded.notes, pins: loaded.pins }), (blocks) => this.#lose(blocks));
    if (this.#taken) this.#folder.start();
    return contents;
  }

  /** A room that nobody has opened since an older release: taken for a moment, so that its messages move into the log. */
  async #loadOldRoom(): Promise<LogContents> {
    try {
      const contents = await this.#load('take');
      this.#taken = undefined;
      return contents;
    } catch (failure) {
      // Another tab was quicker.
      if (failure instanceof AppError && failure.code === 'storage-taken') return this.#load('read');
      throw failure;
    }
  }

  #openLog({ key }: LogKey, epoch: number): SealedLog {
    return new SealedLog(this.#database, new Sealer(key, `${this.#alias} ${epoch}`), this.#alias, epoch);
  }

  async #write(change: LogChange, durability: Durability): Promise<void> {
    const { log } = this.#toWrite();
    const plan = await planChange(this.#state, change, this.#read);
    await this.#commit(await log.seal(this.#state, plan, change), durability);
    this.#state = plan.state;
    log.remember(plan);
    this.#folder.add([...plan.writtenBlocks.keys()].map(({ id }) => id));
  }

  async #foldTexts(ids: readonly number[]): Promise<void> {
    const { log } = this.#toWrite();
    const wanted = new Set(ids);
    const blocks = this.#state.directory.blocks.filter(({ id }) => wanted.has(id));
    const events = await this.#read(blocks);
    await this.#commit(await Promise.all([...events].map(([{ id }, those]) => log.sealTexts(id, those))), 'relaxed');
  }

  /** All of it, or nothing. `damaged` rows are set aside before, with `oldMessages` the room's rows of an older release go. */
  async #commit(rows: readonly RowChange[], durability: Durability, { damaged = [], oldMessages = false }: { readonly damaged?: LoadedLog['damaged']; readonly oldMessages?: boolean } = {}): Promise<void> {
    const { head } = this.#toWrite();
    const names = damaged.length > 0 || oldMessages ? ([...logStores, 'messages'] as const) : [...new Set([...rows.map(({ store }) => store), 'logState' as const])];
    await this.#database.writeAcross(names, durability, async (storeOf) => {
      if (oldMessages) await storeOf('messages').delete(keysOfRoom(this.#alias));
      if (damaged.length > 0) await setAside(storeOf, damaged, Date.now());
      // Together, since a round trip costs more than what is written in vain when the room was taken.
      const write = async ({ store, key, value }: RowChange): Promise<unknown> => (value === undefined ? storeOf(store).delete(key) : storeOf(store).put(value, key));
      await Promise.all([checkHead(storeOf('logState'), this.#alias, head), ...rows.map(write)]);
    });
  }

  readonly #read = async (blocks: readonly Block[]): Promise<ReadonlyMap<Block, OrderedEvents>> => (await this.#log?.readBlocks(blocks)) ?? new Map<Block, OrderedEvents>();

  #toWrite(): { readonly head: LogHead; readonly log: SealedLog } {
    if (!this.#taken || !this.#log) throw new AppError('storage-taken');
    return { head: this.#taken, log: this.#log };
  }

  async #tellLost(blocks: readonly Block[]): Promise<void> {
    await this.#lose(blocks);
    const lost = blocks.flatMap(({ parts }) => parts.map(({ feed, first, last }) => ({ feed, range: { first, last } }))).filter(({ feed }) => feed !== localFeed);
    for (const listener of this.#listeners) listener(lost);
  }

  async #lose(blocks: readonly Block[]): Promise<void> {
    const before = this.#state.directory;
    const directory = blocks.reduce((rest, block) => rest.replace(block, []), before);
    if (this.#taken && this.#log) await this.#commit(await this.#log.leafChanges(before, directory), 'relaxed', { damaged: blocks.flatMap(({ id }) => this.#log?.blockKeys(id) ?? []) });
    this.#state = { ...this.#state, directory };
  }

  /** `feeds` without what the disk has lost of them. */
  async #held(feeds: readonly FeedRecord[]): Promise<readonly FeedRecord[]> {
    const rangesByFeed = new Map<FeedId, SequenceRange[]>();
    for (const { feed, first, last } of heldParts(this.#state)) {
      const ranges = rangesByFeed.get(feed);
      if (ranges) ranges.push({ first, last });
      else rangesByFeed.set(feed, [{ first, last }]);
    }
    return Promise.all(
      feeds.map(async (feed) => {
        const ranges = intersectRanges(feed.ranges, unionRanges([], rangesByFeed.get(feed.id) ?? []));
        if (countSequences(ranges) === countSequences(feed.ranges)) return feed;
        const last = ranges.at(-1)?.last ?? 0;
        const [newest] = await readSlice(this.#state, feed.id, { first: last, last }, this.#read);
        return { ...feed, ranges, head: newest && { sequence: newest.sequence, hash: newest.hash, clock: newest.clock } };
      }),
    );
  }

  /** Messages of an older release move into the log, once. When the disk doesn't take them they stay where they are until the next time. */
  async #moveOldMessages(): Promise<void> {
    const { log } = this.#toWrite();
    const last = heldParts(this.#state).reduce((highest, part) => (part.feed === localFeed ? Math.max(highest, part.last) : highest), 0);
    const events = await this.#database.read('messages', (store) => readOldMessages(store, this.#alias, last));
    const plan = await planChange(this.#state, { events }, this.#read);
    const rows = await log.seal(this.#state, plan, {});
    try {
      await this.#commit(rows, 'strict', { oldMessages: true });
    } catch (failure) {
      if (failure instanceof AppError && failure.code === 'storage-full') return;
      throw failure;
    }
    this.#state = plan.state;
  }
}
