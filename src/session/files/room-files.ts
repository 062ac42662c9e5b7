/**
 * The files of a room, as the screens see them: what they need at once stands here, what is done with files (files-desk.ts) is loaded when the first member was greeted,
 * or something is first asked for. What members say of files until then is kept for it.
 */
import { limits } from '../../config';
import { AppError } from '../../core/app-error';
import { encodeBase64Url } from '../../core/base64url';
import type { FileManifest } from '../../core/file';
import { cleanFileName } from '../../core/file-name';
import type { DeviceId, FileId, MessageId } from '../../core/ids';
import { State, watch, type Observable } from '../../core/observable';
import type { VoiceRecording } from '../../media/file-media';
import { channelOf, type Frame } from '../../protocol/frames';
import type { ConversationFace } from '../faces';
import type { LogFace } from '../log-face';
import type { RecordKeeper } from '../record-keeper';
import type { RoomParts } from '../room-parts';
import type { Member, Roster } from '../roster';
import type { FilesDesk } from './files-desk';
import type { Attachment, AttachmentId, AttachOutcome, FileOffer, FilesFace, FileState, FilesUsage, FileView, OfferId } from './files-face';
import { sift, type Parcel, type Tray } from './tray';

export interface RoomFilesOptions {
  readonly parts: RoomParts;
  readonly record: RecordKeeper;
  readonly roster: Pick<Roster, 'members' | 'present'>;
  readonly log: LogFace;
  readonly conversation: Pick<ConversationFace, 'timeline'> & { sendParcel(parcel: Parcel, replyTo: MessageId | undefined): void };
  readonly tray: Tray;
  isInCall(device: DeviceId): boolean;
}

/** Kept of what a member says of files before they can be heard. Its own wishes are few; whoever says more is heard later. */
const earlyFrames = 200;

interface Waiting {
  readonly member: Member;
  readonly early: Frame[];
}

export class RoomFiles implements FilesFace {
  readonly #options: RoomFilesOptions;
  readonly #signal: AbortSignal;
  readonly #usage: State<FilesUsage>;
  readonly #offers = new State<readonly FileOffer[]>([]);
  readonly #offered = new Map<OfferId, File>();
  /** By id and size: whoever lies about the size has a state of its own. */
  readonly #states = new Map<string, { readonly file: FileManifest; readonly state: State<FileState> }>();
  /** Those who are here and not yet heard. */
  #waiting: Waiting[] = [];
  /** Aborts when another tab has the room; undefined while one has. */
  #stay: AbortController | undefined;
  /** Resolves with nothing when its code can't be had. */
  #desk: Promise<FilesDesk | undefined> | undefined;
  /** Something was asked for, or what was kept is over, also while another tab had the room. */
  #isWanted = false;
  /** Once it is loaded. */
  #live: FilesDesk | undefined;

  constructor(options: RoomFilesOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#usage = new State<FilesUsage>({ usedBytes: 0, quotaBytes: this.#quotaBytes, count: 0 });
    signal.addEventListener('abort', () => this.release(), { once: true });
    // Files go with their messages, also when nobody looks at them.
    options.log.listen(({ erased }) => {
      if (erased.length > 0) this.#use();
    }, signal);
  }

  get tray(): Observable<readonly Attachment[]> {
    return this.#options.tray.attachments;
  }

  /** Counted from now on. */
  get usage(): Observable<FilesUsage> {
    this.#use();
    return this.#usage;
  }

  get offers(): Observable<readonly FileOffer[]> {
    return this.#offers;
  }

