/**
 * One change to a room's log in the making: events are put into it one run after the other, each seeing those before it as held; what their annotations amount to is
 * worked out once, at the end; then all of it is written, or nothing.
 */
import type { Annotation } from '../core/event-content';
import type { DeviceId, FeedId, MessageId } from '../core/ids';
import { messageIdOf, placeOfMessage, type Bytes, type Feed, type FeedRecord, type GoneReason, type LogEvent, type SequenceRange, type StoredEvent } from '../core/log-event';
import { markOf, mergeMarks, noMark, withoutEnd, type Edition, type Mark } from '../core/marks';
import { intersectRanges, rangesContain, subtractRanges, unionRanges } from '../core/ranges';
import { readBody } from '../protocol/event-body';
import type { LogChange, LogStore } from '../storage/log-store';
import type { DeletedAhead } from './deleted-ahead';
import { chainPartOf, type ChainPart, type FeedEdges } from './feed-edges';
import type { LogNews } from './log-face';
import { isVoid } from './own-feed';

/** What a draft starts from. */
export interface DraftBase {
  readonly store: LogStore;
  readonly feeds: ReadonlyMap<FeedId, FeedRecord>;
  readonly edges: FeedEdges;
  readonly deletedAhead: DeletedAhead;
  now(): number;
}

/** What it comes to. */
export interface DraftOutcome {
  readonly change: LogChange & { readonly feeds: readonly FeedRecord[] };
  readonly news: LogNews;
  readonly deletedAhead: DeletedAhead;
  /** Events that came without their body, for no reason that is known; and last ones without the signature that nobody can check them without. */
  readonly bodiless: readonly Pick<LogEvent, 'feed' | 'sequence'>[];
  /** Last events whose signature came. */
  readonly signed: readonly Pick<LogEvent, 'feed' | 'sequence'>[];
}

/** What the store has of an event, but for what it says. */
export interface HeldPart extends ChainPart {
  readonly lacksBody: boolean;
  readonly gone: GoneReason | undefined;
  readonly isSigned: boolean;
}

/** Events read from the store at once: of a frame of many small runs each would cost a look. */
const pageEvents = 256;

export class LogDraft {
  readonly #base: DraftBase;
  readonly #records = new Map<FeedId, FeedRecord>();
  readonly #eventsByFeed = new Map<FeedId, Map<number, LogEvent>>();
  readonly #cuts = new Map<FeedId, number>();
  readonly #lost = new Set<FeedId>();
  readonly #forked = new Set<FeedId>();
  readonly #erased = new Map<MessageId, GoneReason>();
  /** Marks that are less than they were. */
  readonly #reduced = new Map<MessageId, Mark>();
  readonly #signed = new Map<MessageId, StoredEvent>();
  readonly #partsByFeed = new Map<FeedId, Map<number, HeldPart>>();
  readonly #pagesRead = new Map<FeedId, Set<number>>();

  constructor(base: DraftBase) {
    this.#base = base;
  }

  get isEmpty(): boolean {
    return this.#records.size === 0 && this.#eventsByFeed.size === 0 && this.#erased.size === 0 && this.#signed.size === 0;
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
    const stored = await this.#look(feed, { first, last: unknown.at(-1) ?? first });
    for (const sequence of unknown) {
      const part = stored.get(sequence);
      if (part) parts.set(sequence, part);
    }
    return parts;
  }

