/** The cards at the top of the screen, over the home page and the room alike: who rings, and who calls. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { localized } from './i18n/localize';
import type { Ring, RoomFace } from '../session/faces';
import { deepActiveElement } from './focus';
import { answerByKey, further, furtherOne, startedACall, wantsToComeIn } from './i18n/card-texts';
import './mm-call-card';
import './mm-ring-card';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';
import { unseenStyles } from './unseen-styles';

/** Nothing here takes the focus from somebody typing: F6 goes to the first card, and back. */
@localized()
@customElement('mm-cards')
export class MmCards extends LitElement {
  static override styles = [
    sharedStyles,
    unseenStyles,
    css`
      :host {
        position: fixed;
        z-index: 20;
        inset-block-start: 0;
        inset-inline: 0;
        display: grid;
        gap: var(--space-2);
        justify-content: center;
        grid-template-columns: minmax(0, 34rem);
        /* On a small phone they may be higher than the screen; below the last one there is place for its shadow. */
        box-sizing: border-box;
        max-block-size: 100dvh;
        padding: max(var(--space-3), env(safe-area-inset-top)) var(--space-3) var(--space-7);
        overflow: hidden auto;
        overscroll-behavior: contain;
        scrollbar-width: none;
        pointer-events: none;
      }
      .further {
        justify-self: center;
        padding: var(--space-1) var(--space-3);
        border-radius: var(--radius-full);
        background: var(--ink);
        color: var(--ground);
        font-size: var(--text-s);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) room: RoomFace | undefined;

  #returnFocus: HTMLElement | undefined;

  readonly #onKey = (event: KeyboardEvent) => {
    if (event.key !== 'F6' || event.ctrlKey || event.altKey || event.metaKey) return;
    const card = this.#firstCard();
    // Without a card the key is the browser's: it goes round its panes.
    if (!card) return;
    event.preventDefault();
    if (this.shadowRoot?.activeElement) this.#goBack();
    else {
      this.#returnFocus = deepActiveElement() ?? document.body;
      card.focus();
    }
  };

  constructor() {
    super();
    new ObserveController(this, () => [this.room?.rings, this.room?.call.state]);
    // Answered by mouse or finger in the middle of a sentence: typing goes on.
    this.addEventListener('mousedown', (event) => event.preventDefault());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this.#onKey);
  }

  #firstCard(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('mm-ring-card, mm-call-card');
  }

  #goBack(): void {
    deepActiveElement()?.blur();
    this.#returnFocus?.focus();
    this.#returnFocus = undefined;
  }

  /** After an answer by keyboard the focus goes to the next card, else to where it came from; never to nowhere. */
  async #answer(act: () => void): Promise<void> {
    const byKeyboard = this.shadowRoot?.activeElement?.matches(':focus-within') === true && this.#returnFocus !== undefined;
    act();
    await this.updateComplete;
    if (!byKeyboard) return;
    const next = this.#firstCard();
    if (next) next.focus();
    else this.#goBack();
  }

  protected override render(): unknown {
    const { room } = this;
    const rings = room?.rings.value;
    const caller = room?.call.state.value.invitation?.name;
    return html`
      ${caller === undefined || !room
        ? nothing
        : html`<mm-call-card .name=${caller} @mm-join=${() => this.#answer(() => void room.call.join())} @mm-not-now=${() => this.#answer(() => room.call.dismissInvitation())}></mm-call-card>`}
      ${repeat(
        rings?.shown ?? [],
        (ring) => ring.id,
        (ring) =>
          html`<mm-ring-card .ring=${ring} @mm-accept=${() => this.#answer(() => room?.accept(ring.id))} @mm-not-now=${() => this.#answer(() => room?.notNow(ring.id))}></mm-ring-card>`,
      )}
      ${rings && rings.furtherCount > 0 ? html`<div class="further">${rings.furtherCount === 1 ? furtherOne() : further(rings.furtherCount)}</div>` : nothing}
      <div class="unseen" aria-live="assertive">${this.#announcement(caller, rings?.shown ?? [])}</div>
    `;
  }

  /** The newest card only: the others were said when they came. */
  #announcement(caller: string | undefined, rings: readonly Ring[]): unknown {
    const newest = rings.at(-1);
    if (newest) return `${wantsToComeIn(newest.name)}. ${answerByKey()}`;
    return caller === undefined ? nothing : `${startedACall(caller)}. ${answerByKey()}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-cards': MmCards;
  }
}
