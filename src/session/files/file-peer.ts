/** One side of the exchange of files on one link: what the peer said that it has, what is asked of it by which ticket, how fast it delivers; what it asks goes to a FileServer. */
import { limits } from '../../config';
import { decodeBase64Url } from '../../core/base64url';
import { ChunkSet } from '../../core/chunk-set';
import { chunkBytes } from '../../core/file';
import type { DeviceId, FileId } from '../../core/ids';
import type { Bytes } from '../../core/log-event';
import { decodeFilePiece, type FilePiece } from '../../protocol/file-piece';
import type { FileFrame, Frame } from '../../protocol/frames';
import type { Member } from '../roster';
import type { FileServer } from './file-server';
import { LanePilot } from './lane-pilot';
import { Rate } from './rate';

type NoFrame = Extract<FileFrame, { kind: 'file-no' }>;

/** late: it was wanted, but is here, or asked elsewhere. bad: nobody can have wanted that. */
export type PieceOutcome = 'taken' | 'late' | 'bad';

/** Whoever has asked by a ticket. */
export interface TicketHolder {
  take(piece: FilePiece): PieceOutcome;
  refused(chunk: number | undefined, reason: NoFrame['reason']): void;
}

export interface FilePeerOptions {
  readonly member: Member;
  readonly server: FileServer;
  now(): number;
  /** It said what it has of a file that it was asked about. */
  onHave(peer: FilePeer, id: FileId): void;
  onMisbehaved(): void;
}

/** What may be under way before anything has come: a megabyte, which tells how fast the way is. */
const firstWindow = 4;
const firstWindowMs = 1_000;
/** What is asked for ahead is what it delivers in this time, in seconds: more would only wait in its buffers, and be lost for others. */
const aheadSeconds = 1.5;
const leastWindow = 2;
const rateMs = 1_000;
const measureMs = 500;
/** The shortest round trip of this time counts; ICE measures it every few seconds. */
const wayKnownMs = 10_000;
/** What a piece that nobody asked for counts at least, in bytes: the smallest ones are as much work as others. */
const leastUnaskedBytes = 4 * 1024;
/** Chunks that proved wrong until its link is closed: one may be a broken disk. */
const wrongMaximum = 2;

export class FilePeer {
  readonly device: DeviceId;
  readonly #options: FilePeerOptions;
  readonly #pilot = new LanePilot();
  readonly #rate = new Rate(rateMs);
  readonly #asked = new Set<FileId>();
  readonly #hasById = new Map<FileId, Bytes | 'whole'>();
  readonly #holders = new Map<number, TicketHolder>();
  #lastTicket = 0;
  /** Bytes that were asked for and haven't come, of whatever ticket: they may still be on their way. */
  #owedBytes = 0;
  /** Those that nobody has asked for. */
  #unaskedBytes = 0;
  #wrongChunks = 0;
  #roundTripMs: number | undefined;
  /** Those measured of late, the last one last. */
  #roundTrips: { readonly atMs: number; readonly ms: number }[] = [];
  #measuredMs = -Infinity;
  #lastLanes = 0;
  #lastCameMs = 0;

  constructor(options: FilePeerOptions) {
    this.#options = options;
    this.device = options.member.device;
  }

  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** When anything of any file came last. */
  get lastCameMs(): number {
    return this.#lastCameMs;
  }

  get bytesPerSecond(): number {
    return this.#rate.bytesPerSecond(this.#options.now());
  }

