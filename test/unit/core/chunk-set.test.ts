import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkSet } from '../../../src/core/chunk-set';

describe('a set of chunks', () => {
  it('has what was added and not deleted, as a Set has', () => {
    const step = fc.record({ kind: fc.constantFrom('add' as const, 'delete' as const), chunk: fc.nat(20) });
    fc.assert(
      fc.property(fc.nat(20), fc.array(step, { maxLength: 60 }), (count, steps) => {
        const [set, model] = [new ChunkSet(count), new Set<number>()];
        for (const { kind, chunk } of steps) {
          set[kind](chunk);
          if (kind === 'delete') model.delete(chunk);
          else if (chunk < count) model.add(chunk);
        }
        expect(set.size).toBe(model.size);
        expect(set.isFull).toBe(model.size === count);
        for (let chunk = 0; chunk < 24; chunk++) expect(set.has(chunk)).toBe(model.has(chunk));
        expect(new ChunkSet(count, set.toBytes()).toBytes()).toEqual(set.toBytes());
      }),
    );
  });

  it('has the first chunk in the highest bit', () => {
    const set = new ChunkSet(10);
    for (const chunk of [0, 7, 9]) set.add(chunk);
    expect(set.toBytes()).toEqual(Uint8Array.of(0b1000_0001, 0b0100_0000));
  });

  it('counts nothing beyond its end, and nothing that bits too few don’t say', () => {
    expect(new ChunkSet(10, Uint8Array.of(0xff, 0xff)).size).toBe(10);
    expect(new ChunkSet(10, new Uint8Array(9_000).fill(0xff)).size).toBe(10);
    expect(new ChunkSet(10, Uint8Array.of(0xff)).size).toBe(8);
    expect(ChunkSet.full(10).isFull).toBe(true);
    expect(ChunkSet.full(16).size).toBe(16);
  });

  it('gives away a copy', () => {
    const set = new ChunkSet(3);
    set.toBytes().fill(0xff);
    expect(set.size).toBe(0);
    expect(set.has(0)).toBe(false);
  });

  it.each([-1, 3, 1e9])('takes no chunk %i', (chunk) => {
    const set = new ChunkSet(3);
    set.add(chunk);
    expect(set.size).toBe(0);
    expect(set.has(chunk)).toBe(false);
  });
});
