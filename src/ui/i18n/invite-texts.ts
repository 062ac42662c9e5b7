/** What the dialog with the link says: who comes in by it. */
import { msg } from './localize';

export const inviteHeading = () => msg('Invite somebody');
export const inviteYouDecide = () => msg('Whoever opens this link rings here, and you decide who comes in.');
export const inviteHostDecides = () => msg('Whoever opens this link rings here, and a host decides who comes in.');
export const inviteOpen = () => msg('Whoever opens this link comes in.');
export const inviteNamed = () => msg('Whoever opens this link comes in. If the room has a password, tell it to them, too.');
export const invitePassword = () => msg("They need the room's password, too.");
export const inviteLocked = () => msg('The room is locked: nobody new comes in until it is unlocked.');
