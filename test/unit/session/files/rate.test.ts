import { describe, expect, it } from 'vitest';
import { Rate, TimeLeft } from '../../../../src/session/files/rate';

const kilobyte = 1024;

/** Adds so many bytes each tenth of a second. */
function flow(rate: Rate, bytes: number, fromMs: number, toMs: number): void {
  for (let nowMs = fromMs; nowMs < toMs; nowMs += 100) rate.add(bytes, nowMs);
}

describe('a rate', () => {
  it('is that of the last seconds', () => {
    const rate = new Rate(3_000);
    flow(rate, 10 * kilobyte, 0, 20_000);
    expect(rate.bytesPerSecond(20_000) / (100 * kilobyte)).toBeCloseTo(1, 1);
    flow(rate, 20 * kilobyte, 20_000, 24_000);
    expect(rate.bytesPerSecond(24_000) / (200 * kilobyte)).toBeCloseTo(1, 1);
  });

  it('is right from the beginning, and after a rest', () => {
    for (const fromMs of [0, 1_234_567]) {
      const rate = new Rate(3_000);
      flow(rate, kilobyte, 0, 500);
      flow(rate, 10 * kilobyte, fromMs + 60_000, fromMs + 61_000);
      expect(rate.bytesPerSecond(fromMs + 61_000) / (100 * kilobyte)).toBeCloseTo(1, 1);
      expect(rate.runningMs(fromMs + 61_000)).toBe(1_000);
    }
  });

  it('does not take what came at once for a second of it', () => {
    const rate = new Rate(3_000);
    rate.add(kilobyte, 10);
    expect(rate.bytesPerSecond(10)).toBe(4 * kilobyte);
  });

  it('ends when nothing comes', () => {
    const rate = new Rate(3_000);
    flow(rate, kilobyte, 0, 5_000);
    expect(rate.bytesPerSecond(8_100)).toBe(0);
    expect(rate.runningMs(8_100)).toBe(0);
  });
});

describe('the time left', () => {
  it('is not said before it is known', () => {
    const [rate, left] = [new Rate(3_000), new TimeLeft()];
    expect(left.seconds(kilobyte, rate, 0)).toBeUndefined();
    flow(rate, kilobyte, 0, 500);
    expect(left.seconds(kilobyte, rate, 500)).toBeUndefined();
  });

  it('counts down without jumping where the rate does', () => {
    const [rate, left] = [new Rate(3_000), new TimeLeft()];
    let bytesLeft = 2_000 * kilobyte;
    let before: number | undefined;
    for (let nowMs = 0; nowMs < 15_000; nowMs += 250) {
      // 100 KiB a second, but in lumps.
      if (nowMs % 1_000 === 0) {
        rate.add(100 * kilobyte, nowMs);
        bytesLeft -= 100 * kilobyte;
      }
      const seconds = left.seconds(bytesLeft, rate, nowMs);
      if (seconds !== undefined && before !== undefined) expect(Math.abs(before - seconds)).toBeLessThan(2);
      before = seconds;
    }
    expect(before).toBeGreaterThan(3);
    expect(before).toBeLessThan(8);
  });
});
