/** How fast the bytes of files go between two links, beside one raw data channel: on this machine alone, and on long lines. */
import { fileURLToPath } from 'node:url';
import { test, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { build, type Rolldown } from 'vite';
import { launchWithAddresses, leadThrough } from '../support/bad-network';
import { UdpProxy, type Conditions } from '../support/udp-proxy';
import { openBareChannel } from './bare-channel';
import { openControlPage } from './control-page';
import { median, report } from './measure';

const entry = fileURLToPath(new URL('./lanes-page.ts', import.meta.url));
const origin = 'http://localhost';
const forMs = 5_000;
const repeats = 5;

interface Line {
  readonly name: string;
  /** Undefined: without the proxy. */
  readonly conditions: Conditions | undefined;
  readonly laneCounts: readonly number[];
  /** Of the most lanes. */
  readonly goal: number;
}

/** Half the way each way. */
const longLine = (roundTripMs: number, lossRate = 0): Conditions => ({ lossRate, delayMs: roundTripMs / 2 });

const lines: readonly Line[] = [
  { name: 'this machine alone', conditions: undefined, laneCounts: [1], goal: 0.9 },
  { name: 'a round trip of 50 ms', conditions: longLine(50), laneCounts: [1, 2, 4, 8], goal: 4 },
  { name: 'a round trip of 100 ms', conditions: longLine(100), laneCounts: [1, 2, 4, 8], goal: 4 },
  { name: 'a round trip of 50 ms, 1 % lost each way', conditions: longLine(50, 0.01), laneCounts: [1, 2, 4, 8], goal: 6 },
];

for (const { name, conditions, laneCounts, goal } of lines) {
  test(`bytes of files over ${name}`, async () => {
    test.setTimeout(900_000);
    const proxy = new UdpProxy(1);
    const browser = await launchWithAddresses();
    try {
      const [from, to] = await openPages(browser, conditions && ((context) => leadThrough(context, proxy)));
      if (conditions) proxy.conditions = conditions;
      const raw: number[] = [];
      const oursByCount = new Map<number, number[]>(laneCounts.map((count) => [count, []]));
      for (let repeat = 0; repeat < repeats; repeat += 1) {
        raw.push(await rate(from, to, 'sendRaw'));
        for (const [count, rates] of oursByCount) {
          await from.evaluate((wanted) => window.lanesBench.useLanes(wanted), count);
          rates.push(await rate(from, to, 'sendByWire'));
        }
      }
      for (const [count, rates] of oursByCount) {
        const ratio = median(rates) / median(raw);
        report({
          measure: `bytes of files over ${name}, by ${count} ${count === 1 ? 'lane' : 'lanes'}, for ${forMs / 1_000} s (median of ${repeats}); control: one raw data channel, messages of 64 KiB`,
          value: describe(rates),
          control: describe(raw),
          ratio,
          ...(count === laneCounts.at(-1) && { goal: `≥ ${goal}`, met: ratio >= goal }),
        });
      }
    } finally {
      await browser.close();
      await proxy.close();
    }
  });
}

/** Two that are linked, and have a bare channel beside. */
async function openPages(browser: Browser, lead: ((context: BrowserContext) => Promise<unknown>) | undefined): Promise<readonly [Page, Page]> {
  const [built] = (await build({ configFile: false, logLevel: 'error', build: { write: false, lib: { entry, formats: ['iife'], name: 'lanes' } } })) as Rolldown.RolldownOutput[];
  const prepare = async (context: BrowserContext): Promise<void> => {
    await lead?.(context);
    await context.addInitScript({ content: built?.output[0].code ?? '' });
  };
  const [from, to] = [await openControlPage(browser, origin, prepare), await openControlPage(browser, origin, prepare)];
  const [packet, otherPacket] = [await from.evaluate(() => window.lanesBench.make()), await to.evaluate(() => window.lanesBench.make())];
  await Promise.all([from.evaluate((remote) => window.lanesBench.join(remote), otherPacket), to.evaluate((remote) => window.lanesBench.join(remote), packet)]);
  await openBareChannel(from, to);
  await to.evaluate(() => window.lanesBench.listenRaw());
  return [from, to];
}

/** Bytes a millisecond, once what was sent before has come. */
async function rate(from: Page, to: Page, sender: 'sendRaw' | 'sendByWire'): Promise<number> {
  await to.evaluate(() => window.lanesBench.untilQuiet(1_000));
  const arrived = to.evaluate((counted) => window.lanesBench.countArrivals(counted), forMs);
  await from.evaluate(([way, sending]) => window.lanesBench[way](sending), [sender, forMs] as const);
  return (await arrived) / forMs;
}

function describe(rates: readonly number[]): string {
  const inMebibytes = rates.map((each) => (each * 1_000) / 1024 / 1024);
  return `${median(inMebibytes).toFixed(2)} MiB/s (${Math.min(...inMebibytes).toFixed(2)} to ${Math.max(...inMebibytes).toFixed(2)})`;
}
