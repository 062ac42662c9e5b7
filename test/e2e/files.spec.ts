/** Files and pictures, device to device: what is sent arrives whole, whoever goes, reloads, or runs out of space. */
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { accept, expectConnected, expectPeople, followLink, gather, goAway, heard, meet, nameSelf, person, say } from '../support/meeting';
import { hashOfFile, madePng, writeRandomFile } from '../support/made-files';
import { attach, dropFile, percentOf, save, sendFiles, withoutSavePicker } from '../support/sharing';
import { expect, test } from '../support/story';

declare global {
  interface Window {
    /** Bytes of pieces of files that have come since the page was loaded; put there by `countPieces`. */
    pieceBytes?: number;
  }
}

const megabyte = 1024 * 1024;
const mailer = { prepare: withoutSavePicker };
const picture = { name: 'beach.png', mimeType: 'image/png', buffer: madePng(640, 480, [30, 120, 200]) };

test('a picture with a caption is on the other screen, opens large, and can be saved', async ({ visit }) => {
  const { alice, bob } = await meet(visit, { bob: mailer });
  await sendFiles(alice, picture, 'Our beach');
  for (const page of [alice, bob]) {
    await expect(heard(page, 'Our beach')).toBeVisible();
    await expect(page.getByRole('img', { name: 'Picture beach.png' })).toBeVisible();
  }
  await expect.poll(() => shownWidth(bob)).toBe(640);
  await bob.getByRole('button', { name: 'Open picture beach.png' }).click();
  const viewer = bob.getByRole('dialog', { name: 'Picture viewer' });
  await expect(viewer).toBeVisible();
  const download = bob.waitForEvent('download');
  await viewer.getByRole('button', { name: 'Save' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('beach.png');
  expect((await readFile(await saved.path())).subarray(1, 4).toString('latin1')).toBe('PNG');
  await bob.keyboard.press('Escape');
  await expect(viewer).toHaveCount(0);
  await bob.reload();
  await expect.poll(() => shownWidth(bob)).toBe(640);
});

test('a picture that is pasted is on the phone', async ({ visit }) => {
  const { alice, bob } = await meet(visit, { bob: { width: 390 } });
  await alice.evaluate(async () => {
    const canvas = new OffscreenCanvas(300, 200);
    canvas.getContext('2d')?.fillRect(0, 0, 150, 200);
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': await canvas.convertToBlob() })]);
  });
  await alice.getByRole('textbox', { name: 'Message' }).focus();
  await alice.keyboard.press('Control+V');
  await expect(alice.getByRole('list', { name: 'Attachments' }).getByRole('listitem')).toHaveCount(1);
  await alice.keyboard.press('Enter');
  await expect.poll(() => shownWidth(bob)).toBe(300);
});

test('files that are dropped on the room stand in the tray, and go together', async ({ visit }) => {
  const { alice, bob } = await meet(visit, { bob: mailer });
  await dropFile(alice.getByRole('log', { name: 'Messages' }), { name: 'minutes.txt', type: 'text/plain', text: 'We agreed.' });
  await attach(alice, { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>document.title = "run"</script>') });
  await expect(alice.getByRole('list', { name: 'Attachments' }).getByRole('listitem')).toHaveCount(2);
  await alice.getByRole('button', { name: 'Send', exact: true }).click();
  const saved = await save(bob, 'minutes.txt');
  expect(await readFile(await saved.path(), 'utf8')).toBe('We agreed.');
  const page = await save(bob, 'page.html');
  expect(page.suggestedFilename()).toBe('page.html');
  expect(await bob.title()).not.toBe('run');
});

test('a drawing that could run is a card, never a picture', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>top.document.title = "run"</script></svg>';
  await sendFiles(alice, { name: 'drawing.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(drawing) });
  await expect(bob.getByRole('button', { name: 'Save drawing.svg' })).toBeVisible();
  await expect(bob.getByRole('img', { name: 'Picture drawing.svg' })).toHaveCount(0);
  expect(await bob.title()).not.toBe('run');
});

test('300 MB arrive whole though the receiver reloads half-way, and nearly nothing comes twice', async ({ visit }, info) => {
  test.setTimeout(240_000);
  const path = info.outputPath('film.bin');
  const bytes = 300 * megabyte;
  await writeRandomFile(path, bytes);
  const prepare = (context: BrowserContext) => Promise.all([withoutSavePicker(context), countPieces(context)]);
  const { alice, bob } = await meet(visit, { bob: { prepare } });
  await sendFiles(alice, path);
  await bob.getByRole('button', { name: 'Download film.bin' }).click({ timeout: 60_000 });
  await expect.poll(() => percentOf(bob, 'film.bin'), { timeout: 60_000 }).toBeGreaterThan(40);
  const before = await bob.evaluate(() => window.pieceBytes ?? 0);
  await bob.reload();
  await expectConnected(bob);
  await expect(bob.getByRole('button', { name: 'Save film.bin' })).toBeVisible({ timeout: 120_000 });
  const after = await bob.evaluate(() => window.pieceBytes ?? 0);
  // What was under way when the page went is lost; what was here is not asked for again.
  expect(before).toBeGreaterThan(0.3 * bytes);
  expect(after).toBeLessThan(0.65 * bytes);
  const saved = await save(bob, 'film.bin');
  expect(await hashOfFile(await saved.path())).toBe(await hashOfFile(path));
});

test('when the sender goes half-way, another member who has it finishes', async ({ visit }, info) => {
  test.setTimeout(180_000);
  const path = info.outputPath('album.bin');
  await writeRandomFile(path, 120 * megabyte);
  const { people } = await gather(visit, ['Alice', 'Bob', 'Carol'], mailer);
  const [alice, bob, carol] = people.map(({ page }) => page) as [Page, Page, Page];
  await sendFiles(alice, path);
  await carol.getByRole('button', { name: 'Download album.bin' }).click({ timeout: 60_000 });
  await expect(carol.getByRole('button', { name: 'Save album.bin' })).toBeVisible({ timeout: 60_000 });
  await bob.getByRole('button', { name: 'Download album.bin' }).click();
  await expect.poll(() => percentOf(bob, 'album.bin'), { timeout: 60_000 }).toBeGreaterThan(20);
  await goAway(alice);
  await expectPeople(bob, ['Bob', 'Carol']);
  const saved = await bob.getByRole('button', { name: 'Save album.bin' }).waitFor({ timeout: 90_000 }).then(() => save(bob, 'album.bin'));
  expect(await hashOfFile(await saved.path())).toBe(await hashOfFile(path));
});

test('a download that is cancelled leaves nothing behind, and can begin anew', async ({ visit }, info) => {
  test.setTimeout(120_000);
  const path = info.outputPath('draft.bin');
  await writeRandomFile(path, 60 * megabyte);
  const { alice, bob } = await meet(visit);
  await sendFiles(alice, path);
  await bob.getByRole('button', { name: 'Download draft.bin' }).click({ timeout: 30_000 });
  await expect.poll(() => percentOf(bob, 'draft.bin'), { timeout: 30_000 }).toBeGreaterThan(5);
  await bob.getByRole('button', { name: 'Pause draft.bin' }).click();
  await bob.getByRole('button', { name: 'Continue draft.bin' }).click();
  await bob.getByRole('button', { name: 'Cancel draft.bin' }).click();
  await expect(bob.getByRole('button', { name: 'Download draft.bin' })).toBeVisible();
  await expect.poll(() => storedBytes(bob)).toBeLessThan(megabyte);
  await say(bob, 'Not now');
  await expect(heard(alice, 'Not now')).toBeVisible();
  await bob.getByRole('button', { name: 'Download draft.bin' }).click();
  await expect(bob.getByRole('button', { name: 'Save draft.bin' })).toBeVisible({ timeout: 60_000 });
});

test('a disk that is full half-way is told, the talk goes on, and the file does when there is space', async ({ visit, server }, info) => {
  test.setTimeout(120_000);
  const path = info.outputPath('large.bin');
  await writeRandomFile(path, 50 * megabyte);
  const { page: alice } = await visit('Alice');
  await nameSelf(alice, 'Alice');
  const link = await alice.getByRole('textbox', { name: 'Room link' }).inputValue();
  // Chromium remembers for a while how much space there was: it has to be little from the beginning.
  const { page: bob, context } = await followLink(visit, 'Bob', link, {
    prepare: async (opened) => {
      await withoutSavePicker(opened);
      const session = await opened.newCDPSession(await opened.newPage());
      await session.send('Storage.overrideQuotaForOrigin', { origin: server.origin, quotaSize: 20 * megabyte });
    },
  });
  await accept(alice, 'Bob');
  await expectConnected(bob);
  await sendFiles(alice, path);
  await bob.getByRole('button', { name: 'Download large.bin' }).click({ timeout: 30_000 });
  await expect(bob.getByRole('log', { name: 'Messages' })).toContainText('No space left', { timeout: 60_000 });
  await say(alice, 'Still there?');
  await expect(heard(bob, 'Still there?')).toBeVisible();
  await say(bob, 'Yes.');
  await expect(heard(alice, 'Yes.')).toBeVisible();
  const session = await context.newCDPSession(bob);
  await session.send('Storage.overrideQuotaForOrigin', { origin: server.origin, quotaSize: 2_000 * megabyte });
  await bob.getByRole('button', { name: 'Continue large.bin' }).click();
  const saved = await bob.getByRole('button', { name: 'Save large.bin' }).waitFor({ timeout: 60_000 }).then(() => save(bob, 'large.bin'));
  expect(await hashOfFile(await saved.path())).toBe(await hashOfFile(path));
});

test('a file that is dropped on a person goes to them alone', async ({ visit }) => {
  const { people } = await gather(visit, ['Alice', 'Bob', 'Carol'], mailer);
  const [alice, bob, carol] = people.map(({ page }) => page) as [Page, Page, Page];
  await dropFile(person(alice, 'Bob'), { name: 'offer.txt', type: 'text/plain', text: 'For you alone.' });
  await bob.getByRole('button', { name: 'Receive offer.txt' }).click();
  const saved = await bob.getByRole('button', { name: 'Save offer.txt' }).waitFor().then(() => save(bob, 'offer.txt'));
  expect(await readFile(await saved.path(), 'utf8')).toBe('For you alone.');
  await expect(carol.getByText('offer.txt')).toHaveCount(0);
  for (const page of [alice, bob]) await expect(page.getByRole('article')).toHaveCount(0);
});

test('a voice message is recorded, sent and played', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await alice.getByRole('button', { name: 'Record voice message' }).focus();
  await alice.keyboard.press('Enter');
  await expect(alice.getByText('0:01')).toBeVisible();
  await alice.getByRole('button', { name: 'Send voice message' }).click();
  await bob.getByRole('button', { name: 'Play voice message' }).click();
  await expect(bob.getByRole('button', { name: 'Play voice message' })).toBeVisible({ timeout: 15_000 });
  await expect(bob.getByRole('slider', { name: 'Position' })).toBeVisible();
});

test('who forgets the files of a room keeps its words, and can fetch the files again', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await sendFiles(alice, picture, 'Our beach');
  await expect.poll(() => shownWidth(bob)).toBe(640);
  await bob.getByRole('button', { name: 'History' }).click();
  const history = bob.getByRole('dialog');
  await history.getByRole('button', { name: 'Delete files from this device' }).click();
  await history.getByRole('button', { name: 'Delete files from this device' }).last().click();
  await expect.poll(() => storedBytes(bob)).toBe(0);
  await bob.keyboard.press('Escape');
  await expect(heard(bob, 'Our beach')).toBeVisible();
});

/** In pixels, of the picture in the conversation as it was decoded; 0 while none is. */
function shownWidth(page: Page): Promise<number> {
  return page
    .getByRole('img', { name: /^Picture / })
    .first()
    .evaluate((image) => (image instanceof HTMLImageElement && image.complete ? image.naturalWidth : 0));
}

/** What lies in the origin private file system. */
function storedBytes(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const sizeOf = async (folder: FileSystemDirectoryHandle): Promise<number> => {
      let bytes = 0;
      for await (const entry of folder.values()) bytes += entry instanceof FileSystemDirectoryHandle ? await sizeOf(entry) : (await entry.getFile()).size;
      return bytes;
    };
    return sizeOf(await navigator.storage.getDirectory());
  });
}

async function countPieces(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    window.pieceBytes = 0;
    const { createDataChannel } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.createDataChannel = function (label, options) {
      const channel = createDataChannel.call(this, label, options);
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data instanceof ArrayBuffer && label !== 'sync' && label !== 'live') window.pieceBytes = (window.pieceBytes ?? 0) + data.byteLength;
      });
      return channel;
    };
  });
}
