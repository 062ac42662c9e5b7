/** Rooms kept on this device, and the way into a room by name on a device that is new. */
import { expectConnected, expectPeople, heard, meet, nameSelf, say } from '../support/meeting';
import { expect, test } from '../support/story';

test('a room stays on the home page, a click leads back into it', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(bob, 'To be continued');
  await expect(heard(alice, 'To be continued')).toBeVisible();
  await alice.getByRole('button', { name: 'Leave room' }).click();
  const rooms = alice.getByRole('list', { name: 'Your rooms' });
  await expect(rooms.getByRole('listitem')).toHaveCount(1);
  await rooms.getByRole('button', { name: /^Bob/u }).click();
  await expectConnected(alice);
  await expect(heard(alice, 'To be continued')).toBeVisible();
  await expect(bob.getByRole('alertdialog')).toHaveCount(0);
  await expectPeople(bob, ['Alice', 'Bob']);
});

test('a forgotten room is gone from the list, with what was said in it', async ({ visit }) => {
  const { alice, bob, link } = await meet(visit);
  await say(alice, 'Not for ever');
  await expect(heard(bob, 'Not for ever')).toBeVisible();
  // Nobody is left to tell it again.
  await alice.goto('about:blank');
  await bob.getByRole('button', { name: 'Leave room' }).click();
  const rooms = bob.getByRole('list', { name: 'Your rooms' });
  await rooms.getByRole('button', { name: 'Forget this room' }).click();
  // Asked once more, in place.
  await expect(rooms.getByRole('listitem')).toHaveCount(1);
  await rooms.getByRole('group', { name: 'Forget this room' }).getByRole('button', { name: 'Forget this room' }).click();
  await expect(rooms).toHaveCount(0);
  await bob.reload();
  await expect(bob.getByRole('heading', { name: 'Welcome to Mindmeet' })).toBeVisible();
  await expect(rooms).toHaveCount(0);
  await bob.goto(link);
  await expect(bob.getByText('Nobody is here yet. We ring as soon as somebody comes.')).toBeVisible();
  await expect(bob.getByText('Not for ever')).toHaveCount(0);
});

test('there is no list before there is a room', async ({ visit }) => {
  const { page } = await visit('Alice');
  await expect(page.getByRole('textbox', { name: 'Room link' })).toHaveValue(/#/u);
  await expect(page.getByRole('list', { name: 'Your rooms' })).toHaveCount(0);
});

test('a room opened by name asks for a name first where none was chosen, and only there', async ({ visit }) => {
  const { page } = await visit('Alice', { address: '/rooms/Reading%20Room' });
  const field = page.getByRole('textbox', { name: 'Your name' });
  await expect(field).toBeVisible();
  await nameSelf(page, 'Alice');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Nobody is in this room' })).toBeVisible({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Wait here' }).click();
  await page.getByRole('button', { name: 'Leave room' }).click();

  const rooms = page.getByRole('list', { name: 'Your rooms' });
  await rooms.getByRole('button', { name: /^reading room/iu }).click();
  await expect(page.getByText('Nobody is in this room').or(page.getByText("Looks like you're alone here.")).first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveCount(0);
});
