/** What searching says, in a room and on the home page. */
import { msg, str } from './localize';

export const search = () => msg('Search');
export const searchInRoom = () => msg('Search in this room');
export const searchMessages = () => msg('Search messages');
export const closeSearch = () => msg('Close search');
export const results = () => msg('Results');
export const goToDate = () => msg('Go to date');
export const noSuchDay = () => msg('No message of that day, or later, is here.');

export const searchInRooms = () => msg('Search in your rooms');
export const messagesFound = () => msg('Messages found');

export const searching = () => msg('Searching…');
export const nothingFound = () => msg('Nothing found');
export const found = (count: string) => msg(str`${count} found`);
export const foundMore = (count: string) => msg(str`The newest ${count} are shown. Add a word to find fewer.`);
export const searchFailed = () => msg('The search came to no end: what is kept could not be read.');
