/** Takes a backup of the room in, and says what came of it. */
import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { limits } from '../config';
import type { ConversationFace, RestoreOutcome } from '../session/faces';
import { bytesText, countText } from './amounts';
import { fieldStyles } from './field-styles';
import * as texts from './i18n/history-texts';
import { localized } from './i18n/localize';
import { sharedStyles } from './shared-styles';

type Outcome = RestoreOutcome | { readonly kind: 'none' | 'running' | 'failed' } | { readonly kind: 'too-large'; readonly bytes: number };

@localized()
@customElement('mm-import')
export class MmImport extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      input {
        inline-size: 100%;
      }
      .advice {
        color: var(--ink-soft);
      }
      p {
        font-size: var(--text-s);
      }
      .problem {
        color: var(--danger);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) conversation: ConversationFace | undefined;

  @state() private outcome: Outcome = { kind: 'none' };

  async #choose(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (!file || this.outcome.kind === 'running') return;
    this.outcome = { kind: 'running' };
    this.outcome = await this.#takeIn(file);
    // The same file chosen again is a choice again.
    input.value = '';
  }

  async #takeIn(file: File): Promise<Outcome> {
    if (file.size > limits.backupBytes) return { kind: 'too-large', bytes: file.size };
    try {
      return (await this.conversation?.restore(await file.text())) ?? { kind: 'none' };
    } catch {
      return { kind: 'failed' };
    }
  }

  protected override render(): unknown {
    const { outcome } = this;
    const problem = problemText(outcome);
    return html`
      <label for="backup">${texts.importBackup()}</label>
      <input id="backup" type="file" accept=".json,application/json" aria-describedby="advice problem" ?disabled=${outcome.kind === 'running'} @change=${this.#choose} />
      <p class="advice" id="advice">${texts.importAdvice(bytesText(limits.backupBytes))}</p>
      <p role="status">${resultText(outcome)}</p>
      <p class="problem" id="problem" role="alert">${problem}</p>
    `;
  }
}

function resultText(outcome: Outcome): string {
  if (outcome.kind === 'running') return texts.importing();
  if (outcome.kind !== 'restored') return '';
  if (outcome.count === 0) return texts.nothingRestored();
  return outcome.count === 1 ? texts.restoredOne() : texts.restoredMany(countText(outcome.count));
}

function problemText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'broken':
      return texts.broken();
    case 'other-room':
      return texts.otherRoom();
    case 'too-large':
      return texts.tooLarge(bytesText(outcome.bytes), bytesText(limits.backupBytes));
    case 'failed':
      return texts.notImported();
    default:
      return '';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-import': MmImport;
  }
}
