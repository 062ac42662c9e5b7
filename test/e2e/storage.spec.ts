/** What disks do: blocks that rot, quotas that end. Nobody loses a word that somebody else has. */
import type { Page } from '@playwright/test';
import { accept, expectConnected, followLink, heard, meet, nameSelf, say, tick } from '../support/meeting';
import { exposeAuthor, exposeConversation, sayAll, textsIn } from '../support/shown-conversation';
import { expect, test } from '../support/story';

test('what is damaged on one disk comes back from the other, and writing goes on', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  for (const number of [1, 2, 3]) {
    await say(alice, `Alice ${number}.`);
    await say(bob, `Bob ${number}.`);
  }
  await expect(heard(alice, 'Bob 3.')).toBeVisible();
  await expect(tick(bob, 'Bob 3.', 'Read by 1 of 1')).toBeVisible();
  await expect(heard(bob, 'Alice 3.')).toBeVisible();
  expect(await damageLog(bob)).toBeGreaterThan(0);
  await bob.reload();
  await expectConnected(bob);
  await expect(bob.getByRole('article')).toHaveCount(6);
  await expect(bob.getByText('Message not here yet')).toHaveCount(0);
  await say(bob, 'As if nothing had been');
  await expect(heard(alice, 'As if nothing had been')).toBeVisible();
  await expect(alice.getByRole('article')).toHaveCount(7);
  await expect(alice.getByText('two different histories')).toHaveCount(0);
});

test('a long conversation of which whole blocks are damaged is whole again', async ({ visit }) => {
  test.setTimeout(120_000);
  const lines = Array.from({ length: 900 }, (_, index) => `Line ${index + 1}.`);
  const { alice, bob } = await meet(visit, { alice: { prepare: exposeAuthor }, bob: { prepare: exposeConversation } });
  await sayAll(alice, lines);
  await expect(heard(bob, 'Line 900.')).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => textsIn(bob)).toEqual(lines);
  expect(await damageLog(bob)).toBeGreaterThan(0);
  await bob.reload();
  await expectConnected(bob);
  await expect.poll(() => textsIn(bob), { timeout: 30_000 }).toEqual(lines);
});

test('a quota that is used up is told once; what is written goes out, and comes back when there is space', async ({ visit, server }) => {
  // Chromium remembers for a while how much space there was: it has to be little from the beginning.
  const { page: alice, context } = await visit('Alice', { address: 'about:blank' });
  const session = await context.newCDPSession(alice);
  await session.send('Storage.overrideQuotaForOrigin', { origin: server.origin, quotaSize: 150_000 });
  await alice.goto('/');
  await nameSelf(alice, 'Alice');
  const link = await alice.getByRole('textbox', { name: 'Room link' }).inputValue();
  const { page: bob } = await followLink(visit, 'Bob', link);
  await accept(alice, 'Bob');
  await expectConnected(bob);
  const notices = alice.getByRole('region', { name: 'Notifications' });
  const texts = Array.from({ length: 15 }, (_, index) => `Page ${index + 1}. ${'x'.repeat(15_000)}`);
  for (const text of texts) await say(alice, text);
  for (const page of [alice, bob]) await expect(heard(page, 'Page 15.')).toBeVisible();
  await expect(notices).toContainText('This device has no space left');
  await session.send('Storage.overrideQuotaForOrigin', { origin: server.origin });
  await alice.reload();
  await expectConnected(alice);
  for (const page of [alice, bob]) for (const number of [1, 8, 15]) await expect(heard(page, `Page ${number}.`)).toHaveCount(1);
  await say(bob, 'Is it better now?');
  await expect(heard(alice, 'Is it better now?')).toBeVisible();
  await expect(bob.getByText('two different histories')).toHaveCount(0);
});

test('a disk that lets go in the middle of a write keeps all of it or nothing, and the room goes on', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'Before');
  await expect(heard(bob, 'Before')).toBeVisible();
  await alice.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    // The edge of the browser: the transaction is gone once the first of its rows is written.
    IDBObjectStore.prototype.put = function (...parameters) {
      const request = put.apply(this, parameters);
      request.addEventListener('success', () => request.transaction?.abort(), { once: true });
      IDBObjectStore.prototype.put = put;
      return request;
    };
  });
  await say(alice, 'In the middle');
  await expect(heard(alice, 'In the middle')).toBeVisible();
  await say(alice, 'After');
  await expect(heard(bob, 'After')).toBeVisible();
  await alice.reload();
  await expectConnected(alice);
  for (const text of ['Before', 'In the middle', 'After']) {
    await expect(heard(alice, text)).toHaveCount(1);
    await expect(heard(bob, text)).toHaveCount(1);
  }
  await expect(bob.getByText('two different histories')).toHaveCount(0);
});

/** Overwrites all rows and blocks of events, of all rooms, behind the app's back; how many there were. */
function damageLog(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('mindmeet');
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(new Error('no database')));
    });
    const transaction = database.transaction(['logRows', 'logHeads', 'logBodies'], 'readwrite');
    let count = 0;
    for (const name of transaction.objectStoreNames) {
      transaction.objectStore(name).openCursor().addEventListener('success', ({ target }) => {
        const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result;
        if (!cursor) return;
        cursor.update(new Uint8Array([1, 2, 3]));
        count += 1;
        cursor.continue();
      });
    }
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    database.close();
    return count;
  });
}