  /** Chunks that may be under way from it, of all files together. */
  get window(): number {
    const now = this.#options.now();
    const ahead = Math.round((aheadSeconds * this.#rate.bytesPerSecond(now)) / chunkBytes);
    const least = this.#rate.runningMs(now) < firstWindowMs ? firstWindow : leastWindow;
    // Each lane has to have something to grow by.
    return Math.min(limits.chunksUnderWay, Math.max(least, this.#lastLanes, ahead));
  }

  /** What it has of a file of so many chunks, by what it said; undefined before it has said so, or when it is nothing. */
  chunksOf(id: FileId, count: number): ChunkSet | undefined {
    const has = this.#hasById.get(id);
    return has === undefined ? undefined : has === 'whole' ? ChunkSet.full(count) : new ChunkSet(count, has);
  }

  hasAnyOf(id: FileId): boolean {
    return this.#hasById.has(id);
  }

  /** About these files it is asked, and not about others any more. */
  askAbout(ids: ReadonlySet<FileId>): void {
    for (const id of this.#asked) {
      if (ids.has(id)) continue;
      this.#asked.delete(id);
      this.#hasById.delete(id);
      this.send({ kind: 'file-unask', id });
    }
    for (const id of ids) {
      if (this.#asked.has(id)) continue;
      this.#asked.add(id);
      this.send({ kind: 'file-ask', id });
    }
  }

  /** What it said is not so; until it says so again. */
  forgetHas(id: FileId): void {
    this.#hasById.delete(id);
  }

  openTicket(holder: TicketHolder): number {
    this.#lastTicket = (this.#lastTicket % 0xffff_ffff) + 1;
    this.#holders.set(this.#lastTicket, holder);
    return this.#lastTicket;
  }

  /** `isUnderWay`: something is still to come by it, and not wanted any more. */
  closeTicket(ticket: number, isUnderWay: boolean): void {
    if (this.#holders.delete(ticket) && isUnderWay) this.send({ kind: 'file-stop', ticket });
  }

  noteAsked(bytes: number): void {
    this.#owedBytes += bytes;
  }

  /** It said that so much won't come. */
  noteRefused(bytes: number): void {
    this.#owedBytes = Math.max(0, this.#owedBytes - bytes);
  }

  /** A chunk of it was not what its hash says. */
  noteWrong(): void {
    this.#wrongChunks += 1;
    if (this.#wrongChunks === wrongMaximum) this.#options.onMisbehaved();
  }

  send(frame: Frame): void {
    this.#options.member.link.send(frame);
  }

  hear(frame: Frame): void {
    const { server } = this.#options;
    switch (frame.kind) {
      case 'file-ask':
        return server.ask(frame.id);
      case 'file-unask':
        return server.unask(frame.id);
      case 'file-list':
        return server.list(frame);
      case 'file-get':
        return server.get(frame);
      case 'file-stop':
        return server.stop(frame.ticket);
      case 'file-have':
        return this.#hearHave(frame);
      case 'file-no':
        return this.#holders.get(frame.ticket)?.refused(frame.chunk, frame.reason);
      default:
        return;
    }
  }

  hearPiece(frame: ArrayBuffer): void {
    const piece = decodeFilePiece(frame);
    if (!piece) return this.#noteUnasked(frame.byteLength);
    const { length } = piece.bytes;
    const outcome = this.#holders.get(piece.ticket)?.take(piece) ?? 'late';
    if (outcome === 'bad') return this.#noteUnasked(length);
    if (outcome === 'late' && this.#owedBytes < length) return this.#noteUnasked(length);
    this.#owedBytes = Math.max(0, this.#owedBytes - length);
    this.#lastCameMs = this.#options.now();
    this.#rate.add(length, this.#lastCameMs);
  }

  /** A few times a second, and when nothing comes any more: measures, and wishes for as many lanes as pay. */
  steer(bytesLeft: number, inCall: boolean): void {
    const { files } = this.#options.member.link;
    if (bytesLeft > 0) this.measure();
    const nowMs = this.#options.now();
    this.#wishLanes(this.#pilot.wish({ nowMs, bytesPerSecond: this.bytesPerSecond, roundTripMs: this.#wayMs, bytesLeft, openLanes: files.laneCount.value, inCall }));
  }

  /** Asks for the round trip anew, unless it was asked for just now. */
  measure(): void {
    const nowMs = this.#options.now();
    if (nowMs - this.#measuredMs < measureMs) return;
    this.#measuredMs = nowMs;
    void this.#options.member.link.files
      .roundTripMs()
      .then((ms) => this.#noteRoundTrip(ms))
      .catch(() => undefined); // The link has closed.
  }

  #wishLanes(count: number): void {
    if (count !== this.#lastLanes) this.#options.member.link.files.wish(count);
    this.#lastLanes = count;
  }

  #hearHave({ id, whole, bits }: Extract<FileFrame, { kind: 'file-have' }>): void {
    if (!this.#asked.has(id)) return;
    const has = whole ? 'whole' : bits === undefined ? undefined : decodeBase64Url(bits);
    if (has === undefined) this.#hasById.delete(id);
    else this.#hasById.set(id, has);
    this.#options.onHave(this, id);
  }

  #noteRoundTrip(ms: number | undefined): void {
    if (ms === undefined) return;
    const atMs = this.#options.now();
    this.#roundTripMs = ms;
    this.#roundTrips = [...this.#roundTrips.filter((before) => atMs - before.atMs < wayKnownMs), { atMs, ms }];
  }

  /** How long the way is, without the queues on it and in the two devices, which further lanes would only feed. */
  get #wayMs(): number | undefined {
    return this.#roundTrips.length === 0 ? undefined : Math.min(...this.#roundTrips.map(({ ms }) => ms));
  }

  #noteUnasked(bytes: number): void {
    const before = this.#unaskedBytes;
    this.#unaskedBytes += Math.max(leastUnaskedBytes, bytes);
    if (before <= limits.unaskedFileBytes && this.#unaskedBytes > limits.unaskedFileBytes) this.#options.onMisbehaved();
  }
}
