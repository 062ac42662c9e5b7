/** The field for one's own name. It takes effect when it is left; nothing visible typed means that the old name stays. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import { personNameMaximum } from '../core/person-name';
import type { ApplicationFace } from '../session/faces';
import { fieldStyles } from './field-styles';
import { nameAdvice, yourName } from './i18n/join-texts';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

@localized()
@customElement('mm-your-name')
export class MmYourName extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-1);
        align-content: start;
      }
      p {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
    `,
  ];

  @property({ attribute: false }) application: ApplicationFace | undefined;

  constructor() {
    super();
    new ObserveController(this, () => [this.application?.profile]);
  }

  #rename(event: Event): void {
    const input = event.target as HTMLInputElement;
    input.value = this.application?.rename(input.value) ?? '';
  }

  protected override render(): unknown {
    if (!this.application) return nothing;
    // Twice the length: it counts UTF-16 units, a name code points.
    return html`
      <label for="name">${yourName()}</label>
      <input id="name" dir="auto" autocomplete="nickname" maxlength=${2 * personNameMaximum} aria-describedby="advice" .value=${this.application.profile.value.name} @change=${this.#rename} />
      <p id="advice">${nameAdvice()}</p>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-your-name': MmYourName;
  }
}
