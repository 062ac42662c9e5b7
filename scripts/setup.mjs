/** Makes a fresh clone ready: the right Node, the packages, the build; each skipped when nothing changed. node: built-ins only. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { filesOf, root } from './files.mjs';

const installStamp = join(root, 'node_modules/.mindmeet-stamp');
const buildStamp = join(root, 'dist/.mindmeet-stamp');

/** Something a person has to do; the message says what, in one sentence. */
export class SetupProblem extends Error {}

/** A sentence when `version` (as in process.versions.node) is one that Vite doesn't run on, else undefined. */
export function nodeProblem(/** @type {string} */ version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) return undefined;
  return `Mindmeet needs Node 20.19 or later (of the 22 line: 22.12 or later), and this is ${version}: get a current one at https://nodejs.org.`;
}

/** Ends the process with a sentence when Node is too old. */
export function requireNode() {
  const problem = nodeProblem(process.versions.node);
  if (problem !== undefined) fail(problem);
}

/** Prints `sentence` to the standard error stream and ends the process with 1. */
export function fail(/** @type {string} */ sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/**
 * Installs exactly what package-lock.json names, unless that was done before with this version of Node. Rejects with SetupProblem.
 * Not by npm's pre-scripts: they are skipped where `ignore-scripts` is set. `--include=dev`, for NODE_ENV=production leaves the
 * build tools out.
 */
export async function ensureInstalled() {
  const stamp = hashOf([process.version, process.platform, process.arch, await readFile(join(root, 'package-lock.json'))]);
  if ((await readText(installStamp)) === stamp) return;
  say('Installing packages (npm ci); the first time takes about a minute.');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // .cmd files can't be started without a shell (Node's CVE-2024-27980).
  const code = await run(npm, ['ci', '--include=dev', '--no-audit', '--no-fund'], { shell: process.platform === 'win32' });
  if (code !== 0) throw new SetupProblem('The packages could not be installed: see what npm says above; it needs the network the first time.');
  await writeFile(installStamp, stamp);
}

/** Builds the app into dist/app and the server into dist/server, unless their sources are the ones of the last build. Rejects with SetupProblem. */
export async function ensureBuilt() {
  const stamp = await stampOfSources();
  if ((await readText(buildStamp)) === stamp) return;
  say('Building the app and the server.');
  // The stamp goes first: a build that is cut off must not look finished.
  await mkdir(dirname(buildStamp), { recursive: true });
  await writeFile(buildStamp, '');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const codes = await Promise.all([
    run(process.execPath, [vite, 'build', '--logLevel', 'warn'], {}),
    run(process.execPath, [vite, 'build', '--ssr', 'signaling/server.ts', '--logLevel', 'warn'], {}),
  ]);
  if (codes.some((code) => code !== 0)) throw new SetupProblem('The build failed: see what Vite says above.');
  await writeFile(buildStamp, stamp);
}

async function stampOfSources() {
  const paths = await filesOf((path) => /^(src|signaling|public)\//.test(path) || /^(index\.html|vite\.config\.ts|tsconfig[^/]*\.json|package-lock\.json)$/.test(path));
  const contents = await Promise.all(paths.map((path) => readFile(join(root, path))));
  return hashOf(paths.flatMap((path, index) => [path, contents[index] ?? '']));
}

/** Each part with its length, so that no two lists of parts look alike. */
function hashOf(/** @type {(string | Buffer)[]} */ parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/** Undefined when there is no such file. */
async function readText(/** @type {string} */ file) {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** @returns {Promise<number | null>} */
function run(/** @type {string} */ program, /** @type {string[]} */ args, /** @type {{ shell?: boolean }} */ options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.on('error', (cause) => reject(new SetupProblem(`${program} could not be started: it comes with Node, and must be on the PATH.`, { cause })));
    child.on('close', resolve);
  });
}

function say(/** @type {string} */ text) {
  process.stdout.write(`${text}\n`);
}
