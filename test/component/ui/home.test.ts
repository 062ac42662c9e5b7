import { expect } from 'chai';
import '../../../src/ui/mm-home';
import type { Panel } from '../../../src/ui/events';
import type { MmHome } from '../../../src/ui/mm-home';
import type { NoticeContent } from '../../../src/session/faces';
import { exampleLink, FakeApplication, FakeHome, FakeRoom, keptRoom } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, key, make, nameOf, press, show, textOf, type, until } from './harness';

interface Open {
  readonly element: MmHome;
  readonly application: FakeApplication;
  readonly home: FakeHome;
  readonly notices: NoticeContent[];
}

async function open(home = new FakeHome()): Promise<Open> {
  const application = new FakeApplication({ kind: 'home', home });
  const notices: NoticeContent[] = [];
  const element = make('mm-home', { application, home });
  element.addEventListener('mm-notify', (event) => notices.push(event.detail));
  await show(element, { width: 1000, height: 900 });
  await until('the whole page', () => field(element, 'Room name or link') ?? field(element, 'Nome ou link da sala'));
  return { element, application, home, notices };
}

function field(element: MmHome, label: string): HTMLInputElement | undefined {
  return inside(element, 'input').find((each): each is HTMLInputElement => each instanceof HTMLInputElement && textOf(each.labels?.[0] ?? null) === label);
}

function onClipboard(writeText: (text: string) => Promise<void>): void {
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
}

afterEach(() => {
  Reflect.deleteProperty(navigator, 'clipboard');
});

