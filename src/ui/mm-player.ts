/** A sound in a message, such as a piece of music: played where it stands. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FileManifest } from '../core/file';
import type { FilesFace } from '../session/files/files-face';
import { FileControl } from './file-control';
import './file-icons';
import { clockText, sendingText, shortName } from './file-words';
import * as texts from './i18n/file-texts';
import { localized } from './i18n/localize';
import './mm-file-card';
import './mm-icon';
import { Playback } from './playback';
import { positionSlider } from './position-slider';
import { sharedStyles } from './shared-styles';
import { fileRowStyles } from './file-row-styles';
import { soundStyles } from './sound-styles';
import { styled } from './styled';
import { TabStops } from './tab-stops';

/** Until it is here, and where the browser can't play it, it is a file like any other. */
@localized()
@customElement('mm-player')
export class MmPlayer extends LitElement {
  static override styles = [
    sharedStyles,
    fileRowStyles,
    soundStyles,
    css`
      :host {
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-s);
        background: var(--file-ground);
      }
      :host([plain]) {
        display: block;
        padding: 0;
        background: none;
      }
      .name {
        grid-column: 2;
        overflow: hidden;
        font-size: var(--text-s);
        font-weight: 600;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .play {
        grid-row: span 3;
      }
      .save {
        grid-area: 1 / 3 / span 3;
        background: none;
        color: inherit;
      }
      .save:hover {
        background: var(--file-ground);
      }
      .track {
        block-size: 1.5rem;
      }
      .time {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .track i {
        grid-area: 1 / 1;
        block-size: 0.25rem;
        border-radius: 2px;
        background: linear-gradient(var(--file-fill) 0 0) no-repeat var(--file-track);
        background-size: var(--heard) 100%;
      }
      .track i:dir(rtl) {
        background-position: right;
      }
      @media (forced-colors: active) {
        .track i {
          border: 1px solid;
        }
      }
    `,
  ];

  @property({ attribute: false }) files: FilesFace | undefined;
  @property({ attribute: false }) file: FileManifest | undefined;
  /** Tab leads to what can be pressed in it. */
  @property({ type: Boolean }) reachable = false;
  /** Shown as a file: it isn't here, or can't be played. */
  @property({ type: Boolean, reflect: true }) plain = false;

  readonly #control = new FileControl(this, () => this.#given());
  readonly #playback = new Playback(this, () => this.#given());

  constructor() {
    super();
    new TabStops(this, () => this.reachable);
  }

  protected override willUpdate(): void {
    this.plain = this.#control.state?.kind !== 'here' || this.#playback.failed;
  }

  #given(): { readonly files: FilesFace; readonly file: FileManifest; readonly durationMs: number } | undefined {
    const { files, file } = this;
    return files && file?.look.kind === 'sound' ? { files, file, durationMs: file.look.durationMs } : undefined;
  }

  protected override render(): unknown {
    const { file, files } = this;
    const { state } = this.#control;
    if (!state || !file) return nothing;
    if (this.plain || state.kind !== 'here') return html`<mm-file-card .files=${files} .file=${file} ?reachable=${this.reachable} .note=${this.#playback.failed ? texts.notPlayable() : ''}></mm-file-card>`;
    const { playing, position, duration } = this.#playback;
    const label = playing ? texts.pausePlaying(file.name) : texts.play(file.name);
    const heard = duration > 0 ? position / duration : 0;
    return html`
      <button class="play" aria-label=${label} title=${label} @click=${() => this.#playback.toggle()}><mm-icon name=${playing ? 'pause' : 'play'}></mm-icon></button>
      <p class="name"><bdi title=${file.name}>${shortName(file.name)}</bdi></p>
      <div class="track"><i ${styled({ '--heard': `${100 * heard}%` })}></i>${positionSlider(this.#playback)}</div>
      <span class="time">${state.sending && !playing && position === 0 ? sendingText(state.sending) : `${clockText(position)} / ${clockText(duration)}`}</span>
      <button class="save icon" aria-label=${texts.save(file.name)} title=${texts.save(file.name)} @click=${() => this.#control.save()}><mm-icon name="save"></mm-icon></button>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-player': MmPlayer;
  }
}
