/** The page: the screen that fits the view, and above it whatever comes and goes. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MessageId, RoomAlias } from '../core/ids';
import type { ApplicationFace, RoomFace, View } from '../session/faces';
import { showUnreadBadge } from './app-badge';
import { applyTheme } from './appearance';
import type { Panel } from './events';
import { loadAgain, unavailable, unavailableAdvice } from './i18n/home-texts';
import { speak } from './i18n/language';
import { localized } from './i18n/localize';
import './mm-home';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';
import { readChoice } from './stored-choice';

/** Until the next try to load what could not be loaded, in milliseconds. */
const overlayAgainMs = 3_000;

/** Everything but the home page is loaded when it is first needed, so that the link is on the screen after a few kilobytes. */
@localized()
@customElement('mm-app')
export class MmApp extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      main {
        overflow-x: clip;
      }
      main:focus {
        outline: none;
      }
      .plain {
        display: grid;
        gap: var(--space-4);
        justify-items: start;
        max-inline-size: 36rem;
        margin: auto;
        padding: var(--space-7) var(--space-4);
      }
    `,
  ];

  @property({ attribute: false }) application: ApplicationFace | undefined;

  @state() private panel: Panel | undefined;
  /** Code of a screen did not arrive. */
  @state() private broken = false;
  /** For the room that is on the screen, or comes next. */
  @state() private wanted: { readonly message: MessageId } | undefined;

  #language: Promise<void> | undefined;
  readonly #loading = new Set<string>();
  #shownView: View['kind'] | undefined;
  /** As the home page knew them last; messages reach only the room that is open. */
  #unreadByRoom: ReadonlyMap<RoomAlias, number> = new Map();
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new ObserveController(this, () => {
      const view = this.application?.view.value;
      const home = view?.kind === 'home' ? view.home : undefined;
      return [this.application?.view, this.application?.notices.shown, home?.room, home?.rooms, this.#room()?.conversation.unreadCount];
    });
    this.addEventListener('mm-notify', (event) => this.application?.notices.show(event.detail));
    this.addEventListener('mm-open', (event) => (this.panel = event.detail));
    this.addEventListener('mm-show-message', (event) => {
      this.panel = undefined;
      this.wanted = { message: event.detail };
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    applyTheme(readChoice('theme'));
    this.#language ??= speak();
  }

  /** Nothing is painted in one language and then in another: English is there at once, others come first. */
  protected override async scheduleUpdate(): Promise<void> {
    await this.#language;
    await super.scheduleUpdate();
  }

  protected override willUpdate(): void {
    const view = this.application?.view.value;
    if (!view) return;
    // What was wanted of the room that was left is not wanted of the next one.
    if (this.#shownView === 'room' && view.kind !== 'room') this.wanted = undefined;
    this.#shownView = view.kind;
    if (view.kind === 'home') this.#unreadByRoom = new Map(view.home.rooms.value.map(({ alias, unreadCount }) => [alias, unreadCount]));
    showUnreadBadge(this.#unreadCount(this.#room()));
  }

  /** In all rooms. */
  #unreadCount(open: RoomFace | undefined): number {
    const elsewhere = [...this.#unreadByRoom].filter(([alias]) => alias !== open?.alias);
    return elsewhere.reduce((sum, [, count]) => sum + count, open?.conversation.unreadCount.value ?? 0);
  }

  #room(): RoomFace | undefined {
    const view = this.application?.view.value;
    return view?.kind === 'room' ? view.room : view?.kind === 'home' ? view.home.room.value : undefined;
  }

  /** Loads code once; `failed` says what becomes of the page without it: as a rule, that it says it is unavailable. */
  #need(name: string, load: () => Promise<unknown>, failed: () => void = () => (this.broken = true)): void {
    if (this.#loading.has(name)) return;
    this.#loading.add(name);
    load().catch(failed);
  }

  /** Home and room are of use without what stands above them: the next render tries again, at the latest that of the timer. */
  #withoutOverlay(): void {
    this.#loading.delete('overlay');
    this.panel = undefined;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.requestUpdate(), overlayAgainMs);
  }

  protected override render(): unknown {
    const { application, panel } = this;
    if (!application) return nothing;
    const room = this.#room();
    if (room || panel || application.notices.shown.value.length) {
      this.#need(
        'overlay',
        () => import('./mm-overlay'),
        () => this.#withoutOverlay(),
      );
    }
    return html`
      <main ?inert=${!!panel}>${this.#screen(application)}</main>
      <mm-overlay .application=${application} .room=${room} .panel=${panel} @mm-close=${() => (this.panel = undefined)}></mm-overlay>
    `;
  }

  #screen(application: ApplicationFace): unknown {
    const view = application.view.value;
    if (this.broken || view.kind === 'unavailable') {
      return html`<div class="plain">
        <h1>${unavailable()}</h1>
        <p>${unavailableAdvice()}</p>
        <button class="primary" @click=${() => location.reload()}>${loadAgain()}</button>
      </div>`;
    }
    switch (view.kind) {
      case 'starting':
        return nothing;
      case 'home':
        return html`<mm-home .application=${application} .home=${view.home}></mm-home>`;
      case 'room':
        this.#need('room', () => import('./mm-room'));
        return html`<mm-room .room=${view.room} .profile=${application.profile} .wanted=${this.wanted}></mm-room>`;
      case 'deriving':
      case 'name-first':
        this.#need('before-room', () => import('./mm-before-room'));
        return html`<mm-before-room .application=${application} .view=${view}></mm-before-room>`;
      case 'broken-link':
      case 'insecure':
        this.#need('explain', () => import('./mm-explain'));
        return html`<mm-explain .application=${application} .view=${view}></mm-explain>`;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-app': MmApp;
  }
}
