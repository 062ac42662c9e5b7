/** What was said, in order, and the place to say more. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MessageId } from '../core/ids';
import type { ChatMessage } from '../core/message';
import type { ConversationFace, Person, SendOutcome } from '../session/faces';
import type { FilesFace } from '../session/files/files-face';
import { countText } from './amounts';
import { notify, openPanel } from './events';
import { refusal } from './i18n/composer-texts';
import * as texts from './i18n/message-texts';
import { localized } from './i18n/localize';
import { alone } from './i18n/room-texts';
import type { MessageIntent } from './message-intent';
import './mm-composer';
import './mm-messages';
import type { MmMessages } from './mm-messages';
import './mm-share-link';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/** How long a short word about what was done stands. */
const hintMs = 5_000;

@localized()
@customElement('mm-conversation')
export class MmConversation extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr) auto;
        position: relative;
      }
      mm-pinned,
      mm-messages,
      mm-composer,
      mm-selection {
        grid-column: 1;
      }
      mm-messages {
        grid-row: 2;
      }
      mm-composer,
      mm-selection {
        grid-row: 3;
      }
      .invitation {
        display: grid;
        gap: var(--space-4);
        inline-size: 100%;
        margin-block: var(--space-4);
        text-align: center;
      }
      .invitation p {
        justify-self: center;
        max-inline-size: 26rem;
        font: 600 var(--text-l) / 1.35 var(--font-display);
        text-wrap: balance;
      }
      .over {
        display: grid;
        grid-area: 2 / 1;
        z-index: 2;
        align-content: space-between;
        justify-items: center;
        padding: var(--space-2) var(--space-3) 4rem;
        pointer-events: none;
      }
      .fetching,
      .hint {
        inline-size: max-content;
        max-inline-size: 100%;
        padding: var(--space-1) var(--space-3);
        border-radius: var(--radius-full);
        background: var(--raised);
        color: var(--ink-soft);
        box-shadow: var(--shadow-1);
        font-size: var(--text-s);
        font-variant-numeric: tabular-nums;
      }
      /* What takes a moment is not worth a word. */
      .fetching {
        animation: appear 300ms 700ms backwards;
      }
      .hint {
        grid-row: 2;
        color: var(--ink);
        box-shadow: var(--shadow-2);
      }
      .hint:empty {
        visibility: hidden;
      }
      @keyframes appear {
        from {
          opacity: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) conversation: ConversationFace | undefined;
  /** Those of its room. */
  @property({ attribute: false }) files: FilesFace | undefined;
  /** Nobody else is here: the link to share stands among the messages. */
  @property({ type: Boolean }) alone = false;
  /** Only to be read. */
  @property({ type: Boolean }) closed = false;
  @property() link = '';
  /** Who wrote, as they look now. */
  @property({ attribute: false }) people: readonly Person[] = [];

  @state() private replying: ChatMessage | undefined;
  @state() private editing: ChatMessage | undefined;
  /** While messages are selected: those that are, as they were seen last. */
  @state() private selected: ReadonlyMap<MessageId, ChatMessage> | undefined;
  @state() private hint = '';

  #hintTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new ObserveController(this, () => [this.conversation?.timeline, this.conversation?.pinned, this.conversation?.missing]);
    this.addEventListener('message-intent', (event) => this.#act(event.detail));
    this.addEventListener('file-said', (event) => this.#say(event.detail));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#hintTimer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('conversation')) {
      this.replying = undefined;
      this.editing = undefined;
      this.selected = undefined;
    }
    this.#refresh(this.conversation?.timeline.value.messages ?? []);
    if (this.conversation?.pinned.value.length) import('./mm-pinned').catch(() => undefined);
    if (this.selected) import('./mm-selection').catch(() => notify(this, { kind: 'oops' }));
  }

  /** Once it is rendered. */
  focusComposer(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('mm-composer')?.focus());
  }

  /** Files that were dropped go into the tray. `folders`: names of those that can't. */
  attach(files: readonly File[], folders: readonly string[]): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('mm-composer')?.attach(files, folders));
  }

  /** Brings a message on the screen, wherever in the conversation it is. */
  async show(id: MessageId): Promise<void> {
    await this.updateComplete;
    if ((await this.#list?.show(id)) === false) this.#say(texts.notAvailable());
  }

  get #list(): MmMessages | null {
    return this.renderRoot.querySelector('mm-messages');
  }

  /** What others do to the messages that are answered, edited or selected counts at once. */
  #refresh(messages: readonly ChatMessage[]): void {
    const now = (held: ChatMessage | undefined) => {
      const found = messages.find(({ id }) => id === held?.id) ?? held;
      return found?.state === 'there' ? found : undefined;
    };
    this.replying = now(this.replying);
    this.editing = now(this.editing);
    if (!this.selected || this.selected.size === 0) return;
    const changed = messages.filter((message) => this.selected?.has(message.id) && this.selected.get(message.id) !== message);
    if (changed.length === 0) return;
    const selected = new Map(this.selected);
    for (const message of changed) if (message.state === 'there') selected.set(message.id, message);
      else selected.delete(message.id);
    this.selected = selected;
  }

  #act(intent: MessageIntent): void {
    const { conversation } = this;
    if (!conversation) return;
    switch (intent.kind) {
      case 'reply':
        return this.#compose(intent.message, undefined);
      case 'edit':
        return this.#compose(undefined, intent.message);
      case 'remove':
        return this.#tell(conversation.remove(intent.message.id));
      case 'react':
        return this.#tell(conversation.react(intent.message.id, intent.emoji));
      case 'pin':
        return this.#tell(conversation.pin(intent.message.id, intent.on));
      case 'copy':
        return void this.#copy(intent.message.body);
      case 'select':
        return this.#select(intent.message);
      case 'versions':
        return openPanel(this, { kind: 'versions', message: intent.message.id });
      case 'jump':
        return void this.show(intent.to);
      case 'view':
        return openPanel(this, { kind: 'viewer', message: intent.message, file: intent.file });
    }
  }

  #compose(replying: ChatMessage | undefined, editing: ChatMessage | undefined): void {
    this.replying = replying;
    this.editing = editing;
    if (replying ?? editing) this.focusComposer();
  }

  #editLast(): void {
    const { conversation } = this;
    const last = conversation?.timeline.value.messages.findLast(({ author, state }) => author === conversation.ownId && state === 'there');
    if (last) this.#compose(undefined, last);
  }

  #tell(outcome: SendOutcome): void {
    if (outcome.kind !== 'sent') this.#say(refusal(outcome));
  }

  async #copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#say(texts.copied());
    } catch {
      notify(this, { kind: 'copy-failed' });
    }
  }

  #say(hint: string): void {
    this.hint = hint;
    clearTimeout(this.#hintTimer);
    this.#hintTimer = setTimeout(() => (this.hint = ''), hintMs);
  }

  #select(message: ChatMessage): void {
    const selected = new Map(this.selected);
    if (!selected.delete(message.id)) selected.set(message.id, message);
    this.selected = selected;
  }

  /** The keyboard goes on where the selecting began. */
  async #endSelecting(): Promise<void> {
    this.selected = undefined;
    await this.updateComplete;
    this.#list?.focus();
  }

  /** Escape on a message: out of what is being done, else to the composer. */
  #leaveMessages(): void {
    if (this.selected) void this.#endSelecting();
    else this.focusComposer();
  }

  protected override render(): unknown {
    const { conversation, selected } = this;
    if (!conversation) return nothing;
    const pinned = conversation.pinned.value;
    const missing = conversation.missing.value;
    return html`
      ${pinned.length > 0 ? html`<mm-pinned .pinned=${pinned} ?closed=${this.closed}></mm-pinned>` : nothing}
      <mm-messages .conversation=${conversation} .files=${this.files} .people=${this.people} ?closed=${this.closed} .selected=${selected && new Set<string>(selected.keys())} @leave-messages=${this.#leaveMessages}>
        ${this.alone
          ? html`<div class="invitation">
              <p>${alone()}</p>
              <mm-share-link .link=${this.link}></mm-share-link>
            </div>`
          : nothing}
      </mm-messages>
      <div class="over">
        ${missing > 0 ? html`<p class="fetching">${texts.fetching(missing, countText(missing))}</p>` : nothing}
        <p class="hint" role="status">${this.hint}</p>
      </div>
      ${selected ? html`<mm-selection .messages=${[...selected.values()]} @selection-end=${this.#endSelecting}></mm-selection>` : nothing}
      ${this.closed
        ? nothing
        : html`<mm-composer
            ?hidden=${selected !== undefined}
            .conversation=${conversation}
            .files=${this.files}
            .people=${this.people}
            .replying=${this.replying}
            .editing=${this.editing}
            @composer-done=${() => this.#compose(undefined, undefined)}
            @composer-cancel=${() => this.#compose(undefined, undefined)}
            @edit-last=${this.#editLast}
          ></mm-composer>`}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-conversation': MmConversation;
  }
}
