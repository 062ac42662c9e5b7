import { describe, expect, it } from 'vitest';
import { State } from '../../../../src/core/observable';
import { FilePeer } from '../../../../src/session/files/file-peer';
import type { FileServer } from '../../../../src/session/files/file-server';
import type { Member } from '../../../../src/session/roster';

const plenty = 1e9;

/** A peer whose round trip is measured as each says, one a second; what it wishes for after each. */
async function steer(...roundTripsMs: readonly number[]): Promise<readonly number[]> {
  let nowMs = 0;
  let wished = 0;
  const files = { laneCount: new State(0), wish: (count: number) => void (wished = count), roundTripMs: () => Promise.resolve(roundTripsMs[nowMs / 1_000]) };
  const member = { device: 'd', link: { send: () => true, files } } as unknown as Member;
  const peer = new FilePeer({ member, server: {} as FileServer, now: () => nowMs, onHave: () => undefined, onMisbehaved: () => undefined });
  const wishes: number[] = [];
  for (; nowMs / 1_000 < roundTripsMs.length; nowMs += 1_000) {
    peer.measure();
    await Promise.resolve();
    peer.steer(plenty, false);
    files.laneCount.set(wished);
    wishes.push(wished);
  }
  return wishes;
}

describe('how long the way is', () => {
  it('is what its shortest round trip of late was: queues on it are no reason for further lanes', async () => {
    expect(await steer(5, 300, 300, 300, 300, 300, 300)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('is longer when it has been for ten seconds', async () => {
    const wishes = await steer(5, ...Array.from({ length: 14 }, () => 300));
    expect(wishes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 1));
    expect(wishes.at(-1)).toBeGreaterThan(1);
  });

  it('is long from the beginning where it is', async () => {
    expect((await steer(60, 60))[0]).toBe(8);
  });
});
