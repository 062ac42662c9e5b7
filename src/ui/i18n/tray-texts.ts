/** What is said of files that wait to be sent, and of those that can't be. */
import { limits } from '../../config';
import type { AttachOutcome, Attachment } from '../../session/files/files-face';
import { countText, percentText } from '../amounts';
import { namesText } from '../names-text';
import { language } from './language';
import { msg, str } from './localize';

export const attachments = () => msg('Attachments');
export const original = () => msg('Original', { desc: 'Beside a picture that is to be sent: as it was taken, not made smaller' });
export const originalAdvice = () => msg('with place and camera data');
export const tellsMetadata = () => msg('Place and camera data could not be taken out.');
export const attached = (count: number) => (count === 1 ? msg('1 file is attached') : msg(str`${countText(count)} files are attached`));
export const removeFirst = (name: string) => msg(str`${name} can't be sent. Remove it, and the rest can go.`);
export const afterEditing = () => msg('The files wait until you are done editing.');

/** Where it stands; '' when there is nothing to say. */
export function stateText({ state, sending }: Attachment): string {
  if (state.kind === 'failed') return failure(state.reason);
  if (sending) return msg('Sending when ready');
  return state.kind === 'preparing' ? msg(str`Preparing ${percentText(state.share)}`) : '';
}

function failure(reason: 'unreadable' | 'no-space'): string {
  return reason === 'unreadable' ? msg("It can't be read: it was moved or changed.") : msg('This device has no space left for it.');
}

/** Names the files and the limits. '' when all of them were taken. */
export function refusalText({ refused }: AttachOutcome, folders: readonly string[] = []): string {
  const names = (reason: 'empty' | 'too-large') => refused.filter((each) => each.reason === reason).map(({ name }) => name);
  const leftOut = refused.filter(({ reason }) => reason === 'too-many').length;
  return [emptyText(names('empty')), tooLargeText(names('too-large')), folderText(folders), tooManyText(leftOut)].filter((sentence) => sentence !== '').join(' ');
}

function emptyText(names: readonly string[]): string {
  if (names.length === 0) return '';
  return names.length === 1 ? msg(str`${namesText(names)} is empty.`) : msg(str`${namesText(names)} are empty.`);
}

function tooLargeText(names: readonly string[]): string {
  if (names.length === 0) return '';
  const most = new Intl.NumberFormat(language(), { style: 'unit', unit: 'gigabyte', unitDisplay: 'short' }).format(limits.fileBytes / 1e9);
  return names.length === 1 ? msg(str`${namesText(names)} is larger than ${most}.`) : msg(str`${namesText(names)} are larger than ${most}.`);
}

function folderText(names: readonly string[]): string {
  if (names.length === 0) return '';
  return names.length === 1 ? msg(str`${namesText(names)} is a folder: choose the files in it.`) : msg(str`${namesText(names)} are folders: choose the files in them.`);
}

function tooManyText(leftOut: number): string {
  if (leftOut === 0) return '';
  const most = countText(limits.filesAMessage);
  return leftOut === 1 ? msg(str`At most ${most} files in one message: 1 was left out.`) : msg(str`At most ${most} files in one message: ${countText(leftOut)} were left out.`);
}
