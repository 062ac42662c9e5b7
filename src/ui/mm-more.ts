/** A button with a menu: as a rule "More", with what has no place of its own on a narrow screen. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { more } from './i18n/head-texts';
import { localized } from './i18n/localize';
import './mm-icon';
import type { IconName } from './mm-icon';
import { sharedStyles } from './shared-styles';

export interface MenuEntry {
  readonly icon: IconName;
  readonly label: string;
  readonly choose: () => void;
}

/** A menu button (https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/). */
@localized()
@customElement('mm-more')
export class MmMore extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
        display: inline-block;
      }
      .menu {
        position: absolute;
        z-index: 1;
        inset-block-start: 100%;
        inset-inline-end: 0;
        display: grid;
        inline-size: max-content;
        max-inline-size: min(18rem, 90vw);
        padding: var(--space-2);
        border: 1px solid var(--line);
        border-radius: var(--radius-m);
        background: var(--raised);
        box-shadow: var(--shadow-2);
      }
      :host([upwards]) .menu {
        inset-block: auto 100%;
        inset-inline: 0 auto;
      }
      .menu button {
        justify-content: start;
        gap: var(--space-3);
        padding-inline: var(--space-3);
        border-radius: var(--radius-s);
        background: transparent;
        color: var(--ink);
        font-weight: 400;
      }
      .menu button:is(:hover, :focus) {
        background: var(--sunken);
      }
    `,
  ];

  @property({ attribute: false }) entries: readonly MenuEntry[] = [];
  /** On the button; without one it is "More". */
  @property() label = '';
  @property() icon: IconName = 'more';
  /** The menu stands above the button and begins where it does: the button is at the foot of the page. */
  @property({ type: Boolean, reflect: true }) upwards = false;

  @state() private open = false;

  get #items(): readonly HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  async #show(open: boolean): Promise<void> {
    this.open = open;
    await this.updateComplete;
    if (open) this.#items[0]?.focus();
    else this.renderRoot.querySelector('button')?.focus();
  }

  /** The focus goes back first: a dialog that opens now gives it back to where it was. */
  async #choose(entry: MenuEntry): Promise<void> {
    await this.#show(false);
    entry.choose();
  }

  #key(event: KeyboardEvent): void {
    const items = this.#items;
    const at = items.indexOf(event.target as HTMLElement);
    switch (event.key) {
      case 'Escape':
        void this.#show(false);
        break;
      case 'ArrowDown':
        items[(at + 1) % items.length]?.focus();
        break;
      case 'ArrowUp':
        items.at(at - 1)?.focus();
        break;
      case 'Home':
        items[0]?.focus();
        break;
      case 'End':
        items.at(-1)?.focus();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #left({ relatedTarget }: FocusEvent): void {
    if (!(relatedTarget instanceof Node) || !this.renderRoot.contains(relatedTarget)) this.open = false;
  }

  protected override render(): unknown {
    const label = this.label || more();
    // Pressed while the menu is open, the button must not take the focus from it: that alone would close the menu, and the click would open it again.
    return html`
      <button
        class="quiet icon"
        aria-label=${label}
        title=${label}
        aria-haspopup="menu"
        aria-expanded=${this.open ? 'true' : 'false'}
        @mousedown=${(event: Event) => event.preventDefault()}
        @click=${() => this.#show(!this.open)}
      >
        <mm-icon name=${this.icon}></mm-icon>
      </button>
      ${this.open
        ? html`<div class="menu" role="menu" aria-label=${label} @keydown=${this.#key} @focusout=${this.#left}>
            ${this.entries.map(
              (entry) => html`<button role="menuitem" tabindex="-1" @click=${() => this.#choose(entry)}><mm-icon name=${entry.icon}></mm-icon>${entry.label}</button>`,
            )}
          </div>`
        : nothing}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-more': MmMore;
  }
}
