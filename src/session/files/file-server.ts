/**
 * Gives one peer what it asks of the files that are here: its files in turn, each chunk read when it is due and cut into pieces, the next ones being read meanwhile; so much
 * at a time as the line takes. Every peer has a server of its own, so that one that asks for everything waits for itself alone. Beside a call it goes slowly
 * (call-manners.ts).
 */
import { limits } from '../../config';
import { encodeBase64Url } from '../../core/base64url';
import { chunkCount, chunkHashBytes, chunkLength } from '../../core/file';
import type { FileId } from '../../core/ids';
import type { Bytes } from '../../core/log-event';
import { TokenBucket } from '../../core/token-bucket';
import type { Link } from '../../network/link';
import { encodeFilePiece, hashListChunk } from '../../protocol/file-piece';
import type { FileFrame } from '../../protocol/frames';
import type { SetTimer } from '../named-timers';
import { CallManners } from './call-manners';
import type { HeldFiles } from './held-files';
import type { SentAccount } from './sent-account';

type GetFrame = Extract<FileFrame, { kind: 'file-get' }>;
type ListFrame = Extract<FileFrame, { kind: 'file-list' }>;
type Reason = Extract<FileFrame, { kind: 'file-no' }>['reason'];

export interface FileServerOptions {
  readonly link: Pick<Link, 'send' | 'signal' | 'files'>;
  readonly held: HeldFiles;
  readonly account: SentAccount;
  /** The peer may have it: whoever knows a file's id may not know it rightly. */
  mayHave(id: FileId): Promise<boolean>;
  now(): number;
  readonly setTimer: SetTimer;
  /** A call runs that must not be disturbed. */
  isInCall(): boolean;
  /** A chunk has gone. */
  onSent(id: FileId, bytes: number): void;
  /** What was kept is not what it was: that chunk is wanted again. */
  onDamaged(id: FileId): void;
  /** The person's own file, which was not copied, is not there any more, or not as it was. */
  onLost(id: FileId, reason: 'changed' | 'vanished'): void;
  onMisbehaved(): void;
}

/** What one ticket still wants. */
interface Job {
  readonly ticket: number;
  readonly id: FileId;
  readonly chunks: number[];
  isStopped: boolean;
}

interface Reading {
  readonly job: Job;
  readonly chunk: number;
  readonly content: Promise<Bytes | Reason>;
}

/** Chunks that may wait, of all files together: what an honest peer asks for, and small files beside it. */
const queueMaximum = 4 * limits.chunksAsked;
/** Times it may be told that it asks for too much, at once and a second; more isn't a mistake. */
const busyBurst = 64;
const busyASecond = 0.5;
/** Files that it was told are here, remembered: nothing else is given. */
const toldMaximum = 1_000;
/** Questions that are answered, at once and a second; the others wait so long, in milliseconds. */
const askBurst = 3 * limits.filesAsked;
const asksASecond = 20;
const answerLateMs = 500;
/** Chunks being read while one is given: the way to the disk and back takes longer than the reading. 2 MiB. */
const chunksReadAhead = 8;
const measureMs = 500;
/** Nothing that anybody is told. */
const unanswered = '?';

export class FileServer {
  readonly #options: FileServerOptions;
  readonly #manners = new CallManners();
  readonly #asks: TokenBucket;
  readonly #busyTimes: TokenBucket;
  /** What it wants to be told about; of each what it was told, or `unanswered`. */
  readonly #toldById = new Map<FileId, string>();
  /** What it was told is here, and may have. */
  readonly #allowed = new Set<FileId>();
  /** Those with something to do, the one whose turn it is first. */
  readonly #jobs = new Map<number, Job>();
  /** Of these a chunk is being read, or given. */
  readonly #inHand = new Set<Job>();
  #queued = 0;
  #isRunning = false;
  #measuredMs = -Infinity;
  #wake: () => void = () => undefined;
  #cancelLate: (() => void) | undefined;

