/** Where a message is written. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { limits } from '../config';
import type { Mention } from '../core/event-content';
import type { ChatMessage } from '../core/message';
import type { ConversationFace, Person, SendOutcome } from '../session/faces';
import type { Command } from './commands';
import { notify, openPanel } from './events';
import { replaceInField } from './field-editing';
import * as texts from './i18n/composer-texts';
import { localized } from './i18n/localize';
import { message as messageLabel, send as sendLabel } from './i18n/room-texts';
import { mentionsIn } from './mentioned-people';
import { composerStyles } from './mm-composer-styles';
import './mm-icon';
import type { Suggestion } from './mm-suggestions';
import './mm-typing';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';
import { formatOf } from './shortcuts';
import { storeChoice } from './store-choice';
import { readChoice } from './stored-choice';
import type { Format } from './text-editing';

/** From this share of the limit on, the count is shown. */
const countFrom = 0.9;

/** Signs that something begins which mm-suggestions may know how to end. */
const beginnings = /^\/|[@:]/u;

/**
 * Enter sends, Shift+Enter breaks the line. What can't be sent stays, and is told why. What is only wanted now and then (toolbar, suggestions, emoji, commands) is
 * loaded when it is.
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
  @state() private picking = false;
  /** The option that Enter would choose. */
  @state() private suggested: string | undefined;

  private get field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  /** The draft as it was last taken over; what is typed here comes back the same and changes nothing. */
  #seenDraft = '';
  /** Chosen from the list: of two people of one name, the one who is meant. */
  #chosen: readonly Mention[] = [];

  constructor() {
    super();
    new ObserveController(this, () => [this.conversation?.draft, this.conversation?.typing]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('pointerdown', this.#onPress);
    if (this.toolbar) void this.#load(import('./mm-formatting'));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('pointerdown', this.#onPress);
  }

  /** Once it is rendered. */
  override focus(): void {
    void this.updateComplete.then(() => this.field?.focus());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
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
    const bytes = event.inputType === 'insertFromPaste' ? bytesOf(this.text) : 0;
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

  /** Ends what is innermost. */
  #escape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    if (!this.picking && !this.editing && !this.replying) return;
    event.preventDefault();
    if (this.picking) this.#pick(false);
    else this.#cancel();
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
    const command = await this.#command();
    if (command) await this.#run(command);
    else await this.#say(this.text);
  }

  /** Where the code for it can't be loaded just now, what looks like a command is a text. */
  async #command(): Promise<Command | undefined> {
    if (this.editing || !this.text.startsWith('/')) return undefined;
    const code = await import('./commands').catch(() => undefined);
    return code?.readCommand(this.text);
  }

  async #run({ name, rest }: Command): Promise<void> {
    const { isDeed, messageOf, scaffold } = await import('./commands');
    if (isDeed(name)) {
      this.#write('');
      if (name === 'help') openPanel(this, { kind: 'help' });
      else this.dispatchEvent(new CustomEvent<SearchWish>('open-search', { detail: { text: rest.trim(), date: name === 'date' }, bubbles: true, composed: true }));
      return;
    }
    const message = messageOf(name, rest);
    const begun = scaffold(name);
    if (message !== '' || !begun) return this.#say(message);
    this.#write(begun.text);
    await this.updateComplete;
    this.field?.setSelectionRange(begun.caret, begun.caret);
  }

  #write(text: string): void {
    this.text = text;
    this.problem = '';
    this.conversation?.setDraft(text);
  }

  async #say(text: string): Promise<void> {
    const { conversation, editing, replying } = this;
    if (!conversation) return;
    const outcome = editing ? conversation.edit(editing.id, text, this.#mentions(text, editing.mentions)) : this.#sendNew(conversation, text);
    // Said anew each time: an unchanged text would not be announced again.
    this.problem = '';
    await this.updateComplete;
    if (outcome.kind !== 'sent') {
      this.problem = texts.refusal(outcome);
      return;
    }
    this.text = conversation.draft.value;
    this.#chosen = [];
    if (editing || replying) this.#tell('composer-done');
  }

  #sendNew(conversation: ConversationFace, text: string): SendOutcome {
    const mentions = this.#mentions(text, []);
    return conversation.send(text, { ...(this.replying && { replyTo: this.replying.id }), ...(mentions.length > 0 && { mentions }) });
  }

  /** Also those whose name was typed by hand. */
  #mentions(text: string, before: readonly Mention[]): readonly Mention[] {
    return mentionsIn(text, [...this.#chosen, ...before, ...this.people.map(({ id, name }) => ({ device: id, name }))]);
  }

  #onSuggestion({ detail }: CustomEvent<Suggestion>): void {
    if (detail.kind === 'command') void this.#run({ name: detail.name, rest: '' });
    else {
      if (detail.mention) this.#chosen = [detail.mention, ...this.#chosen];
      if (this.field) replaceInField(this.field, detail.from, detail.to, detail.insert);
    }
  }

  async #format(format: Format): Promise<void> {
    const code = await this.#load(import('./text-editing'));
    const { field } = this;
    if (!code || !field) return;
    const { from, to, insert, start, end } = code.formatChange({ text: field.value, start: field.selectionStart, end: field.selectionEnd }, format);
    replaceInField(field, from, to, insert);
    field.setSelectionRange(start, end);
  }

  #toggleToolbar(): void {
    this.toolbar = !this.toolbar;
    storeChoice('formatting', this.toolbar ? 'shown' : undefined);
    if (this.toolbar) void this.#load(import('./mm-formatting'));
  }

  #pick(picking: boolean): void {
    this.picking = picking;
    if (!picking) {
      this.field?.focus();
      return;
    }
    void this.#load(import('./mm-emoji-picker')).then(() => this.renderRoot.querySelector('mm-emoji-picker')?.focus());
  }

  /** The Tab key went somewhere else. */
  #leavePicker({ relatedTarget: to }: FocusEvent): void {
    if (to instanceof Element && !to.closest('.emoji, .pick')) this.picking = false;
  }

  /** Pressed beside it. */
  readonly #onPress = (event: Event): void => {
    if (this.picking && !event.composedPath().some((each) => each instanceof Element && each.matches('.emoji, .pick'))) this.picking = false;
  };

  #onEmoji(event: CustomEvent<{ readonly emoji: string }>): void {
    // Around this element it would say that somebody reacts to a message.
    event.stopPropagation();
    this.picking = false;
    const { field } = this;
    if (field) replaceInField(field, field.selectionStart, field.selectionEnd, event.detail.emoji);
  }

  async #load<Code>(code: Promise<Code>): Promise<Code | undefined> {
    try {
      return await code;
    } catch {
      notify(this, { kind: 'oops' });
      return undefined;
    }
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
        ${this.picking ? this.#picker() : nothing}
        <form @submit=${this.#submit}>${this.#about()} ${this.toolbar ? html`<mm-formatting @format-chosen=${({ detail }: CustomEvent<Format>) => this.#format(detail)}></mm-formatting>` : nothing} ${this.#line()}</form>
      </div>
      ${this.#below()}
    </div>`;
  }

  #typingNames(): readonly string[] {
    const typing = this.conversation?.typing.value ?? [];
    return typing.flatMap((device) => this.people.find(({ id }) => id === device)?.name ?? []);
  }

  #picker(): unknown {
    return html`<div class="emoji" id="emoji" role="dialog" aria-label=${texts.emoji()} @focusout=${this.#leavePicker} @emoji-chosen=${this.#onEmoji}><mm-emoji-picker></mm-emoji-picker></div>`;
  }

  /** What the field is about when it is not about something new. */
  #about(): unknown {
    const { editing, replying } = this;
    const about = editing ?? replying;
    if (!about) return nothing;
    const heading = editing ? texts.editing() : texts.replyingTo(about.authorName);
    const cancel = editing ? texts.cancelEdit() : texts.cancelReply();
    return html`<div class="about" role="group" aria-label=${heading}>
      <mm-icon name=${editing ? 'edit' : 'reply'}></mm-icon>
      <div id="about">
        <p>${heading}</p>
        <p class="excerpt" dir="auto">${about.body.slice(0, 200)}</p>
      </div>
      <button type="button" class="quiet icon" aria-label=${cancel} title=${cancel} @click=${this.#cancel}><mm-icon name="close"></mm-icon></button>
    </div>`;
  }

  #line(): unknown {
    const over = bytesOf(this.text) > limits.messageBytes;
    return html`<div class="line">
      ${this.#tool('formatting', texts.formatting(), this.toolbar, this.#toggleToolbar)}
      <textarea
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
      ${this.#tool('emoji', texts.emoji(), this.picking, () => this.#pick(!this.picking))}
      <button class="primary icon" aria-label=${sendLabel()} title=${sendLabel()} aria-disabled=${this.text.trim() ? 'false' : 'true'}>
        <mm-icon name="send"></mm-icon>
      </button>
    </div>`;
  }

  #tool(icon: 'formatting' | 'emoji', name: string, open: boolean, toggle: () => void): unknown {
    return html`<button type="button" class="quiet icon ${icon === 'emoji' ? 'pick' : ''}" aria-label=${name} title=${name} aria-expanded=${open ? 'true' : 'false'} @click=${toggle}>
      <mm-icon name=${icon}></mm-icon>
    </button>`;
  }

  #below(): unknown {
    const bytes = bytesOf(this.text);
    const counted = bytes > limits.messageBytes * countFrom;
    return html`<div class="below" ?hidden=${!this.problem && !counted}>
      <span class="problem" id="problem" role="alert">${this.problem}</span>
      <span id="count" class=${bytes > limits.messageBytes ? 'over' : ''}>${counted ? texts.ofLimit(bytes, limits.messageBytes) : nothing}</span>
    </div>`;
  }
}

/** What the commands `/search` and `/date` ask for: `text` is what to look for, or '' for an empty field. */
export interface SearchWish {
  readonly text: string;
  /** A day is looked for. */
  readonly date: boolean;
}

/** UTF-8 bytes of what would be sent; 0 for a text that is surely far from the limit. */
function bytesOf(text: string): number {
  return text.length * 3 < limits.messageBytes * countFrom ? 0 : new TextEncoder().encode(text.trim()).length;
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
