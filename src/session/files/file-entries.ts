/** All files that Transfers knows, by their ids. */
import type { FileId } from '../../core/ids';
import { FileEntry } from './file-entry';

export class FileEntries {
  /** Several of one file when some describe it with a size that it hasn't: what they say is nobody else's trouble. */
  readonly #byId = new Map<FileId, readonly FileEntry[]>();

  of({ id, sizeBytes }: { readonly id: FileId; readonly sizeBytes: number }): FileEntry {
    const known = this.get(id).find((entry) => entry.sizeBytes === sizeBytes);
    if (known) return known;
    const entry = new FileEntry(id, sizeBytes);
    this.#byId.set(id, [...this.get(id), entry]);
    return entry;
  }

  get(id: FileId): readonly FileEntry[] {
    return this.#byId.get(id) ?? [];
  }

  *[Symbol.iterator](): Iterator<FileEntry> {
    for (const entries of this.#byId.values()) yield* entries;
  }
}
