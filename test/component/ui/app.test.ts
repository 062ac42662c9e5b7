import { expect } from 'chai';
import '../../../src/ui/mm-app';
import { openPanel, showMessage } from '../../../src/ui/events';
import type { MmApp } from '../../../src/ui/mm-app';
import type { View } from '../../../src/session/faces';
import { bob, FakeApplication, FakeHome, FakeRoom, keptRoom, message, participant, person, ring } from '../../support/fake-room';
import { button, expectAccessible, hitAt, inBothLanguages, inside, key, make, nameOf, press, show, textOf, until } from './harness';

async function open(view: View = { kind: 'starting' }): Promise<{ app: MmApp; application: FakeApplication }> {
  const application = new FakeApplication(view);
  const app = await show(make('mm-app', { application }), { width: 1000, height: 800 });
  return { app, application };
}

async function atHome(): Promise<{ app: MmApp; application: FakeApplication; room: FakeRoom }> {
  const home = new FakeHome();
  const room = new FakeRoom();
  home.room.set(room);
  return { ...(await open({ kind: 'home', home })), room };
}

async function inRoom(): Promise<{ app: MmApp; application: FakeApplication; room: FakeRoom }> {
  const room = new FakeRoom().withPeople(person(bob));
  const opened = await open({ kind: 'room', room });
  await until('the room', () => inside(opened.app, 'textarea').length > 0);
  return { ...opened, room };
}

function cards(app: MmApp): HTMLElement[] {
  return inside(app, '[role=alertdialog]');
}

function heading(app: MmApp): string {
  return textOf(inside(app, 'h1')[0] ?? null);
}

function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

afterEach(() => {
  localStorage.removeItem('mindmeet.theme');
  localStorage.removeItem('mindmeet.language');
  delete document.documentElement.dataset['theme'];
});

describe('mm-app', () => {
  it('shows the screen that fits the view', async () => {
    const { app, application } = await open();
    expect(heading(app)).to.equal('');
    application.view.set({ kind: 'home', home: new FakeHome() });
    await until('the home page', () => heading(app) === 'Welcome to Mindmeet');
    application.view.set({ kind: 'room', room: new FakeRoom().withPeople(person(bob)) });
    await until('the room', () => heading(app) === 'Room: Bob');
    expect(document.title).to.equal('Bob · Mindmeet');
    application.view.set({ kind: 'unavailable' });
    await until('the page that says so', () => heading(app) === "Mindmeet couldn't be loaded");
    expect(document.title).to.equal('Mindmeet');
  });

  it('explains a broken link with what a link looks like, and leads home', async () => {
    const { app, application } = await open({ kind: 'broken-link', reason: 'incomplete' });
    await until('the page', () => heading(app) === 'This link is incomplete or mistyped');
    expect(textOf(app)).to.include(`${location.origin}/#`);
    await press(app, 'Go to the home page');
    expect(application.asked).to.deep.equal(['goHome']);
  });

  it('explains an address that is not secure with what to open instead', async () => {
    const { app, application } = await open({ kind: 'insecure', secureAddress: 'https://192.168.1.20:9443/' });
    await until('the page', () => heading(app) === 'This address is not secure');
    expect(inside(app, 'a')[0]?.getAttribute('href')).to.equal('https://192.168.1.20:9443/');
    application.view.set({ kind: 'insecure', secureAddress: 'javascript:alert(1)' });
    await until('no link', () => inside(app, 'a').length === 0);
  });

  it('holds the toasts in a region', async () => {
    const { app, application } = await atHome();
    application.notices.show({ kind: 'oops' });
    const region = await until('the region', () => inside(app, 'section').find((each) => nameOf(each) === 'Notifications'));
    await until('the toast', () => textOf(region).includes('Oops, something went wrong, please try again later'));
  });
});

