/** Asks before somebody is removed, and whether the link goes with them. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Person, RoomFace } from '../session/faces';
import { checkStyles } from './check-styles';
import { dangerStyles } from './danger-styles';
import { notify } from './events';
import { cancel } from './i18n/forget-texts';
import { localized } from './i18n/localize';
import * as texts from './i18n/person-texts';
import './mm-dialog';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/** @fires mm-close - from the dialog; it is done; or the person is gone */
@localized()
@customElement('mm-remove-person')
export class MmRemovePerson extends LitElement {
  static override styles = [
    sharedStyles,
    checkStyles,
    dangerStyles,
    css`
      form {
        display: grid;
        gap: var(--space-4);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        gap: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) room: RoomFace | undefined;
  /** Device id. */
  @property() person = '';

  constructor() {
    super();
    new ObserveController(this, () => [this.room?.people]);
  }

  protected override updated(): void {
    if (this.room && !this.#person()) this.#close();
  }

  #person(): Person | undefined {
    return this.room?.people.value.find(({ id, removable }) => id === this.person && removable);
  }

  #remove(event: SubmitEvent): void {
    event.preventDefault();
    const person = this.#person();
    const changeLink = this.renderRoot.querySelector('input')?.checked === true;
    if (person) this.room?.remove(person.id, changeLink).catch(() => notify(this, { kind: 'oops' }));
    this.#close();
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent('mm-close', { bubbles: true, composed: true }));
  }

  protected override render(): unknown {
    const person = this.#person();
    if (!person) return nothing;
    return html`<mm-dialog .heading=${texts.removeHeading(person.name)}>
      <form @submit=${this.#remove}>
        <p>${texts.removeAdvice()}</p>
        <div>
          <label class="check">
            <input type="checkbox" checked aria-describedby="advice" />
            <span>${texts.alsoChangeLink()}</span>
          </label>
          <p class="advice" id="advice">${texts.alsoChangeLinkAdvice()}</p>
        </div>
        <div class="buttons">
          <button type="button" class="quiet" @click=${this.#close}>${cancel()}</button>
          <button class="danger">${texts.removeNow()}</button>
        </div>
      </form>
    </mm-dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-remove-person': MmRemovePerson;
  }
}
