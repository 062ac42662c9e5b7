import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import { loudness, waveformOf } from '../../../src/media/waveform';

const tone = (amplitude: number): Float32Array => Float32Array.from({ length: 2_048 }, (_, at) => amplitude * Math.sin(at / 3));

describe('loudness', () => {
  it('is 0 for silence and 1 for the loudest', () => {
    expect(loudness(new Float32Array(2_048))).toBe(0);
    expect(loudness(tone(1))).toBe(1);
    expect(loudness(new Float32Array())).toBe(0);
  });

  it('grows in even steps with each doubling', () => {
    const [quiet, middle, loud] = [0.01, 0.02, 0.04].map((amplitude) => loudness(tone(amplitude)));
    expect((middle ?? 0) - (quiet ?? 0)).toBeGreaterThan(0.1);
    expect((loud ?? 0) - (middle ?? 0)).toBeCloseTo((middle ?? 0) - (quiet ?? 0), 2);
  });
});

describe('a waveform', () => {
  it('has as many bars as fit, each the loudest moment of its share', () => {
    const levels = Array.from({ length: limits.waveformBars * 10 }, (_, at) => (at === 15 ? 0.8 : at === 25 ? 0.4 : 0));
    const bars = waveformOf(levels);
    expect(bars.length).toBe(limits.waveformBars);
    expect(bars.slice(0, 4)).toEqual([0, 15, 8, 0]);
  });

  it('of a short recording has a bar a moment', () => {
    expect(waveformOf([0.5, 1, 0])).toEqual([8, 15, 0]);
  });

  it('of silence is flat', () => {
    expect(waveformOf([0, 0, 0])).toEqual([0, 0, 0]);
    expect(waveformOf([])).toEqual([]);
  });
});
