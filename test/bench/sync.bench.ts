/** How long it takes to get a conversation from somebody who has it, beside its bytes alone. */
import type { BrowserContext, Page } from '@playwright/test';
import { test } from '../support/story';
import { openBareChannel, sendRaw } from './bare-channel';
import { openControlPage } from './control-page';
import { enterLongRoom, openLongRoom } from './long-room';
import { median, report } from './measure';
import { exposeConversation } from '../support/shown-conversation';

declare global {
  interface Window {
    /** What crossed the page's sync channels since the page was loaded; put there by `recordSync`. */
    syncRecord?: SyncRecord;
    /** Of tasks of 50 ms and more, in milliseconds. */
    longTasksMs?: number[];
  }
}

interface SyncRecord {
  /** Frames of text that were sent, by kind. */
  sentByKind: Record<string, number>;
  receivedBytes: number;
  /** Milliseconds since 1970: of the first frame, and of the last `got`. */
  firstAtMs: number;
  lastGotAtMs: number;
  /** Events that the page has said it holds, of all feeds. */
  heldEvents: number;
}

const counts = [10_000, 100_000];
const runs = 3;
const ratioGoal = 1.5;
const roundsGoal = 4;

for (const count of counts) {
  test(`${count} missing messages, beside their bytes`, async ({ visit, browser, server }) => {
    test.setTimeout(900_000);
    const alice = await openLongRoom(visit, 'Alice', count, { prepare: recordSync });
    const [from, to] = [await openControlPage(browser, server.origin), await openControlPage(browser, server.origin)];
    await openBareChannel(from, to);
    const ours: number[] = [];
    const control: number[] = [];
    const rounds: number[] = [];
    const blocks: number[] = [];
    let bytes = 0;
    for (let run = 0; run < runs; run += 1) {
      await alice.page.evaluate(() => (window.longTasksMs = []));
      const bob = await enterLongRoom(visit, `Bob ${run}`, { prepare: recordSync });
      const record = await syncedRecord(bob.page, count);
      ours.push(record.lastGotAtMs - record.firstAtMs);
      rounds.push(roundsOf(record));
      blocks.push(Math.max(...(await Promise.all([alice.page, bob.page].map(longestTaskMs)))));
      bytes = record.receivedBytes;
      // What is left of the work, such as sealing blocks, is not the control's.
      await bob.context.close();
      control.push(await sendRaw(from, to, bytes));
    }
    await Promise.all([from, to].map((page) => page.context().close()));
    const ratio = median(ours) / median(control);
    report({
      measure: `sync of ${count} missing messages, ${(bytes / 1024 / 1024).toFixed(1)} MiB, until all are on the disk; control: the same bytes raw over one bare channel (median of ${runs})`,
      value: describeSeconds(ours),
      control: describeSeconds(control),
      ratio,
      goal: `≤ ${ratioGoal}`,
      met: ratio <= ratioGoal,
    });
    report({ measure: `rounds of it: digest, vector and wishes that were waited for`, value: String(Math.max(...rounds)), goal: `≤ ${roundsGoal}`, met: Math.max(...rounds) <= roundsGoal });
    report({ measure: `longest task of either page meanwhile, of ${count}`, value: `${median(blocks).toFixed(0)} ms` });
    report({ measure: `import of a backup of ${count} messages`, value: `${(alice.importMs / 1_000).toFixed(1)} s` });
  });
}

function describeSeconds(samples: readonly number[]): string {
  return `${(median(samples) / 1_000).toFixed(2)} s (${(Math.min(...samples) / 1_000).toFixed(2)} to ${(Math.max(...samples) / 1_000).toFixed(2)})`;
}

/** What the newcomer has asked, and waited for the answer of. */
function roundsOf({ sentByKind }: SyncRecord): number {
  // Digests are said again and again; only the first is waited for.
  return Math.min(1, sentByKind['digest'] ?? 0) + (sentByKind['vector'] ?? 0) + (sentByKind['want'] ?? 0);
}

async function syncedRecord(page: Page, count: number): Promise<SyncRecord> {
  await page.waitForFunction((wanted) => (window.syncRecord?.heldEvents ?? 0) >= wanted, count, { timeout: 300_000, polling: 100 });
  return page.evaluate(() => {
    if (!window.syncRecord) throw new Error('recordSync did not prepare this page');
    return window.syncRecord;
  });
}

function longestTaskMs(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, ...(window.longTasksMs ?? [])));
}

async function recordSync(context: BrowserContext): Promise<void> {
  await exposeConversation(context);
  await context.addInitScript(() => {
    const record: SyncRecord = { sentByKind: {}, receivedBytes: 0, firstAtMs: 0, lastGotAtMs: 0, heldEvents: 0 };
    const heldByFeed = new Map<string, number>();
    window.syncRecord = record;
    const nowMs = (): number => performance.timeOrigin + performance.now();
    const note = (text: string): void => {
      const frame = JSON.parse(text) as { readonly kind: string; readonly heads?: readonly (readonly [string, number])[] };
      record.firstAtMs ||= nowMs();
      record.sentByKind[frame.kind] = (record.sentByKind[frame.kind] ?? 0) + 1;
      if (frame.kind !== 'got') return;
      for (const [feed, sequence] of frame.heads ?? []) heldByFeed.set(feed, sequence);
      record.heldEvents = [...heldByFeed.values()].reduce((sum, sequence) => sum + sequence, 0);
      record.lastGotAtMs = nowMs();
    };
    // A Proxy, not a subclass: static members, instanceof and the class's name stay as they are.
    const { createDataChannel } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.createDataChannel = function (label, options) {
      const channel = createDataChannel.call(this, label, options);
      if (label !== 'sync') return channel;
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => (record.receivedBytes += data instanceof ArrayBuffer ? data.byteLength : 0));
      const send = channel.send.bind(channel) as (data: unknown) => void;
      channel.send = (data: unknown) => {
        if (typeof data === 'string') note(data);
        send(data);
      };
      return channel;
    };
    const tasks: number[] = [];
    window.longTasksMs = tasks;
    new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) window.longTasksMs?.push(duration);
    }).observe({ type: 'longtask', buffered: true });
  });
}
