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
        min-block-size: calc(1lh + 0.25rem);
        padding: 0.125rem 0.625rem;
        border-radius: var(--radius-full);
        background: var(--sunken);
        color: var(--ink-soft);
        font-size: var(--text-xs);
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      /* Its place is kept. */
      div:empty {
        opacity: 0;
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

  /** Undefined: nothing to say; the live region stands all the same, so that what comes next is announced. */
  @property({ attribute: false }) status: ConnectionStatus | undefined;

  protected override render(): unknown {
    const { status } = this;
    // The seconds would be read out one by one; the kind of trouble is enough.
    return html`<div role="status" aria-label=${connection()} aria-live=${status?.kind === 'reconnecting' ? 'off' : 'polite'} class=${status?.kind ?? ''}>${status ? statusText(status) : nothing}</div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-status-pill': MmStatusPill;
  }
}
