/** What a room and its conversation say. */
import { msg, str } from './localize';
import type { ConnectionStatus } from '../../session/faces';

export const roomHeading = (names: string) => msg(str`Room: ${names}`);
export const connection = () => msg('Connection');
export const invite = () => msg('Invite');
export const joinCall = () => msg('Join call');
export const leaveRoom = () => msg('Leave room');
export const close = () => msg('Close');
export const roomSettings = () => msg('Room settings');

export const people = () => msg('People');
export const you = (name: string) => msg(str`${name} (you)`);
/** After one's own name, where that may be cut short and this not. */
export const youMark = () => msg('(you)');
export const owner = () => msg('Owner');
export const host = () => msg('Host');
export const verified = () => msg('verified');
export const connecting = () => msg('connecting');
export const reconnecting = () => msg('reconnecting');
export const changedKey = () => msg('key changed');
export const remove = (name: string) => msg(str`Remove ${name}`);

export const looking = () => msg('Looking for the others');
export const nobodyYet = () => msg('Nobody is here yet. We ring as soon as somebody comes.');
export const nobodyAdvice = () => msg('Keep this page open. If nobody comes, ask for the link again: it may have changed.');
export const waiting = () => msg('Waiting to be let in');
export const waitingAdvice = () => msg('They hear your ring and see your name.');

export const alone = () => msg("Looks like you're alone here. How about calling a friend to talk?");
export const messages = () => msg('Messages');
export const message = () => msg('Message');
export const send = () => msg('Send');
export const emptyMessage = () => msg('Write a message first');
export const articleName = (author: string, time: string) => msg(str`${author}, ${time}`, { desc: 'Names one message to screen readers: its author, and the time as HH:mm' });

/** The pill's text. */
export function statusText(status: ConnectionStatus): string {
  switch (status.kind) {
    case 'looking':
      return looking();
    case 'alone':
      return msg('Alone here');
    case 'direct':
      return msg('Direct · verified');
    case 'relayed':
      return msg('Relayed · verified');
    case 'reconnecting':
      return msg(str`Reconnecting ${status.seconds} s`);
    case 'introductions-offline':
      return msg('Introductions offline, the room is fine');
  }
}
