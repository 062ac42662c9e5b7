import { describe, expect, it } from 'vitest';
import { fairShares } from '../../../src/core/fair-shares';

const shares = (items: Readonly<Record<string, readonly number[]>>, maximum: number) => Object.fromEntries(fairShares(new Map(Object.entries(items)), maximum));

describe('shares of a store', () => {
  it('are all that there is, where there is room', () => {
    expect(shares({ alice: [1, 2], bob: [3] }, 3)).toEqual({ alice: [1, 2], bob: [3] });
  });

  it('are less for whoever has put in most: its latest', () => {
    expect(shares({ alice: [1, 2], mallory: [1, 2, 3, 4, 5, 6], bob: [7] }, 6)).toEqual({ alice: [1, 2], mallory: [4, 5, 6], bob: [7] });
  });

  it('are never more than fit', () => {
    expect(Object.values(shares({ alice: [1], bob: [2], carol: [3] }, 2)).flat()).toHaveLength(2);
  });
});
