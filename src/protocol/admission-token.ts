/**
 * The events of membership.ts as they travel and are kept: compact JWS (RFC 7515 §7.1), ES256 (RFC 7518 §3.4), with the claims of a JWT.
 *
 *     header    {"alg":"ES256","typ":"JWT"}, in exactly these bytes
 *     genesis   kind iss key salt policy standIn              signed by the key inside
 *     others    kind iss aud seq prev? by? and, by kind       iss: device id of the issuer; aud: room id; prev, by: ids of events
 *               pass      key role since under? cites         key: 65-byte point, base64url; the subject is its hash
 *               removal   sub last? feeds                         feeds: pairs of feed id and sequence
 *               policy    version policy standIn upTo         upTo: pairs of device id and event id
 *               settings  version title locked history lifetimeS gate oneOff closed
 *               link      version salt
 *     id        base64url of the first 16 bytes of SHA-256 of "header.claims": what a JWT calls jti, computed rather than told
 *
 * The id leaves the signature out: of each ES256 signature (r, s) anybody can make a second one (r, n − s), which would be the same event under another id.
 * Base64url is taken in its one canonical spelling only, so an event has one id. No claim is compared with a clock.
 */
import * as v from 'valibot';
import { limits } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { DeviceId, EventId, InviteCode, RoomId } from '../core/ids';
import type { AdmissionEvent, AdmissionRule, Genesis, LinkChange } from '../core/membership';
import { cleanName } from '../core/person-name';
import { deriveDeviceId, deriveInviteCode, saltBytes } from './invite';
import { bytesSchema, deviceIdSchema, eventIdSchema, feedIdSchema, parseJson, sequenceSchema, toJson } from './schema';
import { sign, verify } from './transcript';

/** The event without what follows from its token. */
export type EventFields = AdmissionEvent extends infer Event ? (Event extends AdmissionEvent ? Omit<Event, 'id'> : never) : never;

/** Feeds that a removal may name: all of its subject's that are read. */
export const feedsInRemoval = limits.feedsADevice;
/** The longest that messages may stay before they disappear, in seconds: 30 days. */
const lifetimeMaximumS = 30 * 86_400;
/** Removals that a pass may cite: one of each host that a room ever had is enough. */
const citesMaximum = 32;
/** Devices in `upTo`; with 16 a token has 1,600 characters. Passes of further ones are given anew by who changes the rule. */
export const upToMaximum = 16;
/** Of sequences and versions: far more than `limits.admissionEvents`, and exact. */
export const countMaximum = 1_000_000_000;

const utf8 = new TextEncoder();
const header = encodeBase64Url(utf8.encode('{"alg":"ES256","typ":"JWT"}'));
const tokenPattern = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}$/;

const countSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(countMaximum));
const publicKeySchema = bytesSchema(65);
const saltSchema = bytesSchema(saltBytes);
const ruleEntries = { policy: v.picklist(['hosts', 'members', 'open']), standIn: v.boolean() };

const genesisSchema = v.object({ kind: v.literal('genesis'), iss: deviceIdSchema, key: publicKeySchema, salt: saltSchema, ...ruleEntries });

const issuedEntries = { iss: deviceIdSchema, aud: eventIdSchema, seq: countSchema, prev: v.exactOptional(eventIdSchema), by: v.exactOptional(eventIdSchema) };
const changeEntries = { ...issuedEntries, version: countSchema };

const titleSchema = v.pipe(
  v.string(),
  v.maxLength(4 * limits.titleCharacters),
  v.check((title) => [...title].length <= limits.titleCharacters),
  v.transform((title) => cleanName(title, limits.titleCharacters)),
);
const gateSchema = v.union([v.literal(''), v.pipe(bytesSchema(32), v.transform((bytes) => encodeBase64Url(bytes)))]);

