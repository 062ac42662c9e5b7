/** Coming back: after a reload, in another tab, by the same link. */
import { expectConnected, heard, meet, openHome, say, tick } from '../support/meeting';
import { expect, test } from '../support/story';

test('a reload keeps the room and what was said on both sides, and nobody rings again', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'One');
  await say(bob, 'Two');
  await expect(heard(alice, 'Two')).toBeVisible();

  await bob.reload();
  await expectConnected(bob);
  await expect(bob.getByRole('heading', { name: 'Room: Alice' })).toBeVisible();
  await expect(bob.getByRole('article')).toHaveCount(2);

  await alice.reload();
  await expectConnected(alice);
  await expectConnected(bob);
  await expect(alice.getByRole('article')).toHaveCount(2);
  await expect(alice.getByRole('alertdialog')).toHaveCount(0);

  // The maker is still the maker: the room still answers its link.
  await say(bob, 'Three');
  await expect(heard(alice, 'Three')).toBeVisible();
});

test('both sides reload at the same moment and find each other again', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await Promise.all([alice.reload(), bob.reload()]);
  for (const page of [alice, bob]) await expectConnected(page);
  await say(alice, 'Still us');
  await expect(heard(bob, 'Still us')).toBeVisible();
  expect(await bob.evaluate(() => performance.getEntriesByName('mindmeet:chat-ready').length)).toBe(1);
});

test('what was written while the other was away arrives when they are back', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await bob.goto('about:blank');
  await expect(alice.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  await say(alice, 'While you were away');
  await bob.goBack();
  await expectConnected(bob);
  await expect(heard(bob, 'While you were away')).toBeVisible();
});

test('a draft survives a reload, and is gone once it is sent', async ({ visit }) => {
  const { alice } = await meet(visit);
  await alice.getByRole('textbox', { name: 'Message' }).fill('Half a thou');
  await alice.reload();
  await expect(alice.getByRole('textbox', { name: 'Message' })).toHaveValue('Half a thou');
  await alice.getByRole('textbox', { name: 'Message' }).press('Enter');
  // Until it is safe the text is the draft still.
  await expect(tick(alice, 'Half a thou', 'Read by 1 of 1')).toBeVisible();
  await alice.reload();
  await expect(heard(alice, 'Half a thou')).toBeVisible();
  await expect(alice.getByRole('textbox', { name: 'Message' })).toHaveValue('');
});

test('the same link leads a guest back into the room, and its maker back as its maker', async ({ visit }) => {
  const { alice, bob, link } = await meet(visit);
  await say(alice, 'Still here');
  await bob.getByRole('button', { name: 'Leave room' }).click();
  await bob.getByRole('textbox', { name: 'Room name or link' }).fill(link);
  await bob.getByRole('button', { name: 'Join room' }).click();
  await expectConnected(bob);
  await expect(heard(bob, 'Still here')).toBeVisible();

  await alice.goto('/');
  await expect(alice.getByRole('heading', { name: 'Welcome to Mindmeet' })).toBeVisible();
  await alice.goto(link);
  await expectConnected(alice);
});

test('a second tab shows that the room is open elsewhere, and takes it over when asked', async ({ visit }) => {
  const { alice, bob, link } = await meet(visit);
  const second = await alice.context().newPage();
  await second.goto(link);
  await expect(second.getByRole('heading', { name: 'Open in another tab' })).toBeVisible();
  await second.getByRole('button', { name: 'Use here' }).click();
  await expectConnected(second);
  await expect(alice.getByRole('heading', { name: 'Open in another tab' })).toBeVisible();
  await expect(alice.getByRole('region', { name: 'Notifications' })).toContainText('You were disconnected from the room');
  await say(bob, 'To the new tab');
  await expect(heard(second, 'To the new tab')).toBeVisible();

  await alice.getByRole('button', { name: 'Use here' }).click();
  await expectConnected(alice);
  await expect(heard(alice, 'To the new tab')).toBeVisible();
  // The notice goes when the room is back.
  await expect(alice.getByRole('region', { name: 'Notifications' })).not.toContainText('You were disconnected');
});

test('two tabs of the home page show the same link, and the second answers when the first is closed', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const second = await alice.context.newPage();
  await second.goto('/');
  await expect(second.getByRole('textbox', { name: 'Room link' })).toHaveValue(link);
  await alice.page.close();
  await expect(second.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
});

test('back and forward move between home and room', async ({ visit }) => {
  const { person: alice } = await openHome(visit, 'Alice');
  await alice.page.getByRole('button', { name: 'Open chat' }).click();
  await expect(alice.page).toHaveURL(/\/room$/u);
  await alice.page.goBack();
  await expect(alice.page.getByRole('heading', { name: 'Welcome to Mindmeet' })).toBeVisible();
  await alice.page.goForward();
  await expect(alice.page.getByRole('heading', { name: 'Room: Alice' })).toBeVisible();
});
