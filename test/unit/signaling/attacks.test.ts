/** Each guard, with the attack that it is there for; Alice and Bob go on meanwhile. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { RunningServer } from '../../../signaling/start-server';
import { Client, enter, honestPair, idOf, otherTag, pathOf, refusalOf, startTestServer, tag } from './support';

test.each([
  ['that is no JSON', '{"type":', 1007],
  ['of 33 KiB', 'x'.repeat(33 * 1024), 1009],
  ['with a payload of 9 KiB', JSON.stringify({ type: 'OFFER', dst: idOf('z'), payload: 'x'.repeat(9 * 1024) }), 1009],
  ['of type LEAVE', JSON.stringify({ type: 'LEAVE', dst: idOf('z') }), 1008],
  ['of type EXPIRE', JSON.stringify({ type: 'EXPIRE', src: idOf('y'), dst: idOf('z') }), 1008],
  ['of type ANSWER', JSON.stringify({ type: 'ANSWER', dst: idOf('z'), payload: 'x' }), 1008],
  ['of type LEAVE to nobody, which frees an id in peer', JSON.stringify({ type: 'LEAVE', src: idOf('z') }), 1008],
  ['to an id of another room', JSON.stringify({ type: 'OFFER', dst: idOf('z', otherTag), payload: 'x' }), 1008],
  ['with an object as payload', JSON.stringify({ type: 'OFFER', dst: idOf('z'), payload: { sdp: 'x' } }), 1008],
  ['in binary', Buffer.from('{"type":"HEARTBEAT"}'), 1003],
])('a frame %s closes its own socket and nothing else', async (_what, frame, code) => {
  const server = await startTestServer();
  const pair = await honestPair(server);
  const mallory = await enter(server, { id: idOf('m') });
  mallory.socket.send(frame);
  expect(await mallory.closed).toBe(code);
  expect(server.counters).toMatchObject({ messagesIn: 0, cuts: 1, errors: 0 });
  // Had anything been relayed, Alice or Bob would hear it first.
  await pair.talk();
});

test('a spoofed src is overwritten', async () => {
  const server = await startTestServer();
  const pair = await honestPair(server);
  const mallory = await enter(server, { id: idOf('m') });
  mallory.send({ type: 'OFFER', src: idOf('y'), dst: idOf('z'), payload: 'trust-me' });
  expect(await pair.bob.next()).toEqual({ type: 'OFFER', src: idOf('m'), dst: idOf('z'), payload: 'trust-me' });

  // Also when it waits for somebody absent.
  mallory.send({ type: 'OFFER', src: idOf('y'), dst: idOf('b'), payload: 'later' });
  await mallory.settled();
  const late = await enter(server, { id: idOf('b') });
  expect(await late.next()).toMatchObject({ src: idOf('m'), payload: 'later' });
  await pair.talk();
});

test.each([
  ['an id of another room', pathOf({ id: idOf('y', otherTag) })],
  ['two ids, of which peer would take the second', `${pathOf({ id: idOf('m') })}&id=${idOf('z')}`],
  ['another path', `/sig/${tag}/peers?key=peerjs&id=${idOf('m')}&token=t`],
  ["peer's own path", `/peerjs?key=peerjs&id=${idOf('m')}&token=t`],
  ['no identity', `/sig/${tag}/peerjs`],
])('a socket with %s is refused', async (_what, path) => {
  const server = await startTestServer();
  const pair = await honestPair(server);
  expect(await refusalOf(server.port, { path })).toBe(404);
  await pair.talk();
});

test('a foreign page may not connect, the own one may', async () => {
  const server = await startTestServer();
  const pair = await honestPair(server);
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example', 'file://']) {
    expect(await refusalOf(server.port, { options: { origin } })).toBe(403);
  }
  await enter(server, { id: idOf('a'), options: { origin: `http://127.0.0.1:${server.port}` } });
  await enter(server, { id: idOf('b'), options: { origin: 'http://localhost:5173' } });
  await pair.talk();
});

test.each(['/peerjs/id', '/peerjs/peers', '/peers', '/id', `/sig/${tag}/peerjs/peers`, `/sig/${tag}/peerjs/id`, `/sig/${tag}/peerjs`, '/peerjs'])(
  'nobody finds ids at %s',
  async (path) => {
    const server = await startTestServer();
    await honestPair(server);
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain(tag);
  },
);

test('a flood of messages is cut off', async () => {
  const server = await startTestServer();
  const pair = await honestPair(server);
  const mallory = await enter(server, { id: idOf('m') });
  for (let index = 0; index < 400; index += 1) mallory.send({ type: 'HEARTBEAT' });
  expect(await mallory.closed).toBe(1008);
  await pair.talk();
});

test('a flood of pings is cut off', async () => {
  const server = await startTestServer();
  const pair = await honestPair(server);
  const mallory = await enter(server, { id: idOf('m') });
  // One after the other; ws itself ends a client that sends many before it hears an answer.
  while (mallory.socket.readyState === mallory.socket.OPEN) await Promise.race([mallory.settled(), mallory.closed]);
  expect(await mallory.closed).toBe(1008);
  await pair.talk();
});

test('one address opens so many sockets and no more, until it closes one', async () => {
  const server = await startTestServer({ limits: { socketsPerAddress: 3 } });
  const pair = await honestPair(server);
  const third = await enter(server, { id: idOf('c') });
  expect(await refusalOf(server.port, { id: idOf('d') })).toBe(429);
  third.socket.close();
  await third.closed;
  await enter(server, { id: idOf('d') });
  await pair.talk();
});

test('the server as a whole takes so many sockets and no more', async () => {
  const server = await startTestServer({ limits: { sockets: 2 } });
  const pair = await honestPair(server);
  const third = new Client(server.port, { id: idOf('c') });
  expect(await third.next()).toMatchObject({ type: 'ERROR' });
  await third.closed;
  await pair.talk();
});

test('a client that does not read is cut off before its backlog grows', async () => {
  const server = await startTestServer({ limits: { bufferedBytes: 64 * 1024, framesPerSecond: 1e6, framesBurst: 1e6 } });
  const pair = await honestPair(server);
  const lazy = await enter(server, { id: idOf('c') });
  lazy.socket.pause();
  const sender = await enter(server, { id: idOf('m') });
  while (server.counters.cuts === 0) {
    for (let index = 0; index < 100; index += 1) sender.send({ type: 'OFFER', dst: idOf('c'), payload: 'x'.repeat(8 * 1024) });
    await sender.settled();
  }
  lazy.socket.resume();
  expect(await lazy.closed).toBe(1006);
  await pair.talk();
});

test('a client that breaks the framing of WebSockets ends alone', async () => {
  const server = await startTestServer();
  const pair = await honestPair(server);
  const raw = await rawUpgrade(server, pathOf({ id: idOf('m') }));
  // Reserved bits set, not masked, opcode 15 (RFC 6455 §5.2).
  raw.write(Buffer.from([0xff, 0x7f, 1, 2, 3]));
  await once(raw.resume(), 'close');
  await pair.talk();
});

test('clients that hang up in the midst of an upgrade harm nobody', async () => {
  const server = await startTestServer();
  const pair = await honestPair(server);
  for (const path of [pathOf({ id: idOf('m') }), '/sig/nonsense', '/elsewhere']) {
    const raw = await rawUpgrade(server, path);
    raw.resetAndDestroy();
    await once(raw, 'close');
  }
  await pair.talk();
});

/** A socket that has sent an upgrade request, and heard the first bytes of the answer. */
async function rawUpgrade(server: RunningServer, path: string): ReturnType<typeof opened> {
  const raw = await opened(server.port);
  raw.on('error', () => raw.destroy());
  raw.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await once(raw, 'readable');
  return raw;
}

async function opened(port: number) {
  const raw = connect(port, '127.0.0.1');
  await once(raw, 'connect');
  return raw;
}