  /** What is held of this part of a feed. */
  async held(feed: FeedId, { first, last }: SequenceRange): Promise<ReadonlyMap<number, HeldPart>> {
    const held = new Map<number, HeldPart>();
    const [stored, pending] = [await this.#look(feed, { first, last }), this.#eventsByFeed.get(feed)];
    const cut = this.#cuts.get(feed) ?? Infinity;
    for (let sequence = first; sequence <= last; sequence++) {
      const event = pending?.get(sequence);
      const part = event ? heldPartOf(this.#stored(event)) : sequence < cut ? stored.get(sequence) : undefined;
      if (part) held.set(sequence, part);
    }
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
    await this.#unsay(record, from);
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

  /** The last event that counts is held, but was vouched for by what counts no more. */
  async sign(feed: FeedId, sequence: number, signature: Bytes): Promise<void> {
    const [event] = await this.#base.store.slice(feed, { first: sequence, last: sequence });
    if (event) this.#signed.set(messageIdOf(event), { ...event, signature });
  }

  erase(id: MessageId, reason: GoneReason): void {
    this.#erased.set(id, reason);
  }

  /** Texts that a message was changed to go with it, or by themselves. */
  eraseEditions(mark: Mark, goes: (edition: Edition) => boolean, reason: GoneReason): void {
    const author = this.#authorOf(mark.target);
    for (const edition of mark.editions) if (edition.by === author && goes(edition)) this.erase(messageIdOf(edition.at), reason);
    this.#reduced.set(mark.target, { ...mark, editions: mark.editions.filter((edition) => !goes(edition)) });
  }

  /** What came, by feed, ascending. */
  *events(): Iterable<readonly [FeedId, readonly LogEvent[]]> {
    for (const [feed, pending] of this.#eventsByFeed) yield [feed, [...pending.values()].sort((a, b) => a.sequence - b.sequence)];
  }

  async finish(): Promise<DraftOutcome> {
    const events = [...this.#eventsByFeed.values()].flatMap((pending) => [...pending.values()].map((event) => this.#stored(event)));
    const eventsById = new Map(events.map((event) => [messageIdOf(event), event]));
    const [said, deletedAhead] = await this.#mark(eventsById);
    const marks = [...new Map([...this.#reduced, ...said]).values()];
    for (const [id, reason] of this.#erased) {
      const event = eventsById.get(id);
      if (event && !event.gone) eventsById.set(id, { ...event, body: undefined, gone: reason });
    }
    const kept = [...eventsById.values()];
    const erase = [...this.#erased].flatMap(([id, reason]) => (eventsById.has(id) ? [] : [{ id, reason }]));
    const feeds = [...this.#records.values()];
    return {
      change: { events: [...kept, ...this.#signed.values()], feeds, marks, erase, truncate: [...this.#cuts].map(([feed, from]) => ({ feed, from })) },
      news: { events: kept, marks, erased: [...this.#erased.keys()], lost: [...this.#lost], forked: feeds.filter(({ id }) => this.#forked.has(id)) },
      deletedAhead,
      bodiless: [...kept.filter(({ body, gone }) => !body && !gone), ...(await this.#unsignedHeads())],
      signed: [...this.#signed.values()],
    };
  }

  /** What the new events say of others, merged into what was said before; and what of it is still waiting for its target. */
  async #mark(eventsById: ReadonlyMap<MessageId, StoredEvent>): Promise<readonly [ReadonlyMap<MessageId, Mark>, DeletedAhead]> {
    const said: Mark[] = [];
    for (const event of eventsById.values()) {
      const content = annotationOf(event);
      const device = this.record(event.feed)?.device;
      if (content && device) said.push(markOf(content, event, device));
    }
    const { deletedAhead } = this.#base;
    const arrived = [...eventsById].filter(([id, { kind, gone }]) => deletedAhead.has(id) || (kind === 'message' && gone === 'expired')).map(([id]) => id);
    if (said.length + arrived.length === 0) return [new Map(), deletedAhead];
    const marks = await this.#marksOf([...said.map(({ target }) => target), ...arrived]);
    for (const mark of said) marks.set(mark.target, this.#merged(marks.get(mark.target) ?? noMark(mark.target), mark));
    const changed = new Set([...said.filter(({ editions }) => editions.length > 0).map(({ target }) => target), ...arrived]);
    for (const mark of [...marks.values()]) {
      const reason = await this.#reasonOf(mark, changed.has(mark.target));
      if (reason) marks.set(mark.target, this.#withoutTexts(mark, reason));
    }
    const waiting = said.flatMap(({ target, deletedBy }) => (this.#holds(target) ? [] : deletedBy.filter((by) => by === (this.#authorOf(target) ?? by)).map((by) => [by, target] as const)));
    return [marks, deletedAhead.with(waiting, arrived)];
  }

  /** As they are with this change so far. */
  async #marksOf(targets: readonly MessageId[]): Promise<Map<MessageId, Mark>> {
    const stored = await this.#base.store.marks([...new Set(targets)]);
    return new Map(stored.map((mark) => [mark.target, this.#reduced.get(mark.target) ?? mark]));
  }

  /** What the mark doesn't keep of its author's texts, nobody looks at again: it would only outlive the message. What others say of it is their own, and stays. */
  #merged(mark: Mark, said: Mark): Mark {
    const author = this.#authorOf(mark.target);
    const merged = mergeMarks(mark, said, author);
    const kept = new Set(merged.editions.map(({ at }) => messageIdOf(at)));
    for (const { at, by } of [...mark.editions, ...said.editions]) if (by === author && !kept.has(messageIdOf(at))) this.erase(messageIdOf(at), 'deleted');
    return merged;
  }

  /** Why the target's texts go, if they do. `isChanged`: it has texts now that it may not have had when it went. */
  async #reasonOf({ target, deletedBy, editions }: Mark, isChanged: boolean): Promise<GoneReason | undefined> {
    const author = this.#authorOf(target);
    if (author && deletedBy.includes(author)) return 'deleted';
    if (!isChanged || editions.length === 0 || !this.#holds(target)) return undefined;
    const { feed, sequence } = placeOfMessage(target);
    const gone = (await this.held(feed, { first: sequence, last: sequence })).get(sequence)?.gone;
    return gone === 'void' ? 'deleted' : gone;
  }

  /** Nothing of what it said stays: neither it, nor what it was changed to. */
  #withoutTexts(mark: Mark, reason: GoneReason): Mark {
    this.erase(mark.target, reason);
    const author = this.#authorOf(mark.target);
    for (const { at, by } of mark.editions) if (by === author) this.erase(messageIdOf(at), reason);
    return { ...mark, editions: [] };
  }

  /** What the feed says of messages from `from` on is said no more; what it said of them before counts again. */
  async #unsay(record: FeedRecord, from: number): Promise<void> {
    const targets = new Set<MessageId>();
    for await (const { content } of this.#annotations(record, { first: from, last: Infinity })) targets.add(content.target);
    if (targets.size === 0) return;
    for (const [target, mark] of await this.#marksOf([...targets])) this.#reduced.set(target, withoutEnd(mark, record, from));
    for await (const { content, event } of this.#annotations(record, { first: 1, last: from - 1 })) {
      const mark = this.#reduced.get(content.target);
      if (mark && targets.has(content.target)) this.#reduced.set(content.target, mergeMarks(mark, markOf(content, event, record.device), this.#authorOf(content.target)));
    }
  }

  /** Of what the store holds of this part of a feed, a page at a time. */
  async *#annotations({ id, ranges }: FeedRecord, part: SequenceRange): AsyncIterable<{ readonly content: Annotation; readonly event: StoredEvent }> {
    for (const { first, last } of intersectRanges(ranges, [part])) {
      for (let at = first; at <= last; at += pageEvents) {
        for (const event of await this.#base.store.slice(id, { first: at, last: Math.min(last, at + pageEvents - 1) })) {
          const content = annotationOf(event);
          if (content) yield { content, event };
        }
      }
    }
  }

  /** Of feeds that end earlier than they did: what vouched for their last event is gone. */
  async #unsignedHeads(): Promise<readonly Pick<LogEvent, 'feed' | 'sequence'>[]> {
    const unsigned: Pick<LogEvent, 'feed' | 'sequence'>[] = [];
    for (const { id, head } of this.#records.values()) {
      if (!head || this.#signed.has(messageIdOf({ feed: id, sequence: head.sequence }))) continue;
      const pending = this.#eventsByFeed.get(id)?.get(head.sequence);
      // Usually it came just now, with its signature, or stays the last one.
      if (pending ? pending.signature : !this.#lost.has(id)) continue;
      if (!pending && (await this.held(id, { first: head.sequence, last: head.sequence })).get(head.sequence)?.isSigned) continue;
      unsigned.push({ feed: id, sequence: head.sequence });
    }
    return unsigned;
  }

  /** What the store has of this part, read in pages. */
  async #look(feed: FeedId, { first, last }: SequenceRange): Promise<ReadonlyMap<number, HeldPart>> {
    const parts = this.#partsByFeed.get(feed) ?? new Map<number, HeldPart>();
    const pagesRead = this.#pagesRead.get(feed) ?? new Set<number>();
    this.#partsByFeed.set(feed, parts);
    this.#pagesRead.set(feed, pagesRead);
    const pages: number[] = [];
    for (let page = Math.floor(first / pageEvents); page <= Math.floor(last / pageEvents); page++) if (!pagesRead.has(page)) pages.push(page);
    const [from, to] = [pages[0], pages.at(-1)];
    if (from === undefined || to === undefined) return parts;
    for (const event of await this.#base.store.slice(feed, { first: Math.max(1, from * pageEvents), last: (to + 1) * pageEvents - 1 })) parts.set(event.sequence, heldPartOf(event));
    for (const page of pages) pagesRead.add(page);
    return parts;
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

function heldPartOf(event: StoredEvent): HeldPart {
  return { ...chainPartOf(event), lacksBody: !event.body && !event.gone, gone: event.gone, isSigned: event.signature !== undefined };
}

/** What an annotation that counts says; undefined for everything else. */
export function annotationOf({ kind, body }: StoredEvent): Annotation | undefined {
  const content = kind === 'annotation' && body ? readBody(body) : undefined;
  return content?.kind === 'text' ? undefined : content;
}

function isOver({ lifetimeS, clock }: LogEvent, nowMs: number): boolean {
  return lifetimeS > 0 && clock.wallMs + lifetimeS * 1_000 <= nowMs;
}
