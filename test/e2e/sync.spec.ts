/** What was missed arrives: after a long absence, after a cut in the middle, on a line that loses datagrams. */
import type { BrowserContext } from '@playwright/test';
import { launchWithAddresses, leadThrough } from '../support/bad-network';
import { comeBack, expectConnected, goAway, heard, join, meet, say, showThePast, tick } from '../support/meeting';
import { exposeAuthor, exposeConversation, sayAll, textsIn } from '../support/shown-conversation';
import { expect, test } from '../support/story';
import { UdpProxy } from '../support/udp-proxy';

const much = Array.from({ length: 400 }, (_, index) => `Line ${index + 1}.`);

test('somebody who was long away sees the end at once, and has all of it in order', async ({ visit }) => {
  const { alice, bob } = await meet(visit, { alice: { prepare: exposeAuthor }, bob: { prepare: exposeConversation } });
  await goAway(bob);
  await expect(alice.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  await sayAll(alice, much);
  await expect(heard(alice, 'Line 400.')).toBeVisible();
  await comeBack(bob);
  await expect(heard(bob, 'Line 400.')).toBeVisible();
  await expect.poll(() => textsIn(bob)).toEqual(much);
  // Not all of it stands in the page.
  expect(await bob.getByRole('article').count()).toBeLessThanOrEqual(150);
});

test('a page that is closed in the middle of it goes on where it was', async ({ visit }) => {
  const { alice, bob, link } = await meet(visit, { alice: { prepare: exposeAuthor } });
  await showThePast(alice);
  await goAway(bob);
  await sayAll(alice, much);
  await expect(heard(alice, 'Line 400.')).toBeVisible();
  const carol = await join(visit, 'Carol', link, alice, { prepare: exposeConversation });
  await expect(heard(carol.page, 'Line 400.')).toBeVisible();
  await carol.page.reload();
  await expectConnected(carol.page);
  await expect.poll(() => textsIn(carol.page)).toEqual(much);
});

test('on a line that loses three of ten datagrams each way the talk goes on', async ({ visit }) => {
  const proxy = new UdpProxy(1);
  const browser = await launchWithAddresses();
  try {
    const options = { browser, prepare: (context: BrowserContext) => leadThrough(context, proxy) };
    const { alice, bob } = await meet(visit, { alice: options, bob: options });
    proxy.conditions = { lossRate: 0.3, delayMs: 20 };
    for (const number of [1, 2, 3, 4, 5]) {
      await say(alice, `Alice, ${number}.`);
      await expect(heard(bob, `Alice, ${number}.`)).toBeVisible();
      await say(bob, `Bob, ${number}.`);
      await expect(heard(alice, `Bob, ${number}.`)).toBeVisible();
    }
    expect(proxy.traffic.lost).toBeGreaterThan(0);
    proxy.conditions = { lossRate: 0, delayMs: 0 };
    await expect(tick(alice, 'Alice, 5.', 'Read by 1 of 1')).toBeVisible({ timeout: 30_000 });
    for (const page of [alice, bob]) await expect(page.getByRole('article')).toHaveCount(10);
  } finally {
    await browser.close();
    await proxy.close();
  }
});
