/**
 * Files that a person has chosen to send, until they stand in a message:
 *
 *     chosen → (with a text, or without) sending: waits until all of its message are ready → posted: its message is on its way to the disk → gone
 *     sending, posted → chosen again, when one of them can't be had, or the message can't be kept
 *
 * What makes them ready stands elsewhere (preparing.ts) and is loaded for the first one.
 */
import { limits } from '../../config';
import type { FileLook, FileManifest } from '../../core/file';
import { cleanFileName } from '../../core/file-name';
import { State, type Observable } from '../../core/observable';
import type { Attachment, AttachmentId, AttachmentState, AttachOutcome } from './files-face';

export interface TrayEntry {
  readonly attachment: Attachment;
  readonly stage: 'chosen' | 'sending' | 'posted';
  readonly file: File;
  /** How it is shown, where that is known already: it was recorded here. */
  readonly look: FileLook | undefined;
  /** Once it is ready. */
  readonly manifest: FileManifest | undefined;
}

/** Files on their way out of the tray, into one message. */
export interface Parcel {
  /** When all are ready: none when all were taken out meanwhile, undefined when one can't be had; then all are back in the tray. */
  readonly files: Promise<readonly FileManifest[] | undefined>;
  /** The message is shown: they are in the tray no more. */
  post(): void;
  /** The message is kept. */
  settle(): void;
  /** It can't be: they are in the tray again. */
  giveBack(): void;
}

export class Tray {
  readonly #entries = new State<readonly TrayEntry[]>([]);
  readonly #attachments = new State<readonly Attachment[]>([]);
  /** Not where an earlier page began: what that one has left is told from what stands here. */
  #lastId = Math.floor(Date.now() / 1_000) * 1_000;

  constructor() {
    this.#entries.subscribe((entries) => this.#attachments.set(entries.filter(({ stage }) => stage !== 'posted').map(({ attachment }) => attachment)));
  }

  get attachments(): Observable<readonly Attachment[]> {
    return this.#attachments;
  }

  /** With those whose message is not on the disk yet. */
  get entries(): Observable<readonly TrayEntry[]> {
    return this.#entries;
  }

  /** Something would go along with a message. */
  get hasFiles(): boolean {
    return this.#entries.value.some(mayGo);
  }

  add(files: readonly File[]): AttachOutcome {
    const { taken, refused } = sift(files, limits.filesAMessage - this.#entries.value.filter(({ stage }) => stage === 'chosen').length);
    this.#entries.update((entries) => [...entries, ...taken.map((file) => this.#entryOf(file))]);
    return { refused };
  }

  remove(id: AttachmentId): void {
    this.#entries.update((entries) => entries.filter(({ attachment, stage }) => attachment.id !== id || stage === 'posted'));
  }

  setOriginal(id: AttachmentId, original: boolean): void {
    this.#change(new Set([id]), (entry) =>
      entry.stage === 'chosen' && entry.attachment.original !== original ? { ...entry, manifest: undefined, attachment: { ...entry.attachment, original, state: begun } } : entry,
    );
  }

  /** What has become of one that is being prepared; nothing when it is there no more. */
  note(id: AttachmentId, change: Partial<Attachment>, manifest?: FileManifest): void {
    this.#change(new Set([id]), (entry) => ({ ...entry, manifest, attachment: { ...entry.attachment, ...change } }));
  }

  /** Makes ready once more what was: another tab had the room, and what waits here is nothing to it. */
  renew(): void {
    this.#entries.update((entries) => entries.map((entry) => (isWaiting(entry) ? { ...entry, manifest: undefined, attachment: { ...entry.attachment, state: begun } } : entry)));
  }

  /** All that wait can't be made ready. */
  fail(): void {
    this.#entries.update((entries) => entries.map((entry) => (entry.attachment.state.kind === 'preparing' ? { ...entry, attachment: { ...entry.attachment, state: unreadable } } : entry)));
  }

