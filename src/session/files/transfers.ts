/**
 * Files on their way between this device and the others of its room: what is wanted here is fetched from whoever has it, what is wanted there is served.
 *
 *     wanted → who has it? (file-ask, file-have) → the list of hashes, checked against the id → chunks from all who have them, each checked → here
 */
import { limits } from '../../config';
import { chunkBytes, chunkCount, type FileManifest } from '../../core/file';
import type { DeviceId, FileId } from '../../core/ids';
import { watch, type Observable } from '../../core/observable';
import type { Frame } from '../../protocol/frames';
import type { FileStore, StoredFile } from '../../storage/file-store';
import { NamedTimers, type SetTimer } from '../named-timers';
import type { Member } from '../roster';
import { Download } from './download';
import { inOrder, toStart } from './fetch-order';
import { FileEntries } from './file-entries';
import { Wish, type FileEntry } from './file-entry';
import { FilePeer } from './file-peer';
import { FileServer } from './file-server';
import type { FileState } from './files-face';
import { HeldFiles, type HeldFile } from './held-files';
import { SentAccount } from './sent-account';

export type WantedFile = Pick<FileManifest, 'id' | 'sizeBytes'>;

export interface TransfersOptions {
  readonly store: FileStore;
  readonly members: Observable<readonly Member[]>;
  /** Another tab has the room, or it was left: everything ends, and files that are open are let go of. */
  readonly signal: AbortSignal;
  /** A call runs with that device, which files must not disturb. */
  isInCall(device: DeviceId): boolean;
  /** A member may have the file: it stands in a message that it may see, say. */
  mayHave(member: Member, id: FileId): Promise<boolean>;
  /** The room's quota has place for so many bytes more. */
  hasPlace(bytes: number): Promise<boolean>;
  /** Milliseconds, monotonic. */
  now(): number;
  random(): number;
  readonly setTimer: SetTimer;
  /** Sent what nobody asked for, or asked for more than anybody may: its link is closed. */
  onMisbehaved(device: DeviceId): void;
  /** What is kept has changed: a chunk came (often), or a file is whole. */
  onKept(id: FileId): void;
}

export interface TransfersFace {
  /** A member is here: its frames on channel `file` are heard from now on. `early`: those that came before this was called. */
  greet(member: Member, early: readonly Frame[]): void;
  state(file: WantedFile): Observable<FileState>;
  /** Fetches it, or goes on. `only`: from that device alone. */
  fetch(file: WantedFile, only?: DeviceId): void;
  pause(id: FileId): void;
  /** What has come of it is deleted. */
  cancel(id: FileId): Promise<void>;
  /** It is here by other ways: an own file. */
  held(file: StoredFile): void;
  /** It is not here any more. */
  dropped(id: FileId): void;
  /** Chunks of the file that went out to the device, in bytes. */
  sentTo(device: DeviceId, id: FileId): Observable<number>;
}

/** What a small file may have under way, however little its peer delivers: all of it. */
const smallShare = Math.ceil(limits.autoFileBytes / chunkBytes);
/** Chunks under way from a peer while a call runs. */
const shareInCall = 2;
/** Files that everybody is asked about: those wanted, and those looked at last. */
const wantedAsked = 48;
const lookedAsked = limits.filesAsked - wantedAsked;
/** Nobody has it who hasn't said so by then, in milliseconds. */
const answerMs = 2_000;
/** What is under way when its person pauses it gets so long to arrive, in milliseconds. */
const restMs = 5_000;
/** What is under way is looked after so often. */
const tickMs = 250;
/** Who asked is told of what is here so often, while it changes. */
const tellMs = 1_000;
/** Whether the room has place for the rest is asked anew after so many chunks: 16 MiB. */
const chunksAPlaceCheck = 64;

