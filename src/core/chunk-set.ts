/** Which chunks of a file are there: one bit each, the first in the highest bit of the first byte. */
import type { Bytes } from './log-event';

export class ChunkSet {
  readonly count: number;
  readonly #bits: Bytes;
  #size = 0;

  /** Of a file of `count` chunks; `bits` beyond it count nothing, missing ones are 0. */
  constructor(count: number, bits: Uint8Array = new Uint8Array()) {
    this.count = count;
    this.#bits = new Uint8Array(Math.ceil(count / 8));
    this.#bits.set(bits.subarray(0, this.#bits.length));
    const beyond = 8 * this.#bits.length - count;
    const last = this.#bits.length - 1;
    if (beyond > 0) this.#bits[last] = (this.#bits[last] ?? 0) & (0xff << beyond);
    for (const byte of this.#bits) this.#size += bitsIn(byte);
  }

  static full(count: number): ChunkSet {
    return new ChunkSet(count, new Uint8Array(Math.ceil(count / 8)).fill(0xff));
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size === this.count;
  }

  has(chunk: number): boolean {
    return ((this.#bits[chunk >> 3] ?? 0) & (0x80 >> (chunk & 7))) !== 0;
  }

  add(chunk: number): void {
    if (chunk < 0 || chunk >= this.count || this.has(chunk)) return;
    this.#bits[chunk >> 3] = (this.#bits[chunk >> 3] ?? 0) | (0x80 >> (chunk & 7));
    this.#size += 1;
  }

  delete(chunk: number): void {
    if (!this.has(chunk)) return;
    this.#bits[chunk >> 3] = (this.#bits[chunk >> 3] ?? 0) & ~(0x80 >> (chunk & 7));
    this.#size -= 1;
  }

  /** A copy, `Math.ceil(count / 8)` long. */
  toBytes(): Bytes {
    return this.#bits.slice();
  }
}

function bitsIn(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) count += 1;
  return count;
}
