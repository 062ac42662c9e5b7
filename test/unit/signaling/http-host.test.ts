/** The app as browsers, and others, get it over http. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { RunningServer } from '../../../signaling/start-server';
import { startTestServer, temporaryFolder } from './support';

const page = '<!doctype html><title>the page</title>';
const script = 'export const answer = 42;';

test.each(['/', '/room', '/rooms/x', '/rooms/', '/rooms/v1.5', '/rooms/caf%C3%A9%20do%20mar', '/rooms/100%', '/rooms/a/b.png', '/rooms/secret.txt', '/room?x=1.5', '/a/b/c/'])('%s is the page, asked for anew each time', async (path) => {
  const server = await startWithApp();
  const { status, headers, text } = await get(server, path);
  expect(status).toBe(200);
  expect(text).toBe(page);
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});

test('hashed assets are kept for ever', async () => {
  const server = await startWithApp();
  const { status, headers, text } = await get(server, '/assets/app-abc123.js');
  expect([status, text]).toEqual([200, script]);
  expect(headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable', vary: 'Accept-Encoding' });
});

test.each([
  ['br, gzip', 'br', brotliCompressSync(script)],
  ['gzip', 'gzip', gzipSync(script)],
  ['gzip, br;q=0', 'gzip', gzipSync(script)],
  ['deflate', undefined, Buffer.from(script)],
])('who accepts %s gets %s', async (accepted, encoding, expected) => {
  const server = await startWithApp();
  const { headers, body } = await get(server, '/assets/app-abc123.js', { 'accept-encoding': accepted });
  expect(headers['content-encoding']).toBe(encoding);
  expect(body).toEqual(expected);
});

test('an unchanged file is not sent again, in another encoding it is', async () => {
  const server = await startWithApp();
  const { headers } = await get(server, '/', {});
  const etag = String(headers.etag);
  expect((await get(server, '/', { 'if-none-match': etag })).status).toBe(304);
  const asset = await get(server, '/assets/app-abc123.js', { 'accept-encoding': 'br' });
  expect((await get(server, '/assets/app-abc123.js', { 'accept-encoding': 'gzip', 'if-none-match': String(asset.headers.etag) })).status).toBe(200);
});

test.each(['/assets/gone-1.js', '/missing.png', '/assets/app-abc123.js/x.js', '/.hidden', '/index.html.br', '/%2e%2e%2fsecret.txt', '/../secret.txt', '/..%5csecret.txt', '/%00.html'])(
  '%s is not found, and said so in text',
  async (path) => {
    const server = await startWithApp();
    expect(await get(server, path)).toMatchObject({ status: 404, text: 'not found' });
  },
);

test.each(['/../secret', '/assets/../../secret', '//secret', '/%2e%2e/secret'])('%s leads to nothing but the page', async (path) => {
  const server = await startWithApp();
  expect(await get(server, path)).toMatchObject({ status: 200, text: page });
});

test('HEAD has the headers and no body; other methods are refused', async () => {
  const server = await startWithApp();
  const head = await ask(server, 'HEAD', '/room');
  expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', String(page.length)]);
  const post = await ask(server, 'POST', '/');
  expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
});

test('a range that makes no sense, and a build that vanished, harm nobody', async () => {
  const folder = await appFolder();
  const server = await startTestServer({ appDirectory: folder });
  expect(await get(server, '/', { range: 'bytes=9-1' })).toMatchObject({ status: 200, text: page });
  await rm(folder, { recursive: true });
  expect(await get(server, '/')).toMatchObject({ status: 200, text: page });
});

test('/health says ok, and nobody keeps the answer', async () => {
  const server = await startTestServer();
  expect(await get(server, '/health')).toMatchObject({ status: 200, text: 'ok', headers: { 'cache-control': 'no-store' } });
});

test('/config.json answers by the Host it was asked at, and nobody keeps the answer', async () => {
  const server = await startTestServer({ stunPort: 0, iceServers: [{ urls: 'turn:turn.example' }] });
  const { status, headers, text } = await get(server, '/config.json', { host: 'meet.example:9000' });
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'application/json', 'no-store']);
  expect(JSON.parse(text)).toEqual({ iceServers: [{ urls: `stun:meet.example:${server.stunPort}` }, { urls: 'turn:turn.example' }] });
  expect((await get(server, '/config.json', { host: '"' })).status).toBe(400);
});

async function startWithApp(): Promise<RunningServer> {
  return startTestServer({ appDirectory: await appFolder() });
}

/** A built app, with a secret beside it. */
async function appFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const app = join(folder, 'app');
  await mkdir(join(app, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret'), 'secret');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(app, '.hidden'), 'secret');
  await writeFile(join(app, 'index.html'), page);
  await writeFile(join(app, 'assets/app-abc123.js'), script);
  await writeFile(join(app, 'assets/app-abc123.js.br'), brotliCompressSync(script));
  await writeFile(join(app, 'assets/app-abc123.js.gz'), gzipSync(script));
  return app;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly text: string;
}

function get(server: RunningServer, path: string, headers?: OutgoingHttpHeaders): Promise<Answer> {
  return ask(server, 'GET', path, headers);
}

/** Not by fetch, which would tidy up the path. */
function ask(server: RunningServer, method: string, path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: server.port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString('utf8') });
      });
    });
    request.on('error', reject);
    request.end();
  });
}
