/** What the dialog "History" says, and the files that come out of it. */
import { msg, str } from './localize';
import type { ExportFormat } from '../export-format';

export const exportHeading = () => msg('Export');
export const allAdvice = () => msg('All messages of this room that are on this device.');
export const selectedAdvice = (count: string) => msg(str`Messages that you selected: ${count}.`);
export const format = () => msg('Format');

export function formatName(format: ExportFormat): string {
  switch (format) {
    case 'markdown':
      return 'Markdown';
    case 'json':
      return 'JSON';
    case 'backup':
      return msg('Backup');
    case 'zip':
      return 'Zip';
  }
}

export function formatAdvice(format: ExportFormat): string {
  switch (format) {
    case 'markdown':
      return msg('To read or print');
    case 'json':
      return msg('For other programs');
    case 'backup':
      return msg('Can be imported again');
    case 'zip':
      return msg('All of them in one file');
  }
}

export const notEncrypted = () => msg('The file is not encrypted: whoever has it can read it.');
export const startExport = () => msg('Export');
export const exporting = (size: string) => msg(str`${size} so far`);
export const exported = (name: string) => msg(str`Saved as ${name}`);
export const notExported = () => msg('The messages could not be read. Nothing was saved.');

export const importHeading = () => msg('Import');
export const importBackup = () => msg('Import a backup');
export const importAdvice = (maximum: string) => msg(str`A backup of this room, ${maximum} at most. What is here stays as it is.`);
export const importing = () => msg('Importing…');
export const restoredOne = () => msg('1 message restored');
export const restoredMany = (count: string) => msg(str`${count} messages restored`);
export const nothingRestored = () => msg('Everything in this backup is here already');
export const broken = () => msg('This file is broken or not a backup');
export const otherRoom = () => msg('This backup is of another room');
export const tooLarge = (size: string, maximum: string) => msg(str`This file has ${size}; ${maximum} is the most.`);
export const notImported = () => msg('The backup could not be kept on this device. Please try again.');

export const exportedOn = (when: string) => msg(str`Exported on ${when}`);
export const answerTo = (author: string) => msg(str`In answer to ${author}`);
export const fileAway = () => msg('not on this device');
export const fileLeftOut = (maximum: string) => msg(str`left out: a zip takes files of ${maximum} at most`);
export const fileBroken = () => msg('A file whose description can’t be read');
export const edited = () => msg('edited', { desc: 'In an exported conversation, behind the time of a message' });

/** What stands in a file instead of a text. */
export function noText(state: 'deleted' | 'expired' | 'missing'): string {
  switch (state) {
    case 'deleted':
      return msg('Message deleted');
    case 'expired':
      return msg('Message disappeared');
    case 'missing':
      return msg('Message not here yet');
  }
}
