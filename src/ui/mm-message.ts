/** One message: who wrote it, what, when, and what has become of it. The text of others is never trusted: it is shown as text, or as a sanitised fragment. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ChatMessage } from '../core/message';
import type { Person } from '../session/faces';
import type { FilesFace } from '../session/files/files-face';
import { spokenText } from './arrivals';
import * as texts from './i18n/message-texts';
import { localized } from './i18n/localize';
import { onLongPress } from './long-press';
import { mentionClass, mentionParts } from './mentions';
import { intend, type MenuPage, type MessageIntent } from './message-intent';
import { deliveryTick, quoteAbove, reactionsBelow } from './message-parts';
import { filesLine } from './message-line';
import { needsMarkdown, plainParts } from './plain-text';
import { loadFileCode } from './load-file-code';
import './mm-avatar';
import './mm-icon';
import type { MmMessageActions } from './mm-message-actions';
import { messageStyles } from './mm-message-styles';
import { reservedHeight } from './picture-frame';
import { sharedStyles } from './shared-styles';
import { styled } from './styled';
import { unseenStyles } from './unseen-styles';

/**
 * Its role (article), accessible name and place in the tab order are given by the list. What can be pressed in it is reached by Tab only while the message itself has the focus, so
 * that the list stays one stop.
 *
 * @fires message-intent
 */
@localized()
@customElement('mm-message')
export class MmMessage extends LitElement {
  static override styles = [sharedStyles, unseenStyles, messageStyles];

  @property({ attribute: false }) message: ChatMessage | undefined;
  /** Those of its room. */
  @property({ attribute: false }) files: FilesFace | undefined;
  /** Its author as they are now; undefined when they are not in the room. */
  @property({ attribute: false }) author: Person | undefined;
  /** Of those who reacted, by device id, as far as they are known. */
  @property({ attribute: false }) names: ReadonlyMap<string, string> = new Map();
  /** Device id of who reads it: mentions of them stand out. */
  @property() ownId = '';
  /** HH:mm. */
  @property() time = '';
  @property({ type: Boolean, reflect: true }) own = false;
  /** First and last of a group of one author. */
  @property({ type: Boolean, reflect: true }) first = false;
  @property({ type: Boolean, reflect: true }) last = false;
  /** Only to be read. */
  @property({ type: Boolean }) closed = false;
  /** Messages are being selected, this one among them or not. */
  @property({ type: Boolean, reflect: true }) selecting = false;
  @property({ type: Boolean, reflect: true }) selected = false;
  /** Just jumped to. */
  @property({ type: Boolean, reflect: true }) highlighted = false;

  /** The Markdown once it is rendered; until then, and if it can't be, the text as it was written. */
  @state() private rendered: DocumentFragment | undefined;
  /** The pointer is on it. */
  @state() private hovered = false;
  /** The focus is on it, or in it. */
  @state() private focused = false;

  #hadFocus = false;

  constructor() {
    super();
    this.addEventListener('pointerenter', ({ pointerType }) => (this.hovered = pointerType === 'mouse'));
    this.addEventListener('pointerleave', () => (this.hovered = false));
    this.addEventListener('focusin', () => (this.focused = true));
    // A part that is taken away loses the focus in the midst of an update; only then is it known whether another one has it.
    this.addEventListener('focusout', () => queueMicrotask(() => (this.focused = this.matches(':focus-within'))));
    this.addEventListener('keydown', (event) => this.#key(event));
    this.addEventListener('click', (event) => this.#click(event));
    onLongPress(this, () => void this.openMenu('more'));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#hadFocus = this.shadowRoot?.activeElement !== null;
    if (this.#offersActions()) import('./mm-message-actions').catch(() => undefined);
    const { message } = this;
    const before = changed.get('message');
    if (!changed.has('message') || !message) return;
    if (message.files.length > 0) void loadFileCode();
    // An article with a name is read by its name alone.
    this.ariaDescription = spokenText(message);
    if (message.id === before?.id && message.body === before.body) return;
    // Of an edited text the earlier version stays until the later one is rendered: the list would jump twice.
    if (message.id !== before?.id || !needsMarkdown(message.body)) this.rendered = undefined;
    if (needsMarkdown(message.body)) void this.#renderMarkdown(message);
  }

  protected override updated(): void {
    for (const control of this.renderRoot.querySelectorAll<HTMLElement>('a, button, input, pre, summary')) control.tabIndex = this.focused ? 0 : -1;
    // What had it went, such as the actions of a message that was deleted.
    if (this.#hadFocus && !this.shadowRoot?.activeElement) void this.updateComplete.then(() => this.focus({ preventScroll: true }));
  }

  /** Opens a page of its menu, once the code for it is there. */
  async openMenu(page: MenuPage): Promise<void> {
    if (this.selecting || this.message?.state !== 'there') return;
    this.focus({ preventScroll: true });
    await import('./mm-message-actions').catch(() => undefined);
    await this.updateComplete;
    this.#actions?.open(page);
  }

  get #actions(): MmMessageActions | null {
    return this.renderRoot.querySelector('mm-message-actions');
  }

  #offersActions(): boolean {
    return (this.hovered || this.focused) && !this.selecting && this.message?.state === 'there';
  }

  #intend(intent: MessageIntent): void {
    intend(this, intent);
  }

  /** While messages are being selected, all of it is the check box; what can be pressed in it does what it does. */
  #click(event: MouseEvent): void {
    const { message } = this;
    if (!this.selecting || message?.state !== 'there') return;
    const pressed = event.composedPath().some((each) => each instanceof HTMLElement && each.matches('a, button, input, summary'));
    if (!pressed) this.#intend({ kind: 'select', message });
  }

