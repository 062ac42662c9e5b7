/**
 * A room's log for as long as the page lives: where the browser gives no storage, or its disk has failed.
 * It holds the newest `limits.eventsInMemory` events; an older one is passed over in silence, since asking others for it again would bring it no further.
 */
import { limits } from '../config';
import { AppError } from '../core/app-error';
import type { FeedId, MessageId } from '../core/ids';
import { messageIdOf, placeOfMessage, type FeedRecord, type Place, type SequenceRange, type StoredEvent } from '../core/log-event';
import type { Mark } from '../core/marks';
import { foldForSearch, searchTextOf } from './body-text';
import { mergeNotes, type Notes } from '../core/notes';
import { isMessage, keptOf, withoutBody, type LogChange, type LogContents, type LogStore, type PageQuery } from './log-store';
import { dueOf, mergeOrdered, pageOf, positionOf, type OrderedEvents } from './ordered-events';

/** Events looked through between two answers of a search. */
const searchStep = 2_000;

export class MemoryLogStore implements LogStore {
  readonly #feeds = new Map<FeedId, FeedRecord>();
  readonly #marks = new Map<MessageId, Mark>();
  readonly #eventsByFeed = new Map<FeedId, Map<number, StoredEvent>>();
  #events: OrderedEvents = [];
  #notes: Notes = {};
  #taken = false;

  async load(mode: 'read' | 'take'): Promise<LogContents> {
    this.#taken = mode === 'take';
    return { feeds: [...this.#feeds.values()], notes: this.#notes, pins: [...this.#marks.values()].filter(({ pin }) => pin) };
  }

  async write({ events = [], feeds = [], marks = [], erase = [], truncate = [], notes = {} }: LogChange): Promise<void> {
    this.#assertTaken();
    for (const { feed, from } of truncate) this.#truncate(feed, from);
    this.#put(this.#kept(events));
    this.#put(erase.flatMap(({ id, reason }) => {
      const event = this.#eventOf(placeOfMessage(id));
      return event && !event.gone ? [withoutBody(event, reason)] : [];
    }));
    for (const feed of feeds) this.#feeds.set(feed.id, feed);
    for (const mark of marks) this.#marks.set(mark.target, mark);
    this.#notes = mergeNotes(this.#notes, notes);
  }

  async slice(feed: FeedId, { first, last }: SequenceRange): Promise<readonly StoredEvent[]> {
    const held = [...(this.#eventsByFeed.get(feed)?.values() ?? [])];
    return held.filter(({ sequence }) => sequence >= first && sequence <= last).sort((a, b) => a.sequence - b.sequence);
  }

  async page(query: PageQuery): Promise<readonly StoredEvent[]> {
    return pageOf(this.#events, query);
  }

  async marks(targets: readonly MessageId[]): Promise<readonly Mark[]> {
    return targets.flatMap((target) => this.#marks.get(target) ?? []);
  }

  async *search(words: string, signal: AbortSignal): AsyncIterable<readonly StoredEvent[]> {
    const wanted = foldForSearch(words);
    if (wanted === '') return;
    let before: Place | undefined;
    while (!signal.aborted) {
      // As they are now: a body may have gone since the step before.
      const end = before ? positionOf(this.#events, before) : this.#events.length;
      const step = this.#events.slice(Math.max(0, end - searchStep), end);
      const found = step.filter(({ body }) => searchTextOf(body).includes(wanted));
      if (found.length > 0) yield found.reverse();
      before = step[0];
      if (!before) return;
    }
  }

  async due(nowMs: number, limit: number): ReturnType<LogStore['due']> {
    return dueOf(this.#events, nowMs, limit);
  }

  async count(): Promise<number> {
    return this.#events.filter(isMessage).length;
  }

  /** Memory is not damaged. */
  onDamage(): void {}

  async clear(): Promise<void> {
    this.#assertTaken();
    for (const map of [this.#feeds, this.#marks, this.#eventsByFeed]) map.clear();
    this.#events = [];
    this.#notes = {};
  }

  #assertTaken(): void {
    if (!this.#taken) throw new AppError('storage-taken');
  }

  /** One may come twice in one batch, too. */
  #kept(events: readonly StoredEvent[]): readonly StoredEvent[] {
    const eventsById = new Map<MessageId, StoredEvent>();
    for (const event of events) {
      const id = messageIdOf(event);
      eventsById.set(id, keptOf(eventsById.get(id) ?? this.#eventOf(event), event));
    }
    return [...eventsById.values()];
  }

  #eventOf({ feed, sequence }: Pick<Place, 'feed' | 'sequence'>): StoredEvent | undefined {
    return this.#eventsByFeed.get(feed)?.get(sequence);
  }

  #put(events: readonly StoredEvent[]): void {
    for (const event of events) {
      const feed = this.#eventsByFeed.get(event.feed) ?? new Map<number, StoredEvent>();
      this.#eventsByFeed.set(event.feed, feed.set(event.sequence, event));
    }
    this.#events = mergeOrdered(this.#events, events);
    this.#letGo(this.#events.slice(0, -limits.eventsInMemory));
  }

  #truncate(feed: FeedId, from: number): void {
    this.#letGo(this.#events.filter((event) => event.feed === feed && event.sequence >= from));
  }

  #letGo(events: OrderedEvents): void {
    if (events.length === 0) return;
    for (const { feed, sequence } of events) this.#eventsByFeed.get(feed)?.delete(sequence);
    const gone = new Set(events);
    this.#events = this.#events.filter((event) => !gone.has(event));
  }
}
