/** The conversation leaves the room as a file, and comes back from one. */
import { readFile } from 'node:fs/promises';
import type { Download, Locator, Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { choose, expectConnected, forgetRoom, goAway, heard, meet, say } from '../support/meeting';
import { expect, test } from '../support/story';

test('Markdown and JSON hold what was said, by whom, and quote what would mean something', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'Plain words');
  await say(bob, '# <b>loud</b> ![x](https://example.com/x.png)');
  await expect(heard(alice, 'loud')).toBeVisible();
  const markdown = await textOf(await exported(alice, 'Markdown'));
  expect(markdown).toContain('> Plain words');
  expect(markdown).toMatch(/\*\*Bob\*\* · \d\d:\d\d/u);
  expect(markdown).toContain('    # <b>loud</b> ![x](https://example.com/x.png)');
  const json = await textOf(await exported(alice, 'JSON'));
  expect(JSON.stringify(JSON.parse(json))).toContain('Plain words');
});

test('a zip holds all of them', async ({ visit }) => {
  const { alice } = await meet(visit);
  await say(alice, 'To be packed');
  const download = await exported(alice, 'Zip');
  expect(download.suggestedFilename()).toMatch(/^Bob \d{4}-\d\d-\d\d\.zip$/u);
  const files = unzipSync(await readFile(await download.path()));
  expect(Object.keys(files).map((name) => name.replace(/^.*?\d{4}-\d\d-\d\d/u, '')).sort()).toEqual([' backup.json', '.json', '.md']);
  for (const content of Object.values(files)) expect(content.length).toBeGreaterThan(0);
});

test('selected messages alone are exported', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'For the file');
  await say(alice, 'Not for the file');
  await expect(heard(bob, 'Not for the file')).toBeVisible();
  await choose(bob.getByRole('article').first(), 'Select');
  await bob.getByRole('toolbar', { name: 'Selection' }).getByRole('button', { name: 'Export' }).click();
  const dialog = bob.getByRole('dialog', { name: 'Export' });
  await expect(dialog.getByRole('radio', { name: 'Backup' })).toHaveCount(0);
  const text = await textOf(await saved(bob, dialog, 'Markdown'));
  expect(text).toContain('For the file');
  expect(text).not.toContain('Not for the file');
});

test('a backup brings a forgotten conversation back, without anybody else', async ({ visit }) => {
  const { alice, bob, link } = await meet(visit);
  await say(alice, 'From Alice');
  await say(bob, 'From Bob');
  await expect(heard(alice, 'From Bob')).toBeVisible();
  const backup = await (await exported(bob, 'Backup')).path();
  await bob.getByRole('button', { name: 'Leave room' }).click();
  await forgetRoom(bob);

  await bob.goto(link);
  await expectConnected(bob);
  await expect(heard(alice, 'From Bob')).toBeVisible();
  await goAway(alice);
  await expect(bob.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  const history = await openHistory(bob);
  await history.getByLabel('Import a backup').setInputFiles(backup);
  await expect(history.getByText(/messages? restored|is here already/u)).toBeVisible();
  await bob.keyboard.press('Escape');
  for (const text of ['From Alice', 'From Bob']) await expect(heard(bob, text)).toHaveCount(1);
});

test('a file that is broken, of another room, or no backup at all is told so, and changes nothing', async ({ visit }) => {
  const { alice } = await meet(visit);
  await say(alice, 'Still here');
  const backup = await textOf(await exported(alice, 'Backup'));
  await alice.getByRole('button', { name: 'Leave room' }).click();
  await alice.getByRole('button', { name: 'Open chat' }).click();
  const history = await openHistory(alice);
  const tryFile = async (text: string, sentence: string): Promise<void> => {
    await history.getByLabel('Import a backup').setInputFiles({ name: 'backup.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await expect(history.getByRole('alert')).toHaveText(sentence);
  };
  await tryFile(backup, 'This backup is of another room');
  await tryFile(backup.slice(0, -40), 'This file is broken or not a backup');
  await tryFile('{"format":"something else"}', 'This file is broken or not a backup');
  await tryFile('no JSON', 'This file is broken or not a backup');
  await tryFile('[]', 'This file is broken or not a backup');
  await alice.keyboard.press('Escape');
  await expect(alice.getByRole('article')).toHaveCount(0);
});

async function openHistory(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'History' }).click();
  return page.getByRole('dialog', { name: 'History' });
}

async function exported(page: Page, format: string): Promise<Download> {
  const dialog = await openHistory(page);
  const download = await saved(page, dialog, format);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  return download;
}

async function saved(page: Page, dialog: Locator, format: string): Promise<Download> {
  const download = page.waitForEvent('download');
  await dialog.getByRole('radio', { name: format, exact: true }).check();
  await dialog.getByRole('button', { name: 'Export' }).click();
  const file = await download;
  await expect(dialog.getByText(`Saved as ${file.suggestedFilename()}`)).toBeVisible();
  return file;
}

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}
