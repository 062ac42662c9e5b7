/** Where a message is written. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { limits } from '../config';
import type { Mention } from '../core/event-content';
import type { ChatMessage } from '../core/message';
import type { ConversationFace, Person } from '../session/faces';
import type { Attachment, FilesFace } from '../session/files/files-face';
import { aboutBar } from './composer-about';
import { commandIn, runCommand } from './composer-command';
import { sendWritten } from './composer-message';
import type { ComposerTray } from './composer-tray';
import { notify } from './events';
import { replaceInField } from './field-editing';
import * as texts from './i18n/composer-texts';
import { localized } from './i18n/localize';
import { message as messageLabel, send as sendLabel } from './i18n/room-texts';
import { countFrom, messageBytes } from './message-bytes';
import { composerStyles } from './mm-composer-styles';
import './mm-icon';
import type { Suggestion } from './mm-suggestions';
import './mm-typing';
import { ObserveController } from './observe-controller';
import type { RecordingEnd } from './recording-end';
import type { SearchWish } from './search-wish';
import { sharedStyles } from './shared-styles';
import { formatOf } from './shortcuts';
import { storeChoice } from './store-choice';
import { readChoice } from './stored-choice';
import type { Format } from './text-editing';

/** Signs that something begins which mm-suggestions may know how to end. */
const beginnings = /^\/|[@:]/u;

/**
 * Enter sends, Shift+Enter breaks the line. What can't be sent stays, and is told why. What is only wanted now and then (toolbar, suggestions, commands, the tray of
 * files) is loaded when it is.
 *
 * @fires composer-done - the reply, or the edit, was sent
 * @fires composer-cancel - the person doesn't want to reply, or edit, after all
 * @fires edit-last - the person wants to edit their last message
 * @fires open-search - by a command, with a `SearchWish`
 */
@localized()
@customElement('mm-composer')
export class MmComposer extends LitElement {
  static override styles = [sharedStyles, composerStyles];

  @property({ attribute: false }) conversation: ConversationFace | undefined;
  @property({ attribute: false }) files: FilesFace | undefined;
  /** The others in the room, who may be named. */
  @property({ attribute: false }) people: readonly Person[] = [];
  /** The message that is answered. */
  @property({ attribute: false }) replying: ChatMessage | undefined;
  /** The own message that is changed; meanwhile the draft waits. */
  @property({ attribute: false }) editing: ChatMessage | undefined;

  @state() private text = '';
  @state() private caret = -1;
  @state() private problem = '';
  @state() private toolbar = readChoice('formatting') === 'shown';
  @state() private recording = false;
  /** The option that Enter would choose. */
  @state() private suggested: string | undefined;

  @query('textarea') readonly field!: HTMLTextAreaElement | null;

  /** The draft as it was last taken over; what is typed here comes back the same and changes nothing. */
  #seenDraft = '';
  /** Undefined until what stands beside the field is there. */
  #tray: ComposerTray | undefined;
  /** Chosen from the list: of two people of one name, the one who is meant. */
  #chosen: readonly Mention[] = [];

  constructor() {
    super();
    new ObserveController(this, () => [this.conversation?.draft, this.conversation?.typing, this.files?.tray]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.toolbar) void this.load(import('./mm-formatting'));
  }

  /** Once it is rendered. */
  override focus(): void {
    void this.updateComplete.then(() => this.field?.focus());
  }

