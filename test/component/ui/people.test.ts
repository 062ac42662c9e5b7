import { expect } from 'chai';
import '../../../src/ui/mm-app';
import { codeEmoji } from '../../../src/ui/emoji-code';
import { emojiNames } from '../../../src/ui/i18n/emoji-names';
import type { MmApp } from '../../../src/ui/mm-app';
import { bob, carol, FakeApplication, FakeRoom, person } from '../../support/fake-room';
import { button, expectAccessible, inBothLanguages, inside, key, make, nameOf, press, show, textOf, until } from './harness';

async function open(room: FakeRoom, { width = 1000 } = {}): Promise<{ app: MmApp; application: FakeApplication; room: FakeRoom }> {
  const application = new FakeApplication({ kind: 'room', room });
  const app = await show(make('mm-app', { application }), { width, height: 800 });
  await until('the strip', () => inside(app, 'li').length > 0);
  return { app, application, room };
}

function list(app: MmApp): HTMLElement | undefined {
  return inside(app, '[role=list]').find((each) => nameOf(each) === 'People');
}

/** What each listitem says, its buttons by their names. */
function people(app: MmApp): string[] {
  return [...(list(app)?.children ?? [])].map((item) => [...item.querySelectorAll('button')].map((each) => (each.hasAttribute('aria-label') ? `[${nameOf(each)}]` : textOf(each).slice(initial))).join(' '));
}

/** The avatar's letter stands before each name; screen readers pass over it. */
const initial = 1;

function dialog(app: MmApp): HTMLElement | undefined {
  return inside(app, '[role=dialog]')[0];
}

