/**
 * `npm test`: everything that must hold, from a fresh clone on, as a person and CI run it.
 *
 * node: built-ins only until the packages are there. Checks first, since they are quick, then unit and component tests, the
 * build and what needs it, and the stories in real browsers. A failure doesn't hide the later ones; only what needs the
 * build is left out when it failed. The last line is `N passed, N failed`, which CI reads.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureChromium, ensureFirefox } from './browser.mjs';
import { root } from './files.mjs';
import { ensureInstalled, fail, requireNode, SetupProblem } from './setup.mjs';
import { indent, runStep } from './steps.mjs';

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
await testStep('unit', ['test:unit', '--', '--reporter=dot', '--reporter=json', `--outputFile.json=${results.unit}`], 10 * minuteMs, unitOutcome);
await testStep('component', ['test:component'], 10 * minuteMs, (report) => report, { COMPONENT_RESULTS: results.component });
if (await step('build', 'build', 4 * minuteMs)) {
  await step('size', 'check:size', 2 * minuteMs);
  await step('start', 'check:start', 2 * minuteMs);
  await testStep('e2e', ['test:e2e'], 40 * minuteMs, storyOutcome, { E2E_RESULTS: results.e2e });
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

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {string[]} failed A line a test: its name, and the first line of what went wrong.
 * @property {string} [details] What else there is to say of them.
 */

/** A step that counts its tests, read from `name`.json by `outcomeOf`. Names what failed before all that the step has printed. */
async function testStep(
  /** @type {keyof typeof results} */ name,
  /** @type {string[]} */ script,
  /** @type {number} */ limitMs,
  /** @type {(report: any) => Outcome} */ outcomeOf,
  /** @type {Record<string, string>} */ extra = {},
) {
  const { passed, reason, output } = await runStep({ name, command: ['npm', 'run', '--silent', ...script], limitMs, shown: name === 'e2e' ? 'live' : 'never', environment: { ...environment, ...extra } });
  const report = await readFile(results[name], 'utf8').catch(() => undefined);
  /** @type {Outcome} */
  const outcome = report === undefined ? { passed: 0, failed: [] } : outcomeOf(JSON.parse(report));
  passedTests += outcome.passed;
  failedTests += outcome.failed.length;
  console.log(`       ${outcome.passed} passed, ${outcome.failed.length} failed`);
  for (const test of outcome.failed) console.log(`       ${test}`);
  if (!passed && name !== 'e2e') console.log(indent(outcome.details ?? output));
  if (outcome.failed.length > 0) failures.push(`tests in ${name} (npm run ${script[0]}):`, ...outcome.failed.map((test) => `tests in ${name}: ${test}`));
  else if (!passed) failures.push(`${name}: ${reason} (npm run ${script[0]})`);
  else if (outcome.passed === 0) failures.push(`${name}: no test was run`);
}

/** @returns {Outcome} */
function unitOutcome(/** @type {{ numPassedTests: number, testResults: { name: string, status: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[] }} */ report) {
  const failed = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults.filter((test) => test.status === 'failed').map(({ fullName, failureMessages }) => described(`${file}: ${fullName}`, failureMessages[0]));
    // A file that could not be loaded has no tests.
    return tests.length === 0 && status === 'failed' ? [described(file, message)] : tests;
  });
  const messages = report.testResults.flatMap(({ assertionResults }) => assertionResults.flatMap(({ fullName, failureMessages }) => failureMessages.map((text) => `${fullName}\n${stripVTControlCharacters(text).slice(0, 2_000)}`)));
  return { passed: report.numPassedTests, failed, ...(messages.length > 0 && { details: messages.join('\n\n') }) };
}

/** @returns {Outcome} */
function storyOutcome(/** @type {{ stats: { expected: number }, suites: Suite[] }} */ { stats, suites }) {
  return { passed: stats.expected, failed: suites.flatMap(failedIn) };
}

/**
 * @typedef {object} Suite
 * @property {string} file
 * @property {{ title: string, ok: boolean, tests: { results: { error?: { message?: string } }[] }[] }[]} specs
 * @property {Suite[]} [suites]
 */

/** @returns {string[]} */
function failedIn(/** @type {Suite} */ { file, specs, suites = [] }) {
  const own = specs.filter(({ ok }) => !ok).map(({ title, tests }) => described(`${file}: ${title}`, tests.flatMap((test) => test.results).find(({ error }) => error)?.error?.message));
  return [...own, ...suites.flatMap(failedIn)];
}

function described(/** @type {string} */ test, message = 'no reason was given') {
  const [reason = ''] = stripVTControlCharacters(message).split('\n');
  return `${test} - ${reason.slice(0, 300)}`;
}
