/**
 * What crosses a Link after its handshake (handshake.ts), one JSON object a data-channel message. The channel says which kinds may come:
 *
 *     control (id 0, ordered)              holds · events · admitted · peers · relay · handled · ring · ring-seen · ring-over · profile · message · have ·
 *                                          call · description · candidate · ping · pong · bye
 *     sync    (id 1, ordered)              messages
 *     live    (id 3, no retransmission)    speaking
 *     (id 2 is kept for files)
 *
 * What may come depends on the link's state (frame-reader.ts): before both sides have admitted each other, only what admission itself needs. `messages` only
 * ever answers `have`, so it can't overtake the admission that went before it on another channel.
 */
import * as v from 'valibot';
import { counterMaximum } from '../core/clock';
import type { ChatMessage } from '../core/message';
import { limits } from '../config';
import { candidateSchema } from './packet';
import { knockSchema, tokenSchema } from './introduction';
import { bytesSchema, deviceIdSchema, eventIdSchema, messageIdSchema, nameSchema, sessionIdSchema } from './schema';

const timestampSchema = v.object({
  wallMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15)),
  counter: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(counterMaximum)),
});

/** Characters are code points, so the string may have twice as many units. */
const bodySchema = v.pipe(v.string(), v.minLength(1), v.maxLength(2 * limits.messageCharacters), v.check((body) => [...body].length <= limits.messageCharacters));

const messageSchema = v.object({
  id: messageIdSchema,
  author: deviceIdSchema,
  authorName: nameSchema,
  clock: timestampSchema,
  body: bodySchema,
}) satisfies v.GenericSchema<unknown, ChatMessage>;

const sdpSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.controlFrameBytes - 1_024));

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
  v.object({ kind: v.literal('message'), message: messageSchema }),
  /** Which of the receiver's own messages the sender has. */
  v.object({ kind: v.literal('have'), ids: v.pipe(v.array(messageIdSchema), v.maxLength(limits.recentMessages)) }),
  /** The sender's part in the call; said on each change and to each new link. */
  v.object({ kind: v.literal('call'), inCall: v.boolean(), microphoneOn: v.boolean(), cameraOn: v.boolean() }),
  /** In-band renegotiation (media set-up), perfect negotiation of WebRTC 1.0 §10.7. */
  v.object({ kind: v.literal('description'), type: v.picklist(['offer', 'answer']), sdp: sdpSchema }),
  v.object({ kind: v.literal('candidate'), candidate: candidateSchema, mid: v.pipe(v.string(), v.maxLength(16)) }),
  v.object({ kind: v.literal('ping'), id: v.pipe(v.number(), v.integer()) }),
  v.object({ kind: v.literal('pong'), id: v.pipe(v.number(), v.integer()) }),
  /**
   * leaving: the room was left. away: the page went (perhaps a reload). replaced: a newer link of the same page stands. moved: a link of another page of the
   * same device does. removed: the receiver has no pass any more. closed: the room is. full: it has no place.
   */
  v.object({ kind: v.literal('bye'), reason: v.picklist(['leaving', 'away', 'replaced', 'moved', 'removed', 'closed', 'full']) }),
]);

const syncSchema = v.object({ kind: v.literal('messages'), messages: v.pipe(v.array(messageSchema), v.maxLength(limits.recentMessages)) });

const liveSchema = v.object({ kind: v.literal('speaking'), on: v.boolean() });

export type ControlFrame = v.InferOutput<typeof controlSchema>;
export type SyncFrame = v.InferOutput<typeof syncSchema>;
export type LiveFrame = v.InferOutput<typeof liveSchema>;
export type Frame = ControlFrame | SyncFrame | LiveFrame;

export const channels = {
  control: { id: 0, schema: controlSchema, frameBytes: limits.controlFrameBytes },
  sync: { id: 1, schema: syncSchema, frameBytes: limits.controlFrameBytes },
  live: { id: 3, schema: liveSchema, frameBytes: limits.liveFrameBytes },
} as const;

export type ChannelName = keyof typeof channels;

/** The channel a frame belongs on. */
export function channelOf(frame: Frame): ChannelName {
  switch (frame.kind) {
    case 'messages':
      return 'sync';
    case 'speaking':
      return 'live';
    default:
      return 'control';
  }
}
