/**
 * What is done with the files of a room, once it is needed: room-files.ts stands before it, and loads it. Brings together the store, what the browser knows of files'
 * insides, the transfers, and the messages that files stand in. Lives as long as this tab has the room.
 */
import type { FileManifest } from '../../core/file';
import type { DeviceId, FileId, MessageId } from '../../core/ids';
import { placeOfMessage, type StoredEvent } from '../../core/log-event';
import type { Observable, State } from '../../core/observable';
import type { FileMedia, Inspection } from '../../media/file-media';
import type { Frame } from '../../protocol/frames';
import type { FileStore } from '../../storage/file-store';
import { Coalesced } from '../coalesced';
import type { Timeline } from '../faces';
import type { LogFace } from '../log-face';
import { setPlainTimer } from '../named-timers';
import type { Notices } from '../notices';
import type { Member, Present } from '../roster';
import { expected } from './expected';
import { FileReasons, isMessageReason, pausedReason, wantedReason } from './file-reasons';
import type { FileOffer, FileState, FilesUsage, FileView, OfferId } from './files-face';
import { MessageFiles } from './message-files';
import { offerPrefix, Offers } from './offers';
import type { OwnFilesParts } from './own-files';
import { prepareWhatComes, trayPrefix, trayReason } from './preparing';
import { Transfers, type TransfersFace } from './transfers';
import type { Tray } from './tray';

export interface FilesDeskOptions {
  readonly store: FileStore;
  readonly media: FileMedia;
  readonly ownId: DeviceId;
  readonly log: LogFace;
  readonly timeline: Observable<Timeline>;
  readonly members: Observable<readonly Member[]>;
  readonly present: Observable<readonly Present[]>;
  readonly notices: Pick<Notices, 'show' | 'clear'>;
  readonly tray: Tray;
  readonly offers: State<readonly FileOffer[]>;
  /** What was chosen for the own offers. */
  readonly offered: Map<OfferId, File>;
  readonly usage: State<FilesUsage>;
  /** What its person grants the files of this room, in bytes. */
  quotaBytes(): number;
  /** What the browser still grants, in bytes; undefined when it doesn't say. */
  freeBytes(): Promise<number | undefined>;
  isInCall(device: DeviceId): boolean;
  now(): number;
  random(): number;
}

/** Left free by copies of own files: the words of all rooms, and what others send, want a place, too. */
const spareBytes = 128 * 1024 ** 2;
const usageRestMs = 500;
const clearedNote = 'files.clearedMs';

export class FilesDesk {
  readonly offers: Offers;
  readonly #options: FilesDeskOptions;
  readonly #transfers: TransfersFace;
  readonly #reasons: FileReasons;
  readonly #messages: MessageFiles;
  readonly #counting: Coalesced;
  readonly #signal: AbortSignal;
  /** Of own files that are being copied. */
  #claimedBytes = 0;

  /** Everything ends with `signal`. */
  static open(options: FilesDeskOptions, signal: AbortSignal): FilesDesk {
    // A signal of its own: everything here listens to it, and the room has listeners enough.
    const desk = new FilesDesk(options, AbortSignal.any([signal]));
    void desk.#takeStock(signal).catch(expected);
    return desk;
  }

