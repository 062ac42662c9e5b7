/** What can be done with the messages that are selected; it stands where the composer was. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ChatMessage } from '../core/message';
import { moveByArrows } from './arrow-keys';
import { timeText } from './dates';
import { notify, openPanel } from './events';
import * as texts from './i18n/message-action-texts';
import { language } from './i18n/language';
import { localized } from './i18n/localize';
import { filesLine } from './message-line';
import './mm-icon';
import { sharedStyles } from './shared-styles';

/** @fires selection-end - it was cancelled, or is done with */
@localized()
@customElement('mm-selection')
export class MmSelection extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        padding: var(--space-1) var(--space-3) max(var(--space-3), env(safe-area-inset-bottom));
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-2);
        max-inline-size: 46rem;
        margin-inline: auto;
        padding: var(--space-1) var(--space-2) var(--space-1) var(--space-4);
        border: 1px solid var(--line-strong);
        border-radius: 1.75rem;
        background: var(--surface);
      }
      .count {
        margin-inline-end: auto;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      button {
        padding-inline: var(--space-3);
        font-size: var(--text-s);
      }
      /* In one line on a phone. */
      @media (max-width: 30rem) {
        .count {
          font-size: var(--text-s);
        }
        button {
          padding-inline: var(--space-2);
        }
        mm-icon {
          display: none;
        }
      }
    `,
  ];

  /** In the order in which they were selected. */
  @property({ attribute: false }) messages: readonly ChatMessage[] = [];

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(asText(this.messages));
      this.#end();
    } catch {
      notify(this, { kind: 'copy-failed' });
    }
  }

  #export(): void {
    openPanel(this, { kind: 'export', messages: inOrder(this.messages).map(({ id }) => id) });
  }

  #end(): void {
    this.dispatchEvent(new CustomEvent('selection-end'));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      this.#end();
      return;
    }
    moveByArrows(event, [...this.renderRoot.querySelectorAll<HTMLElement>('button')], 'row');
  }

  protected override render(): unknown {
    const none = this.messages.length === 0;
    return html`<div class="bar" role="toolbar" aria-label=${texts.selection()} @keydown=${this.#key}>
      <span class="count" role="status">${texts.selected(this.messages.length)}</span>
      <button class="quiet" ?disabled=${none} @click=${this.#copy}><mm-icon name="copy"></mm-icon>${texts.copy()}</button>
      <button class="quiet" ?disabled=${none} @click=${this.#export}><mm-icon name="share"></mm-icon>${texts.exportSelected()}</button>
      <button class="quiet" @click=${this.#end}><mm-icon name="close"></mm-icon>${texts.cancel()}</button>
    </div>`;
  }
}

function inOrder(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return [...messages].sort((a, b) => a.clock.wallMs - b.clock.wallMs || a.clock.counter - b.clock.counter || (a.author < b.author ? -1 : 1));
}

/** A line a message: day, time, who, what. */
function asText(messages: readonly ChatMessage[]): string {
  const day = new Intl.DateTimeFormat(language(), { dateStyle: 'short' });
  return inOrder(messages)
    .map(({ clock, authorName, body, files }) => `[${day.format(clock.wallMs)} ${timeText(clock.wallMs)}] ${authorName}: ${[filesLine(files), body].filter((part) => part !== '').join(': ')}`)
    .join('\n');
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-selection': MmSelection;
  }
}
