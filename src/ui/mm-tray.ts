/** What goes with the next message: the files that were chosen, above the field. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Attachment, AttachmentId, FilesFace } from '../session/files/files-face';
import { bytesText } from './amounts';
import type { FileIconName } from './file-icons';
import './file-icons';
import { localized } from './i18n/localize';
import { remove } from './i18n/room-texts';
import * as texts from './i18n/tray-texts';
import './mm-icon';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';
import { unseenStyles } from './unseen-styles';

/** @fires tray-left - the last file was taken out, by its button, which had the focus */
@localized()
@customElement('mm-tray')
export class MmTray extends LitElement {
  static override styles = [
    sharedStyles,
    unseenStyles,
    css`
      :host {
        display: block;
      }
      ul {
        display: grid;
        gap: var(--space-1);
        max-block-size: min(15rem, 35dvh);
        margin: 0 0 var(--space-1);
        padding: var(--space-1);
        overflow: hidden auto;
        overscroll-behavior: contain;
        border-block-end: 1px solid var(--line);
        list-style: none;
        scrollbar-width: thin;
      }
      li {
        display: grid;
        grid-template-columns: 3rem minmax(0, 1fr) auto;
        align-items: center;
        gap: 0 var(--space-3);
      }
      .look {
        display: grid;
        place-items: center;
        inline-size: 3rem;
        block-size: 3rem;
        border-radius: var(--radius-s);
        overflow: hidden;
        background: var(--sunken);
        color: var(--ink-soft);
      }
      img {
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-weight: 600;
        font-size: var(--text-s);
      }
      .state,
      label,
      .warning {
        color: var(--ink-soft);
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }
      .failed {
        color: var(--danger);
        font-weight: 600;
      }
      label,
      .warning {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }
      label {
        min-block-size: 1.75rem;
        cursor: pointer;
      }
      .choice {
        color: var(--ink);
        font-weight: 600;
      }
      input {
        flex: none;
        inline-size: 1.125rem;
        min-block-size: 1.125rem;
        margin: 0;
        accent-color: var(--accent);
      }
      .warning mm-icon {
        color: var(--danger);
      }
      li:has(:focus-visible) button {
        outline-offset: -3px;
      }
    `,
  ];

  @property({ attribute: false }) files: FilesFace | undefined;

  /** To show the person's own pictures; each lives as long as its row. */
  readonly #urls = new Map<AttachmentId, string>();
  /** Pictures that this browser can't show. */
  readonly #unshown = new Set<AttachmentId>();

  constructor() {
    super();
    new ObserveController(this, () => [this.files?.tray]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#keepUrls([]);
  }

  protected override willUpdate(): void {
    this.#keepUrls(this.files?.tray.value ?? []);
  }

  #keepUrls(tray: readonly Attachment[]): void {
    for (const [id, url] of this.#urls) {
      if (tray.some((each) => each.id === id)) continue;
      URL.revokeObjectURL(url);
      this.#urls.delete(id);
    }
    for (const { id, kind, source } of tray) {
      if (kind === 'picture' && !this.#urls.has(id)) this.#urls.set(id, URL.createObjectURL(source));
    }
  }

  #noPicture(id: AttachmentId): void {
    this.#unshown.add(id);
    this.requestUpdate();
  }

  /** The focus goes to the one that takes its place, or to where the file would have been described. */
  async #remove(id: AttachmentId): Promise<void> {
    const at = this.files?.tray.value.findIndex((each) => each.id === id) ?? -1;
    this.files?.detach(id);
    await this.updateComplete;
    const buttons = this.renderRoot.querySelectorAll<HTMLElement>('li > button');
    const next = buttons[at] ?? buttons[at - 1];
    if (next) next.focus();
    else this.dispatchEvent(new CustomEvent('tray-left'));
  }

  protected override render(): unknown {
    const tray = this.files?.tray.value ?? [];
    return html`
      ${tray.length === 0
        ? nothing
        : html`<ul role="list" aria-label=${texts.attachments()}>
            ${repeat(
              tray,
              ({ id }) => id,
              (attachment) => this.#row(attachment),
            )}
          </ul>`}
      <span class="unseen" role="status">${tray.length === 0 ? nothing : texts.attached(tray.length)}</span>
    `;
  }

  #row(attachment: Attachment): unknown {
    const { id, name, sizeBytes, state } = attachment;
    const said = texts.stateText(attachment);
    return html`<li>
      <div class="look">${this.#look(attachment)}</div>
      <div>
        <p class="name"><bdi title=${name}>${name}</bdi></p>
        <p class="state">${bytesText(sizeBytes)}${said === '' ? nothing : html` · <span class=${state.kind === 'failed' ? 'failed' : ''}>${said}</span>`}</p>
        ${this.#original(attachment)}
      </div>
      <button type="button" class="quiet icon" aria-label=${remove(name)} title=${remove(name)} @click=${() => this.#remove(id)}><mm-icon name="close"></mm-icon></button>
    </li>`;
  }

  #look({ id, kind }: Attachment): unknown {
    const url = this.#unshown.has(id) ? undefined : this.#urls.get(id);
    return url === undefined ? html`<mm-icon name=${icons[kind]}></mm-icon>` : html`<img src=${url} alt="" decoding="async" @error=${() => this.#noPicture(id)} />`;
  }

  /** What would be told of place and camera, and the choice where there is one. On its way, nothing is to be chosen any more. */
  #original({ id, name, original, reducible, tellsMetadata, sending }: Attachment): unknown {
    if (reducible && !sending) {
      return html`<label>
        <input
          type="checkbox"
          aria-label=${texts.original()}
          aria-describedby="advice-${id}"
          .checked=${original}
          @change=${({ target }: Event) => this.files?.setOriginal(id, (target as HTMLInputElement).checked)}
        />
        <span id="advice-${id}"><span class="choice">${texts.original()}</span> ${texts.originalAdvice()}<span class="unseen">, ${name}</span></span>
      </label>`;
    }
    return tellsMetadata ? html`<p class="warning"><mm-icon name="alert"></mm-icon>${original ? texts.originalAdvice() : texts.tellsMetadata()}</p>` : nothing;
  }
}

const icons: Readonly<Record<Attachment['kind'], FileIconName>> = { picture: 'picture', video: 'film', sound: 'sound-file', voice: 'microphone', plain: 'file' };

declare global {
  interface HTMLElementTagNameMap {
    'mm-tray': MmTray;
  }
  interface HTMLElementEventMap {
    'tray-left': CustomEvent<null>;
  }
}