  private constructor(options: FilesDeskOptions, signal: AbortSignal) {
    const { store, media, members, tray } = options;
    this.#options = options;
    this.#signal = signal;
    this.#counting = new Coalesced(() => this.#count(), usageRestMs, signal);
    this.#reasons = new FileReasons(store, (id) => void this.#delete(id).catch(expected), signal);
    this.#transfers = new Transfers({
      store,
      members,
      signal,
      isInCall: (device) => options.isInCall(device),
      mayHave: (member, id) => this.#mayHave(member, id),
      hasPlace: (bytes) => this.#hasPlace(bytes),
      now: () => performance.now(),
      random: () => options.random(),
      setTimer: setPlainTimer,
      onMisbehaved: (device) => members.value.find((member) => member.device === device)?.link.close('leaving'),
      onKept: (id) => this.#noteKept(id),
    });
    const { reasons, transfers } = { reasons: this.#reasons, transfers: this.#transfers };
    this.#messages = new MessageFiles({ ...options, reasons, clearedMs: () => this.#clearedMs, fetch: (file, message) => this.#fetch(file, [message]) }, signal);
    const own: OwnFilesParts = { store, media, transfers, reasons, claimPlace: (bytes) => this.#claimPlace(bytes) };
    prepareWhatComes(tray, own, signal);
    this.offers = new Offers({ ...options, sources: options.offered, own, transfers, reasons }, signal);
  }

  /** A member is here. `early`: what it has said of files so far. */
  greet(member: Member, early: readonly Frame[]): void {
    this.#transfers.greet(member, early);
    this.offers.greet(member);
    for (const frame of early) this.offers.hear(member, frame);
    member.link.listen((frame) => this.offers.hear(member, frame));
  }

  state(file: FileManifest): Observable<FileState> {
    return this.#transfers.state(file);
  }

  fetch(file: FileManifest): void {
    const messages = this.#messages.messagesOf(file.id);
    this.#fetch(file, messages.length > 0 ? messages : [wantedReason]);
  }

  pause(id: FileId): void {
    this.#transfers.pause(id);
    void this.#reasons.add(id, pausedReason);
  }

  cancel(id: FileId): void {
    void this.#delete(id).catch(expected);
  }

  async view({ id }: FileManifest): Promise<FileView> {
    const bytes = await this.#bytesOf(id);
    if (!bytes) return { kind: 'none', why: 'not-here' };
    const inspection = await this.#options.media.inspect(bytes);
    if (inspection.kind === 'other') return { kind: 'none', why: 'type' };
    if (inspection.kind === 'too-many-pixels') return { kind: 'none', why: 'too-many-pixels' };
    return viewOf(inspection, bytes.slice(0, bytes.size, inspection.type));
  }

  bytes({ id }: FileManifest): Promise<Blob | undefined> {
    return this.#bytesOf(id);
  }

  /** All but what waits to be sent, or is being given to somebody. */
  async clear(): Promise<void> {
    const { store, log } = this.#options;
    log.keepNotes({ [clearedNote]: this.#options.now() });
    for (const { id } of await store.list()) if (!this.#reasons.of(id).some(isUnderWay)) await this.#delete(id);
    await this.#count();
  }

  /** The quota may be another one. */
  count(): void {
    this.#counting.ask();
  }

  #fetch(file: FileManifest, reasons: readonly string[]): void {
    void this.#reasons.drop(pausedReason, file.id);
    void this.#reasons.add(file.id, ...reasons);
    this.#transfers.fetch(file);
  }

  /** What an earlier page has left: what it was for may be gone, what it was fetching is fetched on. */
  async #takeStock(signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    for (const { id, sizeBytes, whole, reasons } of await store.list()) {
      if (signal.aborted) return;
      this.#reasons.read(id, reasons);
      // Those that were met before it was known to be here; of one that the last page had just sent that may be all there is.
      await this.#reasons.add(id, ...this.#messages.messagesOf(id));
      for (const reason of reasons) if (!(await this.#stillCounts(reason))) await this.#reasons.drop(reason, id);
      if (this.#reasons.of(id).length === 0) this.#reasons.forget(id);
      // What one person has given comes from that one alone (Offers).
      if (!whole && this.#reasons.of(id).some(isFetched) && !this.#reasons.has(id, pausedReason)) this.#transfers.fetch({ id, sizeBytes });
    }
    this.#counting.ask();
  }

  /** The tray goes with its page, and so do own offers. */
  async #stillCounts(reason: string): Promise<boolean> {
    if (reason === wantedReason || reason === pausedReason || this.offers.keeps(reason)) return true;
    if (reason.startsWith(trayPrefix)) return this.#options.tray.entries.value.some(({ attachment }) => reason === trayReason(attachment.id));
    if (!isMessageReason(reason)) return false;
    const event = await this.#eventOf(reason);
    return event?.body !== undefined && !event.gone;
  }

  /** It stands in a message that the member may see, or is offered to it. */
  async #mayHave({ device, sinceMs }: Member, id: FileId): Promise<boolean> {
    const reasons = this.#reasons.of(id);
    if (sinceMs === 0 || reasons.some((reason) => this.offers.isTo(device, reason))) return true;
    for (const message of reasons.filter(isMessageReason)) {
      const event = await this.#eventOf(message);
      if (event && event.clock.wallMs >= sinceMs) return true;
    }
    return false;
  }

  async #eventOf(message: MessageId): Promise<StoredEvent | undefined> {
    const { feed, sequence } = placeOfMessage(message);
    const [event] = await this.#options.log.store.slice(feed, { first: sequence, last: sequence });
    return event;
  }

  #noteKept(id: FileId): void {
    if (!this.#reasons.has(id)) void this.#reasons.add(id, wantedReason);
    else this.#reasons.writeOwed(id);
    this.#counting.ask();
  }

  /** Nothing keeps it any more, or its person wants none of it. Another tab that has the room looks by itself. */
  async #delete(id: FileId): Promise<void> {
    if (this.#signal.aborted) return;
    this.#reasons.lose(id);
    await this.#transfers.cancel(id);
    // Wanted again meanwhile.
    if (this.#reasons.has(id)) return;
    await this.#options.store.remove(id);
    this.#transfers.dropped(id);
    this.#counting.ask();
  }

  /** Of a type that no browser opens in our origin. */
  async #bytesOf(id: FileId): Promise<Blob | undefined> {
    const { store } = this.#options;
    const read = async (): Promise<Blob | undefined> => (await store.open(id))?.blob('application/octet-stream');
    // The transfers may have let go of it in between.
    return (await read()) ?? read();
  }

  async #hasPlace(bytes: number): Promise<boolean> {
    return (await this.#options.store.usedBytes()) + this.#claimedBytes + bytes <= this.#options.quotaBytes();
  }

  /** For a copy; those that are chosen together share what there is. */
  async #claimPlace(bytes: number): Promise<(() => void) | undefined> {
    const [usedBytes, freeBytes = Infinity] = await Promise.all([this.#options.store.usedBytes(), this.#options.freeBytes()]);
    const claimedBytes = this.#claimedBytes + bytes;
    if (usedBytes + claimedBytes > this.#options.quotaBytes() || claimedBytes + spareBytes > freeBytes) return undefined;
    this.#claimedBytes = claimedBytes;
    return () => {
      this.#claimedBytes -= bytes;
      this.#counting.ask();
    };
  }

  async #count(): Promise<void> {
    const files = await this.#options.store.list().catch(expected);
    if (!files) return;
    this.#options.usage.set({ usedBytes: files.reduce((sum, { keptBytes }) => sum + keptBytes, 0), quotaBytes: this.#options.quotaBytes(), count: files.length });
  }

  get #clearedMs(): number {
    const note = this.#options.log.notes[clearedNote];
    return typeof note === 'number' ? note : 0;
  }
}

function viewOf(inspection: Extract<Inspection, { readonly type: string }>, content: Blob): FileView {
  return inspection.kind === 'picture' ? { kind: 'picture', content, width: inspection.width, height: inspection.height } : { kind: inspection.kind, content };
}

function isFetched(reason: string): boolean {
  return reason === wantedReason || isMessageReason(reason);
}

function isUnderWay(reason: string): boolean {
  return reason.startsWith(trayPrefix) || reason.startsWith(offerPrefix);
}
