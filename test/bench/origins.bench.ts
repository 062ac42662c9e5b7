/** Whom the browsers ask for anything, from the home page to the end of a call. */
import type { BrowserContext } from '@playwright/test';
import { expectConnected, heard, say } from '../support/meeting';
import { expect, test } from '../support/story';
import { watchContext, type PageWatch } from '../support/watch-page';
import { markedAtMs } from './marks';
import { report } from './measure';

test('requests to other origins in a whole meeting', async ({ visit, server }) => {
  const watches: PageWatch[] = [];
  let requests = 0;
  const open = async (name: string) => {
    const prepare = async (context: BrowserContext) => {
      watches.push(watchContext(context, name, server.origin));
      context.on('request', () => (requests += 1));
      context.on('page', (page) => page.on('websocket', () => (requests += 1)));
    };
    return (await visit(name, { address: 'about:blank', prepare })).page;
  };
  const alice = await open('Alice');
  await alice.goto('/');
  const bob = await open('Bob');
  await bob.goto(await alice.getByRole('textbox', { name: 'Room link' }).inputValue());
  await alice.getByRole('alertdialog', { name: /wants to come in/u }).getByRole('button', { name: 'Accept' }).click();
  await expectConnected(alice);
  await expectConnected(bob);
  await say(alice, 'A **picture** from elsewhere: ![one](https://example.com/one.png) <img src="https://example.com/two.png">');
  await expect(heard(bob, 'from elsewhere')).toBeVisible();
  await alice.getByRole('button', { name: 'Start call' }).click();
  await bob.getByRole('alertdialog').getByRole('button', { name: 'Join call' }).click();
  for (const page of [alice, bob]) await page.getByRole('button', { name: 'Turn camera on' }).click();
  for (const page of [alice, bob]) await markedAtMs(page, 'mindmeet:first-remote-frame');
  await alice.getByRole('button', { name: 'Leave call' }).click();
  await bob.reload();
  await expectConnected(bob);
  await bob.getByRole('button', { name: 'Leave room' }).click();

  const foreign = watches.flatMap((watch) => watch.foreignRequests).length;
  report({ measure: 'requests to other origins, from home page to call, reload and leave', value: `${foreign} of ${requests}`, goal: '0', met: foreign === 0 });
});
