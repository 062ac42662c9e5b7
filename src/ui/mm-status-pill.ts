/** How the connection is, in a few words; always in the same place of a screen. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import type { ConnectionStatus } from '../session/faces';
import { connection, statusText } from './i18n/room-texts';
import { sharedStyles } from './shared-styles';

@localized()
@customElement('mm-status-pill')
export class MmStatusPill extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-flex;
        min-inline-size: 0;
      }
      div {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-inline-size: 0;
        padding: 0.125rem 0.625rem;
        border-radius: var(--radius-full);
        background: var(--sunken);
        color: var(--ink-soft);
        font-size: var(--text-xs);
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      div::before {
        content: '';
        flex: none;
        inline-size: 0.5rem;
        block-size: 0.5rem;
        border: 2px solid var(--line-strong);
        border-radius: 50%;
      }
      .direct,
      .relayed {
        background: var(--accent-soft);
        color: var(--on-accent-soft);
      }
      .direct::before,
      .relayed::before {
        border-color: var(--accent);
        background: var(--accent);
      }
      .reconnecting,
      .introductions-offline {
        background: var(--warm-soft);
        color: var(--on-warm-soft);
      }
      .reconnecting::before,
      .introductions-offline::before {
        border-color: var(--warm);
        background: var(--warm);
      }
    `,
  ];

  @property({ attribute: false }) status: ConnectionStatus | undefined;

  protected override render(): unknown {
    if (!this.status) return nothing;
    // The seconds would be read out one by one; the kind of trouble is enough.
    return html`<div role="status" aria-label=${connection()} aria-live=${this.status.kind === 'reconnecting' ? 'off' : 'polite'} class=${this.status.kind}>${statusText(this.status)}</div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-status-pill': MmStatusPill;
  }
}
