/** The entry of the server process: reads the environment, starts, says where it is, and stops when asked. Bundled by Vite into dist/server. */
import { resolve } from 'node:path';
import { announce } from './announcement';
import { readSettings } from './settings';
import { StartProblem, startServer, type RunningServer } from './start-server';

const read = readSettings(process.env);
if ('problem' in read) {
  fail(read.problem);
} else {
  try {
    const server = await startServer({ ...read.settings, appDirectory: resolve('dist/app'), cacheDirectory: resolve('.cache'), tell: say });
    stopOnSignals(server);
    await announce(server, say, process.stdout.isTTY);
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error;
    fail(error.message);
  }
}

function stopOnSignals(server: RunningServer): void {
  const stop = () => {
    void server.stop().then(() => process.exit(0));
  };
  // `once`: a second Ctrl-C ends the process the hard way.
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
