/**
 * What crosses a Link after its handshake (handshake.ts), one JSON object a data-channel message; events of the log are binary (run.ts). The channel says which kinds
 * may come:
 *
 *     control (id 0, ordered)              holds · events · admitted · peers · relay · handled · ring · ring-seen · ring-over · profile · read · call · description ·
 *                                          candidate · offer · offer-answer · lane · lane-end · lanes-wished · ping · pong · bye
 *     sync    (id 1, ordered)              digest · vector · want · credit · served · enough · got · runs
 *     file    (id 2, ordered)              file-ask · file-unask · file-have · file-list · file-get · file-no · file-stop · pieces (file-piece.ts), which go by lanes, too
 *     live    (id 3, no retransmission)    speaking · typing · heard · runs
 *
 * What may come depends on the link's state (frame-reader.ts): before both sides have admitted each other, only what admission itself needs.
 */
import * as v from 'valibot';
import { limits } from '../config';
import { chunkCount } from '../core/file';
import { fileManifestSchema } from './file-manifest';
import { candidateSchema, candidatesSchema, iceCredentials } from './packet';
import { knockSchema, tokenSchema } from './introduction';
import { runsFrameMaximum, type Run } from './run';
import { bytesSchema, deviceIdSchema, eventIdSchema, feedIdSchema, fileIdSchema, nameSchema, sequenceSchema, sessionIdSchema } from './schema';

/** Of each feed, up to where. */
const headsSchema = v.pipe(v.array(v.tuple([feedIdSchema, sequenceSchema])), v.maxLength(limits.feedsTold));

const rangeSchema = v.pipe(
  v.object({ first: sequenceSchema, last: sequenceSchema }),
  v.check(({ first, last }) => first <= last),
);

/** Chosen by who wants, anew each time on a link. */
const wantIdSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff));

const sdpSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.controlFrameBytes - 1_024));

/** Counts up for the life of a link. */
const laneSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff));

