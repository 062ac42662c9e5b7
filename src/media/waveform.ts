/** How loud a voice is, and a picture of that. */
import { limits } from '../config';

/** What a quiet room and a loud voice near the microphone measure, in decibels below the loudest possible sound. */
const silentDb = -60;
const loudDb = -10;
/** Four bits, as they travel (core/file.ts). */
const highestBar = 15;

/** Of samples between -1 and 1: 0 for silence to 1 for a loud voice, in steps that ears find even. */
export function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  const db = 10 * Math.log10(power);
  return Math.min(1, Math.max(0, (db - silentDb) / (loudDb - silentDb)));
}

/** Up to `limits.waveformBars` bars, 0 to 15, each the loudest moment of its share; the highest is 15 unless all is silent. */
export function waveformOf(levels: readonly number[]): readonly number[] {
  const count = Math.min(levels.length, limits.waveformBars);
  const shares = Array.from({ length: count }, (_, bar) => levels.slice(Math.floor((bar * levels.length) / count), Math.floor(((bar + 1) * levels.length) / count)));
  const peaks = shares.map((share) => Math.max(...share));
  const highest = Math.max(0, ...peaks);
  return peaks.map((peak) => (highest === 0 ? 0 : Math.round((peak / highest) * highestBar)));
}
