/** Who may do what in a room: letting in, handing over, removing, changing its rules, ending it. */
import type { Page } from '@playwright/test';
import { accept, expectConnected, expectPeople, followLink, gather, heard, join, openHome, person, say } from '../support/meeting';
import { expect, test, type Visitor } from '../support/story';

test('a member becomes a host and lets people in, and the other host is told', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = pair(people);
  // A member has no say while a host is there.
  await expect(bob.page.getByRole('button', { name: 'Remove Alice' })).toHaveCount(0);
  await openPerson(alice.page, 'Bob');
  await alice.page.getByRole('button', { name: 'Make host' }).click();
  await expect(bob.page.getByRole('region', { name: 'Notifications' })).toContainText('You are a host now');
  await alice.page.keyboard.press('Escape');
  await expect(person(alice.page, 'Bob')).toContainText('Host');

  const carol = await followLink(visit, 'Carol', link);
  await expect(alice.page.getByRole('alertdialog', { name: 'Carol wants to come in' })).toBeVisible();
  await accept(bob.page, 'Carol');
  await expect(alice.page.getByRole('region', { name: 'Notifications' })).toContainText('Carol was accepted by Bob');
  await expectConnected(carol.page);
  await expect(alice.page.getByRole('alertdialog')).toHaveCount(0);
  for (const { page } of [alice, bob, carol]) await expectPeople(page, ['Alice', 'Bob', 'Carol']);

  // And no longer, once the owner takes it back.
  await openPerson(alice.page, 'Bob');
  await alice.page.getByRole('button', { name: 'Take host role away' }).click();
  await expect(bob.page.getByRole('button', { name: 'Remove Carol' })).toHaveCount(0);
});

test('whoever is removed is told, reads nothing more, and the old pass opens nothing', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob', 'Carol']);
  const [alice, bob, carol] = trio(people);
  await removePerson(alice.page, 'Bob', { changeLink: false });
  await expect(bob.page.getByRole('region', { name: 'Notifications' })).toContainText('You were removed from the room');
  await expect(bob.page.getByRole('log', { name: 'Messages' })).toHaveCount(0);
  for (const { page } of [alice, carol]) await expectPeople(page, ['Alice', 'Carol']);
  await say(alice.page, 'Between us two');
  await expect(heard(carol.page, 'Between us two')).toBeVisible();

  // The link is the same: he may ring like anybody, and that is all.
  await bob.page.goto('about:blank');
  await bob.page.goto(link);
  await expect(bob.page.getByRole('log', { name: 'Messages' })).toHaveCount(0);
  await expect(bob.page.getByRole('button', { name: 'Ring again' })).toBeVisible();
  await bob.page.getByRole('button', { name: 'Ring again' }).click();
  await expect(bob.page.getByText('Between us two')).toHaveCount(0);
  await accept(alice.page, 'Bob');
  for (const { page } of people) await expectPeople(page, ['Alice', 'Bob', 'Carol']);
});

test('removing with a new link leaves the removed outside, and takes along a member who was away', async ({ visit }) => {
  // Six people on two cores.
  test.setTimeout(90_000);
  const { people, link } = await gather(visit, ['Alice', 'Bob', 'Carol', 'Dave']);
  const [alice, bob, carol, dave] = people;
  if (!alice || !bob || !carol || !dave) throw new Error('somebody is missing');
  await dave.page.goto('about:blank');
  await expectPeople(alice.page, ['Alice', 'Bob', 'Carol']);
  await removePerson(alice.page, 'Bob', { changeLink: true });
  await expect(bob.page.getByRole('region', { name: 'Notifications' })).toContainText('You were removed from the room');
  for (const { page } of [alice, carol]) await expectPeople(page, ['Alice', 'Carol']);
  const changed = await invitation(alice.page);
  expect(changed).not.toBe(link);
  await expect.poll(() => invitation(carol.page)).toBe(changed);

  // At the old link there is nobody any more for whoever isn't a member.
  await bob.page.goto('about:blank');
  await bob.page.goto(link);
  const eve = await followLink(visit, 'Eve', link);
  await expect(eve.page.getByText('Nobody is here yet. We ring as soon as somebody comes.')).toBeVisible();
  await expect(alice.page.getByRole('alertdialog')).toHaveCount(0);
  await expect(bob.page.getByRole('log', { name: 'Messages' })).toHaveCount(0);

  // Dave knows the old link alone, and has a pass.
  await dave.page.goto(link);
  for (const { page } of [alice, carol, dave]) await expectPeople(page, ['Alice', 'Carol', 'Dave']);
  await expect.poll(() => invitation(dave.page)).toBe(changed);
  const frank = await join(visit, 'Frank', changed, alice.page);
  for (const { page } of [alice, carol, dave, frank]) await expectPeople(page, ['Alice', 'Carol', 'Dave', 'Frank']);
});

