/** The toolbar that puts Markdown's marks into a text. */
import { LitElement, css, html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import { formatting } from './i18n/composer-texts';
import { formatName } from './i18n/writing-texts';
import './mm-icon';
import { sharedStyles } from './shared-styles';
import { shortcutOf } from './shortcuts';
import { formats, type Format } from './text-editing';

/**
 * One stop of the Tab key; arrow keys go from button to button (ARIA Authoring Practices, toolbar).
 *
 * @fires format-chosen - with the `Format`
 */
@localized()
@customElement('mm-formatting')
export class MmFormatting extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .tools {
        display: flex;
      }
      .tools button {
        flex: 0 1 2.75rem;
        min-inline-size: 1.75rem;
      }
    `,
  ];

  @state() private current = 0;

  async #go(to: number): Promise<void> {
    this.current = (to + formats.length) % formats.length;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  #key(event: KeyboardEvent): void {
    const forward = getComputedStyle(this).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const backward = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
    const to = { [forward]: this.current + 1, [backward]: this.current - 1, Home: 0, End: formats.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    void this.#go(to);
  }

  #choose(format: Format, index: number): void {
    this.current = index;
    this.dispatchEvent(new CustomEvent<Format>('format-chosen', { detail: format }));
  }

  protected override render(): unknown {
    // Pressed, the buttons leave the focus, and with it the selection and a phone's keyboard, where they are.
    return html`<div class="tools" role="toolbar" aria-label=${formatting()} @keydown=${this.#key} @mousedown=${(event: Event) => event.preventDefault()}>
      ${formats.map((format, index) => this.#button(format, index))}
    </div>`;
  }

  #button(format: Format, index: number): unknown {
    const name = formatName(format);
    const shortcut = shortcutOf(format);
    return html`<button
      type="button"
      class="quiet icon"
      aria-label=${name}
      aria-keyshortcuts=${shortcut?.value ?? ''}
      title=${shortcut ? `${name} (${shortcut.shown})` : name}
      tabindex=${index === this.current ? 0 : -1}
      @click=${() => this.#choose(format, index)}
    >
      <mm-icon name=${format}></mm-icon>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-formatting': MmFormatting;
  }
  interface HTMLElementEventMap {
    'format-chosen': CustomEvent<Format>;
  }
}
