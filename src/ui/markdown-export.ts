/**
 * A conversation as Markdown, to be read or printed. Whoever opens the file may have any reader, so nothing that people wrote has a meaning in it: names are escaped, and
 * texts are quoted as they are, in code blocks by indentation, the one kind that every Markdown knows (https://spec.commonmark.org/0.31.2/#indented-code-blocks). So
 * nothing in it runs, and nothing is fetched. Texts in which nothing could have a meaning stand as plain quotes, which are better to read.
 */
import type { ChatMessage } from '../core/message';
import { sameDay, timeText } from './dates';
import * as texts from './i18n/history-texts';
import { language } from './i18n/language';

/** Yields the file piece by piece. `pages`: in order, a piece at a time. */
export async function* markdownOf(pages: AsyncIterable<readonly ChatMessage[]>, heading: string, when: string): AsyncIterable<string> {
  const days = new Intl.DateTimeFormat(language(), { dateStyle: 'full' });
  yield `# ${escaped(heading)}\n\n${escaped(texts.exportedOn(when))}\n`;
  let previous: ChatMessage | undefined;
  for await (const messages of pages) {
    let piece = '';
    for (const message of messages) {
      if (!previous || !sameDay(previous.clock.wallMs, message.clock.wallMs)) piece += `\n## ${escaped(days.format(message.clock.wallMs))}\n`;
      piece += markdownOfMessage(message);
      previous = message;
    }
    yield piece;
  }
}

function markdownOfMessage(message: ChatMessage): string {
  const head = [`**${escaped(message.authorName)}**`, timeText(message.clock.wallMs), ...(message.editCount > 0 ? [texts.edited()] : [])].join(' · ');
  const quote = message.replyTo ? `\n${escaped(texts.answerTo(message.replyTo.authorName))}:\n\n${quoted(message.replyTo.excerpt)}` : '';
  const reactions = message.reactions.map(({ emoji, devices }) => `${escaped(emoji)} ${devices.length}`).join(' · ');
  const text = message.state === 'there' ? quoted(message.body) : `*${texts.noText(message.state)}*\n`;
  return `\n${head}\n${quote}\n${text}${reactions === '' ? '' : `\n${reactions}\n`}`;
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
