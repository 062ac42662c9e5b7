/** What the list of rooms on the home page says. */
import { msg, str } from './localize';

export const yourRooms = () => msg('Your rooms');
export const namelessRoom = () => msg('A room without a name');
export const unread = (count: string) => msg(str`${count} unread`);
