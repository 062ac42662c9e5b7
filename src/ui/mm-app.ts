/** The page: the screen that fits the view, and above it dialogs, the cards of those who ring, and the toasts. */
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized } from '@lit/localize';
import type { ApplicationFace, RoomFace } from '../session/faces';
import { applyTheme } from './appearance';
import { brandHeader, brandStyles } from './brand';
import type { Panel } from './events';
import { deepActiveElement } from './focus';
import { loadAgain, notifications, unavailable, unavailableAdvice } from './i18n/home-texts';
import { speak } from './i18n/language';
import './mm-home';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/**
 * Everything but the home page is loaded when it is first needed, so that the link is on the screen after a few kilobytes.
 * Dialogs are not modal by `showModal`: a ring must be answerable while the invitation is open, so the screen behind is made inert instead.
 */
@localized()
@customElement('mm-app')
export class MmApp extends LitElement {
  static override styles = [
    sharedStyles,
    brandStyles,
    css`
      main {
        overflow-x: clip;
      }
      .page {
        max-inline-size: 58rem;
        margin: auto;
        padding-inline: max(var(--space-4), env(safe-area-inset-left)) max(var(--space-4), env(safe-area-inset-right));
      }
      .page p {
        margin-block: var(--space-4) var(--space-5);
        max-inline-size: 34rem;
        color: var(--ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) application: ApplicationFace | undefined;

  @state() private panel: Panel | undefined;
  /** Code of a screen did not arrive. */
  @state() private broken = false;

  #language: Promise<void> | undefined;
  #returnFocus: HTMLElement | undefined;
  readonly #loading = new Set<string>();

  constructor() {
    super();
    new ObserveController(this, () => {
      const { application } = this;
      const room = this.#room();
      const view = application?.view.value;
      return [application?.view, application?.notices.shown, view?.kind === 'home' ? view.home.room : undefined, room?.title, room?.phase];
    });
    this.addEventListener('mm-notify', (event) => this.application?.notices.show(event.detail));
    this.addEventListener('mm-open', (event) => this.#open(event.detail));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    applyTheme();
    this.#language ??= speak();
  }

  /** Nothing is painted in one language and then in another: English is there at once, others come first. */
  protected override async scheduleUpdate(): Promise<void> {
    await this.#language;
    await super.scheduleUpdate();
  }

  protected override updated(): void {
    const names = this.application?.view.value.kind === 'room' ? this.#room()?.title.value : undefined;
    document.title = names?.length ? `${names.join(', ')} · Mindmeet` : 'Mindmeet';
  }

  #room(): RoomFace | undefined {
    const view = this.application?.view.value;
    return view?.kind === 'room' ? view.room : view?.kind === 'home' ? view.home.room.value : undefined;
  }

  #open(panel: Panel): void {
    this.#returnFocus = deepActiveElement();
    this.panel = panel;
  }

  async #close(): Promise<void> {
    this.panel = undefined;
    await this.updateComplete;
    this.#returnFocus?.focus();
  }

  /** Loads an element's code once; without it the page says that it is unavailable. */
  #need(name: string, load: () => Promise<unknown>): void {
    if (this.#loading.has(name)) return;
    this.#loading.add(name);
    load().catch(() => (this.broken = true));
  }

  protected override render(): unknown {
    const { application } = this;
    if (!application) return nothing;
    const room = this.#room();
    if (room) this.#need('cards', () => import('./mm-cards'));
    if (room || application.notices.shown.value.length) this.#need('notices', () => import('./mm-notices'));
    return html`
      <main ?inert=${this.panel !== undefined}>${this.#screen(application)}</main>
      ${this.#panel(application, room)}
      <mm-cards .room=${room}></mm-cards>
      <section aria-label=${notifications()}><mm-notices .notices=${application.notices}></mm-notices></section>
    `;
  }

  #screen(application: ApplicationFace): unknown {
    const view = application.view.value;
    if (this.broken) return this.#unavailable();
    switch (view.kind) {
      case 'starting':
        return nothing;
      case 'home':
        return html`<mm-home .application=${application} .home=${view.home}></mm-home>`;
      case 'room':
        this.#need('room', () => import('./mm-room'));
        return html`<mm-room .room=${view.room} .profile=${application.profile}></mm-room>`;
      case 'broken-link':
      case 'insecure':
        this.#need('explain', () => import('./mm-explain'));
        return html`<mm-explain .application=${application} .view=${view}></mm-explain>`;
      case 'unavailable':
        return this.#unavailable();
    }
  }

  #panel(application: ApplicationFace, room: RoomFace | undefined): unknown {
    if (this.panel === 'settings') {
      this.#need('settings', () => import('./mm-settings'));
      return html`<mm-settings .application=${application} @mm-close=${this.#close}></mm-settings>`;
    }
    if (this.panel === 'invite' && room) {
      this.#need('invite', () => import('./mm-invite'));
      return html`<mm-invite .link=${room.link} @mm-close=${this.#close}></mm-invite>`;
    }
    return nothing;
  }

  #unavailable(): TemplateResult {
    return html`<div class="page">
      ${brandHeader(this)}
      <h1>${unavailable()}</h1>
      <p>${unavailableAdvice()}</p>
      <button class="primary" @click=${() => location.reload()}>${loadAgain()}</button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-app': MmApp;
  }
}
