/** What the list of messages, and each of them, says. What is only seen after something was pressed: message-action-texts.ts. */
import { msg, str } from './localize';

export const deleted = () => msg('Message deleted');
export const disappeared = () => msg('Message disappeared');
export const notHereYet = () => msg('Message not here yet');
export const notAvailable = () => msg('Message not available');

export const edited = () => msg('Edited');
export const answerTo = () => msg('Reply to', { desc: 'For screen readers, before the name and the beginning of the message that is answered' });

export const saving = () => msg('Saving');
export const waitingForSomebody = () => msg('Waiting for somebody to be here');
export const deliveredTo = (count: number, of: number) => msg(str`Delivered to ${count} of ${of}`);
export const readBy = (count: number, of: number) => msg(str`Read by ${count} of ${of}`);

export const reactions = () => msg('Reactions');
export const reaction = (emoji: string, count: string, names: string) => msg(str`${emoji} ${count}: ${names}`, { desc: 'Names a reaction: the emoji, how many chose it, and who' });
export const youToo = () => msg('you', { desc: 'Among the names of those who reacted' });
export const somebody = () => msg('somebody', { desc: 'Among the names of those who reacted: one whose name is not known' });
export const furtherPeople = (count: number) => (count === 1 ? msg('1 other') : msg(str`${count} others`));
export const furtherReactions = (count: string) => msg(str`+${count}`, { desc: 'So many further ones that are not shown' });

export const copyCode = () => msg('Copy code');
export const copied = () => msg('Copied');

export const newMessages = () => msg('New messages');
export const goToNewest = () => msg('Go to newest');
export const loading = () => msg('Loading…');
export const fetching = (count: number, inWords: string) => (count === 1 ? msg('Fetching 1 message') : msg(str`Fetching ${inWords} messages`));
export const announcement = (author: string, text: string) => msg(str`${author}: ${text}`, { desc: 'A new message, for screen readers' });
export const manyNew = (count: string) => msg(str`${count} new messages`);
export const select = (author: string, time: string) => msg(str`Select the message of ${author}, ${time}`);
