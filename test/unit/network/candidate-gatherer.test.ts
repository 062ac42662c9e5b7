import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { timing } from '../../../src/config';
import { CandidateGatherer } from '../../../src/network/candidate-gatherer';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A connection that finds addresses when told to. */
class Surroundings extends EventTarget {
  iceGatheringState = 'gathering';

  find(type: 'host' | 'srflx', port: number): void {
    this.#tell({ candidate: `candidate:1 1 udp 1 192.0.2.1 ${port} typ ${type}` });
  }

  finish(): void {
    this.#tell(null);
  }

  #tell(candidate: { readonly candidate: string } | null): void {
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }));
  }
}

function gather() {
  const surroundings = new Surroundings();
  const end = new AbortController();
  const gatherer = new CandidateGatherer(surroundings as unknown as RTCPeerConnection, end.signal);
  const ports: number[][] = [];
  const note = (found: readonly string[]) => void ports.push(found.map((candidate) => Number(candidate.split(' ')[5])));
  return { surroundings, gatherer, end, ports, note };
}

/** The first batch has left with one address; a server has told another since. */
async function gatherLater() {
  const gathering = gather();
  const { surroundings, gatherer, note } = gathering;
  surroundings.find('host', 1);
  await vi.advanceTimersByTimeAsync(timing.gatherQuietMs);
  note(await gatherer.first());
  void gatherer.later().then(note);
  surroundings.find('srflx', 2);
  return gathering;
}

describe('the first batch', () => {
  it('leaves when the device’s own addresses have all come, which shows by the quiet after them', async () => {
    const { surroundings, gatherer, ports, note } = gather();
    void gatherer.first().then(note);
    surroundings.find('host', 1);
    await vi.advanceTimersByTimeAsync(timing.gatherQuietMs - 1);
    surroundings.find('host', 2);
    await vi.advanceTimersByTimeAsync(timing.gatherQuietMs - 1);
    expect(ports).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ports).toEqual([[1, 2]]);
  });

  it('does not leave with a server’s answer alone before its time is up', async () => {
    const { surroundings, gatherer, ports, note } = gather();
    void gatherer.first().then(note);
    surroundings.find('srflx', 1);
    await vi.advanceTimersByTimeAsync(timing.gatherMs - 1);
    expect(ports).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ports).toEqual([[1]]);
  });

  it('leaves at the latest when its time is up, though more keep coming', async () => {
    const { surroundings, gatherer, ports, note } = gather();
    void gatherer.first().then(note);
    const stepMs = 8;
    for (let port = 1; port * stepMs < timing.gatherMs; port += 1) {
      surroundings.find('host', port);
      await vi.advanceTimersByTimeAsync(stepMs);
    }
    expect(ports).toEqual([]);
    await vi.advanceTimersByTimeAsync(timing.gatherMs % stepMs);
    expect(ports).toHaveLength(1);
  });

  it.each(['finish', 'end'] as const)('leaves at once at the %s', async (how) => {
    const { surroundings, gatherer, end, ports, note } = gather();
    void gatherer.first().then(note);
    surroundings.find('host', 1);
    if (how === 'finish') surroundings.finish();
    else end.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(ports).toEqual([[1]]);
  });
});

describe('the later batch', () => {
  it('has what the first had not, and leaves when all is there', async () => {
    const { surroundings, ports } = await gatherLater();
    await vi.advanceTimersByTimeAsync(500);
    expect(ports).toEqual([[1]]);
    surroundings.finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(ports).toEqual([[1], [2]]);
  });

  it('does not wait for a server that is slower than a second', async () => {
    const { ports } = await gatherLater();
    await vi.advanceTimersByTimeAsync(timing.gatherLaterMs - timing.gatherQuietMs - 1);
    expect(ports).toEqual([[1]]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ports).toEqual([[1], [2]]);
  });
});
