import { expect } from 'chai';
import '../../../src/ui/mm-room';
import type { Panel } from '../../../src/ui/events';
import type { MmRoom } from '../../../src/ui/mm-room';
import { alice, bob, carol, exampleLink, FakeApplication, FakeRoom, message, participant, person } from '../../support/fake-room';
import { button, expectAccessible, frame, inBothLanguages, inside, key, make, nameOf, press, show, textOf, type, until } from './harness';

async function open(room = new FakeRoom()): Promise<{ element: MmRoom; room: FakeRoom }> {
  const { profile } = new FakeApplication();
  return { element: await show(make('mm-room', { room, profile })), room };
}

function headings(element: MmRoom): string[] {
  return inside(element, 'h1, h2').map(textOf);
}

function status(element: MmRoom): string[] {
  return inside(element, '[role=status]').filter((each) => nameOf(each) === 'Connection').map(textOf);
}

describe('mm-room', () => {
  it('is headed by the names of the people', async () => {
    const { element, room } = await open();
    expect(headings(element)).to.deep.equal(['Room: Alice']);
    room.withPeople(person(bob), person(carol), person(alice, 'Dora'));
    await element.updateComplete;
    expect(headings(element)).to.deep.equal(['Room: Bob, Carol, and Dora']);
  });

  it('is ready to be written in, unless the keyboard is busy elsewhere', async () => {
    const { element } = await open();
    await until('the focus', () => inside(element, 'textarea')[0]?.matches(':focus'));
    expect(document.title).to.equal('Alice · Mindmeet');
    element.remove();
    expect(document.title).to.equal('Mindmeet');
    const busy = document.createElement('button');
    document.body.append(busy);
    busy.focus();
    const { element: second } = await open();
    await until('the field', () => inside(second, 'textarea').length > 0);
    await frame();
    expect(document.activeElement).to.equal(busy);
    busy.remove();
  });

  it('says in the title of the page how much is unread', async () => {
    const { element, room } = await open(new FakeRoom().withPeople(person(bob)));
    expect(document.title).to.equal('Bob · Mindmeet');
    room.conversation.unreadCount.set(1_234);
    await until('the number', () => document.title === '(1,234) Bob · Mindmeet');
    room.phase.set('elsewhere');
    await element.updateComplete;
    await until('none', () => document.title === 'Open in another tab · Mindmeet');
  });

  it('says that messages disappear, while they do', async () => {
    const { element, room } = await open();
    expect(textOf(element)).to.not.include('disappear');
    for (const [lifetimeS, span] of [
      [300, '5 minutes'],
      [86_400, '1 day'],
      [2_592_000, '30 days'],
    ] as const) {
      room.settings.update((settings) => ({ ...settings, lifetimeS }));
      await until(span, () => textOf(element).includes(`Messages disappear after ${span}`));
    }
  });

  it('opens its search, leads to what is found, and gives the focus back', async () => {
    const { element } = await open(new FakeRoom([message('a draft')]).withPeople(person(bob)));
    const opener = await until('the button', () => button(element, 'Search'));
    opener.click();
    const field = await until('the field', () => inside(element, '[type=search]').find((each) => each.matches(':focus')));
    type(field, 'draft');
    await until('the result', () => inside(element, '.found').length === 1);
    key(field, 'Escape');
    await until('no search', () => inside(element, 'mm-search').length === 0);
    expect(opener.matches(':focus')).to.equal(true);
  });

  it('opens the search for what a command asks for', async () => {
    const { element } = await open(new FakeRoom([message('a draft')]).withPeople(person(bob)));
    const [composer] = inside(element, 'mm-composer');
    composer?.dispatchEvent(new CustomEvent('open-search', { detail: { text: 'draft', date: false }, bubbles: true, composed: true }));
    await until('the result', () => inside(element, '.found').length === 1);
    composer?.dispatchEvent(new CustomEvent('open-search', { detail: { text: '', date: true }, bubbles: true, composed: true }));
    await until('the date', () => inside(element, '[type=date]').some((each) => each.matches(':focus')));
  });

  it('hides the conversation from the keyboard while the search is over it', async () => {
    const { element } = await open(new FakeRoom([message('a draft')]).withPeople(person(bob)));
    await press(element, 'Search');
    await until('the search', () => inside(element, 'mm-search').length === 1);
    const covering = matchMedia('(max-width: 55.99rem)').matches;
    expect(inside(element, 'mm-conversation')[0]?.inert).to.equal(covering);
  });

  it('folds what has no room in its head into one menu', async () => {
    const { profile } = new FakeApplication();
    const element = await show(make('mm-room', { room: new FakeRoom(), profile }), { width: 390 });
    const opened: Panel[] = [];
    element.addEventListener('mm-open', (event) => opened.push(event.detail));
    expect(['History', 'Room settings', 'Settings'].map((name) => button(element, name))).to.deep.equal([undefined, undefined, undefined]);
    const more = await until('the button', () => button(element, 'More'));
    more.click();
    const [first, , last] = await until('the menu', () => inside(element, '[role=menuitem]').length === 3 && inside(element, '[role=menuitem]'));
    expect([more.ariaExpanded, first?.matches(':focus')]).to.deep.equal(['true', true]);
    key(first ?? more, 'ArrowUp');
    expect(last?.matches(':focus')).to.equal(true);
    key(last ?? more, 'Escape');
    await until('no menu', () => inside(element, '[role=menu]').length === 0 && more.matches(':focus'));
    for (const name of ['History', 'Room settings', 'Settings']) {
      more.click();
      await until('the menu', () => button(element, name));
      const before = opened.length;
      await press(element, name);
      await until('the dialog', () => opened.length > before);
      expect(inside(element, '[role=menu]')).to.have.length(0);
    }
    expect(opened).to.deep.equal([{ kind: 'history' }, { kind: 'room-settings' }, { kind: 'settings' }]);
  });

  it('says how the connection is', async () => {
    const { element, room } = await open();
    for (const [value, text] of [
      [{ kind: 'looking' }, 'Looking for the others'],
      [{ kind: 'alone' }, 'Alone here'],
      [{ kind: 'direct' }, 'Direct · verified'],
      [{ kind: 'relayed' }, 'Relayed · verified'],
      [{ kind: 'reconnecting', seconds: 3 }, 'Reconnecting 3 s'],
      [{ kind: 'introductions-offline' }, 'Introductions offline, the room is fine'],
    ] as const) {
      room.status.set(value);
      await until(text, () => status(element)[0] === text);
    }
  });

  it('does not say that it looks for people who have answered', async () => {
    const { element, room } = await open();
    room.status.set({ kind: 'looking' });
    for (const [phase, text] of [
      ['looking', 'Looking for the others'],
      ['waiting', ''],
      ['refused', ''],
      ['nobody', 'Looking for the others'],
      ['removed', ''],
    ] as const) {
      room.phase.set(phase);
      await until(`"${text}" while ${phase}`, () => status(element)[0] === text);
    }
    room.status.set({ kind: 'introductions-offline' });
    await until('the trouble', () => status(element)[0] === 'Introductions offline, the room is fine');
  });

  it('tells a guest what they wait for', async () => {
    const { element, room } = await open();
    for (const [phase, text] of [
      ['looking', 'Looking for the others'],
      ['nobody', 'Nobody is here yet. We ring as soon as somebody comes.'],
      ['waiting', 'Waiting to be let in'],
      ['waiting-for-host', 'Waiting to be let in'],
      ['refused', 'Not let in for now'],
      ['password', 'This room has a password'],
      ['wrong-password', 'This room has a password'],
      ['locked', 'This room is locked'],
      ['full', 'This room is full (12)'],
      ['closed', 'This room is closed'],
      ['removed', 'You were removed from the room'],
      ['empty', 'Nobody is in this room'],
      ['elsewhere', 'Open in another tab'],
    ] as const) {
      room.phase.set(phase);
      await element.updateComplete;
      await until(text, () => headings(element)[0] === text);
      expect(headings(element)).to.have.length(1);
      expect(textOf(inside(element, 'header')[0] ?? null)).to.match(/^Mindmeet/u);
      expect(document.title).to.equal(`${text} · Mindmeet`);
      expect(inside(element, 'mm-conversation, mm-people')).to.have.length(0);
      expect(button(element, 'Room settings')).to.equal(undefined);
      expect(button(element, 'Start call')).to.equal(undefined);
      expect(button(element, 'Leave room')).to.not.equal(undefined);
    }
  });

  it('lets a refused guest ring again, and another tab take over', async () => {
    const { element, room } = await open();
    room.phase.set('refused');
    await press(element, 'Ring again');
    await until('the waiting', () => headings(element).includes('Waiting to be let in'));
    room.phase.set('elsewhere');
    await press(element, 'Use here');
    await until('the chat', () => inside(element, 'textarea').length > 0);
    await press(element, 'Leave room');
    expect(room.asked).to.deep.equal(['ringAgain', 'useHere', 'leave']);
  });

  it('tells a guest whom nobody here may let in, and rings again where that helps', async () => {
    const { element, room } = await open();
    room.phase.set('waiting-for-host');
    await until('the reason', () => textOf(element).includes('People are here, but nobody who may let you in.'));
    for (const phase of ['locked', 'full', 'removed'] as const) {
      room.phase.set(phase);
      await press(element, 'Ring again');
      await until('the waiting', () => room.phase.value === 'waiting');
    }
    expect(room.asked).to.deep.equal(['ringAgain', 'ringAgain', 'ringAgain']);
  });

  it('asks for the password, and says when it was wrong, each time', async () => {
    const { element, room } = await open();
    room.phase.set('password');
    const field = await until('the field', () => inside(element, 'input').find((each): each is HTMLInputElement => each instanceof HTMLInputElement && textOf(each.labels?.[0] ?? null) === 'Password'));
    const alert = () => inside(element, '[role=alert]').map(textOf).join('');
    await until('the focus', () => field.matches(':focus'));
    await press(element, 'Join room');
    await until('the asking for one', () => alert() === 'Type the password first');
    type(field, 'hedgehog');
    await press(element, 'Join room');
    await until('the attempt', () => room.asked.length === 1);
    room.phase.set('wrong-password');
    await until('the sentence', () => alert() === 'Wrong password');
    expect(field.value).to.equal('hedgehog');
    await press(element, 'Join room');
    await until('it again', () => room.asked.length === 2 && alert() === 'Wrong password');
    // Nobody has answered yet: what was typed is still there, and so is the keyboard.
    room.phase.set('looking');
    await until('the progress', () => inside(element, 'progress').length === 1 && alert() === '');
    expect([headings(element), field.isConnected, field.value, field.matches(':focus')]).to.deep.equal([['This room has a password'], true, 'hedgehog', true]);
    room.phase.set('wrong-password');
    await until('it once more', () => inside(element, 'progress').length === 0 && alert() === 'Wrong password');
    room.phase.set('waiting');
    await until('the waiting', () => headings(element).includes('Waiting to be let in'));
    room.phase.set('looking');
    await until('the looking', () => headings(element).includes('Looking for the others'));
    expect(room.asked).to.deep.equal(['enterPassword hedgehog', 'enterPassword hedgehog']);
  });

  it('promises a closed room’s messages to those who have some', async () => {
    for (const [messages, promised] of [[[], false], [[message('hi')], true]] as const) {
      const { element, room } = await open(new FakeRoom(messages));
      room.phase.set('closed');
      await until('the reason', () => textOf(element).includes('Its owner has ended it.'));
      expect(textOf(element).includes('stays on this device')).to.equal(promised);
    }
  });

  it('lets a closed room’s messages be exported, if there are some', async () => {
    const { element, room } = await open(new FakeRoom([message('hi')]));
    const opened: Panel[] = [];
    element.addEventListener('mm-open', (event) => opened.push(event.detail));
    room.phase.set('closed');
    await press(element, 'History');
    expect(opened).to.deep.equal([{ kind: 'history' }]);
    const { element: empty, room: other } = await open();
    other.phase.set('closed');
    await until('the way home', () => button(empty, 'Go to the home page'));
    expect(button(empty, 'History')).to.equal(undefined);
  });

  it('leaves a room that was closed, or forgets it', async () => {
    const { element, room } = await open();
    room.phase.set('closed');
    await press(element, 'Go to the home page');
    await press(element, 'Forget this room');
    await until('the question', () => button(element, 'Cancel'));
    await press(element, 'Forget this room');
    expect(room.asked).to.deep.equal(['leave', 'forget']);
  });

  it('lets somebody wait in an empty room, invite, or go back', async () => {
    const { element, room } = await open(new FakeRoom([], 'named'));
    const opened: Panel[] = [];
    element.addEventListener('mm-open', (event) => opened.push(event.detail));
    room.phase.set('empty');
    await press(element, 'Invite');
    await press(element, 'Go back');
    await press(element, 'Wait here');
    await until('the chat', () => inside(element, 'textarea').length > 0);
    expect(opened).to.deep.equal([{ kind: 'invite' }]);
    expect(room.asked).to.deep.equal(['leave', 'waitHere']);
  });

  it('shows the link in force', async () => {
    const { element, room } = await open();
    const field = await until('the link', () => inside(element, 'input').find((each): each is HTMLInputElement => each instanceof HTMLInputElement && each.readOnly));
    expect(field.value).to.equal(exampleLink);
    room.link.set('https://meet.example/#2222222222222222X');
    await until('the new one', () => field.value === 'https://meet.example/#2222222222222222X');
  });

  it('starts a call, or joins one that runs', async () => {
    const { element, room } = await open(new FakeRoom().withPeople(person(bob)));
    expect(button(element, 'Join call')).to.equal(undefined);
    room.call.set({ running: true, others: [participant(bob)] });
    await until('the other name', () => button(element, 'Join call') && !button(element, 'Start call'));
    await press(element, 'Join call');
    expect(room.call.asked).to.deep.equal(['join']);
    await until('the stage', () => inside(element, '[role=toolbar]').length === 1);
    expect(button(element, 'Join call') ?? button(element, 'Start call')).to.equal(undefined);
    await press(element, 'Leave call');
    await until('the chat alone', () => inside(element, 'mm-call').length === 0);
    expect(inside(element, '[role=log]')).to.have.length(1);
  });

  it('hides the chat of a call on request, and counts what comes meanwhile', async () => {
    const { element, room } = await open(new FakeRoom([message('before', bob)]).withPeople(person(bob)));
    room.call.set({ phase: 'in', running: true, onStage: true, others: [participant(bob)] });
    const [conversation] = inside(element, 'mm-conversation');
    await until('the toolbar', () => inside(element, '[role=toolbar]').length === 1);
    if (button(element, 'Hide chat')) await press(element, 'Hide chat');
    await until('no chat', () => conversation?.checkVisibility() === false);
    room.conversation.unreadCount.set(2);
    await press(element, 'Show chat, unread: 2');
    await until('the chat', () => conversation?.checkVisibility());
    room.conversation.unreadCount.set(0);
    await press(element, 'Hide chat');
    await until('nothing unread', () => button(element, 'Show chat'));
  });

  it('lands a guest on the stage with Join call in focus', async () => {
    const { element, room } = await open(new FakeRoom().withPeople(person(bob)));
    room.call.set({ running: true, onStage: true, others: [participant(bob)] });
    const join = await until('the button', () => button(element, 'Join call'));
    await until('the focus', () => (join.getRootNode() as ShadowRoot).activeElement === join);
    expect(inside(element, '[role=group]').map(nameOf)).to.deep.equal(['Bob']);
    join.click();
    await until('the controls in focus', () => button(element, 'Mute')?.matches(':focus'));
  });

  it('has no scroll bar at 320 pixels', async () => {
    const { profile } = new FakeApplication();
    const room = new FakeRoom([message('hello '.repeat(40))]).withPeople(person(bob, 'W'.repeat(40)));
    room.status.set({ kind: 'introductions-offline' });
    const element = await show(make('mm-room', { room, profile }), { width: 320, height: 480 });
    await until('the chat', () => inside(element, 'textarea').length > 0);
    expect(element.scrollWidth).to.be.at.most(320);
    // The strip of people scrolls by itself.
    for (const each of inside(element, 'button:not(li *)')) expect(each.getBoundingClientRect().right, nameOf(each)).to.be.at.most(320 + element.getBoundingClientRect().left);
  });

  inBothLanguages((language) => {
    it('is accessible in each phase', async () => {
      const { element, room } = await open(new FakeRoom([message('hi')]).withPeople(person(bob)));
      expect(headings(element)).to.deep.equal([language === 'en' ? 'Room: Bob' : 'Sala: Bob']);
      await expectAccessible(element);
      await press(element, language === 'en' ? 'Search' : 'Pesquisar');
      await until('the search', () => inside(element, '[type=search]').length === 1);
      await expectAccessible(element);
      for (const phase of ['nobody', 'waiting', 'waiting-for-host', 'refused', 'password', 'wrong-password', 'locked', 'full', 'closed', 'removed', 'empty', 'elsewhere'] as const) {
        room.phase.set(phase);
        await until(phase, () => inside(element, '.outside h1').length === 1);
        await element.updateComplete;
        await expectAccessible(element);
      }
    });
  });
});
