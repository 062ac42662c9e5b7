/**
 * A backup of the conversation, as JSON text that goes out and comes in a piece at a time:
 *
 *     { "format": "mindmeet/conversation", "version": 1, "room": SCOPE, "exportedAt": ISO 8601, "runs": [RUNS, …], "messages": [MESSAGE, …] }
 *
 * RUNS is base64url of one frame of events as it crosses a link (protocol/run.ts), with everything that its signatures need: what is taken back in is checked like a
 * peer's. The newest events of a feed come first, since the signature of its last one vouches for those before. MESSAGE is what a person, or another program, reads;
 * it is not taken in. `room` is the scope of the feeds: another room's signatures would not hold.
 */
import * as v from 'valibot';
import { limits } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { FeedRecord, SequenceRange, StoredEvent } from '../core/log-event';
import type { ChatMessage } from '../core/message';
import { decodeRuns, encodeRuns, runEventBytes, runOf, type Run } from '../protocol/run';
import type { RestoreOutcome } from './faces';
import type { LogFace } from './log-face';
import type { MessageReader } from './message-reader';

const format = 'mindmeet/conversation';
const version = 1;
/** Events read at once; a frame of them may be smaller. */
const eventsAtOnce = 256;
/** What stands around the events of a frame takes less. */
const frameHeadBytes = 256;

const archiveSchema = v.object({
  format: v.literal(format),
  version: v.literal(version),
  room: v.string(),
  runs: v.array(v.string()),
});

/** Ends early, in the middle of the text, when `signal` aborts. */
export async function* writeArchive(log: LogFace, reader: MessageReader, scope: string, nowMs: number, signal: AbortSignal): AsyncIterable<string> {
  const head = JSON.stringify({ format, version, room: scope, exportedAt: new Date(nowMs).toISOString() });
  yield `${head.slice(0, -1)},"runs":[\n`;
  yield* separated(framesOf(log, signal));
  yield '],"messages":[\n';
  yield* separated(readableParts(reader, signal));
  if (!signal.aborted) yield ']}\n';
}

/** `scope`: the room's own; undefined while it isn't known. */
export async function readArchive(text: string, log: Pick<LogFace, 'restore'>, scope: string | undefined): Promise<RestoreOutcome> {
  const archive = text.length <= limits.backupBytes ? parse(text) : undefined;
  if (!archive) return { kind: 'broken' };
  if (archive.room !== scope) return { kind: 'other-room' };
  // All of it is whole before any of it is taken.
  for (const frame of archive.runs) {
    if (!runsIn(frame)) return { kind: 'broken' };
    await breathe();
  }
  let count = 0;
  for (const frame of archive.runs) count += await log.restore(runsIn(frame) ?? []);
  return { kind: 'restored', count };
}

function parse(text: string): v.InferOutput<typeof archiveSchema> | undefined {
  try {
    const parsed = v.safeParse(archiveSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined; // Not JSON.
  }
}

function runsIn(frame: string): readonly Run[] | undefined {
  const bytes = decodeBase64Url(frame);
  return bytes && decodeRuns(bytes)?.runs;
}

/** The page stays alive while a large file is looked through. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** One a frame, as JSON. Feeds that were seen to have two branches go, too: what was kept of them is what everybody keeps. */
async function* framesOf(log: LogFace, signal: AbortSignal): AsyncIterable<string> {
  for (const feed of [...log.feeds.values()]) {
    for (const range of feed.ranges.toReversed()) {
      for await (const events of fromTheEnd(log, feed, range)) {
        if (signal.aborted) return;
        for (const part of framed(events).toReversed()) yield JSON.stringify(encodeBase64Url(encodeRuns(0, [runOf(feed, part)])));
      }
    }
  }
}

async function* fromTheEnd(log: LogFace, { id }: FeedRecord, { first, last }: SequenceRange): AsyncIterable<readonly StoredEvent[]> {
  for (let end = last; end >= first; end -= eventsAtOnce) {
    const events = await log.store.slice(id, { first: Math.max(first, end - eventsAtOnce + 1), last: end });
    // A damaged part may be missing in the middle: a run has no gaps.
    for (const part of gapless(events).toReversed()) yield part;
  }
}

function gapless(events: readonly StoredEvent[]): readonly (readonly StoredEvent[])[] {
  const parts: StoredEvent[][] = [];
  for (const event of events) {
    const part = parts.at(-1);
    if (part?.at(-1)?.sequence === event.sequence - 1) part.push(event);
    else parts.push([event]);
  }
  return parts;
}

/** In parts that fit a frame, one event at least in each. */
function framed(events: readonly StoredEvent[]): readonly (readonly StoredEvent[])[] {
  const parts: StoredEvent[][] = [];
  let room = 0;
  for (const event of events) {
    const bytes = runEventBytes(event);
    const part = parts.at(-1);
    if (part && bytes <= room) part.push(event);
    else parts.push([event]);
    room = (part && bytes <= room ? room : limits.runsFrameBytes - frameHeadBytes) - bytes;
  }
  return parts;
}

async function* readableParts(reader: MessageReader, signal: AbortSignal): AsyncIterable<string> {
  for await (const messages of reader.inOrder('all', signal)) for (const message of messages) yield JSON.stringify(readable(message));
}

function readable({ id, author, authorName, clock, state, body, editCount, replyTo }: ChatMessage): Record<string, unknown> {
  return { id, author, authorName, writtenAt: writtenAt(clock.wallMs), state, text: body, ...(editCount > 0 && { edited: true }), ...(replyTo && { replyTo: replyTo.id }) };
}

/** Others' clocks say what they like: a moment that no calendar has is none. */
function writtenAt(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

async function* separated(pieces: AsyncIterable<string>): AsyncIterable<string> {
  let isFirst = true;
  for await (const piece of pieces) {
    yield isFirst ? piece : `,\n${piece}`;
    isFirst = false;
  }
}
