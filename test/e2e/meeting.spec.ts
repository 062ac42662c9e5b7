/** From the home page to a conversation: the link, the ring, and what is said. */
import { followLink, heard, meet, openHome, say, expectConnected } from '../support/meeting';
import { expect, test } from '../support/story';

test('a link opened by a guest rings at the home page, and Accept brings both into the room', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  expect(link).toMatch(/^http:\/\/localhost:\d+\/#[1-9A-HJ-NP-Za-km-z]{17}$/u);
  await expect(alice.page.getByRole('img', { name: 'QR code of the room link' })).toBeVisible();

  const bob = await followLink(visit, 'Bob', link);
  await expect(bob.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  // The secret is out of sight as soon as it is kept.
  await expect(bob.page).toHaveURL(/\/room$/u);

  await alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' }).getByRole('button', { name: 'Accept' }).click();
  await expect(alice.page.getByRole('heading', { name: 'Room: Bob' })).toBeVisible();
  await expect(bob.page.getByRole('heading', { name: 'Room: Alice' })).toBeVisible();
  await expectConnected(alice.page);
  await expectConnected(bob.page);

  const marks = (page: typeof bob.page) => page.evaluate(() => performance.getEntriesByType('mark').map(({ name }) => name));
  expect(await marks(alice.page)).toEqual(expect.arrayContaining(['mindmeet:home-ready', 'mindmeet:chat-ready']));
  expect(await marks(bob.page)).toEqual(expect.arrayContaining(['mindmeet:link-opened', 'mindmeet:chat-ready']));

  await say(bob.page, 'Good morning');
  await expect(heard(alice.page, 'Good morning')).toContainText('Bob');
  await expect(heard(alice.page, 'Good morning')).toContainText(/\b\d\d:\d\d\b/u);
  await say(alice.page, 'Hello **Bob**');
  await expect(heard(bob.page, 'Hello Bob').locator('strong')).toHaveText('Bob');
});

test('a guest who is told "not now" may ring again and be let in', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const bob = await followLink(visit, 'Bob', link);
  const card = alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' });
  await card.getByRole('button', { name: 'Not now' }).click();
  await expect(card).toHaveCount(0);
  await expect(bob.page.getByRole('heading', { name: 'Not let in for now' })).toBeVisible();
  // Still her home page: nobody was let in.
  await expect(alice.page.getByRole('heading', { name: 'Welcome to Mindmeet' })).toBeVisible();

  await bob.page.getByRole('button', { name: 'Ring again' }).click();
  await card.getByRole('button', { name: 'Accept' }).click();
  await expectConnected(bob.page);
});

test('a guest who comes first is told, and rings by itself when the host arrives', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  await alice.page.goto('about:blank');
  const bob = await followLink(visit, 'Bob', link);
  await expect(bob.page.getByText('Nobody is here yet. We ring as soon as somebody comes.')).toBeVisible();

  await alice.page.goto('/');
  // The link is the same on every visit until somebody was let in.
  await expect(alice.page.getByRole('textbox', { name: 'Room link' })).toHaveValue(link);
  await expect(bob.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  await alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' }).getByRole('button', { name: 'Accept' }).click();
  await expectConnected(bob.page);
});

test('several rings queue, and a guest who goes away takes its card along', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const bob = await followLink(visit, 'Bob', link);
  const carla = await followLink(visit, 'Carla', link);
  const cards = alice.page.getByRole('alertdialog', { name: /wants to come in/u });
  await expect(cards).toHaveCount(2);
  await expect(bob.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  await expect(carla.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  await carla.page.getByRole('button', { name: 'Leave room' }).click();
  await expect(cards).toHaveCount(1);
  await expect(alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' })).toBeVisible();
  await bob.page.goto('about:blank');
  await expect(cards).toHaveCount(0);
});

test('a ring does not take the focus from somebody who types, and F6 goes to it', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const field = alice.page.getByRole('textbox', { name: 'Room name or link' });
  await field.focus();
  await followLink(visit, 'Bob', link);
  await expect(alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' })).toBeVisible();
  await expect(field).toBeFocused();
  await alice.page.keyboard.press('F6');
  await expect(alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' }).locator(':focus')).toHaveCount(1);
});

test('a new link replaces the old one, and the link is copied with a word about it', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  await alice.page.getByRole('button', { name: 'New link' }).click();
  const field = alice.page.getByRole('textbox', { name: 'Room link' });
  await expect(field).not.toHaveValue(link);
  await alice.page.getByRole('button', { name: 'Copy link' }).click();
  await expect(alice.page.getByRole('region', { name: 'Notifications' })).toContainText('Room link copied');
  const paste = alice.page.getByRole('textbox', { name: 'Room name or link' });
  await paste.focus();
  await alice.page.keyboard.press('Control+V');
  await expect(paste).toHaveValue(await field.inputValue());

  const bob = await followLink(visit, 'Bob', await field.inputValue());
  await expect(bob.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
});

test('alone in the room there is the sentence, the link and its QR code, until somebody comes', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  await alice.page.getByRole('button', { name: 'Open chat' }).click();
  await expect(alice.page.getByText("Looks like you're alone here. How about calling a friend to talk?")).toBeVisible();
  await expect(alice.page.getByRole('textbox', { name: 'Room link' })).toHaveValue(link);
  await expect(alice.page.getByRole('img', { name: 'QR code of the room link' })).toBeVisible();
  await say(alice.page, 'Written while waiting');

  const bob = await followLink(visit, 'Bob', link);
  await alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' }).getByRole('button', { name: 'Accept' }).click();
  // The first one who is let in reads what was written for them.
  await expect(heard(bob.page, 'Written while waiting')).toBeVisible();
  await expect(alice.page.getByText("Looks like you're alone here.")).toHaveCount(0);
});

test('a waiting guest learns no address and nothing of the room', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  await alice.page.getByRole('button', { name: 'Open chat' }).click();
  await say(alice.page, 'A secret');
  const bob = await followLink(visit, 'Bob', link);
  await expect(bob.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  await expect(bob.page.getByText('A secret')).toHaveCount(0);
  await expect(bob.page.getByRole('log', { name: 'Messages' })).toHaveCount(0);
});

test('leaving the room brings both a word and the host a new link', async ({ visit }) => {
  const { alice, bob, link } = await meet(visit);
  await bob.getByRole('button', { name: 'Leave room' }).click();
  await expect(bob.getByRole('heading', { name: 'Welcome to Mindmeet' })).toBeVisible();
  await expect(alice.getByRole('region', { name: 'Notifications' })).toContainText('Bob is gone');
  await expect(alice.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  await alice.getByRole('button', { name: 'Leave room' }).click();
  await expect(alice.getByRole('textbox', { name: 'Room link' })).not.toHaveValue(link);
});
