/** The button "Record voice message". Held, it records until it is let go; pressed, until the person says so. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MessageId } from '../core/ids';
import type { FilesFace } from '../session/files/files-face';
import { notify } from './events';
import { recordVoice } from './i18n/attach-texts';
import { localized } from './i18n/localize';
import './mm-icon';
import { PressHold } from './press-hold';
import type { RecordingEnd } from './recording-end';
import { sharedStyles } from './shared-styles';

/**
 * The recorder is loaded with the first press, whose end it may miss: hence the hold begins here.
 *
 * @fires recording-begun - the microphone is asked for
 * @fires recording-over - with a `RecordingEnd`
 */
@localized()
@customElement('mm-microphone')
export class MmMicrophone extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        align-items: center;
      }
      mm-voice-recorder {
        flex: 1;
        min-inline-size: 0;
      }
      /* A long press is ours: no scrolling, no selecting, no menu. */
      button {
        touch-action: none;
        user-select: none;
        -webkit-user-select: none;
        -webkit-touch-callout: none;
      }
      :host([locked]) button {
        display: none;
      }
      :host([recording]) button {
        --icon-button: initial;
        margin-inline-start: var(--space-2);
        background: var(--danger-fill);
        color: var(--on-danger-fill);
      }
    `,
  ];

  @property({ attribute: false }) files: FilesFace | undefined;
  /** The message that the recording answers. */
  @property({ attribute: false }) replyTo: MessageId | undefined;
  @property({ type: Boolean, reflect: true }) recording = false;
  /** It goes on without the button, which is hidden. */
  @property({ type: Boolean, reflect: true }) locked = false;

  @state() private hold: PressHold | undefined;

  #pressed = false;
  #hadFocus = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.hold?.end();
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || this.recording) return;
    this.#pressed = true;
    void this.#begin(new PressHold(event));
  }

  /** By a key, or by assistive technology; behind a press comes a click as well. */
  #click({ detail: count }: MouseEvent): void {
    const wasPressed = this.#pressed && count > 0;
    this.#pressed = false;
    if (!wasPressed && !this.recording) void this.#begin(undefined);
  }

  async #begin(hold: PressHold | undefined): Promise<void> {
    this.#hadFocus = this.matches(':focus-within');
    this.hold = hold;
    this.locked = hold === undefined;
    this.recording = true;
    this.dispatchEvent(new CustomEvent('recording-begun'));
    try {
      await import('./mm-voice-recorder');
    } catch {
      notify(this, { kind: 'oops' });
      this.#end({ sent: false, problem: '' });
    }
  }

  /** The focus comes back from what is gone now. */
  #end(end: RecordingEnd): void {
    const hadFocus = this.#hadFocus || this.matches(':focus-within');
    this.hold?.end();
    this.hold = undefined;
    this.locked = false;
    this.recording = false;
    this.dispatchEvent(new CustomEvent<RecordingEnd>('recording-over', { detail: end }));
    if (hadFocus) void this.updateComplete.then(() => this.renderRoot.querySelector('button')?.focus());
  }

  protected override render(): unknown {
    const name = recordVoice();
    return html`
      ${this.recording
        ? html`<mm-voice-recorder
            .files=${this.files}
            .hold=${this.hold}
            .replyTo=${this.replyTo}
            @recording-locked=${() => (this.locked = true)}
            @recorder-done=${({ detail }: CustomEvent<RecordingEnd>) => this.#end(detail)}
          ></mm-voice-recorder>`
        : nothing}
      <button class="quiet icon" aria-label=${name} title=${name} @pointerdown=${this.#press} @click=${this.#click} @contextmenu=${(event: Event) => event.preventDefault()}>
        <mm-icon name="microphone"></mm-icon>
      </button>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-microphone': MmMicrophone;
  }
  interface HTMLElementEventMap {
    'recording-begun': CustomEvent<null>;
    'recording-over': CustomEvent<RecordingEnd>;
  }
}
