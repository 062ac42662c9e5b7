/**
 * One change to a room's log in the making: events are put into it one run after the other, each seeing those before it as held; what their annotations amount to is
 * worked out once, at the end; then all of it is written, or nothing.
 */
import { limits } from '../config';
import type { Annotation } from '../core/event-content';
import type { DeviceId, FeedId, MessageId } from '../core/ids';
import { messageIdOf, placeOfMessage, type Feed, type FeedRecord, type GoneReason, type LogEvent, type SequenceRange, type StoredEvent } from '../core/log-event';
import { markOf, mergeMarks, type Edition, type Mark } from '../core/marks';
import { intersectRanges, rangesContain, subtractRanges, unionRanges } from '../core/ranges';
import { readBody } from '../protocol/event-body';
import type { LogChange, LogStore } from '../storage/log-store';
import { chainPartOf, type ChainPart, type FeedEdges } from './feed-edges';
import type { LogNews } from './log-face';
import { isVoid } from './own-feed';

/** What a draft starts from. */
export interface DraftBase {
  readonly store: LogStore;
  readonly feeds: ReadonlyMap<FeedId, FeedRecord>;
  readonly edges: FeedEdges;
  /** Messages that were deleted before they came. */
  readonly deletedAhead: ReadonlySet<MessageId>;
  now(): number;
}

/** What it comes to. */
export interface DraftOutcome {
  readonly change: LogChange & { readonly feeds: readonly FeedRecord[] };
  readonly news: LogNews;
  readonly deletedAhead: ReadonlySet<MessageId>;
  /** Events that came without their body, for no reason that is known. */
  readonly bodiless: readonly LogEvent[];
}

export class LogDraft {
  readonly #base: DraftBase;
  readonly #records = new Map<FeedId, FeedRecord>();
  readonly #eventsByFeed = new Map<FeedId, Map<number, LogEvent>>();
  readonly #cuts = new Map<FeedId, number>();
  readonly #lost = new Set<FeedId>();
  readonly #forked = new Set<FeedId>();
  readonly #erased = new Map<MessageId, GoneReason>();
  readonly #emptied: Mark[] = [];

  constructor(base: DraftBase) {
    this.#base = base;
  }

  get isEmpty(): boolean {
    return this.#records.size === 0 && this.#eventsByFeed.size === 0 && this.#erased.size === 0;
  }

  record(feed: FeedId): FeedRecord | undefined {
    return this.#records.get(feed) ?? this.#base.feeds.get(feed);
  }

