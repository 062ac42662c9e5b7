/** A server that lies achieves nothing but silence: nobody comes in wrongly, it learns no address and no word, and people meet once it is honest. */
import { randomBytes } from 'node:crypto';
import { accept, expectConnected, followLink, heard, meet, openHome, say, type Visit } from '../support/meeting';
import { envelopeOf, HostileServer, isKnock, withBitFlipped, type Crossing } from '../support/hostile-server';
import { expect, test as story, type Visitor } from '../support/story';

const test = story.extend<object, { readonly server: HostileServer }>({
  server: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures wanted from the pattern.
    async ({}, use) => {
      const server = await HostileServer.start();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
});

test.beforeEach(({ server }) => server.forget());

const down = (id: string, message: Crossing['message']): Crossing => ({ direction: 'down', id, message });

/** Nothing that an envelope could hold, but as long as one. */
const garbage = (): string => randomBytes(512).toString('base64url');

test('a server that listens learns no link, no name, no word and no address', async ({ visit, server }) => {
  const { alice, bob, link } = await meet(visit);
  await say(alice, 'Marmalade');
  await expect(heard(bob, 'Marmalade')).toBeVisible();
  expect(server.crossings.filter(({ message }) => message.type === 'OFFER').length).toBeGreaterThan(2);
  expectNothingLearned(server, link, ['Alice', 'Marmalade']);
});

test('answers to a knock that the server makes up, or has kept from another meeting, let nobody in', async ({ visit, server }) => {
  await meet(visit);
  const kept = server.crossings.flatMap(({ direction, message }) => (direction === 'up' && message.type === 'OFFER' ? [message.payload] : []));
  expect(kept.length).toBeGreaterThan(2);

  server.behave((crossing) => {
    const { direction, id, message } = crossing;
    if (direction !== 'up' || !isKnock(message)) return [crossing];
    const lies = [...kept, garbage(), garbage()];
    return lies.map((payload) => down(id, { type: 'OFFER', src: message.dst ?? id, dst: id, payload }));
  });
  const { alice, bob, link } = await openBoth(visit);
  await expectKnocks(server);
  await expectStrangers(alice, bob);
  server.turnHonest();
  await expectMeeting(alice, bob);
  expectNothingLearned(server, link, ['Alice']);
});

test('envelopes that are repeated, late or out of order change nothing', async ({ visit, server }) => {
  let held: Crossing | undefined;
  server.behave((crossing) => {
    if (crossing.message.type !== 'OFFER') return [crossing];
    const late = held;
    held = crossing;
    // Each comes after the one that followed it, and both come again.
    return late ? [crossing, late, { ...crossing, delayMs: 300 }, { ...late, delayMs: 700 }] : [{ ...crossing, delayMs: 1_000 }];
  });
  const { alice, bob, link } = await openBoth(visit);
  await expectMeeting(alice, bob);
  await expect(alice.page.getByRole('alertdialog')).toHaveCount(0);
  expectNothingLearned(server, link, ['Alice']);
});

test('envelopes of before, told again to everybody, open no door and close none', async ({ visit, server }) => {
  const { alice, bob, link } = await meet(visit);
  const before = server.crossings.filter(({ direction, message }) => direction === 'down' && message.type === 'OFFER');
  expect(before.length).toBeGreaterThan(2);
  for (const id of server.ids) for (const { message } of before) server.put(down(id, { ...message, dst: id }));
  await bob.reload();
  await expectConnected(bob);
  for (const id of server.ids) for (const { message } of before) server.put(down(id, { ...message, dst: id }));
  await say(alice, 'Nobody new');
  await expect(heard(bob, 'Nobody new')).toBeVisible();
  await expect(alice.getByRole('alertdialog')).toHaveCount(0);
  for (const page of [alice, bob]) await expect(page.getByRole('list', { name: 'People' }).getByRole('listitem')).toHaveCount(2);
  expectNothingLearned(server, link, ['Alice', 'Nobody new']);
});

test('a server that drops everything keeps people apart, and no longer than that', async ({ visit, server }) => {
  server.behave((crossing) => (crossing.message.type === 'OFFER' ? [] : [crossing]));
  const { alice, bob } = await openBoth(visit);
  await expect(bob.page.getByText('Nobody is here yet. We ring as soon as somebody comes.')).toBeVisible();
  await expectStrangers(alice, bob);
  server.turnHonest();
  await expectMeeting(alice, bob);
});

test('an envelope with a bit changed, or that says another sent it, is not taken', async ({ visit, server }) => {
  // Of the type, the nonce or session key, the counter, the box, and its end.
  const places = [0, 1, 40, 70, 74, 200, 511];
  let changed = 0;
  server.behave((crossing) => {
    const { direction, id, message } = crossing;
    if (message.type !== 'OFFER') return [crossing];
    changed += 1;
    if (direction === 'up') return changed % 2 === 0 ? [crossing] : [{ ...crossing, message: withBitFlipped(message, places[changed % places.length] ?? 0) }];
    const stranger = 'abcdefghijklmnopqrstuvwxyz'.slice(changed % 26).padEnd(26, '7');
    return [{ ...crossing, message: { ...message, src: `${id.split('-')[0]}-${stranger}` } }];
  });
  const { alice, bob } = await openBoth(visit);
  await expect.poll(() => changed).toBeGreaterThan(2 * places.length);
  await expectStrangers(alice, bob);
  server.turnHonest();
  await expectMeeting(alice, bob);
});

test('what was meant for one guest lets in no other', async ({ visit, server }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const bob = await followLink(visit, 'Bob', link);
  await expect(alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' })).toBeVisible();
  const bobsIds = new Set(server.crossings.flatMap(({ direction, id, message }) => (direction === 'up' && isKnock(message) ? [id] : [])));
  const carol = await followLink(visit, 'Carol', link);
  await expect(alice.page.getByRole('alertdialog', { name: 'Carol wants to come in' })).toBeVisible();
  const carolsIds = server.crossings.flatMap(({ direction, id, message }) => (direction === 'up' && isKnock(message) && !bobsIds.has(id) ? [id] : []));
  // Whatever goes to Bob from now on comes to Carol instead, and he hears what is meant for her.
  const [bobs, carols] = [[...bobsIds].at(-1) ?? '', carolsIds.at(-1) ?? ''];
  let crossed = 0;
  server.behave((crossing) => {
    if (crossing.direction !== 'down' || crossing.message.type !== 'OFFER') return [crossing];
    const other = crossing.id === bobs ? carols : crossing.id === carols ? bobs : crossing.id;
    if (other !== crossing.id) crossed += 1;
    return [{ ...crossing, id: other, message: { ...crossing.message, dst: other } }];
  });
  await accept(alice.page, 'Bob');
  await expect.poll(() => crossed).toBeGreaterThan(0);
  await expect(carol.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  await expect(carol.page.getByRole('log', { name: 'Messages' })).toHaveCount(0);
  server.turnHonest();
  // He waits to be let in, and so knocks again every 10 s ± 25 %.
  await expect(bob.page.getByRole('status', { name: 'Connection' })).toHaveText('Direct · verified', { timeout: 25_000 });
  await expectStrangers(alice, carol);
  expectNothingLearned(server, link, ['Alice', 'Carol']);
});

test('goodbyes and errors that the server says for others end nothing', async ({ visit, server }) => {
  const { alice, bob, link } = await meet(visit);
  for (let round = 0; round < 3; round += 1) {
    for (const id of server.ids) {
      for (const src of server.ids) {
        for (const type of ['LEAVE', 'EXPIRE', 'CANDIDATE', 'ANSWER', 'HEARTBEAT', 'SURPRISE', '__proto__']) server.put(down(id, { type, src, dst: id, payload: garbage() }));
      }
      server.put(down(id, { type: 'OFFER' }));
      server.put(down(id, { type: 'OFFER', src: 'nobody', dst: id, payload: '!' }));
    }
    await say(alice, `Round ${round}`);
    await expect(heard(bob, `Round ${round}`)).toBeVisible();
  }
  // These concern the socket alone: it is opened anew, and the room doesn't notice.
  for (const id of server.ids) for (const type of ['ERROR', 'INVALID-KEY', 'ID-TAKEN', 'OPEN']) server.put(down(id, { type }));
  await say(bob, 'Undisturbed');
  await expect(heard(alice, 'Undisturbed')).toBeVisible();
  for (const page of [alice, bob]) await expectConnected(page);
  const carol = await followLink(visit, 'Carol', link);
  await accept(alice, 'Carol');
  await expectConnected(carol.page);
});

test('slots that the server claims for itself keep people apart, and no longer than that', async ({ visit, server }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const tag = server.ids[0]?.split('-')[0] ?? '';
  const early = await followLink(visit, 'Early', link);
  await expect(early.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  await early.page.goto('about:blank');
  // Where people knock, there the slots are: now the server has them, whoever asks.
  const slots = new Set(server.crossings.flatMap(({ message }) => (isKnock(message) && message.dst?.startsWith(tag) === true ? [message.dst] : [])));
  expect(slots.size).toBe(3);
  let refused = 0;
  let swallowed = 0;
  server.behave((crossing) => {
    const { direction, id, message } = crossing;
    if (direction === 'up' && message.dst !== undefined && slots.has(message.dst)) {
      swallowed += 1;
      return [];
    }
    if (message.type !== 'OPEN' || !slots.has(id)) return [crossing];
    refused += 1;
    return [down(id, { type: 'ID-TAKEN', payload: 'ID is taken' })];
  });
  await alice.page.reload();
  const bob = await followLink(visit, 'Bob', link);
  await expect.poll(() => refused).toBeGreaterThan(1);
  await expect.poll(() => swallowed).toBeGreaterThan(3);
  await expectStrangers(alice, bob);
  server.turnHonest();
  await expectMeeting(alice, bob);
  expectNothingLearned(server, link, ['Alice', 'Early']);
});

test('a flood of a thousand messages brings no card, and the next guest is heard', async ({ visit, server }) => {
  const { person: alice, link } = await openHome(visit, 'Alice');
  const knocks = server.crossings.flatMap(({ message }) => (isKnock(message) ? [message.payload] : []));
  for (let count = 0; count < 1_000; count += 1) {
    for (const id of server.ids) server.put(down(id, { type: 'OFFER', src: id, dst: id, payload: knocks[count % 5] ?? garbage() }));
  }
  const bob = await followLink(visit, 'Bob', link);
  await expect(bob.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  await expect(alice.page.getByRole('alertdialog')).toHaveCount(1);
  await expectMeeting(alice, bob);
});

test('a server that cuts every socket again and again leaves the room alone', async ({ visit, server }) => {
  const { alice, bob } = await meet(visit);
  let cuts = 0;
  server.behave((crossing) => {
    if (crossing.direction === 'down' && crossing.message.type === 'OPEN' && (cuts += 1) < 6) return [crossing, down(crossing.id, { type: 'ERROR', payload: 'cut' })];
    return [crossing];
  });
  for (const id of server.ids) server.put(down(id, { type: 'ERROR', payload: 'cut' }));
  await expect.poll(() => cuts).toBeGreaterThan(3);
  await say(alice, 'Untouched');
  await expect(heard(bob, 'Untouched')).toBeVisible();
  server.turnHonest();
  for (const page of [alice, bob]) await expectConnected(page);
});

/** Alice on her home page, and Bob at her link, whatever becomes of it. */
async function openBoth(visit: Visit): Promise<{ readonly alice: Visitor; readonly bob: Visitor; readonly link: string }> {
  const { person: alice, link } = await openHome(visit, 'Alice');
  return { alice, bob: await followLink(visit, 'Bob', link), link };
}

/** Nobody is in a room with anybody. */
async function expectStrangers(alice: Visitor, guest: Visitor): Promise<void> {
  await expect(guest.page.getByRole('log', { name: 'Messages' })).toHaveCount(0);
  await expect(guest.page.getByRole('status', { name: 'Connection' })).not.toHaveText(/verified/u);
  await expect(alice.page.getByRole('list', { name: 'People' }).getByRole('listitem').filter({ hasText: guest.name })).toHaveCount(0);
}

/** The guest rings by itself, once its knock gets through: at most a quarter of a minute after the last. */
async function expectMeeting(alice: Visitor, guest: Visitor): Promise<void> {
  await alice.page.getByRole('alertdialog', { name: `${guest.name} wants to come in` }).getByRole('button', { name: 'Accept' }).click({ timeout: 30_000 });
  await expect(guest.page.getByRole('status', { name: 'Connection' })).toHaveText('Direct · verified', { timeout: 20_000 });
  await say(guest.page, 'Here at last');
  await expect(heard(alice.page, 'Here at last')).toBeVisible();
}

/** The lie was told, more than once. */
async function expectKnocks(server: HostileServer): Promise<void> {
  await expect.poll(() => server.crossings.filter(({ direction, message }) => direction === 'up' && isKnock(message)).length).toBeGreaterThan(3);
}

/** `words`: of five letters at least; shorter ones come up in random bytes by chance. */
function expectNothingLearned(server: HostileServer, link: string, words: readonly string[]): void {
  const { learned } = server;
  for (const word of [new URL(link).hash.slice(1), ...words]) expect(learned.includes(word), word).toBe(false);
  // Requests name the server itself, envelopes nobody.
  const envelopes = server.crossings.map(({ message }) => envelopeOf(message).toString('latin1')).join('\n');
  for (const address of [/candidate:/iu, /\.local\b/u, /\b(?:\d{1,3}\.){3}\d{1,3}\b/u]) expect(envelopes).not.toMatch(address);
}
