/** The button "Attach files". On a phone it asks first: what is there already, or a photo. */
import { LitElement, html, nothing } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import * as texts from './i18n/attach-texts';
import { localized } from './i18n/localize';
import './mm-icon';
import './mm-more';
import type { MenuEntry } from './mm-more';
import { sharedStyles } from './shared-styles';

/** @fires files-chosen - with the files, at least one */
@localized()
@customElement('mm-attach')
export class MmAttach extends LitElement {
  static override styles = [sharedStyles];

  @query('.files') private chooser!: HTMLInputElement;
  @query('.camera') private camera!: HTMLInputElement | null;

  readonly #isTouched = matchMedia('(pointer: coarse)').matches;

  /** Not every browser that knows the attribute knows the property. */
  protected override firstUpdated(): void {
    this.camera?.setAttribute('capture', 'environment');
  }

  /** Emptied each time: the same file chosen again is a change, too. */
  #choose({ currentTarget: input }: Event): void {
    if (!(input instanceof HTMLInputElement) || !input.files?.length) return;
    const files = [...input.files];
    input.value = '';
    this.dispatchEvent(new CustomEvent<readonly File[]>('files-chosen', { detail: files }));
  }

  protected override render(): unknown {
    return html`
      ${this.#isTouched
        ? html`<mm-more icon="attach" .label=${texts.attachFiles()} upwards .entries=${this.#entries()}></mm-more>`
        : html`<button class="quiet icon" aria-label=${texts.attachFiles()} title=${texts.attachFiles()} @click=${() => this.chooser.click()}><mm-icon name="attach"></mm-icon></button>`}
      <input class="files" type="file" multiple hidden @change=${this.#choose} />
      ${this.#isTouched ? html`<input class="camera" type="file" accept="image/*,video/*" hidden @change=${this.#choose} />` : nothing}
    `;
  }

  #entries(): readonly MenuEntry[] {
    return [
      { icon: 'picture', label: texts.photosAndFiles(), choose: () => this.chooser.click() },
      { icon: 'photo', label: texts.takePhoto(), choose: () => this.camera?.click() },
    ];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-attach': MmAttach;
  }
  interface HTMLElementEventMap {
    'files-chosen': CustomEvent<readonly File[]>;
  }
}
