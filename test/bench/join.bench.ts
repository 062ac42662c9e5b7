/** From an opened link to a chat that can be used, and what the server has to carry for it. */
import type { Page } from '@playwright/test';
import { expectConnected, meet, openHome, type Visit } from '../support/meeting';
import type { TestServer } from '../support/server';
import { expect, test } from '../support/story';
import { answerBarePairs, joinBarePair, newBareRoom } from './bare-pair';
import { openControlPage } from './control-page';
import { acceptAtOnce, markedAtMs } from './marks';
import { describeMs, median, report } from './measure';

const runs = 12;
const messagesGoal = 16;

interface Join {
  /** From `mindmeet:link-opened` to `mindmeet:chat-ready`. */
  readonly elapsedMs: number;
  /** Messages that came to the server and left it; the OPEN of the guest's socket is one. */
  readonly messages: number;
}

test('a join, beside a bare connection', async ({ visit, browser, server }) => {
  const { person: host } = await openHome(visit, 'Alice', { prepare: acceptAtOnce });
  const kept = await meet(visit);
  const bareRoom = newBareRoom();
  const bareHost = await openControlPage(browser, server.origin);
  await answerBarePairs(bareHost, bareRoom);

  const first: Join[] = [];
  const returning: Join[] = [];
  const bareMs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    first.push(await joinFirst(visit, server, host.page));
    const guest = await openControlPage(browser, server.origin);
    bareMs.push(await joinBarePair(guest, bareRoom));
    await guest.context().close();
    returning.push(await comeBack(kept.bob, kept.link, server));
    await expectConnected(kept.alice);
  }
  await bareHost.context().close();

  for (const [who, joins] of [
    ['first-time guest, Accept pressed at once', first],
    ['returning guest', returning],
  ] as const) {
    const elapsedMs = joins.map((join) => join.elapsedMs);
    report({
      measure: `link opened to chat-ready, ${who}; control: bare RTCPeerConnection pair, one channel (${runs} runs each, median)`,
      value: describeMs(elapsedMs),
      control: describeMs(bareMs),
      ratio: median(elapsedMs) / median(bareMs),
    });
    const messages = Math.max(...joins.map((join) => join.messages));
    report({ measure: `server messages of a join, ${who} (in and out, the most of ${runs})`, value: String(messages), goal: `≤ ${messagesGoal}`, met: messages <= messagesGoal });
  }
});

/** Somebody new opens the link while the host is on the home page; afterwards both leave, and the host has a new link. */
async function joinFirst(visit: Visit, server: TestServer, host: Page): Promise<Join> {
  const link = host.getByRole('textbox', { name: 'Room link' });
  const address = await link.inputValue();
  const { page, context } = await visit('Bob', { address: 'about:blank' });
  const join = await measureJoin(page, address, server);
  await expectConnected(host);
  await page.getByRole('button', { name: 'Leave room' }).click();
  await expect(host.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  await host.getByRole('button', { name: 'Leave room' }).click();
  await expect(link).not.toHaveValue(address);
  await expect(host.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  await context.close();
  return join;
}

/** A guest of before opens the link again, with all of the page to load. */
async function comeBack(guest: Page, address: string, server: TestServer): Promise<Join> {
  await guest.goto('about:blank');
  return measureJoin(guest, address, server);
}

async function measureJoin(guest: Page, address: string, server: TestServer): Promise<Join> {
  const before = messagesOf(server);
  await guest.goto(address);
  const [openedMs, readyMs] = [await markedAtMs(guest, 'mindmeet:link-opened'), await markedAtMs(guest, 'mindmeet:chat-ready')];
  return { elapsedMs: readyMs - openedMs, messages: messagesOf(server) - before };
}

function messagesOf({ counters }: TestServer): number {
  return counters.messagesIn + counters.messagesOut;
}
