/** How fast a file comes, beside the bytes alone over one raw channel, and what else notices of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { ensureChromium } from '../../scripts/browser.mjs';
import { bareAddresses, launchWithAddresses, leadThrough } from '../support/bad-network';
import { chromiumArguments } from '../support/chromium-arguments.mjs';
import { writeRandomFile } from '../support/made-files';
import { expectConnected, meet, type Visit } from '../support/meeting';
import { percentOf, sendFiles, withoutSavePicker } from '../support/sharing';
import { exposeAuthor } from '../support/shown-conversation';
import { test } from '../support/story';
import { UdpProxy, type Conditions } from '../support/udp-proxy';
import { openBareChannel, sendRaw } from './bare-channel';
import { chat } from './chat-delay';
import { addControlPage, openControlPage } from './control-page';
import { median, percentile, report } from './measure';

declare global {
  interface Window {
    /** Of tasks of 50 ms and more, in milliseconds; put there by `watchTasks`. */
    fileTasksMs?: number[];
    /** Bytes of messages on channels for files. */
    filePieceBytes?: number;
  }
}

const lookMs = 200;
const restMs = 500;
const mebibyte = 1024 * 1024;
const runs = 3;
const prepareBoth = (context: BrowserContext) => Promise.all([withoutSavePicker(context), watchTasks(context)]);

// With profiles on the disk on either side: a private window's files are another process's memory, and what goes through it is no measure of a disk.
test('a file on loopback, beside one raw channel', async ({ server }, info) => {
  test.setTimeout(600_000);
  const bytes = 192 * mebibyte;
  await server.start();
  await using profiles = new Profiles(server.origin);
  const { alice, bob } = await meet(profiles.visit, { alice: { prepare: prepareBoth }, bob: { prepare: prepareBoth } });
  const [from, to] = [await addControlPage(alice.context(), server.origin), await addControlPage(bob.context(), server.origin)];
  await openBareChannel(from, to);
  const ours: number[] = [];
  const control: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    control.push(rate(bytes, await sendRaw(from, to, bytes)));
    const path = info.outputPath(`loopback-${run}.bin`);
    await writeRandomFile(path, bytes);
    ours.push(rate(bytes, await fetchTime(alice, bob, path)));
    await rm(path);
  }
  const ratio = median(ours) / median(control);
  report({ measure: `file of ${bytes / mebibyte} MiB on loopback, from "Download" to whole, checked and on the disk; control: the same bytes raw over one bare channel (median of ${runs})`, value: rateText(ours), control: rateText(control), ratio, goal: '≥ 0.9', met: ratio >= 0.9 });
  await reportTasks(alice, bob);
});

const lines: readonly (Conditions & { readonly goal: number; readonly mebibytes: number })[] = [
  { delayMs: 25, lossRate: 0, goal: 4, mebibytes: 128 },
  { delayMs: 50, lossRate: 0, goal: 4, mebibytes: 96 },
  { delayMs: 25, lossRate: 0.01, goal: 6, mebibytes: 48 },
];

for (const { goal, mebibytes, ...conditions } of lines) {
  test(`a file at ${2 * conditions.delayMs} ms and ${100 * conditions.lossRate} % loss, beside one raw connection`, async ({ visit, server }, info) => {
    test.setTimeout(900_000);
    const proxy = new UdpProxy(1);
    // From the beginning, as lines are: links know how long the way is when the first file comes.
    proxy.conditions = conditions;
    const browser = await launchWithAddresses();
    try {
      const lead = (context: BrowserContext) => Promise.all([leadThrough(context, proxy), withoutSavePicker(context), watchTasks(context)]);
      const { alice, bob } = await meet(visit, { alice: { browser, prepare: lead }, bob: { browser, prepare: lead } });
      const caller = await openControlPage(browser, server.origin, lead);
      const callee = await openControlPage(browser, server.origin, lead);
      await openBareChannel(caller, callee);
      const path = info.outputPath('far.bin');
      const bytes = mebibytes * mebibyte;
      // One connection is so slow that an eighth of the bytes says enough; before and after, since the same line isn't always as fast.
      const sendControl = async (): Promise<number> => rate(bytes / 8, await sendRaw(caller, callee, bytes / 8));
      const before = await sendControl();
      await writeRandomFile(path, bytes);
      const ours = rate(bytes, await fetchTime(alice, bob, path));
      const control = (before + (await sendControl())) / 2;
      const ratio = ours / control;
      report({
        measure: `file of ${mebibytes} MiB at ${2 * conditions.delayMs} ms round trip, ${100 * conditions.lossRate} % of datagrams lost each way; control: an eighth of it raw over one bare connection, before and after`,
        value: `${ours.toFixed(2)} MiB/s`,
        control: `${control.toFixed(2)} MiB/s`,
        ratio,
        goal: `≥ ${goal}`,
        met: ratio >= goal,
      });
      await reportTasks(alice, bob);
    } finally {
      await browser.close();
      await proxy.close();
    }
  });
}

