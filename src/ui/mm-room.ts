/** One room: its head, and below it the conversation, the stage of a call, or what a guest waits for. Also the page's title while it shows. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import type { Observable } from '../core/observable';
import type { CallState, ConnectionStatus, Profile, RoomFace, RoomPhase } from '../session/faces';
import { mark, settingsButton } from './brand';
import { notify, openPanel } from './events';
import { deepActiveElement } from './focus';
import { startCall } from './i18n/home-texts';
import { language } from './i18n/language';
import * as texts from './i18n/room-texts';
import './mm-conversation';
import type { MmConversation } from './mm-conversation';
import './mm-icon';
import './mm-people';
import { roomStyles } from './mm-room-styles';
import './mm-status-pill';
import { ObserveController } from './observe-controller';
import type { outside } from './outside';
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
  /** What stands outside, but for the first moments. */
  @state() private showOutside: typeof outside | undefined;

  /** Others' messages that were on the screen. */
  #seenCount: number | undefined;
  /** The form that was shown last, unless something else was since. */
  #passwordDoor: 'password' | 'wrong-password' | undefined;
  #wasInside = false;
  #wasOnStage = false;
  readonly #width = matchMedia(wideEnough);
  readonly #onWidth = () => (this.wide = this.#width.matches);

  constructor() {
    super();
    new ObserveController(this, () => {
      const { room } = this;
      return [room?.phase, room?.link, room?.status, room?.title, room?.people, room?.call.state, room?.conversation.messages];
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
    if (changed.has('room')) {
      this.#seenCount = undefined;
      this.#passwordDoor = undefined;
    }
    const phase = this.room?.phase.value;
    if (phase !== 'looking') this.#passwordDoor = phase === 'password' || phase === 'wrong-password' ? phase : undefined;
    if (this.room && this.room.phase.value !== 'looking') this.#loadOutside();
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
    // Left meanwhile: code that was asked for arrives all the same.
    if (!this.isConnected) return;
    const inside = this.room?.phase.value === 'inside';
    document.title = `${inside ? this.#names() : this.renderRoot.querySelector('h1')?.textContent ?? ''} · Mindmeet`;
    const onStage = inside && this.room?.call.state.value.onStage === true;
    // A keyboard on the screen would cover the room; with a real one, typing goes on at once, unless it is busy with the card of the next one who rings.
    if (inside && !onStage && (!this.#wasInside || this.#wasOnStage) && matchMedia('(hover: hover) and (pointer: fine)').matches && !deepActiveElement()) this.#conversation?.focusComposer();
    this.#wasInside = inside;
    this.#wasOnStage = onStage;
  }

  /** Before it is needed, since the server that has it may be away by then; a failure is made up for by the next update. */
  #loadOutside(): void {
    if (this.showOutside) return;
    import('./outside').then(
      (code) => (this.showOutside = code.outside),
      () => undefined,
    );
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
    const people = room.people.value;
    const heading = texts.roomHeading(this.#names());
    const chatOpen = this.#chatOpen();
    return html`
      <header>
        ${inside ? html`<h1 class="name" title=${heading}>${heading}</h1>` : html`<div class="name">${mark()}</div>`}
        <mm-status-pill .status=${this.#status(room)}></mm-status-pill>
        <div class="actions">
          ${inside ? this.#roomButtons(room, call) : nothing} ${settingsButton(this)}
          <button class="quiet icon" aria-label=${texts.leaveRoom()} title=${texts.leaveRoom()} @click=${() => room.leave()}><mm-icon name="leave"></mm-icon></button>
        </div>
      </header>
      ${inside ? html`<mm-people .room=${room} .profile=${this.profile}></mm-people>` : nothing}
      ${inside
        ? html`<div class="inside ${call.onStage ? 'calling' : ''} ${chatOpen ? 'chatting' : ''}">
            ${call.onStage
              ? html`<mm-call .call=${room.call} .profile=${this.profile} .people=${people} .chatOpen=${chatOpen} .unread=${this.#othersMessageCount() - (this.#seenCount ?? 0)} @mm-toggle-chat=${this.#toggleChat}></mm-call>`
              : nothing}
            <mm-conversation ?hidden=${!chatOpen} .conversation=${room.conversation} .link=${room.link.value} .people=${people} ?alone=${people.length === 0 && room.status.value.kind !== 'looking'}></mm-conversation>
          </div>`
        : html`<div class="outside" aria-live="polite">${this.#outside(room, this.#door(room))}</div>`}
    `;
  }

  #roomButtons(room: RoomFace, call: CallState): unknown {
    // One way to join at a time: the stage, or the card at the top, has the button already.
    const joinsElsewhere = call.onStage || call.phase === 'joining' || call.invitation !== undefined;
    const label = call.running ? texts.joinCall() : startCall();
    return html`
      <button class="call primary" aria-label=${label} title=${label} ?hidden=${joinsElsewhere} @click=${() => room.call.join()}><mm-icon name="phone"></mm-icon><span>${label}</span></button>
      <button class="quiet" aria-label=${texts.invite()} title=${texts.invite()} @click=${() => openPanel(this, { kind: 'invite' })}><mm-icon name="invite"></mm-icon><span>${texts.invite()}</span></button>
      <button class="quiet icon" aria-label=${texts.roomSettings()} title=${texts.roomSettings()} @click=${() => openPanel(this, { kind: 'room-settings' })}><mm-icon name="room-settings"></mm-icon></button>
    `;
  }

  /** Whoever waits, or isn't let in, is not looking for anybody: the page says what is the case. */
  #status({ phase, status }: RoomFace): ConnectionStatus | undefined {
    const looks = phase.value === 'looking' || phase.value === 'nobody' || phase.value === 'inside';
    return looks || status.value.kind !== 'looking' ? status.value : undefined;
  }

  /** Until a password is answered its form stays, with what was typed, and on a phone with the keyboard. */
  #door({ phase }: RoomFace): RoomPhase {
    return phase.value === 'looking' ? (this.#passwordDoor ?? 'looking') : phase.value;
  }

  #outside(room: RoomFace, phase: RoomPhase): unknown {
    switch (phase) {
      case 'looking':
        return html`<i class="pulse"></i><h1>${texts.looking()}</h1>`;
      case 'nobody':
        return html`<i class="pulse"></i><h1>${texts.nobodyYet()}</h1><p>${texts.nobodyAdvice()}</p>`;
      case 'waiting':
        return html`<i class="pulse ringing"></i><h1>${texts.waiting()}</h1><p>${texts.waitingAdvice()}</p>`;
      case 'inside':
        return nothing;
      default:
        return this.showOutside?.(this, room, phase);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-room': MmRoom;
  }
}
