import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/config';
import { ChunkSet } from '../../../../src/core/chunk-set';
import { chunkBytes } from '../../../../src/core/file';
import { ChunkAssembly } from '../../../../src/session/files/chunk-assembly';
import { ChunkPlan } from '../../../../src/session/files/chunk-plan';

function setOf(count: number, ...chunks: readonly number[]): ChunkSet {
  const set = new ChunkSet(count);
  for (const chunk of chunks) set.add(chunk);
  return set;
}

describe('which chunks are asked for', () => {
  it('are those that are not here, in order, of one who has all', () => {
    const plan = new ChunkPlan(10, setOf(10, 0, 3));
    const all = ChunkSet.full(10);
    plan.addSource(all);
    expect(plan.take(all, 3, 0.9)).toEqual([1, 2, 4]);
    expect(plan.take(all, 100, 0.9)).toEqual([5, 6, 7, 8, 9]);
    expect(plan.openCount).toBe(0);
  });

  it('are never more than the source has', () => {
    const plan = new ChunkPlan(10, undefined);
    const some = setOf(10, 2, 9);
    plan.addSource(some);
    expect(new Set(plan.take(some, 5, 0))).toEqual(new Set([2, 9]));
    expect(plan.wantsOf(some)).toBe(false);
    expect(plan.take(some, 5, 0)).toEqual([]);
  });

  it('are the rarest first', () => {
    const plan = new ChunkPlan(6, undefined);
    const [whole, many, few] = [ChunkSet.full(6), setOf(6, 0, 1, 2, 3), setOf(6, 0, 1)];
    for (const source of [whole, many, few]) plan.addSource(source);
    expect(new Set(plan.take(whole, 2, 0))).toEqual(new Set([4, 5]));
    expect(new Set(plan.take(whole, 2, 0))).toEqual(new Set([2, 3]));
    plan.giveBack(5);
    plan.removeSource(few);
    expect(plan.take(whole, 1, 0)).toEqual([5]);
  });

  it('begin anywhere among those who have only parts, so that they have something to give each other', () => {
    const first = (random: number): readonly number[] => {
      const plan = new ChunkPlan(100, undefined);
      plan.addSource(setOf(100, 99));
      return plan.take(ChunkSet.full(100), 2, random);
    };
    expect(first(0)).toEqual([0, 1]);
    expect(first(0.5)).toEqual([49, 50]);
    expect(first(0.999)).toEqual([98, 0]);
  });

  it('can be asked for again when they were given back, and not when they have come', () => {
    const plan = new ChunkPlan(4, undefined);
    const all = ChunkSet.full(4);
    plan.take(all, 4, 0);
    plan.giveBack(2);
    plan.giveBack(1);
    plan.settle(1);
    expect(plan.claim(1)).toBe(false);
    expect(plan.wantsOf(all)).toBe(true);
    expect(plan.claim(2)).toBe(true);
    expect(plan.take(all, 4, 0)).toEqual([]);
  });
});

describe('a chunk on its way', () => {
  const piece = (length: number = limits.filePieceBytes): Uint8Array<ArrayBuffer> => new Uint8Array(length);

  it('is whole when all its pieces came, in whatever order, and holds them as they came', () => {
    const assembly = new ChunkAssembly(chunkBytes);
    const pieces = [piece(), piece(), piece(), piece()];
    for (const at of [2, 0, 3, 1]) {
      expect(assembly.isWhole).toBe(false);
      expect(assembly.add(at * limits.filePieceBytes, pieces[at]!)).toBe('taken');
    }
    expect(assembly.isWhole).toBe(true);
    for (const [at, one] of assembly.pieces.entries()) expect(one).toBe(pieces[at]);
  });

  it('may be short, if it is the last one', () => {
    const assembly = new ChunkAssembly(limits.filePieceBytes + 5);
    expect(assembly.add(0, piece())).toBe('taken');
    expect(assembly.add(limits.filePieceBytes, piece(6))).toBe('bad');
    expect(assembly.add(limits.filePieceBytes, piece(5))).toBe('taken');
    expect(assembly.isWhole).toBe(true);
  });

  it('takes nothing twice, and nothing that does not fit', () => {
    const assembly = new ChunkAssembly(chunkBytes);
    expect(assembly.add(0, piece())).toBe('taken');
    expect(assembly.add(0, piece())).toBe('doubled');
    expect(assembly.add(1, piece())).toBe('bad');
    expect(assembly.add(chunkBytes, piece())).toBe('bad');
    expect(assembly.add(limits.filePieceBytes, piece(limits.filePieceBytes - 1))).toBe('bad');
    expect(assembly.heldBytes).toBe(limits.filePieceBytes);
  });
});
