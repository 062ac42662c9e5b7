/**
 * Checks who imports whom, by the rules of .dependency-cruiser.cjs.
 *
 * A rule that matches nothing is silent, and dependency-cruiser exits 0 when it has seen no module (it does with a
 * TypeScript it doesn't know). So each run first builds a small tree that breaks every rule, and demands that every rule
 * says so and that a tree which breaks none stays quiet; only then are src/ and signaling/ looked at.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { filesOf, root } from './files.mjs';

/** @typedef {{ source: string, dependencies: { module: string, resolved: string }[] }} CruisedModule */
/** @typedef {{ from: string, to: string, rule: { name: string } }} Violation */
/** @typedef {{ modules: CruisedModule[], summary: { violations: Violation[], totalCruised: number } }} CruiseResult */

const configuration = join(root, '.dependency-cruiser.cjs');
/** @type {{ forbidden: { name: string }[] }} */
const { forbidden } = createRequire(import.meta.url)(configuration);
const ruleNames = forbidden.map((rule) => rule.name);

/** Libraries with one owner, read from the names of the rules (`idb-belongs-to-storage`). */
const ownedLibraries = ruleNames.flatMap((name) => /^(.+)-belongs-to-/.exec(name)?.[1] ?? []);

/** Every import the design allows, by file. */
const legal = {
  'src/main.ts': "import './ui/page';\nimport './network/wire';\nimport './media/devices';\nimport './storage/shelf';\nimport './session/room';\nimport './config';",
  'src/config.ts': 'export const limit = 1;',
  'src/core/value.ts': 'export type Value = number;',
  'src/core/rule.ts': "import type { Value } from './value';\nexport const rule: Value = 1;",
  'src/protocol/frame.ts': "import '../core/rule';\nimport '../config';\nimport 'valibot';",
  'src/network/wire.ts': "import '../protocol/frame';\nimport '../core/rule';\nimport 'peerjs';",
  'src/network/face.ts': "import '../core/rule';\nexport type Wire = string;",
  'src/media/devices.ts': "import '../core/rule';\nimport '../config';\nimport 'hark';",
  'src/storage/shelf.ts': "import '../core/rule';\nimport 'idb';",
  'src/session/room.ts': "import type { Wire } from '../network/face';\nimport '../protocol/frame';\nexport const wire: Wire = '';",
  'src/ui/page.ts': "import '../session/room';\nimport '../core/rule';\nimport 'lit';\nimport workerUrl from './text.worker?worker&url';\nexport const url = workerUrl;",
  'src/ui/text.worker.ts': "import 'marked';",
  'signaling/server.ts': "import './guard';",
  'signaling/guard.ts': "import 'node:http';\nimport 'ws';",
};

/**
 * Per rule, files that break it, each added to the legal tree or put in the place of one of its files.
 * @type {Record<string, Record<string, string>>}
 */
const planted = {
  'core-imports-only-what-it-may': { 'src/core/bad-1.ts': "import '../protocol/frame';" },
  'protocol-imports-only-what-it-may': { 'src/protocol/bad-2.ts': "import '../network/wire';" },
  'network-imports-only-what-it-may': { 'src/network/bad-3.ts': "import '../media/devices';" },
  'media-imports-only-what-it-may': { 'src/media/bad-4.ts': "import type { Wire } from '../network/face';\nexport type X = Wire;" },
  'storage-imports-only-what-it-may': { 'src/storage/bad-5.ts': "import '../protocol/frame';" },
  'session-imports-only-what-it-may': { 'src/session/bad-6.ts': "import '../ui/page';" },
  'ui-imports-only-what-it-may': { 'src/ui/bad-7.ts': "export const late = import('../network/wire');" },
  'core-imports-nothing': { 'src/core/bad-8.ts': "import 'valibot';" },
  'session-knows-adapters-by-type-only': { 'src/session/bad-9.ts': "import { type Wire } from '../network/face';\nimport '../storage/shelf';\nexport type X = Wire;" },
  'config-imports-nothing': { 'src/config.ts': "import './core/rule';" },
  'nobody-imports-main': { 'src/ui/bad-11.ts': "import '../main';" },
  'src-and-signaling-share-only-the-wire': { 'src/network/bad-12.ts': "import '../../signaling/guard';" },
  'signaling-and-src-share-only-the-wire': { 'signaling/bad-13.ts': "import '../src/config';" },
  'no-test-in-the-app': { 'src/ui/bad-14.ts': "import '../../test/support/helper';", 'test/support/helper.ts': 'export const a = 1;' },
  'no-lit-below-ui': { 'src/session/bad-15.ts': "import 'lit';" },
  'no-built-in-in-the-browser': { 'src/network/bad-16.ts': "import 'node:fs';" },
  'no-dev-dependency-at-run-time': { 'src/ui/bad-17.ts': "import 'chai';" },
  'nothing-unresolvable': { 'src/ui/bad-18.ts': "import './gone';" },
  'no-cycle': { 'src/media/bad-19.ts': "import './worse';", 'src/media/worse.ts': "import './bad-19';" },
  'no-orphan': { 'src/media/bad-20.ts': 'export const alone = 1;' },
  ...Object.fromEntries(
    ruleNames
      .map((name) => /^(.+)-belongs-to-(.+)$/.exec(name))
      .filter((match) => match !== null)
      // A layer other than the owner, and not core, whose own rule would answer too.
      .map(([name, library, layer]) => [name, { [`src/${layer === 'session' ? 'ui' : 'session'}/bad-${library}.ts`]: `import type {} from '${library}';\nimport '${library}';` }]),
  ),
};

