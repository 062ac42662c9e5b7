/**
 * The words two strangers exchange through the signaling server, before there is a link. All of them travel in envelopes (envelope.ts).
 *
 *     guest → slot     knock        every 2 s while nobody answers, every 10 s once somebody does; fingerprint and ICE credentials, no address; signed
 *     member → guest   presence     "your ring is heard"; with it the guest knows somebody is there
 *     member → guest   not-now      the person said "Not now"
 *     member → guest   full         no place left in the room
 *     owner → guest    accept       the answer to the knock: the owner's packet with addresses, and a return token; signed, and provable from the link
 *     guest → owner    candidates   the guest's addresses, once it has checked that; at most one later batch
 *     owner → guest    candidates   a later batch, if any
 *     guest → member   withdraw     the guest went away before an answer
 *
 * The signatures are those of the device keys over the transcripts of transcript.ts. The guest checks that the link is made of the accepting device's key and the
 * salt it shows: so nobody else who has the link can let it in. A guest who was let in before knocks with `proof`, an HMAC under its return token, and is answered by
 * accept without asking anybody. A knock changes no state but a card on the screen; a repeated one is answered again in the same words, so lost envelopes heal
 * by themselves.
 */
import * as v from 'valibot';
import { saltBytes } from './invite';
import { candidatesSchema, credentialsSchema } from './packet';
import { bytesSchema, nameSchema, parseJson, sessionIdSchema, toJson } from './schema';

const publicKeySchema = bytesSchema(65);

const knockSchema = v.object({
  kind: v.literal('knock'),
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000)),
  session: sessionIdSchema,
  /** What replies are sealed to. */
  sessionKey: publicKeySchema,
  /** The device's lasting key. */
  deviceKey: publicKeySchema,
  name: nameSchema,
  credentials: credentialsSchema,
  /** By the device key. */
  signature: bytesSchema(64),
  /** By the return token, if there is one. */
  proof: v.exactOptional(bytesSchema(32)),
});

const replySchema = v.variant('kind', [
  v.object({ kind: v.literal('presence') }),
  v.object({ kind: v.literal('not-now') }),
  v.object({ kind: v.literal('full') }),
  v.object({ kind: v.literal('version'), version: v.pipe(v.number(), v.integer()) }),
  v.object({
    kind: v.literal('accept'),
    /** `ufrag` of the knock that this answers: a guest may have prepared a newer connection since. */
    answers: v.pipe(v.string(), v.maxLength(32)),
    deviceKey: publicKeySchema,
    /** With `deviceKey`, what the link was made of. */
    salt: bytesSchema(saltBytes),
    credentials: credentialsSchema,
    candidates: candidatesSchema,
    /** By the device key. */
    signature: bytesSchema(64),
    /** For the next visit; absent when the knock proved that the guest has one. */
    returnToken: v.exactOptional(bytesSchema(16)),
  }),
  v.object({ kind: v.literal('candidates'), candidates: candidatesSchema }),
  v.object({ kind: v.literal('withdraw') }),
]);

export type Knock = v.InferOutput<typeof knockSchema>;
export type Reply = v.InferOutput<typeof replySchema>;
export type Accept = Extract<Reply, { kind: 'accept' }>;

export function encodeIntroduction(message: Knock | Reply): string {
  return toJson(message);
}

/** undefined for anything that isn't a well-formed knock. */
export function parseKnock(text: string): Knock | undefined {
  return parseJson(knockSchema, text);
}

/** undefined for anything that isn't a well-formed reply. */
export function parseReply(text: string): Reply | undefined {
  return parseJson(replySchema, text);
}
