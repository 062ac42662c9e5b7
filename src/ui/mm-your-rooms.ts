/** The rooms kept on this device: one press to be back in one of them. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { HomeFace, KeptRoom } from '../session/faces';
import { notify } from './events';
import { forgetRoom, forgetWarning } from './i18n/forget-texts';
import { language } from './i18n/language';
import { localized } from './i18n/localize';
import { namelessRoom, yourRooms } from './i18n/rooms-texts';
import './mm-avatar';
import './mm-confirm';
import { ObserveController } from './observe-controller';
import { relativeTime } from './relative-time';
import { sharedStyles } from './shared-styles';

@localized()
@customElement('mm-your-rooms')
export class MmYourRooms extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
      h2 {
        font-size: var(--text-l);
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr));
        gap: var(--space-2);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 0 var(--space-3);
        position: relative;
        padding: var(--space-3);
        border: 1px solid transparent;
        border-radius: var(--radius-m);
        background: var(--surface);
        box-shadow: var(--shadow-1);
      }
      mm-avatar {
        grid-row: span 2;
      }
      .enter {
        justify-content: start;
        min-block-size: 1.5rem;
        padding: 0;
        border-radius: var(--radius-s);
        background: transparent;
        color: var(--ink);
        text-align: start;
      }
      .enter span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        unicode-bidi: isolate;
      }
      /* The whole card enters. */
      .enter::after {
        content: '';
        position: absolute;
        inset: 0;
        border-radius: var(--radius-m);
      }
      .enter:hover::after {
        background: color-mix(in oklab, transparent, var(--accent) 8%);
      }
      time {
        grid-column: 2;
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      mm-confirm {
        z-index: 1;
        grid-area: 1 / 3 / span 2;
        font-size: var(--text-s);
      }
      /* While it asks, it has the card to itself. */
      mm-confirm[asking] {
        grid-column: 1 / -1;
      }
    `,
  ];

  @property({ attribute: false }) home: HomeFace | undefined;

  constructor() {
    super();
    new ObserveController(this, () => [this.home?.rooms]);
  }

  async #forget(room: KeptRoom): Promise<void> {
    try {
      await this.home?.forgetRoom(room.alias);
    } catch {
      notify(this, { kind: 'oops' });
    }
    await this.updateComplete;
    this.renderRoot.querySelector('button')?.focus();
  }

  protected override render(): unknown {
    const rooms = this.home?.rooms.value ?? [];
    if (rooms.length === 0) return nothing;
    return html`<h2 id="heading">${yourRooms()}</h2>
      <ul role="list" aria-labelledby="heading">
        ${repeat(
          rooms,
          (room) => room.alias,
          (room) => this.#room(room),
        )}
      </ul>`;
  }

  #room(room: KeptRoom): unknown {
    const name = room.title || new Intl.ListFormat(language(), { type: 'conjunction' }).format(room.peopleNames) || namelessRoom();
    return html`<li>
      <mm-avatar .person=${room.alias} .name=${name}></mm-avatar>
      <button class="enter" aria-describedby="visit-${room.alias}" @click=${() => this.home?.enterRoom(room.alias)}><span>${name}</span></button>
      <time id="visit-${room.alias}" datetime=${new Date(room.lastVisitMs).toISOString()}>${relativeTime(room.lastVisitMs, Date.now())}</time>
      <mm-confirm .icon=${'close'} .label=${forgetRoom()} .question=${forgetWarning()} @mm-confirm=${() => this.#forget(room)}></mm-confirm>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-your-rooms': MmYourRooms;
  }
}
