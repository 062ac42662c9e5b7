/** The viewer: the pictures and films of the conversation, one at a time, as large as the screen, and closer. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ChatMessage } from '../core/message';
import type { RoomFace } from '../session/faces';
import { countText } from './amounts';
import { dayText, timeText } from './dates';
import { DialogHost } from './dialog-host';
import { showMessage } from './events';
import { saveFileOf } from './file-control';
import './file-icons';
import { shortName } from './file-words';
import { localized } from './i18n/localize';
import * as texts from './i18n/viewer-texts';
import './mm-icon';
import './mm-slide';
import type { MmSlide } from './mm-slide';
import { ObserveController } from './observe-controller';
import { isSeen, type SeenFile } from './picture-frame';
import { sharedStyles } from './shared-styles';
import { StageGestures, type Stage } from './stage-gestures';
import { fitting, largest, zoomBy, zoomStep, type Zoom, type ZoomSizes } from './zoom';

/** One picture of one message; the same file may stand in several. */
interface Seen {
  readonly key: string;
  readonly message: ChatMessage;
  readonly file: SeenFile;
}

/**
 * It has its dialog's role itself, and is not modal, as mm-dialog: a ring must be answerable. Those beside the one that is looked at are in the page as well, so that they are there at once.
 *
 * @fires mm-close - the person is done with it, or there is nothing left to look at
 * @fires mm-show-message - the message of the picture is wanted
 */
