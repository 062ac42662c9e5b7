/** The session's faces with nothing behind them: screens are driven by setting values, and what they ask for is written down in `asked`. */
import { limits } from '../../src/config';
import { messageIdOf } from '../../src/core/log-event';
import type { DeviceId, FeedId, MessageId, RoomAlias } from '../../src/core/ids';
import type { Role } from '../../src/core/membership';
import type { ChatMessage, Quote } from '../../src/core/message';
import { State } from '../../src/core/observable';
import { cleanPersonName } from '../../src/core/person-name';
import type {
  ApplicationFace,
  CallFace,
  CallParticipant,
  CallSelf,
  CallState,
  ConnectionStatus,
  ConversationFace,
  HomeFace,
  JoinOutcome,
  JumpPlace,
  KeptRoom,
  MessageVersion,
  Notice,
  NoticeContent,
  NoticeId,
  NoticesFace,
  Person,
  Picture,
  Preferences,
  Profile,
  RestoreOutcome,
  Ring,
  RingId,
  RingQueue,
  RoomFace,
  RoomHit,
  RoomPhase,
  RoomSettingsPatch,
  RoomSettingsView,
  SendOptions,
  SendOutcome,
  StorageEstimateView,
  StorageFace,
  Timeline,
  View,
} from '../../src/session/faces';
import { FakeFiles, manifest } from './fake-files';

export const alice = 'alice'.padEnd(26, 'a') as DeviceId;
export const bob = 'bob'.padEnd(26, 'b') as DeviceId;
export const carol = 'carol'.padEnd(26, 'c') as DeviceId;

export const exampleLink = 'https://meet.example/#7Hk2mQx9TbNwZr4Ce';

/** A message of `author`, at `wallMs`; own ones were delivered to the one other. `change`: what else is different about it. */
export function message(body: string, author: DeviceId = bob, wallMs = Date.now(), authorName = nameOf(author), change: Partial<ChatMessage> = {}): ChatMessage {
  nextMessage += 1;
  return {
    id: messageIdOf({ feed: author.padEnd(22, '-').slice(0, 22) as FeedId, sequence: nextMessage }),
    author,
    authorName,
    clock: { wallMs, counter: nextMessage },
    state: 'there',
    body,
    files: [],
    editCount: 0,
    mentions: [],
    replyTo: undefined,
    reactions: [],
    pinned: false,
    expiresMs: undefined,
    delivery: author === alice ? { kind: 'delivered', count: 1, of: 1 } : undefined,
    ...change,
  };
}

/** As another message answers to it. */
export function quote({ id, state, author, authorName, body, files: [file] }: ChatMessage): Quote {
  const named = file !== undefined && file !== 'broken';
  const kind = named ? file.look.kind : file;
  return { id, state, author, authorName, excerpt: body.slice(0, 200) || (named ? file.name : ''), file: kind === 'plain' || kind === 'broken' ? 'file' : kind };
}

let nextMessage = 0;

function nameOf(author: DeviceId): string {
  return author === alice ? 'Alice' : author === bob ? 'Bob' : 'Carol';
}

export function ring(name: string): Ring {
  return { id: `ring of ${name}` as RingId, name };
}

export function person(id: DeviceId = bob, name = nameOf(id), change: Partial<Person> = {}): Person {
  return { id, name, presence: 'here', role: 'member', tint: undefined, picture: undefined, verified: false, changedKey: false, code: [0, 9, 18, 27, 36, 45, 63], removable: true, ...change };
}

export function keptRoom(title: string, peopleNames: readonly string[] = [], lastVisitMs = Date.now(), unreadCount = 0): KeptRoom {
  nextRoom += 1;
  return { alias: `room${nextRoom}`.padEnd(22, 'r') as RoomAlias, title, peopleNames, lastVisitMs, unreadCount };
}

let nextRoom = 0;

export const plainSettings: RoomSettingsView = { title: '', policy: 'hosts', standIn: false, hasPassword: false, locked: false, history: 'from-now', lifetimeS: 0, oneOff: false };

