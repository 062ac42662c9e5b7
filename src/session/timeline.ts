/**
 * The part of the conversation around its reader: a window of at most `limits.messagesInList` messages, moved by pages. What comes enters where it belongs, if that
 * lies inside; at the end of the conversation the window grows with it. What is far from the reader is let go, and read again when it is wanted.
 */
import { limits } from '../config';
import type { MessageId } from '../core/ids';
import { comparePlaces, messageIdOf, type Place, type StoredEvent } from '../core/log-event';
import type { ChatMessage } from '../core/message';
import { State, type Observable } from '../core/observable';
import type { PageQuery } from '../storage/log-store';
import { Coalesced } from './coalesced';
import type { Timeline } from './faces';
import type { LogNews } from './log-face';
import { firstPlace, quotedBy, quotedIn, type MessageReader } from './message-reader';
import { articleOf, markedBy, messageOf, type Article, type MarkedArticle, type Viewer } from './message-view';

/** Events at once from which on more of them are awaited before they are shown, for so many milliseconds: history comes by thousands. */
const manyEvents = 10;
const restMs = 250;
/** Ticks may change with every frame of every peer; people don't look that closely. Milliseconds. */
const refreshMs = 100;
/** Somebody whose last visible message is one of so many at the end sees the next one. */
const nearEnd = 3;

export class TimelineWindow {
  readonly #reader: MessageReader;
  readonly #viewer: Viewer;
  readonly #presentEnd: () => Place;
  readonly #timeline = new State<Timeline>({ messages: [], atStart: true, atEnd: true, unreadFrom: undefined });
  readonly #taking: Coalesced;
  readonly #refreshing: Coalesced;
  /** Own ones that are not on the disk yet: the store doesn't know them. */
  readonly #saving = new Map<MessageId, MarkedArticle>();
  /** In order. */
  #held: readonly MarkedArticle[] = [];
  /** What those held answer to, if it lies outside; undefined where it is not here. */
  #quoted: ReadonlyMap<MessageId, MarkedArticle | undefined> = new Map();
  #atStart = true;
  #atEnd = true;
  #unreadFrom: MessageId | undefined;
  /** Where the present ended when the end was read last. */
  #readTo = firstPlace;
  /** The last message that was seen on the screen. */
  #seen: MessageId | undefined;
  #news: LogNews[] = [];
  #newsWeight = 0;
  /** One move after the other: each begins where the one before it has ended. */
  #moves: Promise<void> = Promise.resolve();

  /** `presentEnd`: what stands after it is not shown yet. */
  constructor(reader: MessageReader, viewer: Viewer, presentEnd: () => Place, signal: AbortSignal) {
    this.#reader = reader;
    this.#viewer = viewer;
    this.#presentEnd = presentEnd;
    this.#taking = new Coalesced(() => this.#takeNews(), () => (this.#newsWeight >= manyEvents ? restMs : 0), signal);
    this.#refreshing = new Coalesced(() => this.#publish(), refreshMs, signal);
  }

  get timeline(): Observable<Timeline> {
    return this.#timeline;
  }

  /** The reader looks at the end of the conversation, and so at what comes next. */
  get isReaderAtEnd(): boolean {
    const at = this.#indexOf(this.#seen);
    return this.#atEnd && at >= 0 && at >= this.#held.length - nearEnd;
  }

  /** Of those in the window. */
  find(id: MessageId): MarkedArticle | undefined {
    return this.#held[this.#indexOf(id)];
  }

  /** Moves to the end. */
  open(): Promise<void> {
    return this.#move(() => this.#openAtEnd(limits.messagesAPage));
  }