  /** Takes files into the tray, and says which it can't take. `folders`: names of those that were dropped with them. */
  async attach(files: readonly File[], folders: readonly string[] = []): Promise<void> {
    const tray = await this.load(this.#furnish());
    await tray?.add(files, folders);
  }

  async #furnish(): Promise<ComposerTray> {
    const tools = await import('./composer-tools');
    return (this.#tray ??= tools.furnish(this));
  }

  /** Of the files that were chosen, those that no message has yet; none while something else is written. */
  get waiting(): readonly Attachment[] {
    const { files, editing } = this;
    return editing ? [] : (files?.tray.value.filter(({ sending }) => !sending) ?? []);
  }

  /** Said anew each time: an unchanged text would not be announced again. */
  async complain(problem: string): Promise<void> {
    this.problem = '';
    await this.updateComplete;
    this.problem = problem;
  }

  /** Undefined, and told, when code did not arrive. */
  async load<Code>(code: Promise<Code>): Promise<Code | undefined> {
    try {
      return await code;
    } catch {
      notify(this, { kind: 'oops' });
      return undefined;
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // A failure is made up for by a later update.
    if (!this.#tray) this.#furnish().catch(() => undefined);
    if (changed.has('editing') && changed.get('editing')?.id !== this.editing?.id) {
      this.problem = '';
      this.text = this.editing?.body ?? this.conversation?.draft.value ?? '';
    }
    const draft = this.conversation?.draft.value ?? '';
    if (draft === this.#seenDraft) return;
    this.#seenDraft = draft;
    if (!this.editing) this.text = draft;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { field } = this;
    if (!field) return;
    if (field.value !== this.text) field.value = this.text;
    // Firefox learned field-sizing late (https://bugzilla.mozilla.org/show_bug.cgi?id=1832409); goes when the oldest supported one has it.
    if (!CSS.supports('field-sizing', 'content')) {
      field.style.height = 'auto';
      field.style.height = `${field.scrollHeight}px`;
    }
    if (this.#turnedTo(changed, 'editing') || this.#turnedTo(changed, 'replying')) field.focus();
  }

  #turnedTo(changed: PropertyValues<this>, what: 'editing' | 'replying'): boolean {
    const now = this[what];
    return changed.has(what) && now !== undefined && changed.get(what)?.id !== now.id;
  }

  #input(event: InputEvent): void {
    const { conversation } = this;
    this.text = (event.target as HTMLTextAreaElement).value;
    // A pasted text may be far over the limit: said before anything is tried.
    const bytes = event.inputType === 'insertFromPaste' ? messageBytes(this.text) : 0;
    this.problem = bytes > limits.messageBytes ? texts.tooLong(bytes, limits.messageBytes) : '';
    this.#place();
    if (!this.editing) conversation?.setDraft(this.text);
    if (this.text !== '') conversation?.noteTyping();
    if (beginnings.test(this.text)) void import('./mm-suggestions').catch(() => undefined);
  }

  /** Where the caret is, when there is one. */
  #place(): void {
    const { field } = this;
    this.caret = field && field.selectionStart === field.selectionEnd ? field.selectionStart : -1;
  }

  #key(event: KeyboardEvent): void {
    // While an input method composes, Enter picks a candidate; Safari says so only by the old code (https://bugs.webkit.org/show_bug.cgi?id=165004).
    // oxlint-disable-next-line typescript/no-deprecated
    if (event.isComposing || event.keyCode === 229) return;
    if (this.suggested !== undefined && this.renderRoot.querySelector('mm-suggestions')?.takeKey(event)) return;
    const format = formatOf(event);
    if (format) {
      event.preventDefault();
      void this.#format(format);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void this.#send();
    } else if (event.key === 'ArrowUp' && this.text === '' && !this.editing) {
      event.preventDefault();
      this.#tell('edit-last');
    }
  }

  #escape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    if (!this.editing && !this.replying) return;
    event.preventDefault();
    this.#cancel();
  }

