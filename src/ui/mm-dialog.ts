/** The frame of every dialog: heading, close button, Esc and the ground behind it. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { DialogHost } from './dialog-host';
import { localized } from './i18n/localize';
import { close } from './i18n/room-texts';
import './mm-icon';
import { sharedStyles } from './shared-styles';

/**
 * Open as long as it is in the page. The element itself has the role, since what it is about is its child and not one of the shadow root's. Whoever shows it makes the rest inert and takes it away on `mm-close`; see mm-overlay on why it is not modal.
 *
 * @fires mm-close - the person is done with it
 * @slot - what it is about
 */
@localized()
@customElement('mm-dialog')
export class MmDialog extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: fixed;
        z-index: 10;
        inset: 0;
        display: grid;
        padding: max(var(--space-3), env(safe-area-inset-top)) var(--space-3) max(var(--space-3), env(safe-area-inset-bottom));
        background: var(--scrim);
        animation: fade var(--quick);
        overflow: auto;
      }
      .box {
        display: grid;
        gap: var(--space-4);
        inline-size: min(100%, var(--dialog-size, 26rem));
        margin: auto;
        padding: var(--space-4) var(--space-5) var(--space-5);
        border: 1px solid transparent;
        border-radius: var(--radius-l);
        background: var(--ground);
        box-shadow: var(--shadow-2);
      }
      /* It has the focus only so that reading starts here. */
      :host(:focus-visible) {
        outline: none;
      }
      .top {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
      }
      h2 {
        font-size: var(--text-xl);
      }
      .top button {
        margin-inline-end: calc(-1 * var(--space-3));
      }
      @keyframes fade {
        from {
          opacity: 0;
        }
      }
      @media (max-width: 30rem) {
        .box {
          padding-inline: var(--space-4);
          margin-block-end: 0;
        }
      }
    `,
  ];

  /** Also its accessible name. */
  @property() heading = '';

  constructor() {
    super();
    new DialogHost(this, (event) => this.#key(event));
    // Pressed beside the dialog: the host is the ground behind it.
    this.addEventListener('pointerdown', (event) => {
      if (event.composedPath()[0] === this) this.#close();
    });
  }

  protected override willUpdate(): void {
    this.ariaLabel = this.heading;
  }

  protected override firstUpdated(): void {
    this.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    event.preventDefault();
    this.#close();
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent('mm-close', { bubbles: true, composed: true }));
  }

  protected override render(): unknown {
    return html`<div class="box">
      <div class="top">
        <h2>${this.heading}</h2>
        <button class="quiet icon" aria-label=${close()} title=${close()} @click=${this.#close}><mm-icon name="close"></mm-icon></button>
      </div>
      <slot></slot>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-dialog': MmDialog;
  }
}
