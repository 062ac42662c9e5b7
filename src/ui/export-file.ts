/** Makes the file of an export, a piece at a time, and hands it to the person who asked for it. */
import type { MessageId } from '../core/ids';
import type { ConversationFace } from '../session/faces';
import type { FilesFace } from '../session/files/files-face';
import { fileTypes, type ExportFormat } from './export-format';
import { collectFiles, type ExportedFiles } from './exported-files';
import { language } from './i18n/language';
import { jsonOf } from './json-export';
import { markdownOf } from './markdown-export';

export interface ExportRequest {
  readonly conversation: ConversationFace;
  /** Those of the room: a zip holds what is here of them. */
  readonly files: Pick<FilesFace, 'bytes'>;
  readonly format: ExportFormat;
  readonly messages: readonly MessageId[] | 'all';
  /** The room's, for heading and file name. */
  readonly title: string;
  readonly heading: string;
  readonly now: Date;
}

export interface ExportedFile {
  readonly name: string;
  readonly content: Blob;
}

/** Code points of a room's title in a file's name. */
const titleLength = 60;

/** `progress` is told the bytes so far. Undefined when `signal` aborted; rejects when the messages can't be read, or packed. */
export async function makeExport(request: ExportRequest, signal: AbortSignal, progress: (bytes: number) => void): Promise<ExportedFile | undefined> {
  const { ending, type } = fileTypes[request.format];
  const parts: Blob[] = [];
  let bytes = 0;
  for await (const piece of await piecesOf(request, signal)) {
    if (signal.aborted) return undefined;
    // Blobs are the browser's, which moves large ones to the disk.
    const part = new Blob([piece]);
    parts.push(part);
    bytes += part.size;
    progress(bytes);
  }
  return signal.aborted ? undefined : { name: `${fileName(request.title, request.now)}${ending}`, content: new Blob(parts, { type }) };
}

async function piecesOf({ conversation, files, format, messages, title, heading, now }: ExportRequest, signal: AbortSignal): Promise<AsyncIterable<string | Uint8Array<ArrayBuffer>>> {
  const read = () => conversation.read(messages, signal);
  const markdown = (placeOf?: ExportedFiles['placeOf']) => markdownOf(read(), heading, dateTimeText(now), placeOf);
  const json = (placeOf?: ExportedFiles['placeOf']) => jsonOf(read(), title, now, placeOf);
  const backup = () => conversation.backUp(signal);
  if (format !== 'zip') return { markdown, json, backup }[format]();
  const [{ zipOf }, { entries, placeOf }] = await Promise.all([import('./zip-export'), collectFiles(read(), files)]);
  const name = fileName(title, now);
  const texts = [
    { name: `${name}${fileTypes.markdown.ending}`, pieces: markdown(placeOf) },
    { name: `${name}${fileTypes.json.ending}`, pieces: json(placeOf) },
    ...(messages === 'all' ? [{ name: `${name}${fileTypes.backup.ending}`, pieces: backup() }] : []),
  ];
  return zipOf([...texts, ...entries]);
}

/** "Book club 2026-11-21": letters and digits alone, so that no disk refuses it, and nothing hides in it. */
function fileName(title: string, now: Date): string {
  const words = title.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  return `${[...words].slice(0, titleLength).join('').trim() || 'Mindmeet'} ${day}`;
}

function dateTimeText(now: Date): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'long', timeStyle: 'short' }).format(now);
}
