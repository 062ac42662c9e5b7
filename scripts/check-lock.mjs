/**
 * Checks that package-lock.json names every platform's optional packages; `--fix` adds the missing ones.
 *
 * npm leaves out what it could not find (a registry mirror without other platforms' binaries) or did not install
 * (npm/cli#4828), and then `npm ci` refuses the lock everywhere: "Missing: … from lock file". To go when npm writes them all.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './files.mjs';

/** @typedef {{ version?: string, optionalDependencies?: Record<string, string>, dev?: boolean, [key: string]: unknown }} LockedPackage */

const path = join(root, 'package-lock.json');
/** @type {{ packages: Record<string, LockedPackage> }} */
const lock = JSON.parse(await readFile(path, 'utf8'));

const missing = Object.entries(lock.packages).flatMap(([place, { dev, optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !isLocked(place, name))
    .map(([name, version]) => ({ name, version, dev: dev === true, wantedBy: place })),
);

if (missing.length === 0) console.log('ok     the lock names every optional package');
else if (process.argv.includes('--fix')) {
  for (const { name, version, dev, wantedBy } of missing) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${wantedBy} wants ${name} ${version}: not one version`);
    // Without `integrity`, which only the registry knows; npm takes the package as it comes on its own platform.
    lock.packages[`node_modules/${name}`] = { version, ...(dev && { dev }), optional: true, ...platformOf(name) };
  }
  const { '': own = {}, ...others } = lock.packages;
  const sorted = Object.fromEntries(Object.entries(others).sort(([a], [b]) => a.localeCompare(b, 'en')));
  await writeFile(path, `${JSON.stringify({ ...lock, packages: { '': own, ...sorted } }, null, 2)}\n`);
  console.log(`ok     added ${missing.length} optional packages to the lock`);
} else {
  for (const { name, version, wantedBy } of missing) console.log(`not in the lock: ${name} ${version}, for ${wantedBy}`);
  console.log('`npm run check:lock -- --fix` adds them.');
  process.exitCode = 1;
}

/** As Node resolves: beside the package, or in a node_modules further up. */
function isLocked(/** @type {string} */ place, /** @type {string} */ name) {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in lock.packages) return true;
    if (folder === '') return false;
  }
}

/** What the package's own package.json says; by it npm leaves out other platforms' packages without asking the registry. */
function platformOf(/** @type {string} */ name) {
  const [, os = '', cpu = '', abi = ''] = /(android|darwin|freebsd|linux|openbsd|openharmony|win32)-([a-z0-9]+)(?:-([a-z]+))?$/.exec(name) ?? [];
  if (os === '') throw new Error(`${name}: which platform is it for?`);
  const libc = os !== 'linux' ? undefined : abi.startsWith('musl') ? 'musl' : abi.startsWith('gnu') ? 'glibc' : undefined;
  return { os: [os], cpu: [cpu], ...(libc !== undefined && { libc: [libc] }) };
}
