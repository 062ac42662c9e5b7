/**
 * A conversation as Markdown, to be read or printed. Whoever opens the file may have any reader, so nothing that people wrote has a meaning in it: names are escaped, and
 * texts are quoted as they are, in code blocks by indentation, the one kind that every Markdown knows (https://spec.commonmark.org/0.31.2/#indented-code-blocks). So
 * nothing in it runs, and nothing is fetched. Texts in which nothing could have a meaning stand as plain quotes, which are better to read.
 */
import type { FileEntry, FileManifest } from '../core/file';
import type { ChatMessage } from '../core/message';
import { bytesText } from './amounts';
import { sameDay, timeText } from './dates';
import { zippedFilesBytes, type FilePlace } from './exported-files';
import * as texts from './i18n/history-texts';
import { language } from './i18n/language';

/** Yields the file piece by piece. `pages`: in order, a piece at a time. `placeOf`: where a file lies beside it, if files do. */
export async function* markdownOf(pages: AsyncIterable<readonly ChatMessage[]>, heading: string, when: string, placeOf?: PlaceOf): AsyncIterable<string> {
  const days = new Intl.DateTimeFormat(language(), { dateStyle: 'full' });
  yield `# ${escaped(heading)}\n\n${escaped(texts.exportedOn(when))}\n`;
  let previous: ChatMessage | undefined;
  for await (const messages of pages) {
    let piece = '';
    for (const message of messages) {
      if (!previous || !sameDay(previous.clock.wallMs, message.clock.wallMs)) piece += `\n## ${escaped(days.format(message.clock.wallMs))}\n`;
      piece += markdownOfMessage(message, placeOf);
      previous = message;
    }
    yield piece;
  }
}

type PlaceOf = (file: FileManifest) => FilePlace;

function markdownOfMessage(message: ChatMessage, placeOf?: PlaceOf): string {
  const head = [`**${escaped(message.authorName)}**`, timeText(message.clock.wallMs), ...(message.editCount > 0 ? [texts.edited()] : [])].join(' · ');
  const quote = message.replyTo ? `\n${escaped(texts.answerTo(message.replyTo.authorName))}:\n\n${quoted(message.replyTo.excerpt)}` : '';
  const reactions = message.reactions.map(({ emoji, devices }) => `${escaped(emoji)} ${devices.length}`).join(' · ');
  const files = message.files.map((file) => `- ${fileText(file, placeOf)}\n`).join('');
  const parts = [textOf(message), files, reactions === '' ? '' : `${reactions}\n`].filter((part) => part !== '');
  return `\n${head}\n${quote}\n${parts.join('\n')}`;
}

function textOf({ state, body, files }: ChatMessage): string {
  if (state !== 'there') return `*${texts.noText(state)}*\n`;
  return body === '' && files.length > 0 ? '' : quoted(body);
}

function fileText(file: FileEntry, placeOf?: PlaceOf): string {
  if (file === 'broken') return escaped(texts.fileBroken());
  const place = placeOf?.(file);
  const name = escaped(file.name);
  const link = typeof place === 'object' ? `[${name}](${place.path.split('/').map(urlPart).join('/')})` : name;
  const why = place === 'away' ? texts.fileAway() : place === 'left-out' ? texts.fileLeftOut(bytesText(zippedFilesBytes)) : undefined;
  return [link, escaped(bytesText(file.sizeBytes)), ...(why === undefined ? [] : [escaped(why)])].join(', ');
}

/** Parentheses would end the link. */
function urlPart(text: string): string {
  return encodeURIComponent(text).replace(/[()]/gu, (mark) => (mark === '(' ? '%28' : '%29'));
}

function quoted(text: string): string {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/u);
  if (!lines.every(isPlain)) return `${lines.map((line) => `    ${line}`).join('\n')}\n`;
  // A backslash keeps the end of a line, where another one follows in the same paragraph.
  return `${lines.map((line, index) => (line === '' ? '>' : `> ${line}${lines[index + 1] ? '\\' : ''}`)).join('\n')}\n`;
}

// Letters, digits, spaces, emoji, and punctuation that no reader of Markdown gives a meaning where it stands. A line begins with none of it, and a point within a word may make an address of it.
const plain =
  /^(?:[\p{L}\p{N}\p{Extended_Pictographic}\p{RI}](?:[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{RI}\p{Emoji_Modifier} ,;?'"“”‘’…–]|\u200d|\ufe0f|[.:!)](?= |$)|[(-](?=[\p{L}\p{N}]))*)?$/u;
const numbered = /^\p{N}+[.)]/u;

function isPlain(line: string): boolean {
  return plain.test(line) && !numbered.test(line);
}

/** Every mark that may have a meaning gets a backslash before it (https://spec.commonmark.org/0.31.2/#backslash-escapes), what may begin HTML is spelled out. */
function escaped(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .replace(/[!#$&(-+.:<-@[-`{-~-]/gu, (mark) => htmlMarks[mark] ?? `\\${mark}`);
}

const htmlMarks: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
