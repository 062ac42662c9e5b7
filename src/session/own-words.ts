/** What this device's person says, and says of messages: refused with a reason, or on its way into the log. The draft is safe until the message is. */
import { limits } from '../config';
import { AppError } from '../core/app-error';
import type { Annotation, Mention } from '../core/event-content';
import type { DeviceId, MessageId } from '../core/ids';
import { placeOfMessage } from '../core/log-event';
import { State, type Observable } from '../core/observable';
import type { Profile, SendOptions, SendOutcome } from './faces';
import type { Appending, LogFace } from './log-face';
import { expiryOf, textInForce, type MarkedArticle } from './message-view';
import type { TimelineWindow } from './timeline';

export interface WritingRoom {
  readonly ownId: DeviceId;
  readonly profile: Observable<Profile>;
  now(): number;
  /** What the room's settings say of new messages; 0: they stay. */
  lifetimeS(): number;
  saveDraft(text: string): void;
}

const utf8 = new TextEncoder();

export class OwnWords {
  readonly #log: LogFace;
  readonly #room: WritingRoom;
  readonly #window: TimelineWindow;
  readonly #draft: State<string>;

  constructor(log: LogFace, room: WritingRoom, window: TimelineWindow, draft: string) {
    this.#log = log;
    this.#room = room;
    this.#window = window;
    this.#draft = new State(draft);
  }

  get draft(): Observable<string> {
    return this.#draft;
  }

  setDraft(text: string): void {
    this.#draft.set(text);
    this.#room.saveDraft(text);
  }

  send(text: string, { replyTo, mentions = [] }: SendOptions = {}): SendOutcome {
    const body = text.trim();
    const refusal = refusalOf(body) ?? this.#paceRefusal();
    if (refusal) return refusal;
    const { ownId, profile } = this.#room;
    const answered = replyTo && this.#isShared(replyTo) ? { replyTo } : undefined;
    const content = { kind: 'text', name: profile.value.name, text: body, ...answered, ...mentioning(mentions) } as const;
    const lifetimeS = this.#room.lifetimeS();
    const appending = this.#log.append(content, lifetimeS);
    if (!appending) return { kind: 'gone' };
    this.#window.add({ ...appending.place, id: appending.id, author: ownId, shared: true, lifetimeS, gone: undefined, content, saving: true });
    this.#draft.set('');
    void this.#settle(appending, text);
    return { kind: 'sent' };
  }

  edit(message: MessageId, text: string, mentions: readonly Mention[] = []): SendOutcome {
    const body = text.trim();
    const refusal = refusalOf(body);
    if (refusal) return refusal;
    return this.#isOwn(message) ? this.annotate({ kind: 'edit', target: message, text: body, ...mentioning(mentions) }) : { kind: 'gone' };
  }

  remove(message: MessageId): SendOutcome {
    return this.#isOwn(message) ? this.annotate({ kind: 'delete', target: message }) : { kind: 'gone' };
  }

  annotate(content: Annotation): SendOutcome {
    const target = this.#window.find(content.target);
    if (!this.#isShared(content.target) || (target && textInForce(target, this.#room.now()) === undefined)) return { kind: 'gone' };
    const refusal = this.#paceRefusal();
    if (refusal) return refusal;
    const appending = this.#log.append(content, content.kind === 'edit' ? this.#restOf(target) : 0);
    if (!appending) return { kind: 'gone' };
    void this.#settleAnnotation(appending, content);
    return { kind: 'sent' };
  }

  /** Shown at once, and safe only now: until then the text is the draft on the disk. */
  async #settle({ id, kept }: Appending, text: string): Promise<void> {
    try {
      this.#window.settle(id, await kept);
      if (this.#draft.value === '') this.#room.saveDraft('');
    } catch (failure) {
      this.#window.drop(id);
      this.#giveBack(text);
      dropFailure(failure);
    }
  }

  async #settleAnnotation({ kept }: Appending, content: Annotation): Promise<void> {
    try {
      await kept;
    } catch (failure) {
      if (content.kind === 'edit') this.#giveBack(content.text);
      dropFailure(failure);
    }
  }

  /** Beside what is being written, and what else came back. */
  #giveBack(text: string): void {
    this.setDraft([this.#draft.value, text].filter((part) => part !== '').join('\n\n'));
  }

  #paceRefusal(): SendOutcome | undefined {
    const waitMs = this.#log.waitMs();
    return waitMs > 0 ? { kind: 'too-fast', waitMs } : undefined;
  }

  /** Held here, by a name that others know. */
  #isShared(message: MessageId): boolean {
    const { feed, sequence } = placeOfMessage(message);
    return this.#log.feeds.get(feed)?.ranges.some(({ first, last }) => first <= sequence && sequence <= last) ?? false;
  }

  #isOwn(message: MessageId): boolean {
    return this.#log.feeds.get(placeOfMessage(message).feed)?.device === this.#room.ownId;
  }

  /** Seconds; 0: for ever. What a message is changed to goes when the message goes. */
  #restOf(target: MarkedArticle | undefined): number {
    const expiresMs = target && expiryOf(target.article);
    return expiresMs === undefined ? 0 : Math.max(1, Math.ceil((expiresMs - this.#room.now()) / 1_000));
  }
}

function refusalOf(body: string): SendOutcome | undefined {
  if (body === '') return { kind: 'empty' };
  const bytes = utf8.encode(body).length;
  return bytes > limits.messageBytes ? { kind: 'too-long', bytes, maximum: limits.messageBytes } : undefined;
}

function mentioning(mentions: readonly Mention[]): { readonly mentions?: readonly Mention[] } {
  return mentions.length > 0 ? { mentions: mentions.slice(0, limits.mentions) } : {};
}

/** What the disk refused is told elsewhere, by whoever owns it; anything else is a fault. */
function dropFailure(failure: unknown): void {
  if (!(failure instanceof AppError)) throw failure;
}
