/**
 * Events are signed, and runs of them checked, here. What is signed of an event is its header, 100 bytes, numbers big-endian:
 *
 *     1 (u8) ‖ kind (u8; 0: message, 1: annotation) ‖ feed (16) ‖ sequence (u32) ‖ previous (32) ‖ wallMs (u48) ‖ counter (u16) ‖ lifetimeS (u32) ‖ paceMs (u16) ‖
 *     body hash (32)
 *
 *     hash      = SHA-256(header); it is the `previous` of the next event
 *     signature = ES256 over "mindmeet/event/1" ‖ header
 *
 * The hash leaves the signature out: of each ES256 signature anybody can make a second one, and a chain must have one spelling. One signature vouches for all
 * events before it, so a run costs one, or none where the event after it is held.
 */
import { limits } from '../config';
import { concatBytes, equalBytes } from '../core/bytes';
import type { Bytes, Feed, LogEvent } from '../core/log-event';
import { feedIdToBytes } from './feed';
import { bodySaltBytes, sequenceMaximum, type Run, type RunEvent } from './run';
import { sign, verify } from './transcript';

/** The `previous` of a feed's first event. */
export const noHash: Bytes = new Uint8Array(32);

const version = 1;
const headerBytes = 100;
const signedPrefix = new TextEncoder().encode('mindmeet/event/1');

export type SealFields = Pick<LogEvent, 'sequence' | 'kind' | 'clock' | 'lifetimeS' | 'paceMs' | 'previous'>;

/** Signs the next event of a feed. `privateKey` is that of the feed's device; `body` as `encodeBody` makes it. */
export async function sealEvent(privateKey: CryptoKey, feed: Feed, fields: SealFields, body: Bytes): Promise<LogEvent> {
  const bodyHash = await sha256(body);
  const header = headerOf(feedIdToBytes(feed.id), { ...fields, bodyHash });
  const [hash, signature] = await Promise.all([sha256(header), sign(privateKey, concatBytes(signedPrefix, header))]);
  return { ...fields, feed: feed.id, bodyHash, hash, signature, body };
}

/**
 * The events of a run, when all of it holds: it is this feed's, its last event is signed by the feed's key, and every other one is what the next names. Signatures
 * that were not checked are left out. `anchor`: the hash that the last event must have, since it is known from elsewhere; then no signature is needed. `cap`: the
 * last event that is of use; its signature is checked, too, if it has one, since what comes after it will not vouch for it.
 *
 * Whether the run fits what is held is for others to see: `previous` of the first event is as the run says it, though vouched for. Undefined for anything else.
 */
export async function checkRun(feed: Feed, run: Run, anchor?: Bytes, cap = Infinity): Promise<readonly LogEvent[] | undefined> {
  if (!equalBytes(feed.key, run.key) || !equalBytes(feed.incarnation, run.incarnation) || !isWellFormed(run)) return undefined;
  const bodyHashes = await Promise.all(run.events.map(bodyHashOf));
  const feedBytes = feedIdToBytes(feed.id);
  const events: LogEvent[] = [];
  let header: Bytes = noHash;
  let previous = run.previous;
  let cappedHeader: Bytes | undefined;
  for (const [at, { kind, clock, lifetimeS, paceMs, body }] of run.events.entries()) {
    const fields = { kind, clock, lifetimeS, paceMs, sequence: run.first + at, previous, bodyHash: bodyHashes[at] ?? noHash };
    header = headerOf(feedBytes, fields);
    if (fields.sequence === cap) cappedHeader = header;
    // One after the other: each header holds the hash of the one before.
    const hash = await sha256(header);
    events.push({ ...fields, feed: feed.id, hash, signature: undefined, body });
    previous = hash;
  }
  if (anchor && !equalBytes(previous, anchor)) return undefined;
  const isSigned = async (at: number, signed: Bytes): Promise<boolean> => {
    const [event, signature] = [events[at], run.events[at]?.signature];
    if (!event || !signature || !(await verify(run.key, signature, concatBytes(signedPrefix, signed)))) return false;
    events[at] = { ...event, signature };
    return true;
  };
  if (!anchor && !(await isSigned(events.length - 1, header))) return undefined;
  if (cappedHeader && cappedHeader !== header) await isSigned(cap - run.first, cappedHeader);
  return events;
}

/** What decodeRuns has seen to already; runs come from backups, too. */
function isWellFormed({ first, previous, events }: Run): boolean {
  if (events.length === 0 || previous.length !== noHash.length || !fits(first, 32) || first < 1 || first + events.length - 1 > sequenceMaximum) return false;
  if (first === 1 && !equalBytes(previous, noHash)) return false;
  return events.every(hasHeader);
}

/** A number that doesn't fit its field would be signed as another one than is read. */
function hasHeader({ clock, lifetimeS, paceMs, body, bodyHash }: RunEvent): boolean {
  if (!fits(clock.wallMs, 48) || !fits(clock.counter, 16) || !fits(lifetimeS, 32) || !fits(paceMs, 16)) return false;
  return body ? body.length >= bodySaltBytes && body.length <= limits.eventBodyBytes : bodyHash?.length === noHash.length;
}

function fits(value: number, bits: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** bits;
}

function bodyHashOf({ body, bodyHash = noHash }: RunEvent): Promise<Bytes> {
  return body ? sha256(body) : Promise.resolve(bodyHash);
}

function headerOf(feed: Bytes, event: Pick<RunEvent, 'kind' | 'clock' | 'lifetimeS' | 'paceMs'> & Pick<LogEvent, 'sequence' | 'previous' | 'bodyHash'>): Bytes {
  const header = new Uint8Array(headerBytes);
  const view = new DataView(header.buffer);
  view.setUint8(0, version);
  view.setUint8(1, event.kind === 'annotation' ? 1 : 0);
  header.set(feed, 2);
  view.setUint32(18, event.sequence);
  header.set(event.previous, 22);
  // A u48 is beyond what the bitwise operators, and DataView, have.
  view.setUint16(54, Math.floor(event.clock.wallMs / 2 ** 32));
  view.setUint32(56, event.clock.wallMs % 2 ** 32);
  view.setUint16(60, event.clock.counter);
  view.setUint32(62, event.lifetimeS);
  view.setUint16(66, event.paceMs);
  header.set(event.bodyHash, 68);
  return header;
}

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
