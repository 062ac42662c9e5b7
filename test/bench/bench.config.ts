/** `npm run bench`: measures of the running app, told like stories and printed as one table. */
import { defineConfig } from '@playwright/test';
import suite from '../../playwright.config';

export default defineConfig({
  ...suite,
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../../test-results/bench',
  globalSetup: '../support/build-app.ts',
  projects: [{ name: 'bench' }],
  timeout: 180_000,
  reporter: [['./table-reporter.ts']],
  // A trace costs time, which is what is measured.
  use: { ...suite.use, trace: 'off', screenshot: 'off' },
});
