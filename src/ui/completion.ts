/** What is being begun at the caret, and what it may become: a command, somebody's name, an emoji. */
import { foldText } from '../core/fold';

/** From `from` to `to` (UTF-16 units) stands the sign and what was typed behind it: `query`. */
export interface Beginning {
  readonly kind: 'command' | 'person' | 'emoji';
  readonly query: string;
  readonly from: number;
  readonly to: number;
}

const command = /^\/(\p{L}*)$/u;
// Names may have spaces in them; an address like a@b.c is no mention.
const person = /(?<![\p{L}\p{N}_])@([^@\n]{0,40})$/u;
const emoji = /(?<![\p{L}\p{N}:]):([\p{L}][\p{L}\p{N}_]{1,20})$/u;

/** Undefined where nothing is begun. */
export function beginningAt(text: string, caret: number): Beginning | undefined {
  const head = text.slice(0, caret);
  // A name may go on to the end of the line, so that it is looked for last.
  for (const [kind, pattern] of [['command', command], ['emoji', emoji], ['person', person]] as const) {
    const match = pattern.exec(head);
    if (match) return { kind, query: match[1] ?? '', from: match.index, to: caret };
  }
  return undefined;
}

/** A word of `text`, or all of it, begins with the query. Case and accents don't matter. */
export function beginsWith(text: string, query: string): boolean {
  const wanted = foldText(query);
  const folded = foldText(text);
  return folded.startsWith(wanted) || folded.includes(` ${wanted}`);
}
