/** One message as people see it: made of its event, of what annotations have made of it, and of who looks. */
import type { TextContent } from '../core/event-content';
import type { FileEntry } from '../core/file';
import type { DeviceId, FeedId, MessageId } from '../core/ids';
import { messageIdOf, type FeedRecord, type GoneReason, type Place, type StoredEvent } from '../core/log-event';
import type { Edition, Mark } from '../core/marks';
import type { ChatMessage, Delivery, Quote, Reaction } from '../core/message';
import { readBody } from '../protocol/event-body';
import { readLocalBody } from './local-body';
import { plainExcerpt } from './plain-excerpt';

/** An event of kind `message`, as far as people see it. One that is still being kept is shown by these, too. */
export interface Article extends Place {
  readonly id: MessageId;
  readonly author: DeviceId;
  /** Its device's feed is exchanged. Messages of the release before the log are not: nobody else knows them by their id. */
  readonly shared: boolean;
  readonly lifetimeS: number;
  readonly gone: GoneReason | undefined;
  /** undefined: gone, or not had. unknown: of a kind that a later release adds, and shown nowhere. */
  readonly content: TextContent | 'unknown' | undefined;
  /** Not on the disk yet. */
  readonly saving: boolean;
}

/** With what annotations have made of it. */
export interface MarkedArticle {
  readonly article: Article;
  readonly mark: Mark | undefined;
}

/** Who looks, and what only the room knows. */
export interface Viewer {
  readonly ownId: DeviceId;
  now(): number;
  /** As a device is called now; '' if nobody knows. */
  nameOf(device: DeviceId): string;
  /** Of an own message that is kept. */
  deliveryOf(place: Place): Delivery | undefined;
}

export type FeedOwners = ReadonlyMap<FeedId, Pick<FeedRecord, 'device'>>;

export function articleOf(event: StoredEvent, feeds: FeedOwners): Article {
  const { clock, feed, sequence, lifetimeS, gone, body } = event;
  const device = feeds.get(feed)?.device;
  const article = { id: messageIdOf(event), clock, feed, sequence, lifetimeS, gone, shared: device !== undefined, saving: false };
  if (device === undefined) {
    const local = body && readLocalBody(body);
    return { ...article, author: local?.author ?? ('' as DeviceId), content: local };
  }
  return { ...article, author: device, content: body && textOf(body) };
}

/** Nobody can say anything of a message that others don't know: what names it by chance, or on purpose, means another device's. */
export function markedBy(article: Article, mark: Mark | undefined): MarkedArticle {
  return { article, mark: article.shared ? mark : undefined };
}

/** undefined when it is of a kind that isn't shown. `quoted`: what it answers to, if that is here. */
export function messageOf({ article, mark }: MarkedArticle, quoted: MarkedArticle | undefined, viewer: Viewer): ChatMessage | undefined {
  const { id, author, clock, content } = article;
  if (content === 'unknown') return undefined;
  const state = stateOf({ article, mark }, viewer.now());
  const there = state === 'there' ? content : undefined;
  const editions = there ? editionsOf({ article, mark }) : [];
  const latest = editions.at(-1);
  return {
    id,
    author,
    authorName: content?.name ?? viewer.nameOf(author),
    clock,
    state,
    body: latest?.text ?? there?.text ?? '',
    files: there?.files ?? [],
    editCount: editions.length,
    mentions: latest?.mentions ?? there?.mentions ?? [],
    replyTo: there?.replyTo && quoteOf(there.replyTo, quoted, viewer),
    reactions: there ? reactionsOf(mark, viewer.ownId) : [],
    pinned: there !== undefined && mark?.pin?.on === true,
    expiresMs: expiryOf(article),
    delivery: there && deliveryOf(article, viewer),
  };
}

/** Milliseconds since 1970; undefined: it stays. */
export function expiryOf({ clock, lifetimeS }: Pick<StoredEvent, 'clock' | 'lifetimeS'>): number | undefined {
  return lifetimeS === 0 ? undefined : clock.wallMs + 1_000 * lifetimeS;
}

/** What its author made of it, oldest first; what others say counts nothing. */
export function editionsOf({ article, mark }: MarkedArticle): readonly Edition[] {
  return mark?.editions.filter(({ by }) => by === article.author) ?? [];
}

/** What stands in it now; undefined when nothing does. */
export function textInForce(marked: MarkedArticle, nowMs: number): string | undefined {
  const { content } = marked.article;
  if (stateOf(marked, nowMs) !== 'there' || !content || content === 'unknown') return undefined;
  return editionsOf(marked).at(-1)?.text ?? content.text;
}

function stateOf({ article, mark }: MarkedArticle, nowMs: number): ChatMessage['state'] {
  if (article.gone === 'deleted' || mark?.deletedBy.includes(article.author)) return 'deleted';
  if (article.gone === 'expired' || nowMs >= (expiryOf(article) ?? Infinity)) return 'expired';
  return article.content ? 'there' : 'missing';
}

function quoteOf(id: MessageId, quoted: MarkedArticle | undefined, viewer: Viewer): Quote {
  const unknown: Quote = { id, state: 'unknown', author: undefined, authorName: '', excerpt: '', file: undefined };
  const content = quoted?.article.content;
  if (!quoted?.article.shared || content === 'unknown') return unknown;
  const { author } = quoted.article;
  const text = textInForce(quoted, viewer.now());
  const file = text === undefined ? undefined : content?.files?.[0];
  const excerpt = plainExcerpt(text ?? '') || nameOf(file);
  return { id, state: stateOf(quoted, viewer.now()), author, authorName: content?.name ?? viewer.nameOf(author), excerpt, file: file && kindOf(file) };
}

function nameOf(file: FileEntry | undefined): string {
  return file === undefined || file === 'broken' ? '' : file.name;
}

function kindOf(file: FileEntry): Quote['file'] {
  return file === 'broken' || file.look.kind === 'plain' ? 'file' : file.look.kind;
}

function reactionsOf(mark: Mark | undefined, ownId: DeviceId): readonly Reaction[] {
  const devicesByEmoji = new Map<string, DeviceId[]>();
  for (const { by, emoji } of mark?.reactions ?? []) {
    if (emoji === '') continue;
    const devices = devicesByEmoji.get(emoji);
    if (devices) devices.push(by);
    else devicesByEmoji.set(emoji, [by]);
  }
  return [...devicesByEmoji].map(([emoji, devices]) => ({ emoji, devices, own: devices.includes(ownId) }));
}

function deliveryOf(article: Article, viewer: Viewer): Delivery | undefined {
  if (article.author !== viewer.ownId || !article.shared) return undefined;
  return article.saving ? { kind: 'saving' } : viewer.deliveryOf(article);
}

function textOf(body: NonNullable<StoredEvent['body']>): TextContent | 'unknown' {
  const content = readBody(body);
  return content?.kind === 'text' ? content : 'unknown';
}