describe('ring cards', () => {
  it('show over the home page, oldest first, and count the rest', async () => {
    const { app, room } = await atHome();
    room.rings.set({ shown: ['Anna', 'Bernardo', 'Carla', 'Davi', 'Eva'].map(ring), furtherCount: 2 });
    await until('the cards', () => cards(app).length === 5);
    expect(cards(app).map(nameOf)).to.deep.equal(['Anna', 'Bernardo', 'Carla', 'Davi', 'Eva'].map((name) => `${name} wants to come in`));
    expect(textOf(app)).to.include('2 more are waiting');
    expect(cards(app)[0]?.hasAttribute('aria-modal')).to.equal(false);
    await until('the announcement', () => inside(app, '[aria-live=assertive]').some((each) => textOf(each) === 'Eva wants to come in. Press F6 to answer'));
  });

  it('answer Accept and Not now for their own ring', async () => {
    const { app, room } = await atHome();
    room.rings.set({ shown: ['Anna', 'Bernardo'].map(ring), furtherCount: 0 });
    await until('the cards', () => cards(app).length === 2);
    const [, second] = inside(app, 'mm-ring-card');
    if (!second) throw new Error('no second card');
    await press(second, 'Not now');
    await until('one card', () => cards(app).length === 1);
    await press(app, 'Accept');
    await until('no card', () => cards(app).length === 0);
    expect(room.asked).to.deep.equal(['notNow ring of Bernardo', 'accept ring of Anna']);
  });

  it('leave the focus with somebody typing; F6 goes to the first and back', async () => {
    const { app, room } = await inRoom();
    const [field] = inside(app, 'textarea');
    field?.focus();
    room.rings.set({ shown: ['Anna', 'Bernardo'].map(ring), furtherCount: 0 });
    await until('the cards', () => cards(app).length === 2);
    expect(focused()).to.equal(field);
    expect(key(document.body, 'F6')).to.equal(false);
    expect(cards(app)[0]?.contains(focused())).to.equal(true);
    key(document.body, 'F6');
    expect(focused()).to.equal(field);
  });

  it('leave the focus with somebody typing who answers by mouse', async () => {
    const { app, room } = await inRoom();
    room.rings.set({ shown: [ring('Anna')], furtherCount: 0 });
    const accept = await until('the card', () => button(app, 'Accept'));
    // The browser takes the focus to what is pressed unless this is prevented.
    const pressed = new MouseEvent('mousedown', { bubbles: true, cancelable: true, composed: true });
    accept.dispatchEvent(pressed);
    expect(pressed.defaultPrevented).to.equal(true);
  });

  it('give the focus on: to the next card, then to where it came from', async () => {
    const { app, room } = await inRoom();
    const [field] = inside(app, 'textarea');
    field?.focus();
    room.rings.set({ shown: ['Anna', 'Bernardo'].map(ring), furtherCount: 0 });
    await until('the cards', () => cards(app).length === 2);
    key(document.body, 'F6');
    (focused() as HTMLElement).click();
    await until('the next card', () => cards(app).length === 1 && cards(app)[0]?.contains(focused()));
    (focused() as HTMLElement).click();
    await until('the field', () => focused() === field);
  });

  it('give the focus on also when nothing had it before', async () => {
    const { app, room } = await atHome();
    (focused() as HTMLElement | null)?.blur();
    room.rings.set({ shown: ['Anna', 'Bernardo'].map(ring), furtherCount: 0 });
    await until('the cards', () => cards(app).length === 2);
    key(document.body, 'F6');
    (focused() as HTMLElement).click();
    await until('the next card', () => cards(app).length === 1 && cards(app)[0]?.contains(focused()));
    key(document.body, 'F6');
    expect(focused()).to.equal(document.body);
  });

  it('can be scrolled on a screen that is lower than they are', async () => {
    const { app, room } = await atHome();
    room.rings.set({ shown: ['Anna', 'Bernardo', 'Carla', 'Davi', 'Eva'].map(ring), furtherCount: 2 });
    await until('the cards', () => cards(app).length === 5);
    const [host] = inside(app, 'mm-cards');
    if (host) host.style.maxBlockSize = '200px';
    cards(app)[4]?.scrollIntoView();
    const answer = cards(app)[4]?.querySelector('button');
    expect(answer && hitAt(answer)).to.equal(answer);
  });

  it('leave F6 to the browser when there is no card', async () => {
    await atHome();
    expect(key(document.body, 'F6')).to.equal(true);
  });

  it('can be answered while a dialog is open', async () => {
    const { app, room } = await inRoom();
    await press(app, 'Invite');
    await until('the dialog', () => inside(app, '[role=dialog]').length > 0);
    room.rings.set({ shown: [ring('Anna')], furtherCount: 0 });
    const accept = await until('the card', () => button(app, 'Accept'));
    expect(hitAt(accept)).to.equal(accept);
    expect(accept.closest('[inert]')).to.equal(null);
  });
});

describe('the call card', () => {
  it('says who started a call; Join call joins, Not now dismisses', async () => {
    const { app, room } = await inRoom();
    room.call.set({ running: true, invitation: { name: 'Bob' }, others: [participant(bob)] });
    await until('the card', () => cards(app).length === 1);
    expect(cards(app).map(nameOf)).to.deep.equal(['Bob started a call']);
    expect(inside(app, 'button').filter((each) => nameOf(each) === 'Join call' && each.checkVisibility())).to.have.length(1);
    await press(app, 'Not now');
    await until('no card', () => cards(app).length === 0);
    room.call.set({ invitation: { name: 'Bob' } });
    await press(app, 'Join call');
    expect(room.call.asked).to.deep.equal(['dismissInvitation', 'join']);
  });
});

