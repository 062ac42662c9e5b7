/**
 * The words two strangers exchange through the signaling server, before there is a link. All of them travel in envelopes (envelope.ts).
 *
 *     guest → slot     knock        every 2 s while nobody answers, every 10 s once somebody does; fingerprint and ICE credentials, no address
 *     member → guest   presence     "your ring is heard"; with it the guest knows somebody is there
 *     member → guest   not-now      the person said "Not now"
 *     member → guest   full         no place left in the room
 *     member → guest   accept       the answer to the knock: the member's packet with addresses, and a return token
 *     guest → member   candidates   the guest's addresses, now that both agreed; at most one later batch
 *     member → guest   candidates   a later batch, if any
 *     guest → member   withdraw     the guest went away before an answer
 *
 * A guest who was let in before knocks with `proof`, an HMAC under its return token, and is answered by accept without asking anybody. A knock changes
 * no state but a card on the screen; a repeated one is answered again in the same words, so lost envelopes heal by themselves.
 */
import * as v from 'valibot';
import { concatBytes, equalBytes } from '../core/bytes';
import type { SessionId } from '../core/ids';
import { candidatesSchema, credentialsSchema } from './packet';
import { bytesSchema, nameSchema, parseJson, sessionIdSchema, toJson } from './schema';

const publicKeySchema = bytesSchema(65);

const knockSchema = v.object({
  kind: v.literal('knock'),
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000)),
  session: sessionIdSchema,
  /** What replies are sealed to. */
  sessionKey: publicKeySchema,
  /** The device's lasting key; the next release proves it, this one only remembers it. */
  deviceKey: publicKeySchema,
  name: nameSchema,
  credentials: credentialsSchema,
  proof: v.optional(bytesSchema(32)),
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
    credentials: credentialsSchema,
    candidates: candidatesSchema,
    returnToken: bytesSchema(16),
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

/** Proves the return token without showing it: bound to the session and the certificate, so a repeated proof lets nobody else in. */
export async function proveReturn(token: Uint8Array<ArrayBuffer>, session: SessionId, fingerprint: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', token, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const text = concatBytes(new TextEncoder().encode(`mindmeet/return/1${session}`), fingerprint);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, text));
}

/** Whether `knock` carries the proof of `token`. */
export async function verifyReturn(token: Uint8Array<ArrayBuffer>, knock: Knock): Promise<boolean> {
  return knock.proof !== undefined && equalBytes(knock.proof, await proveReturn(token, knock.session, knock.credentials.fingerprint));
}
