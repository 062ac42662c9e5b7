/**
 * A room's log that keeps in memory what the disk would not take, and offers it to the disk again with the next change. What is asked for comes from both.
 * That another tab has the room (`storage-taken`) is no failure of the disk: it passes.
 */
import { limits } from '../config';
import { AppError } from '../core/app-error';
import type { FeedId, MessageId } from '../core/ids';
import { messageIdOf, type GoneReason, type SequenceRange, type StoredEvent } from '../core/log-event';
import type { Mark } from '../core/marks';
import { foldForSearch, searchTextOf } from './body-text';
import type { Durability } from './database';
import type { ReportFailure } from './fallback';
import { mergeNotes } from '../core/notes';
import { keptOf, withoutBody, type LogChange, type LogContents, type LogStore, type PageQuery } from './log-store';
import { dueOf, earlier, inOrder, pageOf, type OrderedEvents } from './ordered-events';

const nothing: LogContents = { feeds: [], notes: {}, pins: [] };

export class FallbackLogStore implements LogStore {
  readonly #disk: LogStore;
  readonly #report: ReportFailure;
  /** Undefined while the disk has everything. */
  #unsaved: Unsaved | undefined;
  #mode: 'read' | 'take' = 'read';
  /** lost: its contents are not known, so it must not be written to. untaken: they are, but it would not note that this tab writes now. */
  #diskState: 'lost' | 'read' | 'untaken' | 'taken' = 'lost';
  /** A `strict` change was refused, and whoever wrote it knows. */
  #isKnownToFail = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(disk: LogStore, report: ReportFailure) {
    this.#disk = disk;
    this.#report = report;
  }

  async load(mode: 'read' | 'take'): Promise<LogContents> {
    this.#mode = mode;
    const contents = await this.#loadDisk(mode);
    return this.#unsaved?.over(contents) ?? contents;
  }

  /**
   * Resolves also when the disk failed; then `report` was called. But the first `strict` change that the disk refuses rejects, and is not kept: what is signed must
   * not be shown to anybody as if the next page would know of it. Whoever wrote it says it in another way, and again; from then on, until the disk is back, memory will do.
   */
  write(change: LogChange, durability?: Durability): Promise<void> {
    const turn = this.#turn.then(() => this.#write(change, durability));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async slice(feed: FeedId, range: SequenceRange): Promise<readonly StoredEvent[]> {
    const saved = await this.#attempt(() => this.#disk.slice(feed, range), []);
    const inRange = (event: StoredEvent): boolean => event.feed === feed && event.sequence >= range.first && event.sequence <= range.last;
    return this.#unsaved?.among(saved, inRange).toSorted((a, b) => a.sequence - b.sequence) ?? saved;
  }

  async page(query: PageQuery): Promise<readonly StoredEvent[]> {
    const saved = await this.#attempt(() => this.#disk.page(query), []);
    return this.#unsaved ? pageOf(inOrder(this.#unsaved.among(saved)), query) : saved;
  }

  async marks(targets: readonly MessageId[]): Promise<readonly Mark[]> {
    const saved = await this.#attempt(() => this.#disk.marks(targets), []);
    if (!this.#unsaved) return saved;
    const marks = new Map([...saved, ...(this.#unsaved.change.marks ?? [])].map((mark) => [mark.target, mark]));
    return targets.flatMap((target) => marks.get(target) ?? []);
  }

  async *search(words: string, signal: AbortSignal): AsyncIterable<readonly StoredEvent[]> {
    const wanted = foldForSearch(words);
    const unsaved = wanted === '' || signal.aborted ? [] : (this.#unsaved?.events ?? []).filter(({ body }) => body && searchTextOf(body).includes(wanted));
    if (unsaved.length > 0) yield unsaved.toReversed();
    const known = new Set(unsaved.map(messageIdOf));
    try {
      for await (const found of this.#disk.search(words, signal)) {
        const rest = (this.#unsaved?.over({ events: found }).events ?? found).filter((event) => event.body && !known.has(messageIdOf(event)));
        if (rest.length > 0) yield rest;
      }
    } catch (failure) {
      this.#accept(failure);
    }
  }

  async due(nowMs: number, limit: number): ReturnType<LogStore['due']> {
    const saved = await this.#attempt(() => this.#disk.due(nowMs, limit), { ids: [], nextMs: undefined });
    if (!this.#unsaved) return saved;
    const unsaved = dueOf(this.#unsaved.events, nowMs, limit);
    const gone = this.#unsaved.reasons;
    return { ids: [...new Set([...saved.ids.filter((id) => !gone.has(id)), ...unsaved.ids])].slice(0, limit), nextMs: earlier(saved.nextMs, unsaved.nextMs) };
  }

  async count(): Promise<number> {
    const saved = await this.#attempt(() => this.#disk.count(), 0);
    // One that is on the disk without its body counts twice until the disk takes it.
    return saved + (this.#unsaved ? pageOf(this.#unsaved.events, { limit: Infinity }).length : 0);
  }

  onDamage(listener: Parameters<LogStore['onDamage']>[0]): void {
    this.#disk.onDamage(listener);
  }

  async clear(): Promise<void> {
    if (this.#mode === 'read') throw new AppError('storage-taken');
    this.#unsaved = undefined;
    if (this.#diskState === 'taken') await this.#attempt(() => this.#disk.clear(), undefined);
  }

  async #loadDisk(mode: 'read' | 'take'): Promise<LogContents> {
    this.#diskState = 'lost';
    const contents = await this.#attempt(() => this.#disk.load(mode), undefined);
    if (contents) this.#diskState = mode === 'take' ? 'taken' : 'read';
    if (contents || mode === 'read') return contents ?? nothing;
    // A full disk can still be read.
    const read = await this.#attempt(() => this.#disk.load('read'), undefined);
    if (read) this.#diskState = 'untaken';
    return read ?? nothing;
  }

  async #write(change: LogChange, durability?: Durability): Promise<void> {
    if (this.#mode === 'read') throw new AppError('storage-taken');
    const unsaved = new Unsaved(this.#unsaved ? joinChanges(this.#unsaved.change, change) : change);
    if (this.#diskState === 'untaken') await this.#loadDisk('take');
    const failure = this.#diskState === 'taken' ? await this.#failureOf(() => this.#disk.write(unsaved.change, durability)) : new AppError('storage-blocked');
    // Of a disk that gave nothing nobody goes on.
    if (failure && durability === 'strict' && !this.#isKnownToFail && this.#diskState !== 'lost') {
      this.#isKnownToFail = true;
      throw failure;
    }
    if (!failure) this.#isKnownToFail = false;
    this.#unsaved = failure ? unsaved : undefined;
  }

  async #failureOf(operation: () => Promise<void>): Promise<AppError | undefined> {
    try {
      await operation();
      return undefined;
    } catch (failure) {
      return this.#accept(failure);
    }
  }

  async #attempt<T>(operation: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await operation();
    } catch (failure) {
      this.#accept(failure);
      return otherwise;
    }
  }

  #accept(failure: unknown): AppError {
    if (!(failure instanceof AppError) || failure.code === 'storage-taken') throw failure;
    this.#report(failure);
    return failure;
  }
}

/** A change that is in memory alone, and what it makes of that which is on the disk. */
class Unsaved {
  readonly change: LogChange;
  /** At most `limits.eventsInMemory`, the newest: a disk that stays full must not fill the memory as well. */
  readonly events: OrderedEvents;
  readonly reasons: ReadonlyMap<MessageId, GoneReason>;

  constructor(change: LogChange) {
    this.reasons = new Map(change.erase?.map(({ id, reason }) => [id, reason]));
    this.events = inOrder((change.events ?? []).map((event) => this.#erased(event))).slice(-limits.eventsInMemory);
    this.change = { ...change, events: this.events };
  }

  /** What is on the disk, as it is with the change. */
  over<Contents extends Partial<LogContents> & { readonly events?: readonly StoredEvent[] }>(contents: Contents): Contents {
    const { feeds = [], marks = [], notes = {}, truncate = [] } = this.change;
    const { events, feeds: savedFeeds, pins: savedPins, notes: savedNotes } = contents;
    return {
      ...contents,
      ...(savedFeeds && { feeds: [...new Map([...savedFeeds, ...feeds].map((feed) => [feed.id, feed])).values()] }),
      ...(savedPins && { pins: [...new Map([...savedPins, ...marks].map((mark) => [mark.target, mark])).values()].filter(({ pin }) => pin) }),
      ...(savedNotes && { notes: mergeNotes(savedNotes, notes) }),
      ...(events && { events: events.filter(({ feed, sequence }) => !truncate.some((cut) => cut.feed === feed && sequence >= cut.from)).map((event) => this.#erased(event)) }),
    };
  }

  /** The saved ones as they are with the change, and its own, if `wanted`. */
  among(saved: readonly StoredEvent[], wanted: (event: StoredEvent) => boolean = () => true): StoredEvent[] {
    const events = new Map((this.over({ events: saved }).events ?? []).map((event) => [messageIdOf(event), event]));
    for (const event of this.events) if (wanted(event)) events.set(messageIdOf(event), keptOf(events.get(messageIdOf(event)), event));
    return [...events.values()];
  }

  #erased(event: StoredEvent): StoredEvent {
    const reason = event.gone ? undefined : this.reasons.get(messageIdOf(event));
    return reason ? withoutBody(event, reason) : event;
  }
}

/** One change that does what the two do one after the other. */
function joinChanges(first: LogChange, second: LogChange): LogChange {
  const stays = ({ feed, sequence }: Pick<StoredEvent, 'feed' | 'sequence'>): boolean => !second.truncate?.some((cut) => cut.feed === feed && sequence >= cut.from);
  const eventsById = new Map<MessageId, StoredEvent>();
  for (const event of [...(first.events ?? []).filter(stays), ...(second.events ?? [])]) eventsById.set(messageIdOf(event), keptOf(eventsById.get(messageIdOf(event)), event));
  return {
    events: [...eventsById.values()],
    feeds: [...new Map([...(first.feeds ?? []), ...(second.feeds ?? [])].map((feed) => [feed.id, feed])).values()],
    marks: [...new Map([...(first.marks ?? []), ...(second.marks ?? [])].map((mark) => [mark.target, mark])).values()],
    erase: [...(first.erase ?? []), ...(second.erase ?? [])],
    truncate: [...(first.truncate ?? []), ...(second.truncate ?? [])],
    notes: { ...first.notes, ...second.notes },
  };
}
