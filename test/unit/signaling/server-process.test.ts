/** The server as a process of its own, bundled as `npm start` bundles it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { build } from 'vite';
import { Client, temporaryFolder } from './support';

let program = '';

beforeAll(async () => {
  // Inside the repository, so that the bundle finds its packages.
  await mkdir('.cache', { recursive: true });
  const folder = await mkdtemp('.cache/server-');
  await build({ configFile: 'vite.config.ts', logLevel: 'silent', build: { ssr: 'signaling/server.ts', outDir: folder } });
  program = resolve(folder, 'server.js');
});

afterAll(() => rm(join(program, '..'), { recursive: true, force: true }));

test.each(['SIGTERM', 'SIGINT'] as const)('%s says goodbye to everybody and ends it with 0', async (signal) => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'dist/app'), { recursive: true });
  await writeFile(join(folder, 'dist/app/index.html'), '<!doctype html>');
  const child = start(folder, { HOST: '127.0.0.1', PORT: '0', STUN_PORT: '0' });
  const port = Number(/^Mindmeet is up: http:\/\/localhost:(\d+)\n$/.exec(await firstOutput(child))?.[1]);
  const client = new Client(port, {});
  expect(await client.next()).toEqual({ type: 'OPEN' });

  child.kill(signal);
  expect(await client.closed).toBe(1001);
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test.each([
  [{ PORT: 'x' }, 'PORT must be a number from 0 to 65535, not "x".\n'],
  [{ HOST: '127.0.0.1', PORT: '0' }, "Mindmeet can't start: the app is not built yet; run npm start, which builds it.\n"],
])('a start that fails says why in one sentence and ends with 1: %o', async (env, sentence) => {
  const child = start(await temporaryFolder(), env);
  const ended = once(child, 'exit');
  expect(await firstOutput(child)).toBe(sentence);
  expect(await ended).toEqual([1, null]);
});

function start(cwd: string, env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [program], { cwd, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Whichever stream speaks first. */
function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) stream?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
  });
}
