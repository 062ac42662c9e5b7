/** What stands above the screen: a dialog, the cards of those who ring, the toasts. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ApplicationFace, RoomFace } from '../session/faces';
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
 * @fires mm-close - from a dialog: the person is done with it
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
    new ObserveController(this, () => [this.application?.view]);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('panel') || !this.panel) return;
    this.#load(this.panel);
    // Inert, the screen may have lost the focus already; Chromium moves it only when it next paints.
    this.#returnFocus = deepActiveElement() ?? this.#returnFocus;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('panel') && changed.get('panel') && !this.panel) this.#returnFocus?.focus();
  }

  #load(panel: Panel): void {
    const loading = panel === 'settings' ? import('./mm-settings') : import('./mm-invite');
    loading.catch(() => {
      notify(this, { kind: 'oops' });
      this.dispatchEvent(new CustomEvent('mm-close'));
    });
  }

  protected override render(): unknown {
    const { application, room, panel } = this;
    if (!application) return nothing;
    return html`
      ${panel === 'settings' ? html`<mm-settings .application=${application}></mm-settings>` : nothing}
      ${panel === 'invite' && room ? html`<mm-invite .link=${room.link}></mm-invite>` : nothing}
      <mm-cards .room=${room}></mm-cards>
      <section aria-label=${notifications()}><mm-notices ?low=${application.view.value.kind !== 'room'} .notices=${application.notices}></mm-notices></section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-overlay': MmOverlay;
  }
}
