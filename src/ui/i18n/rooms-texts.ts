/** What the list of rooms on the home page says. */
import { msg } from './localize';

export const yourRooms = () => msg('Your rooms');
export const namelessRoom = () => msg('A room without a name');
