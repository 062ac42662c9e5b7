/** Files that go from one person to another, beside the conversation: a card for each, until it is put away. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { FileManifest } from '../core/file';
import type { FileOffer, FilesFace, OfferId } from '../session/files/files-face';
import { saveFileOf } from './file-control';
import './file-icons';
import { comingText, percentOf, troubleText } from './file-words';
import { cancel, save, saveShort } from './i18n/file-texts';
import { cancel as cancelShort } from './i18n/forget-texts';
import { localized } from './i18n/localize';
import * as texts from './i18n/offer-texts';
import './mm-icon';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';
import { unseenStyles } from './unseen-styles';

/**
 * How one ends is announced, once; that one is offered, a toast tells.
 *
 * @fires offers-left - the last card was put away by its button, which had the focus
 */
@localized()
@customElement('mm-offers')
export class MmOffers extends LitElement {
  static override styles = [
    sharedStyles,
    unseenStyles,
    css`
      :host {
        display: block;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
        align-items: start;
        gap: var(--space-2);
        max-block-size: 35dvh;
        max-inline-size: 78rem;
        margin: 0;
        padding: var(--space-1) var(--space-3) var(--space-2);
        overflow: hidden auto;
        overscroll-behavior: contain;
        list-style: none;
        scrollbar-width: thin;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        min-block-size: 3.75rem;
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius-m);
        background: var(--raised);
        animation: appear var(--quick);
      }
      li > mm-icon {
        color: var(--accent);
      }
      .failed > mm-icon {
        color: var(--danger);
      }
      .words {
        flex: 1 1 13rem;
        min-inline-size: 0;
        font-size: var(--text-s);
        font-variant-numeric: tabular-nums;
        line-height: 1.35;
      }
      .words p:first-child {
        unicode-bidi: isolate;
      }
      .detail {
        color: var(--ink-soft);
        font-size: var(--text-xs);
      }
      progress {
        flex: 1 0 100%;
        inline-size: 100%;
        block-size: 0.375rem;
        margin-block-end: var(--space-1);
        accent-color: var(--accent);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-2);
        justify-content: end;
        margin-inline-start: auto;
      }
      .buttons button {
        padding-inline: var(--space-3);
        font-size: var(--text-s);
      }
      @keyframes appear {
        from {
          opacity: 0;
        }
      }
      @media (min-width: 56rem) {
        ul {
          padding-inline: var(--space-5);
        }
      }
    `,
  ];

  @property({ attribute: false }) files: FilesFace | undefined;

  @state() private said = '';

  readonly #seen = new Map<OfferId, FileOffer['state']>();

  constructor() {
    super();
    new ObserveController(this, () => {
      const { files } = this;
      const coming = files?.offers.value.flatMap((offer) => this.#coming(offer) ?? []) ?? [];
      return [files?.offers, ...coming.map((file) => files?.state(file))];
    });
    this.addEventListener('file-said', (event) => (this.said = event.detail));
  }

  protected override willUpdate(): void {
    for (const offer of this.files?.offers.value ?? []) {
      const before = this.#seen.get(offer.id);
      this.#seen.set(offer.id, offer.state);
      if (before !== undefined && before !== offer.state && isOver(offer)) this.said = texts.offerText(offer, 1);
    }
  }

  /** Of one that is on its way to here. */
  #coming({ direction, state, file }: FileOffer): FileManifest | undefined {
    return direction === 'from' && state === 'accepted' ? file : undefined;
  }

  /** The focus stays where the pressed button was; when nothing is left, whoever shows this takes it. */
  async #act({ id }: FileOffer, act: (files: FilesFace) => void): Promise<void> {
    const { files } = this;
    if (!files) return;
    const hadFocus = this.shadowRoot?.activeElement !== null;
    const at = files.offers.value.findIndex((offer) => offer.id === id);
    act(files);
    await this.updateComplete;
    if (!hadFocus || this.shadowRoot?.activeElement) return;
    const cards = this.renderRoot.querySelectorAll('li');
    const next = (cards[at] ?? cards[at - 1])?.querySelector('button');
    if (next) next.focus();
    else this.dispatchEvent(new CustomEvent('offers-left'));
  }

  protected override render(): unknown {
    const offers = this.files?.offers.value ?? [];
    return html`
      <section aria-label=${texts.offers()}>
        <ul role="list">
          ${repeat(
            offers,
            ({ id }) => id,
            (offer) => this.#card(offer),
          )}
        </ul>
      </section>
      <span class="unseen" role="status">${this.said}</span>
    `;
  }

  #card(offer: FileOffer): unknown {
    const file = this.#coming(offer);
    const state = file && this.files?.state(file).value;
    const share = file && state ? percentOf(file, state) / 100 : offer.sentBytes / offer.sizeBytes;
    const detail = file && state ? (state.kind === 'coming' ? comingText(file, state) : troubleText(state)) : '';
    return html`<li class=${offer.state === 'failed' ? 'failed' : ''}>
      <mm-icon name=${offer.state === 'failed' ? 'alert' : offer.state === 'done' ? 'check' : 'file'}></mm-icon>
      <div class="words">
        <p>${texts.offerText(offer, share)}</p>
        ${detail === '' ? nothing : html`<p class="detail">${detail}</p>`}
      </div>
      <div class="buttons">${this.#buttons(offer)}</div>
      ${offer.state === 'accepted' ? html`<progress aria-label=${offer.name} max="100" value=${Math.floor(share * 100)}></progress>` : nothing}
    </li>`;
  }

  #buttons(offer: FileOffer): unknown {
    const { id, name, state, direction, file } = offer;
    if (isOver(offer)) {
      return html`
        ${state === 'done' && direction === 'from' && file ? html`<button class="primary" aria-label=${save(name)} @click=${() => this.files && saveFileOf(this, { files: this.files, file })}>${saveShort()}</button>` : nothing}
        ${this.#button(offer, texts.putAway(name), texts.putAwayShort(), (files) => files.dismiss(id))}
      `;
    }
    if (direction === 'to' || state === 'accepted') return this.#button(offer, cancel(name), cancelShort(), (files) => files.dismiss(id));
    return html`
      ${this.#button(offer, texts.decline(name), texts.declineShort(), (files) => files.decline(id))}
      <button class="primary" aria-label=${texts.receive(name)} @click=${() => this.#act(offer, (files) => files.accept(id))}>${texts.receiveShort()}</button>
    `;
  }

  #button(offer: FileOffer, name: string, label: string, act: (files: FilesFace) => void): unknown {
    return html`<button class="quiet" aria-label=${name} @click=${() => this.#act(offer, act)}>${label}</button>`;
  }
}

function isOver({ state }: FileOffer): boolean {
  return state !== 'preparing' && state !== 'asking' && state !== 'accepted';
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-offers': MmOffers;
  }
  interface HTMLElementEventMap {
    'offers-left': CustomEvent<null>;
  }
}
