/** Who is writing at the moment, in one line. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import { typing } from './i18n/composer-texts';

/**
 * The line is there also when nobody writes, so that nothing moves. Only to be seen: read aloud each time somebody begins or pauses, it would talk more than they
 * do.
 */
@localized()
@customElement('mm-typing')
export class MmTyping extends LitElement {
  static override styles = css`
    :host {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      block-size: 1.25rem;
      color: var(--ink-soft);
      font-size: var(--text-xs);
    }
    bdi {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .dots {
      flex: none;
      inline-size: 1.25rem;
      block-size: 0.25rem;
      background: radial-gradient(circle closest-side, currentColor 92%, transparent) 0 / calc(100% / 3) 100%;
      animation: breathe 1.2s ease-in-out infinite alternate;
    }
    @keyframes breathe {
      from {
        opacity: 0.35;
      }
    }
    @media (prefers-reduced-motion: reduce) {
      .dots {
        animation: none;
      }
    }
  `;

  @property({ attribute: false }) names: readonly string[] = [];

  protected override render(): unknown {
    if (this.names.length === 0) return nothing;
    return html`<span class="dots"></span><bdi>${typing(this.names)}</bdi>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-typing': MmTyping;
  }
}
