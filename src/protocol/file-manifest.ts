/**
 * How a file is described in a message, or offered from device to device (core/file.ts), as JSON:
 *
 *     { id, name, type, sizeBytes, look }
 *     look: { kind: 'plain' } · { kind: 'picture', width, height, thumbnail? } · { kind: 'video', width, height, durationMs, thumbnail? } ·
 *           { kind: 'sound', durationMs } · { kind: 'voice', durationMs, waveform: '0'-'f' a bar }
 *
 * Names are cleaned, types are checked for their grammar; a look that isn't right is a plain one. Whatever else is wrong makes that one description `broken`.
 */
import * as v from 'valibot';
import { limits } from '../config';
import type { FileEntry, FileLook } from '../core/file';
import { cleanFileName } from '../core/file-name';
import { jpegSize } from '../core/jpeg-size';
import type { Bytes } from '../core/log-event';
import { fileIdSchema, someBytesSchema } from './schema';

const plain: FileLook = { kind: 'plain' };

const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const durationMs = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100 * 3_600_000));
const thumbnail = v.exactOptional(v.pipe(someBytesSchema(limits.thumbnailBytes), v.check(isThumbnail)));
const waveform = v.pipe(
  v.string(),
  v.maxLength(limits.waveformBars),
  v.regex(/^[0-9a-f]*$/u),
  v.transform((bars) => [...bars].map((bar) => Number.parseInt(bar, 16))),
);

const lookSchema: v.GenericSchema<unknown, FileLook> = v.variant('kind', [
  v.object({ kind: v.literal('plain') }),
  v.object({ kind: v.literal('picture'), width: side, height: side, thumbnail }),
  v.object({ kind: v.literal('video'), width: side, height: side, durationMs, thumbnail }),
  v.object({ kind: v.literal('sound'), durationMs }),
  v.object({ kind: v.literal('voice'), durationMs, waveform }),
]);

export const fileManifestSchema = v.object({
  id: fileIdSchema,
  name: v.pipe(
    v.string(),
    v.maxLength(limits.fileNameRead),
    v.transform((name) => cleanFileName(name, limits.fileNameCharacters)),
  ),
  // RFC 6838 §4.2: restricted-name of at most 127 characters, each side.
  type: v.fallback(v.pipe(v.string(), v.maxLength(127), v.regex(/^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/u)), ''),
  sizeBytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.fileBytes)),
  look: v.fallback(lookSchema, plain),
});

export const fileEntriesSchema = v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(limits.filesAMessage), v.transform((entries) => entries.map(readEntry)));

/** As it goes into JSON. */
export function writeEntry(entry: FileEntry): unknown {
  if (entry === 'broken' || entry.look.kind !== 'voice') return entry;
  return { ...entry, look: { ...entry.look, waveform: entry.look.waveform.map((bar) => bar.toString(16)).join('') } };
}

function readEntry(entry: unknown): FileEntry {
  const result = v.safeParse(fileManifestSchema, entry);
  return result.success ? result.output : 'broken';
}

/** A picture within a message is decoded without having been asked for, so it must be small in both ways. */
function isThumbnail(bytes: Bytes): boolean {
  const size = jpegSize(bytes);
  return size !== undefined && Math.max(size.width, size.height) <= limits.thumbnailPixels;
}
