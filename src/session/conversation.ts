/** What is said in a room: kept first, then shown and sent; a returning peer gets what it missed. */
import { limits } from '../config';
import { encodeBase64Url } from '../core/base64url';
import { nextTimestamp, observeTimestamp, zeroTimestamp, type Timestamp } from '../core/clock';
import type { DeviceId, MessageId } from '../core/ids';
import { mergeMessages, type ChatMessage } from '../core/message';
import { State, type Observable } from '../core/observable';
import type { Frame } from '../protocol/frames';
import type { HistoryStore } from '../storage/history-store';
import type { ConversationFace, Profile, SendOutcome } from './faces';
import type { Member } from './roster';

/** A clock that runs ahead of ours by more than this doesn't move it: two days, as design.md has it for the log. */
const maximumAheadMs = 48 * 3_600_000;
/** UTF-16 units of JSON in one `messages` frame. The longest message, all of it escaped, has 48,300, so every frame stays below limits.controlFrameBytes. */
const batchUnits = 48_000;

export interface ConversationRoom {
  readonly profile: Observable<Profile>;
  readonly members: Observable<readonly Member[]>;
  now(): number;
  saveDraft(text: string): void;
}

export class Conversation implements ConversationFace {
  readonly #room: ConversationRoom;
  readonly #history: HistoryStore;
  readonly #messages: State<readonly ChatMessage[]>;
  readonly #draft: State<string>;
  #clock: Timestamp;

  static async load(history: HistoryStore, draft: string, room: ConversationRoom): Promise<Conversation> {
    return new Conversation(history, await history.latest(limits.recentMessages), draft, room);
  }

  private constructor(history: HistoryStore, messages: readonly ChatMessage[], draft: string, room: ConversationRoom) {
    this.#room = room;
    this.#history = history;
    this.#messages = new State(messages);
    this.#draft = new State(draft);
    this.#clock = messages.reduce((latest, { clock }) => observeTimestamp(latest, clock, room.now(), maximumAheadMs), zeroTimestamp);
  }

  get messages(): Observable<readonly ChatMessage[]> {
    return this.#messages;
  }

  get draft(): Observable<string> {
    return this.#draft;
  }

  get ownId(): DeviceId {
    return this.#room.profile.value.deviceId;
  }

  /** What another tab may have added meanwhile. */
  async reload(): Promise<void> {
    const stored = await this.#history.latest(limits.recentMessages);
    this.#show(stored);
  }

  setDraft(text: string): void {
    this.#draft.set(text);
    this.#room.saveDraft(text);
  }

  send(text: string): SendOutcome {
    const body = text.trim();
    if (body === '') return { kind: 'empty' };
    const characters = [...body].length;
    if (characters > limits.messageCharacters) return { kind: 'too-long', characters, maximum: limits.messageCharacters };
    this.#clock = nextTimestamp(this.#clock, this.#room.now());
    const { deviceId, name } = this.#room.profile.value;
    const id = encodeBase64Url(crypto.getRandomValues(new Uint8Array(16))) as MessageId;
    void this.#publish({ id, author: deviceId, authorName: name, clock: this.#clock, body });
    this.setDraft('');
    return { kind: 'sent' };
  }

  /** Somebody was let in at that time, by another's clock: what is said from now on is later, and so for them, too. */
  comeAfter(wallMs: number): void {
    this.#clock = observeTimestamp(this.#clock, { wallMs, counter: 0 }, this.#room.now(), maximumAheadMs);
  }

  /** A member is here: both sides say what they have of the other. */
  greet(member: Member): void {
    const ids = this.#messages.value.filter(({ author }) => author === member.device).map(({ id }) => id);
    member.link.send({ kind: 'have', ids: ids.slice(-limits.recentMessages) });
    member.link.listen((frame) => this.#hear(member, frame));
  }

  /** On the disk before anybody sees it: what was shown as sent is there after a crash. */
  async #publish(message: ChatMessage): Promise<void> {
    await this.#history.add([message], 'strict');
    this.#show([message]);
    for (const { link } of this.#room.members.value) link.send({ kind: 'message', message });
  }

  /** What a member sends can't fill the memory of this page; what goes off the screen is still on the disk. */
  #show(more: readonly ChatMessage[]): void {
    this.#messages.update((messages) => {
      const merged = mergeMessages(messages, more);
      return merged.length > limits.messagesOnScreen ? merged.slice(-limits.messagesOnScreen) : merged;
    });
  }

  #hear(member: Member, frame: Frame): void {
    if (frame.kind === 'message') void this.#take(member, [frame.message]);
    else if (frame.kind === 'messages') void this.#take(member, frame.messages);
    else if (frame.kind === 'have') this.#supply(member, new Set(frame.ids));
  }

  /** Until messages are signed, a peer speaks for itself alone. */
  async #take(member: Member, incoming: readonly ChatMessage[]): Promise<void> {
    const own = incoming.filter(({ author }) => author === member.device);
    if (own.length === 0) return;
    for (const { clock } of own) this.#clock = observeTimestamp(this.#clock, clock, this.#room.now(), maximumAheadMs);
    this.#show(own);
    await this.#history.add(own);
  }

  #supply(member: Member, known: ReadonlySet<MessageId>): void {
    const missing = this.#messages.value.filter(({ id, author, clock }) => author === this.ownId && clock.wallMs >= member.sinceMs && !known.has(id));
    let batch: ChatMessage[] = [];
    let units = 0;
    const flush = () => {
      if (batch.length > 0) member.link.send({ kind: 'messages', messages: batch });
      batch = [];
      units = 0;
    };
    for (const message of missing.slice(-limits.recentMessages)) {
      const size = JSON.stringify(message).length;
      if (units + size > batchUnits) flush();
      batch.push(message);
      units += size;
    }
    flush();
  }
}
