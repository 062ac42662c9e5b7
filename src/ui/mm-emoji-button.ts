/** The button "Emoji" beside the field, and what it opens above it. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { notify } from './events';
import { emoji } from './i18n/composer-texts';
import { localized } from './i18n/localize';
import './mm-icon';
import { sharedStyles } from './shared-styles';

/**
 * The picker's code is loaded with the first press. It stands over the positioned element around this one.
 *
 * @fires emoji-picked - with the emoji; or with '' when the person wants none after all and goes back to writing
 */
@localized()
@customElement('mm-emoji-button')
export class MmEmojiButton extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      button[aria-expanded='true'] {
        background: var(--accent-soft);
        color: var(--on-accent-soft);
      }
      .emoji {
        --icon-button: initial;
        position: absolute;
        z-index: 3;
        inset-block-end: calc(100% + var(--space-1));
        inset-inline-end: 0;
        inline-size: min(100%, 25rem);
        block-size: min(26rem, 55dvh);
        padding: var(--space-3);
        border: 1px solid var(--line);
        border-radius: var(--radius-m);
        background: var(--raised);
        box-shadow: var(--shadow-2);
        animation: rise var(--quick);
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(0.5rem);
        }
      }
    `,
  ];

  @state() private open = false;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('pointerdown', this.#onPress);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('pointerdown', this.#onPress);
  }

  async #toggle(): Promise<void> {
    if (this.open) return this.#end('');
    this.open = true;
    try {
      await import('./mm-emoji-picker');
    } catch {
      notify(this, { kind: 'oops' });
      return;
    }
    await this.updateComplete;
    this.renderRoot.querySelector('mm-emoji-picker')?.focus();
  }

  #end(emoji: string): void {
    this.open = false;
    this.dispatchEvent(new CustomEvent<string>('emoji-picked', { detail: emoji }));
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || !this.open) return;
    event.preventDefault();
    this.#end('');
  }

  /** The Tab key went somewhere else. */
  #left({ relatedTarget: to }: FocusEvent): void {
    if (to instanceof Node && !this.renderRoot.contains(to)) this.open = false;
  }

  /** Pressed beside it. */
  readonly #onPress = (event: Event): void => {
    if (this.open && !event.composedPath().includes(this)) this.open = false;
  };

  #picked(event: CustomEvent<{ readonly emoji: string }>): void {
    // Around this element it would say that somebody reacts to a message.
    event.stopPropagation();
    this.#end(event.detail.emoji);
  }

  protected override render(): unknown {
    const name = emoji();
    return html`
      <button class="quiet icon" aria-label=${name} title=${name} aria-expanded=${this.open ? 'true' : 'false'} @click=${this.#toggle} @keydown=${this.#key}><mm-icon name="emoji"></mm-icon></button>
      ${this.open
        ? html`<div class="emoji" role="dialog" aria-label=${name} @keydown=${this.#key} @focusout=${this.#left} @emoji-chosen=${this.#picked}><mm-emoji-picker></mm-emoji-picker></div>`
        : nothing}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-emoji-button': MmEmojiButton;
  }
  interface HTMLElementEventMap {
    'emoji-picked': CustomEvent<string>;
  }
}