export const silent: CallSelf = { microphoneOn: true, cameraOn: false, speaking: false, video: undefined };

export function participant(id: DeviceId = bob, change: Partial<CallParticipant> = {}): CallParticipant {
  return { ...silent, id, name: nameOf(id), audio: undefined, ...change };
}

/** A picture that moves: a canvas as a camera. */
export function fakeCamera(colour = '#3b7f78'): MediaStreamTrack {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const pen = canvas.getContext('2d');
  let step = 0;
  const draw = () => {
    if (!pen) return;
    step += 1;
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 640, 360);
    pen.fillStyle = '#f4d8bf';
    pen.beginPath();
    pen.arc(320 + 20 * Math.sin(step / 20), 170, 70, 0, 7);
    pen.arc(320 + 20 * Math.sin(step / 20), 390, 150, 0, 7);
    pen.fill();
    pen.fillStyle = '#22302e';
    pen.font = '40px sans-serif';
    pen.fillText('R', 40, 60);
    requestAnimationFrame(draw);
  };
  draw();
  const [track] = canvas.captureStream(20).getVideoTracks();
  if (!track) throw new Error('no track');
  return track;
}

export class FakeNotices implements NoticesFace {
  readonly shown = new State<readonly Notice[]>([]);
  lastsMs: number | undefined = undefined;
  #next = 0;

