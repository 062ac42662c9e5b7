/** A conversation of people who come and go: nobody keeps it but they, and nobody misses a word. */
import { accept, comeBack, expectConnected, expectPeople, followLink, forgetRoom, goAway, heard, join, meet, openHome, say, showThePast, tick, turnAway } from '../support/meeting';
import { expect, test } from '../support/story';

test('what Alice wrote reaches Carol by way of Bob when Alice has gone', async ({ visit }) => {
  const { alice, bob, link } = await meet(visit);
  await showThePast(alice);
  const carol = await join(visit, 'Carol', link, alice);
  await goAway(carol.page);
  await expectPeople(alice, ['Alice', 'Bob']);
  await say(alice, 'Tell Carol as well');
  await expect(heard(bob, 'Tell Carol as well')).toBeVisible();
  await goAway(alice);
  await expect(bob.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');

  await comeBack(carol.page);
  await expectConnected(carol.page);
  await expect(heard(carol.page, 'Tell Carol as well')).toContainText('Alice');
  await expect(carol.page.getByRole('list', { name: 'People' }).getByRole('listitem')).toHaveCount(2);
});

test('three people who are never all there at once hold a conversation', async ({ visit }) => {
  const { alice, bob, link } = await meet(visit);
  await showThePast(alice);
  await say(alice, 'One, from Alice');
  await say(bob, 'Two, from Bob');
  await expect(heard(alice, 'Two, from Bob')).toBeVisible();
  await goAway(bob);
  const { page: carol } = await join(visit, 'Carol', link, alice);
  // Bob is away; Alice has it from him.
  await expect(heard(carol, 'Two, from Bob')).toContainText('Bob');
  await say(carol, 'Three, from Carol');
  await expect(heard(alice, 'Three, from Carol')).toBeVisible();
  await goAway(alice);

  await comeBack(bob);
  await expectConnected(bob);
  await say(bob, 'Four, from Bob');
  await expect(heard(carol, 'Four, from Bob')).toBeVisible();
  await goAway(carol);

  await comeBack(alice);
  await expectConnected(alice);
  await say(alice, 'Five, from Alice');
  await expect(heard(bob, 'Five, from Alice')).toBeVisible();
  await goAway(alice);
  await comeBack(carol);
  await expectConnected(carol);
  const all = ['One, from Alice', 'Two, from Bob', 'Three, from Carol', 'Four, from Bob', 'Five, from Alice'];
  for (const page of [bob, carol]) {
    await expect(page.getByRole('article')).toHaveCount(all.length);
    await expect(page.getByRole('article')).toContainText(all);
  }
});

test('a newcomer sees the past only where the room says so', async ({ visit }) => {
  const { alice, bob, link } = await meet(visit);
  await say(alice, 'Between Alice and Bob');
  await expect(heard(bob, 'Between Alice and Bob')).toBeVisible();
  const { page: carol } = await join(visit, 'Carol', link, alice);
  await say(bob, 'Among the three of us');
  await expect(heard(carol, 'Among the three of us')).toBeVisible();
  await expect(carol.getByRole('article')).toHaveCount(1);

  await showThePast(alice);
  const { page: dave } = await join(visit, 'Dave', link, alice);
  await expect(heard(dave, 'Between Alice and Bob')).toBeVisible();
  await expect(heard(dave, 'Among the three of us')).toBeVisible();
  await expect(heard(carol, 'Between Alice and Bob')).toHaveCount(0);
});

test('what is written alone waits, is delivered when somebody comes, and says who has read it', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await goAway(bob);
  await expect(alice.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  await say(alice, 'For later');
  await expect(tick(alice, 'For later', 'Waiting for somebody to be here')).toBeVisible();
  await alice.reload();
  await expect(tick(alice, 'For later', 'Waiting for somebody to be here')).toBeVisible();

  await comeBack(bob);
  await expect(heard(bob, 'For later')).toBeVisible();
  await expect(tick(alice, 'For later', 'Read by 1 of 1')).toBeVisible();
  await alice.reload();
  // Known from before, whether Bob says it again or not.
  await expect(tick(alice, 'For later', 'Read by 1 of 1')).toBeVisible();
});

test('who switches it off tells nobody what was read, and does not see it of others', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await bob.getByRole('button', { name: 'Settings', exact: true }).click();
  const tellsRead = bob.getByRole('switch', { name: 'Tell others what I have read' });
  await expect(tellsRead).toBeChecked();
  await tellsRead.click();
  await expect(tellsRead).not.toBeChecked();
  await bob.keyboard.press('Escape');
  await say(alice, 'Have you seen it?');
  await expect(heard(bob, 'Have you seen it?')).toBeVisible();
  await say(bob, 'Yes');
  await expect(heard(alice, 'Yes')).toBeVisible();
  await expect(tick(alice, 'Have you seen it?', 'Delivered to 1 of 1')).toBeVisible();
  await expect(tick(bob, 'Yes', 'Delivered to 1 of 1')).toBeVisible();

  await bob.getByRole('button', { name: 'Settings', exact: true }).click();
  await tellsRead.click();
  await bob.keyboard.press('Escape');
  await say(alice, 'And this?');
  await expect(tick(alice, 'And this?', 'Read by 1 of 1')).toBeVisible();
});

