/** A voice message: played where it stands, its loudness drawn as bars that are a slider as well. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FileLook, FileManifest } from '../core/file';
import type { FilesFace } from '../session/files/files-face';
import { FileControl } from './file-control';
import './file-icons';
import { clockText, percentOf, troubleText } from './file-words';
import * as texts from './i18n/file-texts';
import { localized } from './i18n/localize';
import './mm-icon';
import { ObserveController } from './observe-controller';
import { Playback } from './playback';
import { nextVoiceSpeed, voiceSpeed } from './playing';
import { positionSlider } from './position-slider';
import { sharedStyles } from './shared-styles';
import { fileRowStyles } from './file-row-styles';
import { soundStyles } from './sound-styles';
import { styled } from './styled';
import { TabStops } from './tab-stops';

type VoiceLook = Extract<FileLook, { kind: 'voice' }>;

/** Bars of a message that came without. */
const plainBars: readonly number[] = Array.from({ length: 32 }, () => 3);
/** The loudest bar. */
const loudest = 15;

@localized()
@customElement('mm-voice')
export class MmVoice extends LitElement {
  static override styles = [
    sharedStyles,
    fileRowStyles,
    soundStyles,
    css`
      :host {
        padding-inline: var(--space-1);
      }
      .bars {
        grid-area: 1 / 1;
        display: flex;
        align-items: center;
        gap: 1px;
        block-size: 100%;
      }
      .bars i {
        flex: 1;
        min-inline-size: 1px;
        block-size: calc(12% + 88% * var(--loud));
        border-radius: 2px;
        background: var(--file-track);
      }
      .bars .heard {
        background: var(--file-fill);
      }
      .speed {
        grid-area: 1 / 3 / span 2;
        min-block-size: 2.25rem;
        min-inline-size: 2.75rem;
        padding: 0 var(--space-2);
        background: var(--file-ground);
        color: inherit;
        font-size: var(--text-s);
        font-variant-numeric: tabular-nums;
      }
      @media (forced-colors: active) {
        .bars i {
          background: GrayText;
        }
        .bars .heard {
          background: Highlight;
        }
      }
    `,
  ];

  @property({ attribute: false }) files: FilesFace | undefined;
  @property({ attribute: false }) file: FileManifest | undefined;
  /** Tab leads to what can be pressed in it. */
  @property({ type: Boolean }) reachable = false;

  readonly #control = new FileControl(this, () => this.#given());
  readonly #playback = new Playback(this, () => this.#given());

  constructor() {
    super();
    new TabStops(this, () => this.reachable);
    new ObserveController(this, () => [voiceSpeed()]);
  }

  protected override willUpdate(): void {
    this.#playback.speed = voiceSpeed().value;
  }

  #given(): { readonly files: FilesFace; readonly file: FileManifest; readonly durationMs: number } | undefined {
    const { files, file } = this;
    return files && file?.look.kind === 'voice' ? { files, file, durationMs: file.look.durationMs } : undefined;
  }

  protected override render(): unknown {
    const { file } = this;
    const { state } = this.#control;
    if (!state || file?.look.kind !== 'voice') return nothing;
    const trouble = this.#playback.failed ? texts.notPlayable() : troubleText(state);
    return html`
      ${state.kind === 'here' ? this.#playButton() : this.#fetchButton(state.kind === 'coming')}
      <div class="track">${this.#bars(file.look)}${state.kind === 'here' ? positionSlider(this.#playback) : nothing}</div>
      <span class="time">${state.kind === 'coming' ? `${percentOf(file, state)} %` : this.#time()}</span>
      ${state.kind === 'here' ? this.#speed() : nothing} ${trouble === '' ? nothing : html`<span class="state">${trouble}</span>`}
    `;
  }

  #playButton(): unknown {
    const { playing } = this.#playback;
    const name = texts.voiceMessage();
    const label = playing ? texts.pausePlaying(name) : texts.play(name);
    return html`<button class="play" aria-label=${label} title=${label} @click=${() => this.#playback.toggle()}><mm-icon name=${playing ? 'pause' : 'play'}></mm-icon></button>`;
  }

  #fetchButton(coming: boolean): unknown {
    const name = texts.voiceMessage();
    const label = coming ? texts.cancel(name) : texts.download(name);
    return html`<button class="play" aria-label=${label} title=${label} @click=${() => (coming ? this.#control.cancel() : this.#control.fetch())}>
      <mm-icon name=${coming ? 'close' : 'download'}></mm-icon>
    </button>`;
  }

  #bars({ waveform }: VoiceLook): unknown {
    const bars = waveform.length > 0 ? waveform : plainBars;
    const { position, duration } = this.#playback;
    const heard = duration > 0 ? (position / duration) * bars.length : 0;
    return html`<div class="bars" aria-hidden="true">${bars.map((bar, index) => html`<i class=${index < heard ? 'heard' : ''} ${styled({ '--loud': String(bar / loudest) })}></i>`)}</div>`;
  }

  /** A word said quickly is no message of 0:00. */
  #time(): string {
    const { playing, position, duration } = this.#playback;
    return clockText(playing || position > 0 ? position : Math.max(1, duration));
  }

  #speed(): unknown {
    const factor = String(voiceSpeed().value);
    const label = texts.speed(factor);
    return html`<button class="speed" aria-label=${label} title=${label} @click=${nextVoiceSpeed}>${factor}×</button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-voice': MmVoice;
  }
}
