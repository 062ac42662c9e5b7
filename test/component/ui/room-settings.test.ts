import { expect } from 'chai';
import '../../../src/ui/mm-room-settings';
import type { NoticeContent } from '../../../src/session/faces';
import type { MmRoomSettings } from '../../../src/ui/mm-room-settings';
import { bob, FakeApplication, FakeRoom, person } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, make, nameOf, press, show, textOf, type, until } from './harness';

interface Open {
  readonly element: MmRoomSettings;
  readonly room: FakeRoom;
  readonly notices: NoticeContent[];
}

async function open(room = new FakeRoom().withPeople(person(bob, 'Bob', { role: 'host' }))): Promise<Open> {
  const notices: NoticeContent[] = [];
  const element = make('mm-room-settings', { room, profile: new FakeApplication().profile });
  element.addEventListener('mm-notify', (event) => notices.push(event.detail));
  await show(element);
  return { element, room, notices };
}

/** The input of that label. */
function input(element: MmRoomSettings, label: string): HTMLInputElement {
  const found = inside(element, 'input').find((each): each is HTMLInputElement => each instanceof HTMLInputElement && textOf(each.labels?.[0] ?? null) === label);
  if (!found) throw new Error(`no ${label}`);
  return found;
}

function has(element: MmRoomSettings, label: string): boolean {
  return inside(element, 'label').some((each) => textOf(each) === label);
}

async function change(element: MmRoomSettings, label: string): Promise<void> {
  input(element, label).click();
  await element.updateComplete;
}

