/** The introductions go away and come back: the room must not notice. */
import { expectConnected, followLink, heard, meet, openHome, say } from '../support/meeting';
import { expect, test } from '../support/story';

// The browser itself reports a socket that could not be opened; there is no way to ask it not to.
test.use({ allowedConsole: [[/WebSocket connection to .* failed/u], { scope: 'test' }] });

test('a chat goes on while the server restarts, says so, and a newcomer gets in afterwards', async ({ visit, server }) => {
  const { alice, bob, link } = await meet(visit);
  await server.stop();
  await say(alice, 'Without a server');
  await expect(heard(bob, 'Without a server')).toBeVisible();
  for (const page of [alice, bob]) await expect(page.getByRole('status', { name: 'Connection' })).toHaveText('Introductions offline, the room is fine');
  // A restart of the server is no reason to say that anybody was disconnected.
  await expect(alice.getByRole('region', { name: 'Notifications' })).not.toContainText('disconnected');

  await server.start();
  for (const page of [alice, bob]) await expectConnected(page);
  await bob.reload();
  await expectConnected(bob);
  expect(link).toContain('#');
});

test('a page whose introductions are away at the start waits for them, and rings when they are there', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const bob = await visit('Bob', { address: 'about:blank' });
  let away = true;
  // Files come, introductions don't: a server behind a proxy that knows no WebSockets, or one that is full.
  await bob.page.routeWebSocket(/\/sig\//u, (socket) => {
    if (away) void socket.close();
    else socket.connectToServer();
  });
  await bob.page.goto(link);
  await expect(bob.page.getByRole('heading', { name: 'Looking for the others' })).toBeVisible();
  await expect(bob.page.getByRole('status', { name: 'Connection' })).toHaveText('Introductions offline, the room is fine');
  away = false;
  await alice.page.getByRole('alertdialog', { name: /wants to come in/u }).getByRole('button', { name: 'Accept' }).click({ timeout: 30_000 });
  await expectConnected(bob.page);
});

test('when the other side vanishes, the status says so, then that it is gone', async ({ visit }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const bob = await followLink(visit, 'Bob', link);
  await alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' }).getByRole('button', { name: 'Accept' }).click();
  await expectConnected(alice.page);
  // A crash says no goodbye.
  const session = await bob.context.newCDPSession(bob.page);
  // Not awaited: a page that has crashed doesn't answer.
  session.send('Page.crash').catch(() => undefined);
  await expect(alice.page.getByRole('status', { name: 'Connection' })).toHaveText(/^Reconnecting \d+ s$/u, { timeout: 20_000 });
  await expect(alice.page.getByRole('region', { name: 'Notifications' })).toContainText('Bob is gone', { timeout: 50_000 });
  await expect(alice.page.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
});
