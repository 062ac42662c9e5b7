/** Which messages stand together, under one name. */
import type { ChatMessage } from '../core/message';
import { sameDay } from './dates';

/** Messages of one author within this time stand together. */
const groupMs = 5 * 60_000;

export function together(earlier: ChatMessage, later: ChatMessage): boolean {
  return (
    earlier.author === later.author &&
    earlier.authorName === later.authorName &&
    Math.abs(later.clock.wallMs - earlier.clock.wallMs) < groupMs &&
    sameDay(earlier.clock.wallMs, later.clock.wallMs)
  );
}
