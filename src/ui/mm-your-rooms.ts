/** The rooms kept on this device: one press to be back in one of them. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { HomeFace, KeptRoom } from '../session/faces';
import { countText } from './amounts';
import { notify } from './events';
import { forgetRoom, forgetWarning } from './i18n/forget-texts';
import { localized } from './i18n/localize';
import { unread, yourRooms } from './i18n/rooms-texts';
import { keptRoomName } from './kept-room-name';
import './mm-avatar';
import './mm-confirm';
import './mm-search-rooms';
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
      .about {
        display: flex;
        flex-wrap: wrap;
        grid-column: 2;
        gap: 0 var(--space-2);
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      .unread {
        color: var(--accent-strong);
        font-weight: 600;
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
    this.renderRoot.querySelector<HTMLElement>('.enter')?.focus();
  }

  protected override render(): unknown {
    const rooms = this.home?.rooms.value ?? [];
    if (rooms.length === 0) return nothing;
    return html`<h2 id="heading">${yourRooms()}</h2>
      <mm-search-rooms .home=${this.home}></mm-search-rooms>
      <ul role="list" aria-labelledby="heading">
        ${repeat(
          rooms,
          (room) => room.alias,
          (room) => this.#room(room),
        )}
      </ul>`;
  }

  #room(room: KeptRoom): unknown {
    const name = keptRoomName(room);
    return html`<li>
      <mm-avatar .person=${room.alias} .name=${name}></mm-avatar>
      <button class="enter" aria-describedby="about-${room.alias}" @click=${() => this.home?.enterRoom(room.alias)}><span>${name}</span></button>
      <div class="about" id="about-${room.alias}">
        <time datetime=${new Date(room.lastVisitMs).toISOString()}>${relativeTime(room.lastVisitMs, Date.now())}</time>
        ${room.unreadCount > 0 ? html`<span class="unread">${unread(countText(room.unreadCount))}</span>` : nothing}
      </div>
      <mm-confirm .icon=${'close'} .label=${forgetRoom()} .question=${forgetWarning()} @mm-confirm=${() => this.#forget(room)}></mm-confirm>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-your-rooms': MmYourRooms;
  }
}
