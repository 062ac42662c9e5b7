/** A message where there is room for one line, or to be heard: its files in a word each, and its text without Markdown. */
import type { FileEntry, FileLook } from '../core/file';
import type { ChatMessage } from '../core/message';
import { plainExcerpt } from '../session/plain-excerpt';
import { countText, spanText } from './amounts';
import * as texts from './i18n/file-kind-texts';
import { language } from './i18n/language';

/** "2 photos, file report.pdf: The one we spoke of". */
export function messageLine({ body, files }: Pick<ChatMessage, 'body' | 'files'>): string {
  return [filesLine(files), plainExcerpt(body)].filter((part) => part !== '').join(': ');
}

/** '' without files. */
export function filesLine(files: readonly FileEntry[]): string {
  const [photos, videos] = [countOf(files, 'picture'), countOf(files, 'video')];
  const others = files.flatMap((file) => wordOf(file) ?? []);
  const words = [...several(photos, texts.photo, texts.photos), ...several(videos, texts.video, texts.videos), ...others];
  return new Intl.ListFormat(language(), { type: 'unit' }).format(words);
}

function countOf(files: readonly FileEntry[], kind: FileLook['kind']): number {
  return files.filter((file) => file !== 'broken' && file.look.kind === kind).length;
}

function several(count: number, one: () => string, many: (count: string) => string): readonly string[] {
  return count === 0 ? [] : [count === 1 ? one() : many(countText(count))];
}

/** Of what isn't counted. */
function wordOf(file: FileEntry): string | undefined {
  if (file === 'broken') return texts.brokenFile();
  switch (file.look.kind) {
    case 'picture':
    case 'video':
      return undefined;
    case 'voice':
      return texts.voiceMessageOf(spanText(Math.max(1, Math.round(file.look.durationMs / 1000))));
    case 'sound':
      return texts.soundNamed(file.name);
    case 'plain':
      return texts.fileNamed(file.name);
  }
}
