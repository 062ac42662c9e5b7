/** Finding what was said: in the room, in all rooms, by day. */
import { heard, meet, say } from '../support/meeting';
import { exposeAuthor, sayAll, sleepFor } from '../support/shown-conversation';
import { expect, test } from '../support/story';

const dayMs = 86_400_000;

test('a word is found whatever its case and accents, and the way leads to its message', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'O **Café** abre às nove');
  for (const number of [1, 2, 3]) {
    await bob.getByRole('textbox', { name: 'Message' }).fill(`Something else ${number}${'\nline'.repeat(20)}`);
    await bob.getByRole('textbox', { name: 'Message' }).press('Enter');
  }
  await expect(heard(alice, 'Something else 3')).toBeVisible();
  const found = alice.getByRole('article').first();
  await expect(found).not.toBeInViewport();

  await alice.getByRole('button', { name: 'Search', exact: true }).click();
  const search = alice.getByRole('search', { name: 'Search in this room' });
  await search.getByRole('searchbox', { name: 'Search messages' }).fill('CAFE');
  await expect(search.getByRole('status')).toHaveText('1 found');
  const result = search.getByRole('list', { name: 'Results' }).getByRole('button');
  await expect(result).toContainText('Alice');
  await expect(result.locator('mark')).toHaveText('Café');
  await result.click();
  await expect(found).toBeInViewport();
  await expect(found).toContainText('Café');

  await search.getByRole('searchbox', { name: 'Search messages' }).fill('not said by anybody');
  await expect(search.getByRole('status')).toHaveText('Nothing found');
  await search.getByRole('button', { name: 'Close search' }).click();
  await expect(search).toHaveCount(0);
});

test('of an edited message only what it says now is found', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'The password is walnut');
  await expect(heard(bob, 'walnut')).toBeVisible();
  await alice.getByRole('textbox', { name: 'Message' }).press('ArrowUp');
  await say(alice, 'The password is on paper');
  await expect(heard(bob, 'on paper')).toBeVisible();
  await bob.getByRole('button', { name: 'Search', exact: true }).click();
  const search = bob.getByRole('search', { name: 'Search in this room' });
  await search.getByRole('searchbox').fill('walnut');
  await expect(search.getByRole('status')).toHaveText('Nothing found');
  await search.getByRole('searchbox').fill('paper');
  await expect(search.getByRole('status')).toHaveText('1 found');
});

test('the home page searches all rooms, and opens the room at the message', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(bob, 'The recipe needs two lemons');
  await expect(heard(alice, 'two lemons')).toBeVisible();
  await alice.getByRole('button', { name: 'Leave room' }).click();
  await alice.getByRole('searchbox', { name: 'Search in your rooms' }).fill('lemons');
  const found = alice.getByRole('list', { name: 'Messages found' });
  await expect(found.getByRole('list', { name: /Bob/u }).getByRole('button')).toContainText('The recipe needs two lemons');
  await found.getByRole('button').click();
  await expect(alice.getByRole('heading', { name: 'Room: Bob' })).toBeVisible();
  await expect(heard(alice, 'two lemons')).toBeInViewport();
});

test('a long talk is gone through by day, and the way back to the end is one button', async ({ visit }) => {
  const { alice } = await meet(visit, { alice: { prepare: exposeAuthor } });
  const dayShown = () => alice.evaluate(() => new Intl.DateTimeFormat('en-CA').format(Date.now()));
  const firstDay = await dayShown();
  for (const [first, last] of [
    [1, 30],
    [31, 60],
  ] as const) {
    await sayAll(alice, Array.from({ length: last - first + 1 }, (_, index) => `Entry ${first + index}.`));
    await sleepFor(alice, dayMs);
  }
  await expect(heard(alice, 'Entry 60.')).toBeInViewport();
  await alice.getByRole('button', { name: 'Search', exact: true }).click();
  const search = alice.getByRole('search', { name: 'Search in this room' });
  await search.getByLabel('Go to date').fill(firstDay);
  await expect(heard(alice, 'Entry 60.')).not.toBeInViewport();
  await expect(heard(alice, 'Entry 1.')).toBeInViewport();
  await alice.getByRole('button', { name: 'Go to newest' }).click();
  await expect(heard(alice, 'Entry 60.')).toBeInViewport();
});
