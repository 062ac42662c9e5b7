/**
 * Checks that every text has its translation and that what lit-localize generates is what is committed.
 *
 * `lit-localize build` exits 0 with a translation missing, so this extracts and builds into a folder of its own, seeded
 * with the committed translations, and compares. `npm run texts` does the same in place.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { root } from './files.mjs';

const configuration = JSON.parse(await readFile(join(root, 'lit-localize.json'), 'utf8'));
/** @type {string} */
const xliffFolder = configuration.interchange.xliffDir;
/** @type {string} */
const localesFolder = configuration.output.outputDir;

const scratch = join(root, '.cache/texts');
await rm(scratch, { recursive: true, force: true });
await mkdir(scratch, { recursive: true });
await cp(join(root, xliffFolder), join(scratch, 'xliff'), { recursive: true }).catch(ignoreMissing);

// localeCodesModule alone is not taken relative to the configuration (seen in 0.8.2), hence absolute.
const scratchConfiguration = join(scratch, 'lit-localize.json');
await writeFile(
  scratchConfiguration,
  JSON.stringify({
    ...configuration,
    $schema: undefined,
    tsConfig: relative(scratch, join(root, configuration.tsConfig)),
    output: { ...configuration.output, outputDir: './locales', localeCodesModule: join(scratch, 'locales/locale-codes.ts') },
    interchange: { ...configuration.interchange, xliffDir: './xliff' },
  }),
);

/** @type {string[]} */
const problems = [];
let texts = 0;
for (const command of ['extract', 'build']) {
  const { code, output } = await localize(command);
  if (code !== 0) problems.push(`lit-localize ${command} failed:\n${output.trim()}`);
}
if (problems.length === 0) {
  for (const locale of configuration.targetLocales) problems.push(...(await untranslated(locale)));
  problems.push(...(await differences(join(scratch, 'xliff'), join(root, xliffFolder))));
  problems.push(...(await differences(join(scratch, 'locales'), join(root, localesFolder))));
  // A config that finds no source file would find no fault either.
  if (texts === 0) problems.push('no text was found in src');
}

if (problems.length === 0) console.log(`ok     ${texts} texts, each in ${configuration.targetLocales.join(', ')}`);
else {
  for (const problem of problems) console.log(problem);
  console.log('`npm run texts` extracts the texts and writes the modules; translate in the .xlf files between two runs.');
  process.exitCode = 1;
}

async function untranslated(/** @type {string} */ locale) {
  const xliff = (await textOf(join(scratch, 'xliff', `${locale}.xlf`))) ?? '';
  /** @type {string[]} */
  const found = [];
  for (const [, id, body = ''] of xliff.matchAll(/<trans-unit\b[^>]*\bid="([^"]+)"[^>]*>(.*?)<\/trans-unit>/gs)) {
    texts += 1;
    const target = /<target\b[^>]*>(.*?)<\/target>/s.exec(body)?.[1]?.trim() ?? '';
    const source = /<source\b[^>]*>(.*?)<\/source>/s.exec(body)?.[1]?.trim() ?? '';
    if (target === '') found.push(`missing in ${locale}: ${source} (${id})`);
    // A placeholder that got lost shows an empty place, or throws.
    else if (placeholders(target) !== placeholders(source)) found.push(`placeholders differ in ${locale}: ${source} (${id})`);
  }
  return found;
}

function placeholders(/** @type {string} */ text) {
  return [...text.matchAll(/<(?:x|ph)\b[^>]*\bid="([^"]+)"/g)].map(([, id]) => String(id)).sort().join(' ');
}

/** @returns {Promise<string[]>} */
async function differences(/** @type {string} */ wanted, /** @type {string} */ committed) {
  const names = new Set([...(await namesIn(wanted)), ...(await namesIn(committed))]);
  /** @type {string[]} */
  const found = [];
  for (const name of names) {
    if ((await textOf(join(wanted, name))) !== (await textOf(join(committed, name)))) found.push(`${relative(root, join(committed, name))} is out of date`);
  }
  return found;
}

/** @returns {Promise<string[]>} */
async function namesIn(/** @type {string} */ folder) {
  return readdir(folder).catch(() => []);
}

/** @returns {Promise<string | undefined>} */
async function textOf(/** @type {string} */ path) {
  return readFile(path, 'utf8').catch(() => undefined);
}

function ignoreMissing(/** @type {unknown} */ error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/** @returns {Promise<{ code: number | null, output: string }>} */
function localize(/** @type {string} */ command) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/@lit/localize-tools/bin/lit-localize.js'), command, '--config', scratchConfiguration], { cwd: root });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
