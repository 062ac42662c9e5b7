/** A file in a message, or where one would stand that can't be shown: what it is, how far it has come, and what can be done with it. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FileEntry } from '../core/file';
import type { FileState, FilesFace } from '../session/files/files-face';
import { FileControl } from './file-control';
import { fileRowStyles } from './file-row-styles';
import { fileIcon } from './file-icons';
import type { WantedFile } from './file-url';
import { joined, kindAndSize, nameOf, percentOf, sendingText, shortName, troubleText, wayText } from './file-words';
import * as texts from './i18n/file-texts';
import { localized } from './i18n/localize';
import './mm-icon';
import { sharedStyles } from './shared-styles';
import { TabStops } from './tab-stops';

@localized()
@customElement('mm-file-card')
export class MmFileCard extends LitElement {
  static override styles = [
    sharedStyles,
    fileRowStyles,
    css`
      :host {
        /* Of three lines: what is said beside the buttons may take two. */
        min-block-size: 4.125rem;
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-3);
        border-radius: var(--radius-s);
        background: var(--file-ground);
      }
      .kind {
        display: grid;
        place-items: center;
        inline-size: 2.5rem;
        block-size: 2.5rem;
        border-radius: var(--radius-s);
        background: var(--file-fill);
        color: var(--on-file-fill);
        font-size: var(--text-l);
      }
      .words {
        min-inline-size: 0;
        line-height: 1.3;
      }
      .name {
        font-size: var(--text-s);
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .state {
        color: var(--file-soft);
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }
      /* In a line of its own, which it takes from the beginning: the card doesn't grow with what there is to say. */
      .way {
        grid-column: 1 / -1;
        min-block-size: 1lh;
        margin-block-start: var(--space-1);
        line-height: 1.3;
      }
      .acts {
        display: flex;
      }
      button {
        background: none;
        color: inherit;
      }
      button:hover {
        background: var(--file-ground);
      }
      progress {
        grid-column: 1 / -1;
        inline-size: 100%;
        block-size: 0.375rem;
        margin-block-start: var(--space-2);
        border: 0;
        border-radius: 3px;
        background: var(--file-track);
        overflow: hidden;
        appearance: none;
      }
      progress::-webkit-progress-bar {
        background: var(--file-track);
      }
      progress::-webkit-progress-value {
        background: var(--file-fill);
      }
      progress::-moz-progress-bar {
        background: var(--file-fill);
      }
      @media (forced-colors: active) {
        :host {
          border: 1px solid;
        }
        progress {
          appearance: auto;
        }
      }
    `,
  ];

  @property({ attribute: false }) files: FilesFace | undefined;
  @property({ attribute: false }) file: FileEntry | undefined;
  /** Tab leads to what can be pressed in it. */
  @property({ type: Boolean }) reachable = false;
  /** Why it stands here as a file; '' without a reason. */
  @property() note = '';

  readonly #control = new FileControl(this, () => this.#given());

  constructor() {
    super();
    new TabStops(this, () => this.reachable);
  }

  #given(): WantedFile | undefined {
    const { files, file } = this;
    return files && file && file !== 'broken' ? { files, file } : undefined;
  }

  protected override render(): unknown {
    const given = this.#given();
    const { state } = this.#control;
    if (this.file === 'broken') return html`<span class="kind"><mm-icon name=${fileIcon('broken')}></mm-icon></span><span class="state">${texts.broken()}</span>`;
    if (!given || !state) return nothing;
    const name = nameOf(given.file);
    return html`
      <span class="kind"><mm-icon name=${fileIcon(given.file)}></mm-icon></span>
      <div class="words">
        <p class="name"><bdi title=${name}>${shortName(name)}</bdi></p>
        <p class="state">${this.#stateText(given, state)}</p>
      </div>
      <div class="acts">${this.#acts(name, state)}</div>
      ${state.kind === 'coming' || state.kind === 'paused' ? this.#way(given, name, state) : nothing}
    `;
  }

  /** While it is sent, that stands in the place of what it is: both would take another line. */
  #stateText({ file }: WantedFile, state: FileState): string {
    if (state.kind === 'here' && state.sending) return sendingText(state.sending);
    return joined(kindAndSize(file), state.kind === 'paused' ? '' : troubleText(state), this.note);
  }

  #way({ file }: WantedFile, name: string, state: Extract<FileState, { kind: 'coming' | 'paused' }>): unknown {
    return html`
      <progress aria-label=${name} max="100" value=${percentOf(file, state)}></progress>
      <p class="state way">${state.kind === 'coming' ? wayText(state) : troubleText(state)}</p>
    `;
  }

  #acts(name: string, state: FileState): unknown {
    const control = this.#control;
    const act = (label: string, icon: string, work: () => unknown) => html`<button class="icon" aria-label=${label} title=${label} @click=${work}><mm-icon name=${icon}></mm-icon></button>`;
    const cancel = act(texts.cancel(name), 'close', () => control.cancel());
    switch (state.kind) {
      case 'away':
        return act(texts.download(name), 'download', () => control.fetch());
      case 'coming':
        return [act(texts.pause(name), 'pause', () => control.pause()), cancel];
      case 'paused':
        // Without a source it goes on by itself, as soon as there is one.
        return [state.reason === 'no-source' ? nothing : act(texts.goOn(name), 'play', () => control.fetch()), cancel];
      case 'here':
        return act(texts.save(name), 'save', () => control.save());
      case 'lost':
        return nothing;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-file-card': MmFileCard;
  }
}
