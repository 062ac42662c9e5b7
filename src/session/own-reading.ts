/**
 * What this device's person has not read yet. Reading has a place in the conversation: what stands before it was read, but for messages that came later than the
 * reader (their authors had been away). What was written before this device came into the room is history, not news.
 */
import type { DeviceId, MessageId } from '../core/ids';
import { comparePlaces, messageIdOf, type Place, type StoredEvent } from '../core/log-event';
import { State, type Observable } from '../core/observable';
import { Coalesced } from './coalesced';
import type { LogFace, LogNews } from './log-face';
import { placeOf, readingIn, readingKey, type ReadingNote } from './reading-note';

/** Messages counted at most: beyond, nobody cares how many there are. */
const countMaximum = 1_000;
const countBatch = 200;
const lateMaximum = 200;
/** Milliseconds between two words about how many there are, and between two about the place. */
const countRestMs = 250;
const keepRestMs = 500;

export interface Unread {
  readonly count: number;
  readonly first: Place | undefined;
}

export class OwnReading {
  readonly #log: LogFace;
  readonly #ownId: DeviceId;
  readonly #presentEnd: () => Place;
  readonly #unread = new State<Unread>({ count: 0, first: undefined });
  readonly #upTo: State<Place>;
  readonly #lateById = new Map<MessageId, Place>();
  /** What stands after the place up to where was read: all of it, or the first `countMaximum` and some later ones. */
  #aheadById = new Map<MessageId, Place>();
  #isAll = false;
  /** Where the present ended when the store was read; undefined when it has to be read again. */
  #countedTo: Place | undefined;
  #reading: Promise<void> | undefined;
  readonly #counting: Coalesced;
  readonly #keeping: Coalesced;
  #since: Place;

  /** `presentEnd`: what stands after it is no news yet. */
  constructor(log: LogFace, ownId: DeviceId, nowMs: number, presentEnd: () => Place, signal: AbortSignal) {
    this.#log = log;
    this.#ownId = ownId;
    this.#presentEnd = presentEnd;
    this.#since = { clock: { wallMs: nowMs, counter: 0 }, feed: '' as Place['feed'], sequence: 0 };
    this.#upTo = new State(this.#since);
    this.#counting = new Coalesced(() => this.#count(), countRestMs, signal);
    this.#keeping = new Coalesced(() => this.#keep(), keepRestMs, signal);
    this.reload();
  }

  get unread(): Observable<Unread> {
    return this.#unread;
  }

  /** Everything before it, and itself, was read, as far as it was here. */
  get upTo(): Observable<Place> {
    return this.#upTo;
  }

  /** Stands before `upTo`, and came later: not read yet. */
  get late(): Iterable<Place> {
    return this.#lateById.values();
  }

  /** Goes on from what was kept, perhaps by another tab meanwhile; where there is nothing, that is kept now. */
  reload(): void {
    const note = readingIn(this.#log.notes);
    if (!note) return this.#keeping.ask();
    this.#since = note.since;
    this.#lateById.clear();
    for (const place of note.late) this.#lateById.set(messageIdOf(place), place);
    this.#upTo.set(note.upTo);
  }

  /** A message that came now is news to this device's person. */
  isNews(event: StoredEvent): boolean {
    return this.#isUnreadKind(event) && comparePlaces(event, this.#since) > 0 && comparePlaces(event, this.#presentEnd()) < 0;
  }

  take({ events, erased, lost }: LogNews): void {
    const news = events.filter((event) => this.isNews(event));
    // Parts that were lost come again, and were read long ago.
    if (lost.length > 0) this.#forgetCount();
    else for (const event of news) if (comparePlaces(event, this.#upTo.value) < 0) this.#addLate(event);
    for (const event of news) this.#addAhead(event);
    if (erased.length > 0) this.#drop(erased);
    if (lost.length + erased.length + events.length > 0) this.#counting.ask();
  }

  markRead(place: Place): void {
    const late = [...this.#lateById].filter(([, each]) => comparePlaces(each, place) <= 0);
    const isFurther = comparePlaces(place, this.#upTo.value) > 0;
    if (late.length === 0 && !isFurther) return;
    for (const [id] of late) this.#lateById.delete(id);
    if (isFurther) this.#upTo.set(placeOf(place));
    for (const [id, each] of this.#aheadById) if (comparePlaces(each, place) <= 0) this.#aheadById.delete(id);
    this.#keeping.ask();
    this.#counting.ask();
  }

  /** By the store; from then on by what is new. */
  count(): Promise<void> {
    this.#forgetCount();
    return this.#count();
  }

  async #count(): Promise<void> {
    if (await this.#isOff()) this.#forgetCount();
    while (!this.#countedTo) await (this.#reading ??= this.#read().finally(() => (this.#reading = undefined)));
    const late = [...this.#lateById.values()];
    const unread = [...late, ...this.#aheadById.values()];
    const [first] = (late.length > 0 ? late : unread).sort(comparePlaces);
    this.#unread.set({ count: Math.min(countMaximum, unread.length), first: first && placeOf(first) });
  }

  /** Looks at what stands after the place, a part at a time. */
  async #read(): Promise<void> {
    const ahead = new Map<MessageId, Place>();
    this.#aheadById = ahead;
    this.#isAll = true;
    const end = this.#presentEnd();
    for (let after: Place | undefined = this.#upTo.value; after; ) {
      const events: readonly StoredEvent[] = await this.#log.store.page({ after, before: end, limit: countBatch });
      // Something has gone meanwhile.
      if (this.#aheadById !== ahead) return;
      for (const event of events) if (this.#isUnreadKind(event)) this.#addAhead(event);
      this.#isAll = events.length < countBatch;
      after = this.#isAll || ahead.size >= countMaximum ? undefined : events.at(-1);
    }
    this.#countedTo = end;
  }

  /** Of many not all were read, and some are gone; or what was dated too far ahead isn't any more. */
  async #isOff(): Promise<boolean> {
    if (!this.#isAll && this.#aheadById.size < countMaximum) return true;
    return this.#countedTo !== undefined && (await this.#log.store.page({ after: this.#countedTo, before: this.#presentEnd(), limit: 1 })).length > 0;
  }

  #forgetCount(): void {
    this.#aheadById = new Map();
    this.#countedTo = undefined;
  }

  #addAhead(event: StoredEvent): void {
    if (comparePlaces(event, this.#upTo.value) > 0 && this.#aheadById.size < countMaximum) this.#aheadById.set(messageIdOf(event), placeOf(event));
  }

  /** What the store is giving just now may be from before. */
  #drop(erased: readonly MessageId[]): void {
    if (this.#reading) this.#forgetCount();
    for (const id of erased) {
      this.#aheadById.delete(id);
      this.#lateById.delete(id);
    }
  }

  #isUnreadKind({ kind, gone, feed }: StoredEvent): boolean {
    const device = this.#log.feeds.get(feed)?.device;
    return kind === 'message' && gone === undefined && device !== undefined && device !== this.#ownId;
  }

  #addLate(event: StoredEvent): void {
    this.#lateById.set(messageIdOf(event), placeOf(event));
    const [oldest] = this.#lateById.keys();
    if (this.#lateById.size > lateMaximum && oldest) this.#lateById.delete(oldest);
    this.#keeping.ask();
  }

  #keep(): void {
    const note: ReadingNote = { since: this.#since, upTo: this.#upTo.value, late: [...this.#lateById.values()] };
    this.#log.keepNotes({ [readingKey]: note });
  }
}
