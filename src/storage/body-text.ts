/** What can be searched of an event's body (core/log-event.ts has its shape). */
import { foldText } from '../core/fold';
import { fieldsOf, isText } from './row';

/** Bytes of salt before the JSON. */
const saltBytes = 16;
const utf8 = new TextDecoder();

/** Stands between texts that are searched as one, and so in none of them, nor in what is searched for. */
export const textSeparator = '\0';

/** The folded text of a message or an edit, with the names of its files; '' for what has none, or is no JSON: others' bodies are kept as they came. */
export function searchTextOf(body: Uint8Array | undefined): string {
  const { text, files } = (body && body.length > saltBytes && parse(utf8.decode(body.subarray(saltBytes)))) || {};
  const names = Array.isArray(files) ? files.map((file) => fieldsOf(file)?.['name']) : [];
  return foldForSearch([text, ...names].filter(isText).join('\n'));
}

export function foldForSearch(text: string): string {
  return foldText(text).replaceAll(textSeparator, ' ');
}

function parse(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return fieldsOf(JSON.parse(json));
  } catch {
    return undefined;
  }
}
