/**
 * `npm test`: everything that must hold, from a fresh clone on, as a person and CI run it.
 *
 * node: built-ins only until the packages are there. Checks first, since they are quick, then unit and component tests, the
 * build and what needs it, and the stories in real browsers. A failure doesn't hide the later ones; only what needs the
 * build is left out when it failed. The last line is `N passed, N failed`, which CI reads.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureChromium, ensureFirefox } from './browser.mjs';
import { root } from './files.mjs';
import { ensureInstalled, fail, requireNode, SetupProblem } from './setup.mjs';
import { runStep } from './steps.mjs';

const minuteMs = 60_000;
const inCi = process.env['CI'] === 'true';
const started = performance.now();
const resultsFolder = join(root, '.cache/results');

requireNode();

/** @type {string} */
let chromium = '';
/** @type {string | undefined} */
let firefox;
try {
  await ensureInstalled();
  chromium = await ensureChromium(console.log);
  firefox = ensureFirefox(console.log);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  fail(error instanceof SetupProblem ? error.message : `The tests can't start: ${error.message}`);
}
// The configurations ask for the browsers again; this spares them the search.
const environment = { CHROME_PATH: chromium, ...(firefox !== undefined && { FIREFOX_PATH: firefox }) };

await rm(resultsFolder, { recursive: true, force: true });
await mkdir(resultsFolder, { recursive: true });
const results = { unit: join(resultsFolder, 'unit.json'), component: join(resultsFolder, 'component.json'), e2e: join(resultsFolder, 'e2e.json') };

/** @type {string[]} */
const failures = [];
let passedTests = 0;
let failedTests = 0;

await step('lock', 'check:lock', minuteMs);
await step('types', 'check:types', 8 * minuteMs);
await step('lint', 'check:lint', 2 * minuteMs);
await step('templates', 'check:templates', 2 * minuteMs);
await step('layers', 'check:layers', 2 * minuteMs);
await step('unused', 'check:unused', 2 * minuteMs);
await step('texts', 'check:texts', 2 * minuteMs);
await testStep('unit', ['test:unit', '--', '--reporter=default', '--reporter=json', `--outputFile.json=${results.unit}`], 10 * minuteMs, vitestCounts);
await testStep('component', ['test:component'], 10 * minuteMs, plainCounts, { COMPONENT_RESULTS: results.component });
if (await step('build', 'build', 4 * minuteMs)) {
  await step('size', 'check:size', 2 * minuteMs);
  await step('start', 'check:start', 2 * minuteMs);
  await testStep('e2e', ['test:e2e'], 40 * minuteMs, playwrightCounts, { E2E_RESULTS: results.e2e });
} else {
  console.log('       size, start and e2e need the build: not run');
}
if (firefox === undefined && inCi) failures.push('firefox: CI must run the Firefox pair, and no Firefox is here');

console.log('');
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${failures.length === 0 ? 'All of it holds' : 'Not all of it holds'}, after ${((performance.now() - started) / minuteMs).toFixed(1)} min.`);
if (firefox === undefined) console.log('Firefox pair: not run');
// What failed without a failing test (a check, a crashed runner) counts as one, so that "0 failed" means that all holds.
const otherFailures = failures.filter((failure) => !failure.startsWith('tests ')).length;
console.log(`${passedTests} passed, ${failedTests + otherFailures} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;

/** @returns {Promise<boolean>} Whether it passed. */
async function step(/** @type {string} */ name, /** @type {string} */ script, /** @type {number} */ limitMs) {
  const { passed, reason } = await runStep({ name, command: ['npm', 'run', '--silent', script], limitMs, environment });
  if (!passed) failures.push(`${name}: ${reason} (npm run ${script})`);
  return passed;
}

/** A step that counts its tests, read from `name`.json by `countsOf`. */
async function testStep(
  /** @type {keyof typeof results} */ name,
  /** @type {string[]} */ script,
  /** @type {number} */ limitMs,
  /** @type {(report: any) => { passed: number, failed: number }} */ countsOf,
  /** @type {Record<string, string>} */ extra = {},
) {
  const { passed, reason } = await runStep({ name, command: ['npm', 'run', '--silent', ...script], limitMs, live: name === 'e2e', environment: { ...environment, ...extra } });
  const report = await readFile(results[name], 'utf8').catch(() => undefined);
  const counts = report === undefined ? { passed: 0, failed: 0 } : countsOf(JSON.parse(report));
  passedTests += counts.passed;
  failedTests += counts.failed;
  console.log(`       ${counts.passed} passed, ${counts.failed} failed`);
  if (counts.failed > 0) failures.push(`tests in ${name}: ${counts.failed} failed (npm run ${script[0]})`);
  else if (!passed) failures.push(`${name}: ${reason} (npm run ${script[0]})`);
  else if (counts.passed === 0) failures.push(`${name}: no test was run`);
}

function vitestCounts(/** @type {{ numPassedTests: number, numFailedTests: number }} */ report) {
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

function plainCounts(/** @type {{ passed: number, failed: number }} */ report) {
  return report;
}

function playwrightCounts(/** @type {{ stats: { expected: number, unexpected: number, flaky: number } }} */ { stats }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky };
}
