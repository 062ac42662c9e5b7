/** `npm run test:long`: the tests that count, with their full counts. The table of the last run is docs/long-runs.md. */
import { spawnSync } from 'node:child_process';
import { root } from './files.mjs';

/** @type {readonly { readonly command: readonly string[]; readonly environment?: Readonly<Record<string, string>> }[]} */
const runs = [
  { command: ['vitest', 'run', 'test/unit/session/simulation.test.ts'], environment: { SIMULATION_RUNS: '10000' } },
  { command: ['vitest', 'run', 'test/unit/session/log-simulation.test.ts'], environment: { SIMULATION_RUNS: '10000' } },
  { command: ['playwright', 'test', '--project', 'long', '--pass-with-no-tests'] },
];

for (const { command, environment } of runs) {
  const { status } = spawnSync('npx', command, { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment }, shell: process.platform === 'win32' });
  if (status !== 0) process.exitCode = 1;
}