const controlSchema = v.variant('kind', [
  /** The admission events that the sender has. */
  v.object({ kind: v.literal('holds'), ids: v.pipe(v.array(eventIdSchema), v.maxLength(limits.admissionEvents)) }),
  /** Those that the receiver lacks; new ones as they come. The genesis is one of them. */
  v.object({ kind: v.literal('events'), tokens: v.pipe(v.array(tokenSchema), v.maxLength(limits.admissionEvents)) }),
  /** The sender lets the receiver in: frames of members may follow. */
  v.object({ kind: v.literal('admitted') }),
  /** Whom the sender is linked with, and which slots (0, 1, 2) it holds; said on each change. */
  v.object({
    kind: v.literal('peers'),
    peers: v.pipe(v.array(v.object({ session: sessionIdSchema, sessionKey: bytesSchema(65), device: deviceIdSchema, name: nameSchema })), v.maxLength(limits.peersTold)),
    slots: v.pipe(v.array(v.picklist([0, 1, 2])), v.maxLength(3)),
  }),
  /** A sealed envelope on its way to (from the first hop: `to`) or from (on the last: `from`) a session; one hop between, never more. */
  v.object({ kind: v.literal('relay'), to: sessionIdSchema, from: sessionIdSchema, envelope: v.pipe(v.string(), v.maxLength(Math.ceil((limits.envelopeBytes * 4) / 3)), v.regex(/^[A-Za-z0-9_-]+$/u)) }),
  /** The sender answers this knocker, so other slot holders need not. */
  v.object({ kind: v.literal('handled'), session: sessionIdSchema }),
  /** A knock that asks to be let in, for whoever may do so. `standIn`: no host has answered, so members may. */
  v.object({ kind: v.literal('ring'), knock: knockSchema, standIn: v.boolean() }),
  /** It is on a screen. */
  v.object({ kind: v.literal('ring-seen'), session: sessionIdSchema }),
  /** The card may go. withdrawn: the guest left. */
  v.object({ kind: v.literal('ring-over'), device: deviceIdSchema, outcome: v.picklist(['accepted', 'refused', 'withdrawn']) }),
  /** How the sender wants to be seen. `picture`: base64url of `limits.pictureBytes` at most. */
  v.object({
    kind: v.literal('profile'),
    name: nameSchema,
    tint: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.tints - 1))),
    picture: v.exactOptional(v.pipe(v.string(), v.maxLength(Math.ceil((limits.pictureBytes * 4) / 3)), v.regex(/^[A-Za-z0-9_-]+$/u))),
  }),
  /** Of the receiver's feeds, up to where the sender's person has read each, as far as it was here without a gap by then; the last word counts. */
  v.object({ kind: v.literal('read'), heads: headsSchema }),
  /** The sender's part in the call; said on each change and to each new link. */
  v.object({ kind: v.literal('call'), inCall: v.boolean(), microphoneOn: v.boolean(), cameraOn: v.boolean() }),
  /** In-band renegotiation (media set-up), perfect negotiation of WebRTC 1.0 §10.7. */
  v.object({ kind: v.literal('description'), type: v.picklist(['offer', 'answer']), sdp: sdpSchema }),
  v.object({ kind: v.literal('candidate'), candidate: candidateSchema, mid: v.pipe(v.string(), v.maxLength(16)) }),
  /** A file for the receiver alone, of which nothing stands in the log. `offer`: chosen by the sender. */
  v.object({ kind: v.literal('offer'), offer: eventIdSchema, file: fileManifestSchema }),
  /** accepted, declined: the receiver's answer. withdrawn: the sender took it back. done: the receiver has all of it. stopped: the receiver wants no more of it. */
  v.object({ kind: v.literal('offer-answer'), offer: eventIdSchema, answer: v.picklist(['accepted', 'declined', 'withdrawn', 'done', 'stopped']) }),
  /**
   * A further connection for files (network/file-lanes.ts), by the same session certificates. The side with the smaller session id numbers and begins them; the other
   * answers with the same number. Said again with what candidates came later.
   */
  v.object({ kind: v.literal('lane'), lane: laneSchema, ...iceCredentials, candidates: candidatesSchema }),
  v.object({ kind: v.literal('lane-end'), lane: laneSchema }),
  /** How many lanes the sender wants. */
  v.object({ kind: v.literal('lanes-wished'), count: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.fileLanes)) }),
  v.object({ kind: v.literal('ping'), id: v.pipe(v.number(), v.integer()) }),
  v.object({ kind: v.literal('pong'), id: v.pipe(v.number(), v.integer()) }),
  /**
   * leaving: the room was left. away: the page went (perhaps a reload). replaced: a newer link of the same page stands. moved: a link of another page of the
   * same device does. removed: the receiver has no pass any more. closed: the room is. full: it has no place.
   */
  v.object({ kind: v.literal('bye'), reason: v.picklist(['leaving', 'away', 'replaced', 'moved', 'removed', 'closed', 'full']) }),
]);

/** What a device holds of one feed. `hash`: of the last event of the last range. Key and incarnation let whoever has never met the feed check its id. */
const feedVectorSchema = v.object({
  key: bytesSchema(65),
  incarnation: bytesSchema(16),
  ranges: v.pipe(v.array(rangeSchema), v.minLength(1), v.maxLength(64)),
  hash: bytesSchema(32),
});

const syncSchema = v.variant('kind', [
  /** SHA-256 of what the sender holds and the receiver may see (session/vector.ts): equal ones need no vectors. */
  v.object({ kind: v.literal('digest'), digest: bytesSchema(32) }),
  /** What the sender holds and the receiver may see. `answer`: the receiver's own was asked for with it, or came before. */
  v.object({ kind: v.literal('vector'), feeds: v.pipe(v.array(feedVectorSchema), v.maxLength(limits.feedsTold)), answer: v.boolean() }),
  /** Events that the sender lacks, and single bodies. Answered by `runs`, the newest first; `credit` of them may be on the way unconfirmed. */
  v.object({
    kind: v.literal('want'),
    want: wantIdSchema,
    parts: v.pipe(v.array(v.object({ feed: feedIdSchema, range: rangeSchema })), v.minLength(1), v.maxLength(limits.feedsTold)),
    credit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  }),
  /** So many more frames may come. */
  v.object({ kind: v.literal('credit'), want: wantIdSchema, frames: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)) }),
  /** All that the sender has of it was sent. */
  v.object({ kind: v.literal('served'), want: wantIdSchema }),
  /** Enough: what is still to come is not wanted any more. */
  v.object({ kind: v.literal('enough'), want: wantIdSchema }),
  /** Gapless and on the sender's disk up to there: what ticks are made of, and how gaps are noticed. */
  v.object({ kind: v.literal('got'), heads: v.pipe(headsSchema, v.minLength(1)) }),
]);

