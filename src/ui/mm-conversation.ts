/** What was said, in order, and the place to say more. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { localized } from './i18n/localize';
import type { ChatMessage } from '../core/message';
import type { ConversationFace, Person } from '../session/faces';
import { dayText, sameDay, timeText } from './dates';
import * as texts from './i18n/room-texts';
import './mm-composer';
import './mm-icon';
import './mm-message';
import './mm-share-link';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/** Pixels from the end within which a reader counts as being at the end. */
const nearEndPixels = 48;
/** Messages of one author within this time stand together. */
const groupMs = 5 * 60_000;

/**
 * The list follows new messages only while its reader is at the end, and always after an own one; otherwise the button "New messages" says that
 * there are some.
 */
@localized()
@customElement('mm-conversation')
export class MmConversation extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: minmax(0, 1fr) auto;
        position: relative;
      }
      .log {
        overflow: hidden auto;
        overscroll-behavior: contain;
        padding-inline: var(--space-3);
        scrollbar-gutter: stable both-edges;
        scrollbar-width: thin;
        /* Messages fade out under the head instead of being cut. */
        mask-image: linear-gradient(transparent, #000 1.25rem);
      }
      .log:focus-visible {
        outline-offset: -3px;
      }
      .content {
        display: flex;
        flex-direction: column;
        justify-content: flex-end;
        min-block-size: 100%;
        max-inline-size: 46rem;
        margin-inline: auto;
        padding-block: var(--space-4) var(--space-3);
      }
      .alone {
        justify-content: center;
      }
      .day {
        align-self: center;
        margin-block: var(--space-5) var(--space-2);
        color: var(--ink-soft);
        font-size: var(--text-xs);
        font-weight: 600;
      }
      .invitation {
        display: grid;
        gap: var(--space-4);
        inline-size: 100%;
        margin-block: var(--space-4);
        text-align: center;
      }
      .invitation p {
        justify-self: center;
        max-inline-size: 26rem;
        font: 600 var(--text-l) / 1.35 var(--font-display);
        text-wrap: balance;
      }
      .new {
        position: absolute;
        inset-block-end: 5rem;
        inset-inline: 0;
        inline-size: max-content;
        margin-inline: auto;
        background: var(--raised);
        color: var(--accent-strong);
        box-shadow: var(--shadow-2);
        animation: rise var(--quick);
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(0.5rem);
        }
      }
    `,
  ];

  @property({ attribute: false }) conversation: ConversationFace | undefined;
  /** Nobody else is here: the link to share stands among the messages. */
  @property({ type: Boolean }) alone = false;
  /** Only to be read. */
  @property({ type: Boolean }) closed = false;
  @property() link = '';
  /** Who wrote, as they look now. */
  @property({ attribute: false }) people: readonly Person[] = [];

  /** Messages came while the reader was further up. */
  @state() private hasNew = false;

  private get log(): HTMLElement | null {
    return this.renderRoot.querySelector('.log');
  }

  #atEnd = true;
  /** Where the list stood at the last scroll. */
  #lastTop = 0;
  #shownMessages: readonly ChatMessage[] = [];
  // Pictures of text arrive late (Markdown), keyboards and stages change the height: who was at the end stays there.
  readonly #sizes = new ResizeObserver(() => {
    if (this.#atEnd) this.#toEnd();
  });

  constructor() {
    super();
    new ObserveController(this, () => [this.conversation?.messages]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#watchSizes();
  }

  protected override firstUpdated(): void {
    this.#watchSizes();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('conversation')) {
      this.#shownMessages = [];
      this.#atEnd = true;
    }
    const messages = this.conversation?.messages.value ?? [];
    if (messages === this.#shownMessages) return;
    const known = new Set(this.#shownMessages.map((message) => message.id));
    const added = messages.filter((message) => !known.has(message.id));
    this.#shownMessages = messages;
    if (added.some((message) => message.author === this.conversation?.ownId)) this.#atEnd = true;
    this.hasNew = !this.#atEnd && (this.hasNew || added.length > 0);
  }

  protected override updated(): void {
    if (this.#atEnd) this.#toEnd();
  }

  /** Once it is rendered. */
  focusComposer(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('mm-composer')?.focus());
  }

  #watchSizes(): void {
    for (const element of this.renderRoot.querySelectorAll('.log, .content')) this.#sizes.observe(element);
  }

  #onScroll(): void {
    const { log } = this;
    // A hidden list has no height, and no end to be away from.
    if (!log || log.clientHeight === 0) return;
    // Only going up leaves the end: a list that grew since we scrolled is further from it, too, and its reader did nothing.
    const nearEnd = log.scrollHeight - log.scrollTop - log.clientHeight <= nearEndPixels;
    if (nearEnd) this.hasNew = false;
    if (nearEnd || log.scrollTop < this.#lastTop) this.#atEnd = nearEnd;
    this.#lastTop = log.scrollTop;
  }

  #toEnd(): void {
    // Only the invitation is there: it is read from its start.
    if (this.#shownMessages.length === 0) return;
    this.log?.scrollTo({ top: this.log.scrollHeight });
  }

  #readOn(): void {
    this.#atEnd = true;
    this.hasNew = false;
    this.#toEnd();
    this.log?.focus({ preventScroll: true });
  }

  protected override render(): unknown {
    const { conversation } = this;
    if (!conversation) return nothing;
    const messages = conversation.messages.value;
    return html`
      <div class="log" role="log" aria-label=${texts.messages()} tabindex="0" @scroll=${this.#onScroll}>
        <div class="content ${messages.length === 0 ? 'alone' : ''}">
          ${repeat(
            messages,
            (message) => message.id,
            (message, index) => this.#message(conversation, message, messages[index - 1], messages[index + 1]),
          )}
          ${this.alone
            ? html`<div class="invitation">
                <p>${texts.alone()}</p>
                <mm-share-link .link=${this.link}></mm-share-link>
              </div>`
            : nothing}
        </div>
      </div>
      ${this.hasNew ? html`<button class="new" @click=${this.#readOn}><mm-icon name="down"></mm-icon>${texts.newMessages()}</button>` : nothing}
      ${this.closed ? nothing : html`<mm-composer .conversation=${conversation}></mm-composer>`}
    `;
  }

  #message(conversation: ConversationFace, message: ChatMessage, previous: ChatMessage | undefined, next: ChatMessage | undefined): unknown {
    const time = timeText(message.clock.wallMs);
    const newDay = !previous || !sameDay(previous.clock.wallMs, message.clock.wallMs);
    return html`
      ${newDay ? html`<div class="day">${dayText(message.clock.wallMs)}</div>` : nothing}
      <mm-message
        role="article"
        aria-label=${texts.articleName(message.authorName, time)}
        .message=${message}
        .author=${this.people.find(({ id }) => id === message.author)}
        .time=${time}
        ?own=${message.author === conversation.ownId}
        ?first=${newDay || !together(previous, message)}
        ?last=${!next || !together(message, next)}
      ></mm-message>
    `;
  }
}

function together(earlier: ChatMessage, later: ChatMessage): boolean {
  return (
    earlier.author === later.author &&
    earlier.authorName === later.authorName &&
    Math.abs(later.clock.wallMs - earlier.clock.wallMs) < groupMs &&
    sameDay(earlier.clock.wallMs, later.clock.wallMs)
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-conversation': MmConversation;
  }
}
