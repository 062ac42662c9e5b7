/** One room: its head, and below it the conversation, the stage of a call, or what a guest waits for. Also the page's title while it shows. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MessageId } from '../core/ids';
import type { Observable } from '../core/observable';
import type { CallState, ConnectionStatus, Profile, RoomFace, RoomPhase } from '../session/faces';
import { countText, spanText } from './amounts';
import { mark, settingsButton } from './brand';
import { notify, openPanel, type Panel } from './events';
import type { Drop, FileDrop } from './file-drop';
import { deepActiveElement } from './focus';
import * as headTexts from './i18n/head-texts';
import { settings, startCall } from './i18n/home-texts';
import { localized } from './i18n/localize';
import * as texts from './i18n/room-texts';
import { search } from './i18n/search-texts';
import './mm-conversation';
import type { MmConversation } from './mm-conversation';
import './mm-icon';
import './mm-more';
import type { MenuEntry } from './mm-more';
import './mm-people';
import { roomStyles } from './mm-room-styles';
import './mm-status-pill';
import { namesText } from './names-text';
import { ObserveController } from './observe-controller';
import type { outside } from './outside';
import type { SearchWish } from './search-wish';
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
  /** Brought on the screen as soon as the conversation is; another object asks anew. */
  @property({ attribute: false }) wanted: { readonly message: MessageId } | undefined;

  /** What the person chose with the chat toggle in this call; undefined: as the screen is. */
  @state() private chatChoice: boolean | undefined;
  @state() private wide = matchMedia(wideEnough).matches;
  /** What stands outside, but for the first moments. */
  @state() private showOutside: typeof outside | undefined;
  /** The search is open, at first for this. */
  @state() private searching: SearchWish | undefined;

  /** The last of `wanted` that was shown. */
  #given: MmRoom['wanted'];
  /** Undefined until its code is there. */
  #drop: FileDrop | undefined;
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
      return [room?.phase, room?.link, room?.status, room?.title, room?.people, room?.settings, room?.call.state, room?.conversation.unreadCount, room?.files.offers];
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
      this.searching = undefined;
      this.#passwordDoor = undefined;
    }
    const phase = this.room?.phase.value;
    if (phase !== 'looking') this.#passwordDoor = phase === 'password' || phase === 'wrong-password' ? phase : undefined;
    if (this.room && this.room.phase.value !== 'looking') this.#loadOutside();
    this.#loadDrop();
    const call = this.room?.call.state.value;
    if (call?.onStage) {
      import('./mm-call').catch(() => notify(this, { kind: 'oops' }));
    } else {
      this.chatChoice = undefined;
      // A call may be wanted when the server that has its code is away.
      if (this.room?.people.value.length) import('./mm-call').catch(() => undefined);
    }
    if (phase !== 'inside') this.searching = undefined;
    // What is dropped counts also without it.
    if (this.#drop?.dragging) import('./mm-drop-zone').catch(() => undefined);
    if (this.room?.files.offers.value.length) import('./mm-offers').catch(() => notify(this, { kind: 'oops' }));
  }

  protected override updated(): void {
    // Left meanwhile: code that was asked for arrives all the same.
    if (!this.isConnected) return;
    const inside = this.room?.phase.value === 'inside';
    document.title = `${inside ? this.#titleInside() : this.renderRoot.querySelector('h1')?.textContent ?? ''} · Mindmeet`;
    const onStage = inside && this.room?.call.state.value.onStage === true;
    // A keyboard on the screen would cover the room; with a real one, typing goes on at once, unless it is busy with the card of the next one who rings.
    if (inside && !onStage && (!this.#wasInside || this.#wasOnStage) && matchMedia('(hover: hover) and (pointer: fine)').matches && !deepActiveElement()) this.#conversation?.focusComposer();
    this.#wasInside = inside;
    this.#wasOnStage = onStage;
    this.#showWanted();
  }

  #titleInside(): string {
    const unread = this.room?.conversation.unreadCount.value ?? 0;
    return unread > 0 ? `(${countText(unread)}) ${this.#names()}` : this.#names();
  }

  #showWanted(): void {
    const { wanted } = this;
    if (!wanted || wanted === this.#given || !this.#conversation) return;
    this.#given = wanted;
    if (!this.#chatOpen()) this.chatChoice = true;
    this.#conversation.show(wanted.message).catch(() => notify(this, { kind: 'oops' }));
  }

  #take({ files, folders, person }: Drop): void {
    if (person) return void this.renderRoot.querySelector('mm-people')?.offer(person, files, folders);
    if (!this.#chatOpen()) this.chatChoice = true;
    this.#conversation?.attach(files, folders);
  }

  /** Without its code there is nothing to open: what is on the screen stays. */
  async #openSearch(wish: SearchWish): Promise<void> {
    try {
      await import('./mm-search');
    } catch {
      notify(this, { kind: 'oops' });
      return;
    }
    if (!this.#chatOpen()) this.chatChoice = true;
    this.searching = { ...wish };
  }

  async #closeSearch(): Promise<void> {
    this.searching = undefined;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.search')?.focus();
  }

  /** Before it is needed, since the server that has it may be away by then; a failure is made up for by the next update. */
  #loadOutside(): void {
    if (this.showOutside) return;
    import('./outside').then(
      (code) => (this.showOutside = code.outside),
      () => undefined,
    );
  }

  /** As above. */
  #loadDrop(): void {
    if (this.#drop) return;
    import('./file-drop').then(
      ({ FileDrop }) => (this.#drop ??= new FileDrop(this, () => this.room?.phase.value === 'inside', (drop) => this.#take(drop))),
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
    return namesText(this.room?.title.value ?? []);
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
        <div class="status">
          <mm-status-pill .status=${this.#status(room)}></mm-status-pill>
          ${inside ? this.#lifetime(room) : nothing}
        </div>
        <div class="actions">
          ${inside ? this.#roomButtons(room, call) : settingsButton(this)}
          <button class="quiet icon" aria-label=${texts.leaveRoom()} title=${texts.leaveRoom()} @click=${() => room.leave()}><mm-icon name="leave"></mm-icon></button>
        </div>
      </header>
      ${inside ? html`<mm-people .room=${room} .profile=${this.profile} .target=${this.#drop?.person}></mm-people>` : nothing}
      ${inside && room.files.offers.value.length > 0 ? html`<mm-offers .files=${room.files} @offers-left=${() => this.#conversation?.focusComposer()}></mm-offers>` : nothing}
      ${inside
        ? html`<div class="inside ${call.onStage ? 'calling' : ''} ${chatOpen ? 'chatting' : ''}">
            ${call.onStage
              ? html`<mm-call .call=${room.call} .profile=${this.profile} .people=${people} .chatOpen=${chatOpen} .unread=${room.conversation.unreadCount.value} @mm-toggle-chat=${this.#toggleChat}></mm-call>`
              : nothing}
            ${this.#talk(room, chatOpen, call.onStage || !this.wide)}
            ${this.#drop?.dragging ? html`<mm-drop-zone ?peopled=${people.length > 0} ?elsewhere=${this.#drop?.person !== undefined}></mm-drop-zone>` : nothing}
          </div>`
        : html`<div class="outside" aria-live="polite">${this.#outside(room, this.#door(room))}</div>`}
    `;
  }

  /** `covered`: an open search stands over the conversation, not beside it. */
  #talk(room: RoomFace, chatOpen: boolean, covered: boolean): unknown {
    const people = room.people.value;
    const { searching } = this;
    return html`<div class="talk ${searching && !covered ? 'divided' : ''}" ?hidden=${!chatOpen}>
      <mm-conversation
        ?inert=${searching !== undefined && covered}
        .conversation=${room.conversation}
        .files=${room.files}
        .link=${room.link.value}
        .people=${people}
        ?alone=${people.length === 0 && room.status.value.kind !== 'looking'}
        @open-search=${(event: CustomEvent<SearchWish>) => this.#openSearch(event.detail)}
      ></mm-conversation>
      ${searching === undefined
        ? nothing
        : html`<mm-search
            .conversation=${room.conversation}
            ?covering=${covered}
            .wish=${searching}
            @mm-close=${this.#closeSearch}
          ></mm-search>`}
    </div>`;
  }

  /** Quiet, and always there while it holds: whoever writes should know. */
  #lifetime({ settings: { value } }: RoomFace): unknown {
    return value.lifetimeS > 0 ? html`<p class="lifetime"><mm-icon name="timer"></mm-icon><span>${headTexts.disappearAfter(spanText(value.lifetimeS))}</span></p>` : nothing;
  }

  #roomButtons(room: RoomFace, call: CallState): unknown {
    // One way to join at a time: the stage, or the card at the top, has the button already.
    const joinsElsewhere = call.onStage || call.phase === 'joining' || call.invitation !== undefined;
    const label = call.running ? texts.joinCall() : startCall();
    return html`
      <button class="call primary" aria-label=${label} title=${label} ?hidden=${joinsElsewhere} @click=${() => room.call.join()}><mm-icon name="phone"></mm-icon><span>${label}</span></button>
      <button class="search quiet icon" aria-label=${search()} title=${search()} @click=${() => this.#openSearch({ text: '', date: false })}><mm-icon name="search"></mm-icon></button>
      <button class="quiet" aria-label=${texts.invite()} title=${texts.invite()} @click=${() => openPanel(this, { kind: 'invite' })}><mm-icon name="invite"></mm-icon><span>${texts.invite()}</span></button>
      <div class="folding">
        ${this.#panels().map(
          ({ icon, label, choose }) => html`<button class="quiet icon" aria-label=${label} title=${label} @click=${choose}><mm-icon name=${icon}></mm-icon></button>`,
        )}
      </div>
      <mm-more .entries=${this.#panels()}></mm-more>
    `;
  }

  /** On a narrow screen they share one button. */
  #panels(): readonly MenuEntry[] {
    const open = (kind: 'history' | 'room-settings' | 'settings') => () => openPanel(this, { kind } satisfies Panel);
    return [
      { icon: 'history', label: headTexts.history(), choose: open('history') },
      { icon: 'room-settings', label: texts.roomSettings(), choose: open('room-settings') },
      { icon: 'settings', label: settings(), choose: open('settings') },
    ];
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
