import { describe, it } from 'vitest';
import { liveThrough } from '../../support/log-simulation/script';

const { SEED: seed, SIMULATION_RUNS: runs = '1000' } = process.env;

describe('a conversation in a bad world', () => {
  it('is the same for everybody once the world is a good one, with nothing lost and nothing twice', { timeout: 3_600_000 }, async () => {
    const seeds = seed === undefined ? Array.from({ length: Number(runs) }, (_, index) => index + 1) : [Number(seed)];
    // Throws with the seed and the story.
    for (const one of seeds) await liveThrough(one);
  });
});
