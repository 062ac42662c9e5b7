/** What the home page says beside the link: how a phone comes here, one's name, and the way into somebody else's room. */
import { msg, str } from './localize';

export const phoneCaption = () => msg('For a phone on this network. The browser warns once about the certificate.');
export const copyPhoneAddress = () => msg('Copy address for another device');

export const yourName = () => msg('Your name');
export const nameAdvice = () => msg('This is how others see you. A made-up name is fine.');

export const wereYouSentALink = () => msg('Were you sent a link?');
export const roomNameOrLink = () => msg('Room name or link');
export const joinRoom = () => msg('Join room');
export const password = () => msg('Password');
export const optional = () => msg('Optional');
export const guessable = () => msg('The password is for rooms by name. Whoever guesses the name comes in: add a password, or send a link instead.');
export const joinEmpty = () => msg('Type a name or paste a link first');
export const nameTooLong = (maximum: number) => msg(str`A room's name has ${maximum} characters at most.`);

export const brokenLink = () => msg('This link is incomplete or mistyped');
export const linkLooksLike = () => msg('A link looks like this, with 17 letters and digits at its end:');
/** No real room: its check digit is wrong. */
export const exampleLink = () => `${location.origin}/#7Hk2mQx9TbNwZr4Ce`;
