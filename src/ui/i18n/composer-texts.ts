/** What the place to write says. Its names "Message" and "Send" are in room-texts.ts. */
import type { SendOutcome } from '../../session/faces';
import { language } from './language';
import { msg, str } from './localize';
import { emptyMessage } from './room-texts';

export const formatting = () => msg('Formatting');
export const emoji = () => msg('Emoji');
export const replyingTo = (name: string) => msg(str`Replying to ${name}`);
export const cancelReply = () => msg('Cancel reply');
export const editing = () => msg('Editing', { desc: 'Above the field, while one changes a message that was sent' });
export const cancelEdit = () => msg('Cancel edit');

/** How much of the limit a text takes, in kilobytes of 1,024. Rounded so that it never looks as if it fitted when it doesn't. */
export const ofLimit = (bytes: number, maximum: number) => msg(str`${kilobytes(bytes, maximum)} of ${number(maximum / 1024)} KB`);

/** Why a message was not sent. */
export function refusal(outcome: Exclude<SendOutcome, { readonly kind: 'sent' }>): string {
  switch (outcome.kind) {
    case 'empty':
      return emptyMessage();
    case 'too-long':
      return tooLong(outcome.bytes, outcome.maximum);
    case 'too-fast':
      return tooFast(Math.ceil(outcome.waitMs / 1000));
    case 'gone':
      return msg('This message is no longer there.');
  }
}

export const tooLong = (bytes: number, maximum: number) => msg(str`This message has ${kilobytes(bytes, maximum)} KB; ${number(maximum / 1024)} KB is the most. Your text stays here.`);

function tooFast(seconds: number): string {
  return seconds <= 1 ? msg('You are sending too fast. Wait 1 second.') : msg(str`You are sending too fast. Wait ${seconds} seconds.`);
}

/** Of those who are writing; '' when nobody is. */
export function typing(names: readonly string[]): string {
  const [first = '', second = ''] = names;
  if (names.length === 0) return '';
  if (names.length === 1) return msg(str`${first} is typing…`);
  if (names.length === 2) return msg(str`${first} and ${second} are typing…`);
  return msg('Several people are typing…');
}

function kilobytes(bytes: number, maximum: number): string {
  const round = bytes > maximum ? Math.ceil : Math.floor;
  return new Intl.NumberFormat(language(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(round((bytes / 1024) * 10) / 10);
}

function number(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}
