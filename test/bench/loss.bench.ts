/** How late a message is on a line that loses datagrams. */
import type { BrowserContext, Page } from '@playwright/test';
import { launchWithAddresses, leadThrough } from '../support/bad-network';
import { meet } from '../support/meeting';
import { test } from '../support/story';
import { UdpProxy } from '../support/udp-proxy';
import { openBareChannel, sendNumbers } from './bare-channel';
import { openControlPage } from './control-page';
import { percentile, report } from './measure';
import { exposeAuthor } from '../support/shown-conversation';

declare global {
  interface Window {
    /** When each numbered message stood in the timeline, in milliseconds since 1970; see `listenForMessages`. */
    messageArrivals?: Map<number, number>;
  }
}

const losses = [0, 0.1, 0.3];
const ratioGoal = 1 / 20;
const seed = 1;
const delayMs = 20;
/** Two a second is the most that one author may say for long. Twenty is what ten at once may: here one says it, whose clock is moved on, through the app and its disk. */
const schedules = [
  { count: 120, everyMs: 500, sizeBytes: 400, patienceMs: 60_000 },
  { count: 400, everyMs: 50, sizeBytes: 400, patienceMs: 60_000 },
] as const;
type Schedule = (typeof schedules)[number];

test('a chat on a bad line, beside an ordered channel', async ({ visit, server }) => {
  test.setTimeout(900_000);
  const proxy = new UdpProxy(seed);
  const browser = await launchWithAddresses();
  try {
    const lead = (context: BrowserContext) => Promise.all([leadThrough(context, proxy), exposeAuthor(context)]);
    const { alice, bob } = await meet(visit, { alice: { browser, prepare: lead }, bob: { browser, prepare: lead } });
    const caller = await openControlPage(browser, server.origin, lead);
    const callee = await openControlPage(browser, server.origin, lead);
    await openBareChannel(caller, callee);
    for (const [lossRate, schedule] of losses.flatMap((loss) => schedules.map((each) => [loss, each] as const))) {
      proxy.conditions = { lossRate, delayMs };
      const aSecond = 1_000 / schedule.everyMs;
      const ours = await chat(alice, bob, schedule, `${Math.round(lossRate * 100)} %, ${aSecond} a second`);
      const control = await sendNumbers(caller, callee, schedule);
      const ratio = percentile(ours, 0.95) / percentile(control, 0.95);
      report({
        measure: `chat: p95 from Send to the other's list, ${aSecond} messages a second for ${(schedule.count * schedule.everyMs) / 1_000} s, ${Math.round(lossRate * 100)} % lost and ${delayMs} ms late each way, through the app with its disk, one author whose clock is moved on; control: an ordered reliable channel, ${schedule.sizeBytes} bytes each`,
        value: describe(ours, schedule),
        control: describe(control, schedule),
        ratio,
        ...(lossRate === 0.3 && { goal: `≤ ${ratioGoal}`, met: ratio <= ratioGoal }),
      });
    }
  } finally {
    await browser.close();
    await proxy.close();
  }
});

/** The delay of each message in milliseconds; `patienceMs` for one that never came. */
async function chat(from: Page, to: Page, schedule: Schedule, weather: string): Promise<readonly number[]> {
  const talk = { ...schedule, prefix: `At ${weather}: ` };
  await to.evaluate(listenForMessages, talk);
  const sentAtMs = await from.evaluate(sendMessages, talk);
  const arrivals = new Map(await to.evaluate(arrivedMessages, schedule));
  return sentAtMs.map((atMs, number) => Math.min(schedule.patienceMs, (arrivals.get(number) ?? Infinity) - atMs));
}

function describe(delaysMs: readonly number[], { patienceMs }: Schedule): string {
  const late = delaysMs.filter((delay) => delay >= patienceMs).length;
  return `${percentile(delaysMs, 0.95).toFixed(0)} ms (median ${percentile(delaysMs, 0.5).toFixed(0)}, worst ${percentile(delaysMs, 1).toFixed(0)}${late === 0 ? '' : `, ${late} not within ${patienceMs / 1_000} s`})`;
}

/** Runs in the page. */
function listenForMessages({ prefix }: { readonly prefix: string }): void {
  const arrivals = new Map<number, number>();
  window.messageArrivals = arrivals;
  window.shownConversation?.().timeline.subscribe(({ messages }) => {
    const atMs = performance.timeOrigin + performance.now();
    for (const { body } of messages) {
      if (!body.startsWith(prefix)) continue;
      const number = Number.parseInt(body.slice(prefix.length), 10);
      if (!arrivals.has(number)) arrivals.set(number, atMs);
    }
  });
}

/** Runs in the page; returns when each was sent. */
async function sendMessages({ prefix, count, everyMs }: { readonly prefix: string; readonly count: number; readonly everyMs: number }): Promise<readonly number[]> {
  const conversation = window.shownConversation?.();
  if (!conversation) throw new Error('the conversation is not exposed');
  const sentAtMs: number[] = [];
  const startedMs = performance.now();
  for (let number = 0; number < count; number++) {
    await new Promise((resolve) => setTimeout(resolve, startedMs + number * everyMs - performance.now()));
    sentAtMs.push(performance.timeOrigin + performance.now());
    // Twenty in ten seconds are an author's limit, by the author's clock.
    window.moveClockMs?.(1_000);
    const { kind } = conversation.send(`${prefix}${number}, which is a sentence as long as those that people write to each other in a chat.`);
    if (kind !== 'sent') throw new Error(`number ${number} was refused: ${kind}`);
  }
  return sentAtMs;
}

/** Runs in the page. */
async function arrivedMessages({ count, patienceMs }: { readonly count: number; readonly patienceMs: number }): Promise<readonly (readonly [number, number])[]> {
  const arrivals = window.messageArrivals ?? new Map<number, number>();
  const untilMs = performance.now() + patienceMs;
  while (arrivals.size < count && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20));
  return [...arrivals];
}