  older(): Promise<void> {
    return this.#move(async () => {
      const first = this.#held[0]?.article;
      if (this.#atStart || !first) return;
      const page = await this.#page({ before: first, limit: limits.messagesAPage });
      this.#atStart = page.length < limits.messagesAPage;
      await this.#hold(merge(this.#held, page), 'end');
    });
  }

  newer(): Promise<void> {
    return this.#move(async () => {
      const last = this.#held.at(-1)?.article;
      if (this.#atEnd || !last) return;
      const page = await this.#page({ after: last, limit: limits.messagesAPage });
      this.#atEnd = page.length < limits.messagesAPage;
      await this.#hold(merge(this.#held, page), 'start');
    });
  }

  /** Moves so that the event is in the middle. */
  moveTo(event: StoredEvent): Promise<void> {
    return this.#move(async () => {
      const limit = limits.messagesAPage / 2;
      const [before, [target], after] = await Promise.all([this.#page({ before: event, limit }), this.#reader.mark([event]), this.#page({ after: event, limit })]);
      this.#atStart = before.length < limit;
      this.#atEnd = after.length < limit;
      this.#seen = messageIdOf(event);
      await this.#hold([...before, ...(target ? [target] : []), ...after], 'end');
    });
  }

  /** An own message is on its way to the disk. It is seen at once, wherever its writer was reading. */
  add(article: Article): void {
    const marked: MarkedArticle = { article, mark: undefined };
    this.#saving.set(article.id, marked);
    this.#seen = article.id;
    if (!this.#atEnd) return void this.open();
    this.#held = merge(this.#held, [marked]);
    this.#trim('start');
    this.#publish();
  }

  /** It is there; perhaps by another id than it was given, if the feed that it was meant for has ended meanwhile. */
  settle(id: MessageId, event: StoredEvent): void {
    const article = articleOf(event, this.#reader.source.feeds);
    this.#saving.delete(id);
    const held = this.find(id);
    if (!held) return;
    const others = this.#held.filter((marked) => marked !== held);
    this.#held = merge(others, [{ article, mark: held.mark }]);
    if (this.#seen === id) this.#seen = article.id;
    this.#publish();
  }

  /** It could not be kept. */
  drop(id: MessageId): void {
    this.#saving.delete(id);
    this.#held = this.#held.filter(({ article }) => article.id !== id);
    this.#publish();
  }

  take(news: LogNews): void {
    this.#news.push(news);
    this.#taking.ask();
  }

  /** What a message looks like may have changed with something else than the log. */
  refresh(): void {
    this.#refreshing.ask();
  }

  setUnreadFrom(id: MessageId | undefined): void {
    if (this.#unreadFrom === id) return;
    this.#unreadFrom = id;
    this.#publish();
  }

  setSeen(id: MessageId): void {
    this.#seen = id;
  }

  #move(work: () => Promise<void>): Promise<void> {
    const move = this.#moves.then(work);
    this.#moves = move.catch(() => undefined); // Whoever asked for it is told.
    return move;
  }

  async #page(query: PageQuery): Promise<readonly MarkedArticle[]> {
    const before = query.before ?? (this.#readTo = this.#presentEnd());
    return this.#reader.mark(await this.#reader.source.store.page({ ...query, before }));
  }

  async #openAtEnd(limit: number): Promise<void> {
    const page = await this.#page({ limit });
    this.#atStart = page.length < limit;
    this.#atEnd = true;
    await this.#hold(page, 'start');
  }

  async #takeNews(): Promise<void> {
    const news = this.#news.splice(0);
    this.#newsWeight = news.reduce((sum, { events, marks, erased }) => sum + events.length + marks.length + erased.length, 0);
    await this.#move(async () => {
      if (news.some(({ lost }) => lost.length > 0) || (await this.#hasFallenDue())) await this.#readAgain();
      else await this.#enter(news);
    });
  }

  /** What was dated too far ahead to be shown, and isn't any more. */
  async #hasFallenDue(): Promise<boolean> {
    return this.#atEnd && (await this.#reader.source.store.page({ after: this.#readTo, before: this.#presentEnd(), limit: 1 })).length > 0;
  }

  /** Something that may be in the window is not there any more, or is there now. */
  async #readAgain(): Promise<void> {
    const first = this.#held[0]?.article;
    const limit = Math.max(limits.messagesAPage, this.#held.length);
    if (this.#atEnd || !first) return this.#openAtEnd(limit);
    const page = await this.#page({ after: { ...first, sequence: first.sequence - 1 }, limit });
    this.#atEnd = page.length < limit;
    this.#quoted = new Map();
    await this.#hold(page, 'end');
  }

  async #enter(news: readonly LogNews[]): Promise<void> {
    const events = news.flatMap((each) => each.events).filter(({ kind, gone }) => kind === 'message' && gone !== 'void');
    const end = this.#presentEnd();
    const inside = events.filter((event) => this.#isInside(event) && comparePlaces(event, end) < 0).sort(comparePlaces);
    // Of more than fit, those at the end would stay.
    const entering = await this.#reader.mark(this.#atEnd ? inside.slice(-limits.messagesInList) : inside.slice(0, limits.messagesInList));
    const erased = news.flatMap((each) => each.erased).filter((id) => this.#indexOf(id) >= 0 || this.#quoted.has(id));
    const quotedNow = events.map(messageIdOf).filter((id) => this.#quoted.has(id));
    const again = await this.#reader.markedById([...erased, ...quotedNow]);
    const marksById = new Map(news.flatMap((each) => each.marks).map((mark) => [mark.target, mark]));
    const remark = (marked: MarkedArticle): MarkedArticle => {
      const mark = marksById.get(marked.article.id);
      return mark ? markedBy(marked.article, mark) : marked;
    };
    const held = merge(this.#held, [...entering, ...[...again.values()].filter(({ article }) => this.#indexOf(article.id) >= 0)]);
    this.#quoted = new Map([...this.#quoted].map(([id, quoted]) => [id, remarkIfAny(again.get(id) ?? quoted, remark)]));
    for (const { article } of entering) this.#saving.delete(article.id);
    if (inside.length > entering.length) this.#letGo(this.#atEnd ? 'start' : 'end');
    await this.#hold(held.map(remark), this.#farEnd());
  }

  #isInside(place: Place): boolean {
    const [first, last] = [this.#held[0]?.article, this.#held.at(-1)?.article];
    if (!first || !last) return this.#atEnd;
    return (this.#atStart || comparePlaces(place, first) >= 0) && (this.#atEnd || comparePlaces(place, last) <= 0);
  }

  /** With the own ones that are being kept, at the end. `far`: the end from which is let go what is too much. */
  async #hold(held: readonly MarkedArticle[], far: 'start' | 'end'): Promise<void> {
    this.#held = this.#atEnd ? merge([...this.#saving.values()], held) : held;
    this.#trim(far);
    const outside = [...new Set(quotedIn(this.#held))].filter((id) => this.#indexOf(id) < 0);
    const unread = outside.filter((id) => !this.#quoted.has(id));
    const found = unread.length > 0 ? await this.#reader.markedById(unread) : new Map<MessageId, MarkedArticle>();
    this.#quoted = new Map(outside.map((id) => [id, found.get(id) ?? this.#quoted.get(id)]));
    this.#publish();
  }

  #trim(far: 'start' | 'end'): void {
    if (this.#held.length <= limits.messagesInList) return;
    this.#held = far === 'start' ? this.#held.slice(-limits.messagesInList) : this.#held.slice(0, limits.messagesInList);
    this.#letGo(far);
  }

  #letGo(far: 'start' | 'end'): void {
    if (far === 'start') this.#atStart = false;
    else this.#atEnd = false;
  }

  /** Away from the reader, whose place nobody knows before anything was on the screen. */
  #farEnd(): 'start' | 'end' {
    const at = this.#indexOf(this.#seen);
    return !this.#atEnd || (at >= 0 && at < this.#held.length / 2) ? 'end' : 'start';
  }

  #indexOf(id: MessageId | undefined): number {
    return this.#held.findIndex(({ article }) => article.id === id);
  }

  #publish(): void {
    const heldById = new Map(this.#held.map((marked) => [marked.article.id, marked]));
    this.#timeline.update((shown) => {
      const shownById = new Map(shown.messages.map((message) => [message.id, message]));
      const messages = this.#held
        .map((marked) => {
          const target = quotedBy(marked.article);
          const message = messageOf(marked, target && (heldById.get(target) ?? this.#quoted.get(target)), this.#viewer);
          const before = shownById.get(marked.article.id);
          return message && before && isSameMessage(message, before) ? before : message;
        })
        .filter((message) => message !== undefined);
      const next: Timeline = { messages, atStart: this.#atStart, atEnd: this.#atEnd, unreadFrom: this.#unreadFrom };
      return isSameTimeline(next, shown) ? shown : next;
    });
  }
}

/** Whoever shows them need not look at one that is the same object as before. Files come and go with the message, never change, and hold thumbnails. */
function isSameMessage(a: ChatMessage, b: ChatMessage): boolean {
  const isSame = (key: keyof ChatMessage): boolean => {
    if (a[key] === b[key]) return true;
    if (key === 'files') return a.files.length === b.files.length;
    return typeof a[key] === 'object' && JSON.stringify(a[key]) === JSON.stringify(b[key]);
  };
  return (Object.keys(a) as (keyof ChatMessage)[]).every(isSame);
}

function isSameTimeline(a: Timeline, b: Timeline): boolean {
  const isSameWindow = a.atStart === b.atStart && a.atEnd === b.atEnd && a.unreadFrom === b.unreadFrom;
  return isSameWindow && a.messages.length === b.messages.length && a.messages.every((message, at) => message === b.messages[at]);
}

/** In order, each once; of two the one in `more`. */
function merge(held: readonly MarkedArticle[], more: readonly MarkedArticle[]): readonly MarkedArticle[] {
  if (more.length === 0) return held;
  const markedById = new Map([...held, ...more].map((marked) => [marked.article.id, marked]));
  return [...markedById.values()].sort((a, b) => comparePlaces(a.article, b.article));
}

function remarkIfAny(marked: MarkedArticle | undefined, remark: (marked: MarkedArticle) => MarkedArticle): MarkedArticle | undefined {
  return marked && remark(marked);
}
