/** Before the first story: the app that is tested is the one in the working tree. */
import { ensureBuilt } from '../../scripts/setup.mjs';

/** Playwright's globalSetup. */
export default async function buildApp(): Promise<void> {
  await ensureBuilt();
}
