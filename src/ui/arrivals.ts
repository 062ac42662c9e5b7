/** What came into a conversation between two looks at it, and how a screen reader hears of it. */
import type { ChatMessage } from '../core/message';
import type { MessageId } from '../core/ids';
import type { Timeline } from '../session/faces';
import { countText } from './amounts';
import * as texts from './i18n/message-texts';
import { messageLine } from './message-line';

/** New messages said one by one; of more, only how many. */
export const saidOneByOne = 3;

/** `id`: of the message, or the last of many. */
export interface SaidLine {
  readonly id: MessageId;
  readonly text: string;
}

/** What is new since; not what was scrolled to: that stands above all that was shown, or below while the end was further down. */
export function arrivedSince(before: Timeline, now: Timeline): readonly ChatMessage[] {
  if (!before.atEnd || !now.atEnd) return [];
  const known = new Set(before.messages.map(({ id }) => id));
  const from = before.messages[0]?.id;
  const first = now.messages.findIndex(({ id }) => id === from);
  return now.messages.slice(Math.max(first, 0)).filter(({ id, state }) => !known.has(id) && state === 'there');
}

export function linesFor(messages: readonly ChatMessage[]): readonly SaidLine[] {
  const last = messages.at(-1);
  if (!last) return [];
  if (messages.length > saidOneByOne) return [{ id: last.id, text: texts.manyNew(countText(messages.length)) }];
  return messages.map((message) => ({ id: message.id, text: texts.announcement(message.authorName, spokenText(message)) }));
}

/** What is said of a message after its name. */
export function spokenText(message: ChatMessage): string {
  switch (message.state) {
    case 'there':
      return messageLine(message);
    case 'deleted':
      return texts.deleted();
    case 'expired':
      return texts.disappeared();
    case 'missing':
      return texts.notHereYet();
  }
}

export function laterThan(a: ChatMessage, b: ChatMessage): boolean {
  return a.clock.wallMs > b.clock.wallMs || (a.clock.wallMs === b.clock.wallMs && a.clock.counter > b.clock.counter);
}
