/** How much of this device rooms take up, and whether the browser may clear it away. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { StorageEstimateView, StorageFace } from '../session/faces';
import { bytesText } from './amounts';
import { localized } from './i18n/localize';
import * as texts from './i18n/storage-texts';
import { sharedStyles } from './shared-styles';

/** From this share of the quota on, it is said that space runs out. */
const almostFull = 0.95;

@localized()
@customElement('mm-storage')
export class MmStorage extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      section {
        display: grid;
        justify-items: start;
        gap: var(--space-2);
      }
      h3 {
        margin: 0;
        font: 600 var(--text-s) / 1.4 var(--font);
      }
      p {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      .problem {
        color: var(--danger);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) storage: StorageFace | undefined;

  @state() private estimate: StorageEstimateView | undefined;
  /** The browser was asked to keep it, and said no. */
  @state() private refused = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('storage')) void this.#look();
  }

  async #look(): Promise<void> {
    // What can't be had is shown as unknown.
    this.estimate = await this.storage?.estimate().catch(() => ({ usedBytes: undefined, quotaBytes: undefined, persisted: false }));
  }

  async #keep(): Promise<void> {
    this.refused = (await this.storage?.persist().catch(() => false)) !== true;
    await this.#look();
    await this.updateComplete;
    // The button may have gone, and the focus with it.
    if (this.estimate?.persisted) this.renderRoot.querySelector<HTMLElement>('section')?.focus();
  }

  protected override render(): unknown {
    return html`<section aria-labelledby="storage" role="group" tabindex="-1">
      <h3 id="storage">${texts.storage()}</h3>
      ${this.estimate ? this.#facts(this.estimate) : nothing}
    </section>`;
  }

  #facts({ usedBytes, quotaBytes, persisted }: StorageEstimateView): unknown {
    if (quotaBytes === 0) return html`<p class="problem">${texts.blocked()}</p>`;
    const known = usedBytes !== undefined && quotaBytes !== undefined;
    return html`
      <p>${known ? texts.used(bytesText(usedBytes), bytesText(quotaBytes)) : texts.unknown()}</p>
      ${known && usedBytes >= almostFull * quotaBytes ? html`<p class="problem">${texts.almostFull()}</p>` : nothing}
      <p role="status">${persisted ? texts.kept() : this.refused ? texts.refused() : texts.notKept()}</p>
      ${persisted ? nothing : html`<button @click=${this.#keep}>${texts.keep()}</button>`}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-storage': MmStorage;
  }
}