  /** All that may go. One that failed stays: its person has seen so. */
  take(): Parcel {
    return this.#parcel(new Set(this.#entries.value.filter(mayGo).map(({ attachment }) => attachment.id)));
  }

  /** One that goes by itself, whatever else is in the tray. */
  takeRecorded(file: File, look: FileLook): Parcel {
    const entry = this.#entryOf(file, look);
    this.#entries.update((entries) => [...entries, entry]);
    return this.#parcel(new Set([entry.attachment.id]));
  }

  #parcel(ids: ReadonlySet<AttachmentId>): Parcel {
    const move = (stage: TrayEntry['stage']): void => this.#change(ids, (entry) => ({ ...entry, stage, attachment: { ...entry.attachment, sending: stage !== 'chosen' } }));
    move('sending');
    return {
      files: this.#ready(ids, () => move('chosen')),
      post: () => move('posted'),
      settle: () => this.#entries.update((entries) => entries.filter(({ attachment }) => !ids.has(attachment.id))),
      giveBack: () => move('chosen'),
    };
  }

  #ready(ids: ReadonlySet<AttachmentId>, giveBack: () => void): Promise<readonly FileManifest[] | undefined> {
    return new Promise((resolve) => {
      const look = (entries: readonly TrayEntry[]): void => {
        const those = entries.filter(({ attachment }) => ids.has(attachment.id));
        const isLost = those.some(({ attachment }) => attachment.state.kind === 'failed');
        const manifests = those.flatMap(({ manifest }) => manifest ?? []);
        if (!isLost && manifests.length < those.length) return;
        stop();
        if (isLost) giveBack();
        resolve(isLost ? undefined : manifests);
      };
      const stop = this.#entries.subscribe(look);
      look(this.#entries.value);
    });
  }

  #change(ids: ReadonlySet<AttachmentId>, change: (entry: TrayEntry) => TrayEntry): void {
    this.#entries.update((entries) => entries.map((entry) => (ids.has(entry.attachment.id) ? change(entry) : entry)));
  }

  #entryOf(file: File, look?: FileLook): TrayEntry {
    const attachment: Attachment = {
      id: ++this.#lastId as AttachmentId,
      name: cleanFileName(file.name, limits.fileNameCharacters),
      sizeBytes: file.size,
      source: file,
      kind: look?.kind ?? kindByType[file.type.split('/')[0] ?? ''] ?? 'plain',
      state: begun,
      original: false,
      reducible: false,
      tellsMetadata: false,
      sending: false,
    };
    return { attachment, stage: 'chosen', file, look, manifest: undefined };
  }
}

const begun: AttachmentState = { kind: 'preparing', share: 0 };
const unreadable: AttachmentState = { kind: 'failed', reason: 'unreadable' };
/** Until the file was looked at, what the browser makes of its name counts. */
const kindByType: Readonly<Record<string, Attachment['kind']>> = { image: 'picture', video: 'video', audio: 'sound' };

/** Those that may be sent, at most `place`, and the others with their names. */
export function sift(files: readonly File[], place: number): AttachOutcome & { readonly taken: readonly File[] } {
  const taken: File[] = [];
  const refused: AttachOutcome['refused'][number][] = [];
  for (const file of files) {
    const reason = file.size === 0 ? 'empty' : file.size > limits.fileBytes ? 'too-large' : taken.length >= place ? 'too-many' : undefined;
    if (reason) refused.push({ name: cleanFileName(file.name, limits.fileNameCharacters), reason });
    else taken.push(file);
  }
  return { taken, refused };
}

function isWaiting({ stage, attachment }: TrayEntry): boolean {
  return stage !== 'posted' && attachment.state.kind === 'ready';
}

function mayGo({ stage, attachment }: TrayEntry): boolean {
  return stage === 'chosen' && attachment.state.kind !== 'failed';
}
