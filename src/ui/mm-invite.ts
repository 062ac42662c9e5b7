/** The dialog with a room's link, to bring in one more person. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RoomFace } from '../session/faces';
import * as texts from './i18n/invite-texts';
import { localized } from './i18n/localize';
import './mm-dialog';
import './mm-share-link';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/** @fires mm-close - from the dialog */
@localized()
@customElement('mm-invite')
export class MmInvite extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      p {
        color: var(--ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) room: RoomFace | undefined;

  constructor() {
    super();
    new ObserveController(this, () => [this.room?.link, this.room?.settings, this.room?.role]);
  }

  protected override render(): unknown {
    const { room } = this;
    if (!room) return nothing;
    return html`<mm-dialog .heading=${texts.inviteHeading()}>
      <p>${advice(room)}</p>
      <mm-share-link .link=${room.link.value}></mm-share-link>
    </mm-dialog>`;
  }
}

/** Who comes in by the link, and what else they need. */
function advice({ kind, settings, role }: RoomFace): string {
  if (kind === 'named') return texts.inviteNamed();
  const { policy, hasPassword, locked } = settings.value;
  if (locked) return texts.inviteLocked();
  const who = policy === 'open' ? texts.inviteOpen() : policy === 'hosts' && role.value === 'member' ? texts.inviteHostDecides() : texts.inviteYouDecide();
  return hasPassword ? `${who} ${texts.invitePassword()}` : who;
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-invite': MmInvite;
  }
}
