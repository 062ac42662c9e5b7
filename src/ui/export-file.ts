/** Makes the file of an export, a piece at a time, and hands it to the person who asked for it. */
import type { MessageId } from '../core/ids';
import type { ConversationFace } from '../session/faces';
import { fileTypes, type ExportFormat } from './export-format';
import { language } from './i18n/language';
import { jsonOf } from './json-export';
import { markdownOf } from './markdown-export';

export interface ExportRequest {
  readonly conversation: ConversationFace;
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

/** As if a link to it had been followed. */
export function saveFile({ name, content }: ExportedFile): void {
  const url = URL.createObjectURL(content);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The download has begun by the next turn; revoked at once, some browsers find nothing (https://bugs.webkit.org/show_bug.cgi?id=167518).
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function piecesOf({ conversation, format, messages, title, heading, now }: ExportRequest, signal: AbortSignal): Promise<AsyncIterable<string | Uint8Array<ArrayBuffer>>> {
  const markdown = () => markdownOf(conversation.read(messages, signal), heading, dateTimeText(now));
  const json = () => jsonOf(conversation.read(messages, signal), title, now);
  const backup = () => conversation.backUp(signal);
  if (format !== 'zip') return { markdown, json, backup }[format]();
  const { zipOf } = await import('./zip-export');
  const name = fileName(title, now);
  const entries = [
    { name: `${name}${fileTypes.markdown.ending}`, pieces: markdown() },
    { name: `${name}${fileTypes.json.ending}`, pieces: json() },
  ];
  return zipOf(messages === 'all' ? [...entries, { name: `${name}${fileTypes.backup.ending}`, pieces: backup() }] : entries);
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
