/** The files of a room with nothing behind them: where each one stands is set by the test, and what is asked for is written down in `asked`. */
import { limits } from '../../src/config';
import type { FileLook, FileManifest } from '../../src/core/file';
import type { DeviceId, EventId, FileId, MessageId } from '../../src/core/ids';
import { State } from '../../src/core/observable';
import type { VoiceRecording } from '../../src/media/file-media';
import type { AttachOutcome, Attachment, AttachmentId, FileOffer, FileState, FileView, FilesFace, FilesUsage, OfferId } from '../../src/session/files/files-face';

/** Of a file as messages describe it; each has an id of its own. */
export function manifest(name: string, look: FileLook = { kind: 'plain' }, change: Partial<FileManifest> = {}): FileManifest {
  nextFile += 1;
  return { id: `${nextFile}`.padEnd(26, 'f') as FileId, name, type: 'application/octet-stream', sizeBytes: 1_200_000, look, ...change };
}

let nextFile = 0;

/** One that waits in the tray, ready to be sent. */
export function attachment(name: string, change: Partial<Attachment> = {}): Attachment {
  nextAttachment += 1;
  const source = new Blob([`What ${name} says`], { type: 'text/plain' });
  return { id: nextAttachment as AttachmentId, name, sizeBytes: source.size, source, kind: 'plain', state: { kind: 'ready' }, original: false, reducible: false, tellsMetadata: false, sending: false, ...change };
}

let nextAttachment = 0;

/** One that `person` offers, or is offered. */
export function offer(name: string, person: DeviceId, change: Partial<FileOffer> = {}): FileOffer {
  nextOffer += 1;
  return { id: `offer ${nextOffer}` as EventId, direction: 'from', person, personName: 'Bob', name, sizeBytes: 3_000_000, file: undefined, state: 'asking', sentBytes: 0, ...change };
}

let nextOffer = 0;

/** Level and time are set by the test; `finish` gives what `result` says. */
export class FakeRecording implements VoiceRecording {
  readonly asked: string[] = [];
  readonly level = new State(0);
  readonly elapsedMs = new State(0);
  result: Awaited<ReturnType<VoiceRecording['finish']>> = { file: new File(['voice'], 'voice-message.webm', { type: 'audio/webm' }), look: { kind: 'voice', durationMs: 2_000, waveform: [1, 8, 15, 4] } };

  finish(): ReturnType<VoiceRecording['finish']> {
    this.asked.push('finish');
    return Promise.resolve(this.result);
  }

  cancel(): void {
    this.asked.push('cancel');
  }
}

/** Verbs on files in a message are only written down: the test sets what becomes of them. Those on the tray and on offers do at once what they say. */
export class FakeFiles implements FilesFace {
  readonly asked: string[] = [];
  readonly tray = new State<readonly Attachment[]>([]);
  readonly usage = new State<FilesUsage>({ usedBytes: 0, quotaBytes: limits.roomFilesBytes, count: 0 });
  readonly offers = new State<readonly FileOffer[]>([]);
  /** What is refused of the next files that are chosen or offered. */
  refused: AttachOutcome['refused'] = [];
  recording = new FakeRecording();
  /** How the next wish to record ends, if not by a recording. */
  microphone: 'denied' | 'missing' | 'busy' | undefined;
  /** What the next `setQuota` or `clear` rejects with. */
  failure: Error | undefined;
  readonly #states = new Map<FileId, State<FileState>>();
  readonly #views = new Map<FileId, FileView>();
  readonly #contents = new Map<FileId, Blob>();
  readonly #names = new Map<FileId, string>();

  /** It stands so from now on. */
  set(file: FileManifest, state: FileState): void {
    this.state(file).set(state);
  }

  /** It is here, and may be shown like that. */
  put(file: FileManifest, content: Blob, view: FileView = { kind: 'none', why: 'type' }): void {
    this.#contents.set(file.id, content);
    this.#views.set(file.id, view);
    this.set(file, { kind: 'here', sending: undefined });
  }

