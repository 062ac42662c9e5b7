/** The dialog "History": what was said leaves the room as a file, or comes back from one, and what files of the room are kept here. For selected messages it is the dialog "Export". */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MessageId } from '../core/ids';
import type { RoomFace } from '../session/faces';
import { history } from './i18n/head-texts';
import { exportHeading, importHeading } from './i18n/history-texts';
import { localized } from './i18n/localize';
import { heading as filesHeading } from './i18n/room-files-texts';
import './mm-dialog';
import './mm-export';
import './mm-import';
import './mm-room-files';
import { sharedStyles } from './shared-styles';

/** @fires mm-close - from the dialog */
@localized()
@customElement('mm-history')
export class MmHistory extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .sections {
        display: grid;
        gap: var(--space-5);
      }
      section {
        display: grid;
        gap: var(--space-2);
      }
      section + section {
        padding-block-start: var(--space-4);
        border-block-start: 1px solid var(--line);
      }
      h3 {
        margin: 0;
        font: 600 var(--text-m) / 1.4 var(--font);
      }
    `,
  ];

  @property({ attribute: false }) room: RoomFace | undefined;
  @property({ attribute: false }) messages: readonly MessageId[] | 'all' = 'all';

  protected override render(): unknown {
    const { room, messages } = this;
    if (!room) return nothing;
    if (messages !== 'all') return html`<mm-dialog .heading=${exportHeading()}><mm-export .room=${room} .messages=${messages}></mm-export></mm-dialog>`;
    return html`<mm-dialog .heading=${history()}>
      <div class="sections">
        <section>
          <h3>${exportHeading()}</h3>
          <mm-export .room=${room}></mm-export>
        </section>
        <section>
          <h3>${importHeading()}</h3>
          <mm-import .conversation=${room.conversation}></mm-import>
        </section>
        <section>
          <h3>${filesHeading()}</h3>
          <mm-room-files .files=${room.files}></mm-room-files>
        </section>
      </div>
    </mm-dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-history': MmHistory;
  }
}
