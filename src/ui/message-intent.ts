/** What a person wants with a message. It bubbles to mm-conversation, which knows how. */
import type { FileId, MessageId } from '../core/ids';
import type { ChatMessage } from '../core/message';

/** `emoji`: '' takes the reaction back. jump: to one that it answers to, or that is pinned. view: one of its pictures, large. */
export type MessageIntent =
  | { readonly kind: 'reply' | 'edit' | 'remove' | 'copy' | 'select' | 'versions'; readonly message: ChatMessage }
  | { readonly kind: 'react'; readonly message: ChatMessage; readonly emoji: string }
  | { readonly kind: 'pin'; readonly message: ChatMessage; readonly on: boolean }
  | { readonly kind: 'jump'; readonly to: MessageId }
  | { readonly kind: 'view'; readonly message: MessageId; readonly file: FileId };

/** What the menu of a message shows: quick reactions, all emoji, what else there is, or the question before a message is deleted. */
export type MenuPage = 'reactions' | 'emoji' | 'more' | 'delete';

declare global {
  interface HTMLElementEventMap {
    'message-intent': CustomEvent<MessageIntent>;
  }
}

export function intend(from: HTMLElement, intent: MessageIntent): void {
  from.dispatchEvent(new CustomEvent('message-intent', { detail: intent, bubbles: true, composed: true }));
}
