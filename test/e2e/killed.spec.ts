/** Tabs that die in the middle of sending: what was shown as sent is there afterwards. */
import { crash, expectConnected, heard, meet, say, type Visit } from '../support/meeting';
import { exposeAuthor, exposeConversation, textsIn } from '../support/shown-conversation';
import { SeededRandom } from '../support/simulation/seeded-random';
import { expect, test } from '../support/story';

const seed = 4;
/** Sent in one go, the last of them surely after the tab is dead. */
const burst = 40;

test('what was shown as sent is there after the tab was killed in the middle of sending, five times', async ({ visit }) => {
  await killWhileSending(visit, 5);
});

test('what was shown as sent is there after the tab was killed in the middle of sending, two hundred times @long', async ({ visit }) => {
  test.setTimeout(3_600_000);
  await killWhileSending(visit, 200);
});

/** Alice's tab is killed again and again; each time she comes back by the link. */
async function killWhileSending(visit: Visit, times: number): Promise<void> {
  const random = new SeededRandom(seed);
  const shownAsSent = new Set<string>();
  let killAfter = Infinity;
  let kill: () => void = () => undefined;
  const { alice, bob, link } = await meet(visit, {
    alice: {
      prepare: async (context) => {
        await context.exposeFunction('noteSent', (text: string) => {
          shownAsSent.add(text);
          if (--killAfter === 0) kill();
        });
        await exposeAuthor(context);
      },
    },
    bob: { prepare: exposeConversation },
  });
  let page = alice;
  const sent: string[] = [];
  for (let time = 0; time < times; time++) {
    const texts = Array.from({ length: burst }, (_, number) => `Time ${time}, number ${number}.`);
    sent.push(...texts);
    const dying = page;
    const dead = new Promise<void>((resolve, reject) => {
      kill = () => void crash({ name: 'Alice', context: alice.context(), page: dying }).then(resolve, reject);
    });
    killAfter = random.whole(1, burst / 2);
    // Not awaited: a page that has crashed doesn't answer.
    dying.evaluate(sendAll, texts).catch(() => undefined);
    await dead;
    page = await alice.context().newPage();
    await page.goto(link);
    await expectConnected(page);
    expectAll(await textsIn(page), shownAsSent);
    await dying.close();
  }
  await say(page, 'The last one');
  await expect(heard(bob, 'The last one')).toBeVisible();
  const [hers, his] = [await textsIn(page), await textsIn(bob)];
  expect(his).toEqual(hers);
  expect(new Set(hers).size).toBe(hers.length);
  expectAll([...sent, 'The last one'], new Set(hers));
  await expect(bob.getByText('two different histories')).toHaveCount(0);
}

/** Every one of `wanted` is among `texts`. */
function expectAll(texts: readonly string[], wanted: ReadonlySet<string>): void {
  const there = new Set(texts);
  expect([...wanted].filter((text) => !there.has(text))).toEqual([]);
}

/** Runs in the page: sends all of them, and notes each as soon as it is shown as kept. */
async function sendAll(texts: readonly string[]): Promise<void> {
  const conversation = window.shownConversation?.();
  const noted = new Set<string>();
  conversation?.timeline.subscribe(({ messages }) => {
    for (const { body, delivery } of messages) {
      if (!delivery || delivery.kind === 'saving' || noted.has(body) || !texts.includes(body)) continue;
      noted.add(body);
      window.noteSent?.(body);
    }
  });
  for (const text of texts) {
    window.moveClockMs?.(1_000);
    conversation?.send(text);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

declare global {
  interface Window {
    noteSent?: (text: string) => void;
  }
}
