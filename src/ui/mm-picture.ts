/** A picture or a film in a message: at once the small one that came with the message, then the real one. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FileId } from '../core/ids';
import type { FileState, FilesFace } from '../session/files/files-face';
import { actsOver, actsStyles } from './file-acts';
import { FileControl } from './file-control';
import { fileIcon } from './file-icons';
import { ShownFile, type WantedFile } from './file-url';
import { clockText, reasonNotShown, sendingText, shortName } from './file-words';
import * as texts from './i18n/file-texts';
import { localized } from './i18n/localize';
import './mm-icon';
import type { SeenFile } from './picture-frame';
import { sharedStyles } from './shared-styles';
import { TabStops } from './tab-stops';

declare global {
  interface HTMLElementEventMap {
    'file-open': CustomEvent<FileId>;
  }
}

/** Of the longer side of one that stands still, in pixels: a canvas keeps all that it has, and messages are never wider. */
const stillMaximum = 1_024;
/** Types whose pictures may move. */
const movingTypes: ReadonlySet<string> = new Set(['image/gif', 'image/png', 'image/webp']);

/**
 * It fills the place it is given, which was measured by what the message says, and so stands still whatever comes. What the bytes turn out not to be is said, and can be saved.
 *
 * @fires file-open - it is to be seen large
 */
@localized()
@customElement('mm-picture')
export class MmPicture extends LitElement {
  static override styles = [
    sharedStyles,
    actsStyles,
    css`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        position: relative;
        overflow: hidden;
        border-radius: var(--radius-s);
        background: var(--file-ground);
        isolation: isolate;
      }
      :host > * {
        grid-area: 1 / 1;
        min-inline-size: 0;
        min-block-size: 0;
      }
      img,
      canvas {
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
      }
      .small {
        /* Blurred by itself where it is enlarged; a little more, and it doesn't look broken. The edges would show through. */
        filter: blur(6px);
        scale: 1.06;
      }
      /* Decoded first: nothing is seen of it line by line. */
      .real:not(.loaded) {
        opacity: 0;
      }
      .open {
        z-index: 1;
        min-block-size: 0;
        border-radius: inherit;
        background: none;
        color: #fff;
        font-size: var(--text-xl);
        cursor: zoom-in;
      }
      .open:active {
        transform: none;
      }
      .film {
        cursor: pointer;
      }
      .film mm-icon {
        padding: var(--space-3);
        inline-size: 3rem;
        block-size: 3rem;
        box-sizing: border-box;
        border-radius: 50%;
        background: rgb(8 16 15 / 0.72);
        font-size: var(--text-l);
      }
      .further {
        background: rgb(8 16 15 / 0.55);
      }
      .open:focus-visible {
        outline-offset: -3px;
      }
      .over {
        z-index: 1;
        display: grid;
        place-content: center;
        place-items: center;
        gap: var(--space-1);
        padding: var(--space-1);
        color: var(--file-soft);
        font-size: var(--text-xs);
        line-height: 1.3;
        text-align: center;
        overflow: hidden;
      }
      .over > mm-icon {
        font-size: var(--text-xl);
      }
      .over bdi {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow: hidden;
      }
      .over > button {
        min-block-size: 2.25rem;
        font-size: var(--text-s);
      }
      .note {
        z-index: 2;
        align-self: end;
        justify-self: start;
        margin: var(--space-1);
        padding: 0.125rem 0.5rem;
        border-radius: var(--radius-full);
        background: rgb(8 16 15 / 0.72);
        color: #fff;
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
        pointer-events: none;
      }
      .sending {
        animation: late 200ms 400ms backwards;
      }
      mm-video {
        z-index: 3;
      }
    `,
  ];

  @property({ attribute: false }) files: FilesFace | undefined;
  @property({ attribute: false }) file: SeenFile | undefined;
  /** Tab leads to what can be pressed in it. */
  @property({ type: Boolean }) reachable = false;
  /** The only one of its message: a film plays where it stands, else it is seen large. */
  @property({ type: Boolean }) alone = false;
  /** So many further ones stand behind it. */
  @property({ type: Number }) further = 0;

  /** The film was asked for. */
  @state() private playing = false;
  /** The real one is drawn, by its URL. */
  @state() private drawn: string | undefined;
  /** The bytes could not be decoded. */
  @state() private damaged = false;

  readonly #control = new FileControl(this, () => this.#given());
  readonly #shown = new ShownFile(this, () => (this.#control.state?.kind === 'here' ? this.#given() : undefined));

  /** What the canvas shows, or is about to. */
  #stilled: string | undefined;

