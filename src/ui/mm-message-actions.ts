/** What can be done with one message: a small toolbar at its edge, while the pointer or the focus is on it. Loaded when the first one is wanted. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ChatMessage } from '../core/message';
import { moveByArrows } from './arrow-keys';
import * as texts from './i18n/message-action-texts';
import { localized } from './i18n/localize';
import { intend, type MenuPage } from './message-intent';
import './mm-icon';
import './mm-message-menu';
import { sharedStyles } from './shared-styles';

@localized()
@customElement('mm-message-actions')
export class MmMessageActions extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: absolute;
        z-index: 1;
        inset-block-end: calc(100% - 0.875rem);
        inset-inline-start: 0;
      }
      :host([own]) {
        inset-inline: auto 0;
      }
      .bar {
        display: flex;
        border: 1px solid var(--line);
        border-radius: var(--radius-full);
        background: var(--raised);
        box-shadow: var(--shadow-2);
      }
      button {
        min-block-size: 2.125rem;
        inline-size: 2.25rem;
        font-size: var(--text-s);
      }
      /* The focus ring would be cut by the list. */
      button:focus-visible {
        outline-offset: -3px;
      }
      @media (pointer: coarse) {
        button {
          min-block-size: 2.75rem;
          inline-size: 2.75rem;
          font-size: var(--text-m);
        }
      }
    `,
  ];

  @property({ attribute: false }) message: ChatMessage | undefined;
  @property({ type: Boolean, reflect: true }) own = false;
  /** Only to be read: no answers, no changes. */
  @property({ type: Boolean }) closed = false;

  @state() private page: MenuPage | undefined;

  private get controls(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('button')];
  }

  override focus(): void {
    this.controls[0]?.focus();
  }

  /** Opens the menu at that page. */
  open(page: MenuPage): void {
    this.page = page;
  }

  /** The focus was in the menu: it goes back to where that was opened from. */
  #closed(): void {
    const hadFocus = this.shadowRoot?.activeElement?.localName === 'mm-message-menu';
    const page = this.page;
    this.page = undefined;
    if (hadFocus) this.controls.at(page === 'reactions' || page === 'emoji' ? 0 : -1)?.focus();
  }

  protected override render(): unknown {
    const { message } = this;
    if (!message) return nothing;
    return html`<div class="bar" role="toolbar" aria-label=${texts.messageActions()} @keydown=${(event: KeyboardEvent) => moveByArrows(event, this.controls, 'row')}>
        ${this.closed
          ? nothing
          : html`${this.#button('react', texts.react(), '+', () => this.open('reactions'))} ${this.#button('reply', texts.reply(), 'R', () => intend(this, { kind: 'reply', message }))}`}
        ${this.#button('more', texts.moreActions(), '', () => this.open('more'))}
      </div>
      ${this.page ? html`<mm-message-menu .message=${message} .page=${this.page} ?own=${this.own} ?closed=${this.closed} .anchor=${this} @menu-closed=${this.#closed}></mm-message-menu>` : nothing}`;
  }

  #button(icon: 'react' | 'reply' | 'more', name: string, key: string, act: () => void): unknown {
    return html`<button class="quiet icon" aria-label=${name} title=${key ? texts.withKey(name, key) : name} aria-haspopup=${icon === 'more' ? 'menu' : icon === 'react' ? 'dialog' : 'false'} @click=${act}>
      <mm-icon name=${icon}></mm-icon>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-message-actions': MmMessageActions;
  }
}
