/** What the field is about when it is not about something new: the message that is answered, or changed. */
import { html, nothing } from 'lit';
import type { ChatMessage } from '../core/message';
import * as texts from './i18n/composer-texts';
import { messageLine } from './message-line';
import './mm-icon';

/** Its ids and classes are those of mm-composer. */
export function aboutBar(editing: ChatMessage | undefined, replying: ChatMessage | undefined, cancel: () => void): unknown {
  const about = editing ?? replying;
  if (!about) return nothing;
  const heading = editing ? texts.editing() : texts.replyingTo(about.authorName);
  const cancelLabel = editing ? texts.cancelEdit() : texts.cancelReply();
  return html`<div class="about" role="group" aria-label=${heading}>
    <mm-icon name=${editing ? 'edit' : 'reply'}></mm-icon>
    <div id="about">
      <p>${heading}</p>
      <p class="excerpt" dir="auto">${messageLine(about)}</p>
    </div>
    <button type="button" class="quiet icon" aria-label=${cancelLabel} title=${cancelLabel} @click=${cancel}><mm-icon name="close"></mm-icon></button>
  </div>`;
}
