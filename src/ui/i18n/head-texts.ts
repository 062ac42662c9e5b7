/** What the head of a room says beside its name: the way to what was said before, and how long it stays. */
import { msg, str } from './localize';

export const history = () => msg('History');
export const more = () => msg('More');
export const disappearAfter = (span: string) => msg(str`Messages disappear after ${span}`);
