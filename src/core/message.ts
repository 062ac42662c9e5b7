/** What a person wrote, in the one order that every device agrees on. */
import type { DeviceId, MessageId } from './ids';
import { compareTimestamps, type Timestamp } from './clock';

/** One message of a conversation. `body` is Markdown source, 1 to `limits.messageCharacters` characters. */
export interface ChatMessage {
  readonly id: MessageId;
  readonly author: DeviceId;
  /** The author's name when it was written; names change, history does not. */
  readonly authorName: string;
  readonly clock: Timestamp;
  readonly body: string;
}

/** Order: hybrid clock, then author, then id; total, so every device shows the same sequence. */
export function compareMessages(a: ChatMessage, b: ChatMessage): number {
  return compareTimestamps(a.clock, b.clock) || compareText(a.author, b.author) || compareText(a.id, b.id);
}

/**
 * The union of both by id, in order. An id seen twice keeps the first content: what was shown never changes under the reader's eyes.
 * Returns `known` itself when nothing is new.
 */
export function mergeMessages(known: readonly ChatMessage[], incoming: readonly ChatMessage[]): readonly ChatMessage[] {
  const messagesById = new Map(known.map((message) => [message.id, message]));
  const before = messagesById.size;
  for (const message of incoming) if (!messagesById.has(message.id)) messagesById.set(message.id, message);
  if (messagesById.size === before) return known;
  return [...messagesById.values()].sort(compareMessages);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
