/** `npm run build`: builds what changed since the last time; delete dist/ to build all. */
import { ensureBuilt, ensureInstalled, fail, requireNode, SetupProblem } from './setup.mjs';

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  fail(error.message);
}
