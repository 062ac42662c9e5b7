/**
 * Puts a checked run among what is held of its feed. Almost always it continues the feed, fills a gap, or is known. Where it doesn't fit, its device has signed two
 * histories: from where they part, the one whose event there has the smaller hash is kept by everybody, so all end with the same, in whatever order they heard.
 */
import { equalBytes } from '../core/bytes';
import { compareTimestamps } from '../core/clock';
import { limits } from '../config';
import type { Bytes, Feed, FeedRecord, LogEvent } from '../core/log-event';
import { intersectRanges, rangesContain, unionRanges } from '../core/ranges';
import type { ChainPart } from './feed-edges';
import type { HeldPart, LogDraft } from './log-draft';
import { paceBetween, paceMaximumMs } from './own-feed';

/** Parts that one feed may be held in. Its author alone could make so many. */
const partsMaximum = 256;

/**
 * taken: `count` of its events were new, or had no body here. diverged: it is of another history than what is held, and where the two part lies further back, before
 * or at `at`; `hash` is what the event there has in the other one.
 */
export type TakeResult = { readonly kind: 'taken'; readonly count: number } | { readonly kind: 'passed-over' } | { readonly kind: 'diverged'; readonly at: number; readonly hash: Bytes };

export async function takeRun(draft: LogDraft, feed: Feed, events: readonly LogEvent[]): Promise<TakeResult> {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) return { kind: 'passed-over' };
  const record = draft.record(feed.id);
  const run = { first: first.sequence, last: last.sequence };
  const ranges = record?.ranges ?? [];
  if (unionRanges(ranges, [run]).length > partsMaximum) return { kind: 'passed-over' };
  const around = await draft.chain(feed.id, { first: Math.max(1, run.first - limits.eventsInPace), last: run.last + limits.eventsInPace });
  const before = around.get(run.first - 1);
  if (before && !equalBytes(before.hash, first.previous)) return { kind: 'diverged', at: run.first - 1, hash: first.previous };
  const parting = partingOf(events, around);
  if (parting === undefined) return addTo(draft, feed, events, around);
  // The event before the parting is in both.
  const isRooted = parting === 1 || around.has(parting - 1);
  // It hangs on a lower part of what is held.
  const isConnected = run.first === 1 || before !== undefined || events.some(({ sequence }) => sequence < parting && around.has(sequence));
  if (!isRooted && !isConnected) return { kind: 'diverged', at: run.first - 1, hash: first.previous };
  draft.markForked(feed.id);
  const rival = events[parting - run.first];
  const own = around.get(parting);
  if (isRooted && rival && own && isSmaller(own.hash, rival.hash)) return addTo(draft, feed, events.slice(0, parting - run.first), around);
  await draft.cut(feed.id, parting);
  return addTo(draft, feed, events, await draft.chain(feed.id, { first: Math.max(1, run.first - limits.eventsInPace), last: run.last }));
}

/** The first sequence at which the run and what is held differ; the one after the run's end, when that hangs on another event. */
function partingOf(events: readonly LogEvent[], around: ReadonlyMap<number, ChainPart>): number | undefined {
  for (const { sequence, hash } of events) {
    const own = around.get(sequence);
    if (own && !equalBytes(own.hash, hash)) return sequence;
  }
  const last = events.at(-1);
  const after = last && around.get(last.sequence + 1);
  return after && !equalBytes(after.previous, last.hash) ? after.sequence : undefined;
}

/** All of them fit. Those that are not held are taken, and bodies that are missing. */
async function addTo(draft: LogDraft, feed: Feed, events: readonly LogEvent[], around: ReadonlyMap<number, ChainPart>): Promise<TakeResult> {
  const untrue = firstUntrue(events, around);
  if (untrue !== undefined) await draft.cut(feed.id, untrue);
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) return { kind: 'taken', count: 0 };
  const overlaps = intersectRanges(draft.record(feed.id)?.ranges ?? [], [{ first: first.sequence, last: last.sequence }]).length > 0;
  const held: ReadonlyMap<number, HeldPart> = overlaps ? await draft.held(feed.id, { first: first.sequence, last: last.sequence }) : new Map();
  const fresh = events.filter((event) => (untrue === undefined || event.sequence < untrue) && isNews(event, draft.record(feed.id), held.get(event.sequence)));
  for (const part of consecutive(fresh)) draft.add(feed, part);
  const head = draft.record(feed.id)?.head;
  const end = head && events[head.sequence - first.sequence];
  if (end?.signature && !fresh.includes(end) && held.get(end.sequence)?.isSigned === false) await draft.sign(feed.id, end.sequence, end.signature);
  if (untrue !== undefined) draft.markForked(feed.id);
  return { kind: 'taken', count: fresh.length };
}

/** What the record says is held and the store has not any more is taken, too. */
function isNews(event: LogEvent, record: FeedRecord | undefined, held: HeldPart | undefined): boolean {
  if (!held) return !record || !rangesContain(record.ranges, event.sequence) || event.body !== undefined;
  return held.lacksBody && event.body !== undefined;
}

/** Where the author's clocks contradict each other: they must rise, and the pace be what it says. Only what is held on both ends can be compared. */
function firstUntrue(events: readonly LogEvent[], around: ReadonlyMap<number, ChainPart>): number | undefined {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) return undefined;
  const partOf = (sequence: number): ChainPart | undefined => (sequence >= first.sequence && sequence <= last.sequence ? events[sequence - first.sequence] : around.get(sequence));
  for (let sequence = first.sequence; sequence <= last.sequence + limits.eventsInPace; sequence++) {
    const part = partOf(sequence);
    if (!part) continue;
    const before = partOf(sequence - 1);
    if (before && compareTimestamps(before.clock, part.clock) >= 0) return sequence;
    const paced = partOf(sequence - limits.eventsInPace);
    if (sequence <= limits.eventsInPace ? part.paceMs !== paceMaximumMs : paced && part.paceMs !== paceBetween(paced.clock.wallMs, part.clock.wallMs)) return sequence;
  }
  return undefined;
}

function* consecutive(events: readonly LogEvent[]): Iterable<readonly LogEvent[]> {
  let part: LogEvent[] = [];
  for (const event of events) {
    const before = part.at(-1);
    if (before && event.sequence !== before.sequence + 1) {
      yield part;
      part = [];
    }
    part.push(event);
  }
  if (part.length > 0) yield part;
}

function isSmaller(a: Bytes, b: Bytes): boolean {
  for (const [at, byte] of a.entries()) if (byte !== b[at]) return byte < (b[at] ?? 0);
  return false;
}