test('a locked room takes nobody in, and those inside go on', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = pair(people);
  await openSettings(alice.page);
  await alice.page.getByRole('checkbox', { name: 'Lock the room' }).check();
  await alice.page.keyboard.press('Escape');
  const carol = await followLink(visit, 'Carol', link);
  await expect(carol.page.getByRole('heading', { name: 'This room is locked' })).toBeVisible();
  await expect(alice.page.getByRole('alertdialog')).toHaveCount(0);
  // A member is nobody new.
  await bob.page.reload();
  await expectConnected(bob.page);

  await openSettings(alice.page);
  await alice.page.getByRole('checkbox', { name: 'Lock the room' }).uncheck();
  await alice.page.keyboard.press('Escape');
  await carol.page.getByRole('button', { name: 'Ring again' }).click();
  await accept(alice.page, 'Carol');
  await expectConnected(carol.page);
});

test('any member lets people in where the policy says so, and an open room takes everybody with the link', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = pair(people);
  await openSettings(alice.page);
  await alice.page.getByRole('radio', { name: 'Anybody in the room' }).check();
  await alice.page.keyboard.press('Escape');
  const carol = await join(visit, 'Carol', link, bob.page);

  await openSettings(alice.page);
  await alice.page.getByRole('radio', { name: 'Anybody with the link' }).check();
  await alice.page.keyboard.press('Escape');
  const dave = await followLink(visit, 'Dave', link);
  for (const { page } of [alice, bob, carol, dave]) await expectPeople(page, ['Alice', 'Bob', 'Carol', 'Dave']);
  for (const { page } of [alice, bob, carol, dave]) await expect(page.getByRole('alertdialog')).toHaveCount(0);
});

test('a title is read by everybody, also by who comes later', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = pair(people);
  await openSettings(alice.page);
  await alice.page.getByRole('textbox', { name: 'Room title' }).fill('Book club');
  await alice.page.getByRole('textbox', { name: 'Room title' }).press('Enter');
  await alice.page.keyboard.press('Escape');
  for (const { page } of [alice, bob]) await expect(page.getByRole('heading', { name: 'Room: Book club' })).toBeVisible();
  // Only facts for members.
  await openSettings(bob.page);
  await expect(bob.page.getByRole('textbox', { name: 'Room title' })).toHaveCount(0);
  await expect(bob.page.getByRole('button', { name: 'Close room' })).toHaveCount(0);
  await bob.page.keyboard.press('Escape');
  const carol = await join(visit, 'Carol', link, alice.page);
  await expect(carol.page.getByRole('heading', { name: 'Room: Book club' })).toBeVisible();
});

test('a closed room is closed for everybody, also for who was away, and stays so', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob', 'Carol']);
  const [alice, bob, carol] = trio(people);
  await carol.page.goto('about:blank');
  await expectPeople(alice.page, ['Alice', 'Bob']);
  await openSettings(alice.page);
  await confirm(alice.page, 'Close room', 'Close room');
  await expect(bob.page.getByRole('region', { name: 'Notifications' })).toContainText('This room is closed');
  for (const { page } of [alice, bob]) {
    await expect(page.getByRole('heading', { name: 'This room is closed' })).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Message' })).toHaveCount(0);
  }
  // As long as a page of the room is open, there is somebody to say so.
  await carol.page.goto(link);
  await expect(carol.page.getByRole('heading', { name: 'This room is closed' })).toBeVisible();
  await bob.page.goto('about:blank');
  await bob.page.goto(link);
  for (const { page } of [alice, carol]) await page.reload();
  for (const { page } of people) await expect(page.getByRole('heading', { name: 'This room is closed' })).toBeVisible();
});

test('when the owner of a one-off room leaves for good, everybody forgets it', async ({ visit }) => {
  const { people } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = pair(people);
  await say(bob.page, 'For now only');
  await expect(heard(alice.page, 'For now only')).toBeVisible();
  await openSettings(alice.page);
  await alice.page.getByRole('checkbox', { name: 'Forget this room on every device when I leave for good' }).check();
  await leaveForGood(alice.page);
  await expect(alice.page.getByRole('heading', { name: 'Welcome to Mindmeet' })).toBeVisible();
  await expect(bob.page.getByText('For now only')).toHaveCount(0);
  await bob.page.goto('/');
  for (const { page } of [alice, bob]) {
    await expect(page.getByRole('heading', { name: 'Welcome to Mindmeet' })).toBeVisible();
    await expect(page.getByRole('list', { name: 'Your rooms' })).toHaveCount(0);
  }
});

