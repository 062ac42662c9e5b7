/**
 * A run: consecutive events of one feed, ascending, as they travel. Numbers are big-endian.
 *
 *     frame     1 (u8) ‖ want (u32) ‖ count of feeds (u16) ‖ feeds ‖ count of runs (u16) ‖ runs
 *     feed      key (65) ‖ incarnation (16)
 *     run       which of the feeds (u16, from 0) ‖ sequence of the first event (u32) ‖ hash of the event before it (32; zeros before the feed's first) ‖
 *               count of events (u16) ‖ events
 *     event     flags (u8) ‖ wallMs (u48) ‖ counter (u16) ‖ lifetimeS (u32) ‖ paceMs (u16) ‖ signature (64), if flag 2 ‖
 *               length of the body (u24) ‖ body, if flag 4; its hash (32), if not
 *     flags     1: an annotation, else a message. 2: with its signature. 4: with its body. All others are zero
 *
 * Feed, sequence, previous hash and, where the body is there, its hash are not repeated: whoever takes a run computes them (check-run.ts). At least one feed, one
 * run, and one event in each; at most `runsInFrame` runs; nothing follows the last.
 */
import { limits } from '../config';
import { equalBytes } from '../core/bytes';
import type { Bytes, Feed, LogEvent } from '../core/log-event';

/** What every event of a run has in common, and the chain they hang on. Feed id and hashes are for whoever checks it to compute (check-run.ts). */
export interface Run {
  /** 65-byte uncompressed P-256 point. */
  readonly key: Bytes;
  readonly incarnation: Bytes;
  /** Sequence of the first event. */
  readonly first: number;
  /** Hash of the event before the first. */
  readonly previous: Bytes;
  readonly events: readonly RunEvent[];
}

export interface RunEvent extends Pick<LogEvent, 'kind' | 'clock' | 'lifetimeS' | 'paceMs' | 'signature' | 'body'> {
  /** Only where the body is not there. */
  readonly bodyHash: Bytes | undefined;
}

/** Everything in one frame, by the wish that it answers. */
export interface Runs {
  readonly want: number;
  readonly runs: readonly Run[];
}

/** Random bytes at the beginning of every body. */
export const bodySaltBytes = 16;
/** Sequences are counted to there. */
export const sequenceMaximum = 0xffff_ffff;

/** Runs in one frame at most: whoever takes it looks for what stands around each. An honest one has about one for each feed that talks at the same time. */
export const runsInFrame = 64;
/** The longest frame that is taken: one that was full but for a byte when the longest event came. */
export const runsFrameMaximum = limits.runsFrameBytes + limits.eventBodyBytes;

const version = 1;
const annotationFlag = 1;
const signatureFlag = 2;
const bodyFlag = 4;
const keyBytes = 65;
const incarnationBytes = 16;
const signatureBytes = 64;
const hashBytes = 32;
const bodyLengthBytes = 3;
const frameHeadBytes = 9;
const feedBytes = keyBytes + incarnationBytes;
const runHeadBytes = 40;
const eventHeadBytes = 15;
const eventMinimumBytes = eventHeadBytes + bodyLengthBytes + bodySaltBytes;

/** The run of these events: of one feed, ascending without a gap, at least one. */
export function runOf({ key, incarnation }: Pick<Feed, 'key' | 'incarnation'>, events: readonly LogEvent[]): Run {
  const [head] = events;
  if (!head) throw new RangeError('a run of no events');
  return { key, incarnation, first: head.sequence, previous: head.previous, events: events.map(toRunEvent) };
}

/** What an event takes in a run. */
export function runEventBytes({ signature, body }: Pick<RunEvent, 'signature' | 'body'>): number {
  return eventHeadBytes + (signature ? signatureBytes : 0) + (body ? bodyLengthBytes + body.length : hashBytes);
}

/** What a frame takes, at most: less when several of its runs are of one feed. */
export function runsBytes(runs: readonly Pick<Run, 'events'>[]): number {
  return runs.reduce((total, { events }) => total + feedBytes + runHeadBytes + events.reduce((sum, event) => sum + runEventBytes(event), 0), frameHeadBytes);
}

/** `want`: 0 to 2^32 - 1. The sender keeps to the limits; numbers that don't fit are a bug there. */
export function encodeRuns(want: number, runs: readonly Run[]): Uint8Array<ArrayBuffer> {
  const feeds = distinctFeeds(runs);
  const writer = new Writer(runsBytes(runs) - (runs.length - feeds.length) * feedBytes);
  writer.number(version, 1);
  writer.number(want, 4);
  writer.number(feeds.length, 2);
  for (const { key, incarnation } of feeds) {
    writer.bytes(key);
    writer.bytes(incarnation);
  }
  writer.number(runs.length, 2);
  for (const run of runs) writeRun(writer, run, feeds.findIndex((feed) => isSameFeed(feed, run)));
  return writer.done();
}

/** undefined for anything but a whole frame within the limits. All bytes in it are copies: what is kept of a frame must not keep the rest. */
export function decodeRuns(bytes: Uint8Array<ArrayBuffer>): Runs | undefined {
  if (bytes.length > runsFrameMaximum) return undefined;
  const reader = new Reader(bytes);
  if (reader.number(1) !== version) return undefined;
  const want = reader.number(4);
  const feedCount = reader.count(feedBytes);
  const feeds = Array.from({ length: feedCount }, () => ({ key: reader.bytes(keyBytes), incarnation: reader.bytes(incarnationBytes) }));
  const runCount = reader.count(runHeadBytes + eventMinimumBytes);
  if (runCount > runsInFrame) return undefined;
  const runs: Run[] = [];
  while (runs.length < runCount) {
    const run = readRun(reader, feeds);
    if (!run) return undefined;
    runs.push(run);
  }
  return feedCount > 0 && runCount > 0 && reader.isDone ? { want, runs } : undefined;
}

