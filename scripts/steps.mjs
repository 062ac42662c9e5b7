/** Runs the steps of `npm test`, each a command with a time limit of its own, so that nothing hangs and a fault is shown once. */
import { spawn } from 'node:child_process';
import { root } from './files.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} command Program and arguments; `npm` works on Windows too.
 * @property {number} limitMs
 * @property {'on failure' | 'live' | 'never'} [shown] When the output is printed: `live` for steps that take minutes.
 * @property {Record<string, string>} [environment] Beside the process's own.
 */

/** @typedef {{ passed: boolean, output: string, reason: string }} StepOutcome `reason` is empty for a step that passed. */

/** @returns {Promise<StepOutcome>} */
export async function runStep(/** @type {Step} */ { name, command, limitMs, shown = 'on failure', environment = {} }) {
  const started = performance.now();
  if (shown === 'live') console.log(`       ${name} …`);
  const outcome = await runCommand(command, limitMs, shown === 'live', environment);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${outcome.passed ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${seconds.padStart(6)} s${outcome.passed ? '' : `  ${outcome.reason}`}`);
  if (!outcome.passed && shown === 'on failure') console.log(indent(outcome.output));
  return outcome;
}

/** @returns {Promise<StepOutcome>} */
function runCommand(/** @type {string[]} */ [program = '', ...args], /** @type {number} */ limitMs, /** @type {boolean} */ live, /** @type {Record<string, string>} */ environment) {
  return new Promise((resolve) => {
    const windows = process.platform === 'win32';
    // A group of its own, so that what the step has started (browsers, servers) ends with it.
    const child = spawn(program, args, { cwd: root, env: { ...process.env, ...environment }, shell: windows, detached: !windows, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let reason = '';
    const end = (/** @type {NodeJS.Signals} */ signal) => endGroup(child, signal);
    const limit = setTimeout(() => {
      reason = `took longer than ${Math.round(limitMs / 1000)} s`;
      end('SIGKILL');
    }, limitMs);
    const interrupted = () => {
      end('SIGTERM');
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);

    const take = (/** @type {Buffer} */ chunk) => {
      const text = chunk.toString();
      output += text;
      if (live) process.stdout.write(text);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const finish = (/** @type {StepOutcome} */ outcome) => {
      clearTimeout(limit);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      // A grandchild may outlive a step that crashed, and hold its ports.
      end('SIGKILL');
      resolve(outcome);
    };
    child.on('error', (error) => finish({ passed: false, output, reason: `could not be started: ${error.message}` }));
    // `exit`, not `close`: a forgotten grandchild that keeps the pipes must not hold the run.
    child.on('exit', (code) => setImmediate(() => finish({ passed: code === 0 && reason === '', output, reason: reason || (code === 0 ? '' : `ended with ${code}`) })));
  });
}

function endGroup(/** @type {import('node:child_process').ChildProcess} */ child, /** @type {NodeJS.Signals} */ signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended.
  }
}

export function indent(/** @type {string} */ text) {
  return text
    .trim()
    .split('\n')
    .map((line) => `       ${line}`)
    .join('\n');
}
