/** One chunk on its way: its pieces come in any order, and are kept as they came, without a copy. */
import { limits } from '../../config';
import type { Bytes } from '../../core/log-event';

export class ChunkAssembly {
  readonly #lengthBytes: number;
  readonly #pieces: (Bytes | undefined)[];
  #heldBytes = 0;

  /** `lengthBytes`: of the whole chunk, 1 or more. */
  constructor(lengthBytes: number) {
    this.#lengthBytes = lengthBytes;
    this.#pieces = Array.from({ length: Math.ceil(lengthBytes / limits.filePieceBytes) }, () => undefined);
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get isWhole(): boolean {
    return this.#heldBytes === this.#lengthBytes;
  }

  /** doubled: that piece is here. bad: no cut of this chunk begins there, or is that long. */
  add(offset: number, bytes: Bytes): 'taken' | 'doubled' | 'bad' {
    const at = offset / limits.filePieceBytes;
    if (!Number.isInteger(at) || at >= this.#pieces.length || bytes.length !== Math.min(limits.filePieceBytes, this.#lengthBytes - offset)) return 'bad';
    if (this.#pieces[at]) return 'doubled';
    this.#pieces[at] = bytes;
    this.#heldBytes += bytes.length;
    return 'taken';
  }

  /** In order; all of them when it is whole. */
  get pieces(): readonly Bytes[] {
    return this.#pieces.filter((piece) => piece !== undefined);
  }
}
