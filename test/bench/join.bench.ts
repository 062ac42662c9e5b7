/** From an opened link to a chat that can be used, and what the server has to carry for it. */
import type { Page } from '@playwright/test';
import { expectConnected, meet, openHome, type Visit } from '../support/meeting';
import type { TestServer } from '../support/server';
import { expect, test } from '../support/story';
import { answerBarePairs, joinBarePair, newBareRoom } from './bare-pair';
import { openControlPage } from './control-page';
import { acceptAtOnce, clickedAtMs, markedAtMs, recordClicks } from './marks';
import { describeMs, median, report } from './measure';

const runs = 12;
const messagesGoal = 16;

interface Join {
  /** From `mindmeet:link-opened` to `mindmeet:chat-ready`. */
  readonly elapsedMs: number;
  readonly readyAtMs: number;
  /** Messages that came to the server and left it; the OPEN of the guest's socket is one. */
  readonly messages: number;
}

test('a join, beside a bare connection', async ({ visit, browser, server }) => {
  const { person: host } = await openHome(visit, 'Alice', { prepare: (context) => Promise.all([acceptAtOnce(context), recordClicks(context)]) });
  const kept = await meet(visit);
  const bareRoom = newBareRoom();
  const bareHost = await openControlPage(browser, server.origin);
  await answerBarePairs(bareHost, bareRoom);

  const first: Join[] = [];
  const acceptedMs: number[] = [];
  const returning: Join[] = [];
  const bareMs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { join, sinceAcceptMs } = await joinFirst(visit, server, host.page);
    first.push(join);
    acceptedMs.push(sinceAcceptMs);
    const guest = await openControlPage(browser, server.origin);
    bareMs.push(await joinBarePair(guest, bareRoom));
    await guest.context().close();
    returning.push(await comeBack(kept.bob, kept.link, server));
    await expectConnected(kept.alice);
  }
  await bareHost.context().close();

  const compare = (measure: string, samplesMs: readonly number[]) =>
    report({ measure, value: describeMs(samplesMs), control: describeMs(bareMs), ratio: median(samplesMs) / median(bareMs) });
  const count = (who: string, joins: readonly Join[]) => {
    const messages = Math.max(...joins.map((join) => join.messages));
    report({ measure: `server messages of a join, in and out, ${who} (most of ${runs})`, value: String(messages), goal: `≤ ${messagesGoal}`, met: messages <= messagesGoal });
  };
  const control = `; control: bare RTCPeerConnection pair with one channel (median of ${runs})`;
  compare(`link opened to chat-ready, returning guest${control}`, returning.map(({ elapsedMs }) => elapsedMs));
  compare(`link opened to chat-ready, first-time guest, Accept pressed at once${control}`, first.map(({ elapsedMs }) => elapsedMs));
  compare(`of this, from Accept on${control}`, acceptedMs);
  count('first-time guest', first);
  count('returning guest', returning);
});

/** Somebody new opens the link while the host is on the home page; afterwards both leave, and the host has a new link. */
async function joinFirst(visit: Visit, server: TestServer, host: Page): Promise<{ readonly join: Join; readonly sinceAcceptMs: number }> {
  const link = host.getByRole('textbox', { name: 'Room link' });
  const address = await link.inputValue();
  const { page, context } = await visit('Bob', { address: 'about:blank' });
  const join = await measureJoin(page, address, server);
  const sinceAcceptMs = join.readyAtMs - (await clickedAtMs(host));
  await expectConnected(host);
  await page.getByRole('button', { name: 'Leave room' }).click();
  await expect(host.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  await host.getByRole('button', { name: 'Leave room' }).click();
  await expect(link).not.toHaveValue(address);
  await expect(host.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  await context.close();
  return { join, sinceAcceptMs };
}

/** A guest of before opens the link again, with all of the page to load. */
async function comeBack(guest: Page, address: string, server: TestServer): Promise<Join> {
  await guest.goto('about:blank');
  return measureJoin(guest, address, server);
}

async function measureJoin(guest: Page, address: string, server: TestServer): Promise<Join> {
  const before = messagesOf(server);
  await guest.goto(address);
  const readyAtMs = await markedAtMs(guest, 'mindmeet:chat-ready');
  return { elapsedMs: readyAtMs - (await markedAtMs(guest, 'mindmeet:link-opened')), readyAtMs, messages: messagesOf(server) - before };
}

function messagesOf({ counters }: TestServer): number {
  return counters.messagesIn + counters.messagesOut;
}
