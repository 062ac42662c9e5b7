/** What a room costs a device while nothing happens in it. */
import { setTimeout as pass } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { gather } from '../support/meeting';
import { test } from '../support/story';
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

test('an idle room of eight', async ({ visit, browser }) => {
  test.setTimeout(300_000);
  const { people } = await gather(visit, names, { prepare: countTimers });
  const pages = people.map(({ page }) => page);
  // As in a tab behind another: the app hears that it is hidden, and ends what is for eyes only.
  for (const page of pages) await page.evaluate(hide);
  await pass(settleMs);

  const heaps: number[] = [];
  for (const page of pages) heaps.push(await heapBytes(page));
  await Promise.all(pages.map((page) => page.evaluate(() => (window.firedTimersMs = []))));
  const [tasksBefore, processesBefore] = [await taskSeconds(pages), await rendererSeconds(browser)];
  await pass(windowMs);
  const [tasksAfter, processesAfter] = [await taskSeconds(pages), await rendererSeconds(browser)];
  const fired = await Promise.all(pages.map((page) => page.evaluate(() => window.firedTimersMs ?? [])));

  const percent = (seconds: number) => (seconds / (windowMs / 1_000)) * 100;
  const processPercent = percent(processesAfter - processesBefore) / pages.length;
  const taskPercents = tasksAfter.map((after, index) => percent(after - (tasksBefore[index] ?? 0)));
  const quick = Math.max(...fired.map((delays) => delays.filter((delayMs) => delayMs < 1_000).length));
  report({ measure: `idle room of ${pages.length}, hidden: a core's time for one device, all threads (mean over ${windowMs / 1_000} s)`, value: `${processPercent.toFixed(2)} %`, goal: `≤ ${cpuGoal} %`, met: processPercent <= cpuGoal });
  report({ measure: 'of this, the page itself (median)', value: `${median(taskPercents).toFixed(2)} %` });
  report({ measure: 'JavaScript heap of one device after collection (median)', value: `${(median(heaps) / 1024 / 1024).toFixed(1)} MiB` });
  report({ measure: `timers that fire, a second (median); most of those set to less than 1 s in ${windowMs / 1_000} s`, value: `${(median(fired.map(({ length }) => length)) / (windowMs / 1_000)).toFixed(2)}; ${quick}`, goal: 'none below 1 s', met: quick === 0 });
});

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

/** Of each page's main thread, since it was loaded. */
function taskSeconds(pages: readonly Page[]): Promise<readonly number[]> {
  return Promise.all(
    pages.map(async (page) => {
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable');
      const { metrics } = await session.send('Performance.getMetrics');
      await session.detach();
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
    }),
  );
}

/** Of all pages' processes with all their threads: WebRTC has its own. */
async function rendererSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
