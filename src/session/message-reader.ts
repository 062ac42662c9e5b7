/** Reads messages from a log with everything that belongs to them: their marks, and what they answer to. Holds nothing itself. */
import type { MessageId } from '../core/ids';
import { comparePlaces, placeOfMessage, type Place, type StoredEvent } from '../core/log-event';
import type { ChatMessage } from '../core/message';
import type { LogStore } from '../storage/log-store';
import { articleOf, markedBy, messageOf, type Article, type FeedOwners, type MarkedArticle, type Viewer } from './message-view';

/** The live log of a room, or a kept room's that is only looked at. */
export interface MessageSource {
  readonly store: Pick<LogStore, 'page' | 'slice' | 'marks' | 'search'>;
  readonly feeds: FeedOwners;
}

/** Events read at once where all are read. */
const batch = 200;

/** Before everything. */
export const firstPlace: Place = { clock: { wallMs: 0, counter: -1 }, feed: '' as Place['feed'], sequence: 0 };

export class MessageReader {
  readonly source: MessageSource;
  readonly #viewer: Viewer;

  constructor(source: MessageSource, viewer: Viewer) {
    this.source = source;
    this.#viewer = viewer;
  }

  /** The event of kind `message` that is meant; undefined when it isn't here. */
  async find(id: MessageId): Promise<StoredEvent | undefined> {
    const { feed, sequence } = placeOfMessage(id);
    const [event] = await this.source.store.slice(feed, { first: sequence, last: sequence });
    return event?.kind === 'message' && event.gone !== 'void' ? event : undefined;
  }

  async mark(events: readonly StoredEvent[]): Promise<readonly MarkedArticle[]> {
    const articles = events.map((event) => articleOf(event, this.source.feeds));
    const marks = articles.length > 0 ? await this.source.store.marks(articles.map(({ id }) => id)) : [];
    const marksById = new Map(marks.map((mark) => [mark.target, mark]));
    return articles.map((article) => markedBy(article, marksById.get(article.id)));
  }

  /** Of those `ids` that are here. */
  async markedById(ids: Iterable<MessageId>): Promise<ReadonlyMap<MessageId, MarkedArticle>> {
    const events = await Promise.all([...new Set(ids)].map((id) => this.find(id)));
    const marked = await this.mark(events.filter((event) => event !== undefined));
    return new Map(marked.map((each) => [each.article.id, each]));
  }

  async messages(events: readonly StoredEvent[]): Promise<readonly ChatMessage[]> {
    return this.view(await this.mark(events));
  }

  async view(marked: readonly MarkedArticle[]): Promise<readonly ChatMessage[]> {
    const markedById = new Map(marked.map((each) => [each.article.id, each]));
    const further = await this.markedById(quotedIn(marked).filter((id) => !markedById.has(id)));
    return marked
      .map((each) => {
        const quoted = quotedBy(each.article);
        return messageOf(each, quoted && (markedById.get(quoted) ?? further.get(quoted)), this.#viewer);
      })
      .filter((message) => message !== undefined);
  }

  /** All of them, or these, in order, a part at a time. */
  async *inOrder(ids: readonly MessageId[] | 'all', signal: AbortSignal): AsyncIterable<readonly ChatMessage[]> {
    for await (const events of ids === 'all' ? this.#allEvents() : this.#events(ids)) {
      if (signal.aborted) return;
      yield await this.messages(events);
    }
  }

  async *#allEvents(): AsyncIterable<readonly StoredEvent[]> {
    let after = firstPlace;
    for (;;) {
      const events = await this.source.store.page({ after, limit: batch });
      const last = events.at(-1);
      if (!last) return;
      yield events;
      after = last;
    }
  }

  async *#events(ids: readonly MessageId[]): AsyncIterable<readonly StoredEvent[]> {
    const found = await Promise.all([...new Set(ids)].map((id) => this.find(id)));
    const events = found.filter((event) => event !== undefined).sort(comparePlaces);
    for (let at = 0; at < events.length; at += batch) yield events.slice(at, at + batch);
  }
}

export function quotedBy({ content }: Article): MessageId | undefined {
  return content && content !== 'unknown' ? content.replyTo : undefined;
}

export function quotedIn(marked: readonly MarkedArticle[]): readonly MessageId[] {
  return marked.map(({ article }) => quotedBy(article)).filter((id) => id !== undefined);
}
