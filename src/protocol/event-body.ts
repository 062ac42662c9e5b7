/**
 * The body of an event: 16 random bytes of salt, then UTF-8 JSON of what it says (core/event-content.ts).
 *
 *     text       name text replyTo? mentions? files?     mentions: [{ device, name }, …]; files: file-manifest.ts
 *     edit       target text mentions?
 *     delete     target
 *     reaction   target emoji                     emoji: '' takes it back
 *     pin        target on
 *
 * replyTo and target are message ids, `FEED.SEQUENCE`. What a body says is never trusted: another author's edit is as well-formed as one's own.
 */
import * as v from 'valibot';
import { limits } from '../config';
import { concatBytes } from '../core/bytes';
import type { EventContent } from '../core/event-content';
import type { Bytes } from '../core/log-event';
import { fileEntriesSchema, writeEntry } from './file-manifest';
import { bodySaltBytes } from './run';
import { deviceIdSchema, messageIdSchema, nameSchema, parseJson, toJson } from './schema';

const utf8 = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-16 units of an emoji: the longest in use, families of four with skin tones, have 19. */
const emojiUnits = 32;
// What emoji are made of (Unicode UTS #51): no letters, no white space, nothing that means something in HTML or Markdown but `*` and `#` of the keycaps.
const emojiPattern = /^[\p{Extended_Pictographic}\p{Emoji}\p{Emoji_Component}]+$/u;
// Digits are made of the same, but show none of these.
const pictureInEmoji = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3]/u;

const captionSchema = v.pipe(
  v.string(),
  v.maxLength(limits.messageBytes),
  v.check(fitsMessage),
  // Half a surrogate pair has no UTF-8, and makes encodeURIComponent throw. In JSON it can stand, so it may have been signed: String.prototype.toWellFormed, of ES2024.
  v.transform((text) => text.replace(/\p{Surrogate}/gu, '\uFFFD')),
);
const textSchema = v.pipe(captionSchema, v.minLength(1));
const mentionsSchema = v.exactOptional(v.pipe(v.array(v.object({ device: deviceIdSchema, name: nameSchema })), v.maxLength(limits.mentions)));
const emojiSchema = v.pipe(
  v.string(),
  v.maxLength(emojiUnits),
  v.check((emoji) => emoji === '' || (emojiPattern.test(emoji) && pictureInEmoji.test(emoji))),
);

const contentSchema = v.variant('kind', [
  v.pipe(
    v.object({ kind: v.literal('text'), name: nameSchema, text: captionSchema, replyTo: v.exactOptional(messageIdSchema), mentions: mentionsSchema, files: v.exactOptional(fileEntriesSchema) }),
    v.check(({ text, files }) => text !== '' || files !== undefined),
  ),
  v.object({ kind: v.literal('edit'), target: messageIdSchema, text: textSchema, mentions: mentionsSchema }),
  v.object({ kind: v.literal('delete'), target: messageIdSchema }),
  v.object({ kind: v.literal('reaction'), target: messageIdSchema, emoji: emojiSchema }),
  v.object({ kind: v.literal('pin'), target: messageIdSchema, on: v.boolean() }),
]);

/** `salt`: 16 random bytes. */
export function encodeBody(content: EventContent, salt: Bytes): Bytes {
  return concatBytes(salt, utf8.encode(toJson(writable(content))));
}

/** undefined for what isn't whole, breaks a limit, or is of a kind that a later release adds: the event stands, and shows nothing. */
export function readBody(body: Bytes): EventContent | undefined {
  if (body.length > limits.eventBodyBytes) return undefined;
  let text: string;
  try {
    text = utf8Decoder.decode(body.subarray(bodySaltBytes));
  } catch {
    return undefined; // Not UTF-8.
  }
  return parseJson(contentSchema, text);
}

function writable(content: EventContent): unknown {
  return content.kind === 'text' && content.files ? { ...content, files: content.files.map(writeEntry) } : content;
}

function fitsMessage(text: string): boolean {
  // A UTF-16 unit never takes more than three bytes: short texts need no count.
  return 3 * text.length <= limits.messageBytes || utf8.encode(text).length <= limits.messageBytes;
}