const eventSchema = v.variant('kind', [
  v.object({
    ...issuedEntries,
    kind: v.literal('pass'),
    key: publicKeySchema,
    role: v.picklist(['host', 'member']),
    since: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15)),
    under: v.exactOptional(eventIdSchema),
    cites: v.pipe(v.array(eventIdSchema), v.maxLength(citesMaximum)),
  }),
  v.object({ ...issuedEntries, kind: v.literal('removal'), sub: deviceIdSchema, last: v.exactOptional(eventIdSchema), feeds: v.pipe(v.array(v.tuple([feedIdSchema, sequenceSchema])), v.maxLength(feedsInRemoval)) }),
  v.object({ ...changeEntries, kind: v.literal('policy'), ...ruleEntries, upTo: v.pipe(v.array(v.tuple([deviceIdSchema, eventIdSchema])), v.maxLength(upToMaximum)) }),
  v.object({
    ...changeEntries,
    kind: v.literal('settings'),
    title: titleSchema,
    locked: v.boolean(),
    history: v.picklist(['everything', 'from-now']),
    lifetimeS: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(lifetimeMaximumS)),
    gate: gateSchema,
    oneOff: v.boolean(),
    closed: v.boolean(),
  }),
  v.object({ ...changeEntries, kind: v.literal('link'), salt: saltSchema }),
]);

type EventClaims = v.InferOutput<typeof eventSchema>;

/** What a token says of itself; nothing of it is proven. `room` and `by` are undefined in a genesis, `by` in every event of the owner's. */
export interface TokenClaim {
  readonly kind: 'genesis' | AdmissionEvent['kind'];
  readonly issuer: DeviceId;
  readonly room: RoomId | undefined;
  readonly by: EventId | undefined;
}

/** The same for the same arguments, but for the signature: a maker that lost its store makes the same room again. `salt`: 16 bytes. */
export async function signGenesis(
  privateKey: CryptoKey,
  publicKey: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  rule: AdmissionRule,
): Promise<{ readonly token: string; readonly genesis: Genesis }> {
  const owner = await deriveDeviceId(publicKey);
  const { token, id } = await issue(privateKey, { kind: 'genesis', iss: owner, key: publicKey, salt, ...rule });
  return { token, genesis: { id, owner, ownerKey: publicKey, salt, rule } };
}

/** `privateKey` is that of `fields.issuer`. Throws RangeError when the token is longer than `limits.tokenCharacters`: nobody would take it. */
export async function signEvent(privateKey: CryptoKey, room: RoomId, fields: EventFields): Promise<{ readonly token: string; readonly event: AdmissionEvent }> {
  const { token, id } = await issue(privateKey, claimsOf(room, fields));
  return { token, event: { ...fields, id } };
}

/** undefined for anything but a genesis signed by the key in it. Whether it is that of one's link: `checkLink`. */
export async function readGenesis(token: string): Promise<Genesis | undefined> {
  const claims = parseClaims(genesisSchema, token);
  if (!claims || claims.iss !== (await deriveDeviceId(claims.key)) || !(await isSignedBy(claims.key, token))) return undefined;
  const { iss, key, salt, policy, standIn } = claims;
  return { id: await idOf(token), owner: iss, ownerKey: key, salt, rule: { policy, standIn } };
}

/** undefined for anything but an event of this room, signed by `issuerKey`. Whether it counts: membership-rules.ts. */
export async function readEvent(token: string, room: RoomId, issuerKey: Uint8Array<ArrayBuffer>): Promise<AdmissionEvent | undefined> {
  const claims = parseClaims(eventSchema, token);
  if (claims?.aud !== room || claims.iss !== (await deriveDeviceId(issuerKey)) || !(await isSignedBy(issuerKey, token))) return undefined;
  return eventOf(claims, await idOf(token));
}

/** Tells whose key a token wants to be checked with; undefined when it is none. */
export function peekIssuer(token: string): TokenClaim | undefined {
  const genesis = parseClaims(genesisSchema, token);
  if (genesis) return { kind: 'genesis', issuer: genesis.iss, room: undefined, by: undefined };
  const claims = parseClaims(eventSchema, token);
  return claims && { kind: claims.kind, issuer: claims.iss, room: claims.aud, by: claims.by };
}

