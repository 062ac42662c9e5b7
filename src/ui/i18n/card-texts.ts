/** What the cards at the top say: somebody rings, somebody calls. */
import { msg, str } from './localize';

export const wantsToComeIn = (name: string) => msg(str`${name} wants to come in`);
export const startedACall = (name: string) => msg(str`${name} started a call`);
export const accept = () => msg('Accept');
export const notNow = () => msg('Not now');
export const answerByKey = () => msg('Press F6 to answer');
export const furtherOne = () => msg('One more is waiting');
export const further = (count: number) => msg(str`${count} more are waiting`);
