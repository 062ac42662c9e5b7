/** The stage: everybody who is in the call, and the controls. */
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { localized } from './i18n/localize';
import type { CallFace, CallParticipant, CallState, Person, Profile } from '../session/faces';
import type { Observable } from '../core/observable';
import { deepActiveElement } from './focus';
import * as texts from './i18n/call-texts';
import { joinCall, you } from './i18n/room-texts';
import { callStyles } from './mm-call-styles';
import './mm-icon';
import type { IconName } from './mm-icon';
import './mm-tile';
import { ObserveController } from './observe-controller';
import { tileSize } from './packing';
import { sharedStyles } from './shared-styles';

/** A corner of the stage, in the order of block and inline side. */
type Corner = `${'top' | 'bottom'} ${'start' | 'end'}`;

/** @fires mm-toggle-chat - show or hide the chat beside it */
@localized()
@customElement('mm-call')
export class MmCall extends LitElement {
  static override styles = [sharedStyles, callStyles];

  @property({ attribute: false }) call: CallFace | undefined;
  @property({ attribute: false }) profile: Observable<Profile> | undefined;
  /** The others in the room, as they look. */
  @property({ attribute: false }) people: readonly Person[] = [];
  @property({ type: Boolean }) chatOpen = false;
  /** Messages that came while the chat was hidden. */
  @property({ type: Number }) unread = 0;

  @state() private soundBlocked = false;
  /** Index of the control that Tab reaches; arrow keys move it. */
  @state() private current = 0;

  /** Where the own picture stands while two people talk on a phone. */
  @state() private corner: Corner = 'top end';

  #shownPhase: CallState['phase'] | undefined;
  readonly #sizes = new ResizeObserver(() => this.#pack());

  constructor() {
    super();
    new ObserveController(this, () => [this.call?.state, this.profile]);
    this.addEventListener('mm-sound-blocked', () => (this.soundBlocked = true));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  protected override updated(): void {
    this.#pack();
    const phase = this.call?.state.value.phase;
    if (phase === this.#shownPhase) return;
    this.#shownPhase = phase;
    // The guest who was let in has one thing to press; the button that led into the call is gone, and who pressed it goes on with the controls.
    if (phase === 'out') this.renderRoot.querySelector<HTMLElement>('.join')?.focus();
    else if (!deepActiveElement()) this.#controls()[0]?.focus();
  }

  #pack(): void {
    const tiles = this.renderRoot.querySelector<HTMLElement>('.tiles');
    if (!tiles) return;
    const gap = Number.parseFloat(getComputedStyle(tiles).columnGap) || 0;
    const { width, height } = tileSize(tiles.childElementCount, tiles.clientWidth, tiles.clientHeight, gap);
    tiles.style.setProperty('--tile-width', `${width}px`);
    tiles.style.setProperty('--tile-height', `${height}px`);
  }

  #controls(): readonly HTMLButtonElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLButtonElement>('[role=toolbar] button')];
  }

  /** https://www.w3.org/WAI/ARIA/apg/patterns/toolbar/ */
  #moveAlong(event: KeyboardEvent): void {
    const controls = this.#controls();
    const rightToLeft = getComputedStyle(this).direction === 'rtl';
    const forward = rightToLeft ? 'ArrowLeft' : 'ArrowRight';
    const backward = rightToLeft ? 'ArrowRight' : 'ArrowLeft';
    const last = controls.length - 1;
    const next = { [forward]: this.current === last ? 0 : this.current + 1, [backward]: this.current === 0 ? last : this.current - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.current = next;
    controls[next]?.focus();
  }