  attach(files: readonly File[]): AttachOutcome {
    this.asked.push(`attach ${files.map(({ name }) => name).join(', ')}`);
    const { refused } = this;
    const taken = files.filter(({ name }) => refused.every((each) => each.name !== name));
    this.tray.update((tray) => [...tray, ...taken.map((file) => attachment(file.name, { source: file, sizeBytes: file.size, kind: kindOf(file) }))]);
    return { refused };
  }

  detach(id: AttachmentId): void {
    this.asked.push(`detach ${this.#attached(id)}`);
    this.tray.update((tray) => tray.filter((each) => each.id !== id));
  }

  setOriginal(id: AttachmentId, original: boolean): void {
    this.asked.push(`${original ? 'original' : 'reduced'} ${this.#attached(id)}`);
    this.tray.update((tray) => tray.map((each) => (each.id === id ? { ...each, original } : each)));
  }

  state(file: FileManifest): State<FileState> {
    this.#names.set(file.id, file.name);
    const known = this.#states.get(file.id);
    if (known) return known;
    const state = new State<FileState>({ kind: 'away', sources: 1 });
    this.#states.set(file.id, state);
    return state;
  }

  fetch(file: FileManifest): void {
    this.asked.push(`fetch ${file.name}`);
  }

  pause(id: FileId): void {
    this.asked.push(`pause ${this.#names.get(id)}`);
  }

  cancel(id: FileId): void {
    this.asked.push(`cancel ${this.#names.get(id)}`);
  }

  view(file: FileManifest): Promise<FileView> {
    return Promise.resolve(this.#views.get(file.id) ?? { kind: 'none', why: 'not-here' });
  }

  bytes(file: FileManifest): Promise<Blob | undefined> {
    this.asked.push(`bytes ${file.name}`);
    return Promise.resolve(this.#contents.get(file.id));
  }

  setQuota(bytes: number): Promise<void> {
    return this.#does(`setQuota ${bytes}`, () => this.usage.update((usage) => ({ ...usage, quotaBytes: bytes })));
  }

  clear(): Promise<void> {
    return this.#does('clear', () => this.usage.update((usage) => ({ ...usage, usedBytes: 0, count: 0 })));
  }

  offer(person: DeviceId, files: readonly File[]): AttachOutcome {
    this.asked.push(`offer ${files.map(({ name }) => name).join(', ')}`);
    const { refused } = this;
    const taken = files.filter(({ name }) => refused.every((each) => each.name !== name));
    this.offers.update((offers) => [...offers, ...taken.map((file) => offer(file.name, person, { direction: 'to', sizeBytes: file.size, state: 'preparing' }))]);
    return { refused };
  }

  accept(id: OfferId): void {
    this.#answer('accept', id, (each) => ({ ...each, state: 'accepted', file: each.file ?? manifest(each.name) }));
  }

  decline(id: OfferId): void {
    this.#answer('decline', id, (each) => ({ ...each, state: 'declined' }));
  }

  dismiss(id: OfferId): void {
    this.#answer('dismiss', id, () => undefined);
  }

  recordVoice(): ReturnType<FilesFace['recordVoice']> {
    this.asked.push('recordVoice');
    return Promise.resolve(this.microphone === undefined ? { kind: 'recording', recording: this.recording } : { kind: this.microphone });
  }

  async sendVoice(recording: VoiceRecording, replyTo: MessageId | undefined): Promise<void> {
    this.asked.push(replyTo === undefined ? 'sendVoice' : `sendVoice in answer to ${replyTo}`);
    await recording.finish();
  }

  #attached(id: AttachmentId): string | undefined {
    return this.tray.value.find((each) => each.id === id)?.name;
  }

  #answer(verb: string, id: OfferId, change: (offer: FileOffer) => FileOffer | undefined): void {
    this.asked.push(`${verb} ${this.offers.value.find((each) => each.id === id)?.name}`);
    this.offers.update((offers) => offers.flatMap((each) => (each.id === id ? (change(each) ?? []) : each)));
  }

  #does(what: string, work: () => void): Promise<void> {
    this.asked.push(what);
    if (this.failure) return Promise.reject(this.failure);
    work();
    return Promise.resolve();
  }
}

function kindOf({ type }: File): Attachment['kind'] {
  if (type.startsWith('image/')) return 'picture';
  if (type.startsWith('video/')) return 'video';
  return type.startsWith('audio/') ? 'sound' : 'plain';
}