  /** Every feed that is held, with those that came now. */
  *records(): Iterable<FeedRecord> {
    for (const [id, record] of this.#base.feeds) yield this.#records.get(id) ?? record;
    for (const [id, record] of this.#records) if (!this.#base.feeds.has(id)) yield record;
  }

  /** Of what is held of this part of a feed, how it is chained, by sequence. */
  async chain(feed: FeedId, range: SequenceRange): Promise<ReadonlyMap<number, ChainPart>> {
    const parts = new Map<number, ChainPart>();
    const unknown: number[] = [];
    for (const { first, last } of intersectRanges(this.record(feed)?.ranges ?? [], [range])) {
      for (let sequence = first; sequence <= last; sequence++) {
        const part = this.#eventsByFeed.get(feed)?.get(sequence) ?? this.#base.edges.get(feed, sequence);
        if (part) parts.set(sequence, part);
        else unknown.push(sequence);
      }
    }
    const [first] = unknown;
    if (first === undefined) return parts;
    for (const event of await this.#base.store.slice(feed, { first, last: unknown.at(-1) ?? first })) if (!parts.has(event.sequence)) parts.set(event.sequence, chainPartOf(event));
    return parts;
  }

  /** What is held of this part of a feed. */
  async held(feed: FeedId, range: SequenceRange): Promise<ReadonlyMap<number, StoredEvent>> {
    const held = new Map<number, StoredEvent>();
    const cut = this.#cuts.get(feed) ?? Infinity;
    for (const event of await this.#base.store.slice(feed, range)) if (event.sequence < cut) held.set(event.sequence, event);
    for (const event of this.#eventsByFeed.get(feed)?.values() ?? []) if (event.sequence >= range.first && event.sequence <= range.last) held.set(event.sequence, this.#stored(event));
    return held;
  }

  /** Consecutive events that are not held, or whose body was not. */
  add(feed: Feed, events: readonly LogEvent[]): void {
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) return;
    const record = this.record(feed.id) ?? { ...feed, ranges: [], head: undefined, forked: false };
    const ranges = unionRanges(record.ranges, [{ first: first.sequence, last: last.sequence }]);
    const head = record.head && record.head.sequence >= last.sequence ? record.head : { sequence: last.sequence, hash: last.hash, clock: last.clock };
    this.#records.set(feed.id, { ...record, ranges, head });
    const pending = this.#eventsByFeed.get(feed.id) ?? new Map<number, LogEvent>();
    for (const event of events) pending.set(event.sequence, event);
    this.#eventsByFeed.set(feed.id, pending);
  }

  /** The feed ends before `from`: what was held from there on goes. */
  async cut(feed: FeedId, from: number): Promise<void> {
    const record = this.record(feed);
    if (!record) return;
    const ranges = subtractRanges(record.ranges, [{ first: from, last: Infinity }]);
    const last = ranges.at(-1)?.last;
    const head = last === undefined ? undefined : (await this.chain(feed, { first: last, last })).get(last);
    this.#records.set(feed, { ...record, ranges, head: head && { sequence: head.sequence, hash: head.hash, clock: head.clock } });
    this.#cuts.set(feed, Math.min(from, this.#cuts.get(feed) ?? Infinity));
    this.#base.edges.forget(feed);
    const pending = this.#eventsByFeed.get(feed);
    for (const sequence of pending?.keys() ?? []) if (sequence >= from) pending?.delete(sequence);
    this.#lost.add(feed);
  }

  /** What the store has lost is not held any more. */
  async lose(feed: FeedId, range: SequenceRange): Promise<void> {
    const record = this.record(feed);
    if (!record) return;
    const ranges = subtractRanges(record.ranges, [range]);
    const last = ranges.at(-1)?.last;
    this.#base.edges.forget(feed);
    const [head] = last === undefined ? [] : await this.#base.store.slice(feed, { first: last, last });
    this.#records.set(feed, { ...record, ranges, head: head && { sequence: head.sequence, hash: head.hash, clock: head.clock } });
    this.#lost.add(feed);
  }

  markForked(feed: FeedId): void {
    const record = this.record(feed);
    if (!record || record.forked) return;
    this.#records.set(feed, { ...record, forked: true });
    this.#forked.add(feed);
  }

  erase(id: MessageId, reason: GoneReason): void {
    this.#erased.set(id, reason);
  }

  /** Texts that a message was changed to go with it, or by themselves. */
  eraseEditions(mark: Mark, goes: (edition: Edition) => boolean, reason: GoneReason): void {
    for (const edition of mark.editions) if (goes(edition)) this.erase(messageIdOf(edition.at), reason);
    this.#emptied.push({ ...mark, editions: mark.editions.filter((edition) => !goes(edition)) });
  }

  /** What came, by feed, ascending. */
  *events(): Iterable<readonly [FeedId, readonly LogEvent[]]> {
    for (const [feed, pending] of this.#eventsByFeed) yield [feed, [...pending.values()].sort((a, b) => a.sequence - b.sequence)];
  }

  async finish(): Promise<DraftOutcome> {
    const events = [...this.#eventsByFeed.values()].flatMap((pending) => [...pending.values()].map((event) => this.#stored(event)));
    const eventsById = new Map(events.map((event) => [messageIdOf(event), event]));
    const [said, deletedAhead] = await this.#mark(eventsById);
    const marks = [...this.#emptied, ...said];
    for (const [id, reason] of this.#erased) {
      const event = eventsById.get(id);
      if (event && !event.gone) eventsById.set(id, { ...event, body: undefined, gone: reason });
    }
    const kept = [...eventsById.values()];
    const erase = [...this.#erased].flatMap(([id, reason]) => (eventsById.has(id) ? [] : [{ id, reason }]));
    const feeds = [...this.#records.values()];
    return {
      change: { events: kept, feeds, marks, erase, truncate: [...this.#cuts].map(([feed, from]) => ({ feed, from })) },
      news: { events: kept, marks, erased: [...this.#erased.keys()], lost: [...this.#lost], forked: feeds.filter(({ id }) => this.#forked.has(id)) },
      deletedAhead,
      bodiless: kept.filter(({ body, gone }) => !body && !gone),
    };
  }

  /** What the new events say of others, merged into what was said before; and what of it is still waiting for its target. */
  async #mark(eventsById: ReadonlyMap<MessageId, StoredEvent>): Promise<readonly [readonly Mark[], ReadonlySet<MessageId>]> {
    const said: Mark[] = [];
    for (const event of eventsById.values()) {
      const content = annotationOf(event);
      const device = this.record(event.feed)?.device;
      if (content && device) said.push(markOf(content, event, device));
    }
    const arrived = this.#base.deletedAhead.size === 0 ? [] : [...eventsById.keys()].filter((id) => this.#base.deletedAhead.has(id));
    if (said.length + arrived.length === 0) return [[], this.#base.deletedAhead];
    const targets = [...new Set([...said.map(({ target }) => target), ...arrived])];
    const marks = new Map((await this.#base.store.marks(targets)).map((mark) => [mark.target, mark]));
    for (const mark of said) {
      const before = marks.get(mark.target);
      marks.set(mark.target, before ? mergeMarks(before, mark) : mark);
    }
    const ahead = new Set(this.#base.deletedAhead);
    for (const [target, mark] of marks) {
      if (mark.deletedBy.length === 0) continue;
      if (this.#holds(target)) ahead.delete(target);
      else ahead.add(target);
      const author = this.#authorOf(target);
      if (author && mark.deletedBy.includes(author)) marks.set(target, this.#withoutTexts(mark));
    }
    return [[...marks.values()], new Set([...ahead].slice(-limits.deletedAhead))];
  }

  /** Nothing of what it said stays: neither it, nor what it was changed to. */
  #withoutTexts(mark: Mark): Mark {
    this.erase(mark.target, 'deleted');
    for (const { at } of mark.editions) this.erase(messageIdOf(at), 'deleted');
    return { ...mark, editions: [] };
  }

  #holds(id: MessageId): boolean {
    const { feed, sequence } = placeOfMessage(id);
    return rangesContain(this.record(feed)?.ranges ?? [], sequence);
  }

  #authorOf(id: MessageId): DeviceId | undefined {
    return this.record(placeOfMessage(id).feed)?.device;
  }

  #stored(event: LogEvent): StoredEvent {
    const gone = isVoid(event) ? 'void' : isOver(event, this.#base.now()) ? 'expired' : undefined;
    return gone ? { ...event, body: undefined, gone } : { ...event, gone: undefined };
  }
}

/** What an annotation that counts says; undefined for everything else. */
export function annotationOf({ kind, body }: StoredEvent): Annotation | undefined {
  const content = kind === 'annotation' && body ? readBody(body) : undefined;
  return content?.kind === 'text' ? undefined : content;
}

function isOver({ lifetimeS, clock }: LogEvent, nowMs: number): boolean {
  return lifetimeS > 0 && clock.wallMs + lifetimeS * 1_000 <= nowMs;
}
