/** Checks that `npm start` serves the built app on a free port, says where, and stops when asked. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './files.mjs';

const limitMs = 60_000;

const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
  cwd: root,
  env: { ...process.env, HOST: '127.0.0.1', PORT: '0', HTTPS_PORT: '0', STUN_PORT: '0', ICE_SERVERS: '' },
  stdio: ['ignore', 'pipe', 'pipe'],
});
let output = '';
/** @type {Promise<number | null>} */
const ended = new Promise((resolve) => child.on('exit', resolve));
const limit = setTimeout(() => {
  console.log(`check-start: not through after ${limitMs / 1000} s`);
  child.kill('SIGKILL');
}, limitMs);

try {
  const address = await announcedAddress();
  const page = await fetch(address);
  expect(page.status === 200 && (page.headers.get('content-type') ?? '').startsWith('text/html'), `${address} answers ${page.status}`);
  expect((page.headers.get('content-security-policy') ?? '').includes("default-src 'none'"), 'the page comes without its Content-Security-Policy');
  const script = /<script type="module"[^>]* src="([^"]+)"/.exec(await page.text())?.[1];
  expect(script !== undefined, 'the page names no script');
  const code = await fetch(new URL(script ?? '', address));
  await code.arrayBuffer();
  expect(code.status === 200, `${script} answers ${code.status}`);
  child.kill('SIGTERM');
  const exitCode = await ended;
  // Windows has no signals: there a killed process has no code.
  expect(exitCode === 0 || process.platform === 'win32', `after SIGTERM it ended with ${exitCode}`);
} catch (error) {
  console.log(`check-start: ${error instanceof Error ? error.message : String(error)}\nnpm start said:\n${output}`);
  process.exitCode = 1;
} finally {
  clearTimeout(limit);
  child.kill('SIGKILL');
}

/** @returns {Promise<string>} */
function announcedAddress() {
  return new Promise((resolve, reject) => {
    const look = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
      const address = /http:\/\/[\w.[\]:-]+:\d+/.exec(output)?.[0];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('exit', (code) => reject(new Error(`it ended with ${code} before it said where it is`)));
  });
}

function expect(/** @type {boolean} */ holds, /** @type {string} */ otherwise) {
  if (!holds) throw new Error(otherwise);
}
