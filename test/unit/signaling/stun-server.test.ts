/** STUN over real UDP sockets. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { newCounters } from '../../../signaling/counters';
import { startStunServer, type StunLimits } from '../../../signaling/stun-server';

const request = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');
const hasIPv6 = Object.values(networkInterfaces()).some((infos) => infos?.some(({ address }) => address === '::1'));

test('a client hears its own address', async () => {
  const { ask, client } = await start('127.0.0.1');
  const port = client.address().port;
  const answer = await ask(request);
  expect(answer.subarray(8, 20).toString('hex')).toBe('b7e7a701bc34d686fa87dfae');
  expect(answer.readUInt16BE(26) ^ 0x2112).toBe(port);
  expect((answer.readUInt32BE(28) ^ 0x2112a442) >>> 0).toBe(0x7f000001);
});

test.runIf(hasIPv6)('a client hears its own IPv6 address', async () => {
  const { ask } = await start('::1');
  expect((await ask(request)).length).toBe(44);
});

test('what is no request gets no answer, and the next request does', async () => {
  const { ask, client, server, counters } = await start('127.0.0.1');
  client.send('hello', server.port, '127.0.0.1');
  client.send(Buffer.alloc(2000), server.port, '127.0.0.1');
  await ask(request);
  expect(counters).toMatchObject({ stunAnswered: 1, stunIgnored: 2 });
});

test('an address that asks too often gets no answer, others do', async () => {
  const { ask, client, server, counters } = await start('127.0.0.1', { perSecond: 0, burst: 3 });
  for (let index = 0; index < 3; index += 1) await ask(request);
  client.send(request, server.port, '127.0.0.1');
  client.send(request, server.port, '127.0.0.1');
  const other = createSocket('udp4');
  onTestFinished(() => void other.close());
  other.bind(0, '127.0.0.2');
  await once(other, 'listening');
  other.send(request, server.port, '127.0.0.1');
  await once(other, 'message');
  expect(counters).toMatchObject({ stunAnswered: 4, stunIgnored: 2 });
});

test('a port in use is an error', async () => {
  const { server } = await start('127.0.0.1');
  await expect(startStunServer({ host: '127.0.0.1', port: server.port, counters: newCounters() })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

async function start(host: string, limits: Partial<StunLimits> = {}) {
  const counters = newCounters();
  const server = await startStunServer({ host, port: 0, counters, limits });
  const client = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  onTestFinished(async () => {
    client.close();
    await server.stop();
  });
  client.bind(0, host);
  await once(client, 'listening');
  return { server, client, counters, ask: (datagram: Buffer) => ask(client, datagram, server.port, host) };
}

async function ask(client: Socket, datagram: Buffer, port: number, host: string): Promise<Buffer> {
  const answered = once(client, 'message');
  client.send(datagram, port, host);
  const [answer] = (await answered) as [Buffer];
  return answer;
}
