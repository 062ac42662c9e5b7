/** Who speaks glows: a tone in Bob's microphone, seen on Alice's screen. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { call, meet } from '../support/meeting';
import { expect, test } from '../support/story';
import { launchWithTone, writeTone } from '../support/tone';

/** Seconds of the tone, and of the silence after it, again and again. */
const toneSeconds = 3;
const silenceSeconds = 3;

test('the border of the speaker follows the voice: on within 300 ms, off within 1 s', async ({ visit }, testInfo) => {
  const file = testInfo.outputPath('tone.wav');
  await mkdir(dirname(file), { recursive: true });
  await writeTone(file, [
    { seconds: silenceSeconds, hertz: 0 },
    { seconds: toneSeconds, hertz: 440 },
  ]);
  const browser = await launchWithTone(file);
  try {
    const { alice, bob } = await meet(visit, { bob: { browser } });
    await call(alice, bob);
    const tile = alice.getByRole('group', { name: 'Bob' });
    await expect(tile).toHaveAttribute('speaking', '', { timeout: 15_000 });
    // Three whole turns, measured in the page by the changes themselves. The tone's own length is the clock: a glow that comes d1 late and goes d2 late lasts
    // 3 s - d1 + d2.
    const changes = await tile.evaluate(
      (element) =>
        new Promise<{ readonly on: boolean; readonly atMs: number }[]>((resolve) => {
          const seen: { on: boolean; atMs: number }[] = [];
          new MutationObserver((_records, observer) => {
            seen.push({ on: element.hasAttribute('speaking'), atMs: performance.now() });
            if (seen.length < 7) return;
            observer.disconnect();
            resolve(seen);
          }).observe(element, { attributeFilter: ['speaking'] });
        }),
    );
    const starts = changes.filter(({ on }) => on);
    expect(changes.map(({ on }) => on)).toEqual([false, true, false, true, false, true, false]);
    const glowsMs = starts.map((start) => (changes.find(({ on, atMs }) => !on && atMs > start.atMs)?.atMs ?? Infinity) - start.atMs);
    // The middle one: a machine with something else to do holds up one of them, not two.
    const [, glowMs = 0] = glowsMs.sort((a, b) => a - b);
    expect(glowMs).toBeGreaterThan(toneSeconds * 1_000 - 300);
    expect(glowMs).toBeLessThan(toneSeconds * 1_000 + 1_000);
  } finally {
    await browser.close();
  }
});
