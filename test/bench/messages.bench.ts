/** What the server carries for a join, in rooms of several sizes, and for a room in which nothing happens. */
import { setTimeout as pass } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { openHome } from '../support/meeting';
import type { TestServer } from '../support/server';
import { test } from '../support/story';
import { report } from './measure';

const sizes = [2, 4, 8, 12];
const joinGoal = 16;
const healingGoal = 1;
/** Knocks and claims that a join causes come within this time after it (src/session/rendezvous.ts). */
const settleMs = 20_000;
const idleMs = 60_000;

test('server messages of a join, by size of the room', async ({ visit, server }) => {
  test.setTimeout(900_000);
  const { person, link } = await openHome(visit, 'Person 1');
  const pages: Page[] = [person.page];
  for (let size = 2; size <= Math.max(...sizes); size += 1) {
    const guest = await visit(`Person ${size}`, { address: 'about:blank' });
    const measured = sizes.includes(size);
    // What the join before has caused must be over.
    if (measured) await pass(settleMs);
    const before = messagesOf(server);
    await guest.page.goto(link);
    await person.page.getByRole('alertdialog').getByRole('button', { name: 'Accept' }).click();
    pages.push(guest.page);
    for (const page of pages) await page.getByRole('list', { name: 'People' }).getByRole('listitem').nth(size - 1).waitFor();
    if (!measured) continue;
    const joined = messagesOf(server) - before;
    // Everybody's list is complete; what follows by itself counts as well.
    await pass(settleMs);
    const messages = messagesOf(server) - before;
    report({
      measure: `server messages of a join, in and out, room of ${size} (until everybody is linked; and in the ${settleMs / 1_000} s after)`,
      value: `${joined}; ${messages}`,
      goal: `≤ ${joinGoal}`,
      met: messages <= joinGoal,
    });
  }
  const before = messagesOf(server);
  await pass(idleMs);
  const healing = messagesOf(server) - before;
  report({ measure: `server messages in a minute, idle room of ${pages.length}`, value: String(healing), goal: `≤ ${healingGoal}`, met: healing <= healingGoal });
});

function messagesOf({ counters }: TestServer): number {
  return counters.messagesIn + counters.messagesOut;
}
