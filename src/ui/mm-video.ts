/** A film: the browser's own player, once it was asked for. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { video } from './i18n/file-texts';
import { localized } from './i18n/localize';
import { playAlone } from './playing';

/**
 * It begins as soon as it is in the page: whoever puts it there was asked to.
 *
 * @fires video-failed - the browser can't play it
 */
@localized()
@customElement('mm-video')
export class MmVideo extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      background: #000;
    }
    video {
      inline-size: 100%;
      block-size: 100%;
      min-block-size: 0;
      object-fit: contain;
    }
  `;

  /** Object URL of its bytes; whoever made it keeps it as long as this is in the page. */
  @property() url = '';
  /** Object URL of a picture of it. */
  @property() poster = '';
  /** Of the file. */
  @property() name = '';

  protected override firstUpdated(): void {
    this.#video?.focus({ preventScroll: true });
    // What keeps it from playing is told by its `error`; a browser that wants one more press shows its button.
    this.#video?.play().catch(() => undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#video?.pause();
  }

  get #video(): HTMLVideoElement | null {
    return this.renderRoot.querySelector('video');
  }

  #fail(): void {
    this.dispatchEvent(new CustomEvent('video-failed'));
  }

  protected override render(): unknown {
    return html`<video controls playsinline preload="metadata" aria-label=${video(this.name)} src=${this.url} poster=${this.poster} @play=${(event: Event) => playAlone(event.target as HTMLVideoElement)} @error=${this.#fail}></video>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-video': MmVideo;
  }
}
