/** What stands outside a room: why one is not in, and what can be done about it. */
import { msg, str } from './localize';

export const waitingForHost = () => msg('People are here, but nobody who may let you in. We ring as soon as somebody comes who may.');
export const refused = () => msg('Not let in for now');
export const ringAgain = () => msg('Ring again');
export const elsewhere = () => msg('Open in another tab');
export const elsewhereAdvice = () => msg('A room is open in one tab at a time. Nothing is lost when it moves here.');
export const useHere = () => msg('Use here');
export const locked = () => msg('This room is locked');
export const lockedAdvice = () => msg('Nobody new comes in for now. Who was in before still can.');
export const full = (maximum: number) => msg(str`This room is full (${maximum})`);
export const fullAdvice = () => msg('Ring again when somebody has left.');
export const closed = () => msg('This room is closed');
export const closedEmptyAdvice = () => msg('Its owner has ended it.');
export const closedAdvice = () => msg('Its owner has ended it. What was said stays on this device until you forget the room.');
export const removed = () => msg('You were removed from the room');
export const nobodyInRoom = () => msg('Nobody is in this room');
export const nobodyInRoomAdvice = () => msg('The name, or the password, may also be another one.');
export const waitHere = () => msg('Wait here');
export const goBack = () => msg('Go back');

export const passwordHeading = () => msg('This room has a password');
export const passwordAdvice = () => msg('Ask whoever invited you.');
export const wrongPassword = () => msg('Wrong password');
export const passwordEmpty = () => msg('Type the password first');

export const openingRoom = () => msg('Opening the room…');
export const openingRoomAdvice = () => msg('Its key is made from name and password. That takes a moment, so that guessing takes long.');
export const nameFirst = () => msg('What may we call you?');
export const nameFirstAdvice = (room: string) => msg(str`The people in “${room}” will see this name.`);
export const goOn = () => msg('Continue');
