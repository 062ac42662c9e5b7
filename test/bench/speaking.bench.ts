/** How late the others see that somebody speaks, and has stopped. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { call, meet } from '../support/meeting';
import { recordPeerConnections } from '../support/peer-connections';
import { expect, test } from '../support/story';
import { launchWithTone, writeTone } from '../support/tone';
import { describeMs, report } from './measure';

/** One change from silence to sound or back, in milliseconds since 1970. */
interface Change {
  readonly on: boolean;
  readonly atMs: number;
}

declare global {
  interface Window {
    soundChanges?: Change[];
  }
}

const turns = 6;
/** Of the tone, and of the silence after it. */
const turnSeconds = 1.5;

test('the glow, beside the sound', async ({ visit }, testInfo) => {
  const file = testInfo.outputPath('tone.wav');
  await mkdir(dirname(file), { recursive: true });
  await writeTone(file, [
    { seconds: turnSeconds, hertz: 0 },
    { seconds: turnSeconds, hertz: 440 },
  ]);
  const browser = await launchWithTone(file);
  try {
    const { alice, bob } = await meet(visit, { bob: { browser, prepare: recordPeerConnections } });
    await call(alice, bob);
    const tile = alice.getByRole('group', { name: 'Bob' });
    await expect(tile).toHaveAttribute('speaking', '', { timeout: 15_000 });
    await bob.evaluate(watchSound);
    const glow = await tile.evaluate(watchGlow, 2 * turns + 1);
    const sound = await bob.evaluate(() => window.soundChanges ?? []);
    for (const [on, what, goal] of [
      [true, 'sound begins', '300 ms'],
      [false, 'sound ends', '1,000 ms'],
    ] as const) {
      report({ measure: `speaking: ${what} at the microphone to the other's tile (median of ${turns})`, value: describeMs(delaysMs(sound, glow, on)), goal });
    }
  } finally {
    await browser.close();
  }
});

/** From each change of the sound to the change of the glow that it caused. */
function delaysMs(sound: readonly Change[], glow: readonly Change[], on: boolean): readonly number[] {
  return sound.filter((change) => change.on === on).flatMap(({ atMs }) => {
    const caused = glow.find((change) => change.on === on && change.atMs >= atMs && change.atMs < atMs + turnSeconds * 1_000);
    return caused ? [caused.atMs - atMs] : [];
  });
}

/** Runs in the speaker's page: hears the track that is sent, as the detector does, but by the loudness of 5 ms. */
function watchSound(): void {
  const track = (window.recordedPeerConnections ?? []).flatMap((connection) => connection.getSenders()).find((sender) => sender.track?.kind === 'audio')?.track;
  if (!track) throw new Error('no microphone is sent');
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 256;
  audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const changes: Change[] = [];
  window.soundChanges = changes;
  let wasOn: boolean | undefined;
  setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const on = Math.hypot(...samples) / Math.sqrt(samples.length) > 0.01;
    if (wasOn !== undefined && on !== wasOn) changes.push({ on, atMs: performance.timeOrigin + performance.now() });
    wasOn = on;
  }, 5);
}

/** Runs in the listener's page, until the glow has changed so often. */
function watchGlow(tile: Element, changes: number): Promise<Change[]> {
  return new Promise((resolve) => {
    const seen: Change[] = [];
    new MutationObserver((_records, observer) => {
      seen.push({ on: tile.hasAttribute('speaking'), atMs: performance.timeOrigin + performance.now() });
      if (seen.length < changes) return;
      observer.disconnect();
      resolve(seen);
    }).observe(tile, { attributeFilter: ['speaking'] });
  });
}
