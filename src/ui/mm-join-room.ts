/** The way into somebody else's room: its name, with a password if it has one, or a pasted link. What can't be opened is told why, and stays in the field. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import { limits } from '../config';
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
        container-type: inline-size;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(0, 2fr) auto;
        gap: var(--space-1) var(--space-2);
      }
      .field {
        display: grid;
        gap: var(--space-1);
      }
      button {
        align-self: end;
      }
      p {
        grid-column: 1 / -1;
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      [role='alert'] {
        color: var(--danger);
      }
      @container (max-width: 28rem) {
        form {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .field:first-child {
          grid-column: 1 / -1;
          margin-block-end: var(--space-2);
        }
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
    const [input, password] = this.renderRoot.querySelectorAll('input');
    if (!input || !password) return;
    // Said anew each time: an unchanged text would not be announced again.
    this.outcome = undefined;
    await this.updateComplete;
    this.outcome = await this.application?.joinByText(input.value, password.value);
    if (this.outcome?.kind !== 'joined') input.focus();
  }

  protected override render(): unknown {
    const problem = this.#problem();
    return html`<form novalidate @submit=${this.#join}>
      <div class="field">
        <label for="room">${texts.roomNameOrLink()}</label>
        <input id="room" dir="auto" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder=${texts.wereYouSentALink()} aria-describedby="problem advice" aria-invalid=${problem === nothing ? 'false' : 'true'} />
      </div>
      <div class="field">
        <label for="password">${texts.password()}</label>
        <input id="password" class="secret" dir="auto" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength=${limits.passwordCharacters} aria-describedby="advice" placeholder=${texts.optional()} />
      </div>
      <button>${texts.joinRoom()}</button>
      <p id="problem" role="alert">${problem}</p>
      <p id="advice">${texts.guessable()}</p>
    </form>`;
  }

  #problem(): unknown {
    switch (this.outcome?.kind) {
      case 'empty':
        return texts.joinEmpty();
      case 'name-too-long':
        return texts.nameTooLong(this.outcome.maximum);
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