const problems = [...(await rulesThatDontWork()), ...(await violationsOfTheApp())];
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

async function rulesThatDontWork() {
  await mkdir(join(root, '.cache'), { recursive: true });
  // Inside the repository, so that packages resolve.
  const folder = await mkdtemp(join(root, '.cache/layers-'));
  /** @type {string[]} */
  const found = [];
  try {
    await writeTree(folder, { 'package.json': await readFile(join(root, 'package.json'), 'utf8'), 'tsconfig.json': '{ "compilerOptions": { "moduleResolution": "bundler", "module": "ESNext" } }' });
    await writeTree(folder, legal);
    const quiet = await cruise(folder);
    if (quiet.modules.length < Object.keys(legal).length) found.push(`check-layers: the sample has ${Object.keys(legal).length} modules, dependency-cruiser saw ${quiet.modules.length}`);
    for (const { rule, from, to } of quiet.summary.violations) found.push(`check-layers: ${rule.name} reports a legal import (${from} → ${to})`);
    if (libraryProblems({ modules: [cruised('src/a.ts', 'idb'), cruised('src/b.ts', 'idb')] }).length !== 1) found.push('check-layers: a second importer of idb is not reported');

    // All at once, since a cruise costs a second; a violation counts where it was planted.
    for (const files of Object.values(planted)) await writeTree(folder, files);
    const { summary } = await cruise(folder);
    for (const name of ruleNames) {
      const files = planted[name];
      if (files === undefined) found.push(`check-layers: rule ${name} has no planted violation in scripts/check-layers.mjs`);
      else if (!summary.violations.some(({ rule, from }) => rule.name === name && from in files)) found.push(`check-layers: rule ${name} did not see its planted violation`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (found.length === 0) console.log(`ok     ${ruleNames.length} rules each report a planted violation`);
  return found;
}

async function violationsOfTheApp() {
  const expected = await filesOf((path) => /^(src|signaling)\/.*\.ts$/.test(path));
  const result = await cruise(root);
  const seen = new Set(result.modules.map(({ source }) => source));
  /** @type {string[]} */
  const found = result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  for (const path of expected) if (!seen.has(path)) found.push(`check-layers: dependency-cruiser did not look at ${path}`);
  if (expected.length === 0) found.push('check-layers: no module to look at');
  found.push(...libraryProblems(result));
  if (found.length === 0) console.log(`ok     ${expected.length} modules of src and signaling keep them`);
  return found;
}

/** @returns {string[]} */
function libraryProblems(/** @type {{ modules: CruisedModule[] }} */ { modules }) {
  return ownedLibraries.flatMap((library) => {
    const importers = modules.filter(({ source, dependencies }) => source.startsWith('src/') && dependencies.some(({ module }) => module === library || module.startsWith(`${library}/`)));
    return importers.length > 1 ? [`one-owner: ${library} is imported by ${importers.map(({ source }) => source).join(' and ')}`] : [];
  });
}

/** @returns {CruisedModule} */
function cruised(/** @type {string} */ source, /** @type {string} */ library) {
  return { source, dependencies: [{ module: library, resolved: `node_modules/${library}/index.js` }] };
}

async function writeTree(/** @type {string} */ folder, /** @type {Record<string, string>} */ files) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
}

/** @returns {Promise<CruiseResult>} */
function cruise(/** @type {string} */ folder) {
  return new Promise((resolve, reject) => {
    const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const child = spawn(process.execPath, [program, '--config', configuration, '--output-type', 'json', '--no-cache', 'src', 'signaling'], { cwd: folder });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', reject);
    child.on('close', () => {
      try {
        resolve(JSON.parse(output));
      } catch (cause) {
        reject(new Error(`dependency-cruiser gave no result: ${errors.trim() || output.slice(0, 300)}`, { cause }));
      }
    });
  });
}