describe('a message that is asked for', () => {
  it('comes on the screen when the notice that names it is followed, and an open dialog goes', async () => {
    const { app, application, room } = await inRoom();
    room.conversation.add(...Array.from({ length: 200 }, (_, index) => message(`message ${index}`)));
    const wanted = room.conversation.all[20];
    if (!wanted) throw new Error('no message');
    await press(app, 'Settings');
    await until('the dialog', () => inside(app, '[role=dialog]').length === 1);
    application.notices.show({ kind: 'mentioned', name: 'Bob', message: wanted.id });
    await press(app, 'Show');
    await until('the message', () => inside(app, '[role=article]').some((each) => textOf(each).includes('message 20')));
    await until('no dialog', () => inside(app, '[role=dialog]').length === 0);
  });

  it('comes on the screen with the room that is entered for it, and is not asked of the next', async () => {
    const { app, application, room } = await atHome();
    const messages = Array.from({ length: 200 }, (_, index) => message(`message ${index}`));
    room.conversation.add(...messages);
    const home = inside(app, 'mm-home')[0];
    if (!home || !messages[20]) throw new Error('no home');
    showMessage(home, messages[20].id);
    application.view.set({ kind: 'starting' });
    await app.updateComplete;
    application.view.set({ kind: 'room', room });
    await until('the message', () => inside(app, '[role=article]').some((each) => textOf(each).includes('message 20')));
    const asked = room.conversation.asked.filter((each) => each.startsWith('jumpTo')).length;
    application.view.set({ kind: 'starting' });
    await app.updateComplete;
    application.view.set({ kind: 'room', room });
    await until('the room', () => inside(app, 'textarea').length > 0);
    expect(room.conversation.asked.filter((each) => each.startsWith('jumpTo'))).to.have.length(asked);
  });
});

describe('the number on the icon of the app', () => {
  const badges: (number | undefined)[] = [];

  before(() => {
    Object.assign(navigator, {
      setAppBadge: (count: number) => Promise.resolve(void badges.push(count)),
      clearAppBadge: () => Promise.resolve(void badges.push(undefined)),
    });
  });

  beforeEach(() => {
    badges.length = 0;
  });

  after(() => {
    Reflect.deleteProperty(navigator, 'setAppBadge');
    Reflect.deleteProperty(navigator, 'clearAppBadge');
  });

  it('is the sum of what is unread in all rooms, also while one of them is open', async () => {
    const home = new FakeHome();
    const room = new FakeRoom();
    const { app, application } = await open({ kind: 'home', home });
    home.rooms.set([keptRoom('Book club', [], Date.now(), 3), { ...keptRoom('Family', [], Date.now(), 4), alias: room.alias }]);
    await until('all', () => badges.at(-1) === 7);
    room.conversation.unreadCount.set(4);
    application.view.set({ kind: 'room', room });
    await app.updateComplete;
    expect(badges).to.deep.equal([7]);
    room.conversation.unreadCount.set(1);
    await until('fewer', () => badges.at(-1) === 4);
    home.rooms.set([]);
    room.conversation.unreadCount.set(0);
    await until('the other room alone', () => badges.at(-1) === 3);
    application.view.set({ kind: 'home', home });
    await until('none', () => badges.length === 4);
    expect(badges).to.deep.equal([7, 4, 3, undefined]);
  });
});

describe('dialogs', () => {
  it('name themselves, make the screen behind inert, and give the focus back', async () => {
    const { app } = await inRoom();
    const invite = await until('the button', () => button(app, 'Invite'));
    invite.focus();
    invite.click();
    const dialog = await until('the dialog', () => inside(app, '[role=dialog]')[0]);
    expect(nameOf(dialog)).to.equal('Invite somebody');
    await until('focus inside', () => dialog.contains(focused()));
    expect(inside(app, 'main')[0]?.inert).to.equal(true);
    expect(inside(app, 'mm-invite mm-share-link, mm-share-link')).to.have.length(1);
    key(dialog, 'Escape');
    await until('no dialog', () => inside(app, '[role=dialog]').length === 0);
    await until('the button', () => focused() === invite);
  });

  it('stay over a room that is closed meanwhile only when they are about what was said', async () => {
    const { app, room } = await inRoom();
    const main = inside(app, 'main')[0] ?? app;
    openPanel(main, { kind: 'history' });
    await until('the dialog', () => inside(app, '[role=dialog]').length === 1);
    room.phase.set('closed');
    await until('the page behind', () => textOf(main).includes('This room is closed'));
    expect(inside(app, '[role=dialog]').map(nameOf)).to.deep.equal(['History']);
    openPanel(main, { kind: 'room-settings' });
    await until('no dialog', () => inside(app, '[role=dialog]').length === 0);
  });

  it('close by their button and by a press beside them', async () => {
    const { app } = await inRoom();
    await press(app, 'Settings');
    await press(app, 'Close');
    await until('no dialog', () => inside(app, '[role=dialog]').length === 0);
    await press(app, 'Settings');
    const ground = await until('the dialog', () => inside(app, 'mm-dialog')[0]);
    ground.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
    await until('no dialog', () => inside(app, '[role=dialog]').length === 0);
  });
});

