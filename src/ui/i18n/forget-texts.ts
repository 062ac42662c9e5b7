/** Leaving a room for good: asked in several places, in the same words. */
import { msg } from './localize';

export const cancel = () => msg('Cancel');
export const forgetRoom = () => msg('Forget this room');
export const forgetWarning = () => msg('Its messages and its key are deleted from this device. There is no way back.');
