/** The call: who hears and sees whom, and what everybody is told. */
import { call, expectConnected, followLink, meet, openHome, say, heard } from '../support/meeting';
import { mediaStats, recordPeerConnections } from '../support/peer-connections';
import { expect, test } from '../support/story';

test('sound and picture arrive both ways', async ({ visit }) => {
  const { alice, bob } = await meet(visit, { alice: { prepare: recordPeerConnections }, bob: { prepare: recordPeerConnections } });
  await call(alice, bob);
  for (const page of [alice, bob]) await page.getByRole('button', { name: 'Turn camera on' }).click();
  for (const page of [alice, bob]) {
    await expect.poll(async () => (await mediaStats(page)).framesDecoded).toBeGreaterThan(10);
    await expect.poll(async () => (await mediaStats(page)).audioEnergy).toBeGreaterThan(0);
    expect(await page.evaluate(() => performance.getEntriesByName('mindmeet:call-joined').length)).toBe(1);
    await expect.poll(() => page.evaluate(() => performance.getEntriesByName('mindmeet:first-remote-frame').length)).toBe(1);
  }
});

test('the microphone goes on by itself, the camera only when asked, and the own picture is mirrored', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await call(alice, bob);
  await expect(alice.getByRole('toolbar', { name: 'Call controls' }).getByRole('button', { name: 'Mute' })).toBeVisible();
  await expect(alice.getByRole('button', { name: 'Turn camera on' })).toBeVisible();
  await alice.getByRole('button', { name: 'Turn camera on' }).click();
  const own = alice.getByRole('group', { name: 'Alice (you)' }).locator('video');
  await expect(own).toBeVisible();
  expect(await own.evaluate((video) => new DOMMatrix(getComputedStyle(video).transform).a)).toBe(-1);
  await alice.getByRole('button', { name: 'Turn camera off' }).click();
  await expect(own).toHaveCount(0);
});

test('the other side sees mute and camera at once, and unmuted again', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await call(alice, bob);
  const tile = bob.getByRole('group', { name: 'Alice' });
  await expect(tile).not.toContainText('Microphone off');
  await alice.getByRole('button', { name: 'Mute', exact: true }).click();
  await expect(tile).toContainText('Microphone off');
  await alice.getByRole('button', { name: 'Unmute' }).click();
  await expect(tile).not.toContainText('Microphone off');
  await expect(tile.locator('video')).toHaveCount(0);
  await alice.getByRole('button', { name: 'Turn camera on' }).click();
  await expect(tile.locator('video')).toBeVisible();
  await alice.getByRole('button', { name: 'Turn camera off' }).click();
  await expect(tile.locator('video')).toHaveCount(0);
});

test('leaving the call leaves the chat, and the other may go on alone', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await call(alice, bob);
  await alice.getByRole('button', { name: 'Leave call' }).click();
  await expect(alice.getByRole('toolbar', { name: 'Call controls' })).toHaveCount(0);
  await expect(bob.getByRole('group', { name: 'Alice' })).toHaveCount(0);
  // The call is still on: one click leads back.
  await alice.getByRole('button', { name: 'Join call' }).click();
  await expect(bob.getByRole('group', { name: 'Alice' })).toBeVisible();
  await bob.getByRole('button', { name: 'Leave call' }).click();
  await alice.getByRole('button', { name: 'Leave call' }).click();
  await expect(alice.getByRole('button', { name: 'Start call' })).toBeVisible();
  await say(alice, 'That was good');
  await expect(heard(bob, 'That was good')).toBeVisible();
});

test('the card of a call can be put off, and the call joined later', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await alice.getByRole('button', { name: 'Start call' }).click();
  const card = bob.getByRole('alertdialog', { name: 'Alice started a call' });
  await card.getByRole('button', { name: 'Not now' }).click();
  await expect(card).toHaveCount(0);
  await bob.getByRole('button', { name: 'Join call' }).click();
  await expect(alice.getByRole('group', { name: 'Bob' })).toBeVisible();
});

test('a call started on the home page waits there, and a guest lands on its stage with Join call focused', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  await alice.page.getByRole('button', { name: 'Start call' }).click();
  await expect(alice.page.getByRole('toolbar', { name: 'Call controls' })).toBeVisible();
  await expect(alice.page.getByRole('button', { name: 'Turn camera on' })).toBeVisible();
  const bob = await followLink(visit, 'Bob', link, { prepare: recordPeerConnections });
  await expect(bob.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  // Nothing of the call reaches somebody who waits at the door.
  expect(await mediaStats(bob.page)).toEqual({ framesDecoded: 0, audioEnergy: 0, audioPackets: 0 });
  await alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' }).getByRole('button', { name: 'Accept' }).click();
  await expect(bob.page.getByRole('button', { name: 'Join call' })).toBeFocused();
  await expect(bob.page.getByRole('alertdialog')).toHaveCount(0);
  await bob.page.keyboard.press('Enter');
  await expect(alice.page.getByRole('group', { name: 'Bob' })).toBeVisible();
  await expectConnected(bob.page);
});

test('without permission the sentence asked for is there, with a way to try again', async ({ visit }) => {
  const { alice, bob } = await meet(visit, { alice: { devices: [] } });
  await alice.getByRole('button', { name: 'Start call' }).click();
  const notifications = alice.getByRole('region', { name: 'Notifications' });
  await expect(notifications).toContainText('This app requires Camera/Microphone permission. Refresh the page and provide access.');
  await alice.context().grantPermissions(['microphone']);
  await notifications.getByRole('button', { name: 'Try again' }).click();
  await expect(alice.getByRole('button', { name: 'Mute', exact: true })).toBeVisible();
  await expect(notifications).not.toContainText('This app requires');
  await bob.getByRole('button', { name: 'Join call' }).click();
  await expect(alice.getByRole('group', { name: 'Bob' })).toBeVisible();
});

test('a call goes on after one side reloads, who may join it again', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await call(alice, bob);
  await bob.reload();
  await expectConnected(bob);
  await bob.getByRole('button', { name: 'Join call' }).click();
  await expect(alice.getByRole('group', { name: 'Bob' })).toBeVisible();
});
