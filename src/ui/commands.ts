/** What a text that begins with a slash asks for. Only these are commands: `/usr/bin` is a text like any other. */

export const commandNames = ['help', 'me', 'shrug', 'code', 'quote', 'search', 'date'] as const;
export type CommandName = (typeof commandNames)[number];

export interface Command {
  readonly name: CommandName;
  /** What stands behind the name. */
  readonly rest: string;
}

/** The app does something; the others make a message. */
export type Deed = 'help' | 'search' | 'date';

/** The command that `text` begins with; undefined when it is none. A space before the slash makes it a text. */
export function readCommand(text: string): Command | undefined {
  const [, word = '', rest = ''] = /^\/([a-z]+)(?:\s([^]*))?$/iu.exec(text) ?? [];
  const name = commandNames.find((each) => each === word.toLowerCase());
  return name && { name, rest };
}

export function isDeed(name: CommandName): name is Deed {
  return name === 'help' || name === 'search' || name === 'date';
}

/** The Markdown that is sent for it; '' while there is nothing to say. */
export function messageOf(name: Exclude<CommandName, Deed>, rest: string): string {
  const text = rest.trim();
  switch (name) {
    case 'me':
      return text.split(/\n\s*\n/u).map(emphasized).join('\n\n');
    case 'shrug':
      // As Markdown reads it: a backslash and two underscores.
      return `${text === '' ? '' : `${text} `}¯\\\\\\_(ツ)\\_/¯`;
    case 'code':
      return text === '' ? '' : fenced(rest.replace(/^\n+|\s+$/gu, ''));
    case 'quote':
      return text === '' ? '' : text.replace(/^/gmu, '> ');
  }
}

/** What to go on writing from in the field, when a command for a block came without a text. */
export function scaffold(name: CommandName): { readonly text: string; readonly caret: number } | undefined {
  if (name === 'code') return { text: '```\n\n```', caret: 4 };
  if (name === 'quote') return { text: '> ', caret: 2 };
  return undefined;
}

/** Underscores, since within a word they mean nothing: `snake_case` stays whole. */
function emphasized(paragraph: string): string {
  return paragraph === '' ? '' : `_${paragraph}_`;
}

function fenced(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/gu) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}