export class Transfers implements TransfersFace {
  readonly #options: TransfersOptions;
  readonly #held: HeldFiles;
  readonly #entries = new FileEntries();
  /** Those that are being fetched. */
  readonly #active = new Set<FileEntry>();
  readonly #peers = new Map<FilePeer, FileServer>();
  readonly #accounts = new Map<DeviceId, SentAccount>();
  readonly #timers: NamedTimers<'tick' | 'tell'>;
  /** Of those not here, the last one last. */
  readonly #looked = new Set<FileId>();
  readonly #changed = new Set<FileId>();
  #lastRank = 0;
  #toldMs = -Infinity;

  constructor(options: TransfersOptions) {
    this.#options = options;
    this.#held = new HeldFiles(options.store);
    this.#timers = new NamedTimers(options.setTimer);
    options.signal.addEventListener('abort', () => this.#end(), { once: true });
    void this.#held.loaded.then(() => this.#publishAll());
  }

  greet(member: Member, early: readonly Frame[]): void {
    const { link } = member;
    if (this.#options.signal.aborted || link.signal.aborted) return;
    const server = this.#makeServer(member);
    const peer = new FilePeer({
      member,
      server,
      now: () => this.#options.now(),
      onHave: (peer, id) => this.#hearHave(peer, id),
      onMisbehaved: () => this.#options.onMisbehaved(member.device),
    });
    this.#peers.set(peer, server);
    for (const frame of early) peer.hear(frame);
    link.listen((frame) => peer.hear(frame));
    link.files.listen((frame) => peer.hearPiece(frame));
    watch(link.state, link.signal, ({ kind }) => void (kind === 'closed' && this.#part(peer)));
    peer.measure();
    this.#schedule();
  }

  state(file: WantedFile): Observable<FileState> {
    const entry = this.#entries.of(file);
    const isNew = !this.#looked.delete(file.id);
    this.#looked.add(file.id);
    this.#publish(entry);
    if (isNew) void this.#held.loaded.then(() => this.#schedule());
    return entry.state;
  }

  fetch(file: WantedFile, only?: DeviceId): void {
    void this.#held.loaded.then(() => this.#want(this.#entries.of(file), only));
  }

  pause(id: FileId): void {
    for (const entry of this.#entries.get(id)) this.#stop(entry, 'person');
  }

  async cancel(id: FileId): Promise<void> {
    const entries = this.#entries.get(id);
    this.dropped(id);
    const removal = Promise.all(entries.map(({ idle }) => idle)).then(() => this.#options.store.remove(id));
    // Who wants it again meanwhile begins after that.
    for (const entry of entries) entry.idle = removal.catch(ignore);
    await removal;
  }

  held(file: StoredFile): void {
    const entry = this.#entries.of(file);
    this.#unwant(entry);
    entry.lost = undefined;
    this.#held.adopt(file);
    this.#tellSoon(file.id, true);
    this.#publishAllOf(file.id);
    this.#schedule();
  }

  dropped(id: FileId): void {
    this.#held.drop(id);
    for (const entry of this.#entries.get(id)) {
      this.#unwant(entry);
      entry.lost = undefined;
    }
    this.#tellSoon(id, true);
    this.#publishAllOf(id);
    this.#schedule();
  }

  sentTo(device: DeviceId, id: FileId): Observable<number> {
    return this.#accountOf(device).sentBytes(id);
  }

  #end(): void {
    this.#timers.cancelAll();
    for (const { wish } of this.#active) void wish?.download?.stop();
    this.#held.end();
  }

  // Wishes

  #want(entry: FileEntry, only: DeviceId | undefined): void {
    const { wish } = entry;
    if (this.#options.signal.aborted || this.#heldOf(entry)?.whole) return;
    if (wish && wish.stopped === undefined && (wish.only === undefined || wish.only === only)) return;
    if (wish?.stopped === 'person' && wish.download && wish.only === only) return this.#goOn(entry, wish, wish.download);
    this.#halt(entry, wish);
    entry.wish = new Wish(only, ++this.#lastRank);
    entry.isPrivate = only !== undefined;
    entry.lost = undefined;
    this.#schedule();
  }

  /** Paused a moment ago: what is under way is still coming. */
  #goOn(entry: FileEntry, wish: Wish, download: Download): void {
    wish.stopped = undefined;
    wish.rank = ++this.#lastRank;
    download.resume();
    this.#publish(entry);
    this.#schedule();
  }

  #unwant(entry: FileEntry): void {
    const { wish } = entry;
    entry.wish = undefined;
    this.#halt(entry, wish);
  }

  #stop(entry: FileEntry, reason: NonNullable<Wish['stopped']>): void {
    const { wish } = entry;
    if (!wish) return;
    wish.stopped = reason;
    if (reason === 'person') this.#rest(entry, wish);
    else this.#halt(entry, wish);
    this.#publish(entry);
    this.#schedule();
  }

  /** Nobody waits for it, but what is under way is taken. */
  #rest(entry: FileEntry, wish: Wish): void {
    const { download } = wish;
    if (!download) return;
    const end = (): void => {
      cancel();
      if (wish.download !== download || wish.stopped === undefined) return;
      this.#halt(entry, wish);
      this.#publish(entry);
    };
    const cancel = this.#options.setTimer(restMs, end);
    void download.rest().then(end);
  }

  #halt(entry: FileEntry, wish: Wish | undefined): void {
    const download = wish?.download;
    if (!wish || !download) return;
    wish.download = undefined;
    this.#active.delete(entry);
    entry.idle = download.stop().then(() => this.#held.unpin(entry.id));
  }

  /** Who is asked about what, and what is fetched, as things stand now. */
  #schedule(): void {
    if (this.#options.signal.aborted) return;
    const wanted = inOrder(this.#entries);
    this.#askAround(wanted.slice(0, wantedAsked));
    for (const entry of toStart(wanted, (entry) => this.#sourcesOf(entry).length > 0)) void this.#start(entry);
    for (const entry of wanted) {
      entry.wish?.download?.ask();
      this.#publish(entry);
    }
    this.#keepTicking();
  }

  #askAround(wanted: readonly FileEntry[]): void {
    const nowMs = this.#options.now();
    for (const { wish } of wanted) if (wish) wish.waitingMs ??= nowMs;
    const looked = [...this.#looked].filter((id) => !this.#entries.get(id).some((entry) => entry.isPrivate || this.#heldOf(entry)?.whole)).slice(-lookedAsked);
    for (const peer of this.#peers.keys()) {
      const ids = wanted.filter((entry) => entry.accepts(peer.device)).map(({ id }) => id);
      peer.askAbout(new Set([...ids, ...looked]));
    }
  }

  async #start(entry: FileEntry): Promise<void> {
    const { wish } = entry;
    if (!wish || wish.isStarting) return;
    wish.isStarting = true;
    await entry.idle;
    const stored = this.#heldOf(entry) && (await this.#held.open(entry.id).catch(() => undefined));
    const hasPlace = await this.#hasPlace(entry);
    wish.isStarting = false;
    if (this.#options.signal.aborted || entry.wish !== wish || wish.stopped !== undefined || wish.download) return;
    if (stored?.chunks.isFull) return this.#noteKept(entry, stored);
    if (!hasPlace) return this.#stop(entry, 'room-full');
    if (stored) this.#held.pin(stored);
    wish.download = this.#makeDownload(entry, wish, stored);
    this.#active.add(entry);
    for (const peer of this.#sourcesOf(entry)) this.#offer(entry, peer);
    this.#steer();
    this.#schedule();
  }

  #makeDownload(entry: FileEntry, wish: Wish, stored: StoredFile | undefined): Download {
    const { id, sizeBytes } = entry;
    return new Download({
      id,
      sizeBytes,
      stored,
      store: this.#options.store,
      aside: wish.aside,
      now: () => this.#options.now(),
      random: () => this.#options.random(),
      shareOf: (peer) => this.#shareOf(peer, sizeBytes),
      onCame: (bytes) => entry.noteCame(bytes, this.#options.now()),
      onBegun: (file) => this.#held.pin(file),
      onKept: (file) => this.#noteKept(entry, file),
      onRefused: () => this.#stop(entry, 'disk-full'),
    });
  }

  #noteKept(entry: FileEntry, file: StoredFile): void {
    // Deleted while it was being written.
    if (!this.#held.get(entry.id)) return;
    this.#held.note(file);
    const isWhole = file.chunks.isFull;
    if (isWhole) {
      this.#unwant(entry);
      this.#publishAllOf(entry.id);
    } else if (file.chunks.size % chunksAPlaceCheck === 0) void this.#checkPlace(entry);
    this.#tellSoon(entry.id, isWhole);
    this.#options.onKept(entry.id);
    if (isWhole) this.#schedule();
  }

  async #checkPlace(entry: FileEntry): Promise<void> {
    if (!(await this.#hasPlace(entry)) && entry.wish?.download) this.#stop(entry, 'room-full');
  }

  /** For what is missing of it, and of those that began before it. A store that can't say is full. */
  async #hasPlace(entry: FileEntry): Promise<boolean> {
    const before = inOrder(this.#entries).filter(({ wish }) => wish && (wish.download || wish.isStarting) && !wish.isStarved && wish.rank < (entry.wish?.rank ?? 0));
    const bytes = [entry, ...before].reduce((sum, other) => sum + this.#missingBytes(other), 0);
    return this.#options.hasPlace(bytes).catch(() => false);
  }

  #missingBytes(entry: FileEntry): number {
    return entry.sizeBytes - (this.#heldOf(entry)?.keptBytes ?? 0);
  }

  #shareOf(peer: FilePeer, sizeBytes: number): number {
    const share = this.#isInCall ? shareInCall : Math.ceil(peer.window / Math.max(1, this.#downloadsFrom(peer).length));
    return sizeBytes <= limits.autoFileBytes ? Math.max(smallShare, share) : share;
  }

  // Peers

  #makeServer(member: Member): FileServer {
    const { device, link } = member;
    const { setTimer } = this.#options;
    return new FileServer({
      link,
      held: this.#held,
      account: this.#accountOf(device),
      mayHave: (id) => this.#options.mayHave(member, id),
      setTimer,
      now: () => this.#options.now(),
      isInCall: () => this.#isInCall,
      onSent: (id, bytes) => this.#noteSent(device, id, bytes),
      onDamaged: (id) => this.#noteDamaged(id),
      onLost: (id, reason) => this.#noteLost(id, reason),
      onMisbehaved: () => this.#options.onMisbehaved(device),
    });
  }

  #hearHave(peer: FilePeer, id: FileId): void {
    for (const entry of this.#entries.get(id)) {
      if (entry.accepts(peer.device)) this.#offer(entry, peer);
      this.#publish(entry);
    }
    this.#schedule();
  }

  #offer(entry: FileEntry, peer: FilePeer): void {
    const { wish } = entry;
    const has = peer.chunksOf(entry.id, chunkCount(entry.sizeBytes));
    if (!has || has.size === 0) return wish?.download?.lose(peer);
    wish?.download?.offer(peer, has);
    if (wish && wish.download?.isSupplied !== false) wish.isStarved = false;
  }

  #part(peer: FilePeer): void {
    this.#peers.delete(peer);
    for (const { wish } of this.#active) wish?.download?.lose(peer);
    this.#publishAll();
    this.#schedule();
  }

  #noteSent(device: DeviceId, id: FileId, bytes: number): void {
    for (const entry of this.#entries.get(id)) entry.noteSent(device, bytes, this.#options.now());
    this.#timers.ensure('tick', tickMs, () => this.#tick());
  }

  /** It is fetched again, as far as it must be. */
  #noteDamaged(id: FileId): void {
    void this.#held.open(id).then((file) => {
      if (!file) return;
      this.#held.note(file);
      this.#tellSoon(id, true);
      if (!this.#entries.get(id).some(({ isPrivate }) => isPrivate)) this.fetch(file);
    }, ignore);
  }

  #noteLost(id: FileId, reason: 'changed' | 'vanished'): void {
    this.#held.drop(id);
    for (const entry of this.#entries.get(id)) entry.lost = reason;
    this.#tellSoon(id, true);
    this.#publishAllOf(id);
  }

  // Telling

  #tellSoon(id: FileId, atOnce: boolean): void {
    this.#changed.add(id);
    const restMs = atOnce ? 0 : Math.max(0, this.#toldMs + tellMs - this.#options.now());
    if (restMs === 0) this.#tell();
    else this.#timers.ensure('tell', restMs, () => this.#tell());
  }

  #tell(): void {
    this.#toldMs = this.#options.now();
    this.#timers.cancel('tell');
    for (const server of this.#peers.values()) for (const id of this.#changed) void server.tell(id);
    this.#changed.clear();
  }

  // Time

  /** While anything changes by itself, or somebody may still have what is wanted. */
  #keepTicking(): void {
    const entries = [...this.#entries];
    const isWaiting = entries.some(({ isWanted, wish }) => isWanted && (!wish?.isStarved || wish.download?.isAsking));
    if (isWaiting || entries.some(({ isMoving }) => isMoving)) this.#timers.ensure('tick', tickMs, () => this.#tick());
    else this.#steer();
  }

  #tick(): void {
    const wanted = inOrder(this.#entries);
    for (const entry of wanted) this.#lookAfter(entry, wanted.length);
    this.#steer();
    for (const account of this.#accounts.values()) account.publish();
    for (const entry of this.#entries) if (entry.isMoving) this.#publish(entry);
    this.#schedule();
  }

  #lookAfter(entry: FileEntry, wantedCount: number): void {
    const { wish } = entry;
    if (!wish) return;
    const nowMs = this.#options.now();
    wish.download?.check();
    const isSupplied = wish.download ? wish.download.isSupplied : wish.isStarting || this.#sourcesOf(entry).length > 0;
    if (isSupplied) {
      wish.isStarved = false;
      wish.waitingMs = nowMs;
    } else if (this.#peers.size === 0 || (wish.waitingMs !== undefined && nowMs - wish.waitingMs >= answerMs)) {
      wish.isStarved = true;
      // More are wanted than can be asked about: the others' turn.
      if (wantedCount > wantedAsked) wish.rank = ++this.#lastRank;
      wish.waitingMs = undefined;
    }
  }

  #steer(): void {
    for (const peer of this.#peers.keys()) {
      const bytesLeft = this.#downloadsFrom(peer).reduce((sum, entry) => sum + this.#missingBytes(entry), 0);
      peer.steer(bytesLeft, this.#isInCall);
    }
  }

  #publish(entry: FileEntry): void {
    entry.publish(this.#heldOf(entry), this.#sourcesOf(entry).length, this.#options.now());
  }

  #publishAllOf(id: FileId): void {
    for (const entry of this.#entries.get(id)) this.#publish(entry);
  }

  #publishAll(): void {
    for (const entry of this.#entries) this.#publish(entry);
  }

  // What there is

  #heldOf({ id, sizeBytes }: FileEntry): HeldFile | undefined {
    const held = this.#held.get(id);
    return held?.sizeBytes === sizeBytes ? held : undefined;
  }

  #sourcesOf(entry: FileEntry): readonly FilePeer[] {
    return [...this.#peers.keys()].filter((peer) => peer.hasAnyOf(entry.id) && entry.accepts(peer.device));
  }

  #downloadsFrom(peer: FilePeer): readonly FileEntry[] {
    return [...this.#active].filter(({ wish }) => wish?.download?.isFrom(peer));
  }

  #accountOf(device: DeviceId): SentAccount {
    const account = this.#accounts.get(device) ?? new SentAccount();
    this.#accounts.set(device, account);
    return account;
  }

  /** With anybody: what voices share with files is mostly this device's own line. */
  get #isInCall(): boolean {
    return this.#options.members.value.some(({ device }) => this.#options.isInCall(device));
  }
}

function ignore(): void {}
