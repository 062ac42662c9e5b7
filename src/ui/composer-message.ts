/** What becomes of what was written: a message, an answer, or another version of one. */
import type { Mention } from '../core/event-content';
import type { ChatMessage } from '../core/message';
import type { ConversationFace, Person, SendOutcome } from '../session/faces';
import { mentionsIn } from './mentioned-people';

export interface Written {
  readonly text: string;
  readonly editing: ChatMessage | undefined;
  readonly replying: ChatMessage | undefined;
  readonly people: readonly Person[];
  /** Mentions that were chosen from the list. */
  readonly chosen: readonly Mention[];
  /** Files go along. */
  readonly withTray: boolean;
}

export function sendWritten(conversation: ConversationFace, { text, editing, replying, people, chosen, withTray }: Written): SendOutcome {
  // Also those whose name was typed by hand.
  const mentions = mentionsIn(text, [...chosen, ...(editing?.mentions ?? []), ...people.map(({ id, name }) => ({ device: id, name }))]);
  if (editing) return conversation.edit(editing.id, text, mentions);
  return conversation.send(text, { ...(replying && { replyTo: replying.id }), ...(mentions.length > 0 && { mentions }), ...(withTray && { withTray }) });
}
