/** Searching in all kept rooms, from the home page: what was found stands below the field, by room. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { RoomAlias } from '../core/ids';
import type { ChatMessage } from '../core/message';
import type { HomeFace, RoomHit } from '../session/faces';
import { showMessage } from './events';
import { foundButton, foundStyles, searchStatus } from './found';
import { localized } from './i18n/localize';
import { messagesFound, searchInRooms } from './i18n/search-texts';
import { keptRoomName } from './kept-room-name';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';
import { TextSearch } from './text-search';

@localized()
@customElement('mm-search-rooms')
export class MmSearchRooms extends LitElement {
  static override styles = [
    sharedStyles,
    foundStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      input {
        inline-size: min(100%, 26rem);
      }
      p {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .rooms {
        max-block-size: 60vh;
        overflow: hidden auto;
        gap: var(--space-3);
        padding: var(--space-3);
        border-radius: var(--radius-m);
        background: var(--surface);
        box-shadow: var(--shadow-1);
      }
      h3 {
        margin: 0;
        padding-inline: var(--space-3);
        font: 600 var(--text-s) / 1.4 var(--font);
        unicode-bidi: isolate;
      }
    `,
  ];

  @property({ attribute: false }) home: HomeFace | undefined;

  readonly #search = new TextSearch<RoomHit>(this, (text, signal) => this.home?.search(text, signal));

  constructor() {
    super();
    new ObserveController(this, () => [this.home?.rooms]);
  }

  #show({ alias, message }: RoomHit): void {
    this.home?.enterRoomAt(alias, message.id);
    showMessage(this, message.id);
  }

  #nameOf(alias: RoomAlias): string {
    return keptRoomName(this.home?.rooms.value.find((room) => room.alias === alias) ?? { title: '', peopleNames: [] });
  }

  protected override render(): unknown {
    const { found, phase } = this.#search;
    return html`
      <input
        type="search"
        aria-label=${searchInRooms()}
        placeholder=${searchInRooms()}
        autocomplete="off"
        enterkeyhint="search"
        dir="auto"
        @input=${(event: Event) => this.#search.look((event.target as HTMLInputElement).value)}
      />
      <p role="status">${searchStatus(phase, found.length)}</p>
      ${found.length === 0
        ? nothing
        : html`<ul class="rooms" role="list" aria-label=${messagesFound()}>
            ${repeat(
              byRoom(found),
              ([alias]) => alias,
              ([alias, messages]) => this.#room(alias, messages),
            )}
          </ul>`}
    `;
  }

  #room(alias: RoomAlias, messages: readonly ChatMessage[]): unknown {
    return html`<li>
      <h3 id="room-${alias}">${this.#nameOf(alias)}</h3>
      <ul role="list" aria-labelledby="room-${alias}">
        ${repeat(
          messages,
          ({ id }) => id,
          (message) => html`<li>${foundButton(message, this.#search.text, false, () => this.#show({ alias, message }))}</li>`,
        )}
      </ul>
    </li>`;
  }
}

/** In the order in which the rooms came up. */
function byRoom(hits: readonly RoomHit[]): readonly (readonly [RoomAlias, readonly ChatMessage[]])[] {
  const messagesByRoom = new Map<RoomAlias, ChatMessage[]>();
  for (const { alias, message } of hits) {
    const messages = messagesByRoom.get(alias);
    if (messages) messages.push(message);
    else messagesByRoom.set(alias, [message]);
  }
  return [...messagesByRoom];
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-search-rooms': MmSearchRooms;
  }
}
