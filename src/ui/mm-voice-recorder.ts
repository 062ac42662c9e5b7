/** A voice message while it is recorded: how long, how loud, and the ways to end it. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { limits } from '../config';
import type { MessageId } from '../core/ids';
import type { FilesFace } from '../session/files/files-face';
import { notify } from './events';
import { clockText } from './file-words';
import { deviceProblem } from './i18n/call-texts';
import { localized } from './i18n/localize';
import * as texts from './i18n/voice-texts';
import './mm-icon';
import { ObserveController } from './observe-controller';
import type { HoldState, PressHold } from './press-hold';
import type { RecordingEnd } from './recording-end';
import { sharedStyles } from './shared-styles';

type Recording = Extract<Awaited<ReturnType<FilesFace['recordVoice']>>, { readonly kind: 'recording' }>['recording'];

/** Pixels of sliding towards the beginning of the line that cancel it, and upwards that lock it. */
const cancelDistance = 96;
const lockDistance = 64;

/** Let go sooner, it was a press: it goes on without the finger. Milliseconds. */
const shortestHoldMs = 500;

/**
 * Records as long as it is in the page. Without `hold`, or when what is held is let go before anything was heard (a question of the browser may have come between),
 * it is locked: it goes on until one of its buttons is pressed.
 *
 * @fires recording-locked - it goes on by itself
 * @fires recorder-done - with a `RecordingEnd`
 */