test('what came while one was away is counted in the title and on the home page, and a line shows where it begins', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'Before');
  await expect(tick(alice, 'Before', 'Read by 1 of 1')).toBeVisible();
  // The tab goes behind another.
  await turnAway(bob, true);
  await say(alice, 'While you looked elsewhere');
  await say(alice, 'And one more');
  await expect(bob).toHaveTitle(/^\(2\) .*Mindmeet$/u);
  await expect(tick(alice, 'And one more', 'Delivered to 1 of 1')).toBeVisible();
  await turnAway(bob, false);
  await expect(bob.getByRole('separator', { name: 'New messages' })).toBeVisible();
  await expect(bob).toHaveTitle(/^(?!\()/u);
  await expect(tick(alice, 'And one more', 'Read by 1 of 1')).toBeVisible();
});

test('a room on the home page says how many messages are unread', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'Seen');
  await expect(tick(alice, 'Seen', 'Read by 1 of 1')).toBeVisible();
  await turnAway(bob, true);
  await say(alice, 'Not seen');
  await expect(bob).toHaveTitle(/^\(1\) /u);
  await bob.goto('/');
  await expect(bob.getByRole('list', { name: 'Your rooms' }).getByText('1 unread')).toBeVisible();
});

test('a second tab takes the room over and goes on writing where the first one stopped', async ({ visit }) => {
  const { alice, bob, link } = await meet(visit);
  await say(alice, 'From the first tab');
  const second = await alice.context().newPage();
  await second.goto(link);
  await second.getByRole('button', { name: 'Use here' }).click();
  await expectConnected(second);
  await say(second, 'From the second tab');
  await expect(heard(bob, 'From the second tab')).toBeVisible();
  await alice.getByRole('button', { name: 'Use here' }).click();
  await expectConnected(alice);
  await say(alice, 'From the first again');
  await expect(heard(bob, 'From the first again')).toBeVisible();
  for (const page of [alice, bob]) await expect(page.getByRole('article')).toHaveCount(3);
  // One device, one history: nobody is warned.
  await expect(bob.getByText('two different histories')).toHaveCount(0);
});

test('what a forgotten room held comes back from the other member, and nothing of it is doubled', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const bob = await followLink(visit, 'Bob', link);
  await accept(alice.page, 'Bob');
  await expectConnected(bob.page);
  await showThePast(alice.page);
  await say(alice.page, 'From Alice');
  await say(bob.page, 'From Bob');
  await expect(heard(alice.page, 'From Bob')).toBeVisible();
  await bob.page.getByRole('button', { name: 'Leave room' }).click();
  await forgetRoom(bob.page);

  await bob.page.goto(link);
  await expectConnected(bob.page);
  for (const text of ['From Alice', 'From Bob']) await expect(heard(bob.page, text)).toHaveCount(1);
  await say(bob.page, 'With a new beginning');
  await expect(heard(alice.page, 'With a new beginning')).toBeVisible();
  await expect(alice.page.getByRole('article')).toHaveCount(3);
  await expect(alice.page.getByText('two different histories')).toHaveCount(0);
});