@localized()
@customElement('mm-lightbox')
export class MmLightbox extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: fixed;
        z-index: 10;
        inset: 0;
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        color-scheme: dark;
        background: #0b0f0e;
        color: var(--ink);
        animation: fade var(--quick);
      }
      :host(:focus-visible) {
        outline: none;
      }
      @keyframes fade {
        from {
          opacity: 0;
        }
      }
      header {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        padding: max(var(--space-2), env(safe-area-inset-top)) var(--space-2) var(--space-2) var(--space-4);
      }
      .words {
        display: grid;
        flex: 1;
        /* Not each as its own letters are written. */
        justify-items: start;
        min-inline-size: 0;
        font-size: var(--text-s);
      }
      .words > * {
        max-inline-size: 100%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .author {
        font-weight: 600;
      }
      .soft {
        color: var(--ink-soft);
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }
      .stage {
        position: relative;
        min-block-size: 0;
        margin-block-end: env(safe-area-inset-bottom);
        touch-action: none;
        overflow: hidden;
      }
      .enlarged {
        cursor: grab;
      }
      .enlarged:active {
        cursor: grabbing;
      }
      mm-slide {
        position: absolute;
        inset: 0;
        visibility: hidden;
      }
      mm-slide[current] {
        visibility: visible;
      }
      .way {
        position: absolute;
        z-index: 1;
        inset-block-start: calc(50% - 1.5rem);
        inline-size: 3rem;
        block-size: 3rem;
        padding: 0;
        background: rgb(8 16 15 / 0.6);
        color: #fff;
      }
      button:disabled {
        opacity: 0.4;
        cursor: default;
      }
      .way:hover {
        background: rgb(8 16 15 / 0.9);
      }
      .previous {
        inset-inline-start: var(--space-3);
      }
      .next {
        inset-inline-end: var(--space-3);
      }
      .way:dir(rtl) mm-icon {
        transform: scaleX(-1);
      }
      .said {
        position: absolute;
        z-index: 1;
        inset-block-end: var(--space-4);
        inset-inline: var(--space-4);
        inline-size: fit-content;
        margin-inline: auto;
        padding: var(--space-1) var(--space-3);
        border-radius: var(--radius-full);
        background: var(--raised);
        font-size: var(--text-s);
      }
      .said:empty {
        visibility: hidden;
      }
      @media (max-width: 34rem) {
        header {
          flex-wrap: wrap;
          justify-content: end;
        }
        .words {
          flex-basis: 100%;
        }
      }
      @media (pointer: coarse) and (max-width: 34rem) {
        /* A finger swipes; the buttons are there for those who can't. */
        .way {
          inset-block-start: auto;
          inset-block-end: var(--space-3);
        }
      }
    `,
  ];

  @property({ attribute: false }) room: RoomFace | undefined;
  /** With which it begins: a MessageId, and the FileId of one of its files. */
  @property() message = '';
  @property() file = '';

  /** Key of the one that is looked at. */
  @state() private current = '';
  @state() private zoom: Zoom = fitting;
  @state() private gliding = false;
  /** What became of saving it, or of getting it. */
  @state() private said = '';

  @query('.stage') private stage!: HTMLElement;

  /** Where it stands: when it goes with its message, the one that takes its place is shown. */
  #place = 0;

  constructor() {
    super();
    new DialogHost(this, (event) => this.#key(event));
    new ObserveController(this, () => [this.room?.conversation.timeline, this.#state()]);
    this.addEventListener('file-said', (event) => (this.said = event.detail));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.ariaLabel = texts.viewer();
    if (changed.has('message') || changed.has('file')) this.current = keyOf(this.message, this.file);
    const seen = this.#seen();
    const at = seen.findIndex(({ key }) => key === this.current);
    const next = seen[at < 0 ? Math.min(this.#place, seen.length - 1) : at];
    if (!next) return this.#close();
    if (at >= 0) this.#place = at;
    else this.#look(next);
  }

  protected override firstUpdated(): void {
    new StageGestures(this.stage, () => this.#stage());
    this.focus();
  }

  #seen(): readonly Seen[] {
    const messages = this.room?.conversation.timeline.value.messages ?? [];
    return messages.flatMap((message) => message.files.filter(isSeen).map((file) => ({ key: keyOf(message.id, file.id), message, file })));
  }

  #now(): Seen | undefined {
    return this.#seen().find(({ key }) => key === this.current);
  }

  #state(): ReturnType<RoomFace['files']['state']> | undefined {
    const now = this.#now();
    return now && this.room?.files.state(now.file);
  }

  #stage(): Stage {
    const frame = this.renderRoot.querySelector<MmSlide>('mm-slide[current]')?.picture;
    const sizes: ZoomSizes | undefined = frame
      ? { stage: { width: this.stage.clientWidth, height: this.stage.clientHeight }, picture: { width: frame.offsetWidth, height: frame.offsetHeight } }
      : undefined;
    return {
      zoom: this.zoom,
      sizes,
      show: (zoom, glide) => {
        this.zoom = zoom;
        this.gliding = glide;
      },
      swiped: (way) => {
        if (way === 'down') this.#close();
        else this.#goTo(this.#place + (way === this.#sides().next ? -1 : 1));
      },
    };
  }

  /** Where the next one lies, as the page is written. */
  #sides(): { readonly next: 'left' | 'right' } {
    return { next: this.matches(':dir(rtl)') ? 'left' : 'right' };
  }

  #goTo(place: number): void {
    const next = this.#seen()[place];
    if (!next) return;
    this.#look(next);
    // The button that led there may have gone, since there is no further one.
    void this.updateComplete.then(() => {
      if (!this.shadowRoot?.activeElement) this.focus();
    });
  }

  #look({ key }: Seen): void {
    this.current = key;
    this.zoom = fitting;
    this.gliding = false;
    this.said = '';
  }

  #enlarge(factor: number): void {
    const { zoom, sizes } = this.#stage();
    if (sizes) this.#stage().show(zoomBy(zoom, factor, { x: 0, y: 0 }, sizes), true);
  }

  #key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    // A card at the top has its own keys, and so have the controls of a film.
    const elsewhere = document.activeElement !== document.body && !event.composedPath().includes(this);
    if (event.key !== 'Escape' && (elsewhere || event.composedPath().some((each) => each instanceof HTMLVideoElement))) return;
    const act = this.#meaningOf(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  }

  #meaningOf(key: string): (() => void) | undefined {
    const forward = this.#sides().next === 'right' ? 'ArrowRight' : 'ArrowLeft';
    switch (key) {
      case 'Escape':
        return () => this.#close();
      case 'ArrowLeft':
      case 'ArrowRight':
        return () => this.#goTo(this.#place + (key === forward ? 1 : -1));
      case 'Home':
        return () => this.#goTo(0);
      case 'End':
        return () => this.#goTo(this.#seen().length - 1);
      case '+':
      case '=':
        return () => this.#enlarge(zoomStep);
      case '-':
        return () => this.#enlarge(1 / zoomStep);
      case '0':
        return () => this.#stage().show(fitting, true);
      default:
        return undefined;
    }
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent('mm-close', { bubbles: true, composed: true }));
  }

  protected override render(): unknown {
    const { room } = this;
    const seen = this.#seen();
    const now = this.#now();
    if (!room || !now) return nothing;
    const around = seen.slice(Math.max(0, this.#place - 1), this.#place + 2);
    return html`
      <header>${this.#words(now, seen.length)} ${this.#buttons(room, now)}</header>
      <div class="stage ${this.zoom.scale > 1 ? 'enlarged' : ''}">
        ${repeat(
          around,
          ({ key }) => key,
          ({ key, file }) => html`<mm-slide .files=${room.files} .file=${file} ?current=${key === now.key} .zoom=${key === now.key ? this.zoom : fitting} ?gliding=${this.gliding}></mm-slide>`,
        )}
        ${this.#way('previous', texts.previous(), this.#place - 1, seen.length)} ${this.#way('next', texts.next(), this.#place + 1, seen.length)}
        <p class="said" role="status">${this.said}</p>
      </div>
    `;
  }

  #words({ message, file }: Seen, count: number): unknown {
    const { wallMs } = message.clock;
    return html`<div class="words">
      <bdi class="author">${message.authorName}</bdi>
      <span class="soft"><span role="status">${texts.placeOf(countText(this.#place + 1), countText(count))}</span> · <time datetime=${new Date(wallMs).toISOString()}>${dayText(wallMs)}, ${timeText(wallMs)}</time> · <bdi title=${file.name}>${shortName(file.name)}</bdi></span>
    </div>`;
  }

  #buttons({ files }: RoomFace, { message, file }: Seen): unknown {
    const { scale } = this.zoom;
    const button = (label: string, icon: string, act: () => unknown, off = false) =>
      html`<button class="quiet icon" aria-label=${label} title=${label} ?disabled=${off} @click=${act}><mm-icon name=${icon}></mm-icon></button>`;
    const picture = file.look.kind === 'picture';
    return html`
      ${picture ? [button(texts.zoomOut(), 'zoom-out', () => this.#enlarge(1 / zoomStep), scale <= 1), button(texts.zoomIn(), 'zoom-in', () => this.#enlarge(zoomStep), scale >= largest)] : nothing}
      ${button(texts.save(), 'save', () => saveFileOf(this, { files, file }), this.#state()?.value.kind !== 'here')} ${button(texts.showInChat(), 'chat', () => showMessage(this, message.id))}
      ${button(texts.close(), 'close', () => this.#close())}
    `;
  }

  #way(which: 'previous' | 'next', label: string, place: number, count: number): unknown {
    if (place < 0 || place >= count) return nothing;
    return html`<button class="way ${which}" aria-label=${label} title=${label} @click=${() => this.#goTo(place)}><mm-icon name=${which}></mm-icon></button>`;
  }
}

function keyOf(message: string, file: string): string {
  return `${message} ${file}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-lightbox': MmLightbox;
  }
}
