/** How late a message is on a line that loses datagrams. */
import type { BrowserContext } from '@playwright/test';
import { launchWithAddresses, leadThrough } from '../support/bad-network';
import { meet } from '../support/meeting';
import { test } from '../support/story';
import { UdpProxy } from '../support/udp-proxy';
import { openBareChannel, sendNumbers } from './bare-channel';
import { chat, type Schedule } from './chat-delay';
import { openControlPage } from './control-page';
import { percentile, report } from './measure';
import { exposeAuthor } from '../support/shown-conversation';

const losses = [0, 0.1, 0.3];
const ratioGoal = 1 / 20;
const seed = 1;
const delayMs = 20;
/** Two a second is the most that one author may say for long. Twenty is what ten at once may: here one says it, whose clock is moved on, through the app and its disk. */
const schedules = [
  { count: 120, everyMs: 500, sizeBytes: 400, patienceMs: 60_000 },
  { count: 400, everyMs: 50, sizeBytes: 400, patienceMs: 60_000 },
] as const;

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

function describe(delaysMs: readonly number[], { patienceMs }: Schedule): string {
  const late = delaysMs.filter((delay) => delay >= patienceMs).length;
  return `${percentile(delaysMs, 0.95).toFixed(0)} ms (median ${percentile(delaysMs, 0.5).toFixed(0)}, worst ${percentile(delaysMs, 1).toFixed(0)}${late === 0 ? '' : `, ${late} not within ${patienceMs / 1_000} s`})`;
}
