/** Empty pages on the app's origin, for the work that we are measured against. */
import type { Browser, BrowserContext, Page } from '@playwright/test';

/** In a browser of its own, as everybody in a story has, with the same devices. The caller closes `page.context()`. `prepare`: as PersonOptions has it. */
export async function openControlPage(browser: Browser, origin: string, prepare?: (context: BrowserContext) => Promise<unknown>): Promise<Page> {
  // A page that an interceptor made up has no address, so Chromium asks before it lets it speak to this machine (Local Network Access), and the socket waits.
  const context = await browser.newContext({ permissions: ['microphone', 'camera', 'local-network-access'] });
  await prepare?.(context);
  return addControlPage(context, origin);
}

/** In the browser of somebody who is there already. */
export async function addControlPage(context: BrowserContext, origin: string): Promise<Page> {
  const address = `${origin}/control`;
  // Not from the server: its answers forbid what a control does, such as a script of another origin.
  await context.route(address, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Control</title><link rel="icon" href="data:,">' }));
  const page = await context.newPage();
  await page.goto(address);
  return page;
}
