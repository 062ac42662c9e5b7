/** Which messages of the window are in the page: a page of history enters it in steps, so that no frame waits for all of it. */
import type { ChatMessage } from '../core/message';

/** New rows in one frame. */
const rowsAFrame = 10;

/** What is drawn next, of those that are wanted: what is drawn and still wanted, and a few of those beside it. All, where nothing is left of what was drawn. */
export function drawMore(drawn: readonly ChatMessage[], wanted: readonly ChatMessage[]): readonly ChatMessage[] {
  const known = new Set(drawn.map(({ id }) => id));
  const first = wanted.findIndex(({ id }) => known.has(id));
  if (first < 0) return wanted;
  const end = wanted.findLastIndex(({ id }) => known.has(id)) + 1;
  const below = Math.min(rowsAFrame, wanted.length - end);
  const above = Math.min(rowsAFrame - below, first);
  return below + end - first + above === wanted.length ? wanted : wanted.slice(first - above, end + below);
}
