/**
 * What is said in a room, as one person sees it: a window on the log, one's own words on their way into it, and what is still to be read.
 *
 *     written → saving (signed, on its way to the disk) → waiting (kept here alone) → delivered (others say that they hold it) → read
 *
 * The log (log-face.ts) keeps and exchanges; this shows. Nothing here grows with the length of the history.
 */
import type { Mention } from '../core/event-content';
import type { DeviceId, MessageId } from '../core/ids';
import { messageIdOf, type Place, type StoredEvent } from '../core/log-event';
import type { ChatMessage } from '../core/message';
import { State, watch, type Observable } from '../core/observable';
import type { Frame } from '../protocol/frames';
import { deliveryTo, type Recipient } from './delivery';
import { Expiry } from './expiry';
import type { ConversationFace, JumpPlace, MessageVersion, NoticesFace, Preferences, RestoreOutcome, SendOptions, SendOutcome, Timeline } from './faces';
import type { Parcel, Tray } from './files/tray';
import type { LogFace, LogNews, SyncFace } from './log-face';
import { mentionOf } from './mentions';
import { MessageReader } from './message-reader';
import { editionsOf, textInForce, type Viewer } from './message-view';
import { OthersReading } from './others-reading';
import { OwnReading } from './own-reading';
import { OwnWords, type WritingRoom } from './own-words';
import { Pinned } from './pinned';
import { lastPlaceAt, presentEnd } from './present-end';
import type { Member } from './roster';
import { TimelineWindow } from './timeline';
import { Typing } from './typing';
import { UnreadLine } from './unread-line';

export interface ConversationRoom extends WritingRoom {
  readonly preferences: Observable<Preferences>;
  readonly members: Observable<readonly Member[]>;
  /** The other devices that are to get what is said, whether they are here or not. */
  readonly recipients: Observable<readonly Recipient[]>;
  /** The page is on the screen. */
  readonly looking: Observable<boolean>;
  readonly notices: Pick<NoticesFace, 'show'>;
  /** As a device is called now; '' if nobody knows. */
  nameOf(device: DeviceId): string;
  /** What feeds of this room are derived from; undefined for a guest outside. */
  scope(): string | undefined;
  saveUnreadCount(count: number): void;
}

export interface ConversationParts {
  readonly log: LogFace;
  readonly sync: SyncFace;
  readonly room: ConversationRoom;
  /** Files that go along with what is said. */
  readonly tray: Tray;
  readonly draft: string;
}

export class Conversation implements ConversationFace {
  readonly #log: LogFace;
  readonly #sync: SyncFace;
  readonly #room: ConversationRoom;
  readonly #words: OwnWords;
  readonly #reader: MessageReader;
  readonly #window: TimelineWindow;
  readonly #own: OwnReading;
  readonly #others: OthersReading;
  readonly #line: UnreadLine;
  readonly #pinned: Pinned;
  readonly #typing: Typing;
  readonly #expiry: Expiry;
  readonly #unreadCount = new State(0);

  /** Resolves when the newest page stands. Everything ends with `signal`. */
  static async open(parts: ConversationParts, signal: AbortSignal): Promise<Conversation> {
    // A signal of its own: everything here listens to it, and the room has listeners enough.
    const conversation = new Conversation(parts, AbortSignal.any([signal]));
    await conversation.#open();
    return conversation;
  }

