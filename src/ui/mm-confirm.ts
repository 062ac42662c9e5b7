/** A button that asks before it does: pressed, it gives way to the question and the two answers. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { dangerStyles } from './danger-styles';
import { cancel } from './i18n/forget-texts';
import { localized } from './i18n/localize';
import './mm-icon';
import type { IconName } from './mm-icon';
import { sharedStyles } from './shared-styles';

/**
 * @fires mm-confirm - yes
 * @fires mm-cancel - no, after all
 */
@localized()
@customElement('mm-confirm')
export class MmConfirm extends LitElement {
  static override styles = [
    sharedStyles,
    dangerStyles,
    css`
      :host {
        display: inline-grid;
        min-inline-size: 0;
      }
      .closed:not(.icon) {
        color: var(--danger);
      }
      .question {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        padding: var(--space-3);
        border-radius: var(--radius-m);
        background: var(--danger-soft);
      }
      p {
        flex: 1 1 12rem;
        font-size: var(--text-s);
      }
      .question .quiet {
        color: var(--ink);
      }
    `,
  ];

  /** On the button. */
  @property() label = '';
  @property() question = '';
  /** Stands on the button instead of the label, which stays its name. */
  @property({ attribute: false }) icon: IconName | undefined;
  /** On the button that means yes; without it, as `label`. */
  @property() yes = '';

  /** The question is shown; styles around it may make room. */
  @property({ type: Boolean, reflect: true }) asking = false;

  /** The focus goes to the answer that changes nothing, and afterwards back to the button. */
  async #ask(asking: boolean): Promise<void> {
    this.asking = asking;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.closed, .cancel')?.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    // The dialog around it stays.
    event.preventDefault();
    this.#cancel();
  }

  #cancel(): void {
    void this.#ask(false);
    this.dispatchEvent(new CustomEvent('mm-cancel'));
  }

  #confirm(): void {
    this.asking = false;
    this.dispatchEvent(new CustomEvent('mm-confirm'));
  }

  protected override render(): unknown {
    if (!this.asking) return this.#closed();
    return html`<div class="question" role="group" aria-label=${this.label} @keydown=${this.#key}>
      <p id="question">${this.question}</p>
      <button class="danger" aria-describedby="question" @click=${this.#confirm}>${this.yes || this.label}</button>
      <button class="cancel quiet" aria-describedby="question" @click=${this.#cancel}>${cancel()}</button>
    </div>`;
  }

  #closed(): unknown {
    const { icon, label } = this;
    const ask = () => this.#ask(true);
    return icon === undefined
      ? html`<button class="closed quiet" @click=${ask}>${label}</button>`
      : html`<button class="closed quiet icon" aria-label=${label} title=${label} @click=${ask}><mm-icon name=${icon}></mm-icon></button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-confirm': MmConfirm;
  }
}
