/** `npm start`: installs and builds what is missing, then runs the server in this process. node: built-ins only, for a fresh clone has no packages. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './files.mjs';
import { ensureBuilt, ensureInstalled, fail, requireNode, SetupProblem } from './setup.mjs';

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  fail(error.message);
}
// The server finds dist/app and .cache from here. In this process, so that Ctrl-C reaches it first hand.
process.chdir(root);
await import(pathToFileURL(join(root, 'dist/server/server.js')).href);
