/** One person in a call: the picture, or the avatar while the camera is off, the name, the microphone, a glow while speaking. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Picture } from '../session/faces';
import { localized } from './i18n/localize';
import { microphoneIsOff } from './i18n/call-texts';
import './mm-avatar';
import './mm-icon';
import { sharedStyles } from './shared-styles';
import { unseenStyles } from './unseen-styles';

/** User Timing: the first picture of somebody else is on the screen. */
const firstRemoteFrame = 'mindmeet:first-remote-frame';

/**
 * Sound is played here too, by an element that nobody sees. Its role (group) and accessible name are given by the stage.
 *
 * @fires mm-sound-blocked - the browser wants a gesture before it plays sound
 */
@localized()
@customElement('mm-tile')
export class MmTile extends LitElement {
  static override styles = [
    sharedStyles,
    unseenStyles,
    css`
      :host {
        display: grid;
        place-items: center;
        position: relative;
        overflow: hidden;
        isolation: isolate;
        container-type: size;
        border-radius: var(--radius-m);
        background: var(--surface);
        color: var(--ink);
      }
      video {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
        opacity: 0;
        transition: opacity var(--quick);
      }
      .seen {
        opacity: 1;
      }
      .mirrored {
        transform: scaleX(-1);
      }
      mm-avatar {
        --avatar-size: clamp(2.5rem, 34cqmin, 8rem);
      }
      .label {
        position: absolute;
        inset-block-end: var(--space-2);
        inset-inline-start: var(--space-2);
        display: flex;
        align-items: center;
        gap: var(--space-1);
        max-inline-size: calc(100% - 2 * var(--space-2));
        padding: 0.1875rem 0.625rem;
        border-radius: var(--radius-full);
        background: rgb(8 16 15 / 0.72);
        color: #fff;
        font-size: var(--text-s);
        font-weight: 600;
      }
      @container (max-width: 9rem) {
        .label:not(:has(mm-icon)),
        .label mm-icon ~ span {
          display: none;
        }
      }
      .label span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        unicode-bidi: isolate;
      }
      .label mm-icon {
        color: var(--warm);
      }
      /* The glow: a gradient frame that breathes. */
      :host::after {
        content: '';
        position: absolute;
        z-index: 1;
        inset: 0;
        padding: 4px;
        border-radius: inherit;
        background: linear-gradient(120deg, #7fd0c5, #f7a878, #7fd0c5) 0 0 / 200% 100%;
        mask: linear-gradient(#000 0 0) content-box exclude, linear-gradient(#000 0 0);
        opacity: 0;
        transition: opacity var(--quick);
        pointer-events: none;
      }
      :host([speaking])::after {
        opacity: 1;
        animation: breathe 2.4s linear infinite;
      }
      @keyframes breathe {
        to {
          background-position: 200% 0;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        :host([speaking])::after {
          animation: none;
        }
      }
      @media (forced-colors: active) {
        :host {
          border: 1px solid;
        }
        :host([speaking]) {
          outline: 4px solid Highlight;
          outline-offset: -4px;
        }
      }
    `,
  ];

  @property() person = '';
  @property() name = '';
  @property({ attribute: false }) tint: number | undefined;
  @property({ attribute: false }) picture: Picture | undefined;
  @property({ type: Boolean, reflect: true }) speaking = false;
  @property({ type: Boolean }) microphoneOn = false;
  @property({ type: Boolean }) cameraOn = false;
  /** The own picture: mirrored, and without sound. */
  @property({ type: Boolean, reflect: true }) own = false;
  @property({ attribute: false }) video: MediaStreamTrack | undefined;
  @property({ attribute: false }) audio: MediaStreamTrack | undefined;

  private get videoElement(): HTMLVideoElement | null {
    return this.renderRoot.querySelector('video');
  }

  private get audioElement(): HTMLAudioElement | null {
    return this.renderRoot.querySelector('audio');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const element of [this.videoElement, this.audioElement]) if (element) element.srcObject = null;
  }

  protected override updated(): void {
    attach(this.videoElement, this.video);
    if (attach(this.audioElement, this.audio)) void this.playSound();
    if (this.video && !this.own) this.#markFirstFrame();
  }

  /** Also to be called after a gesture, when the browser had blocked the sound. */
  async playSound(): Promise<void> {
    try {
      await this.audioElement?.play();
    } catch (error) {
      // AbortError: the track was changed meanwhile, and the next play() says how it went.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.dispatchEvent(new CustomEvent('mm-sound-blocked', { bubbles: true, composed: true }));
    }
  }

  #markFirstFrame(): void {
    const { videoElement } = this;
    if (!videoElement || performance.getEntriesByName(firstRemoteFrame).length > 0 || watched.has(videoElement)) return;
    watched.add(videoElement);
    videoElement.requestVideoFrameCallback(() => {
      if (performance.getEntriesByName(firstRemoteFrame).length === 0) performance.mark(firstRemoteFrame);
    });
  }

  protected override render(): unknown {
    return html`
      <mm-avatar .person=${this.person} .name=${this.name} .tint=${this.tint} .picture=${this.picture}></mm-avatar>
      ${this.video ? html`<video class="${this.cameraOn ? 'seen' : ''} ${this.own ? 'mirrored' : ''}" autoplay playsinline muted .muted=${true}></video>` : nothing}
      ${this.audio && !this.own ? html`<audio autoplay></audio>` : nothing}
      <div class="label">
        ${this.microphoneOn ? nothing : html`<mm-icon name="microphone-off"></mm-icon><b class="unseen">${microphoneIsOff()}</b>`}
        <span><slot></slot></span>
      </div>
    `;
  }
}

const watched = new WeakSet<HTMLVideoElement>();

/** True when the element got another track. */
function attach(element: HTMLMediaElement | null, track: MediaStreamTrack | undefined): boolean {
  if (!element || !track) return false;
  const current = element.srcObject;
  if (current instanceof MediaStream && current.getTracks()[0] === track) return false;
  element.srcObject = new MediaStream([track]);
  return true;
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-tile': MmTile;
  }
}
