/** The files of one message: pictures and films as tiles, what sounds as players, all else as cards. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FileEntry } from '../core/file';
import type { ChatMessage } from '../core/message';
import type { FilesFace } from '../session/files/files-face';
import { tooManyPixels } from './i18n/file-texts';
import { localized } from './i18n/localize';
import { intend } from './message-intent';
import './mm-file-card';
import './mm-picture';
import './mm-player';
import './mm-voice';
import { frameOf, isSeen, type SeenFile } from './picture-frame';
import { styled } from './styled';

/** Tiles; what doesn't fit is counted on the last one, and seen behind it. */
const tiles = 4;

/**
 * It takes its colours from the bubble around it: `--file-ground`, `--file-fill` and `--on-file-fill`, `--file-track`, `--file-soft`.
 *
 * @fires message-intent - a picture is to be seen large
 */
@localized()
@customElement('mm-message-files')
export class MmMessageFiles extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      justify-items: start;
      gap: 0.25rem;
      min-inline-size: 0;
    }
    .pictures {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 0.1875rem;
      inline-size: var(--width);
      max-inline-size: 100%;
      aspect-ratio: var(--ratio);
    }
    .pictures.several {
      grid-template: minmax(0, 1fr) minmax(0, 1fr) / minmax(0, 1fr) minmax(0, 1fr);
    }
    .pictures.two {
      grid-template-rows: minmax(0, 1fr);
    }
    .three mm-picture:first-child {
      grid-row: span 2;
    }
    mm-picture {
      min-inline-size: 0;
      min-block-size: 0;
    }
  `;

  @property({ attribute: false }) files: FilesFace | undefined;
  @property({ attribute: false }) message: ChatMessage | undefined;
  /** Tab leads to what can be pressed in it. */
  @property({ type: Boolean }) reachable = false;

  protected override render(): unknown {
    const { message } = this;
    if (!message) return nothing;
    const seen = message.files.filter(isSeen);
    return html`${seen.length > 0 ? this.#pictures(message, seen) : nothing} ${message.files.map((file) => (isSeen(file) ? nothing : this.#other(file)))}`;
  }

  #pictures(message: ChatMessage, seen: readonly SeenFile[]): unknown {
    const { width, height } = frameOf(seen);
    const shape = ['', '', 'several two', 'several three'][seen.length] ?? 'several';
    return html`<div
      class="pictures ${shape}"
      ${styled({ '--width': `${width}rem`, '--ratio': String(width / height) })}
      @file-open=${({ detail }: HTMLElementEventMap['file-open']) => intend(this, { kind: 'view', message: message.id, file: detail })}
    >
      ${seen
        .slice(0, tiles)
        .map(
          (file, index) =>
            html`<mm-picture .files=${this.files} .file=${file} ?reachable=${this.reachable} ?alone=${seen.length === 1} .further=${index === tiles - 1 ? seen.length - tiles : 0}></mm-picture>`,
        )}
    </div>`;
  }

  #other(file: FileEntry): unknown {
    const { files, reachable } = this;
    const kind = file === 'broken' ? 'broken' : file.look.kind;
    if (file !== 'broken' && kind === 'voice') return html`<mm-voice .files=${files} .file=${file} ?reachable=${reachable}></mm-voice>`;
    if (file !== 'broken' && kind === 'sound') return html`<mm-player .files=${files} .file=${file} ?reachable=${reachable}></mm-player>`;
    return html`<mm-file-card .files=${files} .file=${file} ?reachable=${reachable} .note=${kind === 'picture' ? tooManyPixels() : ''}></mm-file-card>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-message-files': MmMessageFiles;
  }
}
