/** Somebody started a call: join it, or not now. */
import { LitElement, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import { cardStyles } from './card-styles';
import { notNow, startedACall } from './i18n/card-texts';
import { joinCall } from './i18n/room-texts';
import './mm-icon';
import { sharedStyles } from './shared-styles';

/**
 * @fires mm-join
 * @fires mm-not-now
 */
@localized()
@customElement('mm-call-card')
export class MmCallCard extends LitElement {
  static override styles = [sharedStyles, cardStyles];

  @property() name = '';

  /** Focuses the first answer. */
  override focus(): void {
    this.renderRoot.querySelector('button')?.focus();
  }

  protected override render(): unknown {
    return html`<div class="card" role="alertdialog" aria-labelledby="text">
      <mm-icon name="phone"></mm-icon>
      <span class="text" id="text">${startedACall(this.name)}</span>
      <div class="buttons">
        <button class="quiet" @click=${() => this.dispatchEvent(new CustomEvent('mm-not-now'))}>${notNow()}</button>
        <button class="primary" @click=${() => this.dispatchEvent(new CustomEvent('mm-join'))}>${joinCall()}</button>
      </div>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-call-card': MmCallCard;
  }
}
