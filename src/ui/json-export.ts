/** A conversation as JSON for other programs: what people see, and no more. It can't be imported; a backup can. */
import type { FileEntry, FileManifest } from '../core/file';
import type { ChatMessage } from '../core/message';
import type { FilePlace } from './exported-files';

/**
 * Yields `{ "room", "exportedAt", "messages": [...] }` piece by piece. Times are ISO 8601; `text` is Markdown source, and missing where `state` isn't `there`.
 * `pages`: in order, a piece at a time. `placeOf`: where a file lies beside it, if files do.
 */
export async function* jsonOf(pages: AsyncIterable<readonly ChatMessage[]>, room: string, now: Date, placeOf?: (file: FileManifest) => FilePlace): AsyncIterable<string> {
  yield `{\n  "room": ${JSON.stringify(room)},\n  "exportedAt": ${JSON.stringify(now.toISOString())},\n  "messages": [`;
  let first = true;
  for await (const messages of pages) {
    let piece = '';
    for (const message of messages) {
      piece += `${first ? '' : ','}\n    ${JSON.stringify(plainMessage(message, placeOf))}`;
      first = false;
    }
    yield piece;
  }
  yield '\n  ]\n}\n';
}

function plainMessage({ id, author, authorName, clock, state, body, files, editCount, mentions, replyTo, reactions, pinned }: ChatMessage, placeOf?: (file: FileManifest) => FilePlace) {
  return {
    id,
    author,
    name: authorName,
    time: new Date(clock.wallMs).toISOString(),
    state,
    ...(state === 'there' && { text: body }),
    ...(files.length > 0 && { files: files.map((file) => plainFile(file, placeOf)) }),
    ...(editCount > 0 && { editCount }),
    ...(replyTo && { replyTo: replyTo.id }),
    ...(mentions.length > 0 && { mentions }),
    ...(reactions.length > 0 && { reactions: reactions.map(({ emoji, devices }) => ({ emoji, devices })) }),
    ...(pinned && { pinned }),
  };
}

/** Without the little picture of it. */
function plainFile(file: FileEntry, placeOf?: (file: FileManifest) => FilePlace) {
  if (file === 'broken') return { broken: true };
  const { id, name, type, sizeBytes, look } = file;
  const { thumbnail: _thumbnail, ...plainLook } = { thumbnail: undefined, ...look };
  const place = placeOf?.(file);
  return { id, name, type, sizeBytes, look: plainLook, ...(typeof place === 'object' && place) };
}
