/** A room's link, ready to be passed on: to read, to copy, to share, to scan. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import { notify } from './events';
import * as texts from './i18n/home-texts';
import { sharedStyles } from './shared-styles';

/**
 * A ticket with the QR code as its stub; side by side where there is room for it. The QR code's drawing is loaded after the link is shown.
 *
 * @slot stub - below the QR code
 * @slot status - beside the field's label
 * @slot more - further buttons about the link
 * @slot - what else can be done with the room
 */
@localized()
@customElement('mm-share-link')
export class MmShareLink extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      .ticket {
        display: grid;
        border-radius: var(--radius-l);
        background: var(--surface);
        box-shadow: var(--shadow-2);
        text-align: start;
      }
      .stub,
      .body {
        display: grid;
        gap: var(--space-3);
        align-content: center;
        padding: var(--space-5) var(--space-4);
      }
      .stub {
        justify-items: center;
        padding-block-end: 0;
      }
      mm-qr-code {
        display: block;
        inline-size: min(100%, var(--qr-size, 13rem));
        aspect-ratio: 1;
        border-radius: var(--radius-m);
        background: #fff;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }
      .row ::slotted(*) {
        margin-inline-start: auto;
      }
      label {
        font-size: var(--text-s);
        font-weight: 600;
      }
      input {
        inline-size: 100%;
        background: var(--ground);
        border-color: var(--line);
        font-family: var(--font-code);
        font-size: var(--text-s);
        text-overflow: ellipsis;
      }
      .copy {
        flex: 1 0 auto;
      }
      @container (min-width: 38rem) {
        .ticket {
          grid-template-columns: auto minmax(0, 1fr);
          --qr-size: 16rem;
        }
        .stub,
        .body {
          padding: var(--space-6);
        }
        .stub {
          align-content: center;
          border-inline-end: 2px dashed var(--line);
        }
        .copy {
          flex-grow: 0;
        }
        .body {
          gap: var(--space-4);
        }
      }
    `,
  ];

  @property() link = '';
  /** What the QR code carries, where it isn't the link. */
  @property({ attribute: false }) phoneLink: string | undefined;

  protected override firstUpdated(): void {
    void import('./mm-icon');
    void import('./mm-qr-code');
  }

  /** Copies `text`, the link or another address of the room. */
  async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      notify(this, { kind: 'link-copied' });
    } catch {
      // Whatever could not be copied stands in the field until it is left, selected.
      const field = this.renderRoot.querySelector('input');
      if (field) field.value = text;
      field?.focus();
      notify(this, { kind: 'copy-failed' });
    }
  }

  #share(): void {
    // Rejects when the person changes their mind: nothing to say about that.
    navigator.share({ url: this.link }).catch(() => undefined);
  }

  protected override render(): unknown {
    const { link, phoneLink } = this;
    return html`<div class="ticket">
      <div class="stub">
        <mm-qr-code .text=${phoneLink ?? link} .label=${texts.qrCodeOfRoomLink()}></mm-qr-code>
        <slot name="stub"></slot>
      </div>
      <div class="body">
        <div class="row"><label for="link">${texts.roomLink()}</label><slot name="status"></slot></div>
        <input id="link" dir="ltr" readonly .value=${link} @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()} @blur=${(event: FocusEvent) => ((event.target as HTMLInputElement).value = this.link)} />
        <div class="row">
          <button class="primary copy" @click=${() => this.copy(link)}><mm-icon name="copy"></mm-icon>${texts.copyLink()}</button>
          ${'share' in navigator ? html`<button class="quiet" @click=${this.#share}><mm-icon name="share"></mm-icon>${texts.share()}</button>` : nothing}
          <slot name="more"></slot>
        </div>
        <slot></slot>
      </div>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-share-link': MmShareLink;
  }
}
