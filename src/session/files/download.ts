/**
 * One file on its way here: the list of hashes from one source, checked against the file's id, then chunks from all sources at once, each checked by the store.
 *
 *     (a source) → list asked for, and with it the first chunks → list is what the id says → file begun in the store → chunks asked for, each source as much as it delivers
 *     list is not → that source is set aside, the next one asked
 *     chunk is not what its hash says → its source is set aside, the chunk asked elsewhere
 *     source falls silent, or goes → what it was asked for is asked elsewhere
 *
 * It ends when it is stopped, or the file is whole. What was kept stays: the next one begins with it.
 */
import { limits } from '../../config';
import type { ChunkSet } from '../../core/chunk-set';
import { chunkBytes, chunkCount, chunkLength } from '../../core/file';
import type { DeviceId, FileId } from '../../core/ids';
import type { Bytes } from '../../core/log-event';
import { hashListChunk, type FilePiece } from '../../protocol/file-piece';
import type { FileFrame } from '../../protocol/frames';
import type { FileStore, StoredFile } from '../../storage/file-store';
import { ChunkAssembly } from './chunk-assembly';
import { ChunkPlan } from './chunk-plan';
import type { FilePeer, PieceOutcome } from './file-peer';
import { HashList } from './hash-list';
import { Source, type ChunkRequest } from './source';

type Reason = Extract<FileFrame, { kind: 'file-no' }>['reason'];

export interface DownloadOptions {
  readonly id: FileId;
  readonly sizeBytes: number;
  /** What is here of it already. */
  readonly stored: StoredFile | undefined;
  readonly store: Pick<FileStore, 'create'>;
  now(): number;
  random(): number;
  /** Chunks that may be under way from the peer for this file. */
  shareOf(peer: FilePeer): number;
  /** Who sent what is not of this file: not asked again. */
  readonly aside: Set<DeviceId>;
  /** So much has come; it isn't checked yet. */
  onCame(bytes: number): void;
  /** It is begun in the store. */
  onBegun(file: StoredFile): void;
  /** One more chunk is kept. */
  onKept(file: StoredFile): void;
  /** The disk takes no more. */
  onRefused(): void;
}

/** Chunks that are held in memory, or expected: those being put together, and those being written. 16 MiB. */
const chunksInMemory = 64;
/** Chunks asked for with the list: small files are here a round trip earlier. */
const chunksBeforeList = 8;
/** Another source gets this long before one that didn't give the list is asked again, in milliseconds. */
const listAgainMs = 10_000;
/** At the end, chunks of slow sources that are asked of a quick one, too, at once; where the slow one takes this much longer, in milliseconds. */
const doublesMaximum = 4;
const doubledAfterMs = 3_000;

interface EarlyChunk {
  readonly source: Source;
  readonly chunk: number;
  readonly pieces: readonly Bytes[];
}

export class Download {
  readonly sizeBytes: number;
  readonly #options: DownloadOptions;
  readonly #count: number;
  readonly #plan: ChunkPlan;
  readonly #sources = new Map<FilePeer, Source>();
  readonly #writing = new Set<number>();
  /** On the disk. */
  readonly #works = new Set<Promise<void>>();
  #stored: StoredFile | undefined;
  readonly #list: HashList;
  /** Whole before the list was. */
  #early: EarlyChunk[] = [];
  #isOver = false;
  /** Asks for nothing more; resolves when what is under way has come. */
  #rested: (() => void) | undefined;

  constructor(options: DownloadOptions) {
    this.#options = options;
    this.#stored = options.stored;
    this.sizeBytes = options.stored?.sizeBytes ?? options.sizeBytes;
    this.#count = chunkCount(this.sizeBytes);
    this.#plan = new ChunkPlan(this.#count, options.stored?.chunks);
    this.#list = new HashList(options.id, this.sizeBytes);
  }

