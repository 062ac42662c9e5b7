/** The place that the files of a room take on this device: how much, how much they may, and the way to get it back. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FilesFace, FilesUsage } from '../session/files/files-face';
import { bytesText } from './amounts';
import { fieldStyles } from './field-styles';
import { localized } from './i18n/localize';
import * as texts from './i18n/room-files-texts';
import './mm-confirm';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/** Bytes; one that was chosen otherwise stands among them. */
const quotas: readonly number[] = [0.5e9, 2e9, 4e9, 8e9, 16e9];

@localized()
@customElement('mm-room-files')
export class MmRoomFiles extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      meter {
        inline-size: 100%;
        block-size: 0.75rem;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
      }
      .advice {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      .result:empty {
        display: none;
      }
      mm-confirm {
        justify-self: start;
      }
      mm-confirm[asking] {
        justify-self: stretch;
      }
    `,
  ];

  @property({ attribute: false }) files: FilesFace | undefined;

  /** What was done last. */
  @state() private result = '';

  constructor() {
    super();
    new ObserveController(this, () => [this.files?.usage]);
  }

  async #do(work: () => Promise<void>, done: string, failed: string): Promise<void> {
    this.result = '';
    this.result = await work().then(
      () => done,
      () => failed,
    );
  }

  protected override render(): unknown {
    const { files } = this;
    if (!files) return nothing;
    const { usedBytes, quotaBytes, count } = files.usage.value;
    const sentence = texts.usage(bytesText(usedBytes), bytesText(quotaBytes));
    return html`
      <p id="usage">${sentence}</p>
      <meter aria-labelledby="usage" min="0" max=${quotaBytes} high=${0.9 * quotaBytes} value=${Math.min(usedBytes, quotaBytes)}></meter>
      <div class="row">
        <label for="limit">${texts.limit()}</label>
        <select id="limit" aria-describedby="advice" @change=${(event: Event) => this.#choose(files, event)}>
          ${choices(files.usage.value).map((bytes) => html`<option value=${bytes} ?selected=${bytes === quotaBytes}>${bytesText(bytes)}</option>`)}
        </select>
      </div>
      <p class="advice" id="advice">${texts.limitAdvice()}</p>
      ${count === 0 ? nothing : html`<mm-confirm .label=${texts.deleteFiles()} .question=${texts.deleteQuestion()} @mm-confirm=${() => this.#clear(files)}></mm-confirm>`}
      <p class="advice result" role="status">${this.result}</p>
    `;
  }

  #choose(files: FilesFace, { target }: Event): void {
    const bytes = Number((target as HTMLSelectElement).value);
    void this.#do(() => files.setQuota(bytes), '', texts.notKept());
  }

  #clear(files: FilesFace): void {
    void this.#do(() => files.clear(), texts.deleted(), texts.notDeleted());
  }
}

function choices({ quotaBytes }: FilesUsage): readonly number[] {
  return [...new Set([...quotas, quotaBytes])].sort((a, b) => a - b);
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-room-files': MmRoomFiles;
  }
}