  private constructor(parts: ConversationParts, signal: AbortSignal) {
    const { log, sync, room } = parts;
    this.#log = log;
    this.#sync = sync;
    this.#room = room;
    const viewer: Viewer = { ownId: room.ownId, now: () => room.now(), nameOf: (device) => room.nameOf(device), deliveryOf: (place) => this.#deliveryOf(place) };
    this.#reader = new MessageReader(log, viewer);
    this.#window = new TimelineWindow(this.#reader, viewer, () => this.#presentEnd, signal);
    this.#words = new OwnWords(parts, this.#window, signal);
    this.#own = new OwnReading(log, room.ownId, room.now(), () => this.#presentEnd, signal);
    this.#others = new OthersReading(log, room, this.#own, signal);
    this.#line = new UnreadLine(this.#own.unread);
    this.#pinned = new Pinned(log, this.#reader, signal);
    this.#typing = new Typing(room, signal);
    this.#expiry = new Expiry(log, () => room.now(), signal);
    this.#own.unread.subscribe(({ count }) => this.#unreadCount.set(count));
    this.#unreadCount.subscribe((count) => room.saveUnreadCount(count));
    this.#line.from.subscribe((from) => this.#window.setUnreadFrom(from));
    this.#others.version.subscribe(() => this.#window.refresh());
    this.#follow(signal);
  }

  get ownId(): DeviceId {
    return this.#room.ownId;
  }

  get timeline(): Observable<Timeline> {
    return this.#window.timeline;
  }

  get draft(): Observable<string> {
    return this.#words.draft;
  }

  get typing(): Observable<readonly DeviceId[]> {
    return this.#typing.devices;
  }

  get unreadCount(): Observable<number> {
    return this.#unreadCount;
  }

  get pinned(): Observable<readonly ChatMessage[]> {
    return this.#pinned.messages;
  }

  get missing(): Observable<number> {
    return this.#sync.missing;
  }

  /** What another tab may have added meanwhile, once the log has it. */
  async reload(): Promise<void> {
    this.#own.reload();
    this.#others.reload();
    await this.#open();
  }

  /** A member is here. */
  greet(member: Member): void {
    member.link.listen((frame) => this.#hear(member, frame));
    this.#others.tell(member);
  }

  setDraft(text: string): void {
    this.#words.setDraft(text);
    if (text === '') this.#typing.stop();
  }

  noteTyping(): void {
    this.#typing.note();
  }

  send(text: string, options?: SendOptions): SendOutcome {
    const outcome = this.#words.send(text, options);
    if (outcome.kind !== 'sent') return outcome;
    this.#line.clear();
    this.#typing.stop();
    return outcome;
  }

  /** Files alone, as soon as they are ready. */
  sendParcel(parcel: Parcel, replyTo: MessageId | undefined): void {
    this.#words.sendParcel(parcel, replyTo);
    this.#line.clear();
  }

  edit(message: MessageId, text: string, mentions?: readonly Mention[]): SendOutcome {
    return this.#words.edit(message, text, mentions);
  }

  remove(message: MessageId): SendOutcome {
    return this.#words.remove(message);
  }

  react(message: MessageId, emoji: string): SendOutcome {
    return this.#words.annotate({ kind: 'reaction', target: message, emoji });
  }

  pin(message: MessageId, on: boolean): SendOutcome {
    return this.#words.annotate({ kind: 'pin', target: message, on });
  }

  async versions(message: MessageId): Promise<readonly MessageVersion[]> {
    const marked = (await this.#reader.markedById([message])).get(message);
    const content = marked?.article.content;
    if (!marked || !content || content === 'unknown' || textInForce(marked, this.#room.now()) === undefined) return [];
    const first: MessageVersion = { text: content.text, writtenMs: marked.article.clock.wallMs };
    return [first, ...editionsOf(marked).map(({ text, at }) => ({ text, writtenMs: at.clock.wallMs }))];
  }

  markRead(message: MessageId): void {
    const seen = this.#window.find(message);
    if (!seen) return;
    this.#window.setSeen(message);
    if (!seen.article.saving) this.#own.markRead(seen.article);
  }

  loadOlder(): Promise<void> {
    return this.#window.older();
  }

  loadNewer(): Promise<void> {
    return this.#window.newer();
  }

  async jumpTo(place: JumpPlace): Promise<MessageId | undefined> {
    if (place === 'unread') {
      const from = this.#line.from.value;
      return from ? this.jumpTo({ message: from }) : this.jumpTo('end');
    }
    if (place === 'end') return this.#jumpToEnd();
    const target = 'message' in place ? await this.#reader.find(place.message) : await this.#firstOf(place.dayMs);
    if (!target) return 'message' in place ? undefined : this.#jumpToEnd();
    await this.#window.moveTo(target);
    return messageIdOf(target);
  }

  // Searching, backing up and restoring are rare, and loaded when they are wanted.
  async *search(text: string, signal: AbortSignal): AsyncIterable<readonly ChatMessage[]> {
    const { searchMessages } = await import('./message-search');
    yield* searchMessages(this.#reader, text, signal);
  }

  read(messages: readonly MessageId[] | 'all', signal: AbortSignal): AsyncIterable<readonly ChatMessage[]> {
    return this.#reader.inOrder(messages, signal);
  }

  async *backUp(signal: AbortSignal): AsyncIterable<string> {
    const { writeArchive } = await import('./archive');
    yield* writeArchive(this.#log, this.#reader, this.#room.scope() ?? '', this.#room.now(), signal);
  }

  async restore(text: string): Promise<RestoreOutcome> {
    const { readArchive } = await import('./archive');
    return readArchive(text, this.#log, this.#room.scope());
  }

  /** What goes on around it. */
  #follow(signal: AbortSignal): void {
    const { looking, preferences, recipients } = this.#room;
    this.#log.listen((news) => this.#take(news), signal);
    watch(this.#sync.version, signal, () => this.#window.refresh());
    watch(recipients, signal, () => this.#window.refresh());
    watch(preferences, signal, () => {
      this.#others.followPreferences();
      this.#typing.followPreferences();
    });
    watch(looking, signal, (isLooking) => {
      this.#line.look(isLooking);
      // Timers may have slept meanwhile.
      if (isLooking) void this.#expiry.run();
    });
  }

  async #open(): Promise<void> {
    await Promise.all([this.#window.open(), this.#own.count(), this.#pinned.read()]);
    this.#line.draw();
    // It may differ from what was kept of an earlier visit.
    this.#room.saveUnreadCount(this.#unreadCount.value);
    void this.#expiry.run();
  }

  #hear({ device }: Member, frame: Frame): void {
    if (frame.kind === 'typing') this.#typing.hear(device, frame.on);
    else if (frame.kind === 'read') this.#others.hear(device, frame.heads);
  }

  #take(news: LogNews): void {
    const mention = this.#isSeen ? undefined : mentionOf(this.ownId, news.events.filter((event) => this.#own.isNews(event)));
    this.#own.take(news);
    this.#window.take(news);
    this.#pinned.take(news);
    this.#expiry.note(news.events);
    for (const { feed, kind } of news.events) if (kind === 'message') this.#typing.end(this.#log.feeds.get(feed)?.device);
    for (const { device } of news.forked) this.#room.notices.show({ kind: 'forked', name: this.#room.nameOf(device) });
    if (mention) this.#room.notices.show({ kind: 'mentioned', name: mention.content.name, message: messageIdOf(mention.event) });
  }

  get #presentEnd(): Place {
    return presentEnd(this.#log.feeds, this.#room.ownId, this.#room.now());
  }

  /** What comes at the end is on the screen. */
  get #isSeen(): boolean {
    return this.#room.looking.value && this.#window.isReaderAtEnd;
  }

  #deliveryOf(place: Place): ChatMessage['delivery'] {
    return deliveryTo(this.#room.recipients.value, place, this.#sync, (device) => this.#others.hasRead(device, place));
  }

  async #jumpToEnd(): Promise<MessageId | undefined> {
    if (!this.timeline.value.atEnd) await this.#window.open();
    return this.timeline.value.messages.at(-1)?.id;
  }

  /** The first message of that day, or after it. */
  async #firstOf(dayMs: number): Promise<StoredEvent | undefined> {
    const startMs = new Date(dayMs).setHours(0, 0, 0, 0);
    const [first] = await this.#log.store.page({ after: lastPlaceAt(startMs - 1), before: this.#presentEnd, limit: 1 });
    return first;
  }
}
