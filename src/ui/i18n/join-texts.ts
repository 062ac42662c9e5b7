/** What the home page says beside the link: how a phone comes here, one's name, and the way into somebody else's room. */
import { msg } from './localize';

export const phoneCaption = () => msg('For a phone on this network. The browser warns once about the certificate.');
export const copyPhoneAddress = () => msg('Copy address for another device');

export const yourName = () => msg('Your name');
export const nameAdvice = () => msg('This is how others see you. A made-up name is fine.');

export const wereYouSentALink = () => msg('Were you sent a link?');
export const roomNameOrLink = () => msg('Room name or link');
export const joinRoom = () => msg('Join room');
export const joinEmpty = () => msg('Paste a link first');
export const joinName = () => msg("Rooms can't be opened by name yet. Please paste the link you were sent.");

export const brokenLink = () => msg('This link is incomplete or mistyped');
export const linkLooksLike = () => msg('A link looks like this, with 17 letters and digits at its end:');
/** No real room: its check digit is wrong. */
export const exampleLink = () => `${location.origin}/#7Hk2mQx9TbNwZr4Ce`;
