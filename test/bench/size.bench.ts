/** How many bytes of JavaScript a visitor waits for. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from '@playwright/test';
import { report } from './measure';

/** What scripts/size.mjs says of each stage: `ok     home-ready: 14.3 KB brotli of at most 14.5 KB (goal 15.0 KB)`. */
const verdictPattern = /^(?:ok|FAILED) +([a-z-]+): ([\d.]+) KB brotli of at most [\d.]+ KB \(goal ([\d.]+) KB\)$/gmu;

test('bytes until home-ready and chat-ready', async () => {
  // It exits with 1 above a limit, which the table says as well.
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/size.mjs']).catch((failure: unknown) => failure as { stdout: string });
  const verdicts = [...stdout.matchAll(verdictPattern)];
  if (verdicts.length < 2) throw new Error(`scripts/size.mjs said no sizes:\n${stdout}`);
  for (const [, stage, bytes, goal] of verdicts)
    report({ measure: `brotli bytes of JavaScript until ${stage}`, value: `${bytes} KB`, goal: `≤ ${goal} KB`, met: Number(bytes) <= Number(goal) });
});
