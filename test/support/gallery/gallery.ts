/**
 * Screens with nothing behind them, to look at: run `npm run dev` and open /test/support/gallery/?scene=chat.
 * Not part of the build.
 */
import '../../../src/ui/mm-app';
import type { DeviceId } from '../../../src/core/ids';
import { openPanel, type Panel } from '../../../src/ui/events';
import type { RoomPhase, View } from '../../../src/session/faces';
import { alice, bob, carol, fakeCamera, FakeApplication, FakeHome, FakeRoom, keptRoom, message, participant, person, ring } from '../fake-room';

const scenes: Record<string, (application: FakeApplication) => void> = {
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
    home(application).rooms.set([
      keptRoom('', ['Bob'], at(0.1 * hours)),
      keptRoom('Book club', ['Bob', 'Carol', 'José María de la Concepción y Todos los Santos'], at(30 * hours)),
      keptRoom('', ['Anna', 'Bernardo', 'Carla', 'Davi', 'Eva', 'Fábio', 'W'.repeat(40)], at(24 * 9 * hours)),
      keptRoom('', [], at(24 * 70 * hours)),
    ]);
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
