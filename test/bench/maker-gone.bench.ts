/** How long a room is out of reach when the tab of the one who made it is killed. */
import { crash, expectPeople, join, openHome, type Visit } from '../support/meeting';
import { test } from '../support/story';
import { acceptAtOnce, markedAtMs } from './marks';
import { describeMs, median, report } from './measure';

const runs = 6;
const goalMs = 3_000;

test('the maker is gone, a newcomer comes', async ({ visit }) => {
  test.setTimeout(300_000);
  const samplesMs: number[] = [];
  for (let run = 0; run < runs; run += 1) samplesMs.push(await outOfReachMs(visit));
  report({ measure: `maker's tab killed to chat-ready of a newcomer, who opens the link at that moment and is accepted at once (median of ${runs})`, value: describeMs(samplesMs), goal: `≤ ${goalMs} ms`, met: median(samplesMs) <= goalMs });
});

async function outOfReachMs(visit: Visit): Promise<number> {
  const { person: alice, link } = await openHome(visit, 'Alice');
  // Whoever is left presses Accept the moment somebody rings.
  const bob = await join(visit, 'Bob', link, alice.page, { prepare: acceptAtOnce });
  for (const { page } of [alice, bob]) await expectPeople(page, ['Alice', 'Bob']);
  const carol = await visit('Carol', { address: 'about:blank' });
  const killedAtMs = Date.now();
  await crash(alice);
  await carol.page.goto(link);
  const elapsedMs = (await markedAtMs(carol.page, 'mindmeet:chat-ready')) - killedAtMs;
  await Promise.all([alice, bob, carol].map(({ context }) => context.close()));
  return elapsedMs;
}
