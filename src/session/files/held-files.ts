/** What of the room's files this device has, whole or in part: known at once, though the files themselves are opened only when something is read or written. */
import { chunkBytes, chunkCount, chunkLength } from '../../core/file';
import type { FileId } from '../../core/ids';
import type { FileStore, StoredFile } from '../../storage/file-store';

export interface HeldFile {
  readonly sizeBytes: number;
  readonly keptBytes: number;
  readonly whole: boolean;
}

/** Files that stay open although nobody is using them; each is a handle on the disk. */
const openMaximum = 24;

export class HeldFiles {
  readonly store: FileStore;
  /** Resolves when it is known what an earlier page has left. */
  readonly loaded: Promise<void>;
  readonly #heldById = new Map<FileId, HeldFile>();
  /** The one used last stands last. */
  readonly #openById = new Map<FileId, StoredFile>();
  /** Downloads write into them: not to be closed. */
  readonly #pinned = new Set<FileId>();
  /** Somebody else has opened them. It may be the person's own file, which can't be opened twice. */
  readonly #adopted = new Set<FileId>();
  /** How often each is being read: one that is closed meanwhile would look damaged. */
  readonly #readsById = new Map<FileId, number>();
  /** Removed before the list was there. */
  readonly #dropped = new Set<FileId>();

  constructor(store: FileStore) {
    this.store = store;
    this.loaded = this.#load();
  }

  get(id: FileId): HeldFile | undefined {
    return this.#heldById.get(id);
  }

  /** Takes in what is here of it by now. */
  note(file: StoredFile): void {
    this.#heldById.set(file.id, { sizeBytes: file.sizeBytes, keptBytes: keptBytes(file), whole: file.chunks.isFull });
    this.#touch(file);
  }

  pin(file: StoredFile): void {
    this.#pinned.add(file.id);
    this.note(file);
  }

  unpin(id: FileId): void {
    this.#pinned.delete(id);
    this.#closeUnused();
  }

  adopt(file: StoredFile): void {
    this.#adopted.add(file.id);
    this.note(file);
  }

  drop(id: FileId): void {
    this.#dropped.add(id);
    this.#adopted.delete(id);
    this.#heldById.delete(id);
    this.#openById.delete(id);
    this.#pinned.delete(id);
  }

  /** Undefined when nothing of it is here. */
  async open(id: FileId): Promise<StoredFile | undefined> {
    const open = this.#openById.get(id);
    if (open) {
      this.#touch(open);
      return open;
    }
    if (!this.#heldById.has(id)) return undefined;
    const file = await this.store.open(id);
    // It may have been removed meanwhile.
    if (!this.#heldById.has(id)) return undefined;
    if (file) this.note(file);
    else this.#heldById.delete(id);
    return file;
  }

  /** A chunk of a file that `open` gave. */
  async read(file: StoredFile, chunk: number): ReturnType<StoredFile['read']> {
    const { id } = file;
    this.#readsById.set(id, (this.#readsById.get(id) ?? 0) + 1);
    try {
      return await file.read(chunk);
    } finally {
      const left = (this.#readsById.get(id) ?? 1) - 1;
      if (left > 0) this.#readsById.set(id, left);
      else this.#readsById.delete(id);
    }
  }

  /** Somebody else has closed it: it is opened anew when it is next needed. */
  forgetOpen(id: FileId): void {
    this.#openById.delete(id);
  }

  async #load(): Promise<void> {
    // When the disk refuses, nothing is known to be here.
    const infos = await this.store.list().catch(() => []);
    for (const { id, sizeBytes, keptBytes, whole } of infos) if (!this.#heldById.has(id) && !this.#dropped.has(id)) this.#heldById.set(id, { sizeBytes, keptBytes, whole });
  }

  /** Lets go of everything. */
  end(): void {
    this.#openById.clear();
    // Whoever has the room next finds what is wrong with the disk.
    void this.store.release().catch(() => undefined);
  }

  #touch(file: StoredFile): void {
    this.#openById.delete(file.id);
    this.#openById.set(file.id, file);
    this.#closeUnused();
  }

  #closeUnused(): void {
    const unused = [...this.#openById.keys()].filter((id) => !this.#pinned.has(id) && !this.#adopted.has(id) && !this.#readsById.has(id));
    for (const id of unused.slice(0, -openMaximum)) this.#close(id);
  }

  #close(id: FileId): void {
    const file = this.#openById.get(id);
    this.#openById.delete(id);
    // It is only put away; whoever opens it next is told what is wrong.
    if (!this.#adopted.has(id)) void file?.close().catch(() => undefined);
  }
}

/** Bytes that are here. */
export function keptBytes({ sizeBytes, chunks }: StoredFile): number {
  const last = chunkCount(sizeBytes) - 1;
  return chunks.size * chunkBytes - (chunks.has(last) ? chunkBytes - chunkLength(sizeBytes, last) : 0);
}
