/**
 * What crosses a Link, one JSON object a data-channel message. The channel says which kinds may come:
 *
 *     control (id 0, ordered)              hello · profile · message · have · call · description · candidate · ping · pong · bye
 *     sync    (id 1, ordered)              messages
 *     live    (id 3, no retransmission)    speaking
 *     (id 2 is kept for files)
 *
 * Both sides open with hello. What may follow depends on the link's state (frame-reader.ts). `messages` only ever answers `have`, so it can't overtake
 * the hello that went before it on another channel.
 */
import * as v from 'valibot';
import { counterMaximum } from '../core/clock';
import type { ChatMessage } from '../core/message';
import { limits } from '../config';
import { candidateSchema } from './packet';
import { deviceIdSchema, messageIdSchema, nameSchema, sessionIdSchema } from './schema';

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

const version = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000));

const sdpSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.controlFrameBytes - 1_024));

const controlSchema = v.variant('kind', [
  v.object({ kind: v.literal('hello'), version, session: sessionIdSchema, device: deviceIdSchema, name: nameSchema }),
  v.object({ kind: v.literal('profile'), name: nameSchema }),
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
   * same device does.
   */
  v.object({ kind: v.literal('bye'), reason: v.picklist(['leaving', 'away', 'replaced', 'moved']) }),
]);

const syncSchema = v.object({ kind: v.literal('messages'), messages: v.pipe(v.array(messageSchema), v.maxLength(limits.recentMessages)) });

const liveSchema = v.object({ kind: v.literal('speaking'), on: v.boolean() });

export type ControlFrame = v.InferOutput<typeof controlSchema>;
export type SyncFrame = v.InferOutput<typeof syncSchema>;
export type LiveFrame = v.InferOutput<typeof liveSchema>;
export type Frame = ControlFrame | SyncFrame | LiveFrame;
export type Hello = Extract<ControlFrame, { kind: 'hello' }>;

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
