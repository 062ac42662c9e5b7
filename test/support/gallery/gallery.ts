/**
 * Screens with nothing behind them, to look at: run `npm run dev` and open /test/support/gallery/?scene=chat.
 * Not part of the build.
 */
import '../../../src/ui/mm-app';
import type { DeviceId } from '../../../src/core/ids';
import { openPanel, type Panel } from '../../../src/ui/events';
import type { RoomPhase, View } from '../../../src/session/faces';
import { alice, bob, carol, fakeCamera, FakeApplication, FakeHome, FakeRoom, keptRoom, message, participant, person, quote, ring } from '../fake-room';
import { fileScenes } from './file-scenes';
import { sendingScenes } from './sending-scenes';

const scenes: Record<string, (application: FakeApplication) => void> = {
  ...fileScenes,
  ...sendingScenes,
  home: (application) => {
    home(application);
  },
  'home-live': (application) => {
    const face = home(application);
    face.phoneLink.set('https://192.168.1.20:9443/#7Hk2mQx9TbNwZr4Ce');
    const room = new FakeRoom();
    face.room.set(room);
    room.rings.set({ shown: [ring('Bob')], furtherCount: 0 });
    application.notices.show({ kind: 'link-copied' });
  },
  'home-rooms': (application) => {
    const hours = 3_600_000;
    const at = (ageMs: number) => Date.now() - ageMs;
    const face = home(application);
    face.rooms.set([
      keptRoom('', ['Bob'], at(0.1 * hours), 3),
      keptRoom('Book club', ['Bob', 'Carol', 'José María de la Concepción y Todos los Santos'], at(30 * hours), 1_234),
      keptRoom('', ['Anna', 'Bernardo', 'Carla', 'Davi', 'Eva', 'Fábio', 'W'.repeat(40)], at(24 * 9 * hours)),
      keptRoom('', [], at(24 * 70 * hours)),
    ]);
    // Type "the" into the field.
    const [first, second] = face.rooms.value;
    if (first && second) face.found = Promise.resolve([talk().map((message, index) => ({ alias: index % 3 ? first.alias : second.alias, message }))]);
  },
  rings: (application) => {
    const face = home(application);
    const room = new FakeRoom();
    face.room.set(room);
    room.rings.set({ shown: ['Anna', 'Bernardo', 'Χριστίνα', 'José María de la Concepción y Todos los Santos', '李小龙'].map(ring), furtherCount: 3 });
  },
  alone: (application) => inRoom(application, new FakeRoom()),
  'alone-history': (application) => inRoom(application, new FakeRoom(talk())),
  chat: (application) => inRoom(application, new FakeRoom(talk()).withPeople(person(bob))),
  composer: (application) => {
    const room = crowd();
    inRoom(application, room);
    room.conversation.setDraft('Nearly too long. '.repeat(940));
    room.conversation.typing.set([bob, carol]);
  },
  help: (application) => inRoom(application, crowd()),
  messages: (application) => {
    const room = new FakeRoom(life()).withPeople(person(bob), person(carol));
    inRoom(application, room);
    room.conversation.setUnreadFrom(room.conversation.all.at(-2)?.id);
    room.conversation.missing.set(1_200);
    for (const { id } of room.conversation.all.slice(1, 3)) room.conversation.pin(id, true);
  },
  history: (application) => inRoom(application, new FakeRoom(Array.from({ length: 2_000 }, (_, index) => message(`Message ${index}. ${'More of it. '.repeat(index % 7)}${index % 5 ? '' : '\n\n- **one**\n- two'}`, [alice, bob, carol][index % 3], Date.now() - (2_000 - index) * 1_800_000))).withPeople(person(bob), person(carol))),
  'history-dialog': (application) => inRoom(application, new FakeRoom(talk()).withPeople(person(bob))),
  'export-dialog': (application) => inRoom(application, new FakeRoom(talk()).withPeople(person(bob))),
  disappearing: (application) => {
    const room = new FakeRoom(talk()).withPeople(person(bob));
    room.settings.update((settings) => ({ ...settings, lifetimeS: 86_400 }));
    room.status.set({ kind: 'introductions-offline' });
    inRoom(application, room);
  },
  people: (application) => inRoom(application, crowd()),
  'people-guest': (application) => {
    const room = crowd();
    room.role.set('member');
    room.people.update((people) => people.map((each) => ({ ...each, removable: false })));
    inRoom(application, room);
  },
  person: (application) => inRoom(application, crowd()),
  'person-changed': (application) => inRoom(application, crowd()),
  remove: (application) => inRoom(application, crowd()),
  'room-settings': (application) => inRoom(application, crowd()),
  'room-settings-member': (application) => {
    const room = crowd();
    room.role.set('member');
    room.settings.update((settings) => ({ ...settings, hasPassword: true, locked: true, policy: 'members' }));
    inRoom(application, room);
  },
  'room-settings-named': (application) => inRoom(application, new FakeRoom([], 'named')),
  hostile: (application) => inRoom(application, new FakeRoom(hostile()).withPeople(person(bob, 'W'.repeat(40)), person(carol))),
  waiting: (application) => outside(application, 'waiting'),
  nobody: (application) => outside(application, 'nobody'),
  refused: (application) => outside(application, 'refused'),
  elsewhere: (application) => outside(application, 'elsewhere'),
  'waiting-for-host': (application) => outside(application, 'waiting-for-host'),
  password: (application) => outside(application, 'password'),
  'wrong-password': (application) => outside(application, 'wrong-password'),
  locked: (application) => outside(application, 'locked'),
  full: (application) => outside(application, 'full'),
  closed: (application) => outside(application, 'closed'),
  removed: (application) => outside(application, 'removed'),
  empty: (application) => outside(application, 'empty'),
  deriving: (application) => application.view.set({ kind: 'deriving', name: 'Book club' }),
  'name-first': (application) => application.view.set({ kind: 'name-first', roomName: 'Book club', go: () => application.goHome() }),
  invited: (application) => {
    const room = new FakeRoom(talk()).withPeople(person(bob));
    inRoom(application, room);
    room.call.set({ running: true, invitation: { name: 'Bob' }, others: [participant(bob)] });
  },
  'stage-out': (application) => {
    const room = new FakeRoom(talk()).withPeople(person(bob));
    inRoom(application, room);
    room.call.set({ running: true, onStage: true, others: [participant(bob, { speaking: true })] });
  },
  'call-alone': (application) => {
    const room = new FakeRoom();
    inRoom(application, room);
    room.call.set({ phase: 'in', running: true, onStage: true });
  },
  'call-pair': (application) => {
    const room = new FakeRoom(talk()).withPeople(person(bob));
    inRoom(application, room);
    room.call.set({
      phase: 'in',
      running: true,
      onStage: true,
      self: { microphoneOn: true, cameraOn: true, speaking: false, video: fakeCamera('#7d5a4a') },
      others: [participant(bob, { speaking: true, cameraOn: true, video: fakeCamera() })],
    });
  },
  'call-many': (application) => {
    const people = Array.from({ length: 5 }, (_, index) => `person${index}`.padEnd(26, 'x') as DeviceId);
    const room = new FakeRoom(talk()).withPeople(...people.map((id, index) => person(id, `Person ${index + 1}`)));
    inRoom(application, room);
    room.call.set({
      phase: 'in',
      running: true,
      onStage: true,
      self: { microphoneOn: false, cameraOn: false, speaking: false, video: undefined },
      others: people.map((id, index) => participant(id, { name: `Person ${index + 1}`, speaking: index === 1, microphoneOn: index !== 2, cameraOn: index === 0, video: index === 0 ? fakeCamera() : undefined })),
      problem: { device: 'microphone', reason: 'denied' },
    });
  },
  toasts: (application) => {
    inRoom(application, new FakeRoom(talk()).withPeople(person(bob)));
    application.notices.show({ kind: 'oops' });
    application.notices.show({ kind: 'device-problem', problem: { device: 'microphone', reason: 'denied' }, attempt: () => undefined });
    application.notices.show({ kind: 'link-copied' });
    application.notices.show({ kind: 'disconnected' });
  },
  'toasts-roles': (application) => {
    inRoom(application, new FakeRoom(talk()).withPeople(person(bob)));
    application.notices.show({ kind: 'changed-key', name: 'Bob' });
    application.notices.show({ kind: 'ring-answered', name: 'Carol', by: 'Bob', outcome: 'accepted' });
    application.notices.show({ kind: 'link-changed' });
    application.notices.show({ kind: 'role-changed', role: 'host' });
  },
  settings: (application) => {
    home(application);
  },
  invite: (application) => {
    const room = new FakeRoom(talk()).withPeople(person(bob));
    inRoom(application, room);
    room.rings.set({ shown: [ring('Anna')], furtherCount: 0 });
  },
  broken: (application) => application.view.set({ kind: 'broken-link', reason: 'mistyped' }),
  insecure: (application) => application.view.set({ kind: 'insecure', secureAddress: 'https://192.168.1.20:9443/' }),
  unavailable: (application) => application.view.set({ kind: 'unavailable' }),
};

