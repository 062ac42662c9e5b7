/** The first page: a room that is already open, its link to share, and the way into somebody else's. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import type { ApplicationFace, HomeFace } from '../session/faces';
import { brandHeader, brandStyles } from './brand';
import * as texts from './i18n/home-texts';
import './mm-share-link';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/** Sets the User Timing mark `mindmeet:home-ready` when the link can be read and copied. */
@localized()
@customElement('mm-home')
export class MmHome extends LitElement {
  static override styles = [
    sharedStyles,
    brandStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-5);
        align-content: start;
        max-inline-size: 58rem;
        margin: auto;
        padding: env(safe-area-inset-top) max(var(--space-4), env(safe-area-inset-right)) max(var(--space-5), env(safe-area-inset-bottom))
          max(var(--space-4), env(safe-area-inset-left));
      }
      h1 {
        font-size: var(--text-2xl);
        letter-spacing: -0.02em;
      }
      .intro {
        display: grid;
        gap: var(--space-2);
      }
      .intro p {
        max-inline-size: 37rem;
        color: var(--ink-soft);
        font-size: clamp(1rem, 0.9rem + 0.5vw, 1.1875rem);
      }
      .ticket {
        position: relative;
        isolation: isolate;
      }
      /* The two circles of the mark, as a light behind the ticket. */
      .ticket::before {
        content: '';
        position: absolute;
        z-index: -1;
        inset: -7rem -3rem;
        background: radial-gradient(closest-side, var(--accent), transparent) 0 0 / 64% 100% no-repeat, radial-gradient(closest-side, var(--warm), transparent) 100% 0 / 64% 100% no-repeat;
        opacity: 0.28;
        pointer-events: none;
      }
      .go {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        padding-block-start: var(--space-4);
        border-block-start: 1px solid var(--line);
      }
      .go button {
        flex: 1;
        white-space: nowrap;
      }
      .below {
        display: grid;
        gap: var(--space-5);
      }
      /* Their place is kept until their code is there. */
      mm-your-name,
      mm-join-room {
        min-block-size: 7rem;
      }
      @media (min-width: 48rem) {
        .below {
          grid-template-columns: 2fr 3fr;
        }
      }
      @media (min-height: 50rem) and (min-width: 48rem) {
        :host {
          gap: var(--space-6);
          padding-block-end: var(--space-7);
        }
        .intro {
          margin-block-start: var(--space-5);
        }
      }
    `,
  ];

  @property({ attribute: false }) application: ApplicationFace | undefined;
  @property({ attribute: false }) home: HomeFace | undefined;

  #ready = false;

  constructor() {
    super();
    new ObserveController(this, () => [this.application?.profile, this.home?.link, this.home?.phoneLink, this.home?.room, this.home?.room.value?.status]);
  }

  protected override updated(): void {
    if (this.#ready || !this.home?.link.value) return;
    this.#ready = true;
    void this.#sayReady();
  }

  async #sayReady(): Promise<void> {
    await this.renderRoot.querySelector('mm-share-link')?.updateComplete;
    performance.mark('mindmeet:home-ready');
    void import('./home-parts');
  }

  protected override render(): unknown {
    const { application, home } = this;
    if (!application || !home) return nothing;
    const room = home.room.value;
    const phoneLink = home.phoneLink.value;
    return html`
      ${brandHeader(this)}
      <div class="intro">
        <h1>${texts.welcome()}</h1>
        <p>${texts.whatItIs()}</p>
      </div>
      <div class="ticket">
        <mm-share-link .link=${home.link.value} .phoneLink=${phoneLink}>
          ${phoneLink ? html`<mm-phone-link slot="stub" @mm-copy=${() => this.renderRoot.querySelector('mm-share-link')?.copy(phoneLink)}></mm-phone-link>` : nothing}
          ${room ? html`<mm-status-pill slot="status" .status=${room.status.value}></mm-status-pill>` : nothing}
          <button slot="more" class="quiet" title=${texts.newLinkHint()} @click=${() => home.newLink()}><mm-icon name="renew"></mm-icon>${texts.newLink()}</button>
          <div class="go">
            <button @click=${() => home.startCall()}><mm-icon name="phone"></mm-icon>${texts.startCall()}</button>
            <button @click=${() => home.openChat()}><mm-icon name="chat"></mm-icon>${texts.openChat()}</button>
          </div>
        </mm-share-link>
      </div>
      <div class="below">
        <mm-your-name .application=${application}></mm-your-name>
        <mm-join-room .application=${application}></mm-join-room>
      </div>
      <mm-your-rooms .home=${home}></mm-your-rooms>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-home': MmHome;
  }
}