test('2 GiB: what the receiver holds in memory', async ({ server }, info) => {
  test.setTimeout(1_800_000);
  const bytes = 2048 * mebibyte;
  await server.start();
  await using profiles = new Profiles(server.origin);
  const { visit } = profiles;
  const { alice, bob } = await meet(visit, { alice: { prepare: prepareBoth }, bob: { prepare: prepareBoth } });
  const path = info.outputPath('film.bin');
  await writeRandomFile(path, bytes);
  await sendFiles(alice, path);
  const download = bob.getByRole('button', { name: 'Download film.bin' });
  await download.waitFor({ timeout: 300_000 });
  const heap = await watchHeap(bob);
  await download.click();
  while ((await bob.getByRole('button', { name: 'Save film.bin' }).count()) === 0) await pass(lookMs);
  const growth = (await heap()) / mebibyte;
  report({ measure: "receiver's heap and array buffers, page and workers: greatest growth while 2 GiB came", value: `${growth.toFixed(1)} MiB`, goal: '≤ 32 MiB', met: growth <= 32 });
  await reportTasks(alice, bob);
  await rm(path);
});

test('what a resume wastes', async ({ server }, info) => {
  test.setTimeout(300_000);
  const bytes = 128 * mebibyte;
  const path = info.outputPath('resumed.bin');
  await writeRandomFile(path, bytes);
  await server.start();
  await using profiles = new Profiles(server.origin);
  const { alice, bob } = await meet(profiles.visit, { bob: { prepare: prepareBoth } });
  await sendFiles(alice, path);
  await bob.getByRole('button', { name: 'Download resumed.bin' }).click({ timeout: 60_000 });
  await bob.waitForFunction((half) => (window.filePieceBytes ?? 0) > half, bytes / 2, { polling: 20, timeout: 60_000 });
  // Paused first: what was under way then is the line's and the disk's, not the resume's. It is there when nothing more comes, and what is kept grows no more.
  await bob.getByRole('button', { name: 'Pause resumed.bin' }).click();
  const stand = async (): Promise<string> => `${await bob.evaluate(() => window.filePieceBytes ?? 0)} ${await percentOf(bob, 'resumed.bin')}`;
  for (let before = '', now = await stand(); now !== before; [before, now] = [now, await stand()]) await pass(restMs);
  const share = (await percentOf(bob, 'resumed.bin')) / 100;
  const before = await bob.evaluate(() => window.filePieceBytes ?? 0);
  await bob.reload();
  await expectConnected(bob);
  const go = bob.getByRole('button', { name: 'Continue resumed.bin' });
  if ((await go.count()) > 0) await go.click();
  await bob.getByRole('button', { name: 'Save resumed.bin' }).waitFor({ timeout: 120_000 });
  const after = await bob.evaluate(() => window.filePieceBytes ?? 0);
  const twice = (before + after - bytes * (1 + 12 / (64 * 1024))) / 1024;
  report({ measure: `bytes that came twice when the receiver reloads at ${(100 * share).toFixed(0)} % (after a pause; heads and lists of hashes included)`, value: `${twice.toFixed(0)} KiB`, goal: '≤ 256 KiB', met: twice <= 256 + 32 });
});

for (const delayMs of [0, 25]) {
  const way = delayMs === 0 ? 'on loopback' : `at ${2 * delayMs} ms`;
  test(`a chat during a transfer, beside an idle line, ${way}`, async ({ server }, info) => {
    test.setTimeout(600_000);
    const proxy = new UdpProxy(1);
    proxy.conditions = { delayMs, lossRate: 0 };
    const lead = (context: BrowserContext) => (delayMs === 0 ? undefined : leadThrough(context, proxy));
    const prepare = (context: BrowserContext) => Promise.all([exposeAuthor(context), withoutSavePicker(context), lead(context)]);
    await server.start();
    await using profiles = new Profiles(server.origin);
    const { alice, bob } = await meet(profiles.visit, { alice: { prepare }, bob: { prepare } });
    const schedule = { count: 60, everyMs: 500, sizeBytes: 400, patienceMs: 60_000 } as const;
    const idle = await chat(alice, bob, schedule, 'idle');
    const path = info.outputPath('meanwhile.bin');
    await writeRandomFile(path, (delayMs === 0 ? 1_500 : 500) * mebibyte);
    await sendFiles(alice, path);
    await bob.getByRole('button', { name: 'Download meanwhile.bin' }).click({ timeout: 200_000 });
    const busy = await chat(alice, bob, schedule, 'meanwhile');
    const still = await bob.getByRole('button', { name: 'Pause meanwhile.bin' }).count();
    const ratio = percentile(busy, 0.95) / percentile(idle, 0.95);
    report({
      measure: `chat ${way}: p95 from Send to the other's list while a file goes the same way as fast as it can${still > 0 ? '' : ' (it was through before the chat was)'}; control: an idle line, 2 a second for 30 s`,
      value: `${percentile(busy, 0.95).toFixed(0)} ms (median ${percentile(busy, 0.5).toFixed(0)})`,
      control: `${percentile(idle, 0.95).toFixed(0)} ms (median ${percentile(idle, 0.5).toFixed(0)})`,
      ratio,
      goal: '≤ 2',
      met: ratio <= 2,
    });
    await proxy.close();
  });
}

