/** A room of several: everybody with everybody, and none of them needed to keep it alive. */
import { accept, crash, expectConnected, expectEverybodyHeard, expectPeople, followLink, gather, heard, join, openHome, person, say } from '../support/meeting';
import { connectionCounts, recordPeerConnections } from '../support/peer-connections';
import { expect, test } from '../support/story';

test('four people meet by one link with one Accept each, and everybody sees and hears everybody', async ({ visit }) => {
  const { people } = await gather(visit, ['Alice', 'Bob', 'Carol', 'Dave']);
  await expectEverybodyHeard(people);
  const [alice, bob] = people;
  if (!alice || !bob) throw new Error('somebody is missing');
  await expect(person(alice.page, 'Alice')).toContainText('(you)');
  await expect(person(bob.page, 'Alice')).not.toContainText('(you)');

  // A reload of the one who let them in: nobody rings, and nobody has to do anything.
  await alice.page.reload();
  for (const { page } of people) await expectPeople(page, ['Alice', 'Bob', 'Carol', 'Dave']);
  for (const { page } of people) await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await say(alice.page, 'Back again');
  for (const { page } of people) await expect(heard(page, 'Back again')).toBeVisible();
});

for (const ending of ['closed', 'crashed'] as const) {
  test(`when the maker's browser has ${ending}, a newcomer is let in by somebody who is left, and the maker comes back without ringing`, async ({ visit }) => {
    const { people, link } = await gather(visit, ['Alice', 'Bob', 'Carol']);
    const [alice, bob, carol] = people;
    if (!alice || !bob || !carol) throw new Error('somebody is missing');
    if (ending === 'closed') await alice.page.close();
    else await crash(alice);

    const dave = await followLink(visit, 'Dave', link);
    await accept(bob.page, 'Dave');
    await expectConnected(dave.page);
    for (const { page } of [bob, carol, dave]) await expect(person(page, 'Dave')).not.toContainText(/connecting/iu);
    await expectEverybodyHeard([bob, carol, dave]);

    const again = await alice.context.newPage();
    await again.goto(link);
    for (const page of [again, bob.page, carol.page, dave.page]) await expectPeople(page, ['Alice', 'Bob', 'Carol', 'Dave']);
    await expect(bob.page.getByRole('alertdialog')).toHaveCount(0);
    await expect(heard(again, 'Dave says hello to 3')).toBeVisible();
  });
}

test('two who come at the same moment are both let in, and find each other', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = people;
  if (!alice || !bob) throw new Error('somebody is missing');
  const [carol, dave] = await Promise.all([followLink(visit, 'Carol', link), followLink(visit, 'Dave', link)]);
  for (const name of ['Carol', 'Dave']) await accept(alice.page, name);
  const everybody = [alice, bob, carol, dave];
  for (const { page } of everybody) await expectPeople(page, ['Alice', 'Bob', 'Carol', 'Dave']);
  await expectEverybodyHeard(everybody);
});

test('guests who come first hold the door, and give it up to the maker', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  await alice.page.goto('about:blank');
  const bob = await followLink(visit, 'Bob', link);
  const carol = await followLink(visit, 'Carol', link);
  for (const { page } of [bob, carol]) await expect(page.getByText('Nobody is here yet. We ring as soon as somebody comes.')).toBeVisible();
  // Who isn't in the room lets nobody in, whoever was first.
  for (const { page } of [bob, carol]) await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await alice.page.goto('/');
  for (const name of ['Bob', 'Carol']) await accept(alice.page, name);
  for (const { page } of [alice, bob, carol]) await expectPeople(page, ['Alice', 'Bob', 'Carol']);
});

test('while a call runs, nothing of it reaches a guest who waits, nor any connection', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = people;
  if (!alice || !bob) throw new Error('somebody is missing');
  await alice.page.getByRole('button', { name: 'Start call' }).click();
  await bob.page.getByRole('alertdialog', { name: 'Alice started a call' }).getByRole('button', { name: 'Join call' }).click();
  await expect(alice.page.getByRole('group', { name: 'Bob' })).toBeVisible();

  const carol = await followLink(visit, 'Carol', link, { prepare: recordPeerConnections });
  await expect(alice.page.getByRole('alertdialog', { name: 'Carol wants to come in' })).toBeVisible();
  await expect(carol.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  // The own unanswered offer, and not one packet.
  expect(await connectionCounts(carol.page)).toEqual({ answered: 0, candidatePairs: 0, bytes: 0 });
  await accept(alice.page, 'Carol');
  await expectConnected(carol.page);
  expect((await connectionCounts(carol.page)).bytes).toBeGreaterThan(0);
});

test('a member who comes back while nobody else is there lets the next one ring, and says who may answer', async ({ visit }) => {
  const { people, link } = await gather(visit, ['Alice', 'Bob']);
  const [alice, bob] = people;
  if (!alice || !bob) throw new Error('somebody is missing');
  for (const { page } of people) await page.goto('about:blank');
  await bob.page.goto(link);
  await expect(bob.page.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  // No host is there: a member stands in.
  const carol = await join(visit, 'Carol', link, bob.page);
  await alice.page.goto(link);
  for (const { page } of [alice, bob, carol]) await expectPeople(page, ['Alice', 'Bob', 'Carol']);
});