  show(content: NoticeContent): void {
    this.#next += 1;
    this.shown.update((shown) => [...shown, { id: this.#next as NoticeId, content, lastsMs: this.lastsMs }]);
  }

  dismiss(id: NoticeId): void {
    this.shown.update((shown) => shown.filter((notice) => notice.id !== id));
  }
}

/** `all` is the whole conversation, `timeline` the window on it, which moves as the real one does. Verbs do at once what they say, unless `outcome` says otherwise. */
export class FakeConversation implements ConversationFace {
  readonly asked: string[] = [];
  readonly timeline: State<Timeline>;
  readonly draft = new State('');
  readonly typing = new State<readonly DeviceId[]>([]);
  readonly unreadCount = new State(0);
  readonly pinned = new State<readonly ChatMessage[]>([]);
  readonly missing = new State(0);
  readonly ownId = alice;

  /** What the next verbs answer instead of doing anything. */
  outcome: SendOutcome | undefined;
  /** What `restore` answers. */
  restoreOutcome: RestoreOutcome = { kind: 'restored', count: 3 };
  /** What `loadOlder`, `loadNewer` and `jumpTo` wait for. */
  loading: Promise<void> = Promise.resolve();
  readonly versionsById = new Map<MessageId, readonly MessageVersion[]>();
  /** Whose tray goes along when that is asked for. */
  files: FakeFiles | undefined;
  #all: readonly ChatMessage[];

  constructor(messages: readonly ChatMessage[] = []) {
    this.#all = messages;
    this.timeline = new State<Timeline>({ messages: [], atStart: true, atEnd: true, unreadFrom: undefined });
    this.#show(messages.length - limits.messagesAPage, messages.length);
  }

  get all(): readonly ChatMessage[] {
    return this.#all;
  }

  setDraft(text: string): void {
    this.draft.set(text);
  }

  noteTyping(): void {
    this.asked.push('noteTyping');
  }

  send(text: string, { replyTo, mentions = [], withTray = false }: SendOptions = {}): SendOutcome {
    const attached = withTray ? (this.files?.tray.value ?? []) : [];
    return this.#write(
      text,
      (body) => {
        const target = this.#all.find(({ id }) => id === replyTo);
        const names = attached.map(({ name }) => name);
        this.asked.push(
          `send ${body}${target ? ` to ${target.body}` : ''}${mentions.length > 0 ? ` for ${mentions.map(({ name }) => name).join(', ')}` : ''}${names.length > 0 ? ` with ${names.join(', ')}` : ''}`,
        );
        this.draft.set('');
        if (attached.length > 0) this.files?.tray.set([]);
        this.add(message(body, alice, Date.now(), nameOf(alice), { mentions, replyTo: target && quote(target), files: names.map((name) => manifest(name)) }));
      },
      attached.length > 0,
    );
  }

  edit(id: MessageId, text: string): SendOutcome {
    return this.#write(text, (body) => this.#change(`edit ${this.#nameOf(id)} to ${body}`, id, ({ editCount }) => ({ body, editCount: editCount + 1 })));
  }

  remove(id: MessageId): SendOutcome {
    return this.#does(() => this.#change(`remove ${this.#nameOf(id)}`, id, () => ({ state: 'deleted', body: '', reactions: [], pinned: false })));
  }

  react(id: MessageId, emoji: string): SendOutcome {
    return this.#does(() => {
      this.#change(`react ${emoji} to ${this.#nameOf(id)}`, id, ({ reactions }) => {
        const others = reactions.map((reaction) => ({ ...reaction, own: false, devices: reaction.devices.filter((device) => device !== alice) }));
        const same = others.find((reaction) => reaction.emoji === emoji);
        const own = emoji === '' ? [] : [{ emoji, own: true, devices: [...(same?.devices ?? []), alice] }];
        return { reactions: [...others.filter((reaction) => reaction !== same && reaction.devices.length > 0), ...own] };
      });
    });
  }

  pin(id: MessageId, on: boolean): SendOutcome {
    return this.#does(() => this.#change(`${on ? 'pin' : 'unpin'} ${this.#nameOf(id)}`, id, () => ({ pinned: on })));
  }

  versions(id: MessageId): Promise<readonly MessageVersion[]> {
    const now = this.#all.find((each) => each.id === id);
    return Promise.resolve(this.versionsById.get(id) ?? (now ? [{ text: now.body, writtenMs: now.clock.wallMs }] : []));
  }

  markRead(id: MessageId): void {
    this.asked.push(`markRead ${this.#nameOf(id)}`);
    const at = this.#all.findIndex((each) => each.id === id);
    this.unreadCount.update((count) => Math.min(count, this.#all.slice(at + 1).filter(({ author }) => author !== alice).length));
  }

  async loadOlder(): Promise<void> {
    this.asked.push('loadOlder');
    await this.loading;
    const { from, to } = this.#window();
    this.#show(from - limits.messagesAPage, Math.min(to, from - limits.messagesAPage + limits.messagesInList));
  }

  async loadNewer(): Promise<void> {
    this.asked.push('loadNewer');
    await this.loading;
    const { from, to } = this.#window();
    this.#show(Math.max(from, to + limits.messagesAPage - limits.messagesInList), to + limits.messagesAPage);
  }

  async jumpTo(place: JumpPlace): Promise<MessageId | undefined> {
    this.asked.push(`jumpTo ${typeof place === 'string' ? place : 'message' in place ? this.#nameOf(place.message) : new Date(place.dayMs).toISOString().slice(0, 10)}`);
    await this.loading;
    const at = this.#indexOf(place);
    if (at < 0) return undefined;
    this.#show(at - limits.messagesAPage / 2, at + limits.messagesAPage / 2);
    return this.#all[at]?.id;
  }

  async *search(text: string, signal: AbortSignal): AsyncIterable<readonly ChatMessage[]> {
    this.asked.push(`search ${text}`);
    await this.loading;
    const found = this.#all.filter(({ state, body }) => state === 'there' && body.toLowerCase().includes(text.toLowerCase())).toReversed();
    for (let at = 0; at < found.length && !signal.aborted; at += 20) yield found.slice(at, at + 20);
  }

  async *read(messages: readonly MessageId[] | 'all', signal: AbortSignal): AsyncIterable<readonly ChatMessage[]> {
    await this.loading;
    const chosen = messages === 'all' ? this.#all : this.#all.filter(({ id }) => messages.includes(id));
    for (let at = 0; at < chosen.length && !signal.aborted; at += 100) yield chosen.slice(at, at + 100);
  }

  async *backUp(signal: AbortSignal): AsyncIterable<string> {
    await this.loading;
    yield '{"kind":"mindmeet-backup",';
    if (!signal.aborted) yield `"messages":${JSON.stringify(this.#all.map(({ authorName, body }) => ({ authorName, body })))}}`;
  }

  async restore(text: string): Promise<RestoreOutcome> {
    this.asked.push(`restore ${text}`);
    await this.loading;
    return this.restoreOutcome;
  }

  /** They come in at the end, which is followed when it is in the window. */
  add(...added: readonly ChatMessage[]): void {
    const { from, to } = this.#window();
    const wasAtEnd = this.timeline.value.atEnd;
    this.#all = [...this.#all, ...added];
    if (wasAtEnd) this.#show(Math.max(from, this.#all.length - limits.messagesInList), this.#all.length);
    else this.#show(from, to);
  }

  /** Something becomes of one that is there. */
  change(id: MessageId, change: Partial<ChatMessage>): void {
    const { from, to } = this.#window();
    this.#all = this.#all.map((each) => (each.id === id ? { ...each, ...change } : each));
    this.pinned.set(this.#all.filter(({ pinned }) => pinned).toReversed());
    this.#show(from, to);
  }

  /** The line for unread messages stands above it. */
  setUnreadFrom(unreadFrom: MessageId | undefined): void {
    this.timeline.update((timeline) => ({ ...timeline, unreadFrom }));
  }

  #change(what: string, id: MessageId, change: (message: ChatMessage) => Partial<ChatMessage>): void {
    this.asked.push(what);
    const now = this.#all.find((each) => each.id === id);
    if (now) this.change(id, change(now));
  }

  #write(text: string, work: (body: string) => void, mayBeEmpty = false): SendOutcome {
    const body = text.trim();
    if (body === '' && !mayBeEmpty) return { kind: 'empty' };
    const bytes = new TextEncoder().encode(body).length;
    if (bytes > limits.messageBytes) return { kind: 'too-long', bytes, maximum: limits.messageBytes };
    return this.#does(() => work(body));
  }

  #does(work: () => void): SendOutcome {
    if (this.outcome) return this.outcome;
    work();
    return { kind: 'sent' };
  }

  #nameOf(id: MessageId): string {
    return this.#all.find((each) => each.id === id)?.body ?? 'nothing';
  }

  #indexOf(place: JumpPlace): number {
    if (place === 'end') return this.#all.length - 1;
    if (place === 'unread') return this.#all.findIndex(({ id }) => id === this.timeline.value.unreadFrom);
    if ('message' in place) return this.#all.findIndex(({ id }) => id === place.message);
    const dayMs = new Date(place.dayMs).setHours(0, 0, 0, 0);
    return this.#all.findIndex(({ clock }) => clock.wallMs >= dayMs);
  }

  #window(): { readonly from: number; readonly to: number } {
    const { messages } = this.timeline.value;
    const from = this.#all.findIndex(({ id }) => id === messages[0]?.id);
    return from < 0 ? { from: this.#all.length, to: this.#all.length } : { from, to: from + messages.length };
  }

  #show(from: number, to: number): void {
    const first = Math.max(0, from);
    const last = Math.min(this.#all.length, to);
    this.timeline.update(({ unreadFrom }) => ({ messages: this.#all.slice(first, last), atStart: first === 0, atEnd: last === this.#all.length, unreadFrom }));
  }
}

export const noCall: CallState = { phase: 'out', running: false, onStage: false, invitation: undefined, self: silent, others: [], problem: undefined };

export class FakeCall implements CallFace {
  readonly asked: string[] = [];
  readonly state = new State<CallState>(noCall);

  set(change: Partial<CallState>): void {
    this.state.update((state) => ({ ...state, ...change }));
  }

  join(): Promise<void> {
    this.asked.push('join');
    this.set({ phase: 'in', running: true, onStage: true, invitation: undefined });
    return Promise.resolve();
  }

  leave(): void {
    this.asked.push('leave');
    this.set({ ...noCall, running: this.state.value.others.length > 0 });
  }

  setMicrophone(on: boolean): void {
    this.set({ self: { ...this.state.value.self, microphoneOn: on } });
  }

  setCamera(on: boolean): Promise<void> {
    this.set({ self: { ...this.state.value.self, cameraOn: on } });
    return Promise.resolve();
  }

  dismissInvitation(): void {
    this.asked.push('dismissInvitation');
    this.set({ invitation: undefined });
  }

  tryAgain(): Promise<void> {
    this.asked.push('tryAgain');
    this.set({ problem: undefined });
    return Promise.resolve();
  }
}

export class FakeRoom implements RoomFace {
  readonly asked: string[] = [];
  readonly alias = 'fake-room'.padEnd(22, 'r') as RoomAlias;
  readonly kind: 'link' | 'named';
  readonly role: State<Role | undefined>;
  readonly link = new State(exampleLink);
  readonly settings = new State<RoomSettingsView>(plainSettings);
  readonly phase = new State<RoomPhase>('inside');
  readonly status = new State<ConnectionStatus>({ kind: 'alone' });
  readonly people = new State<readonly Person[]>([]);
  readonly title = new State<readonly string[]>(['Alice']);
  readonly rings = new State<RingQueue>({ shown: [], furtherCount: 0 });
  readonly conversation: FakeConversation;
  readonly call = new FakeCall();
  readonly files = new FakeFiles();

  /** What the next verb that can fail does. */
  failure: Error | undefined;

  constructor(messages: readonly ChatMessage[] = [], kind: 'link' | 'named' = 'link') {
    this.conversation = new FakeConversation(messages);
    this.conversation.files = this.files;
    this.kind = kind;
    this.role = new State<Role | undefined>(kind === 'link' ? 'owner' : 'member');
  }

  /** Bob, and perhaps others, are here. */
  withPeople(...people: readonly Person[]): this {
    this.people.set(people);
    this.title.set(people.map(({ name }) => name));
    this.status.set({ kind: 'direct' });
    return this;
  }

  accept(id: RingId): void {
    this.#answered('accept', id);
  }

  notNow(id: RingId): void {
    this.#answered('notNow', id);
  }

  #answered(verb: string, id: RingId): void {
    this.asked.push(`${verb} ${id}`);
    this.rings.update(({ shown, furtherCount }) => ({ shown: shown.filter((each) => each.id !== id), furtherCount }));
  }

  ringAgain(): void {
    this.asked.push('ringAgain');
    this.phase.set('waiting');
  }

  enterPassword(password: string): Promise<void> {
    return this.#does(`enterPassword ${password}`);
  }

  waitHere(): void {
    this.asked.push('waitHere');
    this.phase.set('inside');
  }

  async remove(id: DeviceId, changeLink: boolean): Promise<void> {
    await this.#does(`remove ${nameOf(id)}${changeLink ? ' and change the link' : ''}`);
    this.people.update((people) => people.filter((each) => each.id !== id));
  }

  async setHost(id: DeviceId, host: boolean): Promise<void> {
    await this.#does(`setHost ${nameOf(id)} ${host}`);
    this.change(id, { role: host ? 'host' : 'member' });
  }

  async markVerified(id: DeviceId, verified: boolean): Promise<void> {
    await this.#does(`markVerified ${nameOf(id)} ${verified}`);
    this.change(id, { verified });
  }

  async acknowledgeChangedKey(id: DeviceId): Promise<void> {
    await this.#does(`acknowledgeChangedKey ${nameOf(id)}`);
    this.change(id, { changedKey: false });
  }

  async changeSettings({ password, ...change }: RoomSettingsPatch): Promise<void> {
    await this.#does(`changeSettings ${JSON.stringify({ password, ...change })}`);
    this.settings.update((settings) => ({ ...settings, ...change, ...(password === undefined ? {} : { hasPassword: password !== '' }) }));
  }

  changeLink(): Promise<void> {
    return this.#does('changeLink');
  }

  closeRoom(): Promise<void> {
    return this.#does('closeRoom');
  }

  forget(): Promise<void> {
    return this.#does('forget');
  }

  /** Of one who is here. */
  change(id: DeviceId, change: Partial<Person>): void {
    this.people.update((people) => people.map((each) => (each.id === id ? { ...each, ...change } : each)));
  }

  #does(what: string): Promise<void> {
    this.asked.push(what);
    return this.failure ? Promise.reject(this.failure) : Promise.resolve();
  }

  useHere(): void {
    this.asked.push('useHere');
    this.phase.set('inside');
  }

  leave(): void {
    this.asked.push('leave');
  }
}

