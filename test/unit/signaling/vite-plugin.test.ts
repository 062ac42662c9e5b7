/** Introductions inside Vite's dev server, beside its hot reload. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createServer } from 'vite';
import { WebSocket } from 'ws';
import { signalingPlugin } from '../../../signaling/vite-plugin';
import { Client, idOf, refusalOf, tag, temporaryFolder } from './support';

test('introduces people, and hot reload keeps its own socket', async () => {
  const { port, base } = await startVite();
  const hotReload = await connectHotReload(port, base);
  const alice = new Client(port, { id: idOf('a'), options: { origin: base } });
  const bob = new Client(port, { id: idOf('b'), options: { origin: base } });
  expect([await alice.next(), await bob.next()]).toEqual([{ type: 'OPEN' }, { type: 'OPEN' }]);
  alice.send({ type: 'OFFER', dst: idOf('b'), payload: 'hello' });
  expect(await bob.next()).toMatchObject({ src: idOf('a'), payload: 'hello' });

  expect(await refusalOf(port, { path: `/sig/${tag}/elsewhere` })).toBe(404);
  expect(hotReload.readyState).toBe(hotReload.OPEN);
});

test('answers /config.json with the servers of ICE_SERVERS', async () => {
  const { base } = await startVite('[{"urls":"stun:stun.example"}]');
  const response = await fetch(`${base}/config.json`);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({ iceServers: [{ urls: 'stun:stun.example' }] });
});

test.each(['/rooms/book%20club', '/rooms/v1.5', '/rooms/a/b.png', '/rooms/100%25'])('answers %s with the page', async (path) => {
  const { base } = await startVite();
  const response = await fetch(`${base}${path}`, { headers: { accept: 'text/html,*/*' } });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('<title>page</title>')]);
});

test('says when ICE_SERVERS is broken', () => {
  expect(() => signalingPlugin({ ICE_SERVERS: '{' })).toThrow('ICE_SERVERS must be a JSON array');
});

async function startVite(iceServers = '[]') {
  const root = await temporaryFolder();
  await writeFile(join(root, 'index.html'), '<!doctype html><title>page</title>');
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    server: { host: '127.0.0.1', port: 0 },
    optimizeDeps: { noDiscovery: true },
    plugins: [signalingPlugin({ ICE_SERVERS: iceServers })],
  });
  onTestFinished(() => server.close());
  await server.listen();
  const address = server.httpServer?.address() as AddressInfo | null | undefined;
  const port = address?.port ?? 0;
  return { port, base: `http://127.0.0.1:${port}` };
}

/** As Vite's client does, with the token that stands in it. */
async function connectHotReload(port: number, base: string): Promise<WebSocket> {
  const client = await (await fetch(`${base}/@vite/client`)).text();
  const token = /wsToken = "([^"]+)"/.exec(client)?.[1] ?? '';
  const socket = new WebSocket(`ws://127.0.0.1:${port}/?token=${token}`, 'vite-hmr');
  onTestFinished(() => socket.terminate());
  const [greeting] = (await once(socket, 'message')) as [Buffer];
  expect(JSON.parse(greeting.toString())).toEqual({ type: 'connected' });
  return socket;
}
