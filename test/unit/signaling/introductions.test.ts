/** What honest clients get from the server. */
import { describe, expect, test, vi } from 'vitest';
import { Client, enter, honestPair, idOf, startTestServer } from './support';

const offer = (letter: string, payload: string) => ({ type: 'OFFER', dst: idOf(letter), payload });

test('two strangers in one room hear each other', async () => {
  const server = await startTestServer();
  const pair = await honestPair(server);
  await pair.talk();
  // Two OPENs and two offers out, two offers in.
  expect(server.counters).toMatchObject({ messagesIn: 2, messagesOut: 4, cuts: 0, errors: 0 });
});

describe('a message for somebody absent', () => {
  test('waits and arrives after OPEN, in order', async () => {
    const server = await startTestServer();
    const alice = await enter(server, { id: idOf('a') });
    alice.send(offer('b', 'first'));
    alice.send(offer('b', 'second'));
    await alice.settled();

    const bob = await enter(server, { id: idOf('b') });
    expect(await bob.next()).toEqual({ ...offer('b', 'first'), src: idOf('a') });
    expect(await bob.next()).toEqual({ ...offer('b', 'second'), src: idOf('a') });
  });

  test('is dropped beyond eight, and its sender goes on', async () => {
    const server = await startTestServer();
    const pair = await honestPair(server);
    const mallory = await enter(server, { id: idOf('m') });
    for (let index = 0; index < 200; index += 1) mallory.send(offer('b', `n${index}`));
    await mallory.settled();
    expect(server.counters.dropped).toBe(192);

    const bob = await enter(server, { id: idOf('b') });
    for (let index = 0; index < 8; index += 1) expect(await bob.next()).toMatchObject({ payload: `n${index}` });
    mallory.send(offer('b', 'now'));
    expect(await bob.next()).toMatchObject({ payload: 'now' });
    await pair.talk();
  });

  test('is never answered by EXPIRE or LEAVE', async () => {
    const server = await startTestServer({ limits: { absentMs: 1, pingIntervalMs: 10 } });
    const alice = await enter(server, { id: idOf('a') });
    const bob = await enter(server, { id: idOf('b') });
    bob.socket.close();
    await bob.closed;
    alice.send(offer('b', 'gone'));
    await alice.settled();
    // The next thing that Alice hears is what she sends herself.
    alice.send(offer('a', 'echo'));
    expect(await alice.next()).toMatchObject({ type: 'OFFER', payload: 'echo' });
  });
});

describe('a second socket', () => {
  test('with the same id and token takes over, with an OPEN of its own, and the first is closed', async () => {
    const server = await startTestServer();
    const pair = await honestPair(server);
    const first = await enter(server, { id: idOf('a'), token: 'mine' });
    const second = await enter(server, { id: idOf('a'), token: 'mine' });
    expect(await first.closed).toBe(4001);

    pair.alice.send(offer('a', 'hello'));
    expect(await second.next()).toMatchObject({ type: 'OFFER', src: idOf('y'), payload: 'hello' });
    second.send(offer('y', 'back'));
    expect(await pair.alice.next()).toMatchObject({ src: idOf('a'), payload: 'back' });
    await pair.talk();
  });

  test('takes over again and again, each time with one OPEN', async () => {
    const server = await startTestServer();
    let holder = await enter(server, { id: idOf('a') });
    for (let round = 0; round < 5; round += 1) {
      const next = await enter(server, { id: idOf('a') });
      await holder.closed;
      holder = next;
    }
    holder.send(offer('a', 'echo'));
    expect(await holder.next()).toMatchObject({ type: 'OFFER', payload: 'echo' });
    expect(server.counters.messagesOut).toBe(7);
  });

  test('with another token hears ID-TAKEN, and the holder is unharmed', async () => {
    const server = await startTestServer();
    const pair = await honestPair(server);
    const squatter = new Client(server.port, { id: idOf('y'), token: 'guess' });
    expect(await squatter.next()).toMatchObject({ type: 'ID-TAKEN' });
    expect(await squatter.closed).toBe(1005);
    await pair.talk();
  });

  test('gets the id once its holder has left', async () => {
    const server = await startTestServer();
    const holder = await enter(server, { id: idOf('a'), token: 'one' });
    holder.socket.close();
    await holder.closed;
    const next = await enter(server, { id: idOf('a'), token: 'two' });
    next.send(offer('a', 'echo'));
    expect(await next.next()).toMatchObject({ payload: 'echo' });
  });
});

describe('life', () => {
  test('is the pong: a client that answers pings stays, though it never sends a heartbeat', async () => {
    const server = await startTestServer({ limits: { pingIntervalMs: 10 } });
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const client = await enter(server, { id: idOf('a') });
      // Hidden for two minutes, longer than peer's own patience of 90 s.
      for (let minute = 0; minute < 2; minute += 1) {
        vi.setSystemTime(Date.now() + 60_000);
        await pings(client, 3);
      }
      // peer looks for the dead every 300 ms.
      await pings(client, 40);
      client.send(offer('a', 'echo'));
      expect(await client.next()).toMatchObject({ payload: 'echo' });
    } finally {
      vi.useRealTimers();
    }
  });

  test('ends for a half-open socket, and its id is free', async () => {
    const server = await startTestServer({ limits: { pingIntervalMs: 20 } });
    const pair = await honestPair(server);
    const dead = await enter(server, { id: idOf('a'), token: 'old', options: { autoPong: false } });
    expect(await dead.closed).toBe(1006);
    await enter(server, { id: idOf('a'), token: 'new' });
    await pair.talk();
  });
});

test('a stop says goodbye to everybody', async () => {
  const server = await startTestServer();
  const pair = await honestPair(server);
  await server.stop();
  expect(await Promise.all([pair.alice.closed, pair.bob.closed])).toEqual([1001, 1001]);
});

async function pings(client: Client, number: number): Promise<void> {
  for (let heard = 0; heard < number; heard += 1) await new Promise((resolve) => client.socket.once('ping', resolve));
}
