/** What a room costs a device while nothing happens in it. */
import { setTimeout as pass } from 'node:timers/promises';
import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test';
import { gather } from '../support/meeting';
import { test } from '../support/story';
import { openControlPage } from './control-page';
import { median, report } from './measure';

declare global {
  interface Window {
    /** Delays of the timers that have fired since `countTimers`, in milliseconds. */
    firedTimersMs?: number[];
  }
}

const names = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin', 'Frank', 'Grace', 'Heidi'] as const;
const settleMs = 20_000;
const windowMs = 30_000;
const cpuGoal = 1;

test('an idle room of eight, beside bare connections', async ({ visit, browser, server }) => {
  test.setTimeout(300_000);
  const { people } = await gather(visit, names, { prepare: countTimers });
  const pages = people.map(({ page }) => page);
  // As in a tab behind another: the app hears that it is hidden, and ends what is for eyes only.
  for (const page of pages) await page.evaluate(hide);
  await pass(settleMs);

  const heaps: number[] = [];
  for (const page of pages) heaps.push(await heapBytes(page));
  const sessions = await Promise.all(pages.map(openMetrics));
  await Promise.all(pages.map((page) => page.evaluate(() => (window.firedTimersMs = []))));
  const threadsBefore = await threadSeconds(sessions);
  const processPercent = (await busyPercent(browser)) / pages.length;
  const threadPercents = (await threadSeconds(sessions)).map((after, index) => percent(after - (threadsBefore[index] ?? 0)));
  const fired = await Promise.all(pages.map((page) => page.evaluate(() => window.firedTimersMs ?? [])));
  await Promise.all(people.map(({ context }) => context.close()));

  const control = await openControlPage(browser, server.origin);
  await control.evaluate(connectInPairs, pages.length - 1);
  await pass(settleMs);
  // Each pair has both its ends here.
  const barePercent = (await busyPercent(browser)) / 2;
  await control.context().close();

  const seconds = windowMs / 1_000;
  const quick = Math.max(...fired.map((delays) => delays.filter((delayMs) => delayMs < 1_000).length));
  report({
    measure: `idle room of ${pages.length}, hidden: a core's time for one device, all threads; control: ${pages.length - 1} bare connections, each with one channel and four media sections, all silent (over ${seconds} s)`,
    value: `${processPercent.toFixed(2)} %`,
    control: `${barePercent.toFixed(2)} %`,
    ratio: processPercent / barePercent,
  });
  const threadPercent = median(threadPercents);
  report({ measure: "of this, the page's own thread (median)", value: `${threadPercent.toFixed(2)} %`, goal: `≤ ${cpuGoal} %`, met: threadPercent <= cpuGoal });
  report({ measure: 'JavaScript heap of one device after collection (median)', value: `${(median(heaps) / 1024 / 1024).toFixed(1)} MiB` });
  report({
    measure: `timers that fire, a second (median); those set to less than 1 s in ${seconds} s (most)`,
    value: `${(median(fired.map(({ length }) => length)) / seconds).toFixed(2)}; ${quick}`,
    goal: 'none below 1 s',
    met: quick === 0,
  });
});

/** Of one core, over the window: all pages' processes with all their threads, since WebRTC has its own. */
async function busyPercent(browser: Browser): Promise<number> {
  const before = await rendererSeconds(browser);
  await pass(windowMs);
  return percent((await rendererSeconds(browser)) - before);
}

function percent(seconds: number): number {
  return (seconds / (windowMs / 1_000)) * 100;
}

/** For `prepare`: from then on `firedTimersMs` tells of timers. */
async function countTimers(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    for (const kind of ['setTimeout', 'setInterval'] as const) {
      window[kind] = new Proxy(window[kind], {
        apply(target, self, [action, delayMs, ...rest]: [unknown, number | undefined, ...unknown[]]) {
          if (typeof action !== 'function') throw new TypeError('timers of text are not counted');
          const counted = (...parameters: unknown[]) => {
            window.firedTimersMs?.push(delayMs ?? 0);
            return Reflect.apply(action, self, parameters) as unknown;
          };
          return Reflect.apply(target, self, [counted, delayMs, ...rest]) as ReturnType<typeof target>;
        },
      }) as typeof setTimeout & typeof setInterval;
    }
  });
}

/** Runs in the page. Headless browsers show every page. */
function hide(): void {
  Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
  Object.defineProperty(document, 'hidden', { value: true });
  document.dispatchEvent(new Event('visibilitychange'));
}

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

async function openMetrics(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return session;
}

/** A core's time of each page's main thread. TaskDuration would count what others took from it meanwhile. */
function threadSeconds(sessions: readonly CDPSession[]): Promise<readonly number[]> {
  return Promise.all(
    sessions.map(async (session) => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN;
    }),
  );
}

async function rendererSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Runs in the page; resolves when all channels are open. */
async function connectInPairs(count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
      one.addEventListener('icecandidate', ({ candidate }) => void other.addIceCandidate(candidate ?? undefined));
      other.addEventListener('icecandidate', ({ candidate }) => void one.addIceCandidate(candidate ?? undefined));
      const channel = one.createDataChannel('silent');
      for (const kind of ['audio', 'video', 'video', 'audio']) one.addTransceiver(kind);
      const open = new Promise((resolve) => channel.addEventListener('open', resolve, { once: true }));
      await one.setLocalDescription();
      if (one.localDescription) await other.setRemoteDescription(one.localDescription);
      await other.setLocalDescription();
      if (other.localDescription) await one.setRemoteDescription(other.localDescription);
      await open;
    }),
  );
}