export class FakeHome implements HomeFace {
  readonly asked: string[] = [];
  readonly link = new State(exampleLink);
  readonly phoneLink = new State<string | undefined>(undefined);
  readonly room = new State<FakeRoom | undefined>(undefined);
  readonly rooms = new State<readonly KeptRoom[]>([]);
  /** What a search finds, a few at a time. */
  found: Promise<readonly (readonly RoomHit[])[]> = Promise.resolve([]);

  enterRoom(alias: RoomAlias): void {
    this.asked.push(`enterRoom ${this.#titleOf(alias)}`);
  }

  forgetRoom(alias: RoomAlias): Promise<void> {
    this.asked.push(`forgetRoom ${this.#titleOf(alias)}`);
    this.rooms.update((rooms) => rooms.filter((room) => room.alias !== alias));
    return Promise.resolve();
  }

  async *search(text: string, signal: AbortSignal): AsyncIterable<readonly RoomHit[]> {
    this.asked.push(`search ${text}`);
    for (const hits of await this.found) if (!signal.aborted) yield hits;
  }

  enterRoomAt(alias: RoomAlias, id: MessageId): void {
    this.asked.push(`enterRoom ${this.#titleOf(alias)} at ${id}`);
  }

  #titleOf(alias: RoomAlias): string | undefined {
    return this.rooms.value.find((room) => room.alias === alias)?.title;
  }

  newLink(): Promise<void> {
    this.asked.push('newLink');
    this.link.set('https://meet.example/#2222222222222222X');
    return Promise.resolve();
  }

  openChat(): Promise<void> {
    this.asked.push('openChat');
    return Promise.resolve();
  }

  startCall(): Promise<void> {
    this.asked.push('startCall');
    return Promise.resolve();
  }
}

