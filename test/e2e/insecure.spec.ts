/** A page opened by http under a name: the browser gives it neither cryptography nor devices. */
import { chromium } from '@playwright/test';
import { ensureChromium } from '../../scripts/browser.mjs';
import { chromiumArguments } from '../support/chromium-arguments.mjs';
import { expect, test } from '../support/story';

test('says in one sentence why it cannot work, and nothing breaks', async ({ server }) => {
  // The name leads to this machine, but the browser doesn't trust it as it trusts localhost.
  const browser = await chromium.launch({
    executablePath: await ensureChromium(console.log),
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...chromiumArguments, '--host-resolver-rules=MAP meet.test 127.0.0.1'],
  });
  try {
    const page = await browser.newPage({ locale: 'en-GB' });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(server.origin.replace('localhost', 'meet.test'));
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('main')).toContainText(/https/u);
    await expect(page.getByRole('textbox', { name: 'Room link' })).toHaveCount(0);
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});
