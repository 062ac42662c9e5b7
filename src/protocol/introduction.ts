/**
 * The words two strangers exchange before there is a link. All of them travel in envelopes (envelope.ts): through the signaling server, or through a member who
 * is linked to both (mesh.ts).
 *
 *     anybody → slots    knock        fingerprint and ICE credentials, no address; signed
 *     member → knocker   presence     "your ring is heard"; whether anybody is there who may let in
 *     anybody → knocker  doorbell     a slot's holder who isn't in the room either: nobody is here; who knocked before
 *     member → knocker   come         to those that a doorbell told of: somebody is here now, knock again
 *     anybody → anybody  pass         standing: genesis, link and passes. A doorbell gives its slot up for it, a member lets a returning one in
 *     member → knocker   not-now, full, locked, closed, password, version: why not
 *     member → knocker   accept       the answer to the knock: the member's packet with addresses, and what proves its right; signed
 *     both               candidates   addresses; the guest's go once it has checked the accept against the link; at most one later batch
 *     knocker → member   withdraw     the knocker went away before an answer
 *     member → member    approach     between two who are both let in and know each other's session key: a packet with addresses
 *     member → member    meet         … and its answer
 *
 * The signatures are those of the device keys over the transcripts of transcript.ts. `tokens` is the chain from the genesis to the accepting device's pass and
 * to the guest's own (admission-token.ts), which the guest checks against the link: nobody else who has the link can let it in. A knock changes no state but a
 * card on the screen; a repeated one is answered again in the same words, so lost envelopes heal by themselves.
 */
import * as v from 'valibot';
import { limits } from '../config';
import { candidatesSchema, credentialsSchema } from './packet';
import { bytesSchema, nameSchema, parseJson, sessionIdSchema, toJson } from './schema';

const publicKeySchema = bytesSchema(65);

export const knockSchema = v.object({
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
  /** HMAC-SHA-256 of the knock transcript under the key of the password, if one was given. */
  gate: v.exactOptional(bytesSchema(32)),
});

/** A compact JWS; longer than any honest one by half. */
export const tokenSchema = v.pipe(v.string(), v.maxLength(limits.tokenCharacters), v.regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/u));
const tokensSchema = v.pipe(v.array(tokenSchema), v.maxLength(limits.tokensInProof));
const ufragSchema = v.pipe(v.string(), v.maxLength(32));

const replySchema = v.variant('kind', [
  v.object({ kind: v.literal('presence'), canAdmit: v.boolean() }),
  v.object({
    kind: v.literal('doorbell'),
    /** Knockers who wait as well, latest last: whoever is a member may greet them. */
    earlier: v.pipe(v.array(v.object({ session: sessionIdSchema, sessionKey: publicKeySchema })), v.maxLength(limits.doorbellKnockers)),
  }),
  v.object({ kind: v.literal('pass'), tokens: tokensSchema }),
  v.object({ kind: v.picklist(['come', 'not-now', 'full', 'locked', 'closed', 'withdraw']) }),
  /** The room has a password; `wrong`: and it isn't this one. `salt`: what its key is derived with. */
  v.object({ kind: v.literal('password'), wrong: v.boolean(), salt: bytesSchema(16) }),
  v.object({ kind: v.literal('version'), version: v.pipe(v.number(), v.integer()) }),
  v.object({
    kind: v.literal('accept'),
    /** `ufrag` of the knock that this answers: a guest may have prepared a newer connection since. */
    answers: ufragSchema,
    deviceKey: publicKeySchema,
    /** Empty in a room without an owner, and when they went ahead in `pass`, being too long for one envelope. */
    tokens: tokensSchema,
    credentials: credentialsSchema,
    candidates: candidatesSchema,
    /** By the device key. */
    signature: bytesSchema(64),
    /** HMAC-SHA-256 of the accept transcript under the key of the password, when the knock had one: the guest's password is no stranger's to accept. */
    gate: v.exactOptional(bytesSchema(32)),
  }),
  v.object({ kind: v.literal('candidates'), candidates: candidatesSchema }),
  v.object({ kind: v.literal('approach'), credentials: credentialsSchema, candidates: candidatesSchema }),
  v.object({ kind: v.literal('meet'), answers: ufragSchema, credentials: credentialsSchema, candidates: candidatesSchema }),
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