  /** Somebody who is here has what is missing, and isn't silent; or something is under way. */
  get isSupplied(): boolean {
    if (this.#writing.size > 0 || this.#list.isChecking) return true;
    return [...this.#sources.values()].some(({ has, requests, isSilent }) => !isSilent && (requests.size > 0 || this.#plan.wantsOf(has)));
  }

  /** Somebody was asked, and may answer yet. */
  get isAsking(): boolean {
    return this.#list.source !== undefined || [...this.#sources.values()].some(({ requests, isSilent }) => isSilent || requests.size > 0);
  }

  isFrom(peer: FilePeer): boolean {
    return this.#sources.has(peer);
  }

  /** What the peer has of it, by what it said just now. */
  offer(peer: FilePeer, has: ChunkSet): void {
    if (this.#isOver || this.#options.aside.has(peer.device)) return;
    const source = this.#sources.get(peer) ?? new Source(peer, has, this.#options.now());
    if (this.#sources.has(peer)) this.#plan.removeSource(source.has);
    this.#sources.set(peer, source);
    source.has = has;
    this.#plan.addSource(has);
    this.#ask(source);
  }

  /** The peer has gone, or has nothing of it. */
  lose(peer: FilePeer): void {
    const source = this.#sources.get(peer);
    if (!source) return;
    this.#remove(source);
    this.ask();
    this.#restWhenIdle();
  }

  /** Asks everybody for what can be asked for now. */
  ask(): void {
    for (const source of this.#sources.values()) this.#ask(source);
  }

  /** To be called a few times a second. */
  check(): void {
    const nowMs = this.#options.now();
    for (const source of this.#sources.values()) this.#checkOn(source, nowMs);
    const { source, isChecking } = this.#list;
    if (source && !isChecking && source.isLate(nowMs)) this.#giveUpList(source);
    this.ask();
    this.#restWhenIdle();
  }

  /** Asks for nothing more, and takes what is under way: thrown away, it would have to come twice. Resolves when it is here, or won't come. */
  rest(): Promise<void> {
    return new Promise((resolve) => {
      this.#rested = resolve;
      this.#restWhenIdle();
    });
  }

  /** What comes from now on is not wanted. Resolves when what is being written is on the disk. */
  async stop(): Promise<void> {
    this.#end();
    await Promise.all(this.#works);
  }

  /** Goes on. */
  resume(): void {
    this.#rested = undefined;
    this.ask();
  }

  #restWhenIdle(): void {
    const isIdle = this.#isOver || (this.#list.source === undefined && [...this.#sources.values()].every(({ requests, isSilent }) => isSilent || requests.size === 0));
    if (isIdle) this.#rested?.();
  }

  #end(): void {
    this.#isOver = true;
    this.#restWhenIdle();
    for (const source of this.#sources.values()) source.peer.closeTicket(source.ticket, source.requests.size > 0 || this.#list.source === source);
    this.#sources.clear();
    this.#early = [];
  }

  // Asking

  #ask(source: Source): void {
    const nowMs = this.#options.now();
    if (this.#isOver || this.#rested || !source.mayBeAsked(nowMs) || source.has.size === 0) return;
    if (!this.#stored && !this.#askForList(source, nowMs)) return;
    const most = this.#stored ? limits.chunksUnderWay : chunksBeforeList - source.requests.size - this.#early.length;
    const room = Math.min(most, this.#options.shareOf(source.peer) - source.activeCount, this.#room());
    // In portions: a frame for each chunk would be a hundred a second.
    if (room < 1 || room < Math.min(4, source.activeCount / 4)) return;
    const chunks = this.#plan.take(source.has, room, this.#options.random());
    this.#get(source, chunks.length > 0 ? chunks : this.#doubles(source));
  }

  #get(source: Source, chunks: readonly number[]): void {
    const asked = chunks.filter((chunk) => !this.#reclaim(source, chunk));
    if (asked.length === 0) return;
    const nowMs = this.#options.now();
    for (const chunk of asked) source.request(chunk, new ChunkAssembly(this.#lengthOf(chunk)), nowMs);
    source.peer.noteAsked(asked.reduce((bytes, chunk) => bytes + this.#lengthOf(chunk), 0));
    source.peer.send({ kind: 'file-get', ticket: this.#ticketOf(source), id: this.#options.id, chunks: [...asked] });
  }

  /** It was asked for that chunk before it fell silent, and it may come yet. */
  #reclaim(source: Source, chunk: number): boolean {
    const request = source.requests.get(chunk);
    if (request) request.isReleased = false;
    return request !== undefined;
  }

  #ticketOf(source: Source): number {
    if (source.ticket === 0) {
      source.ticket = source.peer.openTicket({ take: (piece) => this.#take(source, piece), refused: (chunk, reason) => this.#refused(source, chunk, reason) });
    }
    return source.ticket;
  }

  #room(): number {
    let room = chunksInMemory - this.#writing.size - this.#early.length;
    for (const { requests } of this.#sources.values()) for (const { isReleased, assembly } of requests.values()) if (!isReleased || assembly.heldBytes > 0) room -= 1;
    return room;
  }

  /** Nothing is left to be asked for: what a slow source still has before it, a quick one that is idle gives sooner. */
  #doubles(source: Source): readonly number[] {
    if (this.#plan.openCount > 0 || source.requests.size > 0) return [];
    const nowMs = this.#options.now();
    const ownMs = source.msFor(chunkBytes, nowMs);
    for (const other of this.#sources.values()) {
      if (other === source || other.msFor(other.requests.size * chunkBytes, nowMs) < 2 * ownMs + doubledAfterMs) continue;
      const chunks = [...other.requests.keys()].filter((chunk) => source.has.has(chunk)).slice(-doublesMaximum);
      if (chunks.length > 0) return chunks;
    }
    return [];
  }

  // The list of hashes

  /** True when the source may be asked for chunks, too. */
  #askForList(source: Source, nowMs: number): boolean {
    if (this.#list.source) return this.#list.source === source && !this.#list.isChecking;
    this.#list.askOf(source);
    source.noteAsked(nowMs);
    source.peer.noteAsked(this.#list.bytes);
    source.peer.send({ kind: 'file-list', ticket: this.#ticketOf(source), id: this.#options.id });
    return true;
  }

  #takeOfList(source: Source, piece: FilePiece): PieceOutcome {
    const outcome = this.#list.take(source, piece);
    if (outcome === 'late') return outcome;
    if (outcome === 'bad') {
      this.#setAside(source);
      return 'late';
    }
    source.noteCame(this.#options.now());
    if (outcome === 'whole') this.#await(this.#checkList(source));
    return 'taken';
  }

  async #checkList(source: Source): Promise<void> {
    const hashes = await this.#list.check();
    if (this.#isOver) return;
    if (!hashes) return this.#setAside(source);
    try {
      const stored = await this.#options.store.create(this.#options.id, this.sizeBytes, hashes);
      if (!this.#isOver && !this.#stored) this.#begin(stored);
    } catch {
      if (!this.#isOver) this.#options.onRefused();
    }
  }

  #begin(stored: StoredFile): void {
    this.#stored = stored;
    this.#list.askOf(undefined);
    for (let chunk = 0; chunk < this.#count; chunk++) if (stored.chunks.has(chunk)) this.#plan.settle(chunk);
    this.#options.onBegun(stored);
    // Another tab has fetched it meanwhile.
    if (stored.chunks.isFull) return this.#finish(stored);
    for (const { source, chunk, pieces } of this.#early.splice(0)) this.#write(stored, source, chunk, pieces);
    this.ask();
  }

  #giveUpList(source: Source): void {
    this.#list.askOf(undefined);
    this.#freeEarly(source);
    this.#releaseAll(source);
    source.requests.clear();
    source.pauseFor(listAgainMs, this.#options.now());
  }

  // What comes

  #take(source: Source, piece: FilePiece): PieceOutcome {
    if (this.#isOver) return 'late';
    if (piece.chunk === hashListChunk) return this.#takeOfList(source, piece);
    if (piece.chunk >= this.#count) return 'bad';
    const request = source.requests.get(piece.chunk);
    if (!request) return 'late';
    const outcome = request.assembly.add(piece.offset, piece.bytes);
    if (outcome === 'bad') return 'bad';
    this.#noteCame(source, request);
    if (outcome === 'taken') this.#options.onCame(piece.bytes.length);
    if (request.assembly.isWhole) this.#complete(source, request);
    return outcome === 'taken' ? 'taken' : 'late';
  }

  #noteCame(source: Source, request: ChunkRequest): void {
    const nowMs = this.#options.now();
    const wasSilent = source.isSilent;
    source.noteCame(nowMs);
    request.lastCameMs = nowMs;
    if (!wasSilent) return;
    // It is back: what nobody else was asked for meanwhile still comes from it.
    for (const other of source.requests.values()) if (this.#plan.claim(other.chunk)) other.isReleased = false;
  }

  #complete(source: Source, request: ChunkRequest): void {
    const { chunk, assembly } = request;
    source.noteWhole(request, this.#options.now());
    this.#restWhenIdle();
    this.#plan.settle(chunk);
    if (this.#writing.has(chunk) || this.#stored?.chunks.has(chunk)) return;
    if (this.#stored) this.#write(this.#stored, source, chunk, assembly.pieces);
    else this.#early.push({ source, chunk, pieces: assembly.pieces });
    this.#ask(source);
  }

  #write(stored: StoredFile, source: Source, chunk: number, pieces: readonly Bytes[]): void {
    this.#writing.add(chunk);
    this.#await(this.#keep(stored, source, chunk, pieces));
  }

  #await(work: Promise<void>): void {
    const known = work.finally(() => this.#works.delete(known));
    this.#works.add(known);
  }

  async #keep(stored: StoredFile, source: Source, chunk: number, pieces: readonly Bytes[]): Promise<void> {
    try {
      const outcome = await stored.write(chunk, pieces);
      this.#writing.delete(chunk);
      if (outcome === 'wrong') this.#noteWrong(source, chunk);
      else this.#noteKept(stored, chunk);
    } catch {
      this.#writing.delete(chunk);
      this.#free(chunk);
      if (!this.#isOver) this.#options.onRefused();
    }
  }

  #noteKept(stored: StoredFile, chunk: number): void {
    for (const { requests } of this.#sources.values()) requests.delete(chunk);
    if (stored.chunks.isFull) return this.#finish(stored);
    this.#options.onKept(stored);
    this.ask();
  }

  #finish(stored: StoredFile): void {
    this.#end();
    this.#options.onKept(stored);
  }

  #noteWrong(source: Source, chunk: number): void {
    source.peer.noteWrong();
    if (this.#isOver) return;
    this.#free(chunk);
    this.#setAside(source);
  }

  // What doesn't

  #refused(source: Source, chunk: number | undefined, reason: Reason): void {
    if (this.#isOver) return;
    const refused = chunk === undefined ? [...source.requests.keys()] : [chunk];
    for (const one of refused) {
      const request = source.requests.get(one);
      if (!request) continue;
      source.requests.delete(one);
      source.peer.noteRefused(this.#lengthOf(one) - request.assembly.heldBytes);
      this.#free(one);
    }
    if (reason === 'busy') {
      if (this.#list.source === source && chunk === undefined) this.#giveUpList(source);
      source.noteBusy(this.#options.now());
    } else if (reason === 'lacking' && chunk !== undefined) this.#noteLacking(source, chunk);
    else {
      source.peer.forgetHas(this.#options.id);
      this.#remove(source);
    }
    this.ask();
  }

  #noteLacking(source: Source, chunk: number): void {
    this.#plan.removeSource(source.has);
    source.has.delete(chunk);
    this.#plan.addSource(source.has);
  }

  #checkOn(source: Source, nowMs: number): void {
    for (const request of [...source.requests.values()]) {
      if (!source.isLost(request, nowMs)) continue;
      source.requests.delete(request.chunk);
      this.#free(request.chunk);
    }
    if (!source.isSilent && source.requests.size > 0 && source.isLate(nowMs)) {
      source.isSilent = true;
      this.#releaseAll(source);
    }
    if (!source.isSilent || !source.isForgotten(nowMs)) return;
    source.forget(nowMs);
  }

  #setAside(source: Source): void {
    this.#options.aside.add(source.peer.device);
    this.#remove(source);
    this.ask();
  }

  #remove(source: Source): void {
    // It went while its list was checked, or its chunk written.
    if (this.#sources.get(source.peer) !== source) return;
    this.#sources.delete(source.peer);
    this.#plan.removeSource(source.has);
    source.peer.closeTicket(source.ticket, source.requests.size > 0 || this.#list.source === source);
    if (this.#list.source === source) this.#list.askOf(undefined);
    if (!this.#stored) this.#freeEarly(source);
    for (const { chunk } of source.requests.values()) this.#free(chunk);
    source.requests.clear();
  }

  #releaseAll(source: Source): void {
    for (const request of source.requests.values()) {
      request.isReleased = true;
      this.#free(request.chunk);
    }
  }

  /** Nothing tells yet whether they are of the file. */
  #freeEarly(source: Source): void {
    const own = this.#early.filter((early) => early.source === source);
    this.#early = this.#early.filter((early) => early.source !== source);
    for (const { chunk } of own) this.#free(chunk);
  }

  /** It can be asked for again, unless it is expected from somebody, or here. */
  #free(chunk: number): void {
    if (this.#writing.has(chunk) || this.#stored?.chunks.has(chunk)) return;
    for (const { requests } of this.#sources.values()) if (requests.get(chunk)?.isReleased === false) return;
    this.#plan.giveBack(chunk);
  }

  #lengthOf(chunk: number): number {
    return chunkLength(this.sizeBytes, chunk);
  }
}
