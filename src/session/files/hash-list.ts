/** The list of hashes of a file on its way here: asked of one source at a time, and worth nothing before it was checked against the file's id. */
import { concatBytes } from '../../core/bytes';
import { chunkCount, chunkHashBytes } from '../../core/file';
import type { FileId } from '../../core/ids';
import type { Bytes } from '../../core/log-event';
import { deriveFileId } from '../../protocol/file-id';
import type { FilePiece } from '../../protocol/file-piece';
import { ChunkAssembly } from './chunk-assembly';
import type { Source } from './source';

export class HashList {
  readonly #id: FileId;
  readonly #sizeBytes: number;
  #assembly: ChunkAssembly;
  #source: Source | undefined;
  #isChecking = false;

  constructor(id: FileId, sizeBytes: number) {
    this.#id = id;
    this.#sizeBytes = sizeBytes;
    this.#assembly = new ChunkAssembly(this.bytes);
  }

  get bytes(): number {
    return chunkHashBytes * chunkCount(this.#sizeBytes);
  }

  /** Who was asked for it. */
  get source(): Source | undefined {
    return this.#source;
  }

  /** It is here, and being checked. */
  get isChecking(): boolean {
    return this.#isChecking;
  }

  /** From the beginning; nothing of what another has sent is kept. */
  askOf(source: Source | undefined): void {
    this.#source = source;
    this.#isChecking = false;
    this.#assembly = new ChunkAssembly(this.bytes);
  }

  /** bad: it is of another length; either its source lies, or whoever described the file did. whole: it is to be checked. */
  take(source: Source, { offset, bytes }: FilePiece): 'taken' | 'late' | 'bad' | 'whole' {
    if (this.#source !== source || this.#isChecking) return 'late';
    const outcome = this.#assembly.add(offset, bytes);
    if (outcome === 'doubled') return 'late';
    return this.#assembly.isWhole ? 'whole' : outcome;
  }

  /** Undefined when it is not the list of this file. */
  async check(): Promise<Bytes | undefined> {
    this.#isChecking = true;
    const hashes = concatBytes(...this.#assembly.pieces);
    return (await deriveFileId(this.#sizeBytes, hashes)) === this.#id ? hashes : undefined;
  }
}
