/** Finds messages by what stands in them now: not by what an edit took out, and never deleted ones. */
import { foldText } from '../core/fold';
import type { MessageId } from '../core/ids';
import { comparePlaces, messageIdOf, type StoredEvent } from '../core/log-event';
import type { ChatMessage } from '../core/message';
import { readBody } from '../protocol/event-body';
import type { MessageReader } from './message-reader';
import { editionsOf, type MarkedArticle } from './message-view';

/** Newest first, as they are found. Ends when `signal` aborts. */
export async function* searchMessages(reader: MessageReader, text: string, signal: AbortSignal): AsyncIterable<readonly ChatMessage[]> {
  const words = text.trim();
  if (words === '') return;
  for await (const events of reader.source.store.search(words, signal)) {
    if (signal.aborted) return;
    const found = await inForce(reader, events, foldText(words));
    const messages = (await reader.view(found)).filter(({ state }) => state === 'there');
    if (messages.length > 0) yield messages;
  }
}

/** The messages whose text now is what was found, the first one or that of the last edit; or whose files are called so, which stay what they are. */
async function inForce(reader: MessageReader, events: readonly StoredEvent[], words: string): Promise<readonly MarkedArticle[]> {
  const originals = await reader.mark(events.filter(({ kind }) => kind === 'message'));
  const edited = await reader.markedById(events.map(editedBy).filter((id) => id !== undefined));
  const found = [
    ...originals.filter((marked) => editionsOf(marked).length === 0 || hasFileCalled(marked, words)),
    ...[...edited.values()].filter((marked) => {
      const latest = editionsOf(marked).at(-1);
      return latest && events.some((event) => messageIdOf(event) === messageIdOf(latest.at));
    }),
  ];
  // By its files and by its text at once.
  return [...new Map(found.map((marked) => [marked.article.id, marked])).values()].sort((a, b) => comparePlaces(b.article, a.article));
}

function hasFileCalled({ article: { content } }: MarkedArticle, words: string): boolean {
  const files = content && content !== 'unknown' ? (content.files ?? []) : [];
  return files.some((file) => file !== 'broken' && foldText(file.name).includes(words));
}

/** Which message the event gives another text. */
function editedBy({ kind, body }: StoredEvent): MessageId | undefined {
  if (kind === 'message') return undefined;
  const content = body && readBody(body);
  return content?.kind === 'edit' ? content.target : undefined;
}
