/** A page that says why there is no room here, and what to do about it: a broken link, or an address that is not secure. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import type { ApplicationFace, View } from '../session/faces';
import { brandHeader, brandStyles } from './brand';
import * as texts from './i18n/explain-texts';
import { brokenLink, exampleLink, linkLooksLike } from './i18n/join-texts';
import './mm-icon';
import { sharedStyles } from './shared-styles';

@localized()
@customElement('mm-explain')
export class MmExplain extends LitElement {
  static override styles = [
    sharedStyles,
    brandStyles,
    css`
      :host {
        display: block;
        max-inline-size: 58rem;
        margin: auto;
        padding: env(safe-area-inset-top) max(var(--space-4), env(safe-area-inset-right)) var(--space-6) max(var(--space-4), env(safe-area-inset-left));
      }
      section {
        display: grid;
        justify-items: start;
        gap: var(--space-4);
        max-inline-size: 38rem;
        margin-block-start: clamp(var(--space-5), 12vh, 9rem);
      }
      h1 {
        font-size: var(--text-2xl);
        letter-spacing: -0.02em;
      }
      p {
        color: var(--ink-soft);
        font-size: var(--text-l);
      }
      code,
      a {
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-s);
        background: var(--sunken);
        color: var(--ink);
        font: 400 var(--text-m) / 1.4 var(--font-code);
        overflow-wrap: anywhere;
      }
      a {
        color: var(--accent-strong);
      }
    `,
  ];

  @property({ attribute: false }) application: ApplicationFace | undefined;
  @property({ attribute: false }) view: Extract<View, { kind: 'broken-link' | 'insecure' }> | undefined;

  protected override render(): unknown {
    if (!this.view) return nothing;
    return html`${brandHeader(this)}${this.view.kind === 'insecure' ? this.#insecure(this.view.secureAddress) : this.#brokenLink()}`;
  }

  #brokenLink(): unknown {
    return html`<section>
      <h1>${brokenLink()}</h1>
      <p>${linkLooksLike()}</p>
      <code dir="ltr">${exampleLink()}</code>
      <p>${texts.brokenAdvice()}</p>
      <button class="primary" @click=${() => this.application?.goHome()}>${texts.toHome()}</button>
    </section>`;
  }

  #insecure(secureAddress: string | undefined): unknown {
    return html`<section>
      <h1>${texts.insecure()}</h1>
      <p>${texts.insecureReason()}</p>
      ${secureAddress?.startsWith('https:')
        ? html`<p>${texts.insecureOpen()}</p>
            <a dir="ltr" href=${secureAddress}>${secureAddress}</a>`
        : html`<p>${texts.insecureAsk()}</p>`}
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-explain': MmExplain;
  }
}
