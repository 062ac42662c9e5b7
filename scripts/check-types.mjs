/** Checks every TypeScript project (each tsconfig*.json but the base) and that no source file stands outside all of them. */
import { spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import { filesOf, root } from './files.mjs';

const compiler = join(root, 'node_modules/typescript/bin/tsc');

const projects = await filesOf((path) => /(^|\/)tsconfig(\.[a-z]+)?\.json$/.test(path) && path !== 'tsconfig.base.json');
const sources = await filesOf((path) => /\.(ts|mjs)$/.test(path) && !path.endsWith('.d.mts'));

/** @type {Set<string>} */
const covered = new Set();
let failed = false;

for (const project of projects) {
  const name = project.replaceAll('/', '-');
  const { code, output } = await run(['-p', project, '--pretty', 'false', '--incremental', '--tsBuildInfoFile', `.cache/tsc/${name}.tsbuildinfo`, '--listFiles']);
  /** @type {string[]} */
  const problems = [];
  for (const line of output.split('\n')) {
    // `--listFiles` prints absolute paths, one a line, among the diagnostics.
    if (line.startsWith(root) && !line.includes('): ')) covered.add(relative(root, line.trim()).replaceAll('\\', '/'));
    else if (line.trim() !== '') problems.push(line);
  }
  // TS18003: the folder has no file yet.
  const empty = problems.length === 1 && problems[0]?.includes('error TS18003') === true;
  const passed = code === 0 || empty;
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${project}${empty ? ' (no files yet)' : ''}`);
  if (!passed) {
    failed = true;
    console.log(problems.join('\n'));
  }
}

const uncovered = sources.filter((path) => !covered.has(path));
if (uncovered.length > 0) {
  failed = true;
  console.log(`FAILED no tsconfig includes:\n${uncovered.map((path) => `  ${path}`).join('\n')}`);
}
if (projects.length === 0) {
  failed = true;
  console.log('FAILED no tsconfig was found');
}
process.exitCode = failed ? 1 : 0;

/** @returns {Promise<{ code: number | null, output: string }>} */
function run(/** @type {string[]} */ args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [compiler, ...args], { cwd: root });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
