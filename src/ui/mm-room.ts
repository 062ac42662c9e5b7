/** One room: its head, and below it the conversation, the stage of a call, or what a guest waits for. Also the page's title while it shows. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import type { Observable } from '../core/observable';
import type { CallState, Profile, RoomFace } from '../session/faces';
import { mark, settingsButton } from './brand';
import { notify, openPanel } from './events';
import { deepActiveElement } from './focus';
import { startCall } from './i18n/home-texts';
import { language } from './i18n/language';
import * as texts from './i18n/room-texts';
import './mm-conversation';
import type { MmConversation } from './mm-conversation';
import './mm-icon';
import { roomStyles } from './mm-room-styles';
import './mm-status-pill';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/** From here on the stage stands beside the chat; the style sheet says the same. */
const wideEnough = '(min-width: 56rem)';

@localized()
@customElement('mm-room')
export class MmRoom extends LitElement {
  static override styles = [sharedStyles, roomStyles];

  @property({ attribute: false }) room: RoomFace | undefined;
  /** Whose own tile it is. */
  @property({ attribute: false }) profile: Observable<Profile> | undefined;

  /** What the person chose with the chat toggle in this call; undefined: as the screen is. */
  @state() private chatChoice: boolean | undefined;
  @state() private wide = matchMedia(wideEnough).matches;

  /** Others' messages that were on the screen. */
  #seenCount: number | undefined;
  #wasInside = false;
  #wasOnStage = false;
  readonly #width = matchMedia(wideEnough);
  readonly #onWidth = () => (this.wide = this.#width.matches);

  constructor() {
    super();
    new ObserveController(this, () => {
      const { room } = this;
      return [room?.phase, room?.status, room?.title, room?.people, room?.call.state, room?.conversation.messages];
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#width.addEventListener('change', this.#onWidth);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#width.removeEventListener('change', this.#onWidth);
    document.title = 'Mindmeet';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('room')) this.#seenCount = undefined;
    const call = this.room?.call.state.value;
    if (call?.onStage) {
      import('./mm-call').catch(() => notify(this, { kind: 'oops' }));
    } else {
      this.chatChoice = undefined;
      // A call may be wanted when the server that has its code is away.
      if (this.room?.people.value.length) import('./mm-call').catch(() => undefined);
    }
    // What was there when the room came on the screen counts as seen: it is history.
    if (this.#seenCount === undefined || this.#chatOpen()) this.#seenCount = this.#othersMessageCount();
  }

  protected override updated(): void {
    const inside = this.room?.phase.value === 'inside';
    document.title = `${inside ? this.#names() : this.renderRoot.querySelector('h1')?.textContent ?? ''} · Mindmeet`;
    const onStage = inside && this.room?.call.state.value.onStage === true;
    // A keyboard on the screen would cover the room; with a real one, typing goes on at once, unless it is busy with the card of the next one who rings.
    if (inside && !onStage && (!this.#wasInside || this.#wasOnStage) && matchMedia('(hover: hover) and (pointer: fine)').matches && !deepActiveElement()) this.#conversation?.focusComposer();
    this.#wasInside = inside;
    this.#wasOnStage = onStage;
  }

  get #conversation(): MmConversation | null {
    return this.renderRoot.querySelector('mm-conversation');
  }

  /** On a phone a call takes the screen once somebody else is in it; until then the link to share stays in sight. */
  #chatOpen(): boolean {
    const call = this.room?.call.state.value;
    if (!call?.onStage) return true;
    return this.chatChoice ?? (this.wide || call.phase === 'out' || call.others.length === 0);
  }

  #names(): string {
    return new Intl.ListFormat(language(), { type: 'conjunction' }).format(this.room?.title.value ?? []);
  }

  #othersMessageCount(): number {
    const conversation = this.room?.conversation;
    return conversation ? conversation.messages.value.filter((message) => message.author !== conversation.ownId).length : 0;
  }

  async #toggleChat(): Promise<void> {
    this.chatChoice = !this.#chatOpen();
    await this.updateComplete;
    if (this.chatChoice) this.#conversation?.focusComposer();
  }

  protected override render(): unknown {
    const { room } = this;
    if (!room) return nothing;
    const inside = room.phase.value === 'inside';
    const call = room.call.state.value;
    const heading = texts.roomHeading(this.#names());
    const chatOpen = this.#chatOpen();
    return html`
      <header>
        ${inside ? html`<h1 class="name" title=${heading}>${heading}</h1>` : html`<div class="name">${mark()}</div>`}
        <mm-status-pill .status=${room.status.value}></mm-status-pill>
        <div class="actions">
          ${inside ? this.#roomButtons(room, call) : nothing} ${settingsButton(this)}
          <button class="quiet icon" aria-label=${texts.leaveRoom()} title=${texts.leaveRoom()} @click=${() => room.leave()}><mm-icon name="leave"></mm-icon></button>
        </div>
      </header>
      ${inside
        ? html`<div class="inside ${call.onStage ? 'calling' : ''} ${chatOpen ? 'chatting' : ''}">
            ${call.onStage
              ? html`<mm-call .call=${room.call} .profile=${this.profile} .chatOpen=${chatOpen} .unread=${this.#othersMessageCount() - (this.#seenCount ?? 0)} @mm-toggle-chat=${this.#toggleChat}></mm-call>`
              : nothing}
            <mm-conversation ?hidden=${!chatOpen} .conversation=${room.conversation} .link=${room.link} ?alone=${room.people.value.length === 0 && room.status.value.kind !== 'looking'}></mm-conversation>
          </div>`
        : html`<div class="outside" aria-live="polite">${this.#outside(room)}</div>`}
    `;
  }

  #roomButtons(room: RoomFace, call: CallState): unknown {
    // One way to join at a time: the stage, or the card at the top, has the button already.
    const joinsElsewhere = call.onStage || call.phase === 'joining' || call.invitation !== undefined;
    const label = call.running ? texts.joinCall() : startCall();
    return html`
      <button class="call primary" aria-label=${label} title=${label} ?hidden=${joinsElsewhere} @click=${() => room.call.join()}><mm-icon name="phone"></mm-icon><span>${label}</span></button>
      <button class="quiet" aria-label=${texts.invite()} title=${texts.invite()} @click=${() => openPanel(this, 'invite')}><mm-icon name="invite"></mm-icon><span>${texts.invite()}</span></button>
    `;
  }

  #outside(room: RoomFace): unknown {
    switch (room.phase.value) {
      case 'looking':
        return html`<i class="pulse"></i><h1>${texts.looking()}</h1>`;
      case 'nobody':
        return html`<i class="pulse"></i><h1>${texts.nobodyYet()}</h1><p>${texts.nobodyAdvice()}</p>`;
      case 'waiting':
        return html`<i class="pulse ringing"></i><h1>${texts.waiting()}</h1><p>${texts.waitingAdvice()}</p>`;
      case 'refused':
        return html`<h1>${texts.refused()}</h1><button class="primary" @click=${() => room.ringAgain()}>${texts.ringAgain()}</button>`;
      case 'elsewhere':
        return html`<h1>${texts.elsewhere()}</h1><p>${texts.elsewhereAdvice()}</p><button class="primary" @click=${() => room.useHere()}>${texts.useHere()}</button>`;
      case 'inside':
        return nothing;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-room': MmRoom;
  }
}