function toRunEvent({ kind, clock, lifetimeS, paceMs, signature, body, bodyHash }: LogEvent): RunEvent {
  return { kind, clock, lifetimeS, paceMs, signature, body, bodyHash: body ? undefined : bodyHash };
}

type FeedParts = Pick<Run, 'key' | 'incarnation'>;

function distinctFeeds(runs: readonly Run[]): readonly FeedParts[] {
  const feeds: FeedParts[] = [];
  for (const run of runs) if (!feeds.some((feed) => isSameFeed(feed, run))) feeds.push(run);
  return feeds;
}

function isSameFeed(a: FeedParts, b: FeedParts): boolean {
  return a === b || (equalBytes(a.incarnation, b.incarnation) && equalBytes(a.key, b.key));
}

function writeRun(writer: Writer, { first, previous, events }: Run, feed: number): void {
  writer.number(feed, 2);
  writer.number(first, 4);
  writer.bytes(previous);
  writer.number(events.length, 2);
  for (const event of events) writeEvent(writer, event);
}

function writeEvent(writer: Writer, { kind, clock, lifetimeS, paceMs, signature, body, bodyHash }: RunEvent): void {
  writer.number((kind === 'annotation' ? annotationFlag : 0) | (signature ? signatureFlag : 0) | (body ? bodyFlag : 0), 1);
  writer.number(clock.wallMs, 6);
  writer.number(clock.counter, 2);
  writer.number(lifetimeS, 4);
  writer.number(paceMs, 2);
  if (signature) writer.bytes(signature);
  if (body) writer.number(body.length, bodyLengthBytes);
  writer.bytes(body ?? bodyHash ?? new Uint8Array(hashBytes));
}

function readRun(reader: Reader, feeds: readonly FeedParts[]): Run | undefined {
  const feed = feeds[reader.number(2)];
  const first = reader.number(4);
  const previous = reader.bytes(hashBytes);
  const count = reader.count(eventMinimumBytes);
  if (!feed || first < 1 || count < 1 || first + count - 1 > sequenceMaximum) return undefined;
  const events: RunEvent[] = [];
  while (events.length < count) {
    const event = readEvent(reader);
    if (!event) return undefined;
    events.push(event);
  }
  return { ...feed, first, previous, events };
}

function readEvent(reader: Reader): RunEvent | undefined {
  const flags = reader.number(1);
  if (flags > (annotationFlag | signatureFlag | bodyFlag)) return undefined;
  const kind = flags & annotationFlag ? 'annotation' : 'message';
  const clock = { wallMs: reader.number(6), counter: reader.number(2) };
  const lifetimeS = reader.number(4);
  const paceMs = reader.number(2);
  const signature = flags & signatureFlag ? reader.bytes(signatureBytes) : undefined;
  const bodyLength = flags & bodyFlag ? reader.number(bodyLengthBytes) : undefined;
  if (bodyLength !== undefined && (bodyLength < bodySaltBytes || bodyLength > limits.eventBodyBytes)) return undefined;
  const body = bodyLength === undefined ? undefined : reader.bytes(bodyLength);
  const bodyHash = body ? undefined : reader.bytes(hashBytes);
  return reader.failed ? undefined : { kind, clock, lifetimeS, paceMs, signature, body, bodyHash };
}

class Writer {
  readonly #bytes: Bytes;
  #at = 0;

  constructor(length: number) {
    this.#bytes = new Uint8Array(length);
  }

  /** `width` bytes of it: a clock has more bits than the bitwise operators. */
  number(value: number, width: number): void {
    let rest = value;
    for (let at = this.#at + width - 1; at >= this.#at; at--) {
      this.#bytes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.#at += width;
  }

  bytes(part: Bytes): void {
    this.#bytes.set(part, this.#at);
    this.#at += part.length;
  }

  done(): Bytes {
    if (this.#at !== this.#bytes.length) throw new RangeError('another length than was counted');
    return this.#bytes;
  }
}

/** Past the end it gives zeros and remembers that it failed, so that a frame is read without asking after each field. */
class Reader {
  readonly #bytes: Bytes;
  #at = 0;
  #failed = false;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get isDone(): boolean {
    return !this.#failed && this.#at === this.#bytes.length;
  }

  number(width: number): number {
    if (!this.#has(width)) return 0;
    let value = 0;
    for (const end = this.#at + width; this.#at < end; this.#at++) value = value * 256 + (this.#bytes[this.#at] ?? 0);
    return value;
  }

  bytes(length: number): Bytes {
    if (!this.#has(length)) return new Uint8Array(0);
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  /** Of things that take `eachBytes` at least: none, if the frame isn't long enough for as many as it says. */
  count(eachBytes: number): number {
    const count = this.number(2);
    if (this.#has(count * eachBytes)) return count;
    return 0;
  }

  #has(length: number): boolean {
    if (this.#at + length > this.#bytes.length) this.#failed = true;
    return !this.#failed;
  }
}