describe('mm-home', () => {
  it('shows the link and its QR code, and marks when the link is there', async () => {
    performance.clearMarks();
    const { element } = await open();
    expect(textOf(inside(element, 'h1')[0] ?? null)).to.equal('Welcome to Mindmeet');
    const link = field(element, 'Room link');
    expect(link?.value).to.equal(exampleLink);
    expect(link?.readOnly).to.equal(true);
    expect(performance.getEntriesByName('mindmeet:home-ready')).to.have.length(1);
    const canvas = await until('the QR code', () => inside(element, 'canvas').find((each): each is HTMLCanvasElement => each instanceof HTMLCanvasElement && each.width > 100));
    expect(canvas.role).to.equal('img');
    expect(nameOf(canvas)).to.equal('QR code of the room link');
  });

  it('copies the link and says so', async () => {
    const copied: string[] = [];
    onClipboard((text) => Promise.resolve(void copied.push(text)));
    const { element, notices } = await open();
    await press(element, 'Copy link');
    await until('the notice', () => notices[0]?.kind === 'link-copied');
    expect(copied).to.deep.equal([exampleLink]);
  });

  it('selects the link and says so when the browser forbids copying', async () => {
    onClipboard(() => Promise.reject(new DOMException('no', 'NotAllowedError')));
    const { element, notices } = await open();
    await press(element, 'Copy link');
    await until('the notice', () => notices[0]?.kind === 'copy-failed');
    const link = field(element, 'Room link');
    expect([link?.selectionStart, link?.selectionEnd]).to.deep.equal([0, exampleLink.length]);
  });

  it('carries the address for a phone in the QR code alone, and offers it for copying', async () => {
    const copied: string[] = [];
    onClipboard((text) => Promise.resolve(void copied.push(text)));
    const home = new FakeHome();
    home.phoneLink.set('https://192.168.1.20:9443/#7Hk2mQx9TbNwZr4Ce');
    const { element } = await open(home);
    expect(field(element, 'Room link')?.value).to.equal(exampleLink);
    await until('the caption', () => textOf(element).includes('For a phone on this network. The browser warns once about the certificate.'));
    expect((inside(element, 'mm-qr-code')[0] as HTMLElementTagNameMap['mm-qr-code']).text).to.equal('https://192.168.1.20:9443/#7Hk2mQx9TbNwZr4Ce');
    await press(element, 'Copy address for another device');
    await until('the copy', () => copied[0] === 'https://192.168.1.20:9443/#7Hk2mQx9TbNwZr4Ce');
  });

  it('asks for a new link, the chat, the call', async () => {
    const { element, home } = await open();
    await press(element, 'New link');
    await until('the new link', () => field(element, 'Room link')?.value === home.link.value);
    await press(element, 'Open chat');
    await press(element, 'Start call');
    expect(home.asked).to.deep.equal(['newLink', 'openChat', 'startCall']);
  });

  it('shows the connection once the room behind the link is loaded', async () => {
    const { element, home } = await open();
    expect(inside(element, '[role=status]')).to.have.length(0);
    home.room.set(new FakeRoom());
    const status = await until('the pill', () => inside(element, '[role=status]')[0]);
    expect([nameOf(status), textOf(status)]).to.deep.equal(['Connection', 'Alone here']);
  });

  it('takes a new name, and keeps the old one when nothing of it is visible', async () => {
    const { element, application } = await open();
    const name = field(element, 'Your name');
    if (!name) throw new Error('no field');
    type(name, '  Alícia \u202E ');
    name.dispatchEvent(new Event('change'));
    expect([application.profile.value.name, name.value]).to.deep.equal(['Alícia', 'Alícia']);
    type(name, ' \u200E ');
    name.dispatchEvent(new Event('change'));
    expect([application.profile.value.name, name.value]).to.deep.equal(['Alícia', 'Alícia']);
  });

  it('opens a pasted link', async () => {
    const { element, application } = await open();
    const room = field(element, 'Room name or link');
    if (!room) throw new Error('no field');
    type(room, exampleLink);
    await press(element, 'Join room');
    await until('the asking', () => application.asked[0] === `joinByText ${exampleLink}`);
    expect(textOf(inside(element, '[role=alert]')[0] ?? null)).to.equal('');
  });

  it('opens a room by name and password, and says what a guessable name means', async () => {
    const { element, application } = await open();
    const [name, password] = [field(element, 'Room name or link'), field(element, 'Password')];
    if (!name || !password) throw new Error('no field');
    type(name, 'Book club');
    type(password, 'hedgehog');
    name.focus();
    expect(getComputedStyle(password).getPropertyValue('-webkit-text-security')).to.equal('disc');
    await press(element, 'Join room');
    await until('the asking', () => application.asked[0] === 'joinByText Book club with hedgehog');
    const advice = (name.getRootNode() as ShadowRoot).getElementById('advice');
    expect(name.getAttribute('aria-describedby')).to.include('advice');
    expect(textOf(advice)).to.include('Whoever guesses the name comes in: add a password, or send a link instead.');
  });

  for (const [outcome, sentence] of [
    [{ kind: 'empty' }, 'Type a name or paste a link first'],
    [{ kind: 'name-too-long', maximum: 60 }, "A room's name has 60 characters at most."],
    [{ kind: 'broken-link', reason: 'mistyped' }, `This link is incomplete or mistyped. A link looks like this, with 17 letters and digits at its end: ${location.origin}/#`],
  ] as const) {
    it(`says why nothing opened (${outcome.kind}), and keeps what was typed`, async () => {
      const { element, application } = await open();
      application.joinOutcome = outcome;
      const room = field(element, 'Room name or link');
      if (!room) throw new Error('no field');
      type(room, 'something');
      await press(element, 'Join room');
      await until('the sentence', () => textOf(inside(element, '[role=alert]')[0] ?? null).startsWith(sentence));
      expect([room.value, room.getAttribute('aria-invalid')]).to.deep.equal(['something', 'true']);
      await until('focus in the field', () => (room.getRootNode() as ShadowRoot).activeElement === room);
    });
  }

  it('reaches Settings from its head', async () => {
    const { element } = await open();
    const opened: Panel[] = [];
    element.addEventListener('mm-open', (event) => opened.push(event.detail));
    await press(element, 'Settings');
    expect(opened).to.deep.equal([{ kind: 'settings' }]);
    expect(key(element, 'Escape')).to.equal(true);
  });

  it('shows no list of rooms while there are none', async () => {
    const { element } = await open();
    await until('its code', () => customElements.get('mm-your-rooms'));
    expect(inside(element, '[role=list]')).to.have.length(0);
    expect(textOf(element)).to.not.include('Your rooms');
  });

  it('lists the rooms of this device by title or people, with the last visit, and enters one', async () => {
    const home = new FakeHome();
    home.rooms.set([keptRoom('Book club', ['Bob'], Date.now() - 3 * 3_600_000), keptRoom('', ['Bob', 'Carol'], Date.now() - 26 * 3_600_000), keptRoom('')]);
    const { element } = await open(home);
    const list = await until('the list', () => inside(element, '[role=list]').find((each) => nameOf(each) === 'Your rooms'));
    expect([...list.children].map((each) => textOf(each.querySelector('.enter')))).to.deep.equal(['Book club', 'Bob and Carol', 'A room without a name']);
    expect([...list.children].map((each) => textOf(each.querySelector('time')))).to.deep.equal(['3 hours ago', 'yesterday', 'now']);
    await press(element, 'Book club');
    expect(home.asked).to.deep.equal(['enterRoom Book club']);
  });

  it('says how much is unread in a room', async () => {
    const home = new FakeHome();
    home.rooms.set([keptRoom('Book club', ['Bob'], Date.now(), 3), keptRoom('Family')]);
    const { element } = await open(home);
    const enter = await until('the room', () => button(element, 'Book club'));
    expect(textOf((enter.getRootNode() as ShadowRoot).getElementById(enter.getAttribute('aria-describedby') ?? ''))).to.equal('now 3 unread');
    expect(inside(element, '.unread')).to.have.length(1);
  });

  it('searches in rooms only while there are some', async () => {
    const home = new FakeHome();
    const { element } = await open(home);
    expect(inside(element, '[type=search]')).to.have.length(0);
    home.rooms.set([keptRoom('Book club')]);
    const search = await until('the field', () => inside(element, '[type=search]')[0]);
    expect(nameOf(search)).to.equal('Search in your rooms');
  });

  it('asks in place before it forgets a room', async () => {
    const home = new FakeHome();
    home.rooms.set([keptRoom('Book club'), keptRoom('Family')]);
    const { element } = await open(home);
    await press(element, 'Forget this room');
    const cancel = await until('the question', () => button(element, 'Cancel'));
    expect(textOf(element)).to.include('Its messages and its key are deleted from this device.');
    await until('focus on the answer that changes nothing', () => cancel.matches(':focus'));
    key(cancel, 'Escape');
    await until('no question', () => !button(element, 'Cancel'));
    expect(home.asked).to.deep.equal([]);
    await press(element, 'Forget this room');
    await until('the question', () => button(element, 'Cancel'));
    inside(element, 'button.danger')[0]?.click();
    await until('one room', () => inside(element, 'li').length === 1);
    expect(home.asked).to.deep.equal(['forgetRoom Book club']);
    await until('the focus on the next', () => button(element, 'Family')?.matches(':focus'));
  });

  inBothLanguages((language) => {
    it('is accessible', async () => {
      const home = new FakeHome();
      home.rooms.set([keptRoom('Book club', ['Bob']), keptRoom('')]);
      home.phoneLink.set('https://192.168.1.20:9443/#7Hk2mQx9TbNwZr4Ce');
      home.room.set(new FakeRoom());
      const { element } = await open(home);
      expect(button(element, language === 'en' ? 'Copy link' : 'Copiar link')).to.not.equal(undefined);
      await until('the QR code', () => inside(element, 'canvas').length > 0);
      await until('the rooms', () => inside(element, 'li').length === 2);
      await expectAccessible(element);
      inside(element, 'mm-confirm')[0]?.shadowRoot?.querySelector('button')?.click();
      await until('the question', () => inside(element, '.danger').length === 1);
      await expectAccessible(element);
    });
  });
});