export class FakeStorage implements StorageFace {
  view: StorageEstimateView = { usedBytes: 12_000_000, quotaBytes: 1_000_000_000, persisted: false };
  /** What the browser says when it is asked to keep it. */
  grants = true;

  estimate(): Promise<StorageEstimateView> {
    return Promise.resolve(this.view);
  }

  persist(): Promise<boolean> {
    this.view = { ...this.view, persisted: this.grants };
    return Promise.resolve(this.grants);
  }
}

export class FakeApplication implements ApplicationFace {
  readonly asked: string[] = [];
  readonly view: State<View>;
  readonly profile = new State<Profile>({ name: 'Alice', deviceId: alice, tint: undefined, picture: undefined });
  readonly notices = new FakeNotices();
  readonly preferences = new State<Preferences>({ tellsRead: true, tellsTyping: true });
  readonly storage = new FakeStorage();
  /** What joinByText answers. */
  joinOutcome: JoinOutcome = { kind: 'joined' };

  constructor(view: View = { kind: 'starting' }) {
    this.view = new State(view);
  }

  setPreferences(change: Partial<Preferences>): void {
    this.preferences.update((preferences) => ({ ...preferences, ...change }));
  }

  rename(name: string): string {
    const clean = cleanPersonName(name);
    if (clean !== '') this.profile.update((profile) => ({ ...profile, name: clean }));
    return this.profile.value.name;
  }

  chooseTint(tint: number | undefined): void {
    this.profile.update((profile) => ({ ...profile, tint }));
  }

  choosePicture(picture: Picture | undefined): void {
    this.profile.update((profile) => ({ ...profile, picture }));
  }

  joinByText(text: string, password: string): Promise<JoinOutcome> {
    this.asked.push(password === '' ? `joinByText ${text}` : `joinByText ${text} with ${password}`);
    return Promise.resolve(this.joinOutcome);
  }

  goHome(): void {
    this.asked.push('goHome');
  }
}