test('a guest who leaves for good is a stranger again', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = pair(people);
  await say(alice.page, 'Soon forgotten');
  await expect(heard(bob.page, 'Soon forgotten')).toBeVisible();
  await openSettings(bob.page);
  await leaveForGood(bob.page);
  await expect(bob.page.getByRole('heading', { name: 'Welcome to Mindmeet' })).toBeVisible();
  await expect(bob.page.getByRole('list', { name: 'Your rooms' })).toHaveCount(0);
  await expect(bob.page.getByText('Soon forgotten')).toHaveCount(0);
  await expect(alice.page.getByRole('region', { name: 'Notifications' })).toContainText('Bob is gone');
  await bob.page.goto(link);
  await expect(bob.page.getByText('Soon forgotten')).toHaveCount(0);
});

test('both see the same seven emoji, and a mark stays', async ({ visit }) => {
  const { people } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = pair(people);
  const codes: string[] = [];
  for (const [page, other] of [[alice.page, 'Bob'], [bob.page, 'Alice']] as const) {
    await openPerson(page, other);
    const code = page.getByRole('dialog').getByRole('list', { name: 'Compare aloud' }).getByRole('listitem');
    await expect(code).toHaveCount(7);
    codes.push((await code.allTextContents()).map((text) => text.trim()).join(' '));
  }
  expect(codes[0]).toBe(codes[1]);
  await alice.page.getByRole('button', { name: 'Mark as verified' }).click();
  await expect(alice.page.getByRole('button', { name: 'Not verified any more' })).toBeVisible();
  await alice.page.reload();
  await expectConnected(alice.page);
  await openPerson(alice.page, 'Bob');
  await expect(alice.page.getByRole('button', { name: 'Not verified any more' })).toBeVisible();
});

test('a title given on the home page stays with the owner who is alone', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  await alice.page.getByRole('button', { name: 'Open chat' }).click();
  await openSettings(alice.page);
  await alice.page.getByRole('textbox', { name: 'Room title' }).fill('Allotment');
  await alice.page.getByRole('textbox', { name: 'Room title' }).press('Enter');
  await alice.page.keyboard.press('Escape');
  await expect(alice.page.getByRole('heading', { name: 'Room: Allotment' })).toBeVisible();
  await alice.page.reload();
  await expect(alice.page.getByRole('heading', { name: 'Room: Allotment' })).toBeVisible();
  const bob = await join(visit, 'Bob', link, alice.page);
  await expect(bob.page.getByRole('heading', { name: 'Room: Allotment' })).toBeVisible();
});

function pair([first, second]: readonly Visitor[]): readonly [Visitor, Visitor] {
  if (!first || !second) throw new Error('somebody is missing');
  return [first, second];
}

function trio([first, second, third]: readonly Visitor[]): readonly [Visitor, Visitor, Visitor] {
  if (!first || !second || !third) throw new Error('somebody is missing');
  return [first, second, third];
}

async function openPerson(page: Page, name: string): Promise<void> {
  await person(page, name).getByRole('button', { name: new RegExp(`^${name}`, 'u') }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
}

async function openSettings(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Room settings' }).click();
  await expect(page.getByRole('dialog', { name: 'Room settings' })).toBeVisible();
}

async function removePerson(page: Page, name: string, { changeLink }: { readonly changeLink: boolean }): Promise<void> {
  await page.getByRole('button', { name: `Remove ${name}` }).click();
  await page.getByRole('checkbox', { name: 'Also change the link' }).setChecked(changeLink);
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
}

/** Presses a button that asks back, and says yes. */
async function confirm(page: Page, name: string, yes: string): Promise<void> {
  await page.getByRole('button', { name }).click();
  await page.getByRole('group', { name }).getByRole('button', { name: yes }).click();
}

/** In the open dialog "Room settings". */
async function leaveForGood(page: Page): Promise<void> {
  await confirm(page, 'Leave for good', 'Forget this room on this device');
}

/** The link that the dialog "Invite" shows. */
async function invitation(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Invite' }).click();
  const link = await page.getByRole('textbox', { name: 'Room link' }).inputValue();
  await page.keyboard.press('Escape');
  return link;
}
