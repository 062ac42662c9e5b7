/** The dialog with all versions of a message that was edited. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MessageId } from '../core/ids';
import type { ConversationFace, MessageVersion } from '../session/faces';
import { dayText, timeText } from './dates';
import { notify } from './events';
import * as texts from './i18n/message-action-texts';
import { localized } from './i18n/localize';
import './mm-dialog';
import { sharedStyles } from './shared-styles';

/** They are shown as they were written, without Markdown: what was changed may be just that. */
@localized()
@customElement('mm-versions')
export class MmVersions extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .advice {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      ol {
        display: grid;
        gap: var(--space-3);
        margin: var(--space-3) 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-m);
        background: var(--surface);
        overflow: clip;
      }
      li:last-child {
        border: 1px solid var(--accent);
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: isolate;
      }
      time {
        color: var(--ink-soft);
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) conversation: ConversationFace | undefined;
  /** Its MessageId. */
  @property() message = '';

  @state() private versions: readonly MessageVersion[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { conversation, message } = this;
    if (!conversation || message === '' || !(changed.has('conversation') || changed.has('message'))) return;
    conversation.versions(message as MessageId).then(
      (versions) => (this.versions = versions),
      () => notify(this, { kind: 'oops' }),
    );
  }

  protected override render(): unknown {
    return html`<mm-dialog .heading=${texts.versions()}>
      <div>
        <p class="advice">${texts.versionsAdvice()}</p>
        ${this.versions.length > 0
          ? html`<ol role="list" aria-label=${texts.versions()}>
              ${this.versions.map(
                ({ text, writtenMs }) => html`<li>
                  <time datetime=${new Date(writtenMs).toISOString()}>${dayText(writtenMs)}, ${timeText(writtenMs)}</time>
                  <div class="text" dir="auto">${text}</div>
                </li>`,
              )}
            </ol>`
          : nothing}
      </div>
    </mm-dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-versions': MmVersions;
  }
}