/** Whether the link is that of the genesis, or of a later change in its room. */
export async function checkLink(code: InviteCode, { ownerKey, salt }: Genesis, link?: LinkChange): Promise<boolean> {
  const codes = await Promise.all([salt, ...(link ? [link.salt] : [])].map((salt) => deriveInviteCode(ownerKey, salt)));
  return codes.includes(code);
}

/** The id that a token's event has, if it is one at all. */
export async function idOf(token: string): Promise<EventId> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', signedPart(token)));
  return encodeBase64Url(hash.subarray(0, 16)) as EventId;
}

async function issue(privateKey: CryptoKey, claims: object): Promise<{ readonly token: string; readonly id: EventId }> {
  const signed = `${header}.${encodeBase64Url(utf8.encode(toJson(claims)))}`;
  const token = `${signed}.${encodeBase64Url(await sign(privateKey, utf8.encode(signed)))}`;
  if (token.length > limits.tokenCharacters) throw new RangeError('the token is too long');
  return { token, id: await idOf(token) };
}

function isSignedBy(publicKey: Uint8Array<ArrayBuffer>, token: string): Promise<boolean> {
  const signature = decodeBase64Url(token.slice(token.lastIndexOf('.') + 1));
  return signature ? verify(publicKey, signature, signedPart(token)) : Promise.resolve(false);
}

function signedPart(token: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(token.slice(0, token.lastIndexOf('.')));
}

function parseClaims<const Schema extends v.GenericSchema>(schema: Schema, token: string): v.InferOutput<Schema> | undefined {
  if (token.length > limits.tokenCharacters || !tokenPattern.test(token)) return undefined;
  const [first, claims = ''] = token.split('.');
  const bytes = first === header ? decodeBase64Url(claims) : undefined;
  return bytes && parseJson(schema, new TextDecoder().decode(bytes));
}

function claimsOf(room: RoomId, fields: EventFields): object {
  // JSON leaves out what is undefined.
  const issued = { kind: fields.kind, iss: fields.issuer, aud: room, seq: fields.sequence, prev: fields.previous, by: fields.by };
  switch (fields.kind) {
    case 'pass':
      return { ...issued, key: fields.subjectKey, role: fields.role, since: fields.sinceMs, under: fields.under, cites: fields.cites };
    case 'removal':
      return { ...issued, sub: fields.subject, last: fields.last, feeds: fields.feeds };
    case 'policy':
      return { ...issued, version: fields.version, ...fields.rule, upTo: fields.upTo };
    case 'settings':
      return { ...issued, version: fields.version, ...fields.settings };
    case 'link':
      return { ...issued, version: fields.version, salt: fields.salt };
  }
}

async function eventOf(claims: EventClaims, id: EventId): Promise<AdmissionEvent> {
  const issued = { id, issuer: claims.iss, sequence: claims.seq, previous: claims.prev, by: claims.by };
  switch (claims.kind) {
    case 'pass': {
      const { key, role, since, under, cites } = claims;
      return { ...issued, kind: 'pass', subject: await deriveDeviceId(key), subjectKey: key, role, sinceMs: since, under, cites };
    }
    case 'removal':
      return { ...issued, kind: 'removal', subject: claims.sub, last: claims.last, feeds: claims.feeds };
    case 'policy': {
      const { version, policy, standIn, upTo } = claims;
      return { ...issued, kind: 'policy', version, rule: { policy, standIn }, upTo };
    }
    case 'settings': {
      const { version, title, locked, history, lifetimeS, gate, oneOff, closed } = claims;
      return { ...issued, kind: 'settings', version, settings: { title, locked, history, lifetimeS, gate, oneOff, closed } };
    }
    case 'link':
      return { ...issued, kind: 'link', version: claims.version, salt: claims.salt };
  }
}
