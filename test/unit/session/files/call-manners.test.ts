import { describe, expect, it } from 'vitest';
import { CallManners } from '../../../../src/session/files/call-manners';

const pieceBytes = 64 * 1024;

/** Sends as fast as it may over a line of so many bytes a second, whose queue lengthens the round trip; returns the rates and queues, one a half second. */
function send(manners: CallManners, lineRate: number, seconds: number, { fromMs = 0, baseMs = 30 } = {}): readonly { readonly rate: number; readonly queueMs: number }[] {
  const seen: { rate: number; queueMs: number }[] = [];
  let [nowMs, lineFreeMs, measuredMs] = [fromMs, fromMs, fromMs];
  while (nowMs < fromMs + 1_000 * seconds) {
    nowMs += manners.holdBackMs(pieceBytes, nowMs);
    lineFreeMs = Math.max(nowMs, lineFreeMs) + (1_000 * pieceBytes) / lineRate;
    for (; measuredMs + 500 <= nowMs; measuredMs += 500) {
      const queueMs = Math.max(0, lineFreeMs - nowMs);
      // No two measurements are quite the same.
      manners.noteRoundTrip(baseMs + queueMs + (seen.length % 3), nowMs);
      seen.push({ rate: manners.bytesPerSecond, queueMs });
    }
  }
  return seen;
}

describe('sending beside a call', () => {
  it('begins slowly, and takes what the line has free', () => {
    const seen = send(new CallManners(), 8 * 1024 ** 2, 20);
    expect(seen[0]?.rate).toBeLessThanOrEqual(320 * 1024);
    expect(Math.max(...seen.map(({ rate }) => rate))).toBeGreaterThan(6 * 1024 ** 2);
  });

  it('halves as soon as the round trip grows, so that a queue never lasts', () => {
    const seen = send(new CallManners(), 4 * 1024 ** 2, 60);
    expect(Math.max(...seen.map(({ queueMs }) => queueMs))).toBeLessThan(400);
    const long = seen.filter(({ queueMs }) => queueMs > 40).length;
    expect(long).toBeLessThan(seen.length / 5);
  });

  it('gives way to what else comes on the line, down to next to nothing', () => {
    const manners = new CallManners();
    for (let nowMs = 0; nowMs < 20_000; nowMs += 500) manners.noteRoundTrip(nowMs < 2_000 ? 30 : 200 + nowMs / 1_000, nowMs);
    expect(manners.bytesPerSecond).toBe(32 * 1024);
  });

  it('is not slowed down twice by one measurement', () => {
    const manners = new CallManners();
    manners.noteRoundTrip(30, 1_000);
    const before = manners.bytesPerSecond;
    for (let nowMs = 2_000; nowMs < 4_500; nowMs += 500) manners.noteRoundTrip(120, nowMs);
    expect(manners.bytesPerSecond).toBe(before / 2);
  });

  it('does not take a way that has become longer for a queue, after a while', () => {
    const manners = new CallManners();
    for (let nowMs = 0; nowMs < 10_000; nowMs += 500) manners.noteRoundTrip(30, nowMs);
    for (let nowMs = 10_000; nowMs < 90_000; nowMs += 500) {
      manners.holdBackMs(pieceBytes, nowMs);
      manners.holdBackMs(pieceBytes, nowMs);
      manners.noteRoundTrip(100 + (nowMs % 3), nowMs);
    }
    expect(manners.bytesPerSecond).toBeGreaterThan(1024 ** 2);
  });

  it('does not rise while little is sent: that says nothing about the line', () => {
    const manners = new CallManners();
    const before = manners.bytesPerSecond;
    for (let nowMs = 0; nowMs < 10_000; nowMs += 500) {
      expect(manners.holdBackMs(1_000, nowMs)).toBe(0);
      manners.noteRoundTrip(30, nowMs);
    }
    expect(manners.bytesPerSecond).toBe(before);
  });
});