/** Chosen by who asks, anew for each file that it fetches by a link. */
const ticketSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff));
const chunkSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(chunkCount(limits.fileBytes) - 1));

const fileSchema = v.variant('kind', [
  /** What does the receiver have of it? It says so, and again when that has changed, until `file-unask`. */
  v.object({ kind: v.literal('file-ask'), id: fileIdSchema }),
  v.object({ kind: v.literal('file-unask'), id: fileIdSchema }),
  /** `bits`: of core/chunk-set.ts; missing when it is nothing, or all. */
  v.object({
    kind: v.literal('file-have'),
    id: fileIdSchema,
    whole: v.boolean(),
    bits: v.exactOptional(v.pipe(v.string(), v.maxLength(Math.ceil((chunkCount(limits.fileBytes) + 7) / 6)), v.regex(/^[A-Za-z0-9_-]+$/u))),
  }),
  /** Wants the hashes of all chunks: they come as pieces of the chunk `hashListChunk`. */
  v.object({ kind: v.literal('file-list'), ticket: ticketSchema, id: fileIdSchema }),
  /** Wants these chunks, in this order. */
  v.object({ kind: v.literal('file-get'), ticket: ticketSchema, id: fileIdSchema, chunks: v.pipe(v.array(chunkSchema), v.minLength(1), v.maxLength(limits.chunksAsked)) }),
  /** That chunk (or, without one, anything of it) won't come. lacking: not here. changed, vanished: what was to be sent did. busy: too much was asked for at once. */
  v.object({ kind: v.literal('file-no'), ticket: ticketSchema, chunk: v.exactOptional(chunkSchema), reason: v.picklist(['lacking', 'changed', 'vanished', 'busy']) }),
  /** What was asked for by this ticket is not wanted any more. */
  v.object({ kind: v.literal('file-stop'), ticket: ticketSchema }),
]);

const liveSchema = v.variant('kind', [
  v.object({ kind: v.literal('speaking'), on: v.boolean() }),
  v.object({ kind: v.literal('typing'), on: v.boolean() }),
  /** The event came by this channel, or `count` from it on: they need not be repeated. They may not be on a disk yet. */
  v.object({ kind: v.literal('heard'), feed: feedIdSchema, sequence: sequenceSchema, count: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.liveEvents))) }),
]);

export type ControlFrame = v.InferOutput<typeof controlSchema>;
export type SyncFrame = v.InferOutput<typeof syncSchema>;
export type FileFrame = v.InferOutput<typeof fileSchema>;
export type LiveFrame = v.InferOutput<typeof liveSchema>;
/**
 * Events of the log, the one binary frame (run.ts has its bytes). On sync, `want` says which wish it answers; 0: nobody asked, they are news. On live, always 0 and
 * one run of at most `limits.liveEvents`, each of at most `limits.liveEventBytes`.
 */
export interface RunsFrame {
  readonly kind: 'runs';
  readonly channel: 'sync' | 'live';
  readonly want: number;
  readonly runs: readonly Run[];
}

export type Frame = ControlFrame | SyncFrame | FileFrame | LiveFrame | RunsFrame;

/** Of each channel its id, and how many bytes a frame of text, or of events, may have. */
export const channels = {
  control: { id: 0, schema: controlSchema, textBytes: limits.controlFrameBytes, runsBytes: 0 },
  sync: { id: 1, schema: syncSchema, textBytes: limits.controlFrameBytes, runsBytes: runsFrameMaximum },
  file: { id: 2, schema: fileSchema, textBytes: limits.controlFrameBytes, runsBytes: 0 },
  live: { id: 3, schema: liveSchema, textBytes: limits.liveFrameBytes, runsBytes: limits.liveFrameBytes },
} as const;

export type ChannelName = keyof typeof channels;

/** The channel a frame belongs on. */
export function channelOf(frame: Frame): ChannelName {
  switch (frame.kind) {
    case 'runs':
      return frame.channel;
    case 'digest':
    case 'vector':
    case 'want':
    case 'credit':
    case 'served':
    case 'enough':
    case 'got':
      return 'sync';
    case 'file-ask':
    case 'file-unask':
    case 'file-have':
    case 'file-list':
    case 'file-get':
    case 'file-no':
    case 'file-stop':
      return 'file';
    case 'speaking':
    case 'typing':
    case 'heard':
      return 'live';
    default:
      return 'control';
  }
}
