/** Searching in a room: what was found, and the way to a day. Stands beside the conversation, or over it where there is no room. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { MessageId } from '../core/ids';
import type { ChatMessage } from '../core/message';
import type { ConversationFace } from '../session/faces';
import { notify, showMessage } from './events';
import { fieldStyles } from './field-styles';
import { foundButton, foundStyles, searchStatus } from './found';
import { localized } from './i18n/localize';
import * as texts from './i18n/search-texts';
import './mm-icon';
import type { SearchWish } from './search-wish';
import { sharedStyles } from './shared-styles';
import { TextSearch } from './text-search';

/**
 * The browser's own search keeps its keys: it finds what is on the screen, this what is kept.
 *
 * @fires mm-show-message - it was found and chosen, or is the first of the day
 * @fires mm-close - the person is done with it
 */
@localized()
@customElement('mm-search')
export class MmSearch extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    foundStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto auto auto minmax(0, 1fr);
        gap: var(--space-2);
        padding: var(--space-3);
        background: var(--ground);
        border-inline-start: 1px solid var(--line);
      }
      .row {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }
      .row input {
        flex: 1;
      }
      /* The cross to close is beside it. */
      [type='search']::-webkit-search-cancel-button {
        display: none;
      }
      .day label {
        flex: none;
      }
      p {
        min-block-size: 1.4em;
        padding-inline: var(--space-3);
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      ul {
        min-block-size: 0;
        margin: 0;
        padding: 0 0 max(0px, env(safe-area-inset-bottom));
        overflow: hidden auto;
        overscroll-behavior: contain;
        list-style: none;
        scrollbar-width: thin;
      }
      li:has(:focus-visible) button {
        outline-offset: -3px;
      }
    `,
  ];

  @property({ attribute: false }) conversation: ConversationFace | undefined;
  /** It hides the conversation: after a jump it has to go. */
  @property({ type: Boolean }) covering = false;
  /** What to look for at first; another object asks anew. */
  @property({ attribute: false }) wish: SearchWish = { text: '', date: false };

  /** The one that was gone to last. */
  @state() private current: MessageId | undefined;
  /** Nothing was written from the chosen day on. */
  @state() private noSuchDay = false;

  @query('[type=search]') private field!: HTMLInputElement;
  @query('[type=date]') private date!: HTMLInputElement;

  readonly #search = new TextSearch<ChatMessage>(this, (text, signal) => this.conversation?.search(text, signal));

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'search';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.ariaLabel = texts.searchInRoom();
    if (changed.has('wish') && this.wish.text !== '') this.#look(this.wish.text);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('wish')) return;
    const { text, date } = this.wish;
    if (text !== '') this.field.value = text;
    (date ? this.date : this.field).focus();
  }

  #look(text: string): void {
    this.noSuchDay = false;
    this.current = undefined;
    this.#search.look(text);
  }

  /** Enter goes from one to the next, with Shift back again. On a phone it puts the keyboard away: what was found is behind it. */
  #next(back: boolean): void {
    const { found } = this.#search;
    if (this.covering) return this.field.blur();
    const at = found.findIndex(({ id }) => id === this.current) + (back ? -1 : 1);
    const message = found[Math.min(at, found.length - 1)];
    if (message) this.#show(message.id);
  }

  #show(message: MessageId): void {
    this.current = message;
    void this.updateComplete.then(() => this.renderRoot.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' }));
    if (this.covering) this.#close();
    showMessage(this, message);
  }

  /** Nobody means a day of the year 2 who has typed the first of four digits. */
  async #toDay(): Promise<void> {
    const day = this.date.valueAsDate;
    if (!day || !this.date.validity.valid) return;
    // The field gives midnight in Greenwich; the day that is meant is the reader's.
    const dayMs = new Date(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()).getTime();
    try {
      const first = await this.conversation?.jumpTo({ dayMs });
      this.noSuchDay = first === undefined;
      // Whoever closed it meanwhile has gone on reading.
      if (first !== undefined && this.isConnected) this.#show(first);
    } catch {
      notify(this, { kind: 'oops' });
    }
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent('mm-close', { bubbles: true, composed: true }));
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === 'Escape') this.#close();
    else if (event.key === 'Enter' && event.target === this.field) this.#next(event.shiftKey);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!this.#move(event.target as HTMLElement, event.key === 'ArrowDown' ? 1 : -1)) return;
    } else return;
    event.preventDefault();
  }

  /** Up and down between the field and what was found. */
  #move(from: HTMLElement, step: 1 | -1): boolean {
    if (from === this.date) return false;
    const stops: readonly HTMLElement[] = [this.field, ...this.renderRoot.querySelectorAll<HTMLElement>('.found')];
    const at = stops.indexOf(from);
    if (at < 0) return false;
    stops[at + step]?.focus();
    return true;
  }

  protected override render(): unknown {
    const { found, phase, text } = this.#search;
    return html`
      <div class="row" @keydown=${this.#key}>
        <input type="search" aria-label=${texts.searchMessages()} placeholder=${texts.searchMessages()} autocomplete="off" enterkeyhint="search" dir="auto" @input=${() => this.#look(this.field.value)} />
        <button class="quiet icon" aria-label=${texts.closeSearch()} title=${texts.closeSearch()} @click=${this.#close}><mm-icon name="close"></mm-icon></button>
      </div>
      <div class="row day" @keydown=${this.#key}>
        <label for="date">${texts.goToDate()}</label>
        <input id="date" type="date" min="2000-01-01" @change=${this.#toDay} />
      </div>
      <p role="status">${this.noSuchDay ? texts.noSuchDay() : searchStatus(phase, found.length)}</p>
      ${found.length === 0
        ? nothing
        : html`<ul role="list" aria-label=${texts.results()} @keydown=${this.#key}>
            ${repeat(
              found,
              ({ id }) => id,
              (message) => html`<li>${foundButton(message, text, message.id === this.current, () => this.#show(message.id))}</li>`,
            )}
          </ul>`}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-search': MmSearch;
  }
}
