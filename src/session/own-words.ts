/** What this device's person says, and says of messages: refused with a reason, or on its way into the log. The draft is safe until the message is. */
import { limits } from '../config';
import { AppError } from '../core/app-error';
import type { Annotation, Mention } from '../core/event-content';
import type { DeviceId, MessageId } from '../core/ids';
import { placeOfMessage } from '../core/log-event';
import { State, type Observable } from '../core/observable';
import type { FileManifest } from '../core/file';
import type { Profile, SendOptions, SendOutcome } from './faces';
import { withRoomFor } from './files/fitting';
import type { Parcel, Tray } from './files/tray';
import type { Appending, LogFace } from './log-face';
import { expiryOf, textInForce, type MarkedArticle } from './message-view';
import { rest } from './rest';
import type { TimelineWindow } from './timeline';

export interface WritingRoom {
  readonly ownId: DeviceId;
  readonly profile: Observable<Profile>;
  now(): number;
  /** What the room's settings say of new messages; 0: they stay. */
  lifetimeS(): number;
  saveDraft(text: string): Promise<void>;
}

export interface OwnWordsParts {
  readonly log: LogFace;
  readonly room: WritingRoom;
  /** Files that go along. */
  readonly tray: Tray;
  readonly draft: string;
}

/** What is said, before it has a place. */
interface Letter {
  /** As it was written. */
  readonly text: string;
  readonly replyTo: MessageId | undefined;
  readonly mentions: readonly Mention[];
}

const utf8 = new TextEncoder();

export class OwnWords {
  readonly #log: LogFace;
  readonly #room: WritingRoom;
  readonly #window: TimelineWindow;
  readonly #tray: Tray;
  readonly #draft: State<string>;
  readonly #signal: AbortSignal;

  constructor({ log, room, tray, draft }: OwnWordsParts, window: TimelineWindow, signal: AbortSignal) {
    this.#log = log;
    this.#room = room;
    this.#tray = tray;
    this.#window = window;
    this.#signal = signal;
    this.#draft = new State(draft);
  }

  get draft(): Observable<string> {
    return this.#draft;
  }

  setDraft(text: string): void {
    this.#draft.set(text);
    void this.#room.saveDraft(text);
  }

  send(text: string, { replyTo, mentions = [], withTray = false }: SendOptions = {}): SendOutcome {
    const takesFiles = withTray && this.#tray.hasFiles;
    const refusal = refusalOf(text.trim(), takesFiles) ?? this.#paceRefusal();
    if (refusal) return refusal;
    const letter: Letter = { text, replyTo, mentions };
    if (takesFiles) void this.#sendWhenReady(letter, this.#tray.take());
    else if (!this.#post(letter)) return { kind: 'gone' };
    this.#draft.set('');
    return { kind: 'sent' };
  }

  /** Without a text. */
  sendParcel(parcel: Parcel, replyTo: MessageId | undefined): void {
    void this.#sendWhenReady({ text: '', replyTo, mentions: [] }, parcel);
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

  /** Until its files are ready the text is the draft on the disk. */
  async #sendWhenReady(letter: Letter, parcel: Parcel): Promise<void> {
    const files = await parcel.files;
    if (!files) return this.#giveBack(letter.text);
    // All of them were taken out of the tray meanwhile, and nothing was said with them.
    if (files.length === 0 && letter.text.trim() === '') return;
    for (let waitMs = this.#log.waitMs(); waitMs > 0 && !this.#signal.aborted; waitMs = this.#log.waitMs()) await rest(waitMs, this.#signal);
    if (this.#signal.aborted) return;
    if (this.#post(letter, withRoomFor(letter.text.trim(), files), parcel)) return;
    parcel.giveBack();
    this.#giveBack(letter.text);
  }

  /** False when the log takes nothing now. */
  #post(letter: Letter, files: readonly FileManifest[] = [], parcel?: Parcel): boolean {
    const { ownId, profile } = this.#room;
    const { text, replyTo, mentions } = letter;
    const answered = replyTo && this.#isShared(replyTo) ? { replyTo } : undefined;
    const content = { kind: 'text', name: profile.value.name, text: text.trim(), ...answered, ...mentioning(mentions), ...(files.length > 0 && { files }) } as const;
    const lifetimeS = this.#room.lifetimeS();
    const appending = this.#log.append(content, lifetimeS);
    if (!appending) return false;
    this.#window.add({ ...appending.place, id: appending.id, author: ownId, shared: true, lifetimeS, gone: undefined, content, saving: true });
    parcel?.post();
    void this.#settle(appending, letter, parcel);
    return true;
  }

  /** Shown at once, and safe only now: until then the text is the draft on the disk. */
  async #settle({ id, kept }: Appending, { text }: Letter, parcel: Parcel | undefined): Promise<void> {
    try {
      const place = await kept;
      // Before it is said to be safe: in a page that is loaded anew then it would be said, and waiting to be said.
      if (this.#draft.value === '') await this.#room.saveDraft('').catch(() => undefined); // A disk that refuses keeps a draft too many.
      this.#window.settle(id, place);
      parcel?.settle();
    } catch (failure) {
      this.#window.drop(id);
      parcel?.giveBack();
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

function refusalOf(body: string, mayBeEmpty = false): SendOutcome | undefined {
  if (body === '' && !mayBeEmpty) return { kind: 'empty' };
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
