/** End-to-end stories: real browsers, the built app, the real server. */
import { defineConfig } from '@playwright/test';
import type { ReporterDescription } from '@playwright/test';
import { ensureChromium, findFirefox } from './scripts/browser.mjs';
import { chromiumArguments } from './test/support/chromium-arguments.mjs';

const results = process.env['E2E_RESULTS'];
const reporter: ReporterDescription[] = [['list']];
if (results !== undefined) reporter.push(['json', { outputFile: results }]);

// Nothing may be missing in CI: there the stories with a Firefox run, and fail at the launch when there is none.
const withoutFirefox = findFirefox() === undefined && process.env['CI'] !== 'true';

export default defineConfig({
  globalSetup: './test/support/build-app.ts',
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  testIgnore: withoutFirefox ? 'firefox-*.spec.ts' : [],
  outputDir: 'test-results',
  // Two people are two browsers, and two cores carry no more than that.
  workers: 1,
  // A test that passes the second time has found something.
  retries: 0,
  forbidOnly: process.env['CI'] === 'true',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter,
  projects: [
    { name: 'stories', grepInvert: /@long/ },
    // `npm run test:long`: what takes minutes, such as a room of many or an hour's clock.
    { name: 'long', grep: /@long/, timeout: 600_000 },
  ],
  use: {
    browserName: 'chromium',
    // `TRACE=1` for what fails: writing it down takes a quarter of the time of all stories. Without the film, whose encoding takes a core.
    trace: process.env['TRACE'] === '1' ? { mode: 'retain-on-failure', screenshots: false, snapshots: true } : 'off',
    screenshot: 'only-on-failure',
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    launchOptions: { executablePath: await ensureChromium(console.log), chromiumSandbox: process.getuid?.() !== 0, args: chromiumArguments },
  },
});
