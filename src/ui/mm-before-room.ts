/** What stands before a room that is known by name: one's own name is asked once, then the key is computed. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { personNameMaximum } from '../core/person-name';
import type { ApplicationFace, View } from '../session/faces';
import { brandHeader, brandStyles } from './brand';
import { fieldStyles } from './field-styles';
import { yourName } from './i18n/join-texts';
import { localized } from './i18n/localize';
import * as texts from './i18n/outside-texts';
import './mm-icon';
import { sharedStyles } from './shared-styles';

@localized()
@customElement('mm-before-room')
export class MmBeforeRoom extends LitElement {
  static override styles = [
    sharedStyles,
    brandStyles,
    fieldStyles,
    css`
      :host {
        display: block;
        max-inline-size: 58rem;
        margin: auto;
        padding: env(safe-area-inset-top) max(var(--space-4), env(safe-area-inset-right)) var(--space-6) max(var(--space-4), env(safe-area-inset-left));
      }
      section,
      form {
        display: grid;
        gap: var(--space-4);
        max-inline-size: 30rem;
        margin: clamp(var(--space-5), 18vh, 12rem) auto 0;
      }
      section {
        justify-items: center;
        text-align: center;
      }
      h1 {
        font-size: var(--text-xl);
      }
      p {
        color: var(--ink-soft);
      }
      .field {
        display: grid;
        gap: var(--space-1);
      }
      progress {
        inline-size: 14rem;
        accent-color: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) application: ApplicationFace | undefined;
  @property({ attribute: false }) view: Extract<View, { kind: 'deriving' | 'name-first' }> | undefined;

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.select();
  }

  #goOn(event: SubmitEvent): void {
    event.preventDefault();
    const name = this.renderRoot.querySelector('input')?.value ?? '';
    this.application?.rename(name);
    if (this.view?.kind === 'name-first') this.view.go();
  }

  protected override render(): unknown {
    if (!this.view) return nothing;
    return html`${brandHeader(this)}${this.view.kind === 'deriving' ? this.#deriving() : this.#nameFirst(this.view.roomName)}`;
  }

  #deriving(): unknown {
    return html`<section>
      <h1>${texts.openingRoom()}</h1>
      <progress aria-label=${texts.openingRoom()}></progress>
      <p>${texts.openingRoomAdvice()}</p>
    </section>`;
  }

  #nameFirst(room: string): unknown {
    // Twice the length: it counts UTF-16 units, a name code points.
    return html`<form @submit=${this.#goOn}>
      <h1>${texts.nameFirst()}</h1>
      <div class="field">
        <label for="name">${yourName()}</label>
        <input id="name" dir="auto" autocomplete="nickname" maxlength=${2 * personNameMaximum} aria-describedby="advice" .value=${this.application?.profile.value.name ?? ''} />
      </div>
      <p id="advice">${texts.nameFirstAdvice(room)}</p>
      <button class="primary">${texts.goOn()}</button>
    </form>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-before-room': MmBeforeRoom;
  }
}
