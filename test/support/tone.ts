/** A microphone that plays what a test says: a wav file for Chromium's `--use-file-for-fake-audio-capture`. */
import { writeFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import type { Browser } from '@playwright/test';
import { ensureChromium } from '../../scripts/browser.mjs';
import { chromiumArguments } from './chromium-arguments.mjs';

/** Silence where `hertz` is 0. */
export interface ToneSegment {
  readonly seconds: number;
  readonly hertz: number;
}

const sampleRate = 48_000;
/** Half of full scale: a firm voice. */
const amplitude = 0.5 * 0x7fff;
const wavHeaderBytes = 44;

/** Writes 16-bit mono PCM (RIFF/WAVE). Chromium plays it in a loop. */
export async function writeTone(path: string, segments: readonly ToneSegment[]): Promise<void> {
  const samples = segments.flatMap(({ seconds, hertz }) => Array.from({ length: Math.round(seconds * sampleRate) }, (_, index) => Math.round(amplitude * Math.sin((2 * Math.PI * hertz * index) / sampleRate))));
  const file = Buffer.alloc(wavHeaderBytes + samples.length * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples.length * 2, 40);
  for (const [index, sample] of samples.entries()) file.writeInt16LE(sample, wavHeaderBytes + index * 2);
  await writeFile(path, file);
}

/** A Chromium of its own whose microphone is that file, from its start, once the page asks for it. The caller closes it. */
export async function launchWithTone(path: string): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium(console.log),
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...chromiumArguments, `--use-file-for-fake-audio-capture=${path}`],
  });
}
