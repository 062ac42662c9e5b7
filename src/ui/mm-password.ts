/** At the door of a room that has a password. What was wrong stays in the field. */
import { LitElement, css, html, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { limits } from '../config';
import type { RoomFace } from '../session/faces';
import { notify } from './events';
import { fieldStyles } from './field-styles';
import { joinRoom, password } from './i18n/join-texts';
import { localized } from './i18n/localize';
import { openingRoom, passwordAdvice, passwordEmpty, wrongPassword } from './i18n/outside-texts';
import { sharedStyles } from './shared-styles';

@localized()
@customElement('mm-password')
export class MmPassword extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      :host {
        display: block;
        inline-size: min(100%, 24rem);
        text-align: start;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-1) var(--space-2);
      }
      label,
      p,
      progress {
        grid-column: 1 / -1;
      }
      p {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      [role='alert'] {
        color: var(--danger);
        font-weight: 600;
      }
      progress {
        inline-size: 100%;
        accent-color: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) room: RoomFace | undefined;
  /** The one given last was wrong. */
  @property({ type: Boolean }) wrong = false;
  /** The one given last is on its way to whoever can tell. */
  @property({ type: Boolean }) asking = false;

  @state() private problem: 'empty' | 'wrong' | undefined;
  /** Its key is being computed. */
  @state() private deriving = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('wrong') || changed.has('asking')) this.problem = this.wrong && !this.asking ? 'wrong' : undefined;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  get #busy(): boolean {
    return this.deriving || this.asking;
  }

  async #join(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const input = this.renderRoot.querySelector('input');
    if (!input || this.#busy) return;
    // Said anew each time: an unchanged text would not be announced again.
    this.problem = undefined;
    this.deriving = input.value !== '';
    await this.updateComplete;
    if (!this.deriving) {
      this.problem = 'empty';
      return;
    }
    try {
      await this.room?.enterPassword(input.value);
    } catch {
      notify(this, { kind: 'oops' });
    }
    this.deriving = false;
    if (this.room?.phase.value === 'wrong-password') this.problem = 'wrong';
  }

  protected override render(): unknown {
    const { problem } = this;
    return html`<form novalidate @submit=${this.#join}>
      <label for="password">${password()}</label>
      <input id="password" class="secret" dir="auto" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength=${limits.passwordCharacters} aria-describedby="problem advice" aria-invalid=${problem ? 'true' : 'false'} />
      <button class="primary" aria-disabled=${this.#busy ? 'true' : 'false'}>${joinRoom()}</button>
      <p id="problem" role="alert">${problem === 'wrong' ? wrongPassword() : problem === 'empty' ? passwordEmpty() : ''}</p>
      ${this.#busy ? html`<progress aria-label=${openingRoom()}></progress>` : html`<p id="advice">${passwordAdvice()}</p>`}
    </form>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-password': MmPassword;
  }
}
