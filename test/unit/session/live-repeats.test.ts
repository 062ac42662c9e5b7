import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { timing } from '../../../src/config';
import type { FeedId } from '../../../src/core/ids';
import type { Run } from '../../../src/protocol/run';
import { LiveRepeats } from '../../../src/session/live-repeats';

const feed = 'f'.repeat(22) as FeedId;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function repeats(sendLive = vi.fn((_: Run) => true)) {
  const sendOrdered = vi.fn();
  const setTimer = (afterMs: number, action: () => void) => {
    const timer = setTimeout(action, afterMs);
    return () => clearTimeout(timer);
  };
  const made = new LiveRepeats({ sendLive, sendOrdered }, setTimer, Date.now);
  const say = (sequence: number) => made.say({ feed, sequence, run: { first: sequence } as Run });
  return { made, say, sendLive, sendOrdered };
}

describe('small events on the unordered channel', () => {
  it('are repeated, ever slower, until they were heard', () => {
    const { made, say, sendLive, sendOrdered } = repeats();
    say(1);
    expect(sendLive).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(timing.repeatFirstMs);
    expect(sendLive).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(timing.repeatFirstMs);
    expect(sendLive).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(timing.repeatFirstMs);
    expect(sendLive).toHaveBeenCalledTimes(3);
    made.heard(feed, 1);
    vi.advanceTimersByTime(10 * timing.repeatForMs);
    expect(sendLive).toHaveBeenCalledTimes(3);
    expect(sendOrdered).not.toHaveBeenCalled();
  });

  it('go in order once nobody has answered for a while, and only then', () => {
    const { say, sendLive, sendOrdered } = repeats();
    say(1);
    vi.advanceTimersByTime(timing.repeatForMs - 1);
    expect(sendOrdered).not.toHaveBeenCalled();
    vi.advanceTimersByTime(timing.repeatForMs);
    expect(sendOrdered).toHaveBeenCalledTimes(1);
    const count = sendLive.mock.calls.length;
    expect(count).toBeLessThan(12);
    vi.advanceTimersByTime(10 * timing.repeatForMs);
    expect(sendLive).toHaveBeenCalledTimes(count);
    expect(sendOrdered).toHaveBeenCalledTimes(1);
  });

  it('are each heard by themselves, and all at once by what the other has', () => {
    const { made, say, sendLive } = repeats();
    for (const sequence of [1, 2, 3]) say(sequence);
    made.heard(feed, 2);
    made.heard('g'.repeat(22) as FeedId, 1);
    sendLive.mockClear();
    vi.advanceTimersByTime(timing.repeatFirstMs);
    expect(sendLive.mock.calls.map(([{ first }]) => first)).toEqual([1, 3]);
    made.got(feed, 3);
    sendLive.mockClear();
    vi.advanceTimersByTime(10 * timing.repeatForMs);
    expect(sendLive).not.toHaveBeenCalled();
  });

  it('end with their link', () => {
    const { made, say, sendLive, sendOrdered } = repeats();
    say(1);
    made.stop();
    vi.advanceTimersByTime(10 * timing.repeatForMs);
    expect(sendLive).toHaveBeenCalledTimes(1);
    expect(sendOrdered).not.toHaveBeenCalled();
  });
});
