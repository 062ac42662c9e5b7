/** Unit tests: pure logic, cryptography, the protocol and the signaling server, in Node. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['test/support/many-listeners.ts'],
    // Two cores are what CI has; threads start faster than processes.
    pool: 'threads',
    maxWorkers: 2,
    // For what hangs: a slow machine is no failure.
    testTimeout: 30_000,
    // A promise nobody awaited fails the run by itself; a focused test must not reach CI.
    allowOnly: process.env['CI'] !== 'true',
    passWithNoTests: false,
  },
});