describe('Settings', () => {
  it('switches the language, keeps the page in step, and goes back to the browser’s', async () => {
    const { app } = await atHome();
    await press(app, 'Settings');
    const select = await until('the choice', () => inside(app, 'select')[0] as HTMLSelectElement | undefined);
    select.value = 'pt-BR';
    select.dispatchEvent(new Event('change'));
    await until('Portuguese', () => heading(app) === 'Boas-vindas ao Mindmeet');
    expect(document.documentElement.lang).to.equal('pt-BR');
    expect(localStorage.getItem('mindmeet.language')).to.equal('pt-BR');
    select.value = '';
    select.dispatchEvent(new Event('change'));
    await until('English', () => heading(app) === 'Welcome to Mindmeet');
    expect(document.documentElement.lang).to.equal('en');
    expect(localStorage.getItem('mindmeet.language')).to.equal(null);
  });

  it('switches the theme', async () => {
    const { app } = await atHome();
    await press(app, 'Settings');
    const choice = (value: string) => inside(app, `input[value=${value}]`)[0] as HTMLInputElement | undefined;
    await until('the choice', () => choice('dark'));
    const ground = () => getComputedStyle(document.body).backgroundColor;
    choice('dark')?.click();
    expect(document.documentElement.dataset['theme']).to.equal('dark');
    const dark = ground();
    choice('light')?.click();
    expect(ground()).to.not.equal(dark);
    expect(localStorage.getItem('mindmeet.theme')).to.equal('light');
    choice('system')?.click();
    expect(document.documentElement.dataset['theme']).to.equal(undefined);
  });

  it('works where storage is blocked', async () => {
    const original = Object.getOwnPropertyDescriptor(Storage.prototype, 'setItem');
    Storage.prototype.setItem = () => {
      throw new DOMException('blocked', 'SecurityError');
    };
    try {
      const { app } = await atHome();
      await press(app, 'Settings');
      const dark = await until('the choice', () => inside(app, 'input[value=dark]')[0]);
      dark.click();
      expect(document.documentElement.dataset['theme']).to.equal('dark');
      inside(app, 'input[value=system]')[0]?.click();
    } finally {
      if (original) Object.defineProperty(Storage.prototype, 'setItem', original);
    }
  });
});

inBothLanguages((language) => {
  const english = language === 'en';
  it('the page is accessible with cards, toasts and Settings', async () => {
    const { app, application, room } = await atHome();
    room.rings.set({ shown: [ring('Anna')], furtherCount: 1 });
    application.notices.show({ kind: 'link-copied' });
    application.notices.show({ kind: 'disconnected' });
    await until('the card', () => cards(app).some((card) => nameOf(card) === (english ? 'Anna wants to come in' : 'Você deseja aceitar Anna entrar na sala?')));
    await expectAccessible(app);
    await press(app, english ? 'Settings' : 'Configurações');
    await until('the dialog', () => inside(app, '[role=dialog]').length > 0);
    await expectAccessible(app);
  });

  it('the pages that explain are accessible', async () => {
    const { app, application } = await open({ kind: 'broken-link', reason: 'mistyped' });
    await until('the page', () => heading(app) === (english ? 'This link is incomplete or mistyped' : 'Este link está incompleto ou tem um erro de digitação'));
    await expectAccessible(app);
    application.view.set({ kind: 'insecure' });
    await until('the page', () => heading(app) === (english ? 'This address is not secure' : 'Este endereço não é seguro'));
    await expectAccessible(app);
    application.view.set({ kind: 'unavailable' });
    await until('the page', () => button(app, english ? 'Load again' : 'Carregar de novo'));
    await expectAccessible(app);
  });
});
