/** What Settings says about the place that rooms take on this device. */
import { msg, str } from './localize';

export const storage = () => msg('Storage');
export const used = (used: string, quota: string) => msg(str`${used} of ${quota} used`);
export const unknown = () => msg("This browser doesn't say how much space is used.");
export const kept = () => msg('The browser keeps it until you delete it.');
export const notKept = () => msg('The browser may delete it when the device runs out of space.');
export const keep = () => msg('Keep it');
export const refused = () => msg('The browser did not agree. It may later: after more visits, or once Mindmeet is installed.');
export const almostFull = () => msg('Hardly any space is left. Once there is none, messages are shown, but not kept after the visit. Forget rooms that you no longer need, or free space on the device.');
export const blocked = () => msg("This browser doesn't allow storage: rooms and messages are gone when the page is closed.");