  #cancel(): void {
    this.#tell('composer-cancel');
    this.focus();
  }

  #tell(what: 'composer-done' | 'composer-cancel' | 'edit-last'): void {
    this.dispatchEvent(new CustomEvent(what));
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    void this.#send();
    this.field?.focus();
  }

  async #send(): Promise<void> {
    const command = this.editing ? undefined : await commandIn(this.text);
    if (command) await runCommand(this, command);
    else await this.say(this.text);
  }

  async write(text: string, caret = text.length): Promise<void> {
    this.text = text;
    this.problem = '';
    this.conversation?.setDraft(text);
    await this.updateComplete;
    this.field?.setSelectionRange(caret, caret);
  }

  async say(text: string): Promise<void> {
    const { conversation, editing, replying } = this;
    if (!conversation) return;
    if (this.#tray && !(await this.#tray.mayGo())) return;
    const outcome = sendWritten(conversation, { text, editing, replying, people: this.people, chosen: this.#chosen, withTray: this.waiting.length > 0 });
    await this.complain(outcome.kind === 'sent' ? '' : texts.refusal(outcome));
    if (outcome.kind !== 'sent') return;
    this.text = conversation.draft.value;
    this.#chosen = [];
    if (editing || replying) this.#tell('composer-done');
  }

  #onSuggestion({ detail }: CustomEvent<Suggestion>): void {
    if (detail.kind === 'command') void runCommand(this, { name: detail.name, rest: '' });
    else {
      if (detail.mention) this.#chosen = [detail.mention, ...this.#chosen];
      if (this.field) replaceInField(this.field, detail.from, detail.to, detail.insert);
    }
  }

  async #format(format: Format): Promise<void> {
    const code = await this.load(import('./text-editing'));
    const { field } = this;
    if (!code || !field) return;
    const { from, to, insert, start, end } = code.formatChange({ text: field.value, start: field.selectionStart, end: field.selectionEnd }, format);
    replaceInField(field, from, to, insert);
    field.setSelectionRange(start, end);
  }

  #toggleToolbar(): void {
    this.toolbar = !this.toolbar;
    storeChoice('formatting', this.toolbar ? 'shown' : undefined);
    if (this.toolbar) void this.load(import('./mm-formatting'));
  }

  #insertEmoji(emoji: string): void {
    const { field } = this;
    if (!field) return;
    field.focus();
    if (emoji !== '') replaceInField(field, field.selectionStart, field.selectionEnd, emoji);
  }

  /** A recording is a message of its own: it may have been the answer. */
  #endRecording({ sent, problem }: RecordingEnd): void {
    this.recording = false;
    void this.complain(problem);
    if (sent && this.replying) this.#tell('composer-done');
  }

  protected override render(): unknown {
    return html`<div class="column" @keydown=${this.#escape}>
      <mm-typing .names=${this.#typingNames()}></mm-typing>
      <div class="field">
        <mm-suggestions
          id="suggestions"
          .text=${this.text}
          .caret=${this.caret}
          .people=${this.people}
          ?commands=${!this.editing}
          @suggestion-chosen=${this.#onSuggestion}
          @suggestion-active=${({ detail }: CustomEvent<string | undefined>) => (this.suggested = detail)}
        ></mm-suggestions>
        <form @submit=${this.#submit}>
          ${aboutBar(this.editing, this.replying, () => this.#cancel())}
          ${this.files?.tray.value.length ? html`<mm-tray ?hidden=${this.editing !== undefined} .files=${this.files} @tray-left=${() => this.focus()}></mm-tray>` : nothing}
          ${this.toolbar ? html`<mm-formatting ?hidden=${this.recording} @format-chosen=${({ detail }: CustomEvent<Format>) => this.#format(detail)}></mm-formatting>` : nothing}
          ${this.#line()}
        </form>
      </div>
      ${this.#below()}
    </div>`;
  }

  #typingNames(): readonly string[] {
    const typing = this.conversation?.typing.value ?? [];
    return typing.flatMap((device) => this.people.find(({ id }) => id === device)?.name ?? []);
  }

  #line(): unknown {
    const { recording } = this;
    const over = messageBytes(this.text) > limits.messageBytes;
    const isEmpty = this.text.trim() === '' && this.waiting.length === 0;
    return html`<div class="line">
      <mm-attach ?hidden=${recording || this.editing !== undefined || !this.files} @files-chosen=${({ detail }: CustomEvent<readonly File[]>) => this.attach(detail)}></mm-attach>
      <button type="button" class="quiet icon" ?hidden=${recording} aria-label=${texts.formatting()} title=${texts.formatting()} aria-expanded=${this.toolbar ? 'true' : 'false'} @click=${this.#toggleToolbar}>
        <mm-icon name="formatting"></mm-icon>
      </button>
      <textarea
        ?hidden=${recording}
        rows="1"
        dir="auto"
        .enterKeyHint=${'send'}
        aria-label=${messageLabel()}
        placeholder=${messageLabel()}
        aria-describedby="about problem count"
        aria-invalid=${this.problem || over ? 'true' : 'false'}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls="suggestions"
        aria-activedescendant=${this.suggested ?? nothing}
        @input=${this.#input}
        @keydown=${this.#key}
        @keyup=${this.#place}
        @click=${this.#place}
        @blur=${() => (this.caret = -1)}
      ></textarea>
      <mm-emoji-button ?hidden=${recording} @emoji-picked=${({ detail }: CustomEvent<string>) => this.#insertEmoji(detail)}></mm-emoji-button>
      ${this.#microphone(isEmpty && this.text === '')}
      <button class="primary icon send" ?hidden=${recording} aria-label=${sendLabel()} title=${sendLabel()} aria-disabled=${isEmpty ? 'true' : 'false'}>
        <mm-icon name="send"></mm-icon>
      </button>
    </div>`;
  }

  /** Where there is nothing to send, something may be said. */
  #microphone(isFree: boolean): unknown {
    const { files, replying } = this;
    if (!files || this.editing || !(isFree || this.recording)) return nothing;
    return html`<mm-microphone
      .files=${files}
      .replyTo=${replying?.id}
      @recording-begun=${() => (this.recording = true)}
      @recording-over=${({ detail }: CustomEvent<RecordingEnd>) => this.#endRecording(detail)}
    ></mm-microphone>`;
  }

  #below(): unknown {
    const bytes = messageBytes(this.text);
    const counted = bytes > limits.messageBytes * countFrom;
    return html`<div class="below" ?hidden=${!this.problem && !counted}>
      <span class="problem" id="problem" role="alert">${this.problem}</span>
      <span id="count" class=${bytes > limits.messageBytes ? 'over' : ''}>${counted ? texts.ofLimit(bytes, limits.messageBytes) : nothing}</span>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-composer': MmComposer;
  }
  interface HTMLElementEventMap {
    'composer-done': CustomEvent<null>;
    'composer-cancel': CustomEvent<null>;
    'edit-last': CustomEvent<null>;
    'open-search': CustomEvent<SearchWish>;
  }
}
