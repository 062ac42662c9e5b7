/** What was pinned, above the list: one line, the newest first. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ChatMessage } from '../core/message';
import * as texts from './i18n/message-action-texts';
import { localized } from './i18n/localize';
import { intend } from './message-intent';
import { messageLine } from './message-line';
import './mm-icon';
import { sharedStyles } from './shared-styles';

/** Pressed, it goes to the message that is shown, and shows the one pinned before. */
@localized()
@customElement('mm-pinned')
export class MmPinned extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        padding: 0 var(--space-3);
      }
      section {
        display: flex;
        align-items: center;
        max-inline-size: 46rem;
        margin-inline: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius-m);
        background: var(--surface);
      }
      .go {
        flex: 1;
        justify-content: start;
        min-inline-size: 0;
        background: none;
        color: var(--ink);
        font-size: var(--text-s);
        font-weight: 400;
        text-align: start;
      }
      .go mm-icon {
        color: var(--accent);
      }
      .text {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .author {
        font-weight: 600;
      }
      .place {
        flex: none;
        color: var(--ink-soft);
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }
      :focus-visible {
        outline-offset: -3px;
      }
    `,
  ];

  /** Newest first. */
  @property({ attribute: false }) pinned: readonly ChatMessage[] = [];
  /** Only to be read. */
  @property({ type: Boolean }) closed = false;

  @state() private place = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    // A newer one is shown at once.
    if ((changed.has('pinned') && changed.get('pinned')?.[0]?.id !== this.pinned[0]?.id) || this.place >= this.pinned.length) this.place = 0;
  }

  #go(message: ChatMessage): void {
    this.place = (this.place + 1) % this.pinned.length;
    intend(this, { kind: 'jump', to: message.id });
  }

  protected override render(): unknown {
    const { pinned, place } = this;
    const message = pinned[place];
    if (!message) return nothing;
    return html`<section aria-label=${texts.pinnedMessages()}>
      <button class="go" @click=${() => this.#go(message)}>
        <mm-icon name="pin"></mm-icon>
        <span class="text"><bdi class="author">${message.authorName}</bdi> <bdi>${messageLine(message)}</bdi></span>
      </button>
      ${pinned.length > 1 ? html`<span class="place">${texts.pinnedPlace(place + 1, pinned.length)}</span>` : nothing}
      ${this.closed
        ? nothing
        : html`<button class="quiet icon" aria-label=${texts.unpin()} title=${texts.unpin()} @click=${() => intend(this, { kind: 'pin', message, on: false })}><mm-icon name="close"></mm-icon></button>`}
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-pinned': MmPinned;
  }
}
