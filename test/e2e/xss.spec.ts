/** Texts that would run or fetch something, through every place where somebody's words are shown: they are words. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { marked } from 'marked';
import { accept, act, choose, expectConnected, followLink, heard, openHome, say, type Visit } from '../support/meeting';
import { exposeAuthor, sayAll } from '../support/shown-conversation';
import { expect, test } from '../support/story';
import { xssVectors } from '../support/xss-vectors';

// That no request left and that the console stayed empty, where a refused one would be reported, is checked for every story (support/story.ts).

const vectorsWithoutBreaks = xssVectors.filter((vector) => !/[\n\t]/u.test(vector));

test('hostile texts as messages, answers and earlier versions do nothing', async ({ visit }) => {
  const { alice, bob } = await meetQuickly(visit, 'Alice');
  await sayAll(alice, xssVectors);
  await say(alice, 'Now the answers');
  await expect(heard(bob, 'Now the answers')).toBeVisible();
  await expect(bob.getByRole('article')).toHaveCount(xssVectors.length + 1);
  await bob.evaluate(async () => {
    const conversation = window.shownConversation?.();
    for (const [at, { id }] of [...(conversation?.timeline.value.messages ?? [])].entries()) {
      window.moveClockMs?.(1_000);
      conversation?.send(`Answer ${at}`, { replyTo: id });
      await new Promise((resolve) => setTimeout(resolve));
    }
  });
  await expect(heard(alice, `Answer ${xssVectors.length}`)).toBeVisible();
  await say(alice, 'To be changed');
  await choose(heard(alice, 'To be changed'), 'Edit');
  await say(alice, polyglot);
  await alice.getByRole('article').filter({ hasText: 'Edited' }).getByRole('button', { name: 'Edited' }).click();
  await expect(alice.getByRole('dialog', { name: 'Versions' }).getByRole('listitem')).toHaveCount(2);
  await alice.keyboard.press('Escape');
  await choose(alice.getByRole('article').filter({ hasText: 'Edited' }), 'Pin');
  await expect(bob.getByRole('region', { name: 'Pinned messages' })).toBeVisible();
  for (const page of [alice, bob]) await expectUntouched(page);
});

test('hostile names do nothing at the door, in the list, in the conversation, and in notices', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, '<img src=x onerror=window.hit=1>');
  for (const name of ['<svg onload=window.hit=1>', '"><script>window.hit=1</script>', '[a](javascript:window.hit=1)']) {
    const { page } = await followLink(visit, name, link);
    await alice.page.getByRole('alertdialog', { name: `${name} wants to come in` }).getByRole('button', { name: 'Accept' }).click();
    await expectConnected(page);
    await say(page, `It is me, ${name.length}`);
    await act(heard(alice.page, `It is me, ${name.length}`), 'Reply');
    await expect(alice.page.getByRole('group', { name: `Replying to ${name}` })).toBeVisible();
    await say(alice.page, `Hello, ${name.length}`);
    await expect(heard(page, `Hello, ${name.length}`).getByRole('button', { name: `Reply to ${name} It is me` })).toBeVisible();
    await page.getByRole('textbox', { name: 'Message' }).pressSequentially('Bye');
    await expect(alice.page.getByText(`${name} is typing…`)).toBeVisible();
    await page.getByRole('button', { name: 'Leave room' }).click();
    await expect(alice.page.getByRole('region', { name: 'Notifications' })).toContainText(`${name} is gone`);
    await expectUntouched(page);
  }
  await expectUntouched(alice.page);
});

test('hostile texts do nothing among what was found, in the room and on the home page', async ({ visit }) => {
  const { alice, bob } = await meetQuickly(visit, 'Alice');
  await sayAll(alice, xssVectors);
  await say(alice, 'That was all');
  await expect(heard(bob, 'That was all')).toBeVisible();
  await bob.getByRole('button', { name: 'Search', exact: true }).click();
  const search = bob.getByRole('search', { name: 'Search in this room' });
  for (const words of ['hit', 'trap', '<img', 'onerror=', '"><']) {
    await search.getByRole('searchbox').fill(words);
    await expect(search.getByRole('status')).toHaveText(/\d+ found|newest/u);
    await expect(search.locator('img, script, iframe, svg[onload], [onerror]')).toHaveCount(0);
  }
  await bob.getByRole('button', { name: 'Leave room' }).click();
  await bob.getByRole('searchbox', { name: 'Search in your rooms' }).fill('window.hit');
  await expect(bob.getByRole('list', { name: 'Messages found' }).getByRole('button').first()).toBeVisible();
  await expectUntouched(bob);
});

test('an exported conversation does nothing in a reader that trusts it', async ({ visit, browser }) => {
  const { alice, bob } = await meetQuickly(visit, 'Alice <script>window.hit=1</script>');
  await sayAll(alice, xssVectors);
  await say(alice, 'That was all');
  await expect(heard(bob, 'That was all')).toBeVisible();
  await bob.getByRole('button', { name: 'History' }).click();
  const dialog = bob.getByRole('dialog', { name: 'History' });
  const download = bob.waitForEvent('download');
  await dialog.getByRole('radio', { name: 'Markdown' }).check();
  await dialog.getByRole('button', { name: 'Export' }).click();
  const markdown = await readFile(await (await download).path(), 'utf8');
  for (const vector of vectorsWithoutBreaks) expect(markdown).toContain(vector);

  // A page without any rule about what may run.
  const context = await browser.newContext();
  const requests: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  const reader = await context.newPage();
  await reader.setContent(await marked(markdown), { waitUntil: 'load' });
  await expectUntouched(reader);
  await expect(reader.locator('img, script, iframe, object, embed, svg, math, style, link, form, video, audio, a[href^="javascript" i]')).toHaveCount(0);
  expect(requests).toEqual([]);
  await context.close();
});

const polyglot = xssVectors.at(-1) ?? '';

/** Two who may say much in a moment. */
async function meetQuickly(visit: Visit, name: string): Promise<{ readonly alice: Page; readonly bob: Page }> {
  const { person, link } = await openHome(visit, name, { prepare: exposeAuthor });
  const guest = await followLink(visit, 'Bob', link, { prepare: exposeAuthor });
  await accept(person.page, 'Bob');
  for (const page of [person.page, guest.page]) await expectConnected(page);
  return { alice: person.page, bob: guest.page };
}

async function expectUntouched(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
}
