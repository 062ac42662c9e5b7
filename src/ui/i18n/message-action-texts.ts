/** What can be done with a message, and what is said meanwhile. */
import { msg, str } from './localize';

export const messageActions = () => msg('Message actions');
export const react = () => msg('React');
export const reply = () => msg('Reply');
export const moreActions = () => msg('More actions');
/** `key`: what does the same from the keyboard. */
export const withKey = (action: string, key: string) => msg(str`${action} (${key})`, { desc: 'A button and, in brackets, the key for it' });
export const deleteKey = () => msg('Del', { desc: 'The key on a keyboard' });

export const moreEmoji = () => msg('More emoji');
export const edit = () => msg('Edit');
export const copyText = () => msg('Copy text');
export const pin = () => msg('Pin');
export const unpin = () => msg('Unpin');
export const select = () => msg('Select');
export const deleteForEveryone = () => msg('Delete for everyone');
export const deleteWarning = () => msg('The text goes from the devices of everybody in the room. Somebody may have read or copied it before.');

export const selection = () => msg('Selection');
export const selected = (count: number) => (count === 1 ? msg('1 selected') : msg(str`${count} selected`));
export const copy = () => msg('Copy');
export const exportSelected = () => msg('Export');
export const cancel = () => msg('Cancel');

export const pinnedMessages = () => msg('Pinned messages');
export const pinnedPlace = (place: number, count: number) => msg(str`${place} of ${count}`);

export const versions = () => msg('Versions');
export const versionsAdvice = () => msg('The latest one is what everybody sees.');
