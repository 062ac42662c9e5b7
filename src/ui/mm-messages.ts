/** The list of messages: a window on the conversation that moves as its reader scrolls, and says what comes in. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { MessageId } from '../core/ids';
import type { ChatMessage } from '../core/message';
import { limits } from '../config';
import type { ConversationFace, Person, Timeline } from '../session/faces';
import type { FilesFace } from '../session/files/files-face';
import { arrivedSince, laterThan, linesFor, saidOneByOne, type SaidLine } from './arrivals';
import { dayText, sameDay, timeText } from './dates';
import { drawMore } from './drawn-messages';
import { notify } from './events';
import { language } from './i18n/language';
import * as texts from './i18n/message-texts';
import { localized } from './i18n/localize';
import { articleName, messages as messagesName } from './i18n/room-texts';
import { ListPlace } from './list-place';
import { together } from './message-groups';
import './mm-icon';
import './mm-message';
import type { MmMessage } from './mm-message';
import { messagesStyles } from './mm-messages-styles';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';
import { unseenStyles } from './unseen-styles';

/** Further from the end than so many screens, the way back is offered. */
const farScreens = 2;

/**
 * It follows new messages only while its reader is at the end, and always after an own one; otherwise a button says that there are some. It is one tab stop: arrow keys go from message to message.
 * The log itself is not live, or pages of history would be read out as they are scrolled to; what is new is said beside it.
 *
 * @fires leave-messages - Escape was pressed on a message: the keyboard wants to be elsewhere
 * @slot - what stands below the last message
 */
@localized()
@customElement('mm-messages')
export class MmMessages extends LitElement {
  static override styles = [sharedStyles, unseenStyles, messagesStyles];

  @property({ attribute: false }) conversation: ConversationFace | undefined;
  /** Those of its room. */
  @property({ attribute: false }) files: FilesFace | undefined;
  /** Who wrote, as they look now. */
  @property({ attribute: false }) people: readonly Person[] = [];
  /** Only to be read. */
  @property({ type: Boolean }) closed = false;
  /** Ids of those that are selected, while messages are. */
  @property({ attribute: false }) selected: ReadonlySet<string> | undefined;

  /** Messages came while the reader was further up. */
  @state() private hasNew = false;
  @state() private far = false;
  @state() private loading: 'older' | 'newer' | undefined;
  /** New messages, as they are said. */
  @state() private said: readonly SaidLine[] = [];
  /** The one that Tab leads to; without it, the last. */
  @state() private current: MessageId | undefined;
  /** Just jumped to. */
  @state() private highlighted: MessageId | undefined;

