/** What the tools of the composer say: toolbar, suggestions, help. Loaded with them. */
import type { CommandName } from '../commands';
import type { Format } from '../text-editing';
import { msg } from './localize';

export const commands = () => msg('Commands');

/** On the buttons of the toolbar. */
export function formatName(format: Format): string {
  switch (format) {
    case 'bold':
      return msg('Bold');
    case 'italic':
      return msg('Italic');
    case 'strikethrough':
      return msg('Strikethrough');
    case 'code':
      return msg('Code', { desc: 'Formats words as program code, in the line' });
    case 'code-block':
      return msg('Code block');
    case 'link':
      return msg('Link', { desc: 'Makes a link of the selected words' });
    case 'quote':
      return msg('Quote', { desc: 'Formats lines as a quotation' });
    case 'list':
      return msg('List', { desc: 'Formats lines as a list' });
  }
}

/** What a command does. */
export function commandUse(name: CommandName): string {
  switch (name) {
    case 'help':
      return msg('Shows what can be written');
    case 'me':
      return msg('Says what you do: /me waves');
    case 'shrug':
      return msg('Ends the message with a shrug');
    case 'code':
      return msg('Sends program code as it is');
    case 'quote':
      return msg('Sends a quotation');
    case 'search':
      return msg('Searches this room');
    case 'date':
      return msg('Goes to a day');
  }
}

export const help = () => msg('Help');
export const helpFormatting = () => msg('How a text looks');
export const helpKeys = () => msg('Keys');
export const helpCommands = () => msg('Commands at the start of a message');
export const write = () => msg('You write', { desc: 'Head of the column that shows Markdown source' });
export const appears = () => msg('It shows', { desc: 'Head of the column that shows how the Markdown looks' });
export const sampleBold = () => msg('bold');
export const sampleItalic = () => msg('italic');
export const sampleStrikethrough = () => msg('struck out');
export const sampleCode = () => msg('code');
export const sampleLink = () => msg('words');
export const sampleQuote = () => msg('quoted');
export const sampleList = () => msg('point');

export const keySend = () => msg('Sends the message');
export const keyBreak = () => msg('Begins a new line');
export const keyEdit = () => msg('In an empty field: edits your last message');
export const keyCancel = () => msg('Ends a reply or an edit');
export const keyMention = () => msg('Names somebody who is here');
export const keyEmoji = () => msg('Finds an emoji by its name');
