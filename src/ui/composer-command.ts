/** What a composer does with a command like `/help`; the code that knows them is loaded with the first. */
import type { Command } from './commands';
import { openPanel } from './events';
import type { SearchWish } from './search-wish';

export interface CommandHost extends HTMLElement {
  /** Replaces what is in the field, and puts the caret there. */
  write(text: string, caret?: number): Promise<void>;
  say(text: string): Promise<void>;
}

/** Undefined for what is a text; also where the code can't be loaded just now. */
export async function commandIn(text: string): Promise<Command | undefined> {
  if (!text.startsWith('/')) return undefined;
  const code = await import('./commands').catch(() => undefined);
  return code?.readCommand(text);
}

export async function runCommand(host: CommandHost, { name, rest }: Command): Promise<void> {
  const { isDeed, messageOf, scaffold } = await import('./commands');
  if (isDeed(name)) {
    await host.write('');
    if (name === 'help') openPanel(host, { kind: 'help' });
    else host.dispatchEvent(new CustomEvent<SearchWish>('open-search', { detail: { text: rest.trim(), date: name === 'date' }, bubbles: true, composed: true }));
    return;
  }
  const message = messageOf(name, rest);
  const begun = scaffold(name);
  if (message !== '' || !begun) return host.say(message);
  await host.write(begun.text, begun.caret);
}