function home(application: FakeApplication): FakeHome {
  const face = new FakeHome();
  application.view.set({ kind: 'home', home: face });
  return face;
}

function inRoom(application: FakeApplication, room: FakeRoom): void {
  application.view.set({ kind: 'room', room } satisfies View);
}

function crowd(): FakeRoom {
  const id = (name: string) => name.padEnd(26, 'x') as DeviceId;
  return new FakeRoom(talk()).withPeople(
    person(bob, 'Bob', { role: 'host', verified: true, tint: 3 }),
    person(carol, 'Carol', { changedKey: true }),
    person(id('dora'), 'Dora', { presence: 'connecting', code: undefined }),
    person(id('emil'), 'Emil', { presence: 'reconnecting' }),
    person(id('josé'), 'José María de la Concepción y Todos los Santos'),
    ...['Fábio', 'Greta', 'Heitor', '李小龙', 'Ines', 'João'].map((name) => person(id(name), name)),
  );
}

function outside(application: FakeApplication, phase: RoomPhase): void {
  const room = new FakeRoom();
  room.phase.set(phase);
  room.status.set({ kind: phase === 'nobody' ? 'looking' : 'alone' });
  inRoom(application, room);
}

function talk() {
  const now = new Date();
  const at = (daysAgo: number, hour: number, minute: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo, hour, minute).getTime();
  return [
    message('Hi Alice, is this the right room?', bob, at(1, 18, 2)),
    message('Yes! Come in 🙂', alice, at(1, 18, 2)),
    message('I have the drafts here, shall we go through them tomorrow? I would like to hear what you think about the second one before it goes out.', bob, at(1, 18, 4)),
    message('The **second** one is fine, I left notes:\n\n- the *opening* is long\n- `npm start` needs a port\n- see https://example.org/notes_v2', alice, at(1, 18, 9)),
    message('Thanks!', bob, at(0, 9, 14)),
    message('```js\nconst room = await open(link);\nroom.say("hello");\n```', bob, at(0, 9, 15)),
    message('> the opening is long\n\nAgreed, I cut it by half.', bob, at(0, 9, 15)),
    message('Lovely. Call in five minutes?', alice, at(0, 9, 21)),
  ];
}

