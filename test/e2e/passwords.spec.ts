/** Rooms known by name, and passwords: who knows is in, and a wrong word is told from an empty room. */
import type { Page } from '@playwright/test';
import { expectConnected, expectPeople, followLink, gather, heard, nameSelf, say } from '../support/meeting';
import { expect, test } from '../support/story';

// Each key takes a moment on purpose, and two people want one at the same time.
const derivingMs = 20_000;

test('a name leads to one room, by fragment, by path, and however it is written', async ({ visit }) => {
  const alice = await visit('Alice');
  await nameSelf(alice.page, 'Alice');
  await alice.page.goto('/#/rooms/Garden%20Party');
  await expect(alice.page.getByRole('heading', { name: 'Nobody is in this room' })).toBeVisible({ timeout: derivingMs });
  await alice.page.getByRole('button', { name: 'Wait here' }).click();
  await expect(alice.page.getByRole('heading', { name: /^Room: garden party$/iu })).toBeVisible();

  const bob = await visit('Bob');
  await nameSelf(bob.page, 'Bob');
  const asked: string[] = [];
  bob.context.on('request', (request) => asked.push(request.url()));
  await bob.page.goto('/rooms/GARDEN%20party');
  for (const page of [alice.page, bob.page]) await expect(page.getByRole('status', { name: 'Connection' })).toHaveText('Direct · verified', { timeout: derivingMs });
  for (const page of [alice.page, bob.page]) await expectPeople(page, ['Alice', 'Bob']);
  // The path was turned into a fragment: nothing but the page itself was asked for by that name.
  expect(asked.filter((url) => /garden/iu.test(new URL(url).pathname))).toHaveLength(1);
  expect(bob.page.url()).not.toMatch(/rooms\//u);
  // Whoever knows the name is in: nobody rings, nobody removes.
  for (const page of [alice.page, bob.page]) {
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await expect(page.getByRole('button', { name: /^Remove/u })).toHaveCount(0);
  }
  await say(alice.page, 'Among flowers');
  await expect(heard(bob.page, 'Among flowers')).toBeVisible();
  await bob.page.reload();
  await expectConnected(bob.page);
  await expect(heard(bob.page, 'Among flowers')).toBeVisible();
});

test('two who open the same name at the same moment are in one room', async ({ visit }) => {
  const [alice, bob] = [await visit('Alice'), await visit('Bob')];
  for (const { page, name } of [alice, bob]) await nameSelf(page, name);
  await Promise.all([alice, bob].map(({ page }) => joinByName(page, 'Same Time', '')));
  for (const { page } of [alice, bob]) await expect(page.getByRole('status', { name: 'Connection' })).toHaveText('Direct · verified', { timeout: 2 * derivingMs });
  for (const { page } of [alice, bob]) await expectPeople(page, ['Alice', 'Bob']);
});

test('a room nobody is in is said to be empty, with ways on', async ({ visit }) => {
  const alice = await visit('Alice');
  await nameSelf(alice.page, 'Alice');
  await joinByName(alice.page, 'Deserted', '');
  await expect(alice.page.getByRole('heading', { name: 'Nobody is in this room' })).toBeVisible({ timeout: derivingMs });
  for (const name of ['Wait here', 'Invite', 'Go back']) await expect(alice.page.getByRole('button', { name })).toBeVisible();
  await alice.page.getByRole('button', { name: 'Go back' }).click();
  await expect(alice.page.getByRole('heading', { name: 'Welcome to Mindmeet' })).toBeVisible();
});

test('a wrong password is said by whoever is there, and the right one leads in', async ({ visit }) => {
  const [alice, bob] = [await visit('Alice'), await visit('Bob')];
  for (const { page, name } of [alice, bob]) await nameSelf(page, name);
  await joinByName(alice.page, 'Cellar', 'marzipan');
  await alice.page.getByRole('button', { name: 'Wait here' }).click({ timeout: derivingMs });

  await joinByName(bob.page, 'Cellar', 'nougat');
  await expect(bob.page.getByRole('alert').filter({ hasText: 'Wrong password' })).toBeVisible({ timeout: derivingMs });
  await expect(bob.page.getByRole('log', { name: 'Messages' })).toHaveCount(0);
  await enterPassword(bob.page, 'marzipan');
  await expect(bob.page.getByRole('status', { name: 'Connection' })).toHaveText('Direct · verified', { timeout: derivingMs });
  for (const { page } of [alice, bob]) await expectPeople(page, ['Alice', 'Bob']);

  // It is kept: nobody is asked twice.
  await bob.page.reload();
  await expectConnected(bob.page);
});

test('a password on a link is asked before anybody hears a ring', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = people;
  if (!alice || !bob) throw new Error('somebody is missing');
  await alice.page.getByRole('button', { name: 'Room settings' }).click();
  await alice.page.getByRole('textbox', { name: 'Password for this room' }).fill('marzipan');
  await alice.page.getByRole('button', { name: 'Set', exact: true }).click();
  await expect(alice.page.getByRole('button', { name: 'Take away' })).toBeVisible({ timeout: derivingMs });
  await alice.page.keyboard.press('Escape');
  // Who is in stays in.
  await bob.page.reload();
  await expectConnected(bob.page);

  const carol = await followLink(visit, 'Carol', link);
  await expect(carol.page.getByRole('textbox', { name: 'Password', exact: true })).toBeVisible();
  await expect(alice.page.getByRole('alertdialog')).toHaveCount(0);
  await enterPassword(carol.page, 'nougat');
  await expect(carol.page.getByRole('alert').filter({ hasText: 'Wrong password' })).toBeVisible({ timeout: derivingMs });
  await expect(alice.page.getByRole('alertdialog')).toHaveCount(0);
  await enterPassword(carol.page, 'marzipan');
  await alice.page.getByRole('alertdialog', { name: 'Carol wants to come in' }).getByRole('button', { name: 'Accept' }).click({ timeout: derivingMs });
  await expectConnected(carol.page);
});

async function joinByName(page: Page, name: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Room name or link' }).fill(name);
  if (password !== '') await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await page.getByRole('button', { name: 'Join room' }).click();
}

/** In the form that a room with a password shows. */
async function enterPassword(page: Page, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await page.getByRole('button', { name: 'Join room' }).click();
}
