/** The menu of one message: quick reactions and all others, and what is wanted less often. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ChatMessage } from '../core/message';
import { moveByArrows } from './arrow-keys';
import { notify } from './events';
import * as texts from './i18n/message-action-texts';
import { localized } from './i18n/localize';
import { intend, type MenuPage, type MessageIntent } from './message-intent';
import './mm-confirm';
import './mm-icon';
import type { IconName } from './mm-icon';
import { placeBeside } from './popover-place';
import { sharedStyles } from './shared-styles';

const quickReactions = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const;

/**
 * A popover by itself: open as long as it is in the page. In the top layer nothing of the list cuts it, and pressing beside it or Escape closes it.
 *
 * @fires menu-closed - it is closing; whoever showed it takes it away
 */
@localized()
@customElement('mm-message-menu')
export class MmMessageMenu extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        inset: auto;
        /* Wherever it is put: otherwise it would shrink towards the edge of the screen. */
        inline-size: max-content;
        max-inline-size: calc(100vw - 0.75rem);
        max-block-size: calc(100dvh - 0.75rem);
        margin: 0;
        padding: var(--space-2);
        border: 1px solid var(--line);
        border-radius: var(--radius-m);
        background: var(--raised);
        color: var(--ink);
        box-shadow: var(--shadow-2);
        overflow: auto;
      }
      :host(:focus-visible) {
        outline: none;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
      }
      .row .emoji {
        inline-size: 2.75rem;
        padding: 0;
        background: transparent;
        font-size: 1.375rem;
      }
      .row .emoji:hover,
      .row .emoji[aria-pressed='true'] {
        background: var(--accent-soft);
      }
      .menu {
        display: grid;
        min-inline-size: 12rem;
      }
      .menu button {
        justify-content: start;
        gap: var(--space-3);
        border-radius: var(--radius-s);
        color: var(--ink);
        font-weight: 400;
      }
      .menu .delete {
        color: var(--danger);
      }
      mm-confirm {
        max-inline-size: 20rem;
      }
      mm-emoji-picker {
        inline-size: min(22rem, 90vw);
        block-size: min(26rem, 60dvh);
      }
      button:focus-visible {
        outline-offset: -3px;
      }
    `,
  ];

  @property({ attribute: false }) message: ChatMessage | undefined;
  @property({ attribute: false }) page: MenuPage = 'more';
  @property({ type: Boolean }) own = false;
  /** Only to be read: no answers, no changes. */
  @property({ type: Boolean }) closed = false;
  /** What it stands beside. */
  @property({ attribute: false }) anchor: HTMLElement | undefined;

  /** The emoji picker draws itself bit by bit. */
  readonly #sizes = new ResizeObserver(() => this.#place());

  constructor() {
    super();
    this.popover = 'auto';
    this.tabIndex = -1;
    // Not `toggle`: that comes later, when the menu may be open again.
    this.addEventListener('beforetoggle', (event) => {
      if (event.newState === 'closed') this.#done();
    });
    // Keys in here are not the message's.
    this.addEventListener('keydown', (event) => event.stopPropagation());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('page')) return;
    // Opened again before it was taken away.
    if (!this.matches(':popover-open')) this.showPopover();
    this.#place();
    if (this.page === 'emoji') void this.#showPicker();
    else this.renderRoot.querySelector<HTMLElement>('button')?.focus();
    if (this.page === 'delete') void this.#ask();
  }

  /** What has the focus goes with its page: until the next one takes it, the menu has it, or the message would seem to be left. */
  #turnTo(page: MenuPage): void {
    this.focus();
    this.page = page;
  }

  #place(): void {
    if (this.anchor) placeBeside(this, this.anchor);
  }

  async #showPicker(): Promise<void> {
    try {
      await import('./mm-emoji-picker');
      this.renderRoot.querySelector<HTMLElement>('mm-emoji-picker')?.focus();
    } catch {
      notify(this, { kind: 'oops' });
      this.hidePopover();
    }
  }

  /** The answer that changes nothing has the focus. */
  async #ask(): Promise<void> {
    const question = this.renderRoot.querySelector('mm-confirm');
    await question?.updateComplete;
    question?.shadowRoot?.querySelector<HTMLElement>('.cancel')?.focus();
  }

  #done(): void {
    this.dispatchEvent(new CustomEvent('menu-closed'));
  }

  /** First what was wanted, then the end: where the focus goes may depend on it. */
  #choose(intent: MessageIntent): void {
    this.hidePopover();
    intend(this, intent);
  }

  protected override render(): unknown {
    const { message, page } = this;
    if (!message) return nothing;
    switch (page) {
      case 'reactions':
        return this.#reactions(message);
      case 'emoji':
        return html`<mm-emoji-picker @emoji-chosen=${(event: CustomEvent<{ readonly emoji: string }>) => this.#choose({ kind: 'react', message, emoji: event.detail.emoji })}></mm-emoji-picker>`;
      case 'more':
        return this.#menu(message);
      case 'delete':
        return html`<mm-confirm
          asking
          .label=${texts.deleteForEveryone()}
          .question=${texts.deleteWarning()}
          @mm-confirm=${() => this.#choose({ kind: 'remove', message })}
          @mm-cancel=${() => this.hidePopover()}
        ></mm-confirm>`;
    }
  }

  #reactions(message: ChatMessage): unknown {
    const own = message.reactions.find((reaction) => reaction.own)?.emoji;
    return html`<div class="row" role="group" aria-label=${texts.react()} @keydown=${(event: KeyboardEvent) => moveByArrows(event, this.#controls(), 'row')}>
      ${quickReactions.map(
        (emoji) =>
          html`<button class="emoji" aria-pressed=${emoji === own ? 'true' : 'false'} @click=${() => this.#choose({ kind: 'react', message, emoji: emoji === own ? '' : emoji })}>${emoji}</button>`,
      )}
      <button class="quiet icon" aria-label=${texts.moreEmoji()} title=${texts.moreEmoji()} @click=${() => this.#turnTo('emoji')}><mm-icon name="more"></mm-icon></button>
    </div>`;
  }

  #menu(message: ChatMessage): unknown {
    const item = (name: string, icon: IconName, act: () => void, key = '') =>
      html`<button class="quiet ${icon}" role="menuitem" tabindex="-1" title=${key ? texts.withKey(name, key) : name} @click=${act}><mm-icon name=${icon}></mm-icon>${name}</button>`;
    return html`<div class="menu" role="menu" aria-label=${texts.moreActions()} @keydown=${this.#menuKey}>
      ${this.own && !this.closed ? item(texts.edit(), 'edit', () => this.#choose({ kind: 'edit', message }), 'E') : nothing}
      ${message.body === '' ? nothing : item(texts.copyText(), 'copy', () => this.#choose({ kind: 'copy', message }))}
      ${this.closed ? nothing : item(message.pinned ? texts.unpin() : texts.pin(), 'pin', () => this.#choose({ kind: 'pin', message, on: !message.pinned }))}
      ${item(texts.select(), 'select', () => this.#choose({ kind: 'select', message }))}
      ${this.own && !this.closed ? item(texts.deleteForEveryone(), 'delete', () => this.#turnTo('delete'), texts.deleteKey()) : nothing}
    </div>`;
  }

  #menuKey(event: KeyboardEvent): void {
    if (event.key === 'Tab') this.hidePopover();
    moveByArrows(event, this.#controls(), 'column');
  }

  #controls(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('button')];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-message-menu': MmMessageMenu;
  }
}
