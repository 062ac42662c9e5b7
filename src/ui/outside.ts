/**
 * What a room shows to whom it doesn't let in, or not any more. Templates, not an element: their heading is the room's, and
 * so is the style sheet.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { limits } from '../config';
import type { RoomFace, RoomPhase } from '../session/faces';
import { notify, openPanel } from './events';
import { toHome } from './i18n/explain-texts';
import { forgetRoom, forgetWarning } from './i18n/forget-texts';
import { history } from './i18n/head-texts';
import * as texts from './i18n/outside-texts';
import { invite, waiting } from './i18n/room-texts';
import './mm-confirm';
import './mm-conversation';
import './mm-password';

/** The phases that mm-room doesn't show by itself. */
export type OutsidePhase = Exclude<RoomPhase, 'looking' | 'nobody' | 'waiting' | 'inside'>;

/** `host` asks for the dialogs and toasts. */
export function outside(host: HTMLElement, room: RoomFace, phase: OutsidePhase): TemplateResult {
  switch (phase) {
    case 'waiting-for-host':
      return html`<i class="pulse ringing"></i><h1>${waiting()}</h1><p>${texts.waitingForHost()}</p>`;
    case 'refused':
      return html`<h1>${texts.refused()}</h1>${ringAgain(room)}`;
    case 'password':
    case 'wrong-password':
      return html`<h1>${texts.passwordHeading()}</h1><mm-password .room=${room} ?wrong=${phase === 'wrong-password'} ?asking=${room.phase.value === 'looking'}></mm-password>`;
    case 'locked':
      return html`<h1>${texts.locked()}</h1><p>${texts.lockedAdvice()}</p>${ringAgain(room)}`;
    case 'full':
      return html`<h1>${texts.full(limits.peopleInRoom)}</h1><p>${texts.fullAdvice()}</p>${ringAgain(room)}`;
    case 'closed':
      return html`<h1>${texts.closed()}</h1>
        <p>${room.conversation.timeline.value.messages.length ? texts.closedAdvice() : texts.closedEmptyAdvice()}</p>
        ${room.conversation.timeline.value.messages.length ? html`<mm-conversation class="past" closed .conversation=${room.conversation} .files=${room.files}></mm-conversation>` : nothing}
        <div class="choices">
          <button class="primary" @click=${() => room.leave()}>${toHome()}</button>
          ${room.conversation.timeline.value.messages.length ? html`<button @click=${() => openPanel(host, { kind: 'history' })}>${history()}</button>` : nothing}
        </div>
        <mm-confirm .label=${forgetRoom()} .question=${forgetWarning()} @mm-confirm=${() => forget(host, room)}></mm-confirm>`;
    case 'removed':
      return html`<h1>${texts.removed()}</h1>${ringAgain(room)}`;
    case 'empty':
      return html`<h1>${texts.nobodyInRoom()}</h1>
        <p>${texts.nobodyInRoomAdvice()}</p>
        <div class="choices">
          <button class="primary" @click=${() => room.waitHere()}>${texts.waitHere()}</button>
          <button @click=${() => openPanel(host, { kind: 'invite' })}>${invite()}</button>
          <button class="quiet" @click=${() => room.leave()}>${texts.goBack()}</button>
        </div>`;
    case 'elsewhere':
      return html`<h1>${texts.elsewhere()}</h1>
        <p>${texts.elsewhereAdvice()}</p>
        <button class="primary" @click=${() => room.useHere()}>${texts.useHere()}</button>`;
  }
}

function ringAgain(room: RoomFace): TemplateResult {
  return html`<button class="primary" @click=${() => room.ringAgain()}>${texts.ringAgain()}</button>`;
}

function forget(host: HTMLElement, room: RoomFace): void {
  room.forget().catch(() => notify(host, { kind: 'oops' }));
}
