/** A conversation as JSON for other programs: what people see, and no more. It can't be imported; a backup can. */
import type { ChatMessage } from '../core/message';

/**
 * Yields `{ "room", "exportedAt", "messages": [...] }` piece by piece. Times are ISO 8601; `text` is Markdown source, and missing where `state` isn't `there`.
 * `pages`: in order, a piece at a time.
 */
export async function* jsonOf(pages: AsyncIterable<readonly ChatMessage[]>, room: string, now: Date): AsyncIterable<string> {
  yield `{\n  "room": ${JSON.stringify(room)},\n  "exportedAt": ${JSON.stringify(now.toISOString())},\n  "messages": [`;
  let first = true;
  for await (const messages of pages) {
    let piece = '';
    for (const message of messages) {
      piece += `${first ? '' : ','}\n    ${JSON.stringify(plainMessage(message))}`;
      first = false;
    }
    yield piece;
  }
  yield '\n  ]\n}\n';
}

function plainMessage({ id, author, authorName, clock, state, body, editCount, mentions, replyTo, reactions, pinned }: ChatMessage) {
  return {
    id,
    author,
    name: authorName,
    time: new Date(clock.wallMs).toISOString(),
    state,
    ...(state === 'there' && { text: body }),
    ...(editCount > 0 && { editCount }),
    ...(replyTo && { replyTo: replyTo.id }),
    ...(mentions.length > 0 && { mentions }),
    ...(reactions.length > 0 && { reactions: reactions.map(({ emoji, devices }) => ({ emoji, devices })) }),
    ...(pinned && { pinned }),
  };
}
