/** What stands above the screen: a dialog, the cards of those who ring, the toasts. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ApplicationFace, RoomFace, RoomPhase } from '../session/faces';
import { notify, type Panel } from './events';
import { deepActiveElement } from './focus';
import { localized } from './i18n/localize';
import { notifications } from './i18n/notice-texts';
import './mm-cards';
import './mm-notices';
import { ObserveController } from './observe-controller';

/**
 * Dialogs are not modal by `showModal`: a ring must be answerable while the invitation is open. mm-app makes the screen behind inert instead.
 *
 * @fires mm-close - from a dialog: the person is done with it; or what it was about is gone
 */
@localized()
@customElement('mm-overlay')
export class MmOverlay extends LitElement {
  @property({ attribute: false }) application: ApplicationFace | undefined;
  @property({ attribute: false }) room: RoomFace | undefined;
  /** The open dialog. */
  @property({ attribute: false }) panel: Panel | undefined;

  #returnFocus: HTMLElement | undefined;

  constructor() {
    super();
    new ObserveController(this, () => [this.application?.view, this.room?.phase]);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { panel } = this;
    if (!panel) return;
    if (panel.kind !== 'settings' && (!this.room || changed.get('room') || !isInSight(panel, this.room.phase.value))) this.#close();
    if (!changed.has('panel')) return;
    this.#load(panel);
    // Inert, the screen may have lost the focus already; Chromium moves it only when it next paints. From one dialog to the next, it stays the screen's.
    if (!changed.get('panel')) this.#returnFocus = deepActiveElement() ?? this.#returnFocus;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('panel') && changed.get('panel') && !this.panel) this.#giveFocusBack();
  }

  /** What had it may be gone by what was decided in the dialog: then reading begins anew with the screen. */
  #giveFocusBack(): void {
    if (this.#returnFocus?.isConnected) return this.#returnFocus.focus();
    const screen = this.parentNode?.querySelector('main');
    if (!screen) return;
    // Only now: pressed somewhere, it must not take the focus.
    screen.tabIndex = -1;
    screen.addEventListener('blur', () => screen.removeAttribute('tabindex'), { once: true });
    screen.focus();
  }

  #load(panel: Panel): void {
    code[panel.kind]().catch(() => {
      notify(this, { kind: 'oops' });
      this.#close();
    });
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent('mm-close'));
  }

  protected override render(): unknown {
    const { application, room } = this;
    if (!application) return nothing;
    return html`
      ${this.#dialog(application, room)}
      <mm-cards .room=${room}></mm-cards>
      <section aria-label=${notifications()}><mm-notices ?low=${application.view.value.kind !== 'room'} .notices=${application.notices}></mm-notices></section>
    `;
  }

  #dialog(application: ApplicationFace, room: RoomFace | undefined): unknown {
    const { panel } = this;
    if (panel?.kind === 'settings') return html`<mm-settings .application=${application}></mm-settings>`;
    if (!panel || !room) return nothing;
    switch (panel.kind) {
      case 'invite':
        return html`<mm-invite .room=${room}></mm-invite>`;
      case 'help':
        return html`<mm-help></mm-help>`;
      case 'history':
        return html`<mm-history .room=${room}></mm-history>`;
      case 'export':
        return html`<mm-history .room=${room} .messages=${panel.messages}></mm-history>`;
      case 'versions':
        return html`<mm-versions .conversation=${room.conversation} .message=${panel.message}></mm-versions>`;
      case 'viewer':
        return html`<mm-lightbox .room=${room} .message=${panel.message} .file=${panel.file}></mm-lightbox>`;
      case 'room-settings':
        return html`<mm-room-settings .room=${room} .profile=${application.profile}></mm-room-settings>`;
      case 'person':
        return html`<mm-person .room=${room} .person=${panel.id}></mm-person>`;
      case 'remove':
        return html`<mm-remove-person .room=${room} .person=${panel.id}></mm-remove-person>`;
    }
  }
}

/** Outside a room its people are out of sight; what was said in a closed one is not. */
function isInSight({ kind }: Panel, phase: RoomPhase): boolean {
  switch (kind) {
    case 'settings':
    case 'invite':
      return true;
    case 'history':
    case 'export':
    case 'versions':
    case 'viewer':
      return phase === 'inside' || phase === 'closed';
    default:
      return phase === 'inside';
  }
}

/** Of each dialog. */
const code: Readonly<Record<Panel['kind'], () => Promise<unknown>>> = {
  settings: () => import('./mm-settings'),
  invite: () => import('./mm-invite'),
  'room-settings': () => import('./mm-room-settings'),
  help: () => import('./mm-help'),
  history: () => import('./mm-history'),
  export: () => import('./mm-history'),
  versions: () => import('./mm-versions'),
  viewer: () => import('./mm-lightbox'),
  person: () => import('./mm-person'),
  remove: () => import('./mm-remove-person'),
};

declare global {
  interface HTMLElementTagNameMap {
    'mm-overlay': MmOverlay;
  }
}