describe('Room settings', () => {
  it('take effect at once, each by itself', async () => {
    const { element, room } = await open();
    expect(nameOf(inside(element, '[role=dialog]')[0] ?? element)).to.equal('Room settings');
    const title = input(element, 'Room title');
    type(title, 'Book club');
    title.dispatchEvent(new Event('change'));
    await change(element, 'While no host is here, anybody in the room may');
    await change(element, 'Anybody in the room');
    expect(has(element, 'While no host is here, anybody in the room may')).to.equal(false);
    await change(element, 'Anybody with the link');
    await change(element, 'Lock the room');
    await change(element, 'Everything');
    await change(element, 'Forget this room on every device when I leave for good');
    expect(room.asked.map((each) => JSON.parse(each.replace('changeSettings ', '')) as unknown)).to.deep.equal([
      { title: 'Book club' },
      { standIn: true },
      { policy: 'members' },
      { policy: 'open' },
      { locked: true },
      { history: 'everything' },
      { oneOff: true },
    ]);
    expect(input(element, 'Lock the room').checked).to.equal(true);
  });

  it('let messages disappear, and say what that means', async () => {
    const { element, room } = await open();
    const [list] = inside(element, 'select');
    if (!(list instanceof HTMLSelectElement)) throw new Error('no list');
    expect(textOf(list.labels[0] ?? null)).to.equal('Disappearing messages');
    expect([...list.options].map(textOf)).to.deep.equal(['Off', '5 minutes', '1 hour', '1 day', '1 week', '30 days']);
    expect(list.value).to.equal('0');
    list.value = '86400';
    list.dispatchEvent(new Event('change'));
    await until('the change', () => room.asked[0] === 'changeSettings {"lifetimeS":86400}');
    expect(textOf(element)).to.include("What is written from now on is deleted on everybody's device after this time.");
    room.settings.update((settings) => ({ ...settings, lifetimeS: 7_200 }));
    await until('what another release has set', () => list.selectedOptions[0]?.textContent === '2 hours');
  });

  it('follow what another host changes', async () => {
    const { element, room } = await open();
    room.settings.update((settings) => ({ ...settings, title: 'Family', locked: true }));
    await until('the title', () => input(element, 'Room title').value === 'Family' && input(element, 'Lock the room').checked);
  });

  it('say what could not be changed, and show what is in force', async () => {
    const { element, room } = await open();
    room.failure = new Error('away');
    input(element, 'Lock the room').click();
    await until('the sentence', () => inside(element, '[role=alert]').some((each) => textOf(each) === '“Lock the room” could not be changed. Please try again.'));
    expect(input(element, 'Lock the room').checked).to.equal(false);
    room.failure = undefined;
    await change(element, 'Lock the room');
    await until('no sentence', () => !textOf(element).includes('could not be changed'));
  });

  it('set and take away a password', async () => {
    const { element, room } = await open();
    await press(element, 'Set');
    await until('the sentence', () => textOf(element).includes('Type a password first'));
    expect(button(element, 'Take away')).to.equal(undefined);
    type(input(element, 'Password for this room'), 'hedgehog');
    await press(element, 'Set');
    await press(element, 'Take away');
    await until('none', () => !button(element, 'Take away'));
    expect(room.asked).to.deep.equal(['changeSettings {"password":"hedgehog"}', 'changeSettings {"password":""}']);
    expect(input(element, 'Password for this room').value).to.equal('');
  });

  it('change the link, close the room, and leave it for good after a question', async () => {
    const { element, room } = await open();
    await press(element, 'Change the link');
    await press(element, 'Close room');
    await until('the question', () => textOf(element).includes('It ends for everybody'));
    await press(element, 'Cancel');
    await until('no question', () => !button(element, 'Cancel'));
    expect(room.asked).to.deep.equal(['changeLink']);
    await press(element, 'Close room');
    await until('the question', () => button(element, 'Cancel'));
    await press(element, 'Close room');
    await press(element, 'Leave for good');
    await press(element, 'Forget this room on this device');
    expect(room.asked).to.deep.equal(['changeLink', 'closeRoom', 'forget']);
  });

  it('say so when something else fails', async () => {
    const { element, room, notices } = await open();
    room.failure = new Error('away');
    await press(element, 'Change the link');
    await until('the notice', () => notices[0]?.kind === 'oops');
  });

  it('keep what is the owner’s from a host', async () => {
    const { element, room } = await open();
    room.role.set('host');
    await element.updateComplete;
    expect(has(element, 'Room title') && has(element, 'Lock the room')).to.equal(true);
    expect(has(element, 'Password for this room') || has(element, 'Forget this room on every device when I leave for good')).to.equal(false);
    expect(button(element, 'Close room')).to.equal(undefined);
    expect(button(element, 'Change the link')).to.not.equal(undefined);
  });

  it('are read by a member, who may only leave', async () => {
    const room = new FakeRoom().withPeople(person(bob, 'Bob', { role: 'owner' }));
    room.role.set('member');
    room.settings.update((settings) => ({ ...settings, hasPassword: true, locked: true, lifetimeS: 604_800 }));
    const { element } = await open(room);
    const text = textOf(element);
    for (const fact of ['Who lets people in Hosts', 'Disappearing messages 1 week', 'This room has a password.', 'The room is locked', 'Bob · Owner']) expect(text).to.include(fact);
    expect(inside(element, 'input, select')).to.have.length(0);
    expect(['Change the link', 'Close room'].map((name) => button(element, name))).to.deep.equal([undefined, undefined]);
    expect(button(element, 'Leave for good')).to.not.equal(undefined);
  });

  it('say that no host is here, and who lets people in meanwhile', async () => {
    const room = new FakeRoom().withPeople(person(bob));
    room.role.set('member');
    const { element } = await open(room);
    expect(textOf(element)).to.include('None of them is here.').and.not.include('Until one comes');
    room.settings.update((settings) => ({ ...settings, standIn: true }));
    await until('who stands in', () => textOf(element).includes('Until one comes, anybody in the room may let people in.'));
    room.change(bob, { role: 'host' });
    await until('the host', () => textOf(element).includes('Bob · Host') && !textOf(element).includes('None of them'));
  });

  it('hold for a room by name only that whoever knows it is in', async () => {
    const { element } = await open(new FakeRoom([], 'named'));
    expect(textOf(element)).to.include('Whoever knows the name and the password of this room is in.');
    expect(inside(element, 'input')).to.have.length(0);
    expect(inside(element, 'button').filter((each) => each.checkVisibility()).map(nameOf)).to.deep.equal(['Close', 'Leave for good']);
  });

  inBothLanguages((language) => {
    it('are accessible to owner and member', async () => {
      const { element, room } = await open();
      await expectAccessible(element);
      await press(element, language === 'en' ? 'Leave for good' : 'Sair de vez');
      await until('the question', () => inside(element, '.danger').length === 1);
      await expectAccessible(element);
      room.role.set('member');
      await element.updateComplete;
      await expectAccessible(element);
    });
  });
});