  /** This tab has the room. */
  take(): void {
    if (this.#stay || this.#signal.aborted) return;
    this.#stay = new AbortController();
    if (this.#isWanted) this.#use();
  }

  /** Another tab has it: what lies on the disk is that one's. */
  release(): void {
    this.#stay?.abort();
    this.#stay = undefined;
    this.#desk = undefined;
    this.#live = undefined;
    this.#waiting = [];
    // What was accepted is remembered beside the log.
    this.#offers.set([]);
    this.#offered.clear();
    for (const { state } of this.#states.values()) state.set(away);
  }

  /** A member is here. */
  greet(member: Member): void {
    if (this.#live) return this.#live.greet(member, []);
    const waiting: Waiting = { member, early: [] };
    this.#waiting.push(waiting);
    member.link.listen((frame) => {
      if (this.#waiting.includes(waiting) && waiting.early.length < earlyFrames && isOfFiles(frame)) waiting.early.push(frame);
    });
    this.#use();
  }

  attach(files: readonly File[]): AttachOutcome {
    const outcome = this.#options.tray.add(files);
    this.#use(undefined, () => this.#options.tray.fail());
    return outcome;
  }

  detach(id: AttachmentId): void {
    this.#options.tray.remove(id);
  }

  setOriginal(id: AttachmentId, original: boolean): void {
    this.#options.tray.setOriginal(id, original);
  }

  state(file: FileManifest): Observable<FileState> {
    const key = `${file.id} ${file.sizeBytes}`;
    const known = this.#states.get(key);
    if (known) return known.state;
    const state = new State<FileState>(away);
    this.#states.set(key, { file, state });
    if (this.#live && this.#stay) watch(this.#live.state(file), this.#stay.signal, (now) => state.set(now));
    else this.#use();
    return state;
  }

  fetch(file: FileManifest): void {
    this.#use((desk) => desk.fetch(file));
  }

  pause(id: FileId): void {
    this.#use((desk) => desk.pause(id));
  }

  cancel(id: FileId): void {
    this.#use((desk) => desk.cancel(id));
  }

  async view(file: FileManifest): Promise<FileView> {
    return (await this.#load())?.view(file) ?? { kind: 'none', why: 'not-here' };
  }

  async bytes(file: FileManifest): Promise<Blob | undefined> {
    return (await this.#load())?.bytes(file);
  }

  async setQuota(bytes: number): Promise<void> {
    await this.#options.record.update((record) => ({ ...record, filesQuotaBytes: bytes }));
    this.#usage.update((usage) => ({ ...usage, quotaBytes: bytes }));
  }

  async clear(): Promise<void> {
    const desk = await this.#load();
    if (!desk) throw new AppError('storage-blocked');
    await desk.clear();
  }

  offer(person: DeviceId, files: readonly File[]): AttachOutcome {
    const open = this.#offers.value.filter((offer) => offer.direction === 'to' && offer.person === person);
    const { taken, refused } = sift(files, limits.offersAPerson - open.length);
    const personName = this.#options.roster.present.value.find(({ device }) => device === person)?.name ?? '';
    const offers = taken.map((file): FileOffer => {
      const id = encodeBase64Url(crypto.getRandomValues(new Uint8Array(16))) as OfferId;
      this.#offered.set(id, file);
      return { id, direction: 'to', person, personName, name: cleanFileName(file.name, limits.fileNameCharacters), sizeBytes: file.size, file: undefined, state: 'preparing', sentBytes: 0 };
    });
    this.#offers.update((before) => [...before, ...offers]);
    this.#use(undefined, () => this.#failOffers());
    return { refused };
  }

  accept(id: OfferId): void {
    this.#use((desk) => desk.offers.accept(id));
  }

  decline(id: OfferId): void {
    this.#use((desk) => desk.offers.decline(id));
  }

  dismiss(id: OfferId): void {
    this.#use((desk) => desk.offers.dismiss(id));
  }

  recordVoice(): ReturnType<FilesFace['recordVoice']> {
    return this.#options.parts.fileMedia.recordVoice();
  }

  async sendVoice(recording: VoiceRecording, replyTo: MessageId | undefined): Promise<void> {
    const recorded = await recording.finish();
    if (!recorded) return;
    this.#options.conversation.sendParcel(this.#options.tray.takeRecorded(recorded.file, recorded.look), replyTo);
    this.#use(undefined, () => this.#options.tray.fail());
  }

  get #quotaBytes(): number {
    return this.#options.record.value.filesQuotaBytes ?? limits.roomFilesBytes;
  }

  /** What can't be had now is had with the next wish, and while another tab has the room nothing is. `otherwise`: for those who can't wait for that. */
  #use(action?: (desk: FilesDesk) => void, otherwise?: () => void): void {
    this.#isWanted = true;
    if (this.#live) return action?.(this.#live);
    const signal = this.#stay?.signal;
    if (!signal) return;
    void this.#load().then((desk) => {
      if (!desk) otherwise?.();
      else if (!signal.aborted) action?.(desk);
    });
  }

  #load(): Promise<FilesDesk | undefined> {
    const stay = this.#stay;
    if (!stay) return Promise.resolve(undefined);
    return (this.#desk ??= this.#open(stay.signal));
  }

  async #open(signal: AbortSignal): Promise<FilesDesk | undefined> {
    const { parts, record, roster, log, conversation, tray } = this.#options;
    const loaded = await Promise.all([import('./files-desk'), parts.filesOf(record.value.alias)]).catch(() => undefined);
    // Left, or lost to another tab, while the code came.
    if (signal.aborted) return undefined;
    if (!loaded) {
      // One that failed must not be the answer for ever.
      this.#desk = undefined;
      return undefined;
    }
    const [{ FilesDesk }, store] = loaded;
    const desk = FilesDesk.open(
      {
        store,
        media: parts.fileMedia,
        ownId: parts.identity.deviceId,
        log,
        timeline: conversation.timeline,
        members: roster.members,
        present: roster.present,
        notices: parts.notices,
        tray,
        offers: this.#offers,
        offered: this.#offered,
        usage: this.#usage,
        quotaBytes: () => this.#quotaBytes,
        freeBytes: () => parts.freeBytes(),
        isInCall: (device) => this.#options.isInCall(device),
        now: parts.now,
        random: parts.random,
      },
      signal,
    );
    for (const { file, state } of this.#states.values()) watch(desk.state(file), signal, (now) => state.set(now));
    for (const { member, early } of this.#waiting.splice(0)) if (!member.link.signal.aborted) desk.greet(member, early);
    this.#live = desk;
    return desk;
  }

  #failOffers(): void {
    this.#offers.update((offers) => offers.map((offer) => (offer.state === 'preparing' ? { ...offer, state: 'failed' } : offer)));
  }
}

const away: FileState = { kind: 'away', sources: 0 };

function isOfFiles(frame: Frame): boolean {
  return frame.kind === 'offer' || frame.kind === 'offer-answer' || channelOf(frame) === 'file';
}