  /** Keys on the message itself; those in its parts are theirs, but for the way back. */
  #key(event: KeyboardEvent): void {
    const { message } = this;
    if (!message || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const within = event.composedPath()[0] !== this;
    if (within && event.key !== 'Escape') return;
    const act = within ? () => this.focus({ preventScroll: true }) : this.#meaningOf(event.key, message);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #meaningOf(key: string, message: ChatMessage): (() => void) | undefined {
    const pressed = key === 'Enter' || key === ' ';
    if (message.state !== 'there') return undefined;
    if (this.selecting) return pressed ? () => this.#intend({ kind: 'select', message }) : undefined;
    if (pressed) return () => this.#actions?.focus();
    if (this.closed) return undefined;
    if (key === 'r' || key === 'R') return () => this.#intend({ kind: 'reply', message });
    if (key === '+') return () => void this.openMenu('reactions');
    if (!this.own) return undefined;
    if (key === 'e' || key === 'E') return () => this.#intend({ kind: 'edit', message });
    return key === 'Delete' ? () => void this.openMenu('delete') : undefined;
  }

  async #renderMarkdown({ id, body, mentions }: ChatMessage): Promise<void> {
    try {
      const { formatMessage } = await import('./formatted-message');
      const rendered = this.shadowRoot ? await formatMessage(body, mentions, this.ownId, this.shadowRoot) : undefined;
      if (this.message?.id === id && this.message.body === body) this.rendered = rendered;
    } catch {
      // The code for it can't be loaded just now (offline, new release): the text as it was written says the same.
    }
  }

  protected override render(): unknown {
    const { message } = this;
    if (!message) return nothing;
    const toggle = () => this.#intend({ kind: 'select', message });
    return html`
      ${this.selecting && message.state === 'there' ? html`<input type="checkbox" aria-label=${texts.select(message.authorName, this.time)} .checked=${this.selected} @change=${toggle} />` : nothing}
      ${this.last && !this.own ? html`<mm-avatar .person=${message.author} .name=${message.authorName} .tint=${this.author?.tint} .picture=${this.author?.picture}></mm-avatar>` : nothing}
      <div class="column">
        <div class="bubble ${message.files.length > 0 ? 'holding' : ''}">
          ${this.first ? html`<div class="author"><bdi>${message.authorName}</bdi></div>` : nothing} ${quoteAbove(message, (to) => this.#intend({ kind: 'jump', to }))} ${message.files.length > 0 ? this.#holding(message) : this.#words(message)}
        </div>
        ${reactionsBelow(message, this.names, this.ownId, this.closed ? undefined : (emoji) => this.#intend({ kind: 'react', message, emoji }))}
        ${this.#offersActions() ? html`<mm-message-actions .message=${message} ?own=${this.own} ?closed=${this.closed}></mm-message-actions>` : nothing}
      </div>
    `;
  }

  /** Until the code for files is there, and while it can't be loaded (offline, new release): what they are, in words. */
  #holding(message: ChatMessage): unknown {
    return html`<mm-message-files ${styled({ '--reserved': `${reservedHeight(message.files)}rem` })} .files=${this.files} .message=${message} ?reachable=${this.focused}>${filesLine(message.files)}</mm-message-files>
      <div class="caption">${this.#words(message)}</div>`;
  }

  #words(message: ChatMessage): unknown {
    return html`${this.#body(message)}
      <span class="meta"
        >${message.state === 'there' && message.editCount > 0 ? html`<button class="edited" @click=${() => this.#intend({ kind: 'versions', message })}>${texts.edited()}</button>` : nothing}<time
          datetime=${new Date(message.clock.wallMs).toISOString()}
          >${this.time}</time
        >${deliveryTick(message)}</span
      >`;
  }

  #body({ state, body, files, mentions }: ChatMessage): unknown {
    switch (state) {
      case 'there':
        if (body === '' && files.length > 0) return nothing;
        return html`<div class="body ${this.rendered ? '' : 'plain'}" dir="auto">${this.rendered ?? this.#plain(body, mentions)}</div>`;
      case 'deleted':
        return html`<div class="body gone">${texts.deleted()}</div>`;
      case 'expired':
        return html`<div class="body gone">${texts.disappeared()}</div>`;
      case 'missing':
        return html`<div class="body gone">${texts.notHereYet()}</div>`;
    }
  }

  #plain(body: string, mentions: ChatMessage['mentions']): unknown {
    return plainParts(body).map(({ text, url }) =>
      url
        ? html`<a href=${url} target="_blank" rel="noopener noreferrer">${text}</a>`
        : mentionParts(text, mentions).map((part) => (part.mention ? html`<span class=${mentionClass(part.mention.device, this.ownId)}>${part.text}</span>` : part.text)),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-message': MmMessage;
  }
}