describe('the people of a room', () => {
  it('are listed, oneself first, with role, shield and presence in words', async () => {
    const room = new FakeRoom().withPeople(
      person(bob, 'Bob', { role: 'host', verified: true, removable: false }),
      person(carol, 'Carol', { presence: 'connecting' }),
    );
    const { app } = await open(room);
    expect(people(app).map((each) => each.replace(/\s+/gu, ' ').trim())).to.deep.equal(['Alice (you) Owner', 'Bob Host verified', 'Carol connecting [Remove Carol]']);
    room.change(carol, { presence: 'reconnecting', changedKey: true, removable: false });
    await until('the change', () => people(app)[2]?.includes('key changed reconnecting') === true);
    room.role.set('member');
    await until('no role', () => people(app)[0]?.trim() === 'Alice (you)');
  });

  it('are listed also when one is alone, and nobody but hosts sees how to remove', async () => {
    const { app, room } = await open(new FakeRoom());
    expect(people(app)).to.have.length(1);
    room.withPeople(person(bob, 'Bob', { removable: false }));
    await until('Bob', () => people(app).length === 2);
    expect(button(app, 'Remove Bob')).to.equal(undefined);
    room.change(bob, { removable: true });
    await until('the button', () => button(app, 'Remove Bob'));
  });

  it('scroll sideways on a phone, without a scroll bar for the page', async () => {
    const crowd = Array.from({ length: 11 }, (_, index) => person(`person${index}`.padEnd(26, 'x') as typeof bob, `Person ${index} ${'W'.repeat(20)}`));
    const { app } = await open(new FakeRoom().withPeople(...crowd), { width: 320 });
    expect(people(app)).to.have.length(12);
    const strip = list(app);
    expect(strip?.scrollWidth).to.be.above(strip?.clientWidth ?? 0);
    expect(inside(app, 'mm-room')[0]?.scrollWidth).to.be.at.most(320);
  });

  it('show which of them one is oneself, however long the name', async () => {
    const { app, application } = await open(new FakeRoom());
    application.rename('W'.repeat(40));
    const name = await until('the name', () => inside(app, '.person .name').find((each) => textOf(each).startsWith('WWW')));
    const [mark] = inside(app, '.you');
    expect(name.scrollWidth).to.be.above(name.clientWidth);
    expect([textOf(mark ?? null), (mark?.scrollWidth ?? 0) <= (mark?.clientWidth ?? 0)]).to.deep.equal(['(you)', true]);
  });

  it('lead to Settings from oneself', async () => {
    const { app } = await open(new FakeRoom());
    inside(app, '.person')[0]?.click();
    await until('the dialog', () => nameOf(dialog(app) ?? app) === 'Settings');
  });

  it('show the seven emoji of somebody with their names, to be compared and marked', async () => {
    const { app, room } = await open(new FakeRoom().withPeople(person()));
    inside(app, '.person')[1]?.click();
    const shown = await until('the dialog', () => dialog(app));
    expect(nameOf(shown)).to.equal('Bob');
    const items = [...(inside(shown, 'ol')[0]?.children ?? [])];
    expect(items.map((each) => each.lastChild?.textContent)).to.deep.equal([0, 9, 18, 27, 36, 45, 63].map((number) => emojiNames()[number]));
    expect(items.map((each) => textOf(each.querySelector('.emoji')))).to.deep.equal([0, 9, 18, 27, 36, 45, 63].map((number) => codeEmoji[number]));
    button(app, 'Mark as verified')?.focus();
    await press(app, 'Mark as verified');
    await until('the other way, with the focus', () => button(app, 'Not verified any more')?.matches(':focus'));
    await press(app, 'Not verified any more');
    await until('both', () => room.asked.length === 2);
    expect(room.asked).to.deep.equal(['markVerified Bob true', 'markVerified Bob false']);
  });

  it('have no code to compare before the connection stands', async () => {
    const { app } = await open(new FakeRoom().withPeople(person(bob, 'Bob', { presence: 'connecting', code: undefined })));
    inside(app, '.person')[1]?.click();
    await until('the sentence', () => textOf(app).includes('The seven pictures to compare come with the connection.'));
    expect(button(app, 'Mark as verified')).to.equal(undefined);
  });

  it('are warned about when their key changed, until somebody says that they know', async () => {
    const { app, room } = await open(new FakeRoom().withPeople(person(bob, 'Bob', { changedKey: true })));
    inside(app, '.person')[1]?.click();
    const alert = await until('the warning', () => inside(app, '.warning')[0]);
    expect(alert.role).to.equal('alert');
    button(app, 'I know')?.focus();
    await press(app, 'I know');
    await until('no warning', () => inside(app, '.warning').length === 0);
    expect(dialog(app)?.matches(':focus')).to.equal(true);
    expect(room.asked).to.deep.equal(['acknowledgeChangedKey Bob']);
  });

  it('are made hosts by the owner alone', async () => {
    const { app, room } = await open(new FakeRoom().withPeople(person()));
    inside(app, '.person')[1]?.click();
    await press(app, 'Make host');
    await press(app, 'Take host role away');
    await until('the button again', () => button(app, 'Make host'));
    expect(room.asked).to.deep.equal(['setHost Bob true', 'setHost Bob false']);
    room.role.set('host');
    await until('no button', () => !button(app, 'Make host'));
  });

  it('are removed after a question, by default with a change of the link', async () => {
    const { app, room } = await open(new FakeRoom().withPeople(person(), person(carol)));
    await press(app, 'Remove Bob');
    const asked = await until('the question', () => dialog(app));
    expect(nameOf(asked)).to.equal('Remove Bob?');
    const [change] = inside(asked, 'input[type=checkbox]');
    expect([(change as HTMLInputElement).checked, textOf(change?.closest('label') ?? null)]).to.deep.equal([true, 'Also change the link']);
    await press(asked, 'Cancel');
    await until('no dialog', () => !dialog(app));
    expect(room.asked).to.deep.equal([]);
    const remove = button(app, 'Remove Bob');
    remove?.focus();
    remove?.click();
    await press(app, 'Remove');
    await until('no Bob', () => people(app).length === 2);
    await until('the focus on the screen', () => inside(app, 'main')[0]?.matches(':focus'));
    await press(app, 'Remove Carol');
    const again = await until('the question', () => dialog(app));
    inside(again, 'input')[0]?.click();
    await press(again, 'Remove');
    await until('no Carol', () => people(app).length === 1);
    expect(room.asked).to.deep.equal(['remove Bob and change the link', 'remove Carol']);
  });

  it('keep the focus among them when somebody goes who had it', async () => {
    const { app, room } = await open(new FakeRoom().withPeople(person()));
    inside(app, '.person')[1]?.focus();
    room.people.set([]);
    await until('the focus on oneself', () => inside(app, '.person')[0]?.matches(':focus'));
  });

  it('are removed from their dialog by way of the same question, and the focus comes back to the room', async () => {
    const { app } = await open(new FakeRoom().withPeople(person()));
    const [, entry] = inside(app, '.person');
    entry?.focus();
    entry?.click();
    const first = await until('the dialog', () => dialog(app));
    await press(first, 'Remove Bob');
    const second = await until('the question', () => inside(app, '[role=dialog]').find((each) => nameOf(each) === 'Remove Bob?'));
    expect(inside(app, '[role=dialog]')).to.have.length(1);
    key(second, 'Escape');
    await until('the focus', () => entry?.matches(':focus'));
  });

  it('take their dialog along when they go, and so does the room', async () => {
    const { app, room } = await open(new FakeRoom().withPeople(person()));
    inside(app, '.person')[1]?.click();
    await until('the dialog', () => dialog(app));
    room.people.set([]);
    await until('no dialog', () => !dialog(app) && inside(app, 'main')[0]?.inert === false);
    await press(app, 'Room settings');
    await until('the dialog', () => dialog(app));
    room.phase.set('removed');
    await until('no dialog', () => !dialog(app) && inside(app, 'main')[0]?.inert === false);
  });

  inBothLanguages(() => {
    it('are accessible in the strip and in their dialogs', async () => {
      const { app, room } = await open(new FakeRoom().withPeople(person(bob, 'Bob', { role: 'host', verified: true }), person(carol, 'Carol', { changedKey: true, presence: 'reconnecting' })));
      await expectAccessible(app);
      for (const each of [1, 2]) {
        inside(app, '.person')[each]?.click();
        const shown = await until('the dialog', () => dialog(app));
        await expectAccessible(app);
        key(shown, 'Escape');
        await until('no dialog', () => !dialog(app));
      }
      inside(app, '.remove')[0]?.click();
      await until('the question', () => dialog(app));
      await expectAccessible(app);
      expect(room.asked).to.deep.equal([]);
    });
  });
});

describe('the emoji of a code', () => {
  inBothLanguages(() => {
    it('are sixty-four, each with a name of its own', () => {
      expect([codeEmoji.length, new Set(codeEmoji).size]).to.deep.equal([64, 64]);
      expect([emojiNames().length, new Set(emojiNames()).size]).to.deep.equal([64, 64]);
      for (const name of emojiNames()) expect(name.trim()).to.equal(name).and.not.equal('');
    });
  });
});
