/** Saves messages as a file: which kind, how far it is, and the way to stop it. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MessageId } from '../core/ids';
import type { RoomFace } from '../session/faces';
import { bytesText, countText } from './amounts';
import { checkStyles } from './check-styles';
import { downloadBlob } from './download-blob';
import { makeExport } from './export-file';
import type { ExportFormat } from './export-format';
import { fieldStyles } from './field-styles';
import { cancel } from './i18n/forget-texts';
import * as texts from './i18n/history-texts';
import { localized } from './i18n/localize';
import { roomHeading } from './i18n/room-texts';
import { namesText } from './names-text';
import { sharedStyles } from './shared-styles';

type Progress =
  | { readonly kind: 'idle' | 'failed' }
  | { readonly kind: 'running'; readonly bytes: number; readonly stop: AbortController }
  /** `name`: of the file. */
  | { readonly kind: 'done'; readonly name: string };

/** Stops when it leaves the page: nobody waits for the file any more. */
@localized()
@customElement('mm-export')
export class MmExport extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    checkStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
      fieldset {
        min-inline-size: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      .check span {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-2);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
      }
      progress {
        flex: 1 1 6rem;
        min-inline-size: 0;
        accent-color: var(--accent);
      }
      .result {
        min-block-size: 1.4em;
        font-size: var(--text-s);
      }
      .problem {
        color: var(--danger);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) room: RoomFace | undefined;
  @property({ attribute: false }) messages: readonly MessageId[] | 'all' = 'all';

  @state() private format: ExportFormat = 'markdown';
  @state() private progress: Progress = { kind: 'idle' };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  #stop(): void {
    if (this.progress.kind === 'running') this.progress.stop.abort();
  }

  async #start(room: RoomFace): Promise<void> {
    if (this.progress.kind === 'running') return;
    const stop = new AbortController();
    const title = namesText(room.title.value);
    const { format, messages } = this;
    const say = (progress: Progress) => (this.progress = progress);
    say({ kind: 'running', bytes: 0, stop });
    try {
      const request = { conversation: room.conversation, files: room.files, format, messages, title, heading: roomHeading(title), now: new Date() };
      const file = await makeExport(request, stop.signal, (bytes) => say({ kind: 'running', bytes, stop }));
      if (file && !stop.signal.aborted) downloadBlob(file.name, file.content);
      say(file && !stop.signal.aborted ? { kind: 'done', name: file.name } : { kind: 'idle' });
    } catch {
      say({ kind: stop.signal.aborted ? 'idle' : 'failed' });
    }
  }

  protected override render(): unknown {
    const { room, messages, progress } = this;
    if (!room) return nothing;
    // What a backup is made of are the events of the log, and a part of them proves nothing.
    const formats: readonly ExportFormat[] = messages === 'all' ? ['markdown', 'json', 'backup', 'zip'] : ['markdown', 'json', 'zip'];
    return html`
      <p class="advice">${messages === 'all' ? texts.allAdvice() : texts.selectedAdvice(countText(messages.length))} ${texts.notEncrypted()}</p>
      <fieldset ?disabled=${progress.kind === 'running'}>
        <legend>${texts.format()}</legend>
        ${formats.map(
          (format) => html`<label class="check">
            <input type="radio" name="format" aria-label=${texts.formatName(format)} aria-describedby="about-${format}" .checked=${format === this.format} @change=${() => (this.format = format)} />
            <span>${texts.formatName(format)} <span class="advice" id="about-${format}">${texts.formatAdvice(format)}</span></span>
          </label>`,
        )}
      </fieldset>
      <div class="row">
        ${progress.kind === 'running'
          ? html`<progress aria-label=${texts.exportHeading()}></progress><span class="advice">${texts.exporting(bytesText(progress.bytes))}</span><button @click=${this.#stop}>${cancel()}</button>`
          : html`<button class="primary" @click=${() => this.#start(room)}>${texts.startExport()}</button>`}
      </div>
      <p class="result" role="status">${progress.kind === 'done' ? texts.exported(progress.name) : ''}</p>
      ${progress.kind === 'failed' ? html`<p class="result problem" role="alert">${texts.notExported()}</p>` : nothing}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-export': MmExport;
  }
}
