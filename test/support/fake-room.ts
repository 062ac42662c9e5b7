/** The session's faces with nothing behind them: screens are driven by setting values, and what they ask for is written down in `asked`. */
import { limits } from '../../src/config';
import type { DeviceId, MessageId, RoomAlias } from '../../src/core/ids';
import type { Role } from '../../src/core/membership';
import type { ChatMessage } from '../../src/core/message';
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
  KeptRoom,
  Notice,
  NoticeContent,
  NoticeId,
  NoticesFace,
  Person,
  Picture,
  Profile,
  Ring,
  RingId,
  RingQueue,
  RoomFace,
  RoomPhase,
  RoomSettingsPatch,
  RoomSettingsView,
  SendOutcome,
  View,
} from '../../src/session/faces';

export const alice = 'alice'.padEnd(26, 'a') as DeviceId;
export const bob = 'bob'.padEnd(26, 'b') as DeviceId;
export const carol = 'carol'.padEnd(26, 'c') as DeviceId;

export const exampleLink = 'https://meet.example/#7Hk2mQx9TbNwZr4Ce';

/** A message of `author`, at `wallMs`. */
export function message(body: string, author: DeviceId = bob, wallMs = Date.now(), authorName = nameOf(author)): ChatMessage {
  nextMessage += 1;
  return { id: `message-${nextMessage}` as MessageId, author, authorName, clock: { wallMs, counter: nextMessage }, body };
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

export function keptRoom(title: string, peopleNames: readonly string[] = [], lastVisitMs = Date.now()): KeptRoom {
  nextRoom += 1;
  return { alias: `room${nextRoom}`.padEnd(22, 'r') as RoomAlias, title, peopleNames, lastVisitMs };
}

let nextRoom = 0;

export const plainSettings: RoomSettingsView = { title: '', policy: 'hosts', standIn: false, hasPassword: false, locked: false, history: 'from-now', oneOff: false };

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

export class FakeConversation implements ConversationFace {
  readonly messages: State<readonly ChatMessage[]>;
  readonly draft = new State('');
  readonly ownId = alice;

  constructor(messages: readonly ChatMessage[] = []) {
    this.messages = new State(messages);
  }

  setDraft(text: string): void {
    this.draft.set(text);
  }

  send(text: string): SendOutcome {
    const body = text.trim();
    if (body === '') return { kind: 'empty' };
    const characters = [...body].length;
    if (characters > limits.messageCharacters) return { kind: 'too-long', characters, maximum: limits.messageCharacters };
    this.draft.set('');
    this.add(message(body, alice));
    return { kind: 'sent' };
  }

  add(...added: readonly ChatMessage[]): void {
    this.messages.update((messages) => [...messages, ...added]);
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

  /** What the next verb that can fail does. */
  failure: Error | undefined;

  constructor(messages: readonly ChatMessage[] = [], kind: 'link' | 'named' = 'link') {
    this.conversation = new FakeConversation(messages);
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

  enterRoom(alias: RoomAlias): void {
    this.asked.push(`enterRoom ${this.#titleOf(alias)}`);
  }

  forgetRoom(alias: RoomAlias): Promise<void> {
    this.asked.push(`forgetRoom ${this.#titleOf(alias)}`);
    this.rooms.update((rooms) => rooms.filter((room) => room.alias !== alias));
    return Promise.resolve();
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

export class FakeApplication implements ApplicationFace {
  readonly asked: string[] = [];
  readonly view: State<View>;
  readonly profile = new State<Profile>({ name: 'Alice', deviceId: alice, tint: undefined, picture: undefined });
  readonly notices = new FakeNotices();
  /** What joinByText answers. */
  joinOutcome: JoinOutcome = { kind: 'joined' };

  constructor(view: View = { kind: 'starting' }) {
    this.view = new State(view);
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