@localized()
@customElement('mm-voice-recorder')
export class MmVoiceRecorder extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        --icon-button: initial;
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-block-size: 2.75rem;
        padding-inline-start: var(--space-3);
        font-size: var(--text-s);
      }
      .dot {
        flex: none;
        inline-size: 0.625rem;
        block-size: 0.625rem;
        border: 1px solid transparent;
        border-radius: 50%;
        background: var(--danger-fill);
        animation: breathe 1.2s ease-in-out infinite alternate;
      }
      .time {
        min-inline-size: 3em;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .level {
        flex: 1 1 2rem;
        min-inline-size: 0;
        block-size: 0.375rem;
        border-radius: var(--radius-full);
        overflow: hidden;
        background: var(--sunken);
      }
      .level i {
        display: block;
        block-size: 100%;
        background: var(--accent);
        transform: scaleX(0);
        transform-origin: left;
        transition: transform var(--quick);
      }
      .level i:dir(rtl) {
        transform-origin: right;
      }
      .hint {
        flex: 0 1 auto;
        color: var(--ink-soft);
        font-size: var(--text-xs);
        line-height: 1.25;
      }
      .cancel {
        color: var(--danger);
      }
      @keyframes breathe {
        to {
          opacity: 0.25;
        }
      }
      @media (forced-colors: active) {
        .level {
          border: 1px solid;
        }
        .level i {
          background: Highlight;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .dot {
          animation: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) files: FilesFace | undefined;
  @property({ attribute: false }) hold: PressHold | undefined;
  @property({ attribute: false }) replyTo: MessageId | undefined;

  @state() private recording: Recording | undefined;
  @state() private locked = false;

  @query('.level i') private level!: HTMLElement | null;

  /** Sent or cancelled: nothing that comes later counts. */
  #over = false;
  #unwatch: (() => void) | undefined;

  constructor() {
    super();
    new ObserveController(this, () => [this.recording?.level, this.recording?.elapsedMs]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'group';
    addEventListener('keydown', this.#onKey);
  }

  /** Also when the room is left. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this.#onKey);
    this.#unwatch?.();
    if (this.#over) return;
    this.#over = true;
    this.recording?.cancel();
  }

  protected override firstUpdated(): void {
    this.#unwatch = this.hold?.state.subscribe((state) => this.#held(state));
    void this.#begin();
  }

  protected override willUpdate(): void {
    this.ariaLabel = texts.recording();
  }

  protected override updated(): void {
    if (this.level) this.level.style.transform = `scaleX(${this.recording?.level.value ?? 0})`;
  }

  async #begin(): Promise<void> {
    let outcome: Awaited<ReturnType<FilesFace['recordVoice']>> | undefined;
    try {
      outcome = await this.files?.recordVoice();
    } catch {
      notify(this, { kind: 'oops' });
    }
    if (this.#over) {
      if (outcome?.kind === 'recording') outcome.recording.cancel();
      return;
    }
    if (outcome?.kind !== 'recording') return this.#end({ sent: false, problem: outcome ? deviceProblem({ device: 'microphone', reason: outcome.kind }) : '' });
    this.recording = outcome.recording;
    if (this.hold?.state.value.kind !== 'held') this.#lock();
    await this.#focusButton();
  }

  #held(state: HoldState): void {
    if (this.#over || this.locked) return;
    switch (state.kind) {
      case 'held': {
        const towardsStart = this.matches(':dir(rtl)') ? state.right : -state.right;
        if (towardsStart >= cancelDistance) this.#cancel();
        else if (-state.down >= lockDistance) this.#lock();
        return;
      }
      case 'released':
        if ((this.recording?.elapsedMs.value ?? 0) >= shortestHoldMs) void this.#send();
        else this.#lock();
        return;
      case 'lost':
        return this.#lock();
    }
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    event.preventDefault();
    this.#cancel();
  };

  #lock(): void {
    if (this.locked) return;
    this.locked = true;
    this.dispatchEvent(new CustomEvent('recording-locked'));
    void this.#focusButton();
  }

  /** The button that was pressed is hidden now. */
  async #focusButton(): Promise<void> {
    await this.updateComplete;
    if (this.locked) this.renderRoot.querySelector<HTMLElement>('.send')?.focus();
  }

  #cancel(): void {
    if (this.#over) return;
    this.recording?.cancel();
    this.#end({ sent: false, problem: '' });
  }

  async #send(): Promise<void> {
    const { files, recording, replyTo } = this;
    if (!files || !recording || this.#over) return;
    this.#over = true;
    try {
      await files.sendVoice(recording, replyTo);
      this.#end({ sent: true, problem: '' });
    } catch {
      notify(this, { kind: 'oops' });
      this.#end({ sent: false, problem: '' });
    }
  }

  #end(detail: RecordingEnd): void {
    this.#over = true;
    this.dispatchEvent(new CustomEvent<RecordingEnd>('recorder-done', { detail }));
  }

  protected override render(): unknown {
    const { recording, locked } = this;
    const elapsedMs = recording?.elapsedMs.value ?? 0;
    return html`
      ${locked ? html`<button class="cancel quiet icon" aria-label=${texts.cancelRecording()} title=${texts.cancelRecording()} @click=${this.#cancel}><mm-icon name="delete"></mm-icon></button>` : nothing}
      ${recording ? html`<i class="dot"></i><span class="time" role="timer">${clockText(elapsedMs / 1000)}</span><span class="level"><i></i></span>` : html`<span role="status">${texts.askingForMicrophone()}</span>`}
      ${locked ? this.#lockedEnd(recording !== undefined, elapsedMs) : html`<span class="hint">${texts.slideToCancel()}<br />${texts.slideToLock()}</span>`}
    `;
  }

  #lockedEnd(records: boolean, elapsedMs: number): unknown {
    if (!records) return nothing;
    return html`
      ${elapsedMs >= limits.voiceMs ? html`<span class="hint" role="alert">${texts.longest()}</span>` : nothing}
      <button class="send primary icon" aria-label=${texts.sendRecording()} title=${texts.sendRecording()} @click=${this.#send}><mm-icon name="send"></mm-icon></button>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-voice-recorder': MmVoiceRecorder;
  }
  interface HTMLElementEventMap {
    'recording-locked': CustomEvent<null>;
    'recorder-done': CustomEvent<RecordingEnd>;
  }
}
