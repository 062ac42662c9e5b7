/** The dialog about one person: who they are, whether it is really them, and what one may do about it. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { DeviceId } from '../core/ids';
import type { Person, RoomFace } from '../session/faces';
import { codeEmoji } from './emoji-code';
import { notify, openPanel } from './events';
import { emojiNames } from './i18n/emoji-names';
import { localized } from './i18n/localize';
import { offerRefusal, sendFileTo } from './i18n/offer-texts';
import * as texts from './i18n/person-texts';
import { host, owner, remove } from './i18n/room-texts';
import './mm-avatar';
import './mm-dialog';
import './mm-icon';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/** @fires mm-close - from the dialog; or the person is gone */
@localized()
@customElement('mm-person')
export class MmPerson extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .who {
        display: flex;
        align-items: center;
        gap: var(--space-4);
        color: var(--ink-soft);
        --avatar-size: 4rem;
      }
      .about {
        display: grid;
        gap: var(--space-4);
      }
      .warning {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-m);
        background: var(--danger-soft);
      }
      .warning p {
        flex: 1 1 14rem;
      }
      .warning mm-icon {
        color: var(--danger);
      }
      section {
        display: grid;
        justify-items: start;
        gap: var(--space-3);
        padding: var(--space-4);
        border-radius: var(--radius-m);
        background: var(--surface);
      }
      h3 {
        margin: 0;
        font: 700 var(--text-m) / 1.2 var(--font-display);
      }
      .advice {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      ol {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        justify-self: stretch;
        gap: var(--space-3) 0;
        /* A name of twelve letters stands in one line, also on a phone. */
        margin: 0 calc(-1 * var(--space-3));
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        justify-items: center;
        inline-size: 25%;
        font-size: var(--text-xs);
        text-align: center;
      }
      .emoji {
        font-size: 2.25rem;
        line-height: 1.2;
      }
      .verified {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }
      .verified mm-icon {
        color: var(--accent);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      .remove,
      .problem {
        color: var(--danger);
      }
      .problem {
        flex-basis: 100%;
        font-size: var(--text-s);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) room: RoomFace | undefined;
  /** Device id. */
  @property() person = '';

  /** Why what was chosen last can't be sent. */
  @state() private problem = '';

  @query('[type=file]') private input!: HTMLInputElement;

  constructor() {
    super();
    new ObserveController(this, () => [this.room?.people, this.room?.role]);
  }

  protected override updated(): void {
    if (this.room && !this.#person()) this.dispatchEvent(new CustomEvent('mm-close', { bubbles: true, composed: true }));
  }

  #person(): Person | undefined {
    return this.room?.people.value.find(({ id }) => id === this.person);
  }

  #try(doing: Promise<void>): void {
    doing.catch(() => notify(this, { kind: 'oops' }));
  }

  /** The card that stands in the room then tells the rest. */
  #offer(room: RoomFace, { id }: Person): void {
    const outcome = room.files.offer(id, [...(this.input.files ?? [])]);
    this.input.value = '';
    this.problem = offerRefusal(outcome);
    if (this.problem === '') this.dispatchEvent(new CustomEvent('mm-close', { bubbles: true, composed: true }));
  }

  /** The warning goes with its button: reading begins anew with the dialog. */
  #acknowledge(room: RoomFace, { id }: Person): void {
    this.#try(room.acknowledgeChangedKey(id));
    this.renderRoot.querySelector('mm-dialog')?.focus();
  }

  protected override render(): unknown {
    const { room } = this;
    const person = this.#person();
    if (!room || !person) return nothing;
    return html`<mm-dialog .heading=${person.name}>
      <div class="about">
        <div class="who">
          <mm-avatar .person=${person.id} .name=${person.name} .tint=${person.tint} .picture=${person.picture}></mm-avatar>
          ${room.kind === 'named' ? nothing : html`<p>${roleName(person)}</p>`}
        </div>
        ${person.changedKey
          ? html`<div class="warning" role="alert">
              <mm-icon name="alert"></mm-icon>
              <p>${texts.keyChanged(person.name)}</p>
              <button @click=${() => this.#acknowledge(room, person)}>${texts.acknowledge()}</button>
            </div>`
          : nothing}
        ${this.#sendFile(room, person)} ${this.#compare(room, person)} ${this.#actions(room, person)}
      </div>
    </mm-dialog>`;
  }

  /** What dropping a file on them in the list does. */
  #sendFile(room: RoomFace, person: Person): unknown {
    if (person.presence !== 'here') return nothing;
    return html`<div class="row">
      <button @click=${() => this.input.click()}><mm-icon name="attach"></mm-icon>${sendFileTo(person.name)}</button>
      <input type="file" multiple hidden @change=${() => this.#offer(room, person)} />
      ${this.problem === '' ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
    </div>`;
  }

  #compare(room: RoomFace, { id, code, verified }: Person): unknown {
    const names = emojiNames();
    return html`<section aria-labelledby="compare">
      <h3 id="compare">${texts.compareAloud()}</h3>
      <p class="advice">${code ? texts.compareAdvice() : texts.noCode()}</p>
      ${code ? html`<ol role="list" aria-labelledby="compare">${code.map((number) => html`<li><span class="emoji" aria-hidden="true">${codeEmoji[number]}</span>${names[number]}</li>`)}</ol>` : nothing}
      ${verified ? html`<p class="verified"><mm-icon name="verified"></mm-icon>${texts.verifiedBefore()}</p>` : nothing}
      ${verified || code ? this.#mark(room, id, verified) : nothing}
    </section>`;
  }

  /** One button for both ways: pressed, it keeps the focus. */
  #mark(room: RoomFace, id: DeviceId, verified: boolean): unknown {
    return html`<button class=${verified ? 'quiet' : ''} @click=${() => this.#try(room.markVerified(id, !verified))}>
      ${verified ? texts.unmarkVerified() : html`<mm-icon name="verified"></mm-icon>${texts.markVerified()}`}
    </button>`;
  }

  #actions(room: RoomFace, { id, name, role, removable }: Person): unknown {
    const namesHosts = room.role.value === 'owner' && role !== 'owner';
    if (!namesHosts && !removable) return nothing;
    return html`<div class="row">
        ${namesHosts ? html`<button @click=${() => this.#try(room.setHost(id, role !== 'host'))}>${role === 'host' ? texts.takeHostAway() : texts.makeHost()}</button>` : nothing}
        ${removable ? html`<button class="remove quiet" @click=${() => openPanel(this, { kind: 'remove', id })}>${remove(name)}</button>` : nothing}
      </div>
      ${namesHosts ? html`<p class="advice">${texts.makeHostAdvice()}</p>` : nothing}`;
  }
}

function roleName({ role }: Person): string {
  return role === 'owner' ? owner() : role === 'host' ? host() : texts.member();
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-person': MmPerson;
  }
}