  constructor(options: FileServerOptions) {
    this.#options = options;
    this.#asks = new TokenBucket(askBurst, asksASecond, options.now());
    this.#busyTimes = new TokenBucket(busyBurst, busyASecond, options.now());
    options.link.signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  /** Of more files than it may ask about, the first is forgotten. */
  ask(id: FileId): void {
    this.#toldById.delete(id);
    const [first] = this.#toldById.keys();
    if (first !== undefined && this.#toldById.size >= limits.filesAsked) this.#toldById.delete(first);
    this.#toldById.set(id, unanswered);
    this.#answer();
  }

  unask(id: FileId): void {
    this.#toldById.delete(id);
  }

  /** Those that were not answered yet, as many as may be now. Whoever asks for many small files asks quickly, and is no worse for it. */
  #answer(): void {
    for (const [id, told] of this.#toldById) {
      if (told !== unanswered) continue;
      if (!this.#asks.take(this.#options.now())) return this.#answerLater();
      this.#toldById.set(id, '');
      void this.tell(id);
    }
  }

  #answerLater(): void {
    this.#cancelLate ??= this.#options.setTimer(answerLateMs, () => {
      this.#cancelLate = undefined;
      this.#answer();
    });
  }

  /** What is here of it, if it asked, and that has changed. */
  async tell(id: FileId): Promise<void> {
    const { held, link } = this.#options;
    if (!this.#toldById.has(id)) return;
    await held.loaded;
    // A log that can't be read now lets nobody have anything.
    const mayHave = held.get(id) !== undefined && (await this.#options.mayHave(id).catch(() => false));
    const { whole = false, keptBytes = 0 } = (mayHave && held.get(id)) || {};
    const file = whole || keptBytes === 0 ? undefined : await held.open(id).catch(() => undefined);
    const bits = file && file.chunks.size > 0 ? encodeBase64Url(file.chunks.toBytes()) : undefined;
    const told = whole ? 'whole' : (bits ?? 'nothing');
    const before = this.#toldById.get(id);
    if (before === undefined || before === told) return;
    this.#toldById.set(id, told);
    if (told !== 'nothing') this.#allow(id);
    link.send({ kind: 'file-have', id, whole, ...(bits !== undefined && { bits }) });
  }

  list({ ticket, id }: ListFrame): void {
    const sizeBytes = this.#sizeOf(id);
    if (sizeBytes === undefined) return this.#refuse(ticket, undefined, 'lacking');
    this.#enqueue({ ticket, id, chunks: [hashListChunk], sizeBytes });
  }

  get({ ticket, id, chunks }: GetFrame): void {
    const sizeBytes = this.#sizeOf(id);
    if (sizeBytes === undefined || chunks.some((chunk) => chunk >= chunkCount(sizeBytes))) return this.#refuse(ticket, undefined, 'lacking');
    this.#enqueue({ ticket, id, chunks, sizeBytes });
  }

  stop(ticket: number): void {
    for (const job of this.#inHand) if (job.ticket === ticket) job.isStopped = true;
    const job = this.#jobs.get(ticket);
    if (!job) return;
    this.#jobs.delete(ticket);
    this.#drop(job);
  }

  /** Undefined for what is not here, and for what it was not told of. */
  #sizeOf(id: FileId): number | undefined {
    return this.#allowed.has(id) ? this.#options.held.get(id)?.sizeBytes : undefined;
  }

  #allow(id: FileId): void {
    this.#allowed.delete(id);
    this.#allowed.add(id);
    const [first] = this.#allowed;
    if (first !== undefined && this.#allowed.size > toldMaximum) this.#allowed.delete(first);
  }

  #enqueue({ ticket, id, chunks, sizeBytes }: { readonly ticket: number; readonly id: FileId; readonly chunks: readonly number[]; readonly sizeBytes: number }): void {
    const inHand = [...this.#inHand].find((other) => other.ticket === ticket && !other.isStopped);
    const job = this.#jobs.get(ticket) ?? inHand ?? { ticket, id, chunks: [], isStopped: false };
    const bytes = chunks.reduce((sum, chunk) => sum + lengthOf(sizeBytes, chunk), 0);
    const isTooMuch = job.id !== id || this.#queued + chunks.length > queueMaximum || (!this.#jobs.has(ticket) && this.#jobs.size >= limits.filesAsked);
    if (isTooMuch || !this.#options.account.ask(id, sizeBytes, bytes)) return this.#refuseBusy(ticket);
    this.#jobs.set(ticket, job);
    // The list first: nothing can be done without it.
    if (chunks[0] === hashListChunk) job.chunks.unshift(hashListChunk);
    else job.chunks.push(...chunks);
    this.#queued += chunks.length;
    void this.#run();
  }

  /** Nothing of that ticket comes any more: it is asked elsewhere, or later. */
  #refuseBusy(ticket: number): void {
    this.stop(ticket);
    this.#refuse(ticket, undefined, 'busy');
    if (!this.#busyTimes.take(this.#options.now())) this.#options.onMisbehaved();
  }

  #refuse(ticket: number, chunk: number | undefined, reason: Reason): void {
    this.#options.link.send({ kind: 'file-no', ticket, reason, ...(chunk !== undefined && chunk !== hashListChunk && { chunk }) });
  }

  #end(): void {
    for (const ticket of [...this.#jobs.keys()]) this.stop(ticket);
    this.#toldById.clear();
    this.#cancelLate?.();
    this.#wake();
  }

  /** What is left of it won't go. */
  #drop(job: Job): void {
    job.isStopped = true;
    this.#queued -= job.chunks.length;
    const sizeBytes = this.#options.held.get(job.id)?.sizeBytes ?? 0;
    for (const chunk of job.chunks.splice(0)) this.#options.account.takeBack(job.id, lengthOf(sizeBytes, chunk));
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const readings: Reading[] = [];
    // What was asked for meanwhile finds this running.
    for (let reading = this.#readAhead(readings); reading; reading = this.#readAhead(readings)) {
      const { job, chunk } = reading;
      await this.#give(job, chunk, await reading.content);
      if (readings.every((other) => other.job !== job)) this.#inHand.delete(job);
    }
    this.#isRunning = false;
    if (!this.#options.isInCall()) this.#manners.reset();
  }

  /** The next one that is due, those after it being read as well. */
  #readAhead(readings: Reading[]): Reading | undefined {
    const ahead = this.#options.isInCall() ? 1 : chunksReadAhead;
    for (let next = readings.length <= ahead ? this.#readNext() : undefined; next; next = readings.length <= ahead ? this.#readNext() : undefined) readings.push(next);
    return readings.shift();
  }

  /** Of the file whose turn it is. */
  #readNext(): Reading | undefined {
    const [job] = this.#jobs.values();
    const chunk = job?.chunks.shift();
    if (!job || chunk === undefined) return undefined;
    this.#queued -= 1;
    this.#inHand.add(job);
    this.#jobs.delete(job.ticket);
    if (job.chunks.length > 0) this.#jobs.set(job.ticket, job);
    return { job, chunk, content: this.#read(job.id, chunk) };
  }

  async #read(id: FileId, chunk: number): Promise<Bytes | Reason> {
    const { held } = this.#options;
    const content = await this.#readOpen(id, chunk).catch(() => {
      // Whoever else had it open may have closed it.
      held.forgetOpen(id);
      return this.#readOpen(id, chunk).catch(() => 'lacking' as const);
    });
    if (content === 'changed' || content === 'vanished') this.#options.onLost(id, content);
    if (content !== 'damaged') return content;
    this.#options.onDamaged(id);
    return 'lacking';
  }

  async #readOpen(id: FileId, chunk: number): Promise<Bytes | Reason | 'damaged'> {
    const file = await this.#options.held.open(id);
    if (!file) return 'lacking';
    if (chunk === hashListChunk) return file.hashes;
    if (!file.chunks.has(chunk)) return 'lacking';
    const content = await this.#options.held.read(file, chunk);
    return typeof content === 'string' ? content : new Uint8Array(content);
  }

  async #give(job: Job, chunk: number, content: Bytes | Reason): Promise<void> {
    const { account, link } = this.#options;
    const { ticket, id } = job;
    if (typeof content === 'string') {
      if (!job.isStopped) this.#refuse(ticket, chunk, content);
      return;
    }
    if (job.isStopped) return account.takeBack(id, content.length);
    const sent: Promise<boolean>[] = [];
    for (let offset = 0; offset < content.length; offset += limits.filePieceBytes) {
      if (job.isStopped || link.signal.aborted) return;
      const bytes = content.subarray(offset, offset + limits.filePieceBytes);
      if (this.#options.isInCall()) await this.#holdBack(bytes.length);
      // The pieces of a chunk are handed over together, so that they stay together; those of a long list one after the other.
      const send = link.files.send(encodeFilePiece({ ticket, chunk, offset, bytes }));
      if (chunk === hashListChunk) await send;
      else sent.push(send);
    }
    if ((await Promise.all(sent)).includes(false) || chunk === hashListChunk) return;
    account.noteSent(id, chunk);
    this.#options.onSent(id, content.length);
  }

  async #holdBack(bytes: number): Promise<void> {
    const nowMs = this.#options.now();
    if (nowMs - this.#measuredMs >= measureMs) this.#measure(nowMs);
    const waitMs = this.#manners.holdBackMs(bytes, nowMs);
    if (waitMs === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.setTimer(waitMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  #measure(nowMs: number): void {
    this.#measuredMs = nowMs;
    void this.#options.link.files
      .roundTripMs()
      .then((ms) => void (ms !== undefined && this.#manners.noteRoundTrip(ms, this.#options.now())))
      .catch(() => undefined); // The link has closed.
  }
}

function lengthOf(sizeBytes: number, chunk: number): number {
  return chunk === hashListChunk ? chunkHashBytes * chunkCount(sizeBytes) : chunkLength(sizeBytes, chunk);
}
