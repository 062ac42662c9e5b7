/**
 * Which chunks of a file are to be asked for, and of whom: those first that the fewest have, so that a file is soon in the room as a whole even when its sender goes;
 * of equally rare ones the first, so that what came can be played from its beginning. Among several who have only parts, it begins anywhere instead: those who fetch at the
 * same time shall have something to give each other.
 */
import { ChunkSet } from '../../core/chunk-set';

export class ChunkPlan {
  /** Neither here nor on its way. */
  readonly #open: ChunkSet;
  /** How many of the sources have each chunk, but for those sources that have all. */
  readonly #owners: Uint16Array;
  #partialSources = 0;
  /** No chunk before it is open. */
  #first = 0;

  /** `kept`: what is here. */
  constructor(count: number, kept: ChunkSet | undefined) {
    this.#open = ChunkSet.full(count);
    this.#owners = new Uint16Array(count);
    if (kept) for (let chunk = 0; chunk < count; chunk++) if (kept.has(chunk)) this.#open.delete(chunk);
  }

  get openCount(): number {
    return this.#open.size;
  }

  addSource(has: ChunkSet): void {
    this.#count(has, 1);
  }

  /** With what it was added with. */
  removeSource(has: ChunkSet): void {
    this.#count(has, -1);
  }

  /** At most so many of those that the source has; they count as on their way from now on. `random`: in [0, 1). */
  take(has: ChunkSet, most: number, random: number): readonly number[] {
    this.#skip();
    const rarest = this.#partialSources === 0 ? this.#firstOf(has, most) : this.#rarest(has, most, random);
    for (const chunk of rarest) this.#open.delete(chunk);
    return rarest;
  }

  /** It doesn't come from there: it can be asked for again. */
  giveBack(chunk: number): void {
    this.#open.add(chunk);
    this.#first = Math.min(this.#first, chunk);
  }

  /** It is on its way after all. False when that was known, or it is here. */
  claim(chunk: number): boolean {
    const isOpen = this.#open.has(chunk);
    this.#open.delete(chunk);
    return isOpen;
  }

  /** It is here, or about to be. */
  settle(chunk: number): void {
    this.#open.delete(chunk);
  }

  /** Something of what is open. */
  wantsOf(has: ChunkSet): boolean {
    this.#skip();
    for (let chunk = this.#first; chunk < this.#open.count; chunk++) if (this.#open.has(chunk) && has.has(chunk)) return true;
    return false;
  }

  #count(has: ChunkSet, by: 1 | -1): void {
    if (has.isFull || has.size === 0) return;
    this.#partialSources += by;
    for (let chunk = 0; chunk < has.count; chunk++) if (has.has(chunk)) this.#owners[chunk] = (this.#owners[chunk] ?? 0) + by;
  }

  #skip(): void {
    while (this.#first < this.#open.count && !this.#open.has(this.#first)) this.#first += 1;
  }

  #firstOf(has: ChunkSet, most: number): readonly number[] {
    const first: number[] = [];
    for (let chunk = this.#first; chunk < this.#open.count && first.length < most; chunk++) if (this.#open.has(chunk) && has.has(chunk)) first.push(chunk);
    return first;
  }

  #rarest(has: ChunkSet, most: number, random: number): readonly number[] {
    const chunksByOwners = new Map<number, number[]>();
    for (let chunk = this.#first; chunk < this.#open.count; chunk++) {
      if (!this.#open.has(chunk) || !has.has(chunk)) continue;
      const owners = this.#owners[chunk] ?? 0;
      const chunks = chunksByOwners.get(owners);
      if (chunks) chunks.push(chunk);
      else chunksByOwners.set(owners, [chunk]);
    }
    const rarest: number[] = [];
    for (const owners of [...chunksByOwners.keys()].sort((a, b) => a - b)) {
      if (rarest.length < most) rarest.push(...beginningAt(random, chunksByOwners.get(owners) ?? []).slice(0, most - rarest.length));
    }
    return rarest;
  }
}

function beginningAt(share: number, chunks: readonly number[]): readonly number[] {
  const at = Math.floor(share * chunks.length);
  return [...chunks.slice(at), ...chunks.slice(0, at)];
}