/** All that can become of messages. */
function life() {
  const now = new Date();
  const at = (hour: number, minute: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate(), hour, minute).getTime();
  const question = message('Shall we meet on Thursday at **ten**? I could bring the drafts, and Carol knows the place.', bob, at(9, 2));
  return [
    question,
    message('Yes, @Bob. Is it far, @Carol Dias?', alice, at(9, 4), 'Alice', { replyTo: quote(question), mentions: [{ device: bob, name: 'Bob' }, { device: carol, name: 'Carol Dias' }], editCount: 2, delivery: { kind: 'read', count: 2, of: 2, readCount: 1 } }),
    message('Ten minutes on foot, @Alice', carol, at(9, 5), 'Carol', { mentions: [{ device: alice, name: 'Alice' }], reactions: [{ emoji: '👍', devices: [alice, bob], own: true }, { emoji: '❤️', devices: [bob], own: false }] }),
    message('', bob, at(9, 6), 'Bob', { state: 'deleted' }),
    message('', carol, at(9, 7), 'Carol', { state: 'expired' }),
    message('', carol, at(9, 8), 'Carol', { state: 'missing' }),
    message('```js\nconst room = await open(link);\nroom.say("hello, a long line of code that does not fit on the screen of any phone");\n```', bob, at(9, 10)),
    message('Kept here for now', alice, at(9, 12), 'Alice', { delivery: { kind: 'waiting' } }),
    message('On its way', alice, at(9, 12), 'Alice', { delivery: { kind: 'delivered', count: 1, of: 2 }, reactions: [{ emoji: '🎉', devices: [carol], own: false }] }),
    message('Here', alice, at(9, 13), 'Alice', { delivery: { kind: 'delivered', count: 2, of: 2 }, replyTo: { id: question.id, state: 'unknown', author: undefined, authorName: '', file: undefined, excerpt: '' } }),
    message('ok', bob, at(9, 14)),
    message('See you there. https://example.org/map', carol, at(9, 15), 'Carol', { replyTo: { ...quote(question), state: 'deleted', excerpt: '' } }),
  ];
}

function hostile() {
  return [
    message('ա'.repeat(400)),
    message('a'.repeat(600)),
    message(`Z${'\u0337\u0321\u0345\u0301\u0351'.repeat(40)}algo`),
    message('\u202Egnp.exe', carol, undefined, '\u05D3\u05E0\u05D9'),
    message('مرحبا بالجميع، كيف حالكم اليوم؟', carol),
    message('| a | b |\n|---|---|\n| ' + 'wide '.repeat(60) + ' | 2 |', alice),
    message('```\n' + 'long line '.repeat(30) + '\n```', alice),
    message('<img src=x onerror=alert(1)> <b>bold</b> <kbd>Ctrl</kbd> H<sub>2</sub>O <marquee>no</marquee>'),
    message('![cat](https://example.org/cat.png) [link](javascript:alert(1)) [good](https://example.org)'),
    message('<details><summary>More</summary>\n\nInside **bold**\n\n</details>'),
    message('- [x] done\n- [ ] open\n\n1. one\n2. two\n\n# Heading'),
  ];
}

/** Scenes that end in a dialog. */
const panels: Record<string, Panel> = {
  settings: { kind: 'settings' },
  invite: { kind: 'invite' },
  'history-dialog': { kind: 'history' },
  'export-dialog': { kind: 'export', messages: [] },
  help: { kind: 'help' },
  person: { kind: 'person', id: bob },
  'person-changed': { kind: 'person', id: carol },
  remove: { kind: 'remove', id: bob },
  'room-settings': { kind: 'room-settings' },
  'room-settings-member': { kind: 'room-settings' },
  'room-settings-named': { kind: 'room-settings' },
};

const scene = new URL(location.href).searchParams.get('scene') ?? 'home';
const application = new FakeApplication();
scenes[scene]?.(application);
const app = document.createElement('mm-app');
app.application = application;
document.body.append(app);
const panel = panels[scene];
if (panel) openPanel(app, panel);
Object.assign(globalThis, { application });
