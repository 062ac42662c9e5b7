/** The steps that many stories begin with, done as a person does them. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { PersonOptions, Visitor } from './story';

export type Visit = (name: string, options?: PersonOptions) => Promise<Visitor>;

/** The page says what others will read: the name is typed and left. */
export async function nameSelf(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('textbox', { name: 'Your name' }).blur();
}

/** On the home page, named, and live: whoever opens the returned link is heard. */
export async function openHome(visit: Visit, name: string, options?: PersonOptions): Promise<{ readonly person: Visitor; readonly link: string }> {
  const person = await visit(name, options);
  await nameSelf(person.page, name);
  const link = await person.page.getByRole('textbox', { name: 'Room link' }).inputValue();
  await expect(person.page.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  return { person, link };
}

/** Comes by the link, with a name chosen before. */
export async function followLink(visit: Visit, name: string, link: string, options?: PersonOptions): Promise<Visitor> {
  const person = await visit(name, options);
  await nameSelf(person.page, name);
  await person.page.goto(link);
  return person;
}

/** Two people in a room: Alice made it on her home page, Bob rang and was let in. */
export async function meet(visit: Visit, options: { readonly alice?: PersonOptions; readonly bob?: PersonOptions } = {}): Promise<{ alice: Page; bob: Page; link: string }> {
  const { person, link } = await openHome(visit, 'Alice', options.alice);
  const guest = await followLink(visit, 'Bob', link, options.bob);
  await accept(person.page, 'Bob');
  for (const page of [person.page, guest.page]) await expectConnected(page);
  return { alice: person.page, bob: guest.page, link };
}

/** Lets somebody in who rings. */
export async function accept(page: Page, name: string): Promise<void> {
  await page.getByRole('alertdialog', { name: `${name} wants to come in` }).getByRole('button', { name: 'Accept' }).click();
}

/** Comes by the link, and is let in by whoever sits at `door`. */
export async function join(visit: Visit, name: string, link: string, door: Page, options?: PersonOptions): Promise<Visitor> {
  const person = await followLink(visit, name, link, options);
  await accept(door, name);
  await expectConnected(person.page);
  return person;
}

/** All of them in one room by one link. The first made it and lets the others in, one Accept each, in the order of their names. */
export async function gather(visit: Visit, [maker, ...guests]: readonly [string, ...string[]], options?: PersonOptions): Promise<{ readonly people: readonly Visitor[]; readonly link: string }> {
  const { person, link } = await openHome(visit, maker, options);
  const people = [person];
  for (const guest of guests) people.push(await join(visit, guest, link, person.page, options));
  for (const { page } of people) await expectPeople(page, [maker, ...guests]);
  return { people, link };
}

/** Everybody in the room as its list says, oneself included: with an open link, and nobody else. */
export async function expectPeople(page: Page, names: readonly string[]): Promise<void> {
  for (const name of names) await expect(person(page, name)).not.toContainText(/connecting/iu);
  await expect(page.getByRole('list', { name: 'People' }).getByRole('listitem')).toHaveCount(names.length);
}

/** Somebody's place in the list of people. */
export function person(page: Page, name: string): Locator {
  return page.getByRole('list', { name: 'People' }).getByRole('listitem').filter({ hasText: name });
}

/** Each says a sentence of their own; all hear all of them. */
export async function expectEverybodyHeard(people: readonly Visitor[]): Promise<void> {
  for (const { page, name } of people) await say(page, `${name} says hello to ${people.length}`);
  for (const { page } of people) for (const { name } of people) await expect(heard(page, `${name} says hello to ${people.length}`)).toBeVisible();
}

/** Ends a tab as a crash does: without a goodbye. */
export async function crash({ context, page }: Visitor): Promise<void> {
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // Not awaited: a page that has crashed doesn't answer.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}

export async function expectConnected(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: 'Connection' })).toHaveText('Direct · verified');
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
}

/** The articles of the log, by what they say. */
export function heard(page: Page, text: string) {
  return page.getByRole('log', { name: 'Messages' }).getByRole('article').filter({ hasText: text });
}

/** A message in the toolbar of which something is pressed; it stands there while the pointer is on the message. */
export async function act(message: Locator, action: 'React' | 'Reply' | 'More actions'): Promise<void> {
  await message.hover();
  await message.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: action }).click();
}

/** The same in its menu "More actions". */
export async function choose(message: Locator, item: 'Edit' | 'Delete for everyone' | 'Copy text' | 'Pin' | 'Unpin' | 'Select'): Promise<void> {
  await act(message, 'More actions');
  await message.getByRole('menuitem', { name: item, exact: true }).click();
}

/** How far an own message has come, as its tick says. */
export function tick(page: Page, text: string, name: string): Locator {
  return heard(page, text).getByRole('img', { name, exact: true });
}

/** As when the tab goes behind another, or comes to the front again. */
export async function turnAway(page: Page, away: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'visibilityState', { value: hidden ? 'hidden' : 'visible', configurable: true });
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, away);
}

/** Deletes one's own message for everybody, asked once more in place. */
export async function deleteForEveryone(message: Locator): Promise<void> {
  await choose(message, 'Delete for everyone');
  await message.getByRole('group', { name: 'Delete for everyone' }).getByRole('button', { name: 'Delete for everyone' }).click();
}

/** Forgets the only room, on the home page. */
export async function forgetRoom(page: Page): Promise<void> {
  const rooms = page.getByRole('list', { name: 'Your rooms' });
  await rooms.getByRole('button', { name: 'Forget this room' }).click();
  await rooms.getByRole('group', { name: 'Forget this room' }).getByRole('button', { name: 'Forget this room' }).click();
  await expect(rooms).toHaveCount(0);
}

/** Leaves by closing the page, as it seems to the others; the room is not left for good. */
export async function goAway(page: Page): Promise<void> {
  await page.goto('about:blank');
}

/** From the page that `goAway` left. */
export async function comeBack(page: Page): Promise<void> {
  await page.goBack();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
}

/** The settings of the room, from its head. */
export async function openRoomSettings(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Room settings' }).click();
  return page.getByRole('dialog', { name: 'Room settings' });
}

/** Newcomers see all that was said before, from now on. */
export async function showThePast(page: Page): Promise<void> {
  const settings = await openRoomSettings(page);
  await settings.getByRole('radio', { name: 'Everything' }).check();
  await page.keyboard.press('Escape');
  await expect(settings).toHaveCount(0);
}

/** Both in the call: Alice starts it, Bob joins from the card. */
export async function call(alice: Page, bob: Page): Promise<void> {
  await alice.getByRole('button', { name: 'Start call' }).click();
  await bob.getByRole('alertdialog', { name: 'Alice started a call' }).getByRole('button', { name: 'Join call' }).click();
  await expect(alice.getByRole('group', { name: 'Bob' })).toBeVisible();
  await expect(bob.getByRole('group', { name: 'Alice' })).toBeVisible();
}
