/** Starting and stopping the whole server. */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { request } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { enter, idOf, pathOf, startTestServer, temporaryFolder } from './support';

test('https serves the same people as http, on a certificate for its addresses', async () => {
  const cacheDirectory = await temporaryFolder();
  const server = await startTestServer({ host: '0.0.0.0', httpsPort: 0, cacheDirectory, lanAddresses: ['127.0.0.1'] });
  const ca = await readFile(join(cacheDirectory, 'https.pem'), 'utf8');

  const phone = new WebSocket(`wss://127.0.0.1:${server.httpsPort}${pathOf({ id: idOf('p') })}`, { ca, origin: `https://127.0.0.1:${server.httpsPort}` });
  onTestFinished(() => phone.terminate());
  const [open] = (await once(phone, 'message')) as [Buffer];
  expect(JSON.parse(open.toString())).toEqual({ type: 'OPEN' });

  const desk = await enter(server, { id: idOf('d') });
  desk.send({ type: 'OFFER', dst: idOf('p'), payload: 'ring' });
  const [heard] = (await once(phone, 'message')) as [Buffer];
  expect(JSON.parse(heard.toString())).toMatchObject({ src: idOf('d'), payload: 'ring' });

  const page = request({ host: '127.0.0.1', port: server.httpsPort, path: '/config.json', ca, servername: 'localhost', headers: { host: 'phone.example' } });
  page.end();
  const [response] = (await once(page, 'response')) as [IncomingMessage];
  const chunks = (await response.toArray()) as Buffer[];
  expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({ iceServers: [] });
});

test('there is no https on loopback', async () => {
  const server = await startTestServer({ httpsPort: 0 });
  expect(server.httpsPort).toBeUndefined();
});

test('a busy PORT ends the start with one sentence', async () => {
  const port = await busyPort();
  await expect(startTestServer({ port })).rejects.toThrow(`Mindmeet can't start: port ${port} is in use; set PORT to another one.`);
});

test('a busy HTTPS_PORT and a busy STUN_PORT are told, and the rest goes on', async () => {
  const port = await busyPort();
  const other = await startTestServer({ stunPort: 0 });
  const told: string[] = [];
  const server = await startTestServer({ host: '0.0.0.0', httpsPort: port, stunPort: other.stunPort ?? 0, lanAddresses: [], tell: (sentence) => told.push(sentence) });
  expect(told).toEqual([
    `No https for phones: port ${port} is in use; set HTTPS_PORT to another one.`,
    `No STUN: port ${other.stunPort} is in use; set STUN_PORT to another one.`,
  ]);
  expect([server.httpsPort, server.stunPort]).toEqual([undefined, undefined]);
  await enter(server, {});
});

test('a certificate that cannot be kept is told, and http goes on', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const told: string[] = [];
  const server = await startTestServer({ host: '0.0.0.0', httpsPort: 0, cacheDirectory: file, lanAddresses: [], tell: (sentence) => told.push(sentence) });
  expect(told).toEqual([expect.stringMatching(/^No https for phones: .+\.$/)]);
  await enter(server, {});
});

test('an app that is not built is explained', async () => {
  await expect(startTestServer({ appDirectory: await temporaryFolder() })).rejects.toThrow('run npm start');
});

test('a HOST of another machine is explained', async () => {
  await expect(startTestServer({ host: '192.0.2.1' })).rejects.toThrow('HOST is not an address of this machine');
});

test('a stop frees the ports, though somebody keeps a connection open', async () => {
  const server = await startTestServer({ stunPort: 0 });
  const idle = connect(server.port, '127.0.0.1');
  await once(idle, 'connect');
  const client = await enter(server, {});
  await server.stop();
  expect(await client.closed).toBe(1001);
  const again = await startTestServer({ port: server.port, stunPort: server.stunPort ?? 0 });
  await enter(again, {});
});

test('a client that ignores the goodbye does not hold up the stop', async () => {
  const server = await startTestServer({ limits: { closeGraceMs: 10 } });
  const client = await enter(server, {});
  client.socket.pause();
  await server.stop();
  client.socket.resume();
  await client.closed;
});

async function busyPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
