import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/config';
import type { Frame, RunsFrame } from '../../../src/protocol/frames';
import { runsBytes, runsInFrame } from '../../../src/protocol/run';
import { RunServer } from '../../../src/session/run-server';
import { MemoryLogStore } from '../../../src/storage/memory-log-store';
import type { FeedRecord, LogEvent } from '../../../src/core/log-event';
import { SignedFeed } from '../../support/signed-feed';

async function serve(feed: SignedFeed, ranges: FeedRecord['ranges']) {
  const events = feed.events.filter(({ sequence }) => ranges.some(({ first, last }) => first <= sequence && sequence <= last));
  const { sequence, hash, clock } = events.at(-1) as LogEvent;
  const record: FeedRecord = { ...feed.feed, ranges, head: { sequence, hash, clock }, forked: false };
  const store = new MemoryLogStore();
  await store.load('take');
  await store.write({ feeds: [record], events: events.map((event) => ({ ...event, gone: undefined })) });
  const sent: Frame[] = [];
  const link = { signal: new AbortController().signal, bufferedBytes: 0, buffered: () => link.bufferedBytes, send: (frame: Frame) => sent.push(frame) > 0 };
  const timers: (() => void)[] = [];
  const slice = vi.spyOn(store, 'slice');
  const log = { store, feeds: new Map([[record.id, record]]), version: 1, capOf: () => Infinity };
  const server = new RunServer(log, link, () => 0, () => 0, (_, action) => (timers.push(action), () => undefined));
  server.want({ kind: 'want', want: 1, parts: ranges.map((range) => ({ feed: record.id, range })), credit: 64 });
  const runs = (): readonly RunsFrame[] => sent.filter((frame) => frame.kind === 'runs');
  const lookAgain = (): void => timers.splice(0).forEach((action) => action());
  return { server, link, sent, runs, lookAgain, slice, isServed: () => sent.at(-1)?.kind === 'served' };
}

async function longTalk(count: number, length: number): Promise<SignedFeed> {
  const feed = await SignedFeed.make('r'.repeat(22));
  for (let left = count; left > 0; left--) await feed.say({ kind: 'text', name: 'Alice', text: 'x'.repeat(length) });
  return feed;
}

describe('what a peer is given', () => {
  it('begins with a small frame, so that something is there soon on a slow line', async () => {
    const { runs, isServed } = await serve(await longTalk(150, 1_000), [{ first: 1, last: 150 }]);
    await vi.waitFor(() => expect(isServed()).toBe(true));
    const sizes = runs().map((frame) => runsBytes(frame.runs));
    expect(sizes[0]).toBeLessThanOrEqual(8 * 1024);
    expect(Math.max(...sizes)).toBeGreaterThan(limits.runsFrameBytes / 2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.runsFrameBytes);
    expect(runs().flatMap((frame) => frame.runs.flatMap(({ events }) => events))).toHaveLength(150);
  });

  it('waits until the line has taken what was sent, so that what is said meanwhile does not wait behind it', async () => {
    const { link, sent, runs, lookAgain, isServed, slice } = await serve(await longTalk(100, 1_000), [{ first: 1, last: 100 }]);
    link.bufferedBytes = 200_000;
    await vi.waitFor(() => expect(slice).toHaveBeenCalled());
    lookAgain();
    expect(sent).toEqual([]);
    link.bufferedBytes = 0;
    await vi.waitFor(() => {
      lookAgain();
      expect(isServed()).toBe(true);
    });
    expect(runs().length).toBeGreaterThan(1);
  });

  it('has no more runs in a frame than are taken', async () => {
    const holes = Array.from({ length: 150 }, (_, at) => ({ first: 2 * at + 1, last: 2 * at + 1 }));
    const { runs, isServed } = await serve(await longTalk(300, 10), holes);
    await vi.waitFor(() => expect(isServed()).toBe(true));
    expect(runs().flatMap((frame) => frame.runs)).toHaveLength(150);
    for (const frame of runs()) expect(frame.runs.length).toBeLessThanOrEqual(runsInFrame);
  });
});
