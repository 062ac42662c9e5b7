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
/** Milliseconds between two counts, and between two words about it. */
const countRestMs = 250;
const keepRestMs = 500;

export interface Unread {
  readonly count: number;
  readonly first: Place | undefined;
}

export class OwnReading {
  readonly #log: LogFace;
  readonly #ownId: DeviceId;
  readonly #unread = new State<Unread>({ count: 0, first: undefined });
  readonly #upTo: State<Place>;
  readonly #lateById = new Map<MessageId, Place>();
  readonly #counting: Coalesced;
  readonly #keeping: Coalesced;
  #since: Place;

  constructor(log: LogFace, ownId: DeviceId, nowMs: number, signal: AbortSignal) {
    this.#log = log;
    this.#ownId = ownId;
    this.#since = { clock: { wallMs: nowMs, counter: 0 }, feed: '' as Place['feed'], sequence: 0 };
    this.#upTo = new State(this.#since);
    this.#counting = new Coalesced(() => this.count(), countRestMs, signal);
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
    return this.#isUnreadKind(event) && comparePlaces(event, this.#since) > 0;
  }

  take({ events, erased, lost }: LogNews): void {
    const news = events.filter((event) => this.isNews(event));
    // Parts that were lost come again, and were read long ago.
    if (lost.length === 0) for (const event of news) if (comparePlaces(event, this.#upTo.value) < 0) this.#addLate(event);
    const isAtMost = this.#unread.value.count >= countMaximum;
    if (lost.length > 0 || erased.length > 0 || (news.length > 0 && !isAtMost)) this.#counting.ask();
  }

  markRead(place: Place): void {
    const late = [...this.#lateById].filter(([, each]) => comparePlaces(each, place) <= 0);
    const isFurther = comparePlaces(place, this.#upTo.value) > 0;
    if (late.length === 0 && !isFurther) return;
    for (const [id] of late) this.#lateById.delete(id);
    if (isFurther) this.#upTo.set(placeOf(place));
    this.#keeping.ask();
    this.#counting.ask();
  }

  /** Looks at what stands after the place, a part at a time; and begins anew when the place moves meanwhile. */
  async count(): Promise<void> {
    const from = this.#upTo.value;
    const unread: Place[] = [];
    let after: Place = from;
    while (unread.length < countMaximum) {
      const events = await this.#log.store.page({ after, limit: countBatch });
      unread.push(...events.filter((event) => this.#isUnreadKind(event)));
      const last = events.at(-1);
      if (!last || events.length < countBatch) break;
      after = last;
    }
    if (from !== this.#upTo.value) return this.#counting.ask();
    const late = [...this.#lateById.values()].sort(comparePlaces);
    const first = late[0] ?? unread[0];
    this.#unread.set({ count: Math.min(countMaximum, late.length + unread.length), first: first && placeOf(first) });
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
