/** What people, other people and disks do wrong, and the sentence they get for it. */
import { expectConnected, followLink, heard, meet, openHome, say } from '../support/meeting';
import { expect, test } from '../support/story';

test('a link that was cut or mistyped is told from an empty room', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const mistyped = link.slice(0, -1) + (link.endsWith('2') ? '3' : '2');
  for (const broken of [link.slice(0, -3), mistyped]) {
    const bob = await visit('Bob', { address: broken });
    await expect(bob.page.getByRole('heading', { name: 'This link is incomplete or mistyped' })).toBeVisible();
    await expect(bob.page.getByText(/#[1-9A-HJ-NP-Za-km-z]{17}/u).first()).toBeVisible();
  }
  const field = alice.page.getByRole('textbox', { name: 'Room name or link' });
  await field.fill(mistyped);
  await alice.page.getByRole('button', { name: 'Join room' }).click();
  await expect(alice.page.getByText('This link is incomplete or mistyped')).toBeVisible();
  await expect(field).toHaveValue(mistyped);
});

test('a link pasted into the address bar of an open page opens its room', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const { person: bob } = await openHome(visit, 'Bob');
  await bob.page.evaluate((address) => location.assign(address), link);
  await expect(bob.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  await expect(alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' })).toBeVisible();
});

test('an empty message is refused in words, by button and by key', async ({ visit }) => {
  const { alice } = await meet(visit);
  const send = alice.getByRole('button', { name: 'Send' });
  await expect(send).toHaveAttribute('aria-disabled', 'true');
  await send.click({ force: true });
  await expect(alice.getByText('Write a message first')).toBeVisible();
  await alice.reload();
  await alice.getByRole('textbox', { name: 'Message' }).press('Enter');
  await expect(alice.getByText('Write a message first')).toBeVisible();
  await expect(alice.getByRole('article')).toHaveCount(0);
});

test('a message over the limit names it and stays; one at the limit goes', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  const field = alice.getByRole('textbox', { name: 'Message' });
  // In UTF-8 each of these takes two bytes: 16 KB, and a little more.
  await field.fill('é'.repeat(8_193));
  await expect(alice.getByText('16.1 of 16 KB')).toBeVisible();
  await field.press('Enter');
  await expect(alice.getByText(/16 KB is the most/u)).toBeVisible();
  await expect(field).toHaveValue('é'.repeat(8_193));
  await field.fill('é'.repeat(8_192));
  await field.press('Enter');
  await expect(heard(bob, 'éééé')).toBeVisible();
});

test('hostile names and messages are text, and nothing else', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, '<img src=x onerror=alert(1)>');
  const bob = await followLink(visit, `\u202Eevil\u0000 ${'n'.repeat(500)}`, link);
  await alice.page.getByRole('alertdialog', { name: /^evil n+ wants to come in$/u }).getByRole('button', { name: 'Accept' }).click();
  await expectConnected(bob.page);
  await expect(bob.page.getByRole('heading', { name: 'Room: <img src=x' })).toBeVisible();
  for (const attack of [
    '<img src="http://203.0.113.1/x.png"> <script>document.title="owned"</script>',
    '[click](javascript:document.title="owned") ![x](http://203.0.113.1/y.png)',
    '<a href="http://203.0.113.1" style="background:url(http://203.0.113.1/z)">a</a><svg onload=alert(1)>',
    `${'\u0300'.repeat(500)} ${'﷽'.repeat(50)}`,
  ])
    await say(bob.page, attack);
  await say(bob.page, 'the last one');
  await expect(heard(alice.page, 'the last one')).toBeVisible();
  const log = alice.page.getByRole('log', { name: 'Messages' });
  await expect(log.getByRole('article')).toHaveCount(5);
  await expect(log.locator('img, script, svg[onload], [style], a[href^="javascript"]')).toHaveCount(0);
  await expect(alice.page).not.toHaveTitle('owned');
  // That no request left is checked for every story (support/story.ts).
});

test('without storage the chat goes on, and one notice says what that means', async ({ visit, browser, server }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const context = await browser.newContext({ locale: 'en-GB' });
  await context.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('blocked', 'SecurityError');
    };
  });
  const bob = await context.newPage();
  await bob.goto(new URL(link, server.origin).href);
  await expect(bob.getByRole('region', { name: 'Notifications' })).toContainText("This browser doesn't allow storage");
  await alice.page.getByRole('alertdialog', { name: /wants to come in/u }).getByRole('button', { name: 'Accept' }).click();
  await expectConnected(bob);
  await say(bob, 'From memory');
  await expect(heard(alice.page, 'From memory')).toBeVisible();
  // Where nothing is kept, the address is the only place the link has.
  expect(bob.url()).toBe(link);
  await context.close();
});

test('a full disk is told once, and the message is sent all the same', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await alice.evaluate(() => {
    // The edge of the browser: this is what a full disk does to a write.
    IDBObjectStore.prototype.put = IDBObjectStore.prototype.add = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await say(alice, 'Written on a full disk');
  await expect(heard(bob, 'Written on a full disk')).toBeVisible();
  await expect(heard(alice, 'Written on a full disk')).toBeVisible();
  await expect(alice.getByRole('region', { name: 'Notifications' })).toContainText('This device has no space left');
});

test.describe('when something is broken', () => {
  test.use({ allowedConsole: [[/Error: planted/u], { scope: 'test' }] });

  test('a fault that nobody foresaw is told in one sentence, and the room goes on', async ({ visit }) => {
    const { alice, bob } = await meet(visit);
    await alice.evaluate(() => void Promise.reject(new Error('planted')).finally(() => undefined));
    await expect(alice.getByRole('region', { name: 'Notifications' })).toContainText('Oops, something went wrong, please try again later');
    await say(bob, 'Still here');
    await expect(heard(alice, 'Still here')).toBeVisible();
  });
});
