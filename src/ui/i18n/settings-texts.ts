/** What Settings says. */
import { msg, str } from './localize';

export const knownAs = (name: string) => msg(str`You are known as ${name}`);
export const colour = () => msg('Colour');
/** In the order of mm-avatar's tints. */
export const colourNames = () => [msg('Pine'), msg('Rust'), msg('Violet'), msg('Blue'), msg('Rose'), msg('Moss'), msg('Ochre'), msg('Slate')];
export const choosePicture = () => msg('Choose a picture');
export const removePicture = () => msg('Remove picture');
export const noPicture = () => msg("The browser can't read this file as a picture.");

export const language = () => msg('Language');
export const asTheBrowser = () => msg('Same as the browser');
export const theme = () => msg('Theme');
export const system = () => msg('System');
export const light = () => msg('Light');
export const dark = () => msg('Dark');

export const privacy = () => msg('What others are told');
export const tellsRead = () => msg('Tell others what I have read');
export const tellsReadAdvice = () => msg("Off, you don't see what they have read, either.");
export const tellsTyping = () => msg('Tell others that I am typing');
export const tellsTypingAdvice = () => msg("Off, you don't see that they are typing, either.");
