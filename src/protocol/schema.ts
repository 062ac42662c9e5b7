/** Shapes that more than one message shares, and the one way from untrusted text to a value. */
import * as v from 'valibot';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import { cleanPersonName, personNameMaximum } from '../core/person-name';
import type { DeviceId, EventId, FeedId, FileId, MessageId, SessionId } from '../core/ids';
import { isBase32Id } from '../core/base32';

/** `undefined` unless `text` is JSON of the schema's shape. Unknown keys are dropped, never kept. */
export function parseJson<const Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON: the caller closes the link or drops the envelope.
  }
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
}

const base32Id = v.pipe(v.string(), v.check(isBase32Id));
export const sessionIdSchema = v.pipe(base32Id, v.transform((text) => text as SessionId));
export const deviceIdSchema = v.pipe(base32Id, v.transform((text) => text as DeviceId));
export const feedIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/u), v.transform((text) => text as FeedId));
export const fileIdSchema = v.pipe(base32Id, v.transform((text) => text as FileId));
/** 1 to 2^32 - 1. */
export const sequenceSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff));
/** `FEED.SEQUENCE`, without leading zeros. */
export const messageIdSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{22}\.[1-9][0-9]{0,9}$/u),
  v.check((text) => Number(text.slice(23)) <= 0xffff_ffff),
  v.transform((text) => text as MessageId),
);

export const eventIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/u), v.transform((text) => text as EventId));

/** Exactly `length` bytes in base64url. */
export const bytesSchema = (length: number) =>
  v.pipe(
    v.string(),
    v.maxLength(Math.ceil((length * 4) / 3)),
    v.transform(decodeBase64Url),
    v.check((bytes) => bytes?.length === length),
    v.transform((bytes) => bytes as Uint8Array<ArrayBuffer>),
  );

/** 1 to `maximum` bytes in base64url. */
export const someBytesSchema = (maximum: number) =>
  v.pipe(
    v.string(),
    v.maxLength(Math.ceil((maximum * 4) / 3)),
    v.transform(decodeBase64Url),
    v.check((bytes) => bytes !== undefined && bytes.length > 0 && bytes.length <= maximum),
    v.transform((bytes) => bytes as Uint8Array<ArrayBuffer>),
  );

/** A person's name as we would have cleaned it ourselves: what a peer sends is cleaned again, and an empty one becomes `?`. */
export const nameSchema = v.pipe(
  v.string(),
  v.maxLength(4 * personNameMaximum),
  v.transform((name) => cleanPersonName(name) || '?'),
);

/** The opposite of `parseJson`: bytes become base64url. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (part instanceof Uint8Array ? encodeBase64Url(part) : part));
}
