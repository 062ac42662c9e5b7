/** One picture or film in the viewer, as large as its place. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FilesFace } from '../session/files/files-face';
import { actsOver, actsStyles } from './file-acts';
import { FileControl } from './file-control';
import { ShownFile, type WantedFile } from './file-url';
import { reasonNotShown, shortName } from './file-words';
import * as texts from './i18n/file-texts';
import { localized } from './i18n/localize';
import './mm-icon';
import type { SeenFile } from './picture-frame';
import { sharedStyles } from './shared-styles';
import { styled } from './styled';
import { fitting, type Zoom } from './zoom';

@localized()
@customElement('mm-slide')
export class MmSlide extends LitElement {
  static override styles = [
    sharedStyles,
    actsStyles,
    css`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        place-items: center;
        min-inline-size: 0;
        min-block-size: 0;
        overflow: hidden;
        /* A container: the picture is as large as fits. */
        container-type: size;
      }
      :host > * {
        grid-area: 1 / 1;
      }
      .frame {
        display: grid;
        inline-size: min(100cqi, 100cqb * var(--ratio), var(--width));
        aspect-ratio: var(--ratio);
        transform: translate(var(--x), var(--y)) scale(var(--scale));
      }
      .frame.gliding {
        transition: transform var(--quick);
      }
      .frame > * {
        grid-area: 1 / 1;
        inline-size: 100%;
        block-size: 100%;
        min-inline-size: 0;
        min-block-size: 0;
      }
      img {
        object-fit: contain;
        -webkit-user-drag: none;
        user-select: none;
      }
      .film {
        place-self: center;
        z-index: 1;
        inline-size: 4rem;
        block-size: 4rem;
        padding: 0;
        background: rgb(8 16 15 / 0.72);
        color: #fff;
        font-size: var(--text-xl);
      }
      p {
        max-inline-size: 26rem;
        padding: var(--space-4);
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) files: FilesFace | undefined;
  @property({ attribute: false }) file: SeenFile | undefined;
  /** It is the one that is looked at, not one beside it. */
  @property({ type: Boolean, reflect: true }) current = false;
  @property({ attribute: false }) zoom: Zoom = fitting;
  /** It may move softly to where it is wanted. */
  @property({ type: Boolean }) gliding = false;

  @state() private playing = false;
  @state() private damaged = false;

  readonly #control = new FileControl(this, () => this.#given());
  readonly #shown = new ShownFile(this, () => (this.#control.state?.kind === 'here' ? this.#given() : undefined));

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('current') && !this.current) this.playing = false;
    if (this.file?.look.kind === 'video') import('./mm-video').catch(() => undefined);
  }

  /** The picture as it is laid out, if it may be enlarged. */
  get picture(): HTMLElement | null {
    return this.#shown.view?.kind === 'picture' && !this.damaged ? this.renderRoot.querySelector('.frame') : null;
  }

  #given(): WantedFile | undefined {
    const { files, file } = this;
    return files && file && { files, file };
  }

  protected override render(): unknown {
    const { file } = this;
    const { state } = this.#control;
    if (!file || !state) return nothing;
    const { view, url } = this.#shown;
    const refused = this.damaged ? texts.notPlayable() : reasonNotShown(view, file);
    if (state.kind === 'here' && refused !== '') return html`<p><bdi>${shortName(file.name)}</bdi><br />${refused}</p>`;
    if (this.playing && view?.kind === 'video' && url !== undefined) {
      return html`<div class="frame" ${styled(this.#measures(file.look))}><mm-video .url=${url} .poster=${this.#shown.thumbnailUrl(file) ?? ''} .name=${file.name} @video-failed=${() => (this.damaged = true)}></mm-video></div>`;
    }
    const real = view?.kind === 'picture' ? url : undefined;
    const small = this.#shown.thumbnailUrl(file);
    const name = file.look.kind === 'video' ? texts.video(file.name) : texts.picture(file.name);
    // What it measures is known by its bytes, and before that by what was said of it.
    return html`
      <div class="frame ${this.gliding ? 'gliding' : ''}" ${styled(this.#measures(view?.kind === 'picture' ? view : file.look))}>
        ${small === undefined || real !== undefined ? nothing : html`<img alt=${name} src=${small} draggable="false" />`}
        ${real === undefined ? nothing : html`<img alt=${name} src=${real} draggable="false" @error=${() => (this.damaged = true)} />`}
      </div>
      ${state.kind === 'here' ? nothing : actsOver(file, file.name, state, this.#control)}
      ${state.kind === 'here' && file.look.kind === 'video' ? this.#playButton(file.name) : nothing}
    `;
  }

  /** A small one is not made to fill the screen: at most twice as large. */
  #measures({ width, height }: { readonly width: number; readonly height: number }): Readonly<Record<string, string>> {
    const { scale, x, y } = this.zoom;
    return { '--ratio': String(width / height), '--width': `${Math.max(2 * width, 320)}px`, '--x': `${x}px`, '--y': `${y}px`, '--scale': String(scale) };
  }

  #playButton(name: string): unknown {
    return html`<button class="film" aria-label=${texts.play(name)} title=${texts.play(name)} @click=${() => (this.playing = true)}><mm-icon name="play"></mm-icon></button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-slide': MmSlide;
  }
}
