/** Component tests: elements, accessibility, IndexedDB and WebRTC within one page of a real Chromium. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { defaultReporter } from '@web/test-runner';
import { playwrightLauncher } from '@web/test-runner-playwright';
import { ensureChromium } from './scripts/browser.mjs';
import { chromiumArguments } from './test/support/chromium-arguments.mjs';
import { viteBridge } from './test/support/vite-bridge.mjs';

const { middleware, plugins } = await viteBridge();

/** @type {import('@web/test-runner').TestRunnerConfig} */
export default {
  files: 'test/component/**/*.test.ts',
  rootDir: '.',
  concurrency: 2,
  // The first page waits for Vite to bundle the packages.
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 120_000,
  testFramework: { config: { ui: 'bdd', timeout: '10000' } },
  browsers: [
    playwrightLauncher({
      product: 'chromium',
      launchOptions: { executablePath: await ensureChromium(console.log), chromiumSandbox: process.getuid?.() !== 0, args: [...chromiumArguments, '--autoplay-policy=no-user-gesture-required'] },
      // Elements choose their language by it; tests that want another set it themselves.
      createBrowserContext: ({ browser }) => browser.newContext({ locale: 'en-GB', permissions: ['camera', 'microphone', 'clipboard-read', 'clipboard-write'] }),
    }),
  ],
  // Lit says on each page that it is in development mode.
  filterBrowserLogs: ({ args }) => !args.some((part) => typeof part === 'string' && part.includes('lit.dev/msg/dev-mode')),
  middleware,
  plugins,
  reporters: [defaultReporter({ reportTestProgress: false }), countReporter(process.env['COMPONENT_RESULTS'])],
  testRunnerHtml: (testFramework) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Component tests</title></head><body><script type="module" src="${testFramework}"></script></body></html>`,
};

/**
 * Writes the outcome to `path`, as scripts/test.mjs wants it. A file that did not run at all counts as one failure.
 * @returns {import('@web/test-runner').Reporter}
 */
function countReporter(/** @type {string | undefined} */ path) {
  return {
    // Not onTestRunFinished, which the runner doesn't wait for.
    async stop({ sessions }) {
      if (path === undefined) return;
      let passed = 0;
      /** @type {string[]} */
      const failed = [];
      for (const { testFile, testResults, passed: sessionPassed, errors } of sessions) {
        const file = relative(import.meta.dirname, testFile ?? 'a page');
        const before = failed.length;
        if (testResults) countSuite(testResults, file);
        if (!sessionPassed && failed.length === before) failed.push(`${file} - ${errors[0]?.message ?? 'did not run to its end'}`);
      }
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, JSON.stringify({ passed, failed }));

      function countSuite(/** @type {import('@web/test-runner').TestSuiteResult} */ { tests, suites }, /** @type {string} */ place) {
        for (const { name, skipped, passed: testPassed, error } of tests) {
          if (skipped) continue;
          if (testPassed) passed += 1;
          else failed.push(`${place}: ${name} - ${(error?.message ?? 'no reason was given').split('\n')[0]}`);
        }
        for (const suite of suites) countSuite(suite, `${place}: ${suite.name}`);
      }
    },
  };
}
