/** Somebody rings: let them in, or not now. */
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import type { Ring } from '../session/faces';
import { cardStyles } from './card-styles';
import { accept, notNow, wantsToComeIn } from './i18n/card-texts';
import './mm-avatar';
import { sharedStyles } from './shared-styles';

/**
 * @fires mm-accept
 * @fires mm-not-now
 */
@localized()
@customElement('mm-ring-card')
export class MmRingCard extends LitElement {
  static override styles = [sharedStyles, cardStyles];

  @property({ attribute: false }) ring: Ring | undefined;

  /** Focuses the first answer. */
  override focus(): void {
    this.renderRoot.querySelector('button')?.focus();
  }

  protected override render(): unknown {
    const { ring } = this;
    if (!ring) return nothing;
    return html`<div class="card" role="alertdialog" aria-labelledby="text">
      <mm-avatar .person=${ring.id} .name=${ring.name}></mm-avatar>
      <span class="text" id="text">${wantsToComeIn(ring.name)}</span>
      <div class="buttons">
        <button class="quiet" @click=${() => this.dispatchEvent(new CustomEvent('mm-not-now'))}>${notNow()}</button>
        <button class="primary" @click=${() => this.dispatchEvent(new CustomEvent('mm-accept'))}>${accept()}</button>
      </div>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-ring-card': MmRingCard;
  }
}
