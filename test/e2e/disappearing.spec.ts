/** Messages that go by themselves. */
import { comeBack, goAway, heard, meet, openRoomSettings, say } from '../support/meeting';
import { exposeClock, sleepFor } from '../support/shown-conversation';
import { expect, test } from '../support/story';

const minuteMs = 60_000;

test('a message disappears from both pages when its time is over, and what was written before stays', async ({ visit }) => {
  const { alice, bob } = await meet(visit, { alice: { prepare: exposeClock }, bob: { prepare: exposeClock } });
  await say(alice, 'To stay');
  const settings = await openRoomSettings(alice);
  await settings.getByRole('combobox', { name: 'Disappearing messages' }).selectOption({ label: '5 minutes' });
  await alice.keyboard.press('Escape');
  for (const page of [alice, bob]) await expect(page.getByText('Messages disappear after 5 minutes')).toBeVisible();
  await say(bob, 'To go');
  await expect(heard(alice, 'To go')).toBeVisible();
  await sleepFor(alice, 4 * minuteMs);
  await expect(heard(alice, 'To go')).toBeVisible();
  for (const page of [alice, bob]) await sleepFor(page, 6 * minuteMs);
  for (const page of [alice, bob]) {
    await expect(heard(page, 'Message disappeared')).toHaveCount(1);
    await expect(page.getByText('To go')).toHaveCount(0);
    await expect(heard(page, 'To stay')).toBeVisible();
  }
  await alice.reload();
  await expect(heard(alice, 'Message disappeared')).toHaveCount(1);
  await expect(alice.getByText('To go')).toHaveCount(0);
});

test('who comes back after its time finds that a message has gone', async ({ visit }) => {
  const { alice, bob } = await meet(visit, { alice: { prepare: exposeClock }, bob: { prepare: exposeClock } });
  const settings = await openRoomSettings(alice);
  await settings.getByRole('combobox', { name: 'Disappearing messages' }).selectOption({ label: '1 hour' });
  await alice.keyboard.press('Escape');
  await expect(bob.getByText('Messages disappear after 1 hour')).toBeVisible();
  await say(alice, 'For an hour');
  await expect(heard(bob, 'For an hour')).toBeVisible();
  await sleepFor(bob, 61 * minuteMs);
  await goAway(bob);
  await comeBack(bob);
  await expect(heard(bob, 'Message disappeared')).toHaveCount(1);
  await expect(bob.getByText('For an hour')).toHaveCount(0);
  // By Alice's clock its time is not over.
  await expect(heard(alice, 'For an hour')).toBeVisible();
});
