/** The dialog with a room's link, to bring in one more person. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import { inviteAdvice, inviteHeading } from './i18n/room-texts';
import './mm-dialog';
import './mm-share-link';
import { sharedStyles } from './shared-styles';

/** @fires mm-close - from the dialog */
@localized()
@customElement('mm-invite')
export class MmInvite extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      p {
        color: var(--ink-soft);
      }
    `,
  ];

  @property() link = '';

  protected override render(): unknown {
    return html`<mm-dialog .heading=${inviteHeading()}>
      <p>${inviteAdvice()}</p>
      <mm-share-link .link=${this.link}></mm-share-link>
    </mm-dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-invite': MmInvite;
  }
}
