/** The two wishes that any element may have of the page around it. They bubble to mm-app through every shadow root. */
import type { DeviceId } from '../core/ids';
import type { NoticeContent } from '../session/faces';

/** A dialog. `settings` anywhere, the others in a room; `remove` asks before somebody is removed. */
export type Panel = { readonly kind: 'settings' | 'invite' | 'room-settings' } | { readonly kind: 'person' | 'remove'; readonly id: DeviceId };

declare global {
  interface HTMLElementEventMap {
    'mm-notify': CustomEvent<NoticeContent>;
    'mm-open': CustomEvent<Panel>;
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
