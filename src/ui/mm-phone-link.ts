/** Below the QR code that carries an address for a phone on this network: what to expect there, and the address to take along. */
import { LitElement, css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import { copyPhoneAddress, phoneCaption } from './i18n/join-texts';
import { sharedStyles } from './shared-styles';

/** @fires mm-copy - the address is wanted in the clipboard */
@localized()
@customElement('mm-phone-link')
export class MmPhoneLink extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
        justify-items: center;
        max-inline-size: 16rem;
        text-align: center;
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      button {
        font-size: var(--text-s);
      }
    `,
  ];

  protected override render(): unknown {
    return html`<p>${phoneCaption()}</p>
      <button class="quiet" @click=${() => this.dispatchEvent(new CustomEvent('mm-copy'))}>${copyPhoneAddress()}</button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-phone-link': MmPhoneLink;
  }
}