  /** The own picture follows the finger, and snaps to the corner it was left near. */
  #drag(event: PointerEvent): void {
    const tile = event.currentTarget as HTMLElement;
    const stage = this.getBoundingClientRect();
    if (!this.renderRoot.querySelector('.pair') || getComputedStyle(tile).position !== 'absolute') return;
    const done = new AbortController();
    const { signal } = done;
    const end = () => {
      const box = tile.getBoundingClientRect();
      const leftHalf = box.left + box.width / 2 < stage.left + stage.width / 2;
      const start = leftHalf !== (getComputedStyle(this).direction === 'rtl');
      const top = box.top + box.height / 2 < stage.top + stage.height / 2;
      tile.style.translate = '';
      this.corner = `${top ? 'top' : 'bottom'} ${start ? 'start' : 'end'}`;
      done.abort();
    };
    tile.setPointerCapture(event.pointerId);
    tile.addEventListener('pointermove', (move) => (tile.style.translate = `${move.clientX - event.clientX}px ${move.clientY - event.clientY}px`), { signal });
    tile.addEventListener('pointerup', end, { signal });
    tile.addEventListener('pointercancel', end, { signal });
  }

  #hear(): void {
    this.soundBlocked = false;
    for (const tile of this.renderRoot.querySelectorAll('mm-tile')) void tile.playSound();
  }

  protected override render(): unknown {
    const { call } = this;
    if (!call) return nothing;
    const state = call.state.value;
    return html`<section aria-label=${texts.stage()} class=${state.phase === 'in' && state.others.length === 1 ? 'pair' : ''}>
      ${state.phase === 'in' || state.others.length > 0 ? this.#tiles(state) : nothing} ${this.#words(call, state)} ${state.phase === 'in' ? this.#bar(call, state) : nothing}
    </section>`;
  }

  #tiles(state: CallState): unknown {
    const { self } = state;
    const profile = this.profile?.value;
    return html`<div class="tiles">
      ${repeat(
        state.others,
        (other) => other.id,
        (other) => this.#tile(other),
      )}
      ${state.phase === 'in' && profile
        ? html`<mm-tile
            role="group"
            own
            class=${this.corner}
            @pointerdown=${this.#drag}
            aria-label=${you(profile.name)}
            .person=${profile.deviceId}
            .name=${profile.name}
            .tint=${profile.tint}
            .picture=${profile.picture}
            .video=${self.video}
            ?speaking=${self.speaking}
            .microphoneOn=${self.microphoneOn}
            .cameraOn=${self.cameraOn}
            >${you(profile.name)}</mm-tile
          >`
        : nothing}
    </div>`;
  }

  #tile(other: CallParticipant): unknown {
    const person = this.people.find(({ id }) => id === other.id);
    return html`<mm-tile
      role="group"
      aria-label=${other.name}
      .person=${other.id}
      .name=${other.name}
      .tint=${person?.tint}
      .picture=${person?.picture}
      .video=${other.video}
      .audio=${other.audio}
      ?speaking=${other.speaking}
      .microphoneOn=${other.microphoneOn}
      .cameraOn=${other.cameraOn}
      >${other.name}</mm-tile
    >`;
  }

  #words(call: CallFace, state: CallState): unknown {
    return html`<div class="words">
      ${state.phase === 'out'
        ? html`<h2>${texts.callRuns()}</h2>
            <p>${texts.callRunsAdvice()}</p>
            <button class="join primary" @click=${() => call.join()}><mm-icon name="phone"></mm-icon>${joinCall()}</button>`
        : nothing}
      ${state.phase === 'joining' ? html`<p role="status">${texts.joining()}</p>` : nothing}
      ${state.phase === 'in' && state.others.length === 0 ? html`<p>${texts.aloneInCall()}</p>` : nothing}
      ${this.soundBlocked ? html`<button class="primary" @click=${this.#hear}><mm-icon name="sound"></mm-icon>${texts.tapToHear()}</button>` : nothing}
    </div>`;
  }

  #bar(call: CallFace, { self }: CallState): unknown {
    const chat = this.chatOpen ? texts.hideChat() : this.unread > 0 ? texts.showChatUnread(this.unread) : texts.showChat();
    return html`<div class="bar" role="toolbar" aria-label=${texts.callControls()} @keydown=${this.#moveAlong}>
      ${this.#control(0, self.microphoneOn ? texts.mute() : texts.unmute(), self.microphoneOn ? 'microphone' : 'microphone-off', self.microphoneOn ? '' : 'off', () => call.setMicrophone(!self.microphoneOn))}
      ${this.#control(1, self.cameraOn ? texts.cameraOff() : texts.cameraOn(), self.cameraOn ? 'camera' : 'camera-off', self.cameraOn ? '' : 'off', () => void call.setCamera(!self.cameraOn))}
      ${this.#control(2, chat, 'chat', this.chatOpen ? 'open' : '', () => this.dispatchEvent(new CustomEvent('mm-toggle-chat')), this.chatOpen ? 0 : this.unread)}
      ${this.#control(3, texts.leaveCall(), 'hang-up', 'leave', () => call.leave())}
    </div>`;
  }

  #control(index: number, name: string, icon: IconName, kind: string, act: () => void, badge = 0): unknown {
    return html`<button class="icon ${kind}" aria-label=${name} title=${name} tabindex=${index === this.current ? 0 : -1} @focus=${() => (this.current = index)} @click=${act}>
      <mm-icon name=${icon}></mm-icon>${badge > 0 ? html`<span class="badge" aria-hidden="true">${badge > 99 ? '99+' : badge}</span>` : nothing}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-call': MmCall;
  }
}
