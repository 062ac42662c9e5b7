/** The way into somebody else's room: a pasted link. What can't be opened is told why, and stays in the field. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import type { ApplicationFace, JoinOutcome } from '../session/faces';
import { fieldStyles } from './field-styles';
import * as texts from './i18n/join-texts';
import { sharedStyles } from './shared-styles';

@localized()
@customElement('mm-join-room')
export class MmJoinRoom extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      :host {
        display: block;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-1) var(--space-2);
      }
      label,
      p {
        grid-column: 1 / -1;
      }
      p {
        color: var(--danger);
        font-size: var(--text-s);
      }
      code {
        display: block;
        color: var(--ink-soft);
        font-family: var(--font-code);
      }
    `,
  ];

  @property({ attribute: false }) application: ApplicationFace | undefined;

  @state() private outcome: JoinOutcome | undefined;

  async #join(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const input = this.renderRoot.querySelector('input');
    if (!input) return;
    // Said anew each time: an unchanged text would not be announced again.
    this.outcome = undefined;
    await this.updateComplete;
    this.outcome = this.application?.joinByText(input.value);
    if (this.outcome?.kind !== 'joined') input.focus();
  }

  protected override render(): unknown {
    const problem = this.#problem();
    return html`<form novalidate @submit=${this.#join}>
      <label for="room">${texts.roomNameOrLink()}</label>
      <input id="room" dir="auto" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder=${texts.wereYouSentALink()} aria-describedby="problem" aria-invalid=${problem === nothing ? 'false' : 'true'} />
      <button>${texts.joinRoom()}</button>
      <p id="problem" role="alert">${problem}</p>
    </form>`;
  }

  #problem(): unknown {
    switch (this.outcome?.kind) {
      case 'empty':
        return texts.joinEmpty();
      case 'name':
        return texts.joinName();
      case 'broken-link':
        return html`${texts.brokenLink()}. ${texts.linkLooksLike()} <code dir="ltr">${texts.exampleLink()}</code>`;
      default:
        return nothing;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-join-room': MmJoinRoom;
  }
}