  readonly #place = new ListPlace<MmMessage>(
    () => this.#rows(),
    () => this.#settleSoon(),
  );
  /** What was shown at the last update; undefined: nothing yet. */
  #shown: Timeline | undefined;
  /** Those of the window that are in the page. */
  #drawn: readonly ChatMessage[] = [];
  /** The reader begins at the line above what is unread, once that is on the screen. */
  #beginsAtUnread = false;
  /** The window is being moved to another place. */
  #jumping = false;
  #read: ChatMessage | undefined;
  #settling = false;
  #hadFocus = false;
  /** By device, also of people who have left; grows with the people, not with what they say. */
  readonly #names = new Map<string, string>();
  readonly #onLook = () => this.#settleSoon();

  constructor() {
    super();
    new ObserveController(this, () => [this.conversation?.timeline]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('focus', this.#onLook);
    document.addEventListener('visibilitychange', this.#onLook);
    if (this.hasUpdated) this.#watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('focus', this.#onLook);
    document.removeEventListener('visibilitychange', this.#onLook);
    this.#place.stop();
  }

  protected override firstUpdated(): void {
    this.#watch();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#hadFocus = this.shadowRoot?.activeElement?.localName === 'mm-message';
    if (changed.has('conversation')) this.#begin();
    const timeline = this.conversation?.timeline.value;
    if (timeline && timeline !== this.#shown) this.#takeOver(timeline);
    for (const { id, name } of this.people) this.#names.set(id, name);
  }

  protected override updated(): void {
    // The focused one was let go with its part of the window.
    if (this.#hadFocus && !this.shadowRoot?.activeElement) this.#rowOf(this.current)?.focus({ preventScroll: true });
    this.#settleSoon();
  }

  /** Brings a message on the screen, wherever in the conversation it is, and leads eyes and keyboard to it. False: it isn't here. */
  async show(id: MessageId): Promise<boolean> {
    const { conversation } = this;
    if (!conversation) return false;
    if (!this.#rowOf(id) && (await this.#jump(() => conversation.jumpTo({ message: id }))) === undefined) return false;
    const row = await this.#rendered(id);
    if (!row) return false;
    this.#beginsAtUnread = false;
    this.#place.show(row, 'middle');
    this.current = id;
    this.highlighted = id;
    row.focus({ preventScroll: true });
    return true;
  }

  /** The keyboard comes back to the message it was on. */
  override focus(): void {
    (this.#rowOf(this.current) ?? this.#rows().at(-1))?.focus({ preventScroll: true });
  }

  #begin(): void {
    this.#shown = undefined;
    this.#drawn = [];
    this.#read = undefined;
    this.#names.clear();
    this.#place.atEnd = true;
    this.hasNew = false;
    this.said = [];
    this.current = undefined;
    this.#beginsAtUnread = this.conversation?.timeline.value.unreadFrom !== undefined;
  }

  #takeOver(timeline: Timeline): void {
    const before = this.#shown;
    this.#shown = timeline;
    this.#draw(timeline);
    for (const { author, authorName } of timeline.messages) this.#names.set(author, authorName);
    if (this.current !== undefined && !timeline.messages.some(({ id }) => id === this.current)) this.current = undefined;
    if (!before) return;
    const arrived = this.#jumping ? [] : arrivedSince(before, timeline);
    const last = timeline.messages.at(-1);
    // An own message leads to the end, unless it comes from further down in a history that is being read.
    const sent = last?.author === this.conversation?.ownId && before.messages.every(({ id }) => id !== last?.id);
    if (sent && timeline.atEnd && !this.loading && !this.#jumping) this.#place.atEnd = true;
    if (!timeline.atEnd || this.#place.atEnd) this.hasNew = false;
    else if (arrived.length > 0) this.hasNew = true;
    const lines = linesFor(arrived.filter(({ author }) => author !== this.conversation?.ownId));
    // The text of one that was deleted meanwhile is not to be found there any longer, either.
    const there = new Set(timeline.messages.flatMap(({ id, state }) => (state === 'there' ? [id] : [])));
    const said = this.said.filter(({ id }) => there.has(id));
    if (lines.length > 0 || said.length < this.said.length) this.said = [...said, ...lines].slice(-saidOneByOne);
  }

  #rows(): MmMessage[] {
    return [...this.renderRoot.querySelectorAll('mm-message')];
  }

  #rowOf(id: MessageId | undefined): MmMessage | undefined {
    return id === undefined ? undefined : this.#rows().find(({ message }) => message?.id === id);
  }

  /** The row, with all that stands around it. */
  async #rendered(id: MessageId): Promise<MmMessage | undefined> {
    await this.updateComplete;
    await Promise.all(this.#rows().map((row) => row.updateComplete));
    return this.#rowOf(id);
  }

  #watch(): void {
    const log = this.renderRoot.querySelector<HTMLElement>('.log');
    const content = this.renderRoot.querySelector<HTMLElement>('.content');
    if (log && content) this.#place.watch(log, content);
  }

  /** Once a frame, when everything is rendered: the place is kept, more is loaded, what is seen is read. */
  #settleSoon(): void {
    if (this.#settling) return;
    this.#settling = true;
    requestAnimationFrame(() => {
      this.#settling = false;
      if (this.isConnected) this.#settle();
    });
  }

  #settle(): void {
    const timeline = this.#shown;
    if (!timeline || timeline.messages.length === 0) return;
    if (this.#isDrawing(timeline)) this.#draw(timeline);
    if (this.#beginsAtUnread) this.#beginAtUnread(timeline);
    this.#place.keep();
    const { above, below } = this.#place;
    const height = this.#height();
    if (height === 0) return;
    // Nothing to scroll: it would never be asked for.
    if (above < 1 || (above + below < height && timeline.messages.length < limits.messagesInList)) this.#load('older');
    else if (below < 1) this.#load('newer');
    this.#look();
  }

  #draw({ messages }: Timeline): void {
    this.#drawn = this.#jumping ? messages : drawMore(this.#drawn, messages);
    this.requestUpdate();
  }

  #isDrawing({ messages }: Timeline): boolean {
    return this.#drawn.length < messages.length;
  }

  #look(): void {
    this.far = this.#place.below > farScreens * this.#height();
    if (this.#place.atEnd) this.hasNew = false;
    this.#markRead();
  }

  #height(): number {
    return this.renderRoot.querySelector('.log')?.clientHeight ?? 0;
  }

  /** Where what is unread doesn't fit on the screen, it is begun at its beginning. */
  #beginAtUnread(timeline: Timeline): void {
    this.#beginsAtUnread = false;
    const { conversation } = this;
    const { unreadFrom } = timeline;
    if (!conversation || unreadFrom === undefined) return;
    const row = this.#rowOf(unreadFrom);
    if (row) return this.#place.beginAt(row, timeline.atEnd);
    void this.#jump(() => conversation.jumpTo('unread')).then(async (id) => {
      const found = id === undefined ? undefined : await this.#rendered(id);
      if (found) this.#place.beginAt(found, this.#shown?.atEnd ?? false);
    });
  }

  #onScroll(): void {
    const timeline = this.#shown;
    if (!timeline) return;
    const way = this.#place.scrolled(timeline.atEnd);
    const { above, below } = this.#place;
    if (way === 'up' && above < this.#height()) this.#load('older');
    if (way === 'down' && below < this.#height()) this.#load('newer');
    if (way) this.highlighted = undefined;
    this.#settleSoon();
  }

  #load(which: 'older' | 'newer'): void {
    const { conversation } = this;
    const timeline = this.#shown;
    if (!conversation || !timeline || this.loading || this.#jumping || this.#isDrawing(timeline) || (which === 'older' ? timeline.atStart : timeline.atEnd)) return;
    this.loading = which;
    (which === 'older' ? conversation.loadOlder() : conversation.loadNewer()).then(
      () => (this.loading = undefined),
      () => {
        this.loading = undefined;
        notify(this, { kind: 'oops' });
      },
    );
  }

  async #jump(move: () => Promise<MessageId | undefined>): Promise<MessageId | undefined> {
    this.#jumping = true;
    this.#place.atEnd = false;
    try {
      const id = await move();
      // Only then is the window of this place the one that later ones are compared with.
      await this.updateComplete;
      return id;
    } finally {
      this.#jumping = false;
    }
  }

  async #readOn(): Promise<void> {
    const { conversation } = this;
    if (!conversation) return;
    if (!this.#shown?.atEnd) await this.#jump(() => conversation.jumpTo('end'));
    this.#place.atEnd = true;
    this.#place.toEnd();
    this.current = undefined;
    this.hasNew = false;
    this.far = false;
    await this.updateComplete;
    this.focus();
  }

  /** Up to the last message that is on the screen, while somebody looks. */
  #markRead(): void {
    if (document.visibilityState !== 'visible' || !document.hasFocus()) return;
    const seen = this.#place.lastInSight()?.message;
    if (!seen || (this.#read && !laterThan(seen, this.#read))) return;
    this.#read = seen;
    this.conversation?.markRead(seen.id);
  }

  #onFocus(event: FocusEvent): void {
    if (event.target instanceof HTMLElement && event.target.localName === 'mm-message') this.current = (event.target as MmMessage).message?.id;
  }

  #key(event: KeyboardEvent): void {
    // Keys in the parts of a message are theirs.
    const row = event.composedPath()[0] as MmMessage;
    if (row.localName !== 'mm-message' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      this.dispatchEvent(new CustomEvent('leave-messages'));
    } else {
      const rows = this.#rows();
      const target = { ArrowUp: rows[rows.indexOf(row) - 1], ArrowDown: rows[rows.indexOf(row) + 1], Home: rows[0], End: rows.at(-1) }[event.key];
      if (event.key === 'End' && !this.#shown?.atEnd) void this.#readOn();
      else if (!target) return;
      target?.focus({ preventScroll: true });
      target?.scrollIntoView({ block: 'nearest' });
    }
    event.preventDefault();
  }

  protected override render(): unknown {
    const { conversation } = this;
    if (!conversation) return nothing;
    const timeline = conversation.timeline.value;
    const { messages } = timeline;
    const drawn = this.#drawn;
    const firstDrawn = drawn[0] ? messages.indexOf(drawn[0]) : 0;
    const allAbove = timeline.atStart && firstDrawn === 0;
    const allBelow = timeline.atEnd && firstDrawn + drawn.length === messages.length;
    const current = this.current ?? messages.at(-1)?.id;
    return html`
      <div class="log" role="log" aria-live="off" aria-label=${messagesName()} tabindex="-1" @scroll=${this.#onScroll} @keydown=${this.#key} @focusin=${this.#onFocus}>
        <div class="content ${messages.length === 0 ? 'empty' : ''}">
          ${allAbove ? nothing : html`<p class="edge">${this.loading === 'older' ? texts.loading() : nothing}</p>`}
          ${guard([conversation, this.files, messages, drawn, timeline.unreadFrom, current, this.people, this.closed, this.highlighted, this.selected, language(), new Date().toDateString()], () =>
            repeat(
              drawn,
              ({ id }) => id,
              (message, index) => this.#message(conversation, timeline, message, messages[firstDrawn + index - 1], messages[firstDrawn + index + 1], current),
            ),
          )}
          ${allBelow ? nothing : html`<p class="edge">${this.loading === 'newer' ? texts.loading() : nothing}</p>`}
          <slot></slot>
        </div>
      </div>
      ${this.#wayDown(timeline)}
      <div class="unseen" aria-live="polite">
        ${repeat(
          this.said,
          ({ id }) => id,
          ({ text }) => html`<p>${text}</p>`,
        )}
      </div>
    `;
  }

  #wayDown({ atEnd }: Timeline): unknown {
    if (atEnd && !this.hasNew && !this.far) return nothing;
    return html`<button class="new" @click=${this.#readOn}><mm-icon name="down"></mm-icon>${this.hasNew ? texts.newMessages() : texts.goToNewest()}</button>`;
  }

  #message(conversation: ConversationFace, { unreadFrom }: Timeline, message: ChatMessage, previous: ChatMessage | undefined, next: ChatMessage | undefined, current: MessageId | undefined): unknown {
    const { id, author, authorName, clock } = message;
    const time = timeText(clock.wallMs);
    const newDay = !previous || !sameDay(previous.clock.wallMs, clock.wallMs);
    const unread = id === unreadFrom;
    return html`
      ${newDay ? html`<div class="day">${dayText(clock.wallMs)}</div>` : nothing}
      ${unread ? html`<div class="unread" role="separator" aria-label=${texts.newMessages()}><span>${texts.newMessages()}</span></div>` : nothing}
      <mm-message
        role="article"
        tabindex=${id === current ? 0 : -1}
        aria-label=${articleName(authorName, time)}
        aria-keyshortcuts=${this.closed ? 'Enter' : author === conversation.ownId ? 'Enter r Plus e Delete' : 'Enter r Plus'}
        .message=${message}
        .files=${this.files}
        .author=${this.people.find((person) => person.id === author)}
        .names=${this.#names}
        .ownId=${conversation.ownId}
        .time=${time}
        ?own=${author === conversation.ownId}
        ?first=${newDay || unread || !together(previous, message)}
        ?last=${!next || next.id === unreadFrom || !together(message, next)}
        ?closed=${this.closed}
        ?highlighted=${id === this.highlighted}
        ?selecting=${this.selected !== undefined}
        ?selected=${this.selected?.has(id) ?? false}
      ></mm-message>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-messages': MmMessages;
  }
}
