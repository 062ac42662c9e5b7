/** The three wishes that any element may have of the page around it. They bubble to mm-app through every shadow root. */
import type { DeviceId, FileId, MessageId } from '../core/ids';
import type { NoticeContent } from '../session/faces';

/** A dialog. `settings` anywhere, the others in a room; `remove` asks before somebody is removed, `export` is about messages that were selected, `versions` about one that was edited, `viewer` begins with a picture of a message. */
export type Panel =
  | { readonly kind: 'settings' | 'invite' | 'room-settings' | 'history' | 'help' }
  | { readonly kind: 'export'; readonly messages: readonly MessageId[] }
  | { readonly kind: 'versions'; readonly message: MessageId }
  | { readonly kind: 'viewer'; readonly message: MessageId; readonly file: FileId }
  | { readonly kind: 'person' | 'remove'; readonly id: DeviceId };

declare global {
  interface HTMLElementEventMap {
    'mm-notify': CustomEvent<NoticeContent>;
    'mm-open': CustomEvent<Panel>;
    'mm-show-message': CustomEvent<MessageId>;
    'mm-close': CustomEvent<null>;
  }
}

/** Asks for a toast. */
export function notify(from: HTMLElement, content: NoticeContent): void {
  from.dispatchEvent(new CustomEvent('mm-notify', { detail: content, bubbles: true, composed: true }));
}

/** Asks for a dialog. */
export function openPanel(from: HTMLElement, panel: Panel): void {
  from.dispatchEvent(new CustomEvent('mm-open', { detail: panel, bubbles: true, composed: true }));
}

/** Asks for a message to be brought on the screen: of the room that is open, or is about to be. */
export function showMessage(from: HTMLElement, id: MessageId): void {
  from.dispatchEvent(new CustomEvent('mm-show-message', { detail: id, bubbles: true, composed: true }));
}
