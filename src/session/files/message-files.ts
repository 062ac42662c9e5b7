/**
 * The files of the messages that this page has met: which stand where, which come by themselves, and which go with their message.
 *
 * Met are those in the window of the conversation, and those that arrive. Of a history that comes by thousands only the newest are looked at: the others are met when
 * somebody scrolls to them.
 */
import { limits } from '../../config';
import type { FileEntry, FileManifest } from '../../core/file';
import type { DeviceId, FileId, MessageId } from '../../core/ids';
import { comparePlaces, messageIdOf, type StoredEvent } from '../../core/log-event';
import type { ChatMessage } from '../../core/message';
import { watch, type Observable } from '../../core/observable';
import { readBody } from '../../protocol/event-body';
import type { Timeline } from '../faces';
import type { LogFace, LogNews } from '../log-face';
import type { FileReasons } from './file-reasons';

export interface MessageFilesOptions {
  readonly ownId: DeviceId;
  readonly log: Pick<LogFace, 'listen' | 'feeds'>;
  readonly timeline: Observable<Timeline>;
  readonly reasons: FileReasons;
  /** What was said before is not fetched by itself: the files of that time were deleted (milliseconds since 1970). */
  clearedMs(): number;
  /** A small one of somebody else, not tried before; it stands in that message. */
  fetch(file: FileManifest, message: MessageId): void;
}

/** Of what arrives at once, so many of the newest are looked at. */
const lookedAt = 50;

interface MetMessage {
  readonly id: MessageId;
  readonly author: DeviceId | undefined;
  readonly wallMs: number;
  readonly files: readonly FileEntry[];
}

export class MessageFiles {
  readonly #options: MessageFilesOptions;
  readonly #messagesByFile = new Map<FileId, Set<MessageId>>();
  readonly #met = new Set<MessageId>();
  readonly #tried = new Set<FileId>();

  constructor(options: MessageFilesOptions, signal: AbortSignal) {
    this.#options = options;
    options.log.listen((news) => this.#take(news), signal);
    watch(options.timeline, signal, ({ messages }) => this.#meet(messages.toReversed().map(metMessage)));
  }

  /** Where it stands, as far as is known. */
  messagesOf(file: FileId): readonly MessageId[] {
    return [...(this.#messagesByFile.get(file) ?? [])];
  }

  #take({ events, erased }: LogNews): void {
    const messages = events.filter(({ kind, body, gone }) => kind === 'message' && body && !gone);
    const newest = messages.length > lookedAt ? messages.toSorted(comparePlaces).slice(-lookedAt) : messages;
    this.#meet(newest.toReversed().map((event) => this.#metEvent(event)));
    for (const id of erased) this.#part(id);
  }

  /** Newest first: so they are fetched. */
  #meet(messages: readonly MetMessage[]): void {
    for (const message of messages) {
      if (message.files.length === 0 || this.#met.has(message.id)) continue;
      this.#met.add(message.id);
      for (const file of message.files) if (file !== 'broken') this.#note(file, message);
    }
  }

  #note(file: FileManifest, { id, author, wallMs }: MetMessage): void {
    const { ownId, reasons } = this.#options;
    const messages = this.#messagesByFile.get(file.id);
    if (messages) messages.add(id);
    else this.#messagesByFile.set(file.id, new Set([id]));
    if (reasons.has(file.id)) void reasons.add(file.id, id);
    else if (author !== ownId && file.sizeBytes <= limits.autoFileBytes && wallMs > this.#options.clearedMs() && !this.#tried.has(file.id)) {
      this.#tried.add(file.id);
      this.#options.fetch(file, id);
    }
  }

  /** Deleted, or its time is over: nothing of it stays. */
  #part(id: MessageId): void {
    this.#met.delete(id);
    for (const messages of this.#messagesByFile.values()) messages.delete(id);
    void this.#options.reasons.drop(id);
  }

  #metEvent(event: StoredEvent): MetMessage {
    const content = event.body && readBody(event.body);
    const files = content?.kind === 'text' ? (content.files ?? []) : [];
    return { id: messageIdOf(event), author: this.#options.log.feeds.get(event.feed)?.device, wallMs: event.clock.wallMs, files };
  }
}

function metMessage({ id, author, clock, files, delivery }: ChatMessage): MetMessage {
  // One that is being kept may get another id yet: it is met when it is kept.
  return { id, author, wallMs: clock.wallMs, files: delivery?.kind === 'saving' ? [] : files };
}
