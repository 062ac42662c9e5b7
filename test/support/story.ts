/** What an end-to-end story is told with: the server, and people who open it in browsers of their own. */
import { test as base, expect } from '@playwright/test';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import { startTestServer } from './server';
import type { TestServer } from './server';
import { watchContext } from './watch-page';
import type { PageWatch } from './watch-page';

export { expect };

export interface PersonOptions {
  /** Default en-GB: English, and a clock of 24 hours. */
  readonly locale?: string;
  readonly theme?: 'light' | 'dark';
  /** Width in CSS pixels; the height goes with it. Default 1280. */
  readonly width?: 390 | 768 | 1280;
  /** Devices that the browser grants without asking; others are refused at once. Default both. */
  readonly devices?: readonly ('microphone' | 'camera')[];
  readonly reducedMotion?: boolean;
  /** Where the first page goes: a whole address, a path, or a fragment. Default the home page. */
  readonly address?: string;
  /** What must stand before the first page is opened, such as `recordPeerConnections`. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
  /** Another Chromium than the suite's, such as one with a tone in its microphone. */
  readonly browser?: Browser;
}

/** Somebody with a browser of their own: own storage, own device key. */
export interface Visitor {
  readonly name: string;
  readonly context: BrowserContext;
  readonly page: Page;
}

interface StoryFixtures {
  /** Opens the app as another person. Everybody's browser is closed when the story ends. */
  readonly visit: (name: string, options?: PersonOptions) => Promise<Visitor>;
  /** Console lines that this story expects; any other fails it. `test.use({ allowedConsole: [/…/] })`. */
  readonly allowedConsole: readonly RegExp[];
}

interface StoryWorkerFixtures {
  readonly server: TestServer;
}

const heights = { 390: 844, 768: 1024, 1280: 800 } as const;

export const test = base.extend<StoryFixtures, StoryWorkerFixtures>({
  server: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures wanted from the pattern.
    async ({}, use) => {
      const server = await startTestServer();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],

  allowedConsole: [[], { option: true }],

  visit: async ({ browser: suiteBrowser, server, allowedConsole }, use) => {
    const visitors: Visitor[] = [];
    const watches: PageWatch[] = [];
    // A story that stopped the server and failed must not fail the next one.
    await server.start();

    await use(async (name, options = {}) => {
      const context = await (options.browser ?? suiteBrowser).newContext(contextOptions(options, server.origin));
      watches.push(watchContext(context, name, server.origin));
      await options.prepare?.(context);
      const page = await context.newPage();
      const visitor = { name, context, page };
      visitors.push(visitor);
      await page.goto(addressOf(options.address ?? '/', server.origin));
      return visitor;
    });

    await Promise.all(visitors.map(({ context }) => context.close()));
    const unexpected = watches.flatMap((watch) => watch.consoleLines).filter((line) => !allowedConsole.some((allowed) => allowed.test(line)));
    expect.soft(unexpected, 'the console stays empty').toEqual([]);
    expect.soft(watches.flatMap((watch) => watch.foreignRequests), 'no other origin is asked for anything').toEqual([]);
  },
});

function contextOptions(options: PersonOptions, origin: string): BrowserContextOptions {
  const width = options.width ?? 1280;
  return {
    baseURL: origin,
    locale: options.locale ?? 'en-GB',
    timezoneId: 'Europe/Lisbon',
    colorScheme: options.theme ?? 'light',
    viewport: { width, height: heights[width] },
    reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
    hasTouch: width === 390,
    permissions: [...(options.devices ?? ['microphone', 'camera']), 'clipboard-read', 'clipboard-write'],
  };
}

/** A link says another host than the test server when it was made for phones; stories stay on localhost. */
function addressOf(address: string, origin: string): string {
  return new URL(address, `${origin}/`).href;
}
