/** Who is in the room: a strip of all of them, oneself first. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { DeviceId } from '../core/ids';
import type { Role } from '../core/membership';
import type { Observable } from '../core/observable';
import type { Person, Profile, RoomFace } from '../session/faces';
import { notify, openPanel } from './events';
import { sendTo } from './i18n/attach-texts';
import { localized } from './i18n/localize';
import * as texts from './i18n/room-texts';
import './mm-avatar';
import './mm-icon';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';
import { unseenStyles } from './unseen-styles';

/** Each opens the dialog about that person, oneself the Settings. */
@localized()
@customElement('mm-people')
export class MmPeople extends LitElement {
  static override styles = [
    sharedStyles,
    unseenStyles,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      ul {
        display: flex;
        gap: var(--space-2);
        margin: 0;
        padding: 0.25rem var(--space-3);
        list-style: none;
        overflow: auto hidden;
        scrollbar-width: none;
      }
      li {
        display: flex;
        flex: none;
        border-radius: var(--radius-full);
        background: var(--surface);
      }
      button {
        min-block-size: 2.75rem;
        background: none;
        color: var(--ink);
        font-size: var(--text-s);
      }
      .person {
        padding: 0 var(--space-3) 0 0.25rem;
        border-radius: inherit;
      }
      .name {
        max-inline-size: 10rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        unicode-bidi: isolate;
      }
      .you {
        margin-inline-start: calc(-1 * var(--space-1));
      }
      .role {
        color: var(--ink-soft);
        font-size: var(--text-xs);
        font-weight: 400;
      }
      .verified {
        color: var(--accent);
      }
      .changed {
        color: var(--danger);
      }
      .away {
        color: var(--ink-soft);
      }
      .away mm-avatar {
        opacity: 0.4;
      }
      .target {
        background: var(--accent-soft);
        color: var(--on-accent-soft);
        outline: 2px solid var(--accent);
        outline-offset: -2px;
      }
      .problem {
        display: flex;
        align-items: center;
        padding-inline: var(--space-4);
        color: var(--danger);
        font-size: var(--text-s);
        font-weight: 600;
      }
      .remove {
        inline-size: 2.25rem;
        margin-inline-start: calc(-1 * var(--space-2));
        color: var(--ink-soft);
      }
      :focus-visible {
        outline-offset: -3px;
      }
      @media (min-width: 56rem) {
        ul {
          padding-inline: var(--space-5);
        }
      }
    `,
  ];

  @property({ attribute: false }) room: RoomFace | undefined;
  @property({ attribute: false }) profile: Observable<Profile> | undefined;
  /** A file is dragged over them. */
  @property({ attribute: false }) target: DeviceId | undefined;

  /** Why what was dropped last can't be sent. */
  @state() private problem = '';

  #hadFocus = false;

  constructor() {
    super();
    new ObserveController(this, () => [this.room?.people, this.room?.role, this.profile]);
  }

  protected override willUpdate(): void {
    this.#hadFocus = this.shadowRoot?.activeElement !== null;
  }

  /** Who had the focus may be gone: it stays in the strip. */
  protected override updated(): void {
    if (this.#hadFocus && !this.shadowRoot?.activeElement) this.renderRoot.querySelector('button')?.focus();
  }

  /** From device to device. `folders`: names of those that were dropped, too, and can't be sent. */
  async offer(person: DeviceId, files: readonly File[], folders: readonly string[]): Promise<void> {
    this.problem = '';
    const found = this.room?.people.value.find(({ id }) => id === person);
    const isHere = found?.presence === 'here';
    const outcome = (isHere && files.length > 0 && this.room?.files.offer(person, files)) || { refused: [] };
    if (isHere && outcome.refused.length + folders.length === 0) return;
    try {
      const { notHere, offerRefusal } = await import('./i18n/offer-texts');
      this.problem = isHere ? offerRefusal(outcome, folders) : notHere(found?.name ?? '');
    } catch {
      notify(this, { kind: 'oops' });
    }
  }

  protected override render(): unknown {
    const { room, profile } = this;
    if (!room || !profile) return nothing;
    const { deviceId, name, tint, picture } = profile.value;
    return html`<ul role="list" aria-label=${texts.people()}>
      <li>
        <button class="person" @click=${() => openPanel(this, { kind: 'settings' })}>
          <mm-avatar .person=${deviceId} .name=${name} .tint=${tint} .picture=${picture}></mm-avatar>
          <span class="name">${name}</span> <span class="you">${texts.youMark()}</span> ${roleWord(room.role.value)}
        </button>
      </li>
      ${repeat(
        room.people.value,
        (person) => person.id,
        (person) => this.#person(person),
      )}
    </ul>
    ${this.problem === '' ? nothing : html`<div class="problem">
          <p role="alert">${this.problem}</p>
          <button class="quiet icon" aria-label=${texts.close()} title=${texts.close()} @click=${() => (this.problem = '')}><mm-icon name="close"></mm-icon></button>
        </div>`}`;
  }

  #person({ id, name, tint, picture, presence, role, verified, changedKey, removable }: Person): unknown {
    const isHere = presence === 'here';
    return html`<li data-person=${String(id)} class=${isHere && this.target === id ? 'target' : ''}>
      <button class="person ${isHere ? '' : 'away'}" @click=${() => openPanel(this, { kind: 'person', id })}>
        <mm-avatar .person=${id} .name=${name} .tint=${tint} .picture=${picture}></mm-avatar>
        <span class="name">${isHere && this.target === id ? sendTo(name) : name}</span> ${roleWord(role)}
        ${changedKey ? html`<mm-icon class="changed" name="alert"></mm-icon>${unseen(texts.changedKey())}` : verified ? html`<mm-icon class="verified" name="verified"></mm-icon>${unseen(texts.verified())}` : nothing}
        ${isHere ? nothing : unseen(presence === 'connecting' ? texts.connecting() : texts.reconnecting())}
      </button>
      ${removable ? html`<button class="remove icon" aria-label=${texts.remove(name)} title=${texts.remove(name)} @click=${() => openPanel(this, { kind: 'remove', id })}><mm-icon name="close"></mm-icon></button>` : nothing}
    </li>`;
  }
}

/** Most are members: that goes without saying. */
function roleWord(role: Role | undefined): unknown {
  return role === 'owner' || role === 'host' ? html`<span class="role">${role === 'owner' ? texts.owner() : texts.host()}</span>` : nothing;
}

function unseen(text: string): unknown {
  return html`<span class="unseen">${text}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-people': MmPeople;
  }
}