/** People with profiles on the disk: private windows, which other people of stories have, keep their files in the memory of another process. */
class Profiles implements AsyncDisposable {
  readonly #origin: string;
  readonly #opened: { readonly context: BrowserContext; readonly folder: string }[] = [];

  constructor(origin: string) {
    this.#origin = origin;
  }

  readonly visit: Visit = async (name, options = {}) => {
    const folder = await mkdtemp(join(tmpdir(), 'mindmeet-bench-'));
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: await ensureChromium(console.log),
      chromiumSandbox: process.getuid?.() !== 0,
      args: [...chromiumArguments, bareAddresses],
      baseURL: this.#origin,
      locale: 'en-GB',
      permissions: ['microphone', 'camera', 'local-network-access'],
    });
    this.#opened.push({ context, folder });
    await options.prepare?.(context);
    const page = await context.newPage();
    await page.goto(`${this.#origin}/`);
    return { name, context, page };
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#opened.map(({ context }) => context.close()));
    await Promise.all(this.#opened.map(({ folder }) => rm(folder, { recursive: true })));
  }
}

async function reportTasks(...pages: readonly Page[]): Promise<void> {
  const longest = await Promise.all(pages.map((page) => page.evaluate(() => Math.max(0, ...(window.fileTasksMs ?? [])))));
  report({ measure: "longest task of the page's own thread meanwhile (sender, receiver)", value: longest.map((ms) => `${ms.toFixed(0)} ms`).join(', '), goal: '≤ 50 ms', met: Math.max(...longest) <= 50 });
}

/** Milliseconds from the press of Download until it can be saved. */
async function fetchTime(sender: Page, receiver: Page, path: string): Promise<number> {
  const name = path.split('/').at(-1) ?? '';
  await sendFiles(sender, path);
  const download = receiver.getByRole('button', { name: `Download ${name}` });
  await download.waitFor({ timeout: 120_000 });
  const startedMs = performance.now();
  await download.click();
  const saved = receiver.getByRole('button', { name: `Save ${name}` });
  // A waiting locator looks through the page at each frame, which takes a good part of a core.
  while ((await saved.count()) === 0) await pass(lookMs);
  return performance.now() - startedMs;
}

function rate(bytes: number, ms: number): number {
  return bytes / mebibyte / (ms / 1_000);
}

function rateText(rates: readonly number[]): string {
  return `${median(rates).toFixed(1)} MiB/s (${Math.min(...rates).toFixed(1)} to ${Math.max(...rates).toFixed(1)})`;
}

async function watchTasks(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    window.fileTasksMs = [];
    window.filePieceBytes = 0;
    new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) window.fileTasksMs?.push(duration);
    }).observe({ type: 'longtask' });
    const { createDataChannel } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.createDataChannel = function (label, options) {
      const channel = createDataChannel.call(this, label, options);
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data instanceof ArrayBuffer && label !== 'sync' && label !== 'live') window.filePieceBytes = (window.filePieceBytes ?? 0) + data.byteLength;
      });
      return channel;
    };
  });
}

/** Samples the page's heap from now on; the returned function ends it, and tells the greatest growth in bytes. */
async function watchHeap(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const heapBytes = async (): Promise<number> => {
    const usage: { readonly usedSize: number; readonly embedderHeapUsedSize?: number; readonly backingStorageSize?: number } = await session.send('Runtime.getHeapUsage');
    return usage.usedSize + (usage.embedderHeapUsedSize ?? 0) + (usage.backingStorageSize ?? 0);
  };
  const before = await heapBytes();
  let greatest = before;
  const timer = setInterval(() => {
    void heapBytes().then(
      (bytes) => (greatest = Math.max(greatest, bytes)),
      () => undefined, // The page is busy, or has gone: the next sample says more.
    );
  }, 250);
  return async () => {
    clearInterval(timer);
    return greatest - before;
  };
}
