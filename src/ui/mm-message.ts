/** One message: who wrote it, what, when. The text of others is never trusted: it is shown as text, or as a sanitised fragment. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ChatMessage } from '../core/message';
import type { Person } from '../session/faces';
import { needsMarkdown, plainParts } from './plain-text';
import './mm-avatar';
import { messageStyles } from './mm-message-styles';
import { sharedStyles } from './shared-styles';

/** Its role (article) and accessible name are given by the conversation. */
@customElement('mm-message')
export class MmMessage extends LitElement {
  static override styles = [sharedStyles, messageStyles];

  @property({ attribute: false }) message: ChatMessage | undefined;
  /** Its author as they are now; undefined when they are not in the room. */
  @property({ attribute: false }) author: Person | undefined;
  /** HH:mm. */
  @property() time = '';
  @property({ type: Boolean, reflect: true }) own = false;
  /** First and last of a group of one author. */
  @property({ type: Boolean, reflect: true }) first = false;
  @property({ type: Boolean, reflect: true }) last = false;

  /** The Markdown once it is rendered; until then, and if it can't be, the text as it was written. */
  @state() private rendered: DocumentFragment | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { message } = this;
    if (!changed.has('message') || !message || message.id === changed.get('message')?.id) return;
    this.rendered = undefined;
    if (needsMarkdown(message.body)) void this.#renderMarkdown(message);
  }

  async #renderMarkdown(message: ChatMessage): Promise<void> {
    try {
      const { formatMessage } = await import('./formatted-message');
      const rendered = this.shadowRoot ? await formatMessage(message.body, this.shadowRoot) : undefined;
      if (this.message?.id === message.id) this.rendered = rendered;
    } catch {
      // The code for it can't be loaded just now (offline, new release): the text as it was written says the same.
    }
  }

  protected override render(): unknown {
    const { message, rendered } = this;
    if (!message) return nothing;
    return html`
      ${this.last && !this.own ? html`<mm-avatar .person=${message.author} .name=${message.authorName} .tint=${this.author?.tint} .picture=${this.author?.picture}></mm-avatar>` : nothing}
      <div class="bubble">
        ${this.first ? html`<div class="author"><bdi>${message.authorName}</bdi></div>` : nothing}
        <div class="body ${rendered ? '' : 'plain'}" dir="auto">${rendered ?? plainText(message.body)}</div>
        <time datetime=${new Date(message.clock.wallMs).toISOString()}>${this.time}</time>
      </div>
    `;
  }
}

function plainText(body: string): unknown {
  return plainParts(body).map((part) => (part.url ? html`<a href=${part.url} target="_blank" rel="noopener noreferrer">${part.text}</a>` : part.text));
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-message': MmMessage;
  }
}
