/** What the dialogs about one person say. */
import { msg, str } from './localize';

export const member = () => msg('Member');
export const compareAloud = () => msg('Compare aloud');
export const compareAdvice = () => msg('Read these seven to each other by voice. Same on both sides: nobody is in between.');
export const noCode = () => msg('The seven pictures to compare come with the connection.');
export const verifiedBefore = () => msg('You have compared the seven pictures with this person.');
export const markVerified = () => msg('Mark as verified');
export const unmarkVerified = () => msg('Not verified any more');
export const keyChanged = (name: string) => msg(str`${name} was here before with another key. That may be a new device or browser, or somebody else who uses the name. Compare aloud before you trust it.`);
export const acknowledge = () => msg('I know');
export const makeHost = () => msg('Make host');
export const makeHostAdvice = () => msg("Hosts let people in, remove them, and change the room's settings.");
export const takeHostAway = () => msg('Take host role away');

export const removeHeading = (name: string) => msg(str`Remove ${name}?`);
export const removeAdvice = () => msg("They leave the room at once and can't come back unless they are let in again. What they have read stays with them.");
export const alsoChangeLink = () => msg('Also change the link');
export const alsoChangeLinkAdvice = () => msg('Everybody who stays gets the new one; with the old one they could still ring.');
export const removeNow = () => msg('Remove');
