/** Where a message is written. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import { limits } from '../config';
import type { ConversationFace } from '../session/faces';
import * as texts from './i18n/room-texts';
import { language } from './i18n/language';
import './mm-icon';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/** From this share of the limit on, the count is shown. */
const countFrom = 0.9;

/** Enter sends, Shift+Enter breaks the line. What can't be sent stays, and is told why. */
@localized()
@customElement('mm-composer')
export class MmComposer extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        padding: var(--space-1) var(--space-3) max(var(--space-3), env(safe-area-inset-bottom));
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: end;
        gap: var(--space-1);
        max-inline-size: 46rem;
        margin-inline: auto;
        padding: 0.25rem;
        border: 1px solid var(--line-strong);
        border-radius: 1.75rem;
        background: var(--surface);
      }
      /* One ring, around the whole pill. */
      form:has(textarea:focus) {
        outline: 2px solid var(--accent);
        outline-offset: -2px;
      }
      textarea:focus {
        outline: none;
      }
      textarea {
        max-block-size: min(12rem, 35dvh);
        padding: 0.625rem var(--space-3);
        border: 0;
        background: transparent;
        resize: none;
        scrollbar-width: thin;
        field-sizing: content;
      }
      button[aria-disabled='true'] {
        background: transparent;
        color: var(--ink-soft);
      }
      .below {
        display: flex;
        gap: var(--space-3);
        justify-content: space-between;
        max-inline-size: 46rem;
        margin: var(--space-1) auto 0;
        padding-inline: var(--space-4);
        color: var(--ink-soft);
        font-size: var(--text-s);
        font-variant-numeric: tabular-nums;
      }
      .problem,
      .over {
        color: var(--danger);
        font-weight: 600;
      }
      .over {
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) conversation: ConversationFace | undefined;

  @state() private text = '';
  @state() private problem = '';

  private get field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  /** The draft as it was last taken over; what is typed here comes back the same and changes nothing. */
  #seenDraft = '';

  constructor() {
    super();
    new ObserveController(this, () => [this.conversation?.draft]);
  }

  /** Once it is rendered. */
  override focus(): void {
    void this.updateComplete.then(() => this.field?.focus());
  }

  protected override willUpdate(): void {
    const draft = this.conversation?.draft.value ?? '';
    if (draft === this.#seenDraft) return;
    this.#seenDraft = draft;
    this.text = draft;
  }

  protected override updated(): void {
    const { field } = this;
    if (!field) return;
    if (field.value !== this.text) field.value = this.text;
    // Firefox learned field-sizing late (https://bugzilla.mozilla.org/show_bug.cgi?id=1832409); goes when the oldest supported one has it.
    if (!CSS.supports('field-sizing', 'content')) {
      field.style.height = 'auto';
      field.style.height = `${field.scrollHeight}px`;
    }
  }

  #input(event: InputEvent): void {
    this.text = (event.target as HTMLTextAreaElement).value;
    this.problem = '';
    this.conversation?.setDraft(this.text);
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    // While an input method composes, Enter picks a candidate; Safari says so only by the old code (https://bugs.webkit.org/show_bug.cgi?id=165004).
    // oxlint-disable-next-line typescript/no-deprecated
    if (event.keyCode === 229) return;
    event.preventDefault();
    void this.#send();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    void this.#send();
    this.field?.focus();
  }

  async #send(): Promise<void> {
    const { conversation } = this;
    if (!conversation) return;
    const outcome = conversation.send(this.text);
    // Said anew each time: an unchanged text would not be announced again.
    this.problem = '';
    await this.updateComplete;
    switch (outcome.kind) {
      case 'sent':
        this.text = conversation.draft.value;
        return;
      case 'empty':
        this.problem = texts.emptyMessage();
        return;
      case 'too-long':
        this.problem = texts.tooLong(number(outcome.characters), number(outcome.maximum));
    }
  }

  protected override render(): unknown {
    const length = this.text.length > limits.messageCharacters * countFrom ? [...this.text].length : 0;
    const over = length > limits.messageCharacters;
    return html`
      <form @submit=${this.#submit}>
        <textarea
          rows="1"
          dir="auto"
          .enterKeyHint=${'send'}
          aria-label=${texts.message()}
          placeholder=${texts.message()}
          aria-describedby="problem"
          aria-invalid=${this.problem || over ? 'true' : 'false'}
          @input=${this.#input}
          @keydown=${this.#key}
        ></textarea>
        <button class="primary icon" aria-label=${texts.send()} title=${texts.send()} aria-disabled=${this.text.trim() ? 'false' : 'true'}>
          <mm-icon name="send"></mm-icon>
        </button>
      </form>
      <div class="below" ?hidden=${!this.problem && length === 0}>
        <span class="problem" id="problem" role="alert">${this.problem}</span>
        ${length ? html`<span class=${over ? 'over' : ''}>${number(length)} / ${number(limits.messageCharacters)}</span>` : nothing}
      </div>
    `;
  }
}

function number(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-composer': MmComposer;
  }
}