  constructor() {
    super();
    new TabStops(this, () => this.reachable);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('file') && changed.get('file')?.id !== this.file?.id) {
      this.playing = false;
      this.damaged = false;
    }
    if (this.playing || this.file?.look.kind === 'video') import('./mm-video').catch(() => undefined);
  }

  protected override updated(): void {
    const { url } = this.#shown;
    const [canvas] = this.renderRoot.querySelectorAll('canvas');
    if (canvas && url !== undefined && url !== this.#stilled) void this.#drawStill(canvas, url);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.playing = false;
    this.#stilled = undefined;
  }

  #given(): WantedFile | undefined {
    const { files, file } = this;
    return files && file && { files, file };
  }

  #open(): void {
    const { file } = this;
    if (!file) return;
    if (file.look.kind === 'video' && this.alone) this.playing = true;
    else this.dispatchEvent(new CustomEvent('file-open', { detail: file.id, bubbles: true, composed: true }));
  }

  protected override render(): unknown {
    const { file, damaged } = this;
    const { state } = this.#control;
    if (!file || !state) return nothing;
    const { view, url } = this.#shown;
    const refused = damaged ? texts.notPlayable() : reasonNotShown(view, file);
    if (state.kind === 'here' && refused !== '') return this.#refusal(file, refused);
    if (this.playing && url !== undefined) return html`<mm-video .url=${url} .poster=${this.#shown.thumbnailUrl(file) ?? ''} .name=${file.name} @video-failed=${() => (this.damaged = true)}></mm-video>`;
    const real = view?.kind === 'picture' ? url : undefined;
    return html`${this.#picture(file, real)} ${this.#over(file, state, real)} ${this.#note(file, state)}`;
  }

  /**
   * The real one takes the place of the small one when it is drawn: both at once would be seen where it is transparent. One of them has the name.
   * Decoded anew, as after a long way of scrolling, it has no small one to hide that.
   */
  #picture(file: SeenFile, real: string | undefined): unknown {
    const small = this.drawn !== undefined && this.drawn === real ? undefined : this.#shown.thumbnailUrl(file);
    const name = file.look.kind === 'video' ? texts.video(file.name) : texts.picture(file.name);
    return html`
      ${real === undefined ? nothing : this.#real(real, name)}
      ${small === undefined ? nothing : html`<img class="small" alt=${real === undefined ? name : ''} src=${small} draggable="false" />`}
    `;
  }

  /** For who wants less motion, one that may move is its first frame; it moves when it is seen large. */
  #real(url: string, name: string): unknown {
    const { view } = this.#shown;
    const isDrawn = this.drawn === url;
    const isStill = view?.kind === 'picture' && movingTypes.has(view.content.type) && matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (isStill) return html`<canvas class="real ${isDrawn ? 'loaded' : ''}" role="img" aria-label=${name}></canvas>`;
    return html`<img
      class="real ${isDrawn ? 'loaded' : ''}"
      alt=${name}
      src=${url}
      decoding=${isDrawn ? 'sync' : 'async'}
      draggable="false"
      @load=${() => (this.drawn = url)}
      @error=${() => (this.damaged = true)}
    />`;
  }

  async #drawStill(canvas: HTMLCanvasElement, url: string): Promise<void> {
    const { view } = this.#shown;
    if (view?.kind !== 'picture') return;
    this.#stilled = url;
    try {
      const scale = Math.min(1, stillMaximum / Math.max(view.width, view.height));
      const scaled = (length: number): number => Math.max(1, Math.round(scale * length));
      const bitmap = await createImageBitmap(view.content, { resizeWidth: scaled(view.width), resizeHeight: scaled(view.height) });
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
      bitmap.close();
      if (this.#stilled === url) this.drawn = url;
    } catch {
      if (this.#stilled === url) this.damaged = true;
    }
  }

  #over(file: SeenFile, state: FileState, real: string | undefined): unknown {
    const bare = real === undefined && this.#shown.thumbnailUrl(file) === undefined;
    const words = bare ? this.#words(file) : nothing;
    if (state.kind !== 'here' && this.further === 0) return html`<div class="over">${words} ${actsOver(file, file.name, state, this.#control)}</div>`;
    return html`${bare ? html`<div class="over">${words}</div>` : nothing} ${this.#opener(file)}`;
  }

  #words(file: SeenFile): unknown {
    return html`<mm-icon name=${fileIcon(file)}></mm-icon><bdi title=${file.name}>${shortName(file.name)}</bdi>`;
  }

  #opener(file: SeenFile): unknown {
    const film = file.look.kind === 'video';
    const label = film ? texts.play(file.name) : texts.openPicture(file.name);
    return html`<button class="open ${film ? 'film' : ''} ${this.further > 0 ? 'further' : ''}" aria-label=${label} title=${label} @click=${this.#open}>
      ${this.further > 0 ? texts.further(String(this.further)) : film ? html`<mm-icon name="play"></mm-icon>` : nothing}
    </button>`;
  }

  #note({ look }: SeenFile, state: FileState): unknown {
    if (state.kind === 'here' && state.sending) return html`<span class="note sending">${sendingText(state.sending)}</span>`;
    return look.kind === 'video' && look.durationMs > 0 ? html`<span class="note">${clockText(look.durationMs / 1000)}</span>` : nothing;
  }

  #refusal(file: SeenFile, reason: string): unknown {
    return html`<div class="over">
      ${this.#words(file)}
      <span>${reason}</span>
      <button aria-label=${texts.save(file.name)} @click=${() => this.#control.save()}>${texts.saveShort()}</button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-picture': MmPicture;
  }
}
