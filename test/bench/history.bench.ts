/** The log on disk at a hundred thousand messages and at a million: writing, opening, paging, searching, and what it weighs. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { test } from '@playwright/test';
import { build, type Rolldown } from 'vite';
import { openControlPage } from './control-page';
import { describeMs, report } from './measure';

const entry = fileURLToPath(new URL('./history-page.ts', import.meta.url));
const origin = 'http://localhost';

/** Events in one change, rows in one transaction. */
const batch = 25_000;
/** About what one frame of the sync carries. */
const smallBatch = 220;
const repeats = 7;
const pages = 200;

test('a log of 100,000 messages', async ({ browser }) => {
  test.setTimeout(600_000);
  const page = await openBench(browser);
  try {
    const count = 100_000;
    const before = await page.evaluate(() => window.historyBench.usedBytes());
    const logMs = await page.evaluate(([count, batch]) => window.historyBench.writeLog('hundred', count, batch), [count, batch] as const);
    report({ measure: 'until the texts of 100,000 are folded for the search, in idle time', value: `${(await page.evaluate(() => window.historyBench.foldTexts())).toFixed(0)} ms` });
    const bytes = (await page.evaluate(() => window.historyBench.usedBytes())) - before;
    const rowsMs = await page.evaluate(([count, batch]) => window.historyBench.writeRows(count, batch), [count, batch] as const);
    report({ measure: `write 100,000 messages, ${batch} a change`, value: `${logMs.toFixed(0)} ms`, control: `a row each ${rowsMs.toFixed(0)} ms`, ratio: rowsMs / logMs, goal: '≥ 25', met: rowsMs / logMs >= 25 });
    const smallMs = await page.evaluate(([count, batch]) => window.historyBench.writeLog('small', count, batch), [count, smallBatch] as const);
    report({ measure: `write 100,000 messages, ${smallBatch} a change`, value: `${smallMs.toFixed(0)} ms`, control: `a row each ${rowsMs.toFixed(0)} ms`, ratio: rowsMs / smallMs });
    report({ measure: 'bytes stored a message (average text 140 characters)', value: (bytes / count).toFixed(0) });
    await reportReading(page, 'hundred', '100,000');
    for (const [text, enough] of [['rare', Infinity], ['common', 50], ['none', Infinity]] as const) {
      const samples: number[] = [];
      let found = 0;
      for (let repeat = 0; repeat < repeats; repeat++) {
        await reload(page);
        const outcome = await page.evaluate(([text, enough]) => window.historyBench.search('hundred', text, enough), [text, enough] as const);
        samples.push(outcome.ms);
        found = outcome.found;
      }
      report({ measure: `search 100,000, ${text === 'none' ? 'no hit' : `${text} word, ${found} found`}`, value: describeMs(samples), goal: '≤ 100 ms', met: middle(samples) <= 100 });
    }
  } finally {
    await page.context().close();
  }
});

test('a log of 1,000,000 messages', async ({ browser }) => {
  test.setTimeout(1_200_000);
  const page = await openBench(browser);
  try {
    const logMs = await page.evaluate((batch) => window.historyBench.writeLog('million', 1_000_000, batch), batch);
    report({ measure: `write 1,000,000 messages, ${batch} a change`, value: `${logMs.toFixed(0)} ms` });
    await reportReading(page, 'million', '1,000,000');
  } finally {
    await page.context().close();
  }
});

async function reportReading(page: Page, room: string, size: string): Promise<void> {
  const opened: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    await reload(page);
    opened.push((await page.evaluate((room) => window.historyBench.open(room), room)).ms);
  }
  report({ measure: `open a room of ${size} to its first 40 messages`, value: describeMs(opened), goal: '≤ 150 ms', met: middle(opened) <= 150 });
  await reload(page);
  const read = await page.evaluate(([room, pages]) => window.historyBench.readPages(room, pages), [room, pages] as const);
  const p95 = [...read].sort((a, b) => a - b)[Math.floor(read.length * 0.95)] ?? Number.NaN;
  report({ measure: `40 messages at a random place of ${size}, p95 of ${pages}`, value: `${p95.toFixed(1)} ms`, goal: '≤ 30 ms', met: p95 <= 30 });
}

function middle(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[samples.length >> 1] ?? Number.NaN;
}

/** With the app's store in it, built as the app is. */
async function openBench(browser: Browser): Promise<Page> {
  const [built] = (await build({ configFile: false, logLevel: 'error', build: { write: false, lib: { entry, formats: ['iife'], name: 'history' } } })) as Rolldown.RolldownOutput[];
  const page = await openControlPage(browser, origin);
  await page.context().addInitScript({ content: built?.output[0].code ?? '' });
  await reload(page);
  return page;
}

/** Nothing that was read before is in the page's memory. */
async function reload(page: Page): Promise<void> {
  await page.reload();
}
