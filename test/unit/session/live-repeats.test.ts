import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { timing } from '../../../src/config';
import type { FeedId } from '../../../src/core/ids';
import type { Run } from '../../../src/protocol/run';
import { LiveRepeats } from '../../../src/session/live-repeats';

const feed = 'f'.repeat(22) as FeedId;
const event = { signature: new Uint8Array(64), body: new Uint8Array(100) };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function repeats(sendLive = vi.fn((_: Run) => true)) {
  const sendOrdered = vi.fn();
  const isFull = vi.fn(() => false);
  const setTimer = (afterMs: number, action: () => void) => {
    const timer = setTimeout(action, afterMs);
    return () => clearTimeout(timer);
  };
  const made = new LiveRepeats({ isFull, sendLive, sendOrdered }, setTimer, Date.now);
  const say = (sequence: number) => made.say({ feed, sequence, run: { first: sequence, events: [event] } as unknown as Run });
  return { made, say, isFull, sendLive, sendOrdered };
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
    expect(sendLive.mock.calls.map(([{ first, events }]) => [first, events.length])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
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

  it('take along those before them that were not heard, as many as fit one packet', () => {
    const { made, say, sendLive } = repeats();
    for (const sequence of [1, 2, 3, 4, 5, 6]) {
      say(sequence);
      vi.advanceTimersByTime(timing.repeatFirstMs / 2);
    }
    expect(sendLive.mock.lastCall?.[0]).toMatchObject({ first: 3, events: [event, event, event, event] });
    made.heard(feed, 3, 4);
    sendLive.mockClear();
    vi.advanceTimersByTime(timing.repeatFirstMs);
    expect(sendLive.mock.calls.map(([{ first, events }]) => [first, events.length])).toEqual([[1, 2]]);
  });

  it('wait while the channel is full, and go as soon as it is not', () => {
    const { say, isFull, sendLive } = repeats();
    isFull.mockReturnValue(true);
    say(1);
    vi.advanceTimersByTime(timing.repeatForMs / 2);
    expect(sendLive).not.toHaveBeenCalled();
    isFull.mockReturnValue(false);
    vi.advanceTimersByTime(timing.repeatFirstMs / 2);
    expect(sendLive).toHaveBeenCalledTimes(1);
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
